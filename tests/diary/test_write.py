from __future__ import annotations

import os
import sqlite3
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from tests.diary.making import NOON, ODD_ENTRIES, save, spasm
from voicelog.converse.messages import Filter, Journaled, Look
from voicelog.core.entry import Change, Entry
from voicelog.core.errors import DiaryError
from voicelog.diary import Diary, Stored, open_diary
from voicelog.diary.store.write import clean_entry


def test_what_is_written_is_there_when_it_is_opened_again(diary: Diary, path: Path) -> None:
    entry = spasm(severity=8.5, locations=("left leg", "back"), note="ä \u202e \0 '\"")
    assert diary.write(save(entry)) == Stored(save(entry))
    with open_diary(path) as other:
        assert list(other.entries()) == [entry]
        assert other.history("a") == [save(entry)]
        assert other.get("a") == entry
        assert other.get("b") is None


def test_writing_the_same_change_twice_does_nothing(diary: Diary) -> None:
    change = save(spasm())
    assert diary.write(change) == diary.write(change)
    assert diary.history("a") == [change]
    assert diary.count() == 1


def test_undo_and_restore_work_across_restarts(diary: Diary, path: Path) -> None:
    entry = spasm(severity=8.0)
    better = entry.with_fields(severity=6.0)
    steps = [
        save(entry),
        Change("2", "change", entry, better, NOON, "no six"),
        Change("3", "remove", better, None, NOON, "undo"),
        Change("4", "restore", None, better, NOON, "restore", undoes="3"),
    ]
    for step in steps:
        diary.write(step)
        with open_diary(path) as other:
            assert other.recent_changes(1) == [step]
            assert other.get("a") == step.after
            assert list(other.entries(removed=True)) == ([better] if step.after is None else [])
    assert diary.history("a") == steps
    assert diary.recent_changes(3) == steps[:0:-1]


def test_files_are_for_the_user_alone(diary: Diary, path: Path) -> None:
    diary.write(save(spasm()))
    if os.name == "posix":
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_the_log_is_kept_and_synced_before_write_returns(diary: Diary) -> None:
    assert diary.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert diary.connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_order_stays_when_the_clock_is_set_back(diary: Diary, path: Path) -> None:
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    clocks = [now, now - timedelta(days=400), now - timedelta(days=400), now + timedelta(seconds=1)]
    for number, clock in enumerate(clocks):
        with open_diary(path) as other:
            other.write(save(Entry(str(number), "spasm", clock, clock)))
    entries = {entry.id: entry for entry in diary.entries()}
    logged = [entries[str(number)].logged_at for number in range(4)]
    assert logged == sorted(set(logged))
    assert logged[3] == clocks[3]
    assert [entries[str(number)].at for number in range(4)] == clocks
    assert [change.entry.id for change in diary.recent_changes(4)] == ["3", "2", "1", "0"]


def test_times_keep_their_offset_and_their_order_through_summer_time(diary: Diary) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=0)
    again = datetime(2026, 10, 25, 2, 10, tzinfo=berlin, fold=1)
    abroad = datetime(2026, 10, 25, 10, 45, tzinfo=timezone(timedelta(hours=9, minutes=45)))
    for name, at in (("again", again), ("first", first), ("abroad", abroad)):
        diary.write(save(Entry(name, "spasm", at, NOON)))
    assert [entry.id for entry in diary.entries()] == ["first", "abroad", "again"]
    assert [entry.at.isoformat() for entry in diary.entries()] == [
        "2026-10-25T02:30:00+02:00",
        "2026-10-25T10:45:00+09:45",
        "2026-10-25T02:10:00+01:00",
    ]
    assert [entry.id for entry in diary.entries(first, again)] == ["first", "abroad"]


@settings(max_examples=20, deadline=None)
@given(entry=ODD_ENTRIES)
def test_every_field_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, entry: Entry) -> None:
    with open_diary(tmp_path_factory.mktemp("odd") / "d.db") as diary:
        diary.write(save(entry))
        found = diary.get(entry.id)
        assert found == entry
        assert found.at.utcoffset() == entry.at.utcoffset()
        assert list(diary.entries()) == [entry]
        assert diary.history(entry.id)[0].after == entry
        assert diary.look(Look(Filter())).entries == (entry,)


def test_what_no_file_can_hold_is_mended_or_refused(diary: Diary) -> None:
    assert clean_entry(spasm(note="half \ud83d of", text="\ud83d\ude00")).note == "half \ufffd of"
    with pytest.raises(ValueError, match="severity is no number"):
        clean_entry(spasm(severity=float("nan")))
    with pytest.raises(ValueError, match="no UTC offset"):
        clean_entry(spasm().with_fields(at=datetime(2026, 1, 1)))


