from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import diary_kill
import pytest

from tests.diary.making import NOON, save, spasm
from voicelog.converse.messages import Journaled
from voicelog.core.entry import Change
from voicelog.core.errors import DiaryError
from voicelog.core.settings import data_folder, log_folder
from voicelog.diary import Diary, Stored, open_diary
from voicelog.diary.store import journal


@contextmanager
def locked(path: Path) -> Iterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_change_that_meets_a_lock_is_journaled_and_taken_in_by_the_next_write(diary: Diary, path: Path) -> None:
    first, second = save(spasm("a", severity=8.5, note="ü\n")), save(spasm("b", 1))
    with locked(path):
        outcome = diary.write(first)
        diary.keep_unclear("blah", NOON)
    assert outcome == Journaled(first, "another program has locked the diary")
    assert diary.count() == 1
    assert diary.write(second) == Stored(second, taken_in=1)
    assert [change.id for change in diary.recent_changes()] == [second.id, first.id]
    assert diary.get("a") == first.after
    assert list(diary.unclear()) == [(NOON, "blah")]
    assert journal.read(journal.journal_path(path)) == journal.Kept((), ())
    assert any("kept in the journal" in notice for notice in diary.notices)


def test_it_is_taken_in_when_the_diary_is_next_opened_and_only_once(diary: Diary, path: Path) -> None:
    change = save(spasm())
    with locked(path):
        diary.write(change)
        diary.write(change)
    content = journal.journal_path(path).read_bytes()
    for _ in range(2):
        # As if power had gone between the commit and the clearing of the journal.
        journal.journal_path(path).write_bytes(content)
        with open_diary(path) as other:
            assert other.history("a") == [change]
            assert journal.read(journal.journal_path(path)).records == ()


def test_reading_commands_take_it_in_too(diary: Diary, path: Path) -> None:
    with locked(path):
        diary.write(save(spasm()))
    diary.close()
    with open_diary(path, read_only=True) as other:
        assert other.count() == 1
        assert other.notices


def test_a_correction_in_the_journal_comes_after_what_it_corrects(diary: Diary, path: Path) -> None:
    entry = spasm(severity=8.0)
    right = entry.with_fields(severity=6.0)
    with locked(path):
        diary.write(save(entry))
        diary.write(Change("2", "change", entry, right, NOON))
        diary.write(Change("3", "remove", right, None, NOON))
        diary.write(Change("4", "restore", None, right, NOON, undoes="3"))
    diary.take_in()
    assert diary.get("a") == right
    assert [change.op for change in diary.history("a")] == ["save", "change", "remove", "restore"]


@pytest.mark.parametrize("cut", [1, 7, 40, 200])
def test_a_torn_last_line_is_told_of_and_the_rest_taken_in(diary: Diary, path: Path, cut: int) -> None:
    with locked(path):
        diary.write(save(spasm("a")))
        diary.write(save(spasm("b")))
    diary.close()
    file = journal.journal_path(path)
    file.write_bytes(file.read_bytes().rstrip(b"\n")[:-cut])
    with open_diary(path) as other:
        assert [entry.id for entry in other.entries()] == ["a"]
        assert any("1 line of the journal" in notice for notice in other.notices)
    with open_diary(path) as other:
        assert other.notices == []


