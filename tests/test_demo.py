from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.model import model
from tests.room import Room, room

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
    assert not any(tmp_path.rglob("*.db"))


def test_with_a_speaker_it_is_heard(room: Room, model: Path) -> None:
    with room.recording() as heard:
        shown = demo(room.environment(VOICELOG_MODEL_DIR=str(model)), "--json")
    assert shown.returncode == 0, shown.stderr
    events = [json.loads(line) for line in shown.stdout.splitlines()]
    assert {"heard", "saved", "said"} <= {event["event"] for event in events}
    seconds = len(heard.samples) / 16_000
    loud = abs(heard.samples.astype(int)).reshape(-1) > 500
    assert loud.any()
    assert seconds > 5
