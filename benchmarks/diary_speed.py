"""How long looks take in a diary of ten years, and how export streams it.

Makes a diary of ``--count`` entries (and one ten times that with ``--million``) in a temporary folder, or takes those
given by ``--diary`` and ``--large`` (see diary_generate.py); asks every kind of review question, and exports. Prints
milliseconds by the clock (median, and the slowest of the repetitions, the first of which is cold) and of the processor
(median), seconds of exports likewise, megabytes, and how many times as much the larger one takes. Needs nothing but the
package:

    python benchmarks/diary_speed.py [--million]
"""

from __future__ import annotations

import statistics
import time as clock
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import program
from diary_generate import LAST_DAY, ZONE, diaries

from voicelog.converse.messages import Filter, Look
from voicelog.diary import open_diary

END = datetime.combine(LAST_DAY + timedelta(days=1), time(), ZONE)
SPASMS = ("spasm",)


def looks() -> dict[str, Look]:
    """One look of every kind of question."""
    week, year = END - timedelta(days=7), END - timedelta(days=365)
    night = (time(22), time(7))
    return {
        "last entry": Look(Filter()),
        "last spasm": Look(Filter(kinds=SPASMS)),
        "today": Look(Filter(since=END - timedelta(days=1)), limit=50),
        "this week, worst": Look(Filter(kinds=SPASMS, since=week), "worst"),
        "this year, worst": Look(Filter(kinds=SPASMS, since=year), "worst"),
        "worst ever": Look(Filter(kinds=SPASMS), "worst", 3),
        "longest ever": Look(Filter(kinds=SPASMS), "longest", 3),
        "first ever": Look(Filter(), "oldest"),
        "leg spasms ever": Look(Filter(kinds=SPASMS, locations=("leg",))),
        "left leg, worst ever": Look(Filter(kinds=SPASMS, locations=("left leg",)), "worst"),
        "left leg at night with a trigger, longest": Look(
            Filter(kinds=SPASMS, locations=("left leg",), triggers=("turning over",), hours=night), "longest", 5
        ),
        "severity 8 and over": Look(Filter(kinds=SPASMS, severity_min=8), limit=10),
        "nights ever": Look(Filter(kinds=SPASMS, hours=night), "worst"),
        "all sensations ever": Look(Filter(sensations=("shooting",)), "longest"),
        "rare: both feet, clonus, infection": Look(
            Filter(locations=("both feet",), type="clonus", triggers=("infection",)), "worst"
        ),
        "woke me, this year": Look(Filter(kinds=SPASMS, context=("woke me",), since=year)),
        "severe ever": Look(Filter(kinds=SPASMS, intensity="severe"), "worst"),
        "baclofen ever": Look(Filter(kinds=("medication",), medication="baclofen")),
        "doses this week": Look(Filter(kinds=("medication",), since=week), limit=30),
        "all doses ever": Look(Filter(kinds=("medication",))),
        "treatment": Look(Filter(treatment="massage"), "longest"),
        "symptom": Look(Filter(symptom="fatigue"), "worst"),
        "notes with words": Look(Filter(kinds=("note",), text="nurse pump"), limit=5),
        "unsure": Look(Filter(unsure=True), limit=20),
        "nothing matches": Look(Filter(locations=("jaw",)), "worst"),
    }


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing measured: by the clock (median and slowest) and of the processor, all in one unit; peak megabytes."""

    name: str
    median: float
    slowest: float
    processor: float
    megabytes: float = 0.0


def measure_looks(path: Path, repetitions: int) -> list[Taken]:
    """Milliseconds of each look, each in a diary newly opened the first time."""
    return [_measured_look(path, name, look, repetitions) for name, look in looks().items()]


def _measured_look(path: Path, name: str, look: Look, repetitions: int) -> Taken:
    by_clock, by_processor = [], []
    with open_diary(path, read_only=True) as diary:
        for _ in range(repetitions):
            start, used = clock.perf_counter(), clock.process_time()
            diary.look(look)
            by_clock.append(1000 * (clock.perf_counter() - start))
            by_processor.append(1000 * (clock.process_time() - used))
    return Taken(name, statistics.median(by_clock), max(by_clock), statistics.median(by_processor))


def measure_export(path: Path, form: str, folder: Path) -> Taken:
    """Seconds and peak megabytes of an export in a process of its own."""
    out = folder / f"out.{form}"
    used = program.run("export", "--db", str(path), "--format", form, "-o", str(out))
    out.unlink()
    return Taken(f"export {form}", used.clock_s, used.clock_s, used.processor_s, used.memory_mb)


def report(path: Path, folder: Path, repetitions: int) -> list[Taken]:
    """Measure, print, and give what was measured."""
    print(f"\n{path.name}: {path.stat().st_size / 1e6:.0f} MB")
    start = clock.perf_counter()
    open_diary(path).close()
    print(f"opened in {1000 * (clock.perf_counter() - start):.0f} ms")
    looked = measure_looks(path, repetitions)
    for look in looked:
        print(
            f"  {look.name:45} {look.median:7.1f} ms   slowest {look.slowest:7.1f} ms   processor {look.processor:7.1f}"
        )
    print(
        f"  slowest look by median: {max(look.median for look in looked):.1f} ms, "
        f"{max(look.processor for look in looked):.1f} ms of the processor"
    )
    exported = [measure_export(path, form, folder) for form in ("json", "csv", "fhir", "ics")]
    for each in exported:
        print(
            f"  {each.name:12} {each.median:6.1f} s   processor {each.processor:6.1f} s   {each.megabytes:5.0f} MB peak"
        )
    return [*looked, *exported]


def compare(small: list[Taken], large: list[Taken]) -> None:
    """Print how many times as much the larger diary takes, for all that takes more than a moment."""
    print("\nten times as many entries, times the processor's time:")
    for one, ten in zip(small, large, strict=True):
        # Below a millisecond it is the clock that is measured.
        times = f"{ten.processor / one.processor:5.1f}" if one.processor >= 1 or ten.processor >= 12 else "  -  "
        print(f"  {one.name:45} {times}   {one.processor:.2f} → {ten.processor:.2f}")


def main() -> None:
    """The command line."""
    with diaries(str(__doc__), repetitions=5) as made:
        small = report(made.small, made.folder, made.repetitions)
        if made.large is not None:
            compare(small, report(made.large, made.folder, made.repetitions))


if __name__ == "__main__":
    main()
