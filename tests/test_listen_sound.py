"""The main job on real sound: files, and the devices of a room in software, through processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
import soxr
import vosk

from tests.logger import EIGHT, PATIENCE_S, SEVEN, Logger, env, say
from tests.model import model
from tests.room import RATE, Recording, Room, room
from voicelog.app.run.housekeeping import MISTAKE
from voicelog.app.run.wiring import MICROPHONE_BACK
from voicelog.diary import open_diary

__all__ = ["env", "model", "room", "say"]

Samples = npt.NDArray[np.int16]


@pytest.fixture
def logger(room: Room, env: dict[str, str], tmp_path: Path) -> Iterator[Logger]:
    made = Logger(tmp_path / "diary.db", env=room.environment(**env))
    made.until("state", state="listening")
    yield made
    made.end()


def entries(folder: Path) -> list[dict[str, Any]]:
    with open_diary(folder / "diary.db") as diary:
        return [entry.to_json() for entry in diary.entries()]


def words_of(samples: Samples, model: Path, phrases: list[str]) -> str:
    """Which of the phrases the recogniser hears, all in all."""
    vosk.SetLogLevel(-1)
    recogniser = vosk.KaldiRecognizer(vosk.Model(str(model)), RATE, json.dumps([*phrases, "[unk]"]))
    heard = []
    for start in range(0, len(samples), 4000):
        if recogniser.AcceptWaveform(samples[start : start + 4000].tobytes()):
            heard.append(json.loads(recogniser.Result())["text"])
    return " ".join([*heard, json.loads(recogniser.FinalResult())["text"]])


def wait_for_quiet(heard: Recording) -> None:
    """Until the speaker has said something and then nothing for a while."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        time.sleep(0.2)
        samples = heard.samples
        if np.abs(samples).max(initial=0) > 1000 and np.abs(samples[-RATE:]).max(initial=0) < 200:
            return
    loud = np.flatnonzero(np.abs(samples) > 200)[::800] / RATE
    raise AssertionError(f"the speaker said nothing, or did not stop: of {samples.size / RATE:.1f} s, loud {loud}")


def test_the_main_job(room: Room, logger: Logger, say: dict[str, Samples], tmp_path: Path, model: Path) -> None:
    with room.recording() as heard:
        room.play(say[SEVEN])
        saved = logger.until("saved")["entry"]
        assert logger.until("said")["text"].startswith("Spasm, left arm, seven")
        wait_for_quiet(heard)
    assert (saved["severity"], saved["locations"]) == (7, ["left arm"])
    assert entries(tmp_path) == [saved]
    phrases = ["spasm left arm seven saved", "spasm both legs eight saved", "spasm right arm nine saved", "not saved"]
    assert "left arm seven saved" in words_of(heard.samples, model, phrases)
    logger.process.send_signal(signal.SIGINT)
    logger.rest()
    assert logger.process.returncode == 0
    assert "Traceback" not in logger.errors()


def test_killed_after_saved_the_entry_is_there(
    room: Room, logger: Logger, say: dict[str, Samples], tmp_path: Path
) -> None:
    room.play(say[SEVEN], wait=False)
    logger.until("saved")
    logger.process.send_signal(signal.SIGKILL)
    logger.process.wait()
    assert [entry["severity"] for entry in entries(tmp_path)] == [7]


