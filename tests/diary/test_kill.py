"""The writer killed at random moments; what is checked after each stands in ``benchmarks/diary_kill.py``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import diary_kill
import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
MEMORY = Path("/dev/shm")


def killed(folder: Path, kills: int, *options: str) -> tuple[int, int]:
    """How many entries were confirmed as saved, and how many as kept in the journal, all of them found again.

    In a process of its own, as a large one takes long to fork, and one that lets those go first that keep time.
    """
    command = [
        "nice",
        sys.executable,
        diary_kill.__file__,
        f"--kills={kills}",
        "--lanes=4",
        f"--folder={folder}",
        *options,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.match(r"(\d+) kills, (\d+) entries confirmed and (\d+) kept in the journal, all there", done.stdout)
    assert told, done.stdout
    assert int(told[1]) == kills
    return int(told[2]), int(told[3])


def memory(instead: Path) -> Path:
    """A folder in memory, where there is one."""
    return MEMORY if MEMORY.is_dir() else instead


def test_nothing_confirmed_is_lost_to_a_thousand_kills(tmp_path: Path) -> None:
    """Half of them on a disk, where most hit it waiting, half in memory, where they hit the program's own work."""
    on_disk = killed(tmp_path, 500, "--seed=3")
    in_memory = killed(memory(tmp_path), 500, "--seed=4")
    assert on_disk[0] + in_memory[0] > 500
    assert on_disk[1] + in_memory[1] == 0


@pytest.mark.usefixtures("small_disk")
def test_nor_while_the_disk_fills_up(tmp_path: Path) -> None:
    confirmed, journaled = killed(tmp_path, 200, "--full")
    assert confirmed > 50
    assert journaled > 20


@pytest.mark.parametrize("one_in", [20, 80])
def test_nor_while_reads_and_writes_fail(tmp_path: Path, one_in: int) -> None:
    try:
        diary_kill.build_failing_disk(tmp_path)
    except OSError as error:
        pytest.skip(str(error))
    confirmed, journaled = killed(memory(tmp_path), 100, f"--failing={one_in}")
    assert confirmed + journaled > 20
