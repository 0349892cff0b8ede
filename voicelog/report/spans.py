"""Days, weeks and months of a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from voicelog.report.days import ONE_DAY

LENGTHS = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, ``first`` and ``last`` included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Span:
        """As many days just before it; ``OverflowError`` where there are none that a calendar knows."""
        return Span(self.first - timedelta(days=self.days), self.first - ONE_DAY)


def spans(period: Span, by: str) -> Iterator[Span]:
    """The days, weeks (from Monday) or months that a period touches, cut off at its ends."""
    first = period.first
    while first <= period.last:
        last = min(_last(first, by), period.last)
        yield Span(first, last)
        if last == date.max:
            return
        first = last + ONE_DAY


def suited(period: Span) -> str:
    """What a chart of the period counts by, so that it has some ten to sixty points."""
    if period.days <= 45:
        return "day"
    return "week" if period.days <= 800 else "month"


def _last(day: date, by: str) -> date:
    try:
        if by == "week":
            return day + timedelta(days=6 - day.weekday())
        if by == "month":
            return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - ONE_DAY
    except OverflowError:
        return date.max
    return day
