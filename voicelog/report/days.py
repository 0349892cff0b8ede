"""What the diary holds, day by day: one pass over the entries, from which every figure is made.

A day is the date that the clock showed where the person was (the offset of ``at``). A spasm before noon that falls into
the night belongs to the night that began the evening before. What was heard with doubt and never confirmed
(``unsure``) is left out of all figures: a wrong number is worse than a missing one. A spasm whose time of day is not
known counts for its day, and for no hour and no night.

A day is *logged* if it has an entry, or was said to be free of spasms. Of any other day nothing is known: it counts in
no rate, no share of nights and no change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cache

from voicelog.core.entry import Entry, is_doubtful
from voicelog.diary.store.index import Place, place_of

ONE_DAY = timedelta(days=1)
MILD = 3.0
"""A spasm without an intensity said counts as mild up to this severity: 1 to 3 of 10 is the usual band of "mild"."""
STIMULI = frozenset(
    (
        *("movement", "touch", "cold", "heat", "stretching", "transfer", "turning over", "sitting up", "standing up"),
        *("walking", "exercise", "coughing", "sneezing", "yawning", "laughing", "swallowing", "eating"),
        *("full bladder", "bowel movement", "startle", "noise"),
    )
)
"""Triggers that stimulate, from outside or by the body's own movement; stress, fatigue, infection, a missed medication
and ``nothing`` do not."""
WAKING = frozenset(("woke me", "asleep"))
"""Contexts that tell of disturbed sleep."""
NIGHT = (time(22), time(7))
"""When the night begins and ends unless the settings say otherwise."""
_NOON = 12
_WHOLE_DAY = (0, 1440)
_LONGEST_FREE = timedelta(days=400)
"""A stretch said to be free of spasms is counted up to this length; a longer one is a slip of the year."""


@dataclass(slots=True)
class Cell:
    """The spasms of one hour of one day: how many, how many of them rated, the sum of their severities."""

    spasms: int = 0
    rated: int = 0
    severity: float = 0.0


@dataclass(slots=True)
class Night:
    """The night that begins on a day's evening: spasms, those that disturbed the sleep, and the worst severity."""

    spasms: int = 0
    woken: int = 0
    worst: float | None = None


@dataclass(slots=True)
class Day:
    """What was logged of one day. Durations and time in seconds, severities 0 to 10."""

    entries: int = 0
    unsure: int = 0
    free: list[tuple[int, int]] = field(default_factory=list)
    """Stretches said to be free of spasms, in minutes from midnight."""
    untimed: Cell = field(default_factory=Cell)
    """The spasms whose hour is not known."""
    spasms: int = 0
    mild_induced: int = 0
    """Spasms that were mild and set off by a stimulus (see :mod:`voicelog.report.penn`)."""
    severities: Counter[float] = field(default_factory=Counter)
    duration_s: float = 0.0
    timed: int = 0
    """Spasms whose duration is known."""
    hours: dict[int, Cell] = field(default_factory=dict)
    parts: Counter[Place] = field(default_factory=Counter)
    located: int = 0
    triggers: Counter[str] = field(default_factory=Counter)
    triggered: int = 0
    """Spasms of which was said what set them off, ``nothing`` included."""
    contexts: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    sensations: Counter[str] = field(default_factory=Counter)
    intensities: Counter[str] = field(default_factory=Counter)
    doses: Counter[tuple[str, str, float | None]] = field(default_factory=Counter)
    """How often each medication was taken in each dose: (medication, unit or empty, dose)."""
    treatments: Counter[str] = field(default_factory=Counter)
    symptoms: Counter[str] = field(default_factory=Counter)
    notes: int = 0
    night: Night = field(default_factory=Night)

    @property
    def said_free(self) -> bool:
        """Whether half of the day or more was said to be free of spasms."""
        return sum(end - begin for begin, end in self.free) * 2 >= _WHOLE_DAY[1]

    @property
    def logged(self) -> bool:
        """Whether anything is known of the day."""
        return self.entries > 0 or self.said_free

    @property
    def night_logged(self) -> bool:
        """Whether anything is known of the night that begins on its evening."""
        return self.logged or self.night.spasms > 0


class Days(dict[date, Day]):
    """The days that have something, by date."""

    def day(self, of: date) -> Day:
        """That day, an empty one if there was none yet."""
        found = self.get(of)
        if found is None:
            found = self[of] = Day()
        return found


def days_of(entries: Iterable[Entry], night: tuple[time, time] = NIGHT) -> Days:
    """The days of a stream of entries; memory grows with the days, not with the entries."""
    days = Days()
    for entry in entries:
        add(days, entry, night)
    return days


