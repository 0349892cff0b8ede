"""A conversation without clock, disk or sound: events in, actions out.

The rules for whoever carries out the actions:

- Actions are carried out in order. A :class:`Write` is on disk before anything after it is done.
- If a write fails, hand over :class:`WriteFailed`, do the remaining writes of the list, and nothing else of it.
- A :class:`Look` is always the last action of a list and is answered at once with :class:`Found`.
- :class:`Tick` is due when ``Moment.t`` reaches :attr:`Session.deadline`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from voicelog.converse import timers as waiting
from voicelog.converse.handlers import amend as correcting
from voicelog.converse.handlers import control as controlling
from voicelog.converse.handlers import dictate as dictating
from voicelog.converse.handlers import examples as helping
from voicelog.converse.handlers import help_call as calling
from voicelog.converse.handlers import joined as continuing
from voicelog.converse.handlers import log_entry as recording
from voicelog.converse.handlers import not_understood
from voicelog.converse.handlers import running_spasm as running
from voicelog.converse.handlers import yes_no as answering
from voicelog.converse.messages import (
    Action,
    Chime,
    Event,
    Expect,
    Found,
    HelpRan,
    Journaled,
    KeepUnclear,
    Look,
    Moment,
    Problem,
    Say,
    SayingEnded,
    SpeechBegan,
    SpeechDropped,
    Taught,
    Tick,
    Understood,
    Write,
    WriteFailed,
)
from voicelog.converse.modes import PASSES, YES_NO, Ask, Mode
from voicelog.converse.phrasing.replies import Replies
from voicelog.converse.review import answer as reviewing
from voicelog.converse.review import browse as reading
from voicelog.converse.settings import ConverseSettings
from voicelog.converse.state import Talk
from voicelog.converse.undo import History
from voicelog.core.entry import Change, Entry
from voicelog.core.meaning import Meaning

Handler = Callable[[Talk, Meaning], None]

HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(recording.KIND_OF, recording.log),
    "start_spasm": running.start,
    "end_spasm": running.end,
    "amend": correcting.amend,
    "undo": correcting.undo,
    "restore": correcting.restore,
    "confirm": answering.confirm,
    "deny": answering.deny,
    **dict.fromkeys(reviewing.INTENTS, reviewing.review),
    "review_missed": not_understood.review,
    "find_notes": reviewing.find_notes,
    "ask_advice": reviewing.advise,
    "make_report": reviewing.make_report,
    "next": reading.following,
    "previous": reading.previous,
    "more": reading.more,
    "add_note": dictating.add_note,
    "end_note": dictating.end,
    "teach": dictating.teach,
    "repeat": controlling.repeat,
    "stop": controlling.stop,
    "louder": controlling.louder,
    "quieter": controlling.quieter,
    "slower": controlling.slower,
    "faster": controlling.faster,
    "night_on": controlling.night_on,
    "night_off": controlling.night_off,
    "sleep": controlling.sleep,
    "wake": controlling.wake,
    "time": controlling.tell_time,
    "status": controlling.status,
    "help": helping.examples,
    "call_help": calling.call,
}


class Session:
    """One conversation, from the start of the program to its end."""

    def __init__(
        self,
        settings: ConverseSettings,
        new_id: Callable[[], str],
        replies: Replies,
        recent: Sequence[Change] = (),
        running: Sequence[Entry] = (),
    ) -> None:
        """``recent`` are the diary's last changes, oldest first, for undo; ``running`` its spasms not yet over."""
        self._talk = Talk(settings, new_id, replies, recent, running)
        self._expected: str | None = None
        self._led_to: list[Change] = []
        """What the last utterance changed."""

    @property
    def deadline(self) -> float | None:
        """When, in seconds of ``Moment.t``, the next :class:`Tick` is due; None: not before the next event."""
        return waiting.deadline(self._talk)

    @property
    def mode(self) -> Mode:
        """What the logger is doing."""
        return self._talk.mode

    @property
    def night(self) -> bool:
        """Whether night mode is on."""
        return self._talk.moment is not None and self._talk.night

    def choose(self, settings: ConverseSettings) -> None:
        """Go on with other choices: the settings were changed elsewhere."""
        talk = self._talk
        if settings.night_mode != talk.settings.night_mode:
            talk.night_by_voice = False
        talk.settings, talk.volume, talk.rate = settings, settings.volume, settings.rate

    def begin_anew(self, recent: Sequence[Change], running: Sequence[Entry]) -> None:
        """Forget every entry but these, and whatever waits because of others; a call for help goes on.

        For a diary from which another program deleted for good: what is gone is never brought back from memory.
        """
        talk = self._talk
        if talk.mode is not Mode.ASLEEP:
            talk.leave()
        talk.inquiry = talk.more = talk.lapsed = talk.ask_severity_of = talk.last_said = None
        talk.opened.clear()
        talk.missed.clear()
        talk.usual_units.clear()
        talk.history = History(recent)
        for entry in running:
            talk.history.see(entry)
        self._led_to = []

    def entry(self, entry_id: str) -> Entry | None:
        """An entry of this conversation as it is now; None where it is gone."""
        return self._talk.history.entry(entry_id)

    def handle(self, event: Event, moment: Moment) -> list[Action]:
        """What is to be done because of the event."""
        talk = self._talk
        talk.moment = moment
        talk.actions = []
        if isinstance(event, WriteFailed):
            talk.history.drop(event.change)
            talk.close_not_before = talk.t + running.RETRY_S
        waiting.begin(talk)
        self._dispatch(event)
        waiting.overdue(talk)
        expected = self._expecting()
        if expected != self._expected:
            self._expected = expected
            talk.actions.append(Expect(expected))
        return _looks_last(talk.actions)

    def _dispatch(self, event: Event) -> None:
        talk = self._talk
        match event:
            case Understood(meaning, continues):
                waiting.speech_ended(talk)
                if not continues or not continuing.replaced(talk, meaning, self._led_to):
                    self._understood(meaning)
                self._led_to = [action.change for action in talk.actions if isinstance(action, Write)]
            case SpeechBegan():
                waiting.speech_began(talk)
            case SpeechDropped():
                waiting.speech_ended(talk)
            case Found():
                self._found(event)
            case WriteFailed(_, why):
                talk.inquiry = None
                talk.settle()
                talk.opened.clear()
                talk.chime("problem")
                talk.say(talk.replies.sentence("not_saved", why=why), "problem")
            case Journaled():
                if not talk.journaled:
                    talk.journaled = True
                    talk.chime("problem")
                    talk.say(talk.replies.sentence("journaled"), "problem")
            case Problem(text, state, spoken):
                talk.inquiry = None
                if state is not None:
                    talk.state(state)
                talk.chime("problem")
                talk.say(spoken or text, "problem")
            case HelpRan():
                calling.ran(talk, event)
            case Taught(word):
                dictating.taught(talk, word)
            case SayingEnded():
                waiting.saying_ended(talk)
            case Tick():
                pass

    def _understood(self, meaning: Meaning) -> None:
        talk = self._talk
        intent = meaning.intent if meaning.accepted or self._worth_asking(meaning) else None
        if _normal(meaning.text) in {_normal(p) for p in talk.settings.help_phrases} - {""}:
            intent = "call_help"
        passes = PASSES.get(talk.mode)
        if intent in ("deny", "stop") and calling.stopped(talk, meaning.text):
            return
        if intent == "confirm" and calling.hurry(talk):
            return
        if passes is not None and intent not in passes:
            dictating.take(talk, meaning.text)
            return
        handler = HANDLERS.get(intent or "")
        if handler is None:
            self._unclear(meaning)
            return
        handler(talk, meaning)
        self._also(meaning)

    def _also(self, meaning: Meaning) -> None:
        """Do what else was said in the same breath, and say all of it at once."""
        talk = self._talk
        for other in meaning.also:
            handler = HANDLERS.get(other.intent or "")
            if handler is not None:
                handler(talk, replace(other, accepted=True, text=meaning.text))
        if meaning.also:
            talk.actions = _said_together(talk.actions)

    def _worth_asking(self, meaning: Meaning) -> bool:
        """Whether only values are in doubt of something to keep: it is saved, and then asked about."""
        if not meaning.doubtful:
            return False
        if meaning.intent == "amend":
            return correcting.meant(self._talk, meaning) is not None
        ends = meaning.intent == "end_spasm" and bool(self._talk.history.running())
        return ends or meaning.intent in recording.KIND_OF

    def _found(self, found: Found) -> None:
        talk = self._talk
        inquiry = talk.inquiry
        if inquiry is None:
            return
        for entry in found.entries:
            talk.history.see(entry)
        try:
            talk.actions.append(inquiry.send(found))
        except StopIteration:
            talk.inquiry = None

    def _unclear(self, meaning: Meaning) -> None:
        """Not understood: kept as text where it was for the logger; a soft sound only where it had asked."""
        talk = self._talk
        if meaning.reply in talk.replies.table["sentences"]:
            talk.answer(str(meaning.reply))
            return
        if talk.question is None and meaning.text.strip() and not_understood.was_for_us(talk, meaning):
            not_understood.tell(talk, meaning)
            return
        for_us = meaning.intent is not None or talk.question is not None
        if for_us and meaning.text.strip():
            talk.actions.append(KeepUnclear(meaning.text))
        waiting.nudge(talk)

    def _expecting(self) -> str | None:
        talk = self._talk
        if talk.mode is Mode.ASLEEP:
            return "asleep"
        if talk.mode is Mode.DICTATING:
            return "spelling" if talk.dictation is not None and talk.dictation.kind != dictating.NOTE else "dictation"
        question = talk.question
        if question is not None and question.ask in YES_NO and question.ask is not Ask.DOUBT:
            return "confirm"
        if question is not None:
            return "side" if question.ask is Ask.CHANGE and question.slot in (None, "locations") else question.slot
        if talk.without_dose():
            return "dose"
        return "severity" if talk.without_severity() is not None else None


def _normal(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def _said_together(actions: list[Action]) -> list[Action]:
    """The actions with one chime, and with all that is said in one breath, at the place of the last."""
    said = [action for action in actions if isinstance(action, Say)]
    chimes = [action for action in actions if isinstance(action, Chime)]
    rest: list[Action] = [action for action in actions if not isinstance(action, Say | Chime)]
    if said:
        rest.append(replace(said[-1], text=" ".join(action.text for action in said)))
    return [*(a for a in rest if isinstance(a, Write)), *chimes[:1], *(a for a in rest if not isinstance(a, Write))]


def _looks_last(actions: list[Action]) -> list[Action]:
    return [a for a in actions if not isinstance(a, Look)] + [a for a in actions if isinstance(a, Look)]
