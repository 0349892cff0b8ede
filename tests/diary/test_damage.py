from __future__ import annotations

import os
import random
import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.diary.making import NOON, save, spasm
from voicelog.converse.messages import Filter, Look
from voicelog.core.entry import Change, Entry
from voicelog.diary import Diary, open_diary
from voicelog.diary.repair import repair as mending
from voicelog.diary.repair.backup import back_up
from voicelog.diary.store import opening

Whole = tuple[Path, dict[str, list[Entry]]]
COUNT = 120
PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    path = tmp_path_factory.mktemp("whole") / "diary.db"
    with open_diary(path) as diary:
        for number in range(COUNT):
            entry = spasm(f"{number:04}", number, severity=number % 21 / 2, note="walks and talks " * (number % 9))
            diary.write(save(entry))
            if number % 4 == 0:
                diary.write(Change(f"c{number}", "change", entry, entry.with_fields(severity=1.5), NOON))
        diary.keep_unclear("blah", NOON)
        return path, {name: [change.entry for change in diary.history(name)] for name in ids(diary)}


def ids(diary: Diary) -> list[str]:
    return [entry.id for entry in diary.entries()]


def copied(whole: Path, folder: Path) -> Path:
    shutil.copytree(whole.parent, folder, dirs_exist_ok=True)
    return folder / whole.name


def flips(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 3, 30, 300))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data)) :]


