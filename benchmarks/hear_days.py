"""Whether the memory of the whole logger grows over days.

Made room noise (hush, fan, rain, breathing machine, sleeper's breath and snores in turn) is fed to it faster than real
time, with a spoken clip of the development speech every ten minutes: gate, recognisers, understanding, conversation and
a diary of its own. Printed is the resident memory after the first hour, every six hours, and at the end.

Needs: the installed model and ../shared/speech. Usage: hear_days.py [SPEECH] [--hours 72]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from hear_common import clips
from hear_idle import Days, pieces

from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.run.batch import listen_fast
from voicelog.app.view.events import Showing
from voicelog.core.entry import Change
from voicelog.recognise.memory import keep_memory_small


class Marked(Days):
    """The days, telling of the memory as they pass."""

    def mark(self, hours: float, megabytes: float) -> None:
        super().mark(hours, megabytes)
        if len(self.marks) == 1 or len(self.marks) % 6 == 0:
            print(f"{hours:5.1f} h {megabytes:7.1f} MB {time.process_time():6.0f} s of CPU", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("speech", type=Path, nargs="?", default=Path("../shared/speech"))
    arguments.add_argument("--hours", type=float, default=72.0)
    given = arguments.parse_args()
    keep_memory_small()  # before anything is read, as the logger does
    spoken = [clip.samples for clip in clips(given.speech / "own", "clean")]
    days = Marked(list(pieces(np.random.default_rng(5)).values()), spoken, given.hours)
    told: Counter[str] = Counter()

    def emit(event: str, values: dict[str, Any], change: Change | None = None) -> None:
        del values, change
        told[event] += 1

    with tempfile.TemporaryDirectory(prefix="voicelog-benchmark-") as name:
        live = LiveSettings(None, {"diary.path": ("--db", str(Path(name) / "diary.db"))})
        listen_fast(live, days, None, Showing(lambda _: emit))
    first, last = days.marks[0], days.marks[-1]
    print(
        f"memory {first[1]:.1f} MB after {first[0]:.1f} h, {last[1]:.1f} MB after {last[0]:.1f} h "
        f"({last[1] - first[1]:+.1f} MB); {told['heard']} heard, {told['saved']} saved, {told['problem']} problems"
    )


if __name__ == "__main__":
    main()
