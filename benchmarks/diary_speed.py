"""How long looks take in a diary of ten years, and how export streams it.

Makes a diary of ``--count`` entries (and one ten times that with ``--million``) in a temporary folder, asks every kind
of review question, and exports. Prints milliseconds (median and slowest of the repetitions, the first of which is
cold) and megabytes. Needs nothing but the package:

    python benchmarks/diary_speed.py [--million]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time as clock
from datetime import datetime, time, timedelta
from pathlib import Path

from diary_generate import LAST_DAY, ZONE, generate

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


def measure_looks(path: Path, repetitions: int) -> dict[str, list[float]]:
    """Milliseconds of each look, each in a diary newly opened the first time."""
    taken: dict[str, list[float]] = {}
    for name, look in looks().items():
        with open_diary(path, read_only=True) as diary:
            for _ in range(repetitions):
                start = clock.perf_counter()
                diary.look(look)
                taken.setdefault(name, []).append(1000 * (clock.perf_counter() - start))
    return taken


def measure_export(path: Path, form: str) -> tuple[float, float]:
    """Seconds and peak megabytes of an export in a process of its own."""
    program = (
        "import resource, sys; from voicelog.cli import run; status = run(sys.argv[1:]); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, file=sys.stderr); sys.exit(status)"
    )
    out = path.with_suffix(f".{form}")
    command = [sys.executable, "-c", program, "export", "--db", str(path), "--format", form, "-o", str(out)]
    start = clock.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return clock.perf_counter() - start, float(done.stderr.split()[-1])


def report(path: Path, count: int, repetitions: int) -> None:
    """Generate, measure, print."""
    start = clock.perf_counter()
    generate(path, count)
    size = path.stat().st_size / 1e6
    print(f"\n{count} entries: made in {clock.perf_counter() - start:.1f} s, {size:.0f} MB")
    start = clock.perf_counter()
    open_diary(path).close()
    print(f"opened in {1000 * (clock.perf_counter() - start):.0f} ms")
    taken = measure_looks(path, repetitions)
    for name, times in taken.items():
        print(f"  {name:45} {statistics.median(times):7.1f} ms   slowest {max(times):7.1f} ms")
    print(f"  slowest look by median: {max(statistics.median(times) for times in taken.values()):.1f} ms")
    for form in ("json", "csv", "fhir", "ics"):
        seconds, megabytes = measure_export(path, form)
        print(f"  export {form:5} {seconds:6.1f} s   {megabytes:5.0f} MB peak")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--million", action="store_true", help="also ten times as many")
    parser.add_argument("--repetitions", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report(Path(folder) / "diary.db", args.count, args.repetitions)
        if args.million:
            report(Path(folder) / "large.db", 10 * args.count, args.repetitions)


if __name__ == "__main__":
    main()
