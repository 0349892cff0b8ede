"""A recording in which nobody speaks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from tests.hear.sounds import in_noise, noise, silence, spoken
from tests.model import model
from voicelog.app.cli.listen import listen
from voicelog.app.run.wiring import NO_SPEECH
from voicelog.sound.stream import RATE, Samples

__all__ = ["model"]


def problems(tmp_path: Path, sound: Samples) -> list[str]:
    file = tmp_path / "night.wav"
    soundfile.write(file, sound, RATE)
    command = ["--input", str(file), "--json", "--db", str(tmp_path / "diary.db")]
    result = CliRunner().invoke(listen, command, standalone_mode=False, catch_exceptions=False)
    assert result.return_value == 0
    told = [json.loads(line) for line in result.stdout.splitlines()]
    return [event["text"] for event in told if event["event"] == "problem"]


@pytest.mark.usefixtures("model")
def test_it_is_told_that_nobody_spoke(tmp_path: Path) -> None:
    assert problems(tmp_path, noise(5.0)) == [NO_SPEECH]


@pytest.mark.usefixtures("model")
def test_complete_silence_is_told_once(tmp_path: Path) -> None:
    [text] = problems(tmp_path, silence(5.0))
    assert "nothing but silence" in text


@pytest.mark.usefixtures("model")
def test_nothing_is_told_where_somebody_spoke(tmp_path: Path) -> None:
    said = spoken("Spasm, left leg, seven out of ten.")
    assert problems(tmp_path, in_noise(np.concatenate([silence(1), said, silence(2)]))) == []
