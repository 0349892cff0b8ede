"""How long the report takes on a diary of ten years, and on one ten times as large.

Makes a diary of ``--count`` entries in ten years (100,000) and with ``--million`` one ten times that, or takes those
given by ``--diary`` and ``--large`` (see diary_generate.py); runs ``voicelog report`` on each in a process of its own,
and prints seconds by the clock and of the processor, the best of the repetitions, peak megabytes, the page's size, and
the ratio of the two. Needs nothing but the package:

    python benchmarks/report_speed.py [--million]
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import program
from diary_generate import diaries


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what it used, and kilobytes of the page."""

    used: program.Used
    page_kb: float


def run(diary: Path, folder: Path) -> Run:
    """The report of the whole diary."""
    page = folder / "report.html"
    used = program.run("report", "--db", str(diary), "-o", str(page))
    return Run(used, page.stat().st_size / 1000)


def measured(diary: Path, folder: Path, repetitions: int) -> Run:
    """The quickest of the repetitions, told."""
    best = min((run(diary, folder) for _ in range(repetitions)), key=lambda each: each.used.clock_s)
    print(
        f"{diary.name}: {best.used.clock_s:.1f} s by the clock, {best.used.processor_s:.1f} s of the processor, "
        f"{best.used.memory_mb:.0f} MB, page of {best.page_kb:.0f} kB"
    )
    return best


def main() -> None:
    """The command line."""
    with diaries(str(__doc__), repetitions=3) as made:
        small = measured(made.small, made.folder, made.repetitions).used
        if made.large is not None:
            slow = measured(made.large, made.folder, 1).used
            ratio = slow.processor_s / small.processor_s
            print(
                f"ten times as many entries: {slow.clock_s / small.clock_s:.1f} by the clock, {ratio:.1f} of processor"
            )


if __name__ == "__main__":
    main()