def add(days: Days, entry: Entry, night: tuple[time, time] = NIGHT) -> None:
    """Add one entry to its day; a spasm at night to that night too, past midnight the evening before's."""
    at = entry.at
    day = days.day(at.date())
    day.entries += 1
    if is_doubtful(entry):
        day.unsure += 1
    timed = hour_known(entry)
    if entry.unsure:
        entry = sure(entry)
    match entry.kind:
        case "spasm" if entry.count == 0:
            _add_free(days, entry, whole_day=not timed)
        case "spasm":
            _add_spasm(days, day, entry, night, timed=timed)
            untold = Entry(entry.id, entry.kind, entry.at, entry.logged_at)
            for _ in range(int(entry.count or 1) - 1):
                _add_spasm(days, day, untold, night, timed=timed)
        case "medication" if entry.medication is not None and entry.taken is not False:
            day.doses[entry.medication, entry.unit or "", entry.dose] += 1
        case "treatment" if entry.treatment is not None:
            day.treatments[entry.treatment] += 1
        case "symptom" if entry.symptom is not None:
            day.symptoms[entry.symptom] += 1
        case "note":
            day.notes += 1


def sure(entry: Entry) -> Entry:
    """The entry without the values that were heard with doubt."""
    empty = Entry(id=entry.id, kind=entry.kind, at=entry.at, logged_at=entry.logged_at)
    doubtful = (name for name in entry.unsure if name not in ("id", "kind", "at", "logged_at") and hasattr(empty, name))
    return entry.with_fields(**{name: getattr(empty, name) for name in doubtful})


def hour_known(entry: Entry) -> bool:
    """Whether the hour is known in which it happened: not of a day alone, nor of several over a longer stretch."""
    if "at" in entry.unsure:
        return False
    several = (entry.count or 1) > 1
    return not (several and entry.until is not None and entry.until - entry.at > timedelta(hours=1))


def is_mild(entry: Entry) -> bool:
    """Whether the spasm was said to be mild, or, no intensity being said, rated 3 of 10 or less."""
    if entry.intensity is not None:
        return entry.intensity == "mild"
    return entry.severity is not None and entry.severity <= MILD


def _add_free(days: Days, entry: Entry, *, whole_day: bool) -> None:
    """Add a stretch said to be free of spasms to each day that it touches; without an end it is the day."""
    begin, end = entry.at, entry.until
    if whole_day or end is None or not begin < end <= begin + _LONGEST_FREE:
        days.day(begin.date()).free.append(_WHOLE_DAY)
        return
    end = end.astimezone(begin.tzinfo)
    day = begin.date()
    while day <= end.date():
        first = begin.hour * 60 + begin.minute if day == begin.date() else 0
        last = end.hour * 60 + end.minute if day == end.date() else _WHOLE_DAY[1]
        if first < last:
            days.day(day).free.append((first, last))
        day += ONE_DAY


def _add_spasm(days: Days, day: Day, entry: Entry, night: tuple[time, time], *, timed: bool) -> None:
    at, severity = entry.at, entry.severity
    day.spasms += 1
    cell = day.hours.setdefault(at.hour, Cell()) if timed else day.untimed
    cell.spasms += 1
    if severity is not None:
        day.severities[severity] += 1
        cell.rated += 1
        cell.severity += severity
    if entry.duration_s is not None:
        day.duration_s += entry.duration_s
        day.timed += 1
    if entry.locations:
        day.located += 1
        for place in places(entry.locations):
            day.parts[place] += 1
    if entry.triggers:
        day.triggered += 1
        _count(day.triggers, entry.triggers)
        if not STIMULI.isdisjoint(entry.triggers) and is_mild(entry):
            day.mild_induced += 1
    _count(day.contexts, entry.context)
    _count(day.sensations, entry.sensations)
    if entry.type is not None:
        day.types[entry.type] += 1
    if entry.intensity is not None:
        day.intensities[entry.intensity] += 1
    if at_night(entry, night, timed=timed):
        _add_to_night(days, entry)


@cache
def places(locations: tuple[str, ...]) -> frozenset[Place]:
    """The locations taken apart; left and right of the same part, said one by one, are both."""
    found = {place_of(location) for location in locations}
    for part in {place.part for place in found}:
        sides = {Place("left", part), Place("right", part)}
        if sides <= found:
            found = (found - sides) | {Place("both", part)}
    return frozenset(found)


def _count(counter: Counter[str], values: tuple[str, ...]) -> None:
    for value in values:
        counter[value] += 1


def at_night(entry: Entry, night: tuple[time, time], *, timed: bool = True) -> bool:
    """Whether it happened at night by the clock, where that is known, or disturbed the sleep at whatever hour."""
    if not timed and "at" in entry.unsure:
        return not WAKING.isdisjoint(entry.context)
    begins, ends = night
    at = entry.at.time()
    by_clock = begins <= at or at < ends if begins > ends else begins <= at < ends
    return by_clock or not WAKING.isdisjoint(entry.context)


def evening_of(entry: Entry) -> date:
    """The day on whose evening the night of this entry began: before noon it is the day before."""
    return entry.at.date() - ONE_DAY if entry.at.hour < _NOON else entry.at.date()


def _add_to_night(days: Days, entry: Entry) -> None:
    night = days.day(evening_of(entry)).night
    night.spasms += 1
    night.woken += not WAKING.isdisjoint(entry.context)
    if entry.severity is not None:
        night.worst = entry.severity if night.worst is None else max(night.worst, entry.severity)