def zeroed(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.randrange(1, 6)):
        start = rng.randrange(len(data) // PAGE) * PAGE
        data[start : start + PAGE] = bytes(PAGE)


def no_head(data: bytearray, rng: random.Random) -> None:
    length = rng.choice((16, 100, PAGE))
    data[:length] = rng.choice((bytes(length), rng.randbytes(length)))


def noise(data: bytearray, rng: random.Random) -> None:
    start = rng.randrange(len(data))
    length = min(rng.randrange(9000), len(data) - start)
    data[start : start + length] = rng.randbytes(length)


@pytest.mark.parametrize("seed", range(100))
def test_damaged_at_random(whole: Whole, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = copied(whole[0], tmp_path / "data")
    damage = (flips, cut, zeroed, no_head, noise)[seed % 5]
    data = bytearray(path.read_bytes())
    damage(data, rng)
    path.write_bytes(data)
    with open_diary(path) as diary:
        entries = list(diary.entries())
        aside = list(path.parent.glob("*.damaged-*"))
        if aside:
            # The one damaged is kept as it was, and what came of it is told.
            assert data in [file.read_bytes() for file in aside]
            assert f"{len(entries)} entr" in " ".join(diary.notices)
        else:
            assert len(entries) == COUNT
            assert diary.notices == []
        # Nothing wrong is passed off as right: what is not marked unsure is the entry as it is, or as it once was.
        assert [entry for entry in entries if not entry.unsure and entry not in whole[1][entry.id]] == []
        assert diary.look(Look(Filter())).count == len(entries)
        assert diary.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if damage in (zeroed, noise, no_head):
            assert len(entries) >= COUNT / 2
        after = save(spasm("after", 99999))
        diary.write(after)
        assert diary.get("after") is not None
    with open_diary(path) as diary:
        assert diary.notices == []
        assert diary.count() == len(entries) + 1


@pytest.fixture
def damaged(whole: Whole, tmp_path: Path) -> Path:
    path = copied(whole[0], tmp_path / "data")
    back_up(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 3 // 4)
    return path


def test_history_and_removal_come_through(whole: Whole, tmp_path: Path) -> None:
    path = copied(whole[0], tmp_path / "data")
    with open_diary(path) as diary:
        gone = diary.get("0001")
        assert gone is not None
        diary.write(Change("gone", "remove", gone, None, NOON, "undo"))
        expected = {name: diary.history(name) for name in ("0000", "0001", "0002")}
        unclear = list(diary.unclear())
    data = bytearray(path.read_bytes())
    data[:100] = bytes(100)
    path.write_bytes(data)
    with open_diary(path) as diary:
        assert diary.get("0001") is None
        assert [entry.id for entry in diary.entries(removed=True)] == ["0001"]
        if diary.history("0000") == expected["0000"]:
            assert {name: diary.history(name) for name in expected} == expected
            assert list(diary.unclear()) == unclear
        assert diary.count() == COUNT - 1


def test_the_newest_backup_is_offered(damaged: Path) -> None:
    with open_diary(damaged) as diary:
        lost = COUNT - diary.count()
        assert lost > 0
        assert f"the {lost} entries missing now: voicelog restore --missing" in diary.notices[-1]


def test_a_reading_command_mends_too(damaged: Path) -> None:
    with open_diary(damaged, read_only=True) as diary:
        assert "was damaged" in diary.notices[0]


def test_what_is_in_the_log_is_recovered_too(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    with open_diary(path) as diary:
        for number in range(50):
            diary.write(save(spasm(f"{number:04}", number)))
        live = tmp_path / "live"
        live.mkdir()
        for ending in ("", "-wal", ".journal.jsonl", ".journal.lock"):
            shutil.copy(path.with_name(path.name + ending), live / f"diary.db{ending}")
    assert (live / "diary.db-wal").stat().st_size > 0
    (live / "diary.db").write_bytes(b"\0" * 4096)
    with open_diary(live / "diary.db") as diary:
        assert diary.count() == 50


def test_an_emptied_or_missing_diary_offers_the_backup(whole: Whole, tmp_path: Path) -> None:
    path = copied(whole[0], tmp_path / "data")
    back_up(path)
    path.write_bytes(b"")
    with open_diary(path) as diary:
        assert "gone or empty" in diary.notices[0]
        assert "voicelog restore" in diary.notices[0]
    path.unlink()
    with open_diary(path) as diary:
        assert "gone or empty" in diary.notices[0]


def test_a_crash_in_the_midst_of_mending_is_made_good(damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(path: Path, word: str = "damaged") -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(mending, "put_aside", crash)
        with pytest.raises(KeyboardInterrupt):
            open_diary(damaged)
    content = damaged.read_bytes()
    with open_diary(damaged) as diary:
        assert diary.count() > 0
    assert content in [file.read_bytes() for file in damaged.parent.glob("*.damaged-*")]


def test_a_disk_that_failed_for_a_moment_is_no_damage(whole: Whole, tmp_path: Path) -> None:
    path = copied(whole[0], tmp_path / "data")
    before = path.read_bytes()
    assert mending.mend(path, None, partial(opening._is_whole, None)) is None
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.damaged-*"))


def test_sectors_that_cannot_be_read_are_left_out(
    whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(whole[0], tmp_path / "data")
    bad = range(5 * PAGE, 8 * PAGE)
    real = os.read

    def failing(fd: int, length: int) -> bytes:
        at = os.lseek(fd, 0, os.SEEK_CUR)
        if length > 1 and at < bad.stop and at + length > bad.start and os.path.sameopenfile(fd, source.fileno()):
            raise OSError(5, "Input/output error")
        return real(fd, length)

    with path.open("rb") as source:
        monkeypatch.setattr(os, "read", failing)
        mended = mending.mend(path, None, partial(opening._is_whole, None))
    monkeypatch.undo()
    assert mended is not None
    assert mended.whole >= COUNT / 2
    with open_diary(path) as diary:
        assert diary.count() == mended.whole + mended.uncertain


def test_a_changed_digit_in_a_row_is_noticed_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    with open_diary(path) as diary:
        diary.write(save(spasm(severity=8.0, at=NOON + timedelta(hours=1))))
        diary.connection.execute("UPDATE entries SET severity = 3.0")
        found = diary.get("a")
        assert found is not None
        assert found.severity == 8.0