def test_lines_are_added_after_a_torn_one(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    file.write_bytes(b'{"a": 1}\n{"b": ')
    journal.append(file, {"c": 3})
    assert journal.read(file) == journal.Kept(({"a": 1}, {"c": 3}), (b'{"b": ',))


def test_the_reserve_is_used_up_first_and_made_up_again(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    journal.reserve(file)
    for number in range(3):
        journal.append(file, {"number": number})
        assert file.stat().st_size == journal.RESERVE
    journal.append(file, {"long": "x" * journal.RESERVE})
    journal.append(file, {"number": 3})
    assert [record.get("number") for record in journal.read(file).records] == [0, 1, 2, None, 3]
    journal.clear(file)
    assert journal.read(file).records == ()
    assert file.stat().st_size == journal.RESERVE


def test_what_waited_does_not_take_back_what_came_later(diary: Diary, path: Path) -> None:
    entry = spasm(severity=8.0)
    right = entry.with_fields(severity=6.0)
    later = NOON + timedelta(minutes=1)
    with locked(path):
        diary.write(save(entry))
    content = journal.journal_path(path).read_bytes()
    journal.clear(journal.journal_path(path))
    diary.write(Change("2", "change", entry, right, later))
    journal.journal_path(path).write_bytes(content)
    assert diary.take_in() == 1
    assert diary.get("a") == right
    assert {change.op for change in diary.history("a")} == {"save", "change"}


@pytest.mark.parametrize("minutes", [-60, 0, 60])
def test_what_waited_comes_where_it_belongs_even_if_the_clock_was_set(diary: Diary, path: Path, minutes: int) -> None:
    entry = spasm(severity=8.0)
    right = entry.with_fields(severity=6.0)
    then = NOON + timedelta(minutes=minutes)
    diary.write(save(entry))
    with locked(path):
        diary.write(Change("2", "change", entry, right, then))
        diary.write(Change("3", "remove", right, None, then))
        diary.write(Change("4", "restore", None, right, then, undoes="3"))
    assert diary.take_in() == 3
    assert diary.get("a") == right
    assert [change.id for change in diary.history("a")] == ["save a", "2", "3", "4"]


@pytest.mark.parametrize("minutes", [-60, 0, 60])
def test_a_saving_that_waited_longer_than_its_correction_does_not_undo_it(
    diary: Diary, path: Path, minutes: int
) -> None:
    entry = spasm(severity=8.0)
    right = entry.with_fields(severity=6.0)
    with locked(path):
        diary.write(save(entry))
    content = journal.journal_path(path).read_bytes()
    journal.clear(journal.journal_path(path))
    diary.write(Change("2", "change", entry, right, NOON + timedelta(minutes=minutes)))
    journal.journal_path(path).write_bytes(content)
    assert diary.take_in() == 1
    assert diary.get("a") == right
    assert {change.id for change in diary.history("a")} == {"save a", "2"}


def test_where_neither_can_be_written_it_says_so(diary: Diary, path: Path) -> None:
    journal.journal_path(path).unlink()
    journal.journal_path(path).mkdir()
    with locked(path):
        outcome = diary.write(save(spasm()))
        assert isinstance(outcome, Journaled)
        assert not outcome.beside
        for folder in (data_folder(), log_folder()):
            folder.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(folder / "waiting", ignore_errors=True)
            (folder / "waiting").write_text("x")
        with pytest.raises(DiaryError, match=r"could not be saved: another program .* Free some space"):
            diary.write(save(spasm("b")))


def test_a_disk_that_fills_up_loses_nothing(small_disk: Path) -> None:
    path = small_disk / "diary.db"
    confirmed: list[str] = []
    journaled: list[str] = []
    refused: list[str] = []
    filler = small_disk / "filler"
    with open_diary(path) as diary:
        for number in range(120):
            if number == 10:
                diary_kill.fill(filler)
            change = save(spasm(f"{number:04}", number, text="x" * 800))
            try:
                outcome = diary.write(change)
            except DiaryError:
                refused.append(change.entry.id)
                continue
            if isinstance(outcome, Journaled):
                assert outcome.why == "the disk is full"
                journaled.append(change.entry.id)
            else:
                confirmed.append(change.entry.id)
        assert len(confirmed) >= 10
        assert len(journaled) >= 50
        assert len(confirmed) + len(journaled) + len(refused) == 120
        assert {entry.id for entry in diary.entries()} == {*confirmed, *journaled}
        filler.unlink()
        last = save(spasm("last", 9999))
        assert diary.write(last) == Stored(last, taken_in=len(journaled))
    with open_diary(path) as diary:
        assert {entry.id for entry in diary.entries()} == {*confirmed, *journaled, "last"}
        assert diary.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        logged = [change.entry.logged_at for change in diary.recent_changes(9999)]
        assert logged == sorted(logged, reverse=True)
        assert logged[0] - logged[-1] < timedelta(days=10)
