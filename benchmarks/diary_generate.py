"""A made-up diary of ten years, the same for the same seed, for measuring and for pictures.

One person's years: spasms mostly at night and on waking, worse in flares, in the cold and with infections, better
after a change of medication; three doses of baclofen a day and what else was prescribed; treatments, symptoms, notes.

    python benchmarks/diary_generate.py /tmp/ten.db --count 100000 --seed 1
"""

from __future__ import annotations

import argparse
import random
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from voicelog.core.entry import Change, Entry
from voicelog.diary import open_diary

T = TypeVar("T")
ZONE = ZoneInfo("Europe/Berlin")
LAST_DAY = date(2026, 6, 30)
PLACES = {
    ("both legs",): 22,
    ("left leg",): 17,
    ("right leg",): 12,
    ("left calf",): 9,
    ("right calf",): 6,
    ("both feet",): 6,
    ("left foot",): 5,
    ("toes",): 3,
    ("left thigh",): 4,
    ("left leg", "lower back"): 3,
    ("abdomen",): 4,
    ("back",): 3,
    ("left arm",): 3,
    ("left hand", "fingers"): 2,
    ("neck",): 1,
    ("whole body",): 1,
    (): 6,
}
TRIGGERS = {
    (): 50,
    ("turning over",): 12,
    ("transfer",): 7,
    ("cold",): 5,
    ("touch",): 5,
    ("stretching",): 4,
    ("full bladder",): 5,
    ("movement",): 6,
    ("nothing",): 6,
    ("startle",): 2,
    ("cold", "transfer"): 1,
    ("infection",): 2,
    ("missed medication",): 1,
}
TYPES = {None: 55, "tonic": 15, "clonus": 10, "cramp": 10, "jerk": 6, "stiffness": 4}
SENSATIONS = {(): 55, ("pain",): 18, ("burning",): 7, ("tightness",): 8, ("shooting", "electric"): 3, ("cramping",): 9}
SYMPTOMS = {"fatigue": 30, "bladder trouble": 12, "numbness": 12, "poor sleep": 20, "weakness": 10, "low mood": 8}
TREATMENTS = {"stretching": 40, "physical therapy": 20, "warm bath": 15, "massage": 8, "heat pack": 12, "yoga": 5}
NOTES = (
    "slept through for once",
    "new wheelchair cushion",
    "the nurse said to ask about the pump",
    "bladder infection, antibiotics from today",
    "long day, visitors until late",
    "left leg stiff all morning",
)
HOURS = (9, 10, 9, 10, 8, 7, 6, 4, 2, 2, 2, 2, 2, 2, 3, 3, 2, 2, 3, 3, 3, 4, 6, 8)
"""How many of a hundred spasms fall into each hour of the day, about."""


@dataclass(frozen=True, slots=True)
class Regime:
    """What is prescribed from a day on; ``effect`` is added to the severity, on the 0 to 10 scale."""

    years: float
    doses: tuple[tuple[str, float, str, tuple[int, ...]], ...]
    effect: float


REGIMES = (
    Regime(0, (("baclofen", 5, "mg", (8, 14, 22)),), 1.2),
    Regime(1.4, (("baclofen", 10, "mg", (8, 14, 22)),), 0.2),
    Regime(3.1, (("baclofen", 15, "mg", (8, 14, 22)), ("clonazepam", 0.5, "mg", (22,))), -0.6),
    Regime(5.0, (("baclofen", 20, "mg", (8, 14, 22)), ("gabapentin", 300, "mg", (8, 22))), -0.3),
    Regime(7.2, (("baclofen", 20, "mg", (8, 14, 22)), ("tizanidine", 4, "mg", (22,))), -1.4),
    Regime(9.0, (("baclofen", 25, "mg", (8, 14, 22)), ("nabiximols", 2, "puff", (22,))), -1.9),
)


def entries(count: int = 100_000, *, seed: int = 1, years: float = 10, last: date = LAST_DAY) -> Iterator[Entry]:
    """``count`` entries spread over ``years`` up to the day ``last``, oldest first within each day's end."""
    rng = random.Random(seed)
    days = round(years * 365.25)
    for number in range(days):
        day = last - timedelta(days=days - 1 - number)
        due = count * (number + 1) // days - count * number // days
        yield from sorted(islice(_day(rng, day, number / 365.25, due), due), key=lambda entry: entry.at)


def _pick(rng: random.Random, weights: dict[T, int]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]


def _regime(year: float) -> Regime:
    return [regime for regime in REGIMES if regime.years <= year][-1]


