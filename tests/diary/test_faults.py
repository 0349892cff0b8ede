"""Reads and writes that fail at random, through a wrapper of the system's calls."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from voicelog.diary import open_diary

WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from voicelog.converse.messages import Filter, Journaled, Look
from voicelog.diary import open_diary
from voicelog.core.entry import Change, Entry
from voicelog.core.errors import DiaryError

first = int(sys.argv[2])
try:
    with open_diary(Path(sys.argv[1]), wait_s=0.2) as diary:
        for number in range(first, first + 40):
            at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
            entry = Entry(f"{number:06}", "spasm", at, at, severity=number % 11, text="x" * 200)
            try:
                diary.write(Change(f"save {number}", "save", None, entry, at))
            except DiaryError:
                continue
            print(entry.id, flush=True)
            try:
                diary.look(Look(Filter()))
            except DiaryError:
                continue
except DiaryError as error:
    print(str(error), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def failing_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import diary_kill

    try:
        return diary_kill.build_failing_disk(tmp_path_factory.mktemp("disk"))
    except OSError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("one_in", [4, 15, 80])
def test_what_was_confirmed_is_there_whatever_failed(failing_disk: Path, path: Path, one_in: int) -> None:
    open_diary(path).close()
    confirmed: list[str] = []
    for round_ in range(3):
        fail = {"LD_PRELOAD": str(failing_disk), "FAIL_ONE_IN": str(one_in), "FAIL_SEED": str(round_ + 1)}
        done = subprocess.run(
            [sys.executable, "-c", WRITER, path, str(round_ * 1000)],
            env={**os.environ, **fail},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == 0
        assert done.stderr == "" or "The d" in done.stderr
        confirmed += done.stdout.split()
    with open_diary(path) as diary:
        there = {entry.id for entry in diary.entries()}
        assert set(confirmed) <= there
        assert all(len(diary.history(name)) == 1 for name in confirmed)
        assert diary.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    if one_in == 80:
        assert confirmed