def test_ended_while_it_is_spoken_to_nothing_is_lost(
    room: Room, logger: Logger, say: dict[str, Samples], tmp_path: Path
) -> None:
    playing = room.play(np.concatenate([say[SEVEN], np.zeros(RATE // 3, np.int16)]), wait=False)
    playing.wait()
    logger.process.send_signal(signal.SIGINT)
    logger.rest()
    assert logger.process.returncode == 0
    assert [entry["severity"] for entry in entries(tmp_path)] == [7]


def test_without_a_speaker_the_logging_goes_on(
    room: Room, env: dict[str, str], say: dict[str, Samples], tmp_path: Path
) -> None:
    nowhere = {"VOICELOG_AUDIO_OUTPUT_DEVICE": "no such speaker"}
    logger = Logger(tmp_path / "diary.db", env=room.environment(**env, **nowhere))
    assert "no such speaker" in logger.until("problem")["text"]
    for text in (SEVEN, EIGHT):
        room.play(say[text])
        logger.until_rated()
    logger.end()
    assert sorted(entry["severity"] for entry in entries(tmp_path)) == [7, 8]
    assert sum(told["event"] == "problem" for told in logger.rest()) == 1


def test_the_microphone_is_lost_and_comes_back(
    room: Room, logger: Logger, say: dict[str, Samples], tmp_path: Path
) -> None:
    room.unplug_microphone()
    logger.until("state", state="microphone lost")
    room.plug_microphone()
    logger.until("state", state="listening")
    time.sleep(2.5)  # it says so first
    room.play(say[EIGHT])
    assert logger.until("saved")["entry"]["severity"] == 8


def test_a_microphone_mistyped_in_the_settings_ends_nothing(
    room: Room, env: dict[str, str], say: dict[str, Samples], tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("")
    options = ("--no-speak", "--config", str(settings))
    logger = Logger(tmp_path / "diary.db", *options, env=room.environment(**env))
    logger.until("state", state="listening")
    settings.write_text('[audio]\ninput_device = "microfone"\n')
    logger.until("state", state="microphone lost")
    settings.write_text("")
    logger.until("said", text=MICROPHONE_BACK)
    room.play(say[EIGHT])
    assert logger.until("saved")["entry"]["severity"] == 8
    logger.end()


def test_no_microphone_is_a_sentence(env: dict[str, str], tmp_path: Path) -> None:
    deaf = {"VOICELOG_AUDIO_INPUT_DEVICE": "no such microphone"}
    logger = Logger(tmp_path / "diary.db", env=os.environ | env | deaf)
    logger.rest()
    assert logger.process.returncode == 1
    said = logger.errors()
    assert "no microphone" in said or "no such microphone" in said
    assert "Traceback" not in said


# ---- files ----------------------------------------------------------------------------------------------------------


def long_recording(say: dict[str, Samples], rate: int = 44_100) -> npt.NDArray[np.float32]:
    """Two entries twenty seconds apart, stereo, with a little noise."""
    mono = np.concatenate([np.zeros(RATE), say[SEVEN], np.zeros(20 * RATE), say[EIGHT], np.zeros(RATE)]) / 32768
    mono += np.random.default_rng(1).normal(0, 0.0005, len(mono))
    sound = soxr.resample(mono.astype(np.float32), RATE, rate)
    return np.column_stack([sound, sound * 0.8])


def test_a_file_is_heard_as_fast_as_can_be_on_its_own_time(
    say: dict[str, Samples], env: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "night.flac"
    soundfile.write(file, long_recording(say), 44_100)
    now = "2026-03-01T13:10:00+01:00"
    logger = Logger(tmp_path / "diary.db", "--input", str(file), "--now", now, env=os.environ | env)
    logger.rest()
    assert logger.process.returncode == 0, logger.errors()
    first, second = entries(tmp_path)
    assert (first["severity"], second["severity"]) == (7, 8)
    apart = datetime.fromisoformat(second["at"]) - datetime.fromisoformat(first["at"])
    expected = 20 + len(say[EIGHT]) / RATE
    assert apart.total_seconds() == pytest.approx(expected, abs=2)
    assert first["at"].startswith("2026-03-01T13:10:0")
    assert [told["t"] for told in logger.seen] == sorted(told["t"] for told in logger.seen)


def test_a_file_cut_short_is_heard_as_far_as_it_goes(
    say: dict[str, Samples], env: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "night.wav"
    soundfile.write(file, long_recording(say), 44_100, subtype="PCM_16")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    logger = Logger(tmp_path / "diary.db", "--input", str(file), env=os.environ | env)
    logger.rest()
    assert logger.process.returncode == 1
    assert "ends early" in logger.errors()
    assert [entry["severity"] for entry in entries(tmp_path)] == [7]


def test_a_file_that_is_no_sound_is_a_sentence(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "letter.wav"
    file.write_text("Dear neurologist, this is no sound.")
    for options in (["--input", str(file)], ["--input", str(file), "--realtime"]):
        logger = Logger(tmp_path / "diary.db", *options, env=os.environ | env)
        logger.rest()
        assert logger.process.returncode == 1
        said = logger.errors()
        assert "letter.wav" in said
        assert "Traceback" not in said


# ---- while it runs --------------------------------------------------------------------------------------------------


@pytest.fixture
def quiet_hour(env: dict[str, str], tmp_path: Path) -> Iterator[Logger]:
    """A logger that listens to a quiet room in real time; its settings are in ``settings.toml``."""
    file, settings = tmp_path / "quiet.wav", tmp_path / "settings.toml"
    soundfile.write(file, np.random.default_rng(1).normal(0, 0.0005, 120 * RATE), RATE)
    settings.write_text("[voice]\nenabled = false\n")
    options = ("--input", str(file), "--realtime", "--config", str(settings))
    logger = Logger(tmp_path / "diary.db", *options, env=os.environ | env)
    logger.until("state", state="listening")
    yield logger
    logger.end()


def test_settings_are_read_again_while_it_listens(quiet_hour: Logger, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[voice]\nvolumee = 0.3\n")
    assert "volume" in quiet_hour.until("problem")["text"]
    assert quiet_hour.until("said")["text"] == MISTAKE
    settings.write_text("[voice]\nvolume = 0.3\n\n[grammar]\nlanguage = 'fr'\n")
    assert "grammar.language" in quiet_hour.until("problem")["text"]


def test_status_tells_of_the_logger_that_listens(quiet_hour: Logger, env: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "voicelog", "status", "--json", "--db", str(tmp_path / "diary.db")]
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        out = subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=True).stdout
        told = json.loads(out)
        if told.get("state") == "listening":
            break
    assert told["listening"]
    assert told["process"] == quiet_hour.process.pid
    quiet_hour.end()
    out = subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=True).stdout
    assert json.loads(out) == {"listening": False, "diary": str(tmp_path / "diary.db"), "entries": 0}