def _day(rng: random.Random, day: date, year: float, due: int) -> Iterator[Entry]:
    regime = _regime(year)
    for medication, dose, unit, hours in regime.doses:
        for hour in hours:
            if rng.random() < 0.95:
                at = _at(rng, day, hour)
                yield _entry(
                    rng, "medication", at, f"{medication} {dose:g}", medication=medication, dose=dose, unit=unit
                )
    flare = rng.random() < 0.03 or day.isocalendar().week in (5, 6, 41)
    for _ in range(max(1, due // 12)):
        symptom = _pick(rng, SYMPTOMS)
        yield _entry(rng, "symptom", _at(rng, day), symptom, symptom=symptom, severity=_severity(rng, 4.5))
    if rng.random() < 0.6:
        treatment = _pick(rng, TREATMENTS)
        at = _at(rng, day, rng.randrange(9, 20))
        yield _entry(rng, "treatment", at, treatment, treatment=treatment, duration_s=60.0 * rng.randrange(10, 61, 5))
    if rng.random() < 0.12:
        note = rng.choice(NOTES)
        yield _entry(rng, "note", _at(rng, day), f"note {note}", note=note)
    while True:
        yield _spasm(rng, day, regime.effect + 1.8 * flare)


def _spasm(rng: random.Random, day: date, worse: float) -> Entry:
    at = _at(rng, day)
    night = at.hour < 7 or at.hour >= 22
    locations = _pick(rng, PLACES)
    severity = _severity(rng, 5 + worse + 0.7 * night)
    strength = "severe" if severity >= 7 else "mild" if severity <= 3 else "moderate"
    intensity = strength if rng.random() < 0.4 else None
    said = severity if rng.random() < 0.85 else None
    return _entry(
        rng,
        "spasm",
        at,
        " ".join(filter(None, (intensity, "spasm", *locations, None if said is None else f"{said:g}"))),
        confidence=round(rng.uniform(0.75, 1), 3),
        severity=said,
        intensity=intensity,
        locations=locations,
        type=_pick(rng, TYPES),
        sensations=_pick(rng, SENSATIONS),
        triggers=_pick(rng, TRIGGERS),
        context=("woke me",) if night and rng.random() < 0.5 else ("in bed",) if night else (),
        duration_s=float(round(rng.lognormvariate(4.2, 0.9))) if rng.random() < 0.6 else None,
        unsure=("severity",) if said is not None and rng.random() < 0.02 else (),
    )


def _severity(rng: random.Random, mean: float) -> float:
    return min(10.0, max(0.0, round(rng.gauss(mean, 1.8))))


def _at(rng: random.Random, day: date, hour: int | None = None) -> datetime:
    if hour is None:
        hour = rng.choices(range(24), HOURS)[0]
    local = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), ZONE)
    # There and back through UTC: hours that summer time leaves out become those the clock showed.
    return datetime.fromtimestamp(local.timestamp(), ZONE)


def _entry(rng: random.Random, kind: str, at: datetime, text: str, **fields: object) -> Entry:
    number = uuid.UUID(int=rng.getrandbits(128), version=4).hex
    logged = at + timedelta(seconds=rng.randrange(1, 90))
    return Entry(id=number, kind=kind, at=at, logged_at=logged, text=text).with_fields(**fields)


def generate(path: Path, count: int = 100_000, *, seed: int = 1, years: float = 10) -> None:
    """Make a diary of such entries at ``path``, or add them to it."""
    made = (
        Change(id=f"save {entry.id}", op="save", before=None, after=entry, at=entry.logged_at, words=entry.text)
        for entry in entries(count, seed=seed, years=years)
    )
    with open_diary(path) as diary:
        while batch := list(islice(made, 10_000)):
            diary.write_many(batch)


@dataclass(frozen=True, slots=True)
class Diaries:
    """One to measure, and one ten times as large if that is asked for; ``folder`` is for what is made of them."""

    small: Path
    large: Path | None
    folder: Path
    repetitions: int


@contextmanager
def diaries(description: str, repetitions: int) -> Iterator[Diaries]:
    """The diaries that a benchmark's command line names, or new ones; ``repetitions`` unless it says otherwise."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--million", action="store_true", help="also ten times as many")
    parser.add_argument("--diary", type=Path, help="a diary made before")
    parser.add_argument("--large", type=Path, help="one ten times as large, made before")
    parser.add_argument("--repetitions", type=int, default=repetitions)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small: Path = args.diary or folder / "ten-years.db"
        if args.diary is None:
            generate(small, args.count)
        large: Path | None = args.large
        if args.million and large is None:
            large = folder / "million.db"
            generate(large, 10 * args.count)
        yield Diaries(small, large, folder, args.repetitions)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--years", type=float, default=10)
    args = parser.parse_args()
    generate(args.path, args.count, seed=args.seed, years=args.years)


if __name__ == "__main__":
    main()
