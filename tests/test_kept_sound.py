"""The sound of what was said: kept beside the diary only while that is asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voicelog.app.cli.main import run as command
from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.run import batch as run
from voicelog.app.run.clock import HandClock
from voicelog.app.run.controller import Silence
from voicelog.app.run.housekeeping import back_up
from voicelog.app.run.recognition import understanding_for
from voicelog.app.view.events import Watched
from voicelog.core.entry import Change, Entry
from voicelog.core.errors import DiaryError
from voicelog.core.settings import Settings
from voicelog.core.utterance import Utterance
from voicelog.diary import open_diary, open_for_listening
from voicelog.diary.privacy.recordings import REFUSED, Sounds, sounds_folder, sounds_of
from voicelog.diary.repair.erase import erase

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TONE = (8000 * np.sin(np.arange(8000) / 10)).astype(np.int16)


class Room:
    """A run whose utterances are made here, typed words and sound together."""

    def __init__(self, opened: run.Opened, clock: HandClock, events: list[tuple[str, dict[str, Any]]]) -> None:
        self.opened, self.clock, self.events = opened, clock, events

    def say(self, text: str, t: float) -> None:
        self.clock.move_to(t)
        self.opened.loop.heard(Utterance(typed=text, samples=TONE))

    @property
    def problems(self) -> list[str]:
        return [values["text"] for name, values in self.events if name == "problem"]


@contextmanager
def listening(diary: Path, now: datetime = NOON, **options: tuple[str, Any]) -> Iterator[Room]:
    given = {name.replace("__", "."): value for name, value in options.items()}
    live = LiveSettings(None, {"diary.path": ("--db", str(diary)), **given})
    events: list[tuple[str, dict[str, Any]]] = []
    clock = HandClock(now)

    def emit(event: str, values: dict[str, Any], change: Change | None = None) -> None:
        events.append((event, values))

    with open_for_listening(live.current) as diary_there:
        wired = run.wired(
            live,
            clock,
            Watched(emit),
            diary_there,
            lambda: understanding_for(Settings()),
            mouth=Silence(),
            expect=lambda _: None,
            call_help=lambda: None,
            teach=lambda _: None,
        )
        yield Room(wired, clock, events)


@pytest.fixture
def diary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path / "diary.db"


def kept(diary: Path) -> list[Path]:
    return sorted(sounds_folder(diary).glob("*")) if sounds_folder(diary).exists() else []


def saved(room: Room) -> list[str]:
    return [values["entry"]["id"] for name, values in room.events if name == "saved"]


def test_no_sound_is_written_unless_asked_for(diary: Path) -> None:
    with listening(diary) as room:
        room.say("bad spasm legs eight out of ten", 1)
        assert saved(room)
    assert not sounds_folder(diary).exists()
    assert not [file for file in diary.parent.rglob("*") if file.is_file() and b"fLaC" in file.read_bytes()]


def test_what_was_accepted_is_kept_by_time_and_entry(diary: Path) -> None:
    with listening(diary, audio__keep_days=("test", 2)) as room:
        room.say("bad spasm legs eight out of ten", 1)
        room.say("lasted two minutes", 3)
        room.say("lets go back to the beach in july", 5)
        room.say("how many spasms today", 200)
        (spasm,) = saved(room)
    names = [file.name for file in kept(diary)]
    assert names == [
        f"20260301T120001.000000Z+{spasm}.flac",
        f"20260301T120003.000000Z+{spasm}.flac",
        "20260301T120320.000000Z.flac",
    ]
    samples, rate = soundfile.read(kept(diary)[0], dtype="int16")
    assert rate == 16000
    assert np.array_equal(samples, TONE)
    if os.name == "posix":
        assert sounds_folder(diary).stat().st_mode & 0o777 == 0o700
        assert {file.stat().st_mode & 0o777 for file in kept(diary)} == {0o600}


def test_it_is_removed_after_its_days_or_when_no_longer_wanted(diary: Path) -> None:
    with listening(diary, audio__keep_days=("test", 2)) as room:
        room.say("bad spasm legs eight", 0)
        room.say("bad spasm arms six", 3600)
        sounds = room.opened.sounds
        assert sounds.tidy(NOON + timedelta(days=2)) == 0
        assert sounds.tidy(NOON + timedelta(days=2, minutes=30)) == 1
        assert len(kept(diary)) == 1
    (sounds_folder(diary) / ".20260301T120000.flac.cut").write_bytes(b"short")
    with listening(diary, NOON + timedelta(days=2), audio__keep_days=("test", 2)):
        assert len(kept(diary)) == 1
    with listening(diary, NOON + timedelta(days=2)):
        assert not sounds_folder(diary).exists()


def test_delete_removes_the_sound_too(diary: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with listening(diary, audio__keep_days=("test", 9)) as room:
        room.say("bad spasm legs eight yesterday", 0)
        room.say("bad spasm arms six", 3600)
        early, late = saved(room)
    assert command(["delete", "--db", str(diary), "--before", "2026-03-01T00:00+00:00", "--yes"]) == 0
    assert "1 entry deleted" in capfd.readouterr().err
    assert [file.name.partition("+")[2] for file in kept(diary)] == [f"{late}.flac"]
    assert early != late
    assert command(["delete", "--db", str(diary), "--all", "--yes"]) == 0
    assert not sounds_folder(diary).exists()


def test_an_entry_of_any_name_finds_its_sound(diary: Path) -> None:
    odd = "../../a+b.flac\0" + "ü" * 300
    with open_diary(diary) as opened:
        old = NOON - timedelta(days=400)
        opened.write(Change("1", "save", None, Entry(odd, "spasm", old, old), NOON))
        file = Sounds(diary, lambda: 1).keep(TONE, NOON, (odd, "other", *"abc"))
        assert file is not None
        assert file.parent == sounds_folder(diary)
        assert sounds_of(diary, NOON, {"b", "a"}) == []
        erase(opened, NOON - timedelta(days=300))
    assert kept(diary) == []


def test_a_disk_that_takes_no_sound_takes_the_entry(diary: Path) -> None:
    sounds_folder(diary).write_text("in the way")
    with listening(diary, audio__keep_days=("test", 2)) as room:
        room.say("bad spasm legs eight", 0)
        assert saved(room)
        assert any("sound could not be kept" in problem for problem in room.problems)
    with pytest.raises(DiaryError, match="could not be kept"):
        Sounds(diary, lambda: 1).keep(TONE, NOON, ())


def test_an_encrypted_diary_is_kept_and_backed_up_with_the_passphrase_asked_for(
    diary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sqlcipher3")
    monkeypatch.setenv("VOICELOG_DIARY_PASSPHRASE", "correct horse")
    with listening(diary, audio__keep_days=("test", 2), diary__encrypted=("test", True)) as room:
        monkeypatch.delenv("VOICELOG_DIARY_PASSPHRASE")
        room.say("bad spasm legs eight", 0)
        assert room.problems == [REFUSED]
        back_up(room.opened.diary, 14, NOON)
    assert not sounds_folder(diary).exists()
    (copy,) = diary.with_name("diary.db.backups").glob("*.db")
    with open_diary(copy, read_only=True, key="correct horse") as opened:
        assert opened.count() == 1
    assert not copy.read_bytes().startswith(b"SQLite")


def test_everything_works_the_same_on_an_encrypted_diary(
    diary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("sqlcipher3")
    from io import BytesIO, TextIOWrapper

    monkeypatch.setenv("VOICELOG_DIARY_PASSPHRASE", "correct horse")
    monkeypatch.setenv("VOICELOG_DIARY_ENCRYPTED", "true")

    def ran(name: str, *options: str | Path, text: str = "") -> str:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text.encode())))
        assert command([name, "--db", str(diary), *map(str, options)]) == 0
        return capfd.readouterr().out

    now = ("--now", "2026-03-01T12:00:00+00:00")
    said = "bad spasm, legs, eight out of ten\n[+5] lasted two minutes\n[+200] how many spasms today\n"
    events = [json.loads(line) for line in ran("listen", "--from-text", "--json", *now, text=said).splitlines()]
    assert "One spasm" in [event["text"] for event in events if event["event"] == "said"][-1]
    assert not diary.read_bytes().startswith(b"SQLite")
    assert json.loads(ran("status", "--json"))["entries"] == 1
    (entry,) = map(json.loads, ran("export", "--json").splitlines())
    assert (entry["severity"], entry["duration_s"]) == (8, 120)
    assert json.loads(ran("stats", "--json", *now))["spasms"] == 1
    ran("report", "-o", tmp_path / "report.html", *now)
    assert "both legs" in (tmp_path / "report.html").read_text()
    assert len(ran("history", entry["id"]).splitlines()) == 2
    made = json.loads(ran("backup", "--json"))
    ran("listen", "--from-text", *now, text="spasm in my left arm\n")
    ran("restore", made["file"], "--yes")
    assert ran("export", "--json").splitlines() == [json.dumps(entry, ensure_ascii=False)]
    ran("export", "-o", tmp_path / "out.json")
    ran("import", tmp_path / "out.json")
    monkeypatch.setenv("VOICELOG_DIARY_PASSPHRASE", "wrong")
    assert command(["export", "--db", str(diary)]) == 1
    assert "passphrase" in capfd.readouterr().err
