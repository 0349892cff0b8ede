"""A command of the program in a process of its own, measured."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

_PROGRAM = "import sys; from voicelog.app.cli.main import run; sys.exit(run(sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Used:
    """What a run used: seconds by the clock and of the processor, and megabytes at most."""

    clock_s: float
    processor_s: float
    memory_mb: float


def run(*arguments: str) -> Used:
    """Run ``voicelog`` with these arguments. Raises :class:`RuntimeError` with what it says if it fails."""
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", _PROGRAM, *arguments], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(said.decode())
    return Used(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
