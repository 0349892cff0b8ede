from __future__ import annotations

import io
import os
import queue
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from tests.room import Room, room
from voicelog.app.run.clock import HandClock, RealClock
from voicelog.app.run.voice_output import Aloud, device_of, style_of
from voicelog.app.run.wiring import converse_settings, run_help
from voicelog.app.view.status_file import Standing, read_standing, standing_path, write_standing
from voicelog.app.view.terminal import SHOWN, LiveView
from voicelog.core.entry import Change, Entry
from voicelog.core.resources import grammars_folder
from voicelog.core.settings import Settings, Value, cache_folder, specs
from voicelog.recognise.decoder import vocabulary
from voicelog.recognise.phrase_cache import KEPT, kept_vocabulary
from voicelog.understand.grammar.grammar import load_grammar

__all__ = ["room"]

NOW = datetime(2026, 3, 1, 3, 10, tzinfo=timezone(timedelta(hours=1)))


def change(number: int, op: str = "save", **fields: object) -> Change:
    entry = Entry(str(number), "spasm", NOW, NOW).with_fields(**fields)
    before, after = (entry, None) if op == "remove" else (None, entry)
    return Change(f"c{number}", op, before, after, NOW)


# ---- the clock ------------------------------------------------------------------------------------------------------


def test_the_hand_clock_moves_forward_only_and_keeps_the_offset() -> None:
    clock = HandClock(NOW)
    clock.move_to(90)
    clock.move_to(20)
    assert clock.moment().t == 90
    assert clock.moment().wall == NOW + timedelta(seconds=90)
    assert clock.moment().wall.utcoffset() == timedelta(hours=1)


