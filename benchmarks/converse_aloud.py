"""The main paths of the conversation as sound: spoken by the synthesiser, heard by the recogniser.

Needs what ``voicelog setup`` installs: the recogniser's model and eSpeak NG. Each script
``tests/conversations/aloud_*`` is spoken line by line at its times, goes through ``voicelog listen --input``, and must
leave the same entries.

    python -m benchmarks.converse_aloud
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from tests.converse.script import written
from voicelog.diary import open_diary
from voicelog.sound.synthesiser import Style, Synthesiser

RATE = 16000
START = datetime.fromisoformat("2026-03-14T15:10:00+00:00")
SCRIPTS = sorted((Path(__file__).parent.parent / "tests" / "conversations").glob("aloud_*.txt"))
_SAID = re.compile(r"(\d\d:\d\d:\d\d) patient: (.*)")
_BEFORE_S, _AFTER_S = 1.0, 4.0


def sound_of(text: str, synthesiser: Synthesiser) -> npt.NDArray[np.float64]:
    """What the patient says, each line at its time, and a soft noise in between, as in any room."""
    parts = []
    for line in text.splitlines():
        match = _SAID.fullmatch(line)
        if match is not None:
            at = datetime.fromisoformat(f"2026-03-14T{match[1]}+00:00")
            spoken = synthesiser.sound(match[2], Style(rate=140)).at_rate(RATE).samples
            parts.append((_BEFORE_S + (at - START).total_seconds(), spoken))
    length = max(second + len(spoken) / RATE for second, spoken in parts) + _AFTER_S
    whole = np.random.default_rng(1).normal(0, 0.0005, int(length * RATE))
    for second, spoken in parts:
        begin = int(second * RATE)
        whole[begin : begin + len(spoken)] += 0.6 * spoken
    return whole


def comparable(line: str) -> str:
    """Speech takes time, so that durations are longer than in the script; and it may leave the logger unsure."""
    return re.sub(r"; unsure of .*", "", re.sub(r"[0-9.]+ seconds", "… seconds", line.strip()))


def run(script: Path, folder: Path, synthesiser: Synthesiser) -> tuple[list[str], list[str], list[str]]:
    """The entries expected, those that came of the sound, and what was heard."""
    text = script.read_text(encoding="utf-8")
    soundfile.write(folder / "said.wav", sound_of(text, synthesiser), RATE)
    options = ["--json", "--no-speak", "--db", str(folder / "diary.db"), "--input", str(folder / "said.wav")]
    command = [sys.executable, "-m", "voicelog", "listen", *options]
    command += ["--now", (START - timedelta(seconds=_BEFORE_S)).isoformat()]
    env = {**os.environ, "XDG_CONFIG_HOME": str(folder)}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=env, check=True)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    with open_diary(folder / "diary.db") as diary:
        kept = [comparable(written(e, START)) for e in sorted(diary.entries(), key=lambda e: e.at)]
    expected = [comparable(line) for line in text.split("diary:\n")[1].splitlines()]
    return expected, kept, [event["text"] for event in events if event["event"] == "heard"]


def main() -> None:
    """Run every script; fail where one leaves other entries."""
    synthesiser = Synthesiser()
    wrong = 0
    for script in SCRIPTS:
        with tempfile.TemporaryDirectory() as name:
            expected, kept, heard = run(script, Path(name), synthesiser)
        right = expected == kept
        wrong += not right
        print(f"{script.stem}: {'the same entries' if right else f'expected {expected}, got {kept}'}; heard {heard}")
    synthesiser.close()
    if wrong:
        raise SystemExit(f"{wrong} of {len(SCRIPTS)} went otherwise.")


if __name__ == "__main__":
    main()
