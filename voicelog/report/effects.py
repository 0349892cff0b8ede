"""Before and after each change of treatment: spasms a day and severity, each with the number of days that it rests on.

Before are the two weeks up to the change. After are weeks two to six: in the first week a new dose is still coming into
effect. Only days logged count. It is a comparison, not proof that the change was the cause; another change that falls
into either stretch is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from voicelog.report.days import Day
from voicelog.report.figures import daily_mean
from voicelog.report.regimen import Step

BEFORE_DAYS = 14
AFTER_DAYS = (7, 42)
"""Days after the change, from the first (inclusive) to the second (exclusive): weeks two to six."""
RULE = (
    "Before: the 14 days up to the change. After: weeks 2 to 6, that is days 7 to 41 after it. Spasms a day are over "
    "the days logged, the severity is the mean of the daily means. What else changed within these weeks is named; a "
    "difference is no proof that the change was its cause."
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some days in a row: how many there are, how many were logged, and the figures over these (None without any)."""

    days: int
    logged: int
    spasms_per_day: float | None
    rated_days: int
    severity: float | None
    """The mean of the daily means, 0 to 10."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A day on which the treatment changed, and how it was before and after."""

    day: date
    what: tuple[str, ...]
    before: Stretch
    after: Stretch
    others: tuple[Step, ...]
    """Other changes within the days compared."""


def effects(steps: Sequence[Step], days: Mapping[date, Day]) -> tuple[Effect, ...]:
    """What was before and after each day with a change, in order; ``days`` reach beyond the period where they can."""
    found = []
    for day in sorted({step.day for step in steps}):
        first, end = day - timedelta(days=BEFORE_DAYS), day + timedelta(days=AFTER_DAYS[1])
        others = tuple(step for step in steps if step.day != day and first <= step.day < end)
        found.append(
            Effect(
                day,
                tuple(step.what for step in steps if step.day == day),
                stretch(days, first, BEFORE_DAYS),
                stretch(days, day + timedelta(days=AFTER_DAYS[0]), AFTER_DAYS[1] - AFTER_DAYS[0]),
                others,
            )
        )
    return tuple(found)


def stretch(days: Mapping[date, Day], first: date, length: int) -> Stretch:
    """The figures of ``length`` days from ``first`` on."""
    known = [days[day] for number in range(length) if (day := first + timedelta(days=number)) in days]
    logged = [day for day in known if day.logged]
    means = [mean for day in logged if (mean := daily_mean(day)) is not None]
    return Stretch(
        length,
        len(logged),
        sum(day.spasms for day in logged) / len(logged) if logged else None,
        len(means),
        sum(means) / len(means) if means else None,
    )
