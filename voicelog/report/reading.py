"""What a report is made from: the period and the one before it, read from the diary in one pass each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from voicelog.core.entry import Entry, is_doubtful
from voicelog.diary import Diary
from voicelog.report.days import NIGHT, ONE_DAY, Day, Days, add, days_of
from voicelog.report.effects import AFTER_DAYS, BEFORE_DAYS
from voicelog.report.figures import Figures, figures
from voicelog.report.spans import Span

_MIDNIGHT = time(0)
_SILENCE_SHOWN = timedelta(days=366)
"""How long before the diary's first entry a period may begin: ``--since 1900-01-01`` asks for no century."""
UNSURE_KEPT = 500
"""Entries marked unsure that are kept for the report, the newest."""


@dataclass(frozen=True, slots=True)
class Material:
    """A period of the diary, read.

    ``entries`` are the newest of it, oldest first, and ``unsure`` those with a doubtful value; both may be cut off at
    their older end. ``before`` are the figures of as many days before, where the diary reaches back over at least half
    of them; the days before its first entry are then left out.
    """

    period: Span
    days: Days
    figures: Figures
    before: Figures | None
    entries: tuple[Entry, ...]
    unsure: tuple[Entry, ...]
    night: tuple[time, time]
    around: Mapping[date, Day]
    """The days of the period, and those just before and after it with which a change of treatment is compared."""


def read(
    diary: Diary,
    since: datetime | None,
    until: datetime | None,
    *,
    today: date | None = None,
    night: tuple[time, time] = NIGHT,
    keep: int = 0,
) -> Material | None:
    """Read a period, and the one before it where ``since`` was given; None where it has no entries.

    The period asked for is the period read: from ``since`` to ``until``, or else to ``today``, and not beyond; days
    without an entry are in it as days not logged. Without ``since`` it begins with the diary's first entry, without
    either it ends with the last. ``keep`` entries are kept whole.
    """
    newest: deque[Entry] = deque(maxlen=keep)
    unsure: deque[Entry] = deque(maxlen=UNSURE_KEPT)
    days = Days()
    for entry in _between(diary, since, until):
        add(days, entry, night)
        newest.append(entry)
        if is_doubtful(entry):
            unsure.append(entry)
    logged = [day for day, what in days.items() if what.entries]
    if not logged:
        return None
    start = next(iter(diary.entries())).at.date()
    first = min(logged) if since is None else max(min(since.date(), min(logged)), start - _SILENCE_SHOWN)
    last = max(logged)
    if until is not None:
        asked = (until - timedelta(microseconds=1)).date()
        last = max(last, asked if today is None else min(asked, today))
    elif since is not None and today is not None:
        last = max(last, today)
    period = Span(first, last)
    before = None if since is None else _before(diary, period, start, since, night)
    found = figures(days, first, last)
    around = _around(diary, period, days, since, until, night)
    return Material(period, days, found, before, tuple(newest), tuple(unsure), night, around)


def _around(
    diary: Diary,
    period: Span,
    days: Days,
    since: datetime | None,
    until: datetime | None,
    night: tuple[time, time],
) -> Mapping[date, Day]:
    found: dict[date, Day] = dict(days)
    if since is not None and period.first.toordinal() > BEFORE_DAYS:
        earlier = days_of(_between(diary, since - timedelta(days=BEFORE_DAYS), since), night)
        found |= {day: what for day, what in earlier.items() if day < period.first}
    if until is not None and until.date() < date.max - timedelta(days=AFTER_DAYS[1] + 1):
        later = days_of(_between(diary, until, until + timedelta(days=AFTER_DAYS[1])), night)
        found |= {day: what for day, what in later.items() if day > period.last}
    return found


def _before(diary: Diary, period: Span, start: date, since: datetime, night: tuple[time, time]) -> Figures | None:
    if period.first.toordinal() <= period.days:
        return None
    whole = period.before
    first = max(whole.first, start)
    if 2 * Span(first, whole.last).days < whole.days or first > whole.last:
        return None
    begin = since - timedelta(days=period.days)
    days = days_of(_between(diary, begin, since), night)
    return figures(days, first, whole.last)


def _between(diary: Diary, since: datetime | None, until: datetime | None) -> Iterator[Entry]:
    """The entries between two times; where these are midnights, by the date that the clock showed the person.

    Someone who travels, or reads the diary in another time zone, still has whole days.
    """
    first = since.date() if since is not None and since.time() == _MIDNIGHT else date.min
    end = until.date() if until is not None and until.time() == _MIDNIGHT else date.max
    start = since - ONE_DAY if since is not None and first > date.min + ONE_DAY else since
    stop = until + ONE_DAY if until is not None and end < date.max - ONE_DAY else until
    for entry in diary.entries(start, stop):
        if first <= entry.at.date() < end:
            yield entry
