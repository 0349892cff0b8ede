"""Doctor and devices: in a room in software, and where things are missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.model import model
from tests.room import RATE, Room, room
from voicelog.app.machine.checks import logger
from voicelog.app.machine.settings_file import load_settings
from voicelog.app.view.status_file import Standing, write_standing
from voicelog.core.errors import VoicelogError
from voicelog.diary import open_for_listening

__all__ = ["model", "room"]

CHECKS = ["settings", "disk", "diary", "logger", "model", "voice", "recogniser", "speaker", "microphone"]


def voicelog(environment: dict[str, str], *args: str) -> tuple[int, dict[str, dict[str, object]], str]:
    """The exit status, what was printed as JSON by its first value, and what was written for people."""
    command = [sys.executable, "-m", "voicelog", *args, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, {str(i["check"]): i for i in map(json.loads, done.stdout.splitlines())}, done.stderr


@pytest.fixture
def environment(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A home of its own, in which no sound server is found."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_RUNTIME", "XDG_DATA", "XDG_CONFIG", "XDG_STATE", "PULSE_"))
    }
    return {**kept, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PULSE_SERVER": f"{tmp_path}/none"}


def test_all_is_well_in_a_room_with_a_microphone_and_a_speaker(room: Room, model: Path, tmp_path: Path) -> None:
    environment = room.environment(XDG_DATA_HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    noise = (np.random.default_rng(1).standard_normal(RATE * 60) * 300).astype(np.int16)
    playing = room.play(noise, wait=False)
    try:
        with room.recording() as heard:
            status, found, _ = voicelog(environment, "doctor")
    finally:
        playing.kill()
        playing.wait()
    assert status == 0, found
    assert list(found) == CHECKS
    assert "eight out of ten" in str(found["recogniser"]["text"])
    assert "dB" in str(found["microphone"]["text"])
    assert np.max(np.abs(heard.samples)) > 1000, "the chime was not heard"


def test_a_muted_microphone_is_found(room: Room, model: Path, tmp_path: Path) -> None:
    environment = room.environment(XDG_DATA_HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    status, found, _ = voicelog(environment, "doctor", "--no-speak")
    assert status == 1
    assert [name for name, finding in found.items() if not finding["ok"]] == ["microphone"]
    assert "Is it muted" in str(found["microphone"]["text"])


def test_the_sound_that_a_logger_lost_is_told(tmp_path: Path) -> None:
    diary = tmp_path / "diary.db"
    settings = load_settings(options={"diary.path": ("--db", str(diary))})
    night = ("2026-03-14T22:00:00+00:00", "2026-03-15T06:00:00+00:00")
    with open_for_listening(settings):
        write_standing(diary, Standing(1, *night, "listening", "the microphone", 2.5))
        assert "2.5 s of the sound were lost" in logger(settings)
        write_standing(diary, Standing(1, *night, "listening", "the microphone", 900.0))
        with pytest.raises(VoicelogError, match=r"900\.0 s of the sound were lost. Close what else"):
            logger(settings)
    assert logger(settings) == "None listens for this diary now."


def test_what_is_missing_is_told_each_with_its_remedy(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "diary.db").write_text("this is no database, whatever its name says")
    settings = tmp_path / "settings.toml"
    settings.write_text("[voice]\nvolum = 1\n")
    environment["VOICELOG_MODEL_DIR"] = str(tmp_path / "nowhere")
    status, found, err = voicelog(environment, "doctor", "--config", str(settings), "--db", str(tmp_path / "diary.db"))
    assert status == 1
    assert "Traceback" not in err
    assert list(found) == CHECKS
    assert "voice.volume" in str(found["settings"]["text"])
    assert not found["speaker"]["ok"]
    assert not found["microphone"]["ok"]
    assert (tmp_path / "diary.db").read_text().startswith("this is no database")


def test_a_model_with_one_byte_wrong_is_found(environment: dict[str, str], model: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "model"
    shutil.copytree(model, copy)
    with (copy / "ivector/final.ie").open("r+b") as file:
        file.seek(4_000_000)
        byte = file.read(1)
        file.seek(4_000_000)
        file.write(bytes([byte[0] ^ 1]))
    status, found, _ = voicelog({**environment, "VOICELOG_MODEL_DIR": str(copy)}, "doctor", "--no-speak")
    assert status == 1
    for check in ("model", "recogniser"):
        assert "ivector/final.ie" in str(found[check]["text"])
        assert not found[check]["ok"]


def test_the_devices_of_the_room_are_listed(room: Room) -> None:
    command = [sys.executable, "-m", "voicelog", "devices"]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, env=room.environment(), check=False)
    listed = [json.loads(line) for line in done.stdout.splitlines()]
    assert {device["kind"] for device in listed} == {"microphone", "speaker"}
    assert done.returncode == 0
    text = subprocess.run(command, capture_output=True, text=True, env=room.environment(), check=False).stdout
    assert all(device["name"] in text for device in listed)


def test_no_device_is_a_sentence(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "voicelog", "devices"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
