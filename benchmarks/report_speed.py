"""How long the report takes on a diary of ten years, and on one ten times as large.

Makes a diary of ``--count`` entries in ten years (100,000) and with ``--million`` one ten times that, or takes those
given by ``--diary`` and ``--large`` (see diary_generate.py); runs ``voicelog report`` on each in a process of its own,
and prints seconds by the clock and of the processor, the best of the repetitions, peak megabytes, the page's size, and
the ratio of the two. Needs nothing but the package:

    python benchmarks/report_speed.py [--million]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from diary_generate import generate

PROGRAM = "import sys; from voicelog.cli import run; sys.exit(run(sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds by the clock and of the processor, peak megabytes, kilobytes of the page."""

    clock_s: float
    processor_s: float
    memory_mb: float
    page_kb: float


def run(diary: Path, folder: Path) -> Run:
    """The report of the whole diary."""
    page = folder / "report.html"
    command = [sys.executable, "-c", PROGRAM, "report", "--db", str(diary), "-o", str(page)]
    start = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(said.decode())
    took = time.perf_counter() - start
    return Run(took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, page.stat().st_size / 1000)


def measured(diary: Path, folder: Path, repetitions: int) -> Run:
    """The quickest of the repetitions, told."""
    best = min((run(diary, folder) for _ in range(repetitions)), key=lambda each: each.clock_s)
    print(
        f"{diary.name}: {best.clock_s:.1f} s by the clock, {best.processor_s:.1f} s of the processor, "
        f"{best.memory_mb:.0f} MB, page of {best.page_kb:.0f} kB"
    )
    return best


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--million", action="store_true", help="also ten times as many")
    parser.add_argument("--diary", type=Path, help="a diary made before")
    parser.add_argument("--large", type=Path, help="one ten times as large, made before")
    parser.add_argument("--repetitions", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        diary: Path = args.diary or folder / "ten-years.db"
        if args.diary is None:
            generate(diary, args.count)
        small = measured(diary, folder, args.repetitions)
        if args.million or args.large:
            large: Path = args.large or folder / "million.db"
            if args.large is None:
                generate(large, 10 * args.count)
            slow = measured(large, folder, 1)
            ratio = slow.processor_s / small.processor_s
            print(
                f"ten times as many entries: {slow.clock_s / small.clock_s:.1f} by the clock, {ratio:.1f} of processor"
            )


if __name__ == "__main__":
    main()
