"""Files that are no diary, or not one of ours to open: a sentence, and nothing changed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import diary_kill
import pytest
from sqlite_utils import Database

from tests.diary.making import save, spasm
from voicelog.core.errors import DiaryError
from voicelog.diary import open_diary


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    "content",
    [b"Dear diary\n" * 500, os.urandom(10_000), b"%PDF-1.7\n" + bytes(9000), b"SQLite format 3\0" + b"x" * 99],
    ids=["a text", "noise", "a PDF", "a cut database"],
)
def test_a_file_that_is_no_diary(tmp_path: Path, content: bytes, read_only: bool) -> None:
    path = tmp_path / "thing.db"
    path.write_bytes(content)
    with pytest.raises(DiaryError, match=r"thing\.db .*(no diary|damaged)"):
        open_diary(path, read_only=read_only)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("read_only", [False, True])
def test_the_database_of_another_program(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "music.db"
    Database(path).table("songs").insert({"title": "x"})
    before = path.read_bytes()
    with pytest.raises(DiaryError, match="another program"):
        open_diary(path, read_only=read_only)
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [False, True])
def test_a_diary_from_a_newer_version(path: Path, read_only: bool) -> None:
    with open_diary(path) as diary:
        diary.write(save(spasm()))
    conn = sqlite3.connect(path)
    conn.execute("INSERT INTO _sqlite_migrations VALUES (99, 'voicelog.diary', 'moods', '2030-01-01')")
    conn.commit()
    conn.close()
    with pytest.raises(DiaryError, match=r"newer version.*Update voicelog"):
        open_diary(path, read_only=read_only)


def test_a_folder(tmp_path: Path) -> None:
    for read_only in (False, True):
        with pytest.raises(DiaryError, match="is a folder"):
            open_diary(tmp_path, read_only=read_only)


def test_none_there_to_read(path: Path) -> None:
    with pytest.raises(DiaryError, match="no diary at"):
        open_diary(path, read_only=True)
    assert not path.parent.exists()


def test_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DiaryError, match="cannot be opened"):
        open_diary(tmp_path / "file" / "diary.db")


def test_locked_by_another_program(path: Path) -> None:
    open_diary(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DiaryError, match="another program has locked"):
        open_diary(path, wait_s=0.1)
    other.execute("COMMIT")
    other.close()
    open_diary(path).close()


SOURCE = Path(__file__).parents[2]
AS_ANOTHER_USER = """
import os, sys
from pathlib import Path
from tests.diary.making import save, spasm
from voicelog.diary import open_diary
path = Path(sys.argv[1])
open_diary(path.with_name("first.db")).close()  # so that all is imported that the other user may not read
os.setuid(65534)
with open_diary(path) as diary:
    diary.write(save(spasm("a")))
path.chmod(0o400)
with open_diary(path) as diary:
    print(type(diary.write(save(spasm("b", 1)))).__name__)
path.chmod(0o600)
with open_diary(path) as diary:
    print(diary.count())
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root becomes another user for this")
def test_a_diary_that_was_read_only_for_a_while_takes_in_what_waited(tmp_path: Path) -> None:
    folder = tmp_path / "another"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.name.startswith(("pytest-", "popen-", "test_")):
            parent.chmod(0o711)
    command = [sys.executable, "-c", AS_ANOTHER_USER, f"{folder}/diary.db"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=SOURCE, check=False)
    assert done.stdout.split() == ["Journaled", "2"], done.stderr


def test_a_pending_journal_of_nonsense_does_not_hinder(path: Path) -> None:
    open_diary(path).close()
    journal = path.with_name("diary.db.journal.jsonl")
    journal.write_bytes(b'{"change": 5}\n[]\n\xff\xfe\n{"change": {"id": "x", "before": null, "after": null}}\n{"tor')
    with open_diary(path) as diary:
        assert len(diary.notices) == 1
        assert "5 lines" in diary.notices[0]
    aside = path.with_name("diary.db.journal.unreadable.jsonl")
    assert len(aside.read_bytes().splitlines()) == 5
    with open_diary(path) as diary:
        assert diary.notices == []


@pytest.mark.parametrize("leave_kb", [0, 4, 8, 20, 36])
def test_a_disk_without_room_for_a_new_diary(small_disk: Path, leave_kb: int) -> None:
    diary_kill.fill(small_disk / "filler", leave_kb)
    with pytest.raises(DiaryError, match=r"the disk is full\. Free some space"), open_diary(small_disk / "diary.db"):
        pass
