"""The figures of a period, made from its days.

Severity is a 0 to 10 numeric rating scale. The *daily mean* is the mean of each day's mean, over those days that
have a rated spasm: so a day with many spasms weighs no more than one with few, as in a paper diary with one
rating a day. A night is *disturbed* if a spasm fell into it, or woke the person.

Days and nights of which nothing was logged are in no rate and no share: silence is not the same as no spasm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TypeVar

from voicelog.diary.store.index import Place
from voicelog.report.days import ONE_DAY, Day, Days
from voicelog.report.penn import Penn, penn

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Severity:
    """Severities of the rated spasms; the figures are None where none was rated."""

    rated: int
    median: float | None
    worst: float | None
    daily_mean: float | None
    days: int
    """Days with a rated spasm, over which the daily mean is taken."""


@dataclass(frozen=True, slots=True)
class Part:
    """How many spasms were in a part of the body, by side; ``unsided`` where no side was said."""

    name: str
    left: int
    right: int
    both: int
    unsided: int

    @property
    def spasms(self) -> int:
        """On whatever side."""
        return self.left + self.right + self.both + self.unsided


@dataclass(frozen=True, slots=True)
class Nights:
    """How the nights were, each counted by the evening on which it began."""

    nights: int
    """Nights of which anything is known."""
    disturbed: int
    woken: int
    """Nights in which a spasm woke the person."""
    spasms: int


@dataclass(frozen=True, slots=True)
class Dose:
    """A medication in one unit: how often taken, the sum of the doses (None if no dose was said), on how many days."""

    medication: str
    unit: str
    times: int
    total: float | None
    days: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A period in figures; ``first`` and ``last`` are its days, both included."""

    first: date
    last: date
    days: int
    days_logged: int
    """Days with any entry, or said to be free of spasms."""
    days_free: int
    """Days said to be free of spasms, on which none was logged."""
    entries: int
    spasms: int
    days_with_spasms: int
    severity: Severity
    time_in_spasm_s: float
    timed: int
    """Spasms whose duration is known; ``time_in_spasm_s`` is the sum over these."""
    hours: tuple[int, ...]
    """Spasms by the hour of the day in which they began, from midnight, where it is known."""
    untimed: int
    """Spasms whose hour is not known."""
    parts: tuple[Part, ...]
    located: int
    triggers: tuple[tuple[str, int], ...]
    triggered: int
    contexts: tuple[tuple[str, int], ...]
    types: tuple[tuple[str, int], ...]
    sensations: tuple[tuple[str, int], ...]
    intensities: tuple[tuple[str, int], ...]
    nights: Nights
    doses: tuple[Dose, ...]
    treatments: tuple[tuple[str, int], ...]
    symptoms: tuple[tuple[str, int], ...]
    notes: int
    unsure: int
    penn: Penn

    @property
    def spasms_per_day(self) -> float | None:
        """Over the days logged, those without a spasm too; None where none was."""
        return self.spasms / self.days_logged if self.days_logged else None


def figures(days: Mapping[date, Day], first: date, last: date) -> Figures:
    """The figures of the days ``first`` to ``last``; days that are not there had no entry."""
    length = (last - first).days + 1
    known = [days[day] for number in range(length) if (day := first + number * ONE_DAY) in days]
    hours = [0] * 24
    for each in known:
        for hour, cell in each.hours.items():
            hours[hour] += cell.spasms
    return Figures(
        first=first,
        last=last,
        days=length,
        days_logged=sum(day.logged for day in known),
        days_free=sum(day.said_free and not day.spasms for day in known),
        entries=sum(day.entries for day in known),
        spasms=sum(day.spasms for day in known),
        days_with_spasms=sum(day.spasms > 0 for day in known),
        severity=_severity(known),
        time_in_spasm_s=sum(day.duration_s for day in known),
        timed=sum(day.timed for day in known),
        hours=tuple(hours),
        untimed=sum(day.untimed.spasms for day in known),
        parts=_parts(_sum(day.parts for day in known)),
        located=sum(day.located for day in known),
        triggers=_ranked(day.triggers for day in known),
        triggered=sum(day.triggered for day in known),
        contexts=_ranked(day.contexts for day in known),
        types=_ranked(day.types for day in known),
        sensations=_ranked(day.sensations for day in known),
        intensities=_ranked(day.intensities for day in known),
        nights=_nights(known),
        doses=_doses(known),
        treatments=_ranked(day.treatments for day in known),
        symptoms=_ranked(day.symptoms for day in known),
        notes=sum(day.notes for day in known),
        unsure=sum(day.unsure for day in known),
        penn=penn(known),
    )


def median(values: Mapping[float, int]) -> float | None:
    """The median of values with how often each occurs; the mean of the two middle ones if they are even in number."""
    total = sum(values.values())
    if not total:
        return None
    ordered = list(chain.from_iterable([value] * count for value, count in sorted(values.items())))
    return (ordered[(total - 1) // 2] + ordered[total // 2]) / 2


def daily_mean(day: Day) -> float | None:
    """The mean severity of a day's rated spasms."""
    rated = day.severities.total()
    return sum(value * count for value, count in day.severities.items()) / rated if rated else None


def clipped(days: Days, first: date | None, last: date | None) -> tuple[date, date] | None:
    """The period where its ends were not given: from the first day logged to the last; None without any."""
    logged = [day for day, what in days.items() if what.logged]
    if not logged and (first is None or last is None):
        return None
    return first or min(logged), last or max(logged)


def _severity(known: list[Day]) -> Severity:
    values = _sum(day.severities for day in known)
    means = [mean for day in known if (mean := daily_mean(day)) is not None]
    mean = sum(means) / len(means) if means else None
    return Severity(values.total(), median(values), max(values, default=None), mean, len(means))


def _nights(known: list[Day]) -> Nights:
    nights = [day.night for day in known]
    return Nights(
        nights=sum(day.night_logged for day in known),
        disturbed=sum(night.spasms > 0 for night in nights),
        woken=sum(night.woken > 0 for night in nights),
        spasms=sum(night.spasms for night in nights),
    )


def _doses(known: list[Day]) -> tuple[Dose, ...]:
    times: Counter[tuple[str, str]] = Counter()
    totals: dict[tuple[str, str], float] = {}
    taken_on: Counter[tuple[str, str]] = Counter()
    for day in known:
        for (medication, unit, dose), count in day.doses.items():
            times[medication, unit] += count
            if dose is not None:
                totals[medication, unit] = totals.get((medication, unit), 0.0) + dose * count
        for key in {(medication, unit) for medication, unit, _ in day.doses}:
            taken_on[key] += 1
    return tuple(
        Dose(*key, count, totals.get(key), taken_on[key])
        for key, count in sorted(times.items(), key=lambda item: (-item[1], item[0]))
    )


def _parts(places: Counter[Place]) -> tuple[Part, ...]:
    names = {place.part for place in places}
    parts = (Part(name, *(places[Place(side, name)] for side in ("left", "right", "both", ""))) for name in names)
    return tuple(sorted(parts, key=lambda part: (-part.spasms, part.name)))


def _sum(counters: Iterable[Counter[K]]) -> Counter[K]:
    total: dict[K, int] = {}
    for counter in counters:
        for key, count in counter.items():
            total[key] = total.get(key, 0) + count
    return Counter(total)


def _ranked(counters: Iterable[Counter[str]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(_sum(counters).items(), key=lambda item: (-item[1], item[0])))