def test_the_hand_clock_counts_real_seconds_when_summer_time_begins() -> None:
    clock = HandClock(datetime(2026, 3, 29, 1, 59, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    clock.move_to(60)
    assert clock.moment().wall.isoformat() == "2026-03-29T03:00:30+02:00"


def test_the_real_clock_goes_by_itself() -> None:
    clock = RealClock(NOW)
    first, second = clock.moment(), clock.moment()
    assert second.t >= first.t >= 0
    assert first.wall - NOW == pytest.approx(timedelta(seconds=first.t), abs=timedelta(seconds=1))
    assert RealClock().moment().wall.tzinfo is not None


# ---- settings -------------------------------------------------------------------------------------------------------


def test_the_conversation_follows_the_settings() -> None:
    settings = Settings()
    values: dict[str, Value] = {
        "conversation.complete_within": 60.0, "questions.severity": False, "night.from": "21:30",
        "night.mode": "on", "help.command": "true", "help.phrases": ("fetch anna",), "voice.volume": 0.5,
    }  # fmt: skip
    for name, value in values.items():
        assert name in specs()
        settings = settings.with_value(name, value, "test")
    made = converse_settings(settings)
    assert (made.complete_within_s, made.ask_severity, made.night_mode) == (60, False, "on")
    assert (made.night_from.hour, made.night_from.minute) == (21, 30)
    assert (made.help_set_up, made.help_phrases, made.volume) == (True, ("fetch anna",), 0.5)


def test_at_night_it_whispers_and_louder_is_louder_then_too() -> None:
    settings = Settings()
    day, night = style_of(settings, hushed=False), style_of(settings, hushed=True)
    assert night.whisper
    assert not day.whisper
    assert night.volume < day.volume
    louder = settings.with_value("voice.volume", 1.0, "test")
    assert style_of(louder, hushed=True).volume > night.volume
    assert style_of(settings.with_value("voice.whisper", True, "test"), hushed=False).whisper


def test_devices_are_numbers_names_or_none() -> None:
    assert (device_of(""), device_of(" 3 "), device_of("USB")) == (None, 3, "USB")


def test_turned_off_nothing_is_heard_and_turned_on_it_is(room: Room) -> None:
    settings = [Settings().with_value("voice.enabled", False, "test")]
    ended: queue.Queue[bool] = queue.Queue()
    problems: queue.Queue[str] = queue.Queue()
    with room.enter(), room.recording() as heard:
        aloud = Aloud(lambda: settings[0], ended.put, problems.put)
        assert not aloud.say("Nobody hears this.", "answer", hushed=False)
        aloud.chime("saved", hushed=False)
        assert aloud.speaker is None
        settings[0] = Settings()
        assert aloud.say("Eight, saved.", "answer", hushed=False)
        assert ended.get(timeout=20) is False
        assert aloud.wait(1)
        settings[0] = settings[0].with_value("voice.enabled", False, "test")
        assert not aloud.say("Nor this.", "answer", hushed=False)
        aloud.close()
    assert heard.samples.max() > 1000
    assert problems.empty()


# ---- the call for help ----------------------------------------------------------------------------------------------


def test_the_command_that_calls_for_help(tmp_path: Path) -> None:
    assert run_help(f"echo one > {tmp_path / 'called'}").ok
    assert (tmp_path / "called").read_text() == "one\n"
    failed = run_help("echo first >&2; echo the bell is off >&2; false")
    assert (failed.ok, failed.why) == (False, "the bell is off")
    assert run_help("exit 7").why == "the command ended with status 7"
    assert not run_help("/no/such/bell").ok
    assert not run_help("").ok


def test_what_a_help_command_leaves_in_the_background_is_not_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    assert run_help(f"(sleep 30; echo late >&2) & echo run >> {tmp_path / 'ran'}").ok
    assert not run_help("sleep 30 & exit 3").ok
    assert time.monotonic() - began < 10
    assert (tmp_path / "ran").read_text() == "run\n"


# ---- the live view --------------------------------------------------------------------------------------------------


def screen(view: LiveView, width: int, height: int) -> str:
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    console.print(view.render())
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("width", "height"), [(100, 30), (60, 16), (30, 10), (20, 5)])
def test_the_view_fits_any_terminal_and_shows_the_last_entries(width: int, height: int) -> None:
    terminal = Console(file=io.StringIO(), width=width, height=height, force_terminal=True)
    with LiveView(terminal) as view:
        view("state", {"state": "listening"})
        for number in range(12):
            view("saved", {}, change(number, severity=float(number % 11), locations=("both legs",)))
        view("heard", {"text": "bad spasm legs", "accepted": True})
        view.hearing("eight out")
        view("said", {"text": "Saved."})
        shown = screen(view, width, height)
    assert "eight out" in shown
    assert "Saved." in shown
    assert "03:10, spasm" in shown
    assert shown.count("/10") <= SHOWN
    if height >= 10:
        assert len(shown.rstrip().splitlines()) <= height


def test_the_view_shows_what_is_wrong_until_it_listens_again() -> None:
    with LiveView(Console(file=io.StringIO(), width=80, height=24, force_terminal=True)) as view:
        view("problem", {"text": "The microphone was lost."})
        view("state", {"state": "microphone lost"})
        assert "The microphone was lost." in screen(view, 80, 24)
        view("state", {"state": "listening"})
        assert "The microphone was lost." not in screen(view, 80, 24)


# ---- what is kept beside --------------------------------------------------------------------------------------------


def test_the_standing_comes_back_and_a_broken_file_is_none(tmp_path: Path) -> None:
    diary = tmp_path / "diary.db"
    assert read_standing(diary) is None
    standing = Standing(os.getpid(), NOW.isoformat(), NOW.isoformat(), "listening", "microphone", 0.5)
    write_standing(diary, standing)
    assert read_standing(diary) == standing
    for broken in ("", "{", "[]", '{"process": 1}'):
        standing_path(diary).write_text(broken)
        assert read_standing(diary) is None


def test_vocabularies_are_made_once_and_only_some_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    grammar = load_grammar(grammars_folder())
    made: list[str] = []

    said = vocabulary(["bad spasm", "eight out of ten"])

    def make() -> str:
        made.append("once")
        return said

    for _ in range(2):
        assert kept_vocabulary(grammar, tmp_path, "", make) == said
    assert made == ["once"]
    file = next(cache_folder().glob("phrases-*"))
    file.write_bytes(said.encode()[:-9])
    assert kept_vocabulary(grammar, tmp_path, "", make) == said
    for number in range(KEPT + 3):
        kept_vocabulary(grammar, tmp_path, str(number), make)
    assert len(list(cache_folder().glob("phrases-*"))) == KEPT
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    assert kept_vocabulary(grammar, tmp_path, "", make) == said
