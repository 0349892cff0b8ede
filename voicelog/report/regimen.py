"""Changes of medication, as far as the doses logged tell them, and other interventions.

A medication counts as taken regularly in a whole week (from Monday) if it was logged on at least :data:`REGULAR` of its
days; its level is then the median of the daily totals. A change is drawn where the level of a week differs from the one
before and the next week has it too, so that a forgotten dose is none; a start or a stop where two weeks lie without
regular doses. What is taken only now and then has no level and no changes. Of a week with fewer days logged nothing is
known; it is passed over, as silence is no stop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_high

from voicelog.report.days import Day
from voicelog.report.spans import Span, spans
from voicelog.report.wording import amount, number

REGULAR = 4
INTERVENTIONS = ("pump refill", "pump adjustment", "bolus", "botox", "surgery", "trial injection")
RULE = (
    "A medication's level is the median of its daily totals in a week in which it was logged on at least four days; a "
    "change is shown where the next week keeps it, a start or stop where two weeks lie without. Weeks with fewer than "
    "four days logged are passed over."
)
_SAME = 0.05
Totals = Mapping[date, float]


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which the medication changed, or an intervention took place; ``what`` says it in a few words."""

    day: date
    what: str


@dataclass(frozen=True, slots=True)
class Regular:
    """What is taken regularly at the end of the period, and its usual total a day."""

    medication: str
    unit: str
    a_day: float


@dataclass(frozen=True, slots=True)
class _Week:
    first: date
    level: float | None


def steps(days: Mapping[date, Day], period: Span) -> tuple[Step, ...]:
    """All changes within the period, by day."""
    found: list[Step] = []
    for (medication, unit), totals in _totals(days, period).items():
        found += _changes(medication, unit, totals, _weeks(totals, period, days))
    for day, what in days.items():
        if period.first <= day <= period.last:
            found += [Step(day, name) for name in what.treatments if name in INTERVENTIONS]
    return tuple(sorted(found, key=lambda step: (step.day, step.what)))


def regular(days: Mapping[date, Day], period: Span) -> tuple[Regular, ...]:
    """What was taken regularly in one of the last two whole weeks, the longest taken first."""
    found: list[tuple[int, Regular]] = []
    for (medication, unit), totals in _totals(days, period).items():
        levels = [week.level for week in _weeks(totals, period, days)[-2:] if week.level is not None]
        if levels:
            found.append((-len(totals), Regular(medication, unit, levels[-1])))
    return tuple(each for _, each in sorted(found, key=lambda item: (item[0], item[1].medication)))


def _totals(days: Mapping[date, Day], period: Span) -> dict[tuple[str, str], dict[date, float]]:
    totals: dict[tuple[str, str], dict[date, float]] = defaultdict(dict)
    for day in sorted(day for day in days if period.first <= day <= period.last):
        for (medication, unit, dose), times in days[day].doses.items():
            if dose is not None:
                of_day = totals[medication, unit]
                of_day[day] = of_day.get(day, 0.0) + dose * times
    return totals


def _weeks(totals: Totals, period: Span, days: Mapping[date, Day]) -> list[_Week]:
    weeks = []
    for span in spans(period, "week"):
        dates = [span.first + timedelta(days=number) for number in range(span.days)]
        logged = sum(day in days and days[day].logged for day in dates)
        if span.days == 7 and logged >= REGULAR:
            taken = [totals[day] for day in dates if day in totals]
            weeks.append(_Week(span.first, median_high(taken) if len(taken) >= REGULAR else None))
    return weeks


def _changes(medication: str, unit: str, totals: Totals, weeks: list[_Week]) -> Iterator[Step]:
    level = weeks[0].level if weeks else None
    for before, week, after in zip(weeks, weeks[1:], weeks[2:], strict=False):
        if week.level is None:
            if level is not None and after.level is None:
                last = max(day for day in totals if day < after.first)
                yield Step(last, f"{medication} stopped")
                level = None
        elif level is None:
            if after.level is not None:
                first = min(day for day in totals if day >= before.first)
                yield Step(first, f"{medication} started, {amount(week.level, unit)} a day")
                level = week.level
        elif not _same(week.level, level) and after.level is not None and _same(week.level, after.level):
            first = min(day for day in totals if day >= before.first and _same(totals[day], week.level))
            yield Step(first, f"{medication} {number(level, 3)} → {amount(week.level, unit)} a day")
            level = week.level


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME * max(one, other)
