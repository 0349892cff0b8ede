"""Spasms that are said to start and to be over, and those never said to be over."""

from __future__ import annotations

from voicelog.converse.handlers.log_entry import tell
from voicelog.converse.merge import completed, entry_from, takes
from voicelog.converse.messages import KeepUnclear
from voicelog.converse.modes import Ask, Question
from voicelog.converse.state import Talk
from voicelog.converse.when import seconds_between
from voicelog.core.entry import Entry
from voicelog.core.meaning import Meaning

RETRY_S = 60.0
"""After a change could not be kept, nothing is written by time alone for so long."""


def start(talk: Talk, meaning: Meaning) -> None:
    """Open a running spasm; where one runs already, ask whether this is another."""
    entry = entry_from(meaning, talk.new_id(), "spasm", talk.now).with_fields(running=True)
    running = talk.history.running()
    talk.leave()
    talk.write("save", None, entry, meaning.text)
    talk.open(entry, locations=entry.locations)
    if not running:
        tell(talk, entry, talk.describe.reply("started", entry, talk.now))
        return
    when = talk.describe.clock.clock(running[-1].at)
    text = talk.replies.sentence("started_again", when=when)
    talk.chime("saved")
    talk.ask(Question(Ask.STARTED, entry.id, 0.0, text, other_id=running[-1].id))


def end(talk: Talk, meaning: Meaning) -> None:
    """Close the running spasm; its duration is taken from the clock unless it was said."""
    entry = _meant(talk, meaning)
    if entry is None:
        talk.actions.append(KeepUnclear(meaning.text))
        talk.answer("nothing_running")
        return
    talk.leave()
    done = completed(entry, meaning, talk.now, talk.last_locations(entry.id)).entry.with_fields(at=entry.at)
    lasted = done.duration_s
    if "duration_s" not in meaning.slots:
        lasted = max(0.0, round(seconds_between(entry.at, talk.now), 1))
    done = done.with_fields(running=False, duration_s=lasted)
    talk.write("change", entry, done, meaning.text)
    talk.open(done)
    duration = talk.describe.phrases.duration(lasted or 0)
    text = talk.describe.reply("ended", done, talk.now, leave=("duration_s", "at"), duration=duration)
    others = talk.history.running()
    if others:
        when = talk.describe.clock.clock(others[-1].at)
        text += " " + talk.replies.sentence("still_running", when=when)
    if talk.wants_severity(done):
        talk.chime("saved")
        talk.ask_severity(done, lead=text)
    else:
        tell(talk, done, text)


def close_left_open(talk: Talk) -> None:
    """Close, duration unknown, what has run for longer than any spasm; it is mentioned at the next occasion."""
    if talk.t < talk.close_not_before:
        return
    for entry in _may_be_closed(talk):
        if seconds_between(entry.at, talk.now) < talk.settings.close_running_after_s:
            continue
        talk.write("change", entry, entry.with_fields(running=False, duration_s=None), "")
        when = talk.describe.clock.when(entry.at, talk.now)
        talk.notices.append(talk.replies.sentence("left_open", when=when))


def seconds_left(talk: Talk) -> float | None:
    """Seconds until the next running spasm is closed; None where none runs."""
    running = _may_be_closed(talk)
    if not running:
        return None
    left = talk.settings.close_running_after_s - seconds_between(running[0].at, talk.now)
    return max(left, talk.close_not_before - talk.t)


def _may_be_closed(talk: Talk) -> list[Entry]:
    return [entry for entry in talk.history.running() if entry.id not in talk.kept_running]


def _meant(talk: Talk, meaning: Meaning) -> Entry | None:
    """The spasm that is over: the newest running that fits, else the one just logged, if it is about now."""
    running = talk.history.running()[::-1]
    places = set(meaning.slots.get("locations", ()))
    for entry in running:
        if places and places <= set(entry.locations):
            return entry
    if running:
        return running[0]
    for opened in reversed(talk.still_open()):
        logged = talk.history.entry(opened.entry_id)
        if logged is None or not opened.logged or logged.kind != "spasm" or logged.duration_s is not None:
            continue
        if logged.at == logged.logged_at and (takes("spasm", meaning) or not meaning.slots):
            return logged
    return None
