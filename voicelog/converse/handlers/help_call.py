"""The call for help: announced, run unless "no" follows, tried again where it fails, and logged."""

from __future__ import annotations

from voicelog.converse.merge import entry_from
from voicelog.converse.messages import CallHelp, HelpRan
from voicelog.converse.modes import Call, CallStep, call_after
from voicelog.converse.state import HelpCall, Talk
from voicelog.core.meaning import Meaning


def call(talk: Talk, meaning: Meaning) -> None:
    """Announce the call; where none is set up, say so at once, and how."""
    if not talk.settings.help_set_up:
        talk.chime("problem")
        talk.say(talk.replies.sentence("call_not_set_up"), "problem")
        return
    if talk.call.state in (Call.COUNTING, Call.RUNNING):
        talk.say(talk.replies.sentence("call_running"), "notice")
        return
    note = talk.replies.fragment("help_called")
    entry = entry_from(Meaning(meaning.text, slots={"note": note}, confidence=1.0), talk.new_id(), "note", talk.now)
    talk.write("save", None, entry, meaning.text)
    state = call_after(talk.call.state, CallStep.ASKED)
    talk.call = HelpCall(state, talk.t + talk.settings.help_wait_s, 0, entry.id)
    talk.quiet()
    talk.say(talk.replies.sentence("calling"), "problem")


def stopped(talk: Talk, words: str) -> bool:
    """Take back an announced call, or stop trying; whether there was one to stop."""
    if talk.call.state not in (Call.COUNTING, Call.WAITING):
        return False
    talk.call.state = call_after(talk.call.state, CallStep.STOPPED)
    _note(talk, "help_stopped", words)
    talk.quiet()
    talk.answer("call_stopped")
    return True


def hurry(talk: Talk) -> bool:
    """A yes while the call is announced: run it now; whether one was announced."""
    if talk.call.state is not Call.COUNTING:
        return False
    talk.call.due = talk.t
    due(talk)
    return True


def due(talk: Talk) -> None:
    """Run the command if its time has come."""
    if talk.call.state in (Call.COUNTING, Call.WAITING) and talk.t >= talk.call.due:
        talk.call.state = call_after(talk.call.state, CallStep.DUE)
        talk.call.tries += 1
        talk.actions.append(CallHelp())


def ran(talk: Talk, result: HelpRan) -> None:
    """Say whether it worked; try again where it did not."""
    if talk.call.state is not Call.RUNNING:
        return
    if result.ok:
        talk.call.state = call_after(talk.call.state, CallStep.WORKED)
        _note(talk, "help_worked")
        talk.say(talk.replies.sentence("called"), "problem")
    elif talk.call.tries < talk.settings.help_tries:
        talk.call.state = call_after(talk.call.state, CallStep.FAILED)
        talk.call.due = talk.t + talk.settings.help_retry_s
        talk.chime("problem")
        talk.say(talk.replies.sentence("call_failed"), "problem")
    else:
        talk.call.state = call_after(talk.call.state, CallStep.GAVE_UP)
        _note(talk, "help_failed")
        talk.chime("problem")
        why = result.why.strip()
        if why and why[-1] not in ".!?":
            why += "."
        talk.say(" ".join(talk.replies.sentence("call_gave_up", why=why).split()), "problem")


def _note(talk: Talk, outcome: str, words: str = "") -> None:
    entry = talk.history.entry(talk.call.entry_id or "")
    if entry is not None:
        noted = entry.with_fields(note=talk.replies.fragment(outcome))
        talk.write("change", entry, noted, words)
