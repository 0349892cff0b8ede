"""Control by voice: the voice itself, night mode, sleeping and waking, the time, repeating and stopping."""

from __future__ import annotations

from dataclasses import replace

from voicelog.converse.handlers import dictate as dictating
from voicelog.converse.messages import Filter, Look, Set
from voicelog.converse.modes import Mode, Step
from voicelog.converse.review.periods import period
from voicelog.converse.state import Inquiry, Talk
from voicelog.core.meaning import Meaning

VOLUME_STEP, VOLUME_LEAST, VOLUME_MOST = 0.15, 0.1, 1.0
RATE_STEP, RATE_LEAST, RATE_MOST = 20.0, 80.0, 320.0


def louder(talk: Talk, _: Meaning) -> None:
    """Speak up."""
    _volume(talk, VOLUME_STEP, "louder", "loudest")


def quieter(talk: Talk, _: Meaning) -> None:
    """Speak more quietly."""
    _volume(talk, -VOLUME_STEP, "quieter", "quietest")


def slower(talk: Talk, _: Meaning) -> None:
    """Speak more slowly."""
    _rate(talk, -RATE_STEP, "slower", "slowest")


def faster(talk: Talk, _: Meaning) -> None:
    """Speak faster."""
    _rate(talk, RATE_STEP, "faster", "fastest")


def _volume(talk: Talk, step: float, done: str, at_end: str) -> None:
    volume = round(min(max(talk.volume + step, VOLUME_LEAST), VOLUME_MOST), 2)
    if volume == talk.volume:
        talk.answer(at_end)
        return
    talk.volume = volume
    talk.actions.append(Set("voice.volume", volume))
    talk.answer(done)


def _rate(talk: Talk, step: float, done: str, at_end: str) -> None:
    rate = min(max(talk.rate + step, RATE_LEAST), RATE_MOST)
    if rate == talk.rate:
        talk.answer(at_end)
        return
    talk.rate = rate
    talk.actions.append(Set("voice.rate", int(rate)))
    talk.answer(done)


def night_on(talk: Talk, _: Meaning) -> None:
    """Night mode, until it is turned off or the clock ends the night."""
    _night(talk, "on")
    talk.answer("night_on")


def night_off(talk: Talk, _: Meaning) -> None:
    """No night mode, until it is turned on or the next night begins."""
    _night(talk, "off")
    talk.answer("night_off")


def _night(talk: Talk, mode: str) -> None:
    """Keep the mode; where that is what the clock says anyway, by the clock it stays."""
    by_clock = talk.settings.night_from != talk.settings.night_until
    if by_clock and talk.night_by_clock == (mode == "on"):
        mode = "clock"
    if talk.settings.night_mode != mode:
        talk.settings = replace(talk.settings, night_mode=mode)
        talk.night_by_voice = by_clock and mode != "clock"
        talk.actions.append(Set("night.mode", mode))


def sleep(talk: Talk, _: Meaning) -> None:
    """Hear nothing but the words for waking and for help."""
    talk.leave()
    talk.step(Step.SLEEP)
    talk.ask_severity_of = None
    talk.state("asleep")
    talk.chime("asleep")
    if not talk.night:
        talk.answer("asleep")


def wake(talk: Talk, _: Meaning) -> None:
    """Listen again."""
    if talk.mode is not Mode.ASLEEP:
        talk.answer("awake")
        return
    talk.step(Step.WAKE)
    talk.state("listening")
    talk.confirm("awake", talk.replies.sentence("awake"))


def stop(talk: Talk, _: Meaning) -> None:
    """Be silent, and be done with any list, note or question."""
    talk.quiet()
    talk.more = None
    talk.ask_severity_of = None
    if talk.mode is Mode.DICTATING:
        dictating.end(talk)
    talk.leave()


def repeat(talk: Talk, _: Meaning) -> None:
    """Say again what was said last."""
    if talk.last_said is None:
        talk.answer("nothing_to_repeat")
    else:
        talk.say(talk.last_said)


def tell_time(talk: Talk, _: Meaning) -> None:
    """What time and day it is; "more" tells the date."""
    clock, day = talk.describe.clock.now(talk.now)
    talk.answer("time", clock=clock, day=day)
    talk.more = lambda: talk.answer("date", date=talk.describe.clock.date(talk.now))


def status(talk: Talk, _: Meaning) -> None:
    """Whether it listens, and the few figures that matter."""
    talk.look(_status(talk))


def _status(talk: Talk) -> Inquiry:
    today = period("today", talk.now)
    assert today is not None
    found = yield Look(Filter(since=today.since, until=today.until))
    unsure = yield Look(Filter(since=today.since, until=today.until, unsure=True))
    phrases, fragment = talk.describe.phrases, talk.replies.fragment
    parts = [fragment("status_count", count=phrases.counted(found.count, "entry")) if found.count
             else fragment("status_none")]  # fmt: skip
    running = talk.history.running()
    if running:
        parts.append(fragment("status_running", when=talk.describe.clock.clock(running[-1].at)))
    if unsure.count:
        parts.append(fragment("status_unsure", count=phrases.number(unsure.count)))
    if talk.night:
        parts.append(fragment("status_night"))
    talk.answer("status", parts=", ".join(parts))
