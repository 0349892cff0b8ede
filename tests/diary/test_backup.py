from __future__ import annotations

import os
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.diary.making import NOON, save, spasm
from voicelog.core.entry import Change
from voicelog.core.errors import DiaryError
from voicelog.diary import Diary, open_diary
from voicelog.diary.repair.backup import back_up, back_up_if_due, backups, check_backup, restore
from voicelog.diary.repair.erase import erase, to_erase

NOW = datetime.now(UTC)


def test_a_backup_of_a_diary_in_use_is_a_diary_of_its_own(diary: Diary, path: Path) -> None:
    diary.write(save(spasm("a", severity=8.0)))
    made = back_up(path)
    diary.write(save(spasm("b")))
    assert check_backup(made) == 1
    if os.name == "posix":
        assert stat.S_IMODE(made.stat().st_mode) == 0o600
        assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    with open_diary(made) as copy:
        assert list(copy.entries()) == [spasm("a", severity=8.0)]


def test_one_a_day_where_anything_changed_and_fourteen_kept(diary: Diary, path: Path) -> None:
    made = []
    for day in range(20):
        now = NOW + timedelta(days=day)
        if day != 10:
            diary.write(save(spasm(str(day), day)))
        made.append(back_up_if_due(path, now=now))
        assert back_up_if_due(path, now=now) is None
    assert made[10] is None
    assert backups(path) == [each for each in made[::-1] if each][:14]
    assert back_up_if_due(path, keep=0, now=NOW + timedelta(days=99)) is None


def test_a_damaged_diary_makes_no_backup_and_the_older_ones_stay(path: Path) -> None:
    with open_diary(path) as diary:
        diary.write_many(save(spasm(str(number), number)) for number in range(300))
    kept = back_up(path)
    data = bytearray(path.read_bytes())
    data[4096:40960] = bytes(36864)
    path.write_bytes(data)
    with pytest.raises(DiaryError, match=r"damaged|malformed"):
        back_up(path)
    assert backups(path) == [kept]
    assert sorted(file.name for file in kept.parent.iterdir()) == [kept.name]


def test_restoring_keeps_the_present_one(path: Path) -> None:
    with open_diary(path) as diary:
        diary.write(save(spasm("a")))
        kept = back_up(path)
        diary.write(save(spasm("b")))
    aside = restore(path, kept)
    assert aside is not None
    with open_diary(path) as diary, open_diary(aside) as before:
        assert [entry.id for entry in diary.entries()] == ["a"]
        assert [entry.id for entry in before.entries()] == ["a", "b"]


def test_what_is_no_sound_backup_is_not_restored(diary: Diary, path: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.db"
    bad.write_text("x" * 9999)
    other = tmp_path / "other.db"
    sqlite3.connect(other).executescript("CREATE TABLE a (b); VACUUM")
    for file in (bad, other, tmp_path / "none"):
        with pytest.raises(DiaryError, match=r"damaged or no backup|There is no backup"):
            restore(path, file)
    kept = back_up(path)
    with diary.listening(), pytest.raises(DiaryError, match="is listening"):
        restore(path, kept)
    assert diary.count() == 0


def test_deleting_is_for_good_in_every_copy(diary: Diary, path: Path) -> None:
    old = spasm("old", note="unmistakable words", triggers=("rareword",))
    new = spasm("new", 60 * 24 * 9, note="stays")
    for entry in (old, new):
        diary.write(save(entry, words=entry.note or ""))
    diary.write(Change("2", "change", old, old.with_fields(severity=3.0), NOON, "unmistakable correction"))
    diary.keep_unclear("unmistakable mumbling", NOON)
    kept = back_up(path)
    aside = path.with_name(f"{path.name}.before-restore-1")
    aside.write_bytes(path.read_bytes())
    assert to_erase(diary, NOON + timedelta(days=1)) == 1
    assert erase(diary, NOON + timedelta(days=1)) == 1
    assert not kept.exists()
    assert not aside.exists()
    assert [entry.id for entry in diary.entries()] == ["new"]
    assert diary.history("old") == []
    for file in path.parent.rglob("*"):
        assert file.is_dir() or b"unmistakable" not in file.read_bytes()
    assert diary.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert erase(diary, None) == 1
    for file in path.parent.rglob("*"):
        assert file.is_dir() or not {b"stays", b"rareword"} & set(file.read_bytes().split(b"\0"))
    diary.write(save(spasm("again", triggers=("cold",))))
    assert diary.count() == 1