def test_running_are_the_spasms_not_said_to_be_over(diary: Diary) -> None:
    assert diary.running() == ()
    first, second = spasm("a", running=True), spasm("b", 5, running=True)
    diary.write(save(first))
    diary.write(save(second))
    assert diary.running() == (first, second)
    diary.write(Change("2", "change", second, second.with_fields(running=False, duration_s=60.0), NOON))
    assert diary.running() == (first,)
    diary.write(Change("3", "remove", first, None, NOON))
    assert diary.running() == ()


def test_what_was_not_understood_is_kept_as_text(diary: Diary) -> None:
    diary.keep_unclear("lets go back", NOON + timedelta(hours=1))
    diary.keep_unclear("the beach", NOON)
    assert [text for _, text in diary.unclear()] == ["the beach", "lets go back"]
    assert list(diary.unclear(since=NOON + timedelta(minutes=1))) == [(NOON + timedelta(hours=1), "lets go back")]


def test_entries_are_streamed_while_others_write(diary: Diary, path: Path) -> None:
    diary.write_many(save(spasm(f"{number:04}", number)) for number in range(2500))
    seen = []
    for number, entry in enumerate(diary.entries()):
        seen.append(entry.id)
        if number == 10:
            with open_diary(path) as other:
                other.write(save(spasm("late", 99999)))
    assert seen == [*(f"{number:04}" for number in range(2500)), "late"]


def test_threads_take_turns(diary: Diary) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 20):
            diary.write(save(spasm(str(number), number)))

    threads = [Thread(target=write, args=(100 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert diary.count() == 80
    logged = [change.entry.logged_at for change in diary.recent_changes(80)]
    assert logged == sorted(logged, reverse=True)


def test_find_by_the_beginning_of_an_id(diary: Diary) -> None:
    for name in ("abc", "abd", "b%_"):
        diary.write(save(spasm(name)))
    assert [entry.id for entry in diary.find("ab")] == ["abc", "abd"]
    assert [entry.id for entry in diary.find("b%")] == ["b%_"]
    assert diary.find("%") == []


def test_an_import_that_fails_leaves_nothing(diary: Diary) -> None:
    class Broken(Exception):
        pass

    def changes() -> list[Change]:
        raise Broken

    with pytest.raises(Broken):
        diary.write_many(change for part in ([save(spasm())], None) for change in (part or changes()))
    assert diary.count() == 0
    diary.write(save(spasm()))
    assert diary.count() == 1


def test_it_opens_in_plain_sqlite(diary: Diary, path: Path) -> None:
    diary.write(save(spasm(locations=("left leg",), severity=7.0)))
    conn = sqlite3.connect(path)
    row = conn.execute("SELECT kind, at, severity, value FROM entries, json_each(locations)").fetchone()
    assert row == ("spasm", "2026-03-01T12:00:00+00:00", 7.0, "left leg")
    conn.close()


def test_a_diary_that_goes_away_while_open_is_missed_and_never_replaced(diary: Diary, path: Path) -> None:
    parts = ("", "-wal", "-shm")
    diary.write(save(spasm("a")))
    for part in parts:
        path.with_name(path.name + part).rename(path.with_name("elsewhere.db" + part))
    for entry_id in ("b", "c"):
        outcome = diary.write(save(spasm(entry_id)))
        assert isinstance(outcome, Journaled)
        assert not outcome.beside
    assert not path.exists()
    assert ["is gone" in notice for notice in diary.news()] == [True]
    assert {entry.id for entry in diary.entries()} == {"a", "b", "c"}
    path.write_bytes(b"")
    assert isinstance(diary.write(save(spasm("d"))), Journaled)
    assert path.stat().st_size == 0
    for part in parts:
        path.with_name("elsewhere.db" + part).replace(path.with_name(path.name + part))
    diary.look_after()
    with open_diary(path) as again:
        assert {entry.id for entry in again.entries()} == {"a", "b", "c", "d"}
    assert any("in its place again" in notice for notice in diary.news())


def test_a_second_listener_is_refused_and_others_are_not(diary: Diary, path: Path) -> None:
    with diary.listening(), open_diary(path) as other:
        with pytest.raises(DiaryError, match="Another voicelog is listening"), other.listening():
            pass
        assert isinstance(other.write(save(spasm())), Stored)
    with diary.listening():
        pass
