"""What happens by time alone: questions asked and lapsed, lists and notes ended, the night begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from voicelog.converse.handlers import dictate as dictating
from voicelog.converse.handlers import help_call as calling
from voicelog.converse.handlers import running_spasm as running
from voicelog.converse.handlers import yes_no as answering
from voicelog.converse.messages import Set
from voicelog.converse.modes import Call, Mode
from voicelog.converse.state import Talk
from voicelog.converse.when import on, seconds_between

CLOSED_S = 0.01
"""So long after its last moment an entry can no longer be completed."""
SPEECH_MOST_S = 15.0
"""Waiting stands still while somebody speaks, but no longer than this."""


def deadline(talk: Talk) -> float | None:
    """When the next of these things is due, in seconds of ``Moment.t``."""
    if talk.moment is None:
        return 0.0 if talk.history.running() else None
    dues = []
    if talk.call.state in (Call.COUNTING, Call.WAITING):
        dues.append(talk.call.due)
    if talk.night_by_voice:
        dues.append(talk.t + _seconds_to_turn(talk))
    lacking = talk.without_severity()
    if lacking is not None:
        dues.append(lacking.heard + talk.settings.complete_within_s + CLOSED_S)
    left = running.seconds_left(talk)
    if left is not None:
        dues.append(talk.t + left)
    if talk.speaking_since is not None:
        dues.append(talk.speaking_since + SPEECH_MOST_S)
    else:
        dues += _patient(talk)
    return min(dues, default=None)


def _seconds_to_turn(talk: Talk) -> float:
    """Seconds until the clock next begins or ends the night."""
    now, turns = talk.now, (talk.settings.night_from, talk.settings.night_until)
    times = [on(now.date() + timedelta(days=d), turn, now) for d in (0, 1) for turn in turns]
    return min(s for t in times if (s := seconds_between(now, t)) > 0)


def _patient(talk: Talk) -> list[float]:
    """What waits until nobody speaks."""
    dues = []
    if talk.question is not None:
        dues.append(talk.question.due)
    elif talk.ask_severity_of is not None and talk.mode in (Mode.LISTENING, Mode.READING):
        dues.append(talk.ask_severity_of[1] + talk.settings.ask_severity_after_s)
    if talk.reading is not None and talk.mode is Mode.READING:
        dues.append(talk.reading.heard + talk.settings.reading_ends_s)
    if talk.dictation is not None:
        dues.append(talk.dictation.heard + talk.settings.dictation_pause_s)
    return dues


def begin(talk: Talk) -> None:
    """What the time of the event itself settles, before the event is looked at."""
    if talk.speaking_since is not None and talk.t - talk.speaking_since >= SPEECH_MOST_S:
        _stand_still(talk, SPEECH_MOST_S)
    if talk.night_by_voice and talk.night_by_clock != talk.night_was_on_clock:
        talk.night_by_voice = False
        talk.settings = replace(talk.settings, night_mode="clock")
        talk.actions.append(Set("night.mode", "clock"))
    talk.night_was_on_clock = talk.night_by_clock
    running.close_left_open(talk)
    if talk.speaking_since is None:
        _lapse(talk)


def overdue(talk: Talk) -> None:
    """What is due now that the event has been dealt with."""
    calling.due(talk)
    pending = talk.ask_severity_of
    if pending is None or talk.question is not None or talk.speaking_since is not None or talk.inquiry is not None:
        return
    if talk.mode not in (Mode.LISTENING, Mode.READING) or talk.t < pending[1] + talk.settings.ask_severity_after_s:
        return
    talk.ask_severity_of = None
    entry = talk.history.entry(pending[0])
    if entry is not None and talk.wants_severity(entry):
        talk.ask_severity(entry)


def _lapse(talk: Talk) -> None:
    if talk.question is not None and talk.t >= talk.question.due:
        talk.lapsed = talk.settle()
        if talk.lapsed is not None:
            answering.keep_unclear(talk, talk.lapsed)
    reading = talk.reading
    if reading is not None and talk.mode is Mode.READING and talk.t >= reading.heard + talk.settings.reading_ends_s:
        talk.leave()
    if talk.dictation is not None and talk.t >= talk.dictation.heard + talk.settings.dictation_pause_s:
        dictating.end(talk)


def speech_began(talk: Talk) -> None:
    """Somebody speaks: be silent, and let waiting stand still."""
    if talk.speaking_since is None:
        talk.speaking_since = talk.t
        talk.quiet()


def saying_ended(talk: Talk) -> None:
    """Only now that it has been said does the waiting for an answer begin."""
    if talk.question is not None:
        due = talk.t + talk.settings.answer_within_s
        talk.question = replace(talk.question, due=max(talk.question.due, due))
    if talk.reading is not None:
        talk.reading.heard = talk.t


def speech_ended(talk: Talk) -> None:
    """Waiting goes on; a question about what was just said counts from its last word."""
    if talk.speaking_since is not None:
        _stand_still(talk, talk.t - talk.speaking_since)


def _stand_still(talk: Talk, seconds: float) -> None:
    talk.speaking_since = None
    if talk.question is not None:
        talk.question = replace(talk.question, due=talk.question.due + seconds)
    if talk.ask_severity_of is not None:
        talk.ask_severity_of = (talk.ask_severity_of[0], talk.ask_severity_of[1] + seconds)
    if talk.reading is not None:
        talk.reading.heard += seconds
    if talk.dictation is not None:
        talk.dictation.heard += seconds


def nudge(talk: Talk) -> None:
    """A soft sound, once, for an answer that was not understood."""
    if talk.question is not None and not talk.question.nudged:
        talk.question = replace(talk.question, nudged=True)
        talk.chime("question")
