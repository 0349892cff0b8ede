"""The main paths as sound: spoken by the synthesiser, heard by the recogniser, the same conversation comes of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.converse.script import written
from tests.model import model
from voicelog.diary import open_diary
from voicelog.entry import Entry
from voicelog.speak import Style, Synthesiser

__all__ = ["model"]

RATE = 16000
SCRIPTS = sorted((Path(__file__).parent.parent / "conversations").glob("aloud_*.txt"))
_SAID = re.compile(r"(?:(\d\d:\d\d:\d\d))? +(patient|logger): (.*)")
_TAIL_S = 4.0


@pytest.fixture(scope="module")
def synthesiser() -> Iterator[Synthesiser]:
    made = Synthesiser()
    yield made
    made.close()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recogniser's phrases are made once for all tests here."""
    return tmp_path_factory.mktemp("cache")


def sound_of(text: str, start: datetime, synthesiser: Synthesiser) -> np.ndarray:
    """What the patient says, each line at its time; a soft noise in between, as in any room."""
    parts = []
    for line in text.splitlines():
        match = _SAID.fullmatch(line)
        if match is not None and match[2] == "patient":
            at = datetime.combine(start.date(), datetime.strptime(match[1], "%H:%M:%S").time(), start.tzinfo)
            spoken = synthesiser.sound(match[3], Style(rate=140)).at_rate(RATE).samples
            parts.append((1.0 + (at - start).total_seconds(), spoken))
    length = int((max(at + len(s) / RATE for at, s in parts) + _TAIL_S) * RATE)
    whole = np.random.default_rng(1).normal(0, 0.0005, length)
    for second, spoken in parts:
        begin = int(second * RATE)
        whole[begin : begin + len(spoken)] += 0.6 * spoken
    return whole


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_aloud(script: Path, tmp_path: Path, synthesiser: Synthesiser, model: Path, cache: Path) -> None:
    text = script.read_text(encoding="utf-8")
    start = datetime.fromisoformat("2026-03-14T15:10:00+00:00")
    soundfile.write(tmp_path / "said.wav", sound_of(text, start, synthesiser), RATE)
    command = [
        sys.executable, "-m", "voicelog", "listen", "--json", "--no-speak", "--db", str(tmp_path / "d.db"),
        "--input", str(tmp_path / "said.wav"), "--now", (start - timedelta(seconds=1)).isoformat(),
    ]  # fmt: skip
    env = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(cache), "VOICELOG_MODEL_DIR": str(model)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=300)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    heard = [e["text"] for e in events if e["event"] == "heard"]
    with open_diary(tmp_path / "d.db") as diary:
        kept = [_comparable(written(entry, start)) for entry in _in_order(diary.entries())]
    assert kept == [_comparable(line.strip()) for line in text.split("diary:\n")[1].splitlines()], heard
    answers = sum(event["event"] == "said" for event in events)
    assert answers == len(re.findall("logger:", text)), events


def _in_order(entries: Iterator[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.at)


def _comparable(line: str) -> str:
    """Speech takes time, so that durations are longer than in the script; and it may leave the logger unsure."""
    return re.sub(r"; unsure of .*", "", re.sub(r"[0-9.]+ seconds", "… seconds", line))
