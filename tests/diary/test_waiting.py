"""What waits in the journal is looked up with the rest; what is deleted for good stays deleted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.diary.making import NOON, save, spasm
from tests.diary.test_journal import locked
from voicelog.converse.messages import Filter, Journaled, Look
from voicelog.core.entry import Change
from voicelog.core.errors import DiaryError
from voicelog.core.settings import Settings
from voicelog.diary import Diary, open_diary, open_for_listening
from voicelog.diary.repair.backup import back_up
from voicelog.diary.repair.erase import copies, erase

LOOKS = [
    Look(Filter(kinds=kinds, locations=places, severity_min=least), order, limit)
    for kinds in ((), ("spasm",), ("medication",))
    for places in ((), ("leg",), ("left leg",))
    for least in (None, 4.0)
    for order in ("newest", "oldest", "worst", "longest")
    for limit in (1, 3, 99)
]


def changes() -> Iterator[Change]:
    for number in range(24):
        if number % 3:
            places = (("left leg",), ("both legs",), ("back",))[number % 3 - 1]
            entry = spasm(f"{number}", number, severity=number % 11 / 2, locations=places, duration_s=float(number))
        else:
            entry = spasm(f"{number}", number).with_fields(
                kind="medication", medication="baclofen", dose=10.0, unit="mg", severity=None
            )
        yield save(entry)
        if number % 4 == 1:
            before, entry = entry, entry.with_fields(severity=9.5, locations=("right leg",))
            yield Change(f"c{number}", "change", before, entry, NOON)
        if number % 5 == 2:
            yield Change(f"r{number}", "remove", entry, None, NOON)


@pytest.mark.parametrize("written", [0, 7, 20])
def test_what_waits_is_found_as_if_it_were_written(tmp_path: Path, written: int) -> None:
    steps = list(changes())
    with open_diary(tmp_path / "all.db") as whole, open_diary(tmp_path / "some.db", wait_s=0.01) as some:
        for step in steps:
            whole.write(step)
        for step in steps[:written]:
            some.write(step)
        with locked(some.path):
            for step in steps[written:]:
                assert isinstance(some.write(step), Journaled)
            some.keep_unclear("mumble", NOON)
            for look in LOOKS:
                assert some.look(look) == whole.look(look)
            assert [entry.id for entry in some.entries()] == [entry.id for entry in whole.entries()]
            assert some.count() == whole.count()
            assert some.get("1") == whole.get("1")
            assert some.get("2") is None
            assert some.knows("2")
            assert some.recent_changes(999) == whole.recent_changes(999)
            assert some.history("1") == whole.history("1")
            assert list(some.unclear()) == [(NOON, "mumble")]
        some.look_after()
        assert any("now in it" in notice for notice in some.news())
        assert [entry.id for entry in some.entries()] == [entry.id for entry in whole.entries()]


def test_a_locked_diary_is_listened_for_all_the_same(diary: Diary, path: Path) -> None:
    diary.write(save(spasm("a")))
    diary.close()
    settings = Settings().with_value("diary.path", str(path), "test")
    with exclusively(path), open_for_listening(settings, wait_s=0.1) as opened:
        assert isinstance(opened.write(save(spasm("b", 1))), Journaled)
        assert any("locked" in notice for notice in opened.news())
    with open_diary(path) as again:
        assert {entry.id for entry in again.entries()} == {"a", "b"}


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    import sqlite3

    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("COMMIT")
        other.close()


def test_a_deletion_that_fails_has_destroyed_nothing(diary: Diary, path: Path) -> None:
    diary.write(save(spasm("a")))
    made = back_up(path)
    with locked(path), pytest.raises(DiaryError, match=r"Nothing was deleted.*Try again"):
        erase(diary, None)
    assert made.is_file()
    assert diary.count() == 1


def test_what_is_deleted_for_good_is_not_brought_back(diary: Diary, path: Path) -> None:
    entry = spasm("a")
    diary.write(save(entry))
    before = diary.erased()
    with open_diary(path) as other:
        assert erase(other, None) == 1
    assert diary.erased() != before
    for step in (Change("2", "restore", None, entry, NOON, undoes="1"), Change("3", "change", entry, entry, NOON)):
        with pytest.raises(DiaryError, match="deleted for good"):
            diary.write(step)
    diary.write(save(spasm("b")))
    assert [found.id for found in diary.entries()] == ["b"]


def test_a_part_deleted_leaves_the_rest_to_be_changed(diary: Diary) -> None:
    old, new = spasm("old", 0), spasm("new", 60 * 24 * 3)
    diary.write(save(old))
    diary.write(save(new))
    assert erase(diary, NOON + timedelta(days=1)) == 1
    diary.write(Change("2", "change", new, new.with_fields(severity=2.0), NOON))
    found = diary.get("new")
    assert found is not None
    assert found.severity == 2.0


def test_links_second_names_and_their_backups_are_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real" / "diary.db", tmp_path / "link" / "diary.db"
    with open_diary(real) as diary:
        diary.write(save(spasm("a", note="unmistakable")))
    link.parent.mkdir()
    link.symlink_to(real)
    os.link(real, real.with_name("second.db"))
    kept = {back_up(real), back_up(link), back_up(real.with_name("second.db"))}
    with open_diary(link) as diary, diary.listening():
        for name in (real, link, real.with_name("second.db")):
            with open_diary(name) as other, pytest.raises(DiaryError, match="Another voicelog"), other.listening():
                pass
        assert kept <= set(copies(diary.path, link))
        erase(diary, None, name=link)
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or b"unmistakable" not in file.read_bytes()


def test_a_history_row_with_a_wrong_byte_is_mended_and_told(diary: Diary, path: Path) -> None:
    for number in range(30):
        diary.write(save(spasm(f"{number}", number)))
    diary.close()
    data = bytearray(path.read_bytes())
    place = data.rfind(b'"text": "')
    data[place] ^= 0x80
    path.write_bytes(data)
    with open_diary(path) as opened:
        assert "was damaged" in " ".join(opened.news())
        assert len(opened.recent_changes(99)) == opened.count() == 30
    with open_diary(path) as opened:
        assert opened.news() == []


def test_damage_under_way_is_mended_under_way(diary: Diary, path: Path) -> None:
    diary.write(save(spasm("a")))
    diary.connection.execute("UPDATE changes SET after = substr(after, 1, 20)")
    diary.connection.execute("UPDATE entries SET severity = 3.5")
    assert diary.look(Look(Filter())).count == 1
    assert any("was damaged" in notice for notice in diary.news())
    diary.write(save(spasm("b", 1)))
    assert diary.count() == 2
