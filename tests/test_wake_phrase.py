"""The wake phrase in the main job: typed, and as sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from tests.hear.sounds import in_noise, silence, spoken
from tests.model import model
from voicelog.app.cli.listen import listen
from voicelog.sound.stream import RATE

__all__ = ["model"]


def listened(tmp_path: Path, *options: str, text: str = "") -> list[dict[str, Any]]:
    command = ["--json", "--db", str(tmp_path / "diary.db"), "--now", "2026-03-01T12:00:00+01:00", *options]
    result = CliRunner().invoke(listen, command, input=text, standalone_mode=False, catch_exceptions=False)
    return [json.loads(line) for line in result.stdout.splitlines()]


def severities(events: list[dict[str, Any]]) -> list[float]:
    return [event["entry"]["severity"] for event in events if event["event"] == "saved"]


@pytest.fixture(autouse=True)
def phrase(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOICELOG_WAKE_PHRASE", "hey diary")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


LINES = """\
bad spasm legs two
[+5] hey diary bad spasm legs eight
[+300] bad spasm arm three
[+5] hey diary
[+5] bad spasm arm nine
[+300] bad spasm arm four
"""


def test_only_what_follows_the_phrase_counts(tmp_path: Path) -> None:
    events = listened(tmp_path, "--from-text", text=LINES)
    assert severities(events) == [8, 9]
    assert [event["accepted"] for event in events if event["event"] == "heard"] == [
        False,
        True,
        False,
        True,
        True,
        False,
    ]


def test_what_is_not_meant_for_it_is_not_answered(tmp_path: Path) -> None:
    events = listened(tmp_path, "--from-text", text="bad spasm legs two\n[+60] undo that\n")
    assert [event["event"] for event in events] == ["state", "heard", "heard"]


def test_asleep_it_wakes_as_without_a_phrase(tmp_path: Path) -> None:
    lines = "hey diary stop listening\n[+60] hey diary bad spasm legs two\n[+5] wake up\n[+5] bad spasm legs six\n"
    assert severities(listened(tmp_path, "--from-text", text=lines)) == [6]


def test_help_is_called_without_the_phrase(tmp_path: Path) -> None:
    events = listened(tmp_path, "--from-text", text="call for help\n")
    assert [event["accepted"] for event in events if event["event"] == "heard"] == [True]


def test_the_phrase_is_heard(model: Path, tmp_path: Path) -> None:
    del model
    other, ours = spoken("Spasm, left arm, two out of ten."), spoken("Hey diary, spasm, left leg, seven out of ten.")
    file = tmp_path / "said.wav"
    soundfile.write(file, in_noise(np.concatenate([silence(1), other, silence(40), ours, silence(3)])), RATE)
    assert severities(listened(tmp_path, "--input", str(file))) == [7]
