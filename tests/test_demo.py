from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.model import model
from tests.room import RATE, Room, room
from voicelog.app.cli.options import live_settings_of
from voicelog.app.run import demo as demonstration
from voicelog.sound.synthesiser import Synthesiser

__all__ = ["model", "room"]


def demo(env: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voicelog", "demo", *options]
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, env=env | path, capture_output=True, text=True, check=False)


def test_without_a_speaker_every_step_is_shown(model: Path, tmp_path: Path) -> None:
    homes = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), str(tmp_path))
    nothing = {"VOICELOG_AUDIO_OUTPUT_DEVICE": "no such speaker", "VOICELOG_MODEL_DIR": str(model)}
    shown = demo(os.environ | homes | nothing)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout == ""
    for step in (
        "no such speaker",
        "You say",
        "it hears",
        "it saves",
        "both legs, 8/10",
        "it answers",
        "Spasm, both legs",
    ):
        assert step in shown.stderr
    said, heard = (shown.stderr.count(label) for label in ("You say", "it hears"))
    assert said == heard == len(demonstration.SENTENCES), "each is heard whole"
    assert not any(tmp_path.rglob("*.db"))


def test_with_a_speaker_both_are_heard(
    room: Room, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demonstration, "SENTENCES", demonstration.SENTENCES[:1])
    told: list[str] = []
    with room.enter(), room.recording() as heard:
        demonstration.demonstrate(lambda db: live_settings_of(None, db=db), told.append)
    assert any("it answers" in line for line in told), told
    loud = np.flatnonzero(np.abs(heard.samples.astype(np.int32)) > 500) / RATE
    spoken = Synthesiser().sound(demonstration.SENTENCES[0], demonstration.USER)
    assert loud[-1] - loud[0] > 1.3 * spoken.seconds
