"""Patterns: when spasms come, what sets them off, which side, on how many nights, for how long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import median

from voicelog.converse.messages import Look
from voicelog.converse.review.narrow import counted, none
from voicelog.converse.review.scope import Scope
from voicelog.converse.state import Inquiry, Talk
from voicelog.core.body import split
from voicelog.core.entry import Entry
from voicelog.core.meaning import Meaning

AT_MOST = 500
"""Entries that are looked at, the newest."""
FEW = 5
"""Of fewer spasms with such a value no pattern is told: it would be chance."""
DAY_PARTS = {"night": range(22, 30), "morning": range(6, 12), "afternoon": range(12, 18), "evening": range(18, 22)}
"""The hours of the parts of a day; those past midnight go on from 24."""


def pattern(talk: Talk, of: Scope, meaning: Meaning) -> Inquiry:
    """What most of the spasms have in common, or that there are too few to tell."""
    found = yield Look(of.filter, "newest", AT_MOST)
    if not found.count:
        none(talk, of)
        return
    tell = _TELL.get(str(meaning.slots.get("pattern") or "time"))
    text = tell(talk, found.entries) if tell is not None else None
    if text is None:
        talk.answer("pattern_unknown", count=counted(talk, of, found.count))
    else:
        talk.say(text)


def _most(talk: Talk, values: Iterable[str], name: str) -> str | None:
    counts = Counter(values)
    total = sum(counts.values())
    if total < FEW:
        return None
    value, times = max(counts.items(), key=lambda item: (item[1], item[0]))
    number = talk.describe.phrases.number
    return talk.replies.sentence(name, value=value, n=number(times), total=number(total))


def _time(talk: Talk, entries: Sequence[Entry]) -> str | None:
    parts = (
        part
        for entry in entries
        for part, hours in DAY_PARTS.items()
        if entry.at.hour in hours or entry.at.hour + 24 in hours
    )
    fragment, phrases = talk.replies.fragment, talk.describe.phrases
    return _most(talk, (fragment(phrases.part_of_day(part), part=part) for part in parts), "pattern_time")


def _trigger(talk: Talk, entries: Sequence[Entry]) -> str | None:
    phrases = talk.describe.phrases
    return _most(talk, (phrases.value(t) for entry in entries for t in entry.triggers), "pattern_trigger")


def _location(talk: Talk, entries: Sequence[Entry]) -> str | None:
    sides = (split(place)[0] for entry in entries for place in entry.locations)
    return _most(talk, (side for side in sides if side), "pattern_location")


def _nights(talk: Talk, entries: Sequence[Entry]) -> str | None:
    nights = {entry.at.date() for entry in entries if "woke me" in entry.context}
    return talk.replies.sentence("pattern_nights", nights=talk.describe.phrases.counted(len(nights), "night"))


def _duration(talk: Talk, entries: Sequence[Entry]) -> str | None:
    lasted = [e.duration_s for e in entries if e.duration_s is not None and "duration_s" not in e.unsure]
    if len(lasted) < FEW:
        return None
    return talk.replies.sentence("pattern_duration", duration=talk.describe.phrases.duration(round(median(lasted))))


_TELL: dict[str, Callable[[Talk, Sequence[Entry]], str | None]] = {
    "time": _time,
    "trigger": _trigger,
    "location": _location,
    "nights": _nights,
    "duration": _duration,
}
