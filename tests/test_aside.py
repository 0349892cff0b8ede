"""Work in a process of its own: it gives what it would give here, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voicelog.core.subprocess_work import aside, environment

PATIENCE_S = 20.0


class GivenUpError(Exception):
    """The work is no longer wanted."""


def niceness() -> tuple[int, int]:
    return os.getpid(), os.nice(0)


def killed_unless(pid: int) -> str:
    if os.getpid() != pid:
        os.abort()
    return "made here"


def told_of(file: Path) -> None:
    """Tell who works, in a file, and work for long."""
    file.write_text(f"{os.getpid()}\n")
    time.sleep(10 * PATIENCE_S)


def worker(file: Path) -> int:
    for _ in range(int(PATIENCE_S / 0.05)):
        if file.is_file() and file.read_text().endswith("\n"):
            return int(file.read_text())
        time.sleep(0.05)
    raise AssertionError("nobody works")


def is_gone(pid: int) -> bool:
    for _ in range(int(PATIENCE_S / 0.05)):
        process = Path(f"/proc/{pid}/stat")
        if not process.exists() or process.read_text().rpartition(")")[2].split()[0] in "XZ":
            return True
        time.sleep(0.05)
    return False


def test_another_process_works_and_stands_back() -> None:
    pid, nice = aside(niceness)
    assert pid != os.getpid()
    assert nice > os.nice(0)
    assert not Path(f"/proc/{pid}").exists()


def test_a_mistake_is_raised_as_if_it_were_made_here() -> None:
    with pytest.raises(ValueError, match="many"):
        aside(int, "many")


def test_what_comes_to_nothing_there_is_made_here() -> None:
    assert aside(killed_unless, os.getpid()) == "made here"


def test_without_another_process_it_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert aside(os.getpid) == os.getpid()


def test_what_is_given_up_ends_at_once(tmp_path: Path) -> None:
    def stop_once_begun() -> None:
        if (tmp_path / "pid").is_file():
            raise GivenUpError

    with pytest.raises(GivenUpError):
        aside(told_of, tmp_path / "pid", go_on=stop_once_begun)
    assert is_gone(worker(tmp_path / "pid"))


def test_it_ends_with_the_process_that_wanted_it(tmp_path: Path) -> None:
    wanting = (
        f"from pathlib import Path; from tests.test_aside import *; aside(told_of, Path({str(tmp_path / 'pid')!r}))"
    )
    with subprocess.Popen([sys.executable, "-c", wanting], env=environment()) as process:
        pid = worker(tmp_path / "pid")
        process.kill()
    assert is_gone(pid)
