"""The main job against bare Vosk on the same machine: start, memory, speed, and how soon after the last word it saves.

    python benchmarks/main_job.py [--speech FOLDER] [--clips 25] [--starts 5] [--only start,memory,speed,latency]

Needs what ``voicelog setup`` made: the model (or ``VOICELOG_MODEL_DIR``), and the words learned; and for the start
PulseAudio (a room in software, as the tests have). ``--speech`` is a folder of clips with a ``labels.jsonl`` (``file``,
``intent``) in it or beside it; without one, sentences are spoken by eSpeak NG. The latency is measured in real time:
six seconds a clip.

Every figure is taken from processes started alike; bare Vosk is the model and one open-vocabulary recogniser, nothing
else. Printed are the figures, and each as a ratio to bare Vosk's of the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.room import Room, missing
from voicelog.app.machine.models import installed_model
from voicelog.app.machine.settings_file import load_settings
from voicelog.core.settings import cache_folder
from voicelog.sound.files import read_clip
from voicelog.sound.synthesiser import Style, Synthesiser

RATE = 16_000
GAP_S = 2.5
CHUNK_S = 0.1
QUIET_DB = -35.0
"""Frames of 20 ms this far under the clip's loudest are no longer speech."""

SENTENCES = [
    "bad spasm, legs, eight out of ten", "mild spasm in my left calf", "spasm in my right arm, six",
    "terrible spasm, whole body, nine out of ten", "it lasted two minutes", "cramp in my left foot, four",
    "took two ibuprofen", "spasm in my lower back, seven out of ten", "stiffness in both legs, three",
    "burning spasm in my right thigh, five out of ten",
]  # fmt: skip

BARE = """
import json, sys, time
import vosk
vosk.SetLogLevel(-1)
recogniser = vosk.KaldiRecognizer(vosk.Model(sys.argv[1]), 16000)
print(json.dumps({"event": "ready"}), flush=True)
if len(sys.argv) > 2:
    import numpy, soundfile
    sound, _ = soundfile.read(sys.argv[2], dtype="int16")
    pace, chunk = sys.argv[3] == "realtime", 1600
    began = time.monotonic()
    for start in range(0, len(sound), chunk):
        if pace:
            time.sleep(max(0.0, began + (start + chunk) / 16000 - time.monotonic()))
        if recogniser.AcceptWaveform(sound[start : start + chunk].tobytes()):
            text = json.loads(recogniser.Result())["text"]
            if text:
                print(json.dumps({"event": "final", "t": time.monotonic() - began, "text": text}), flush=True)
    recogniser.FinalResult()
    print(json.dumps({"event": "done", "t": time.monotonic() - began}), flush=True)
    sys.stdin.readline()
"""

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Clip:
    """One utterance in the long recording: seconds where it starts, and where its last word ends."""

    start: float
    last_word: float


def clips_of(folder: Path | None, count: int) -> list[Samples]:
    """``count`` clips meant for the logger."""
    if folder is None:
        synthesiser = Synthesiser()
        spoken = [synthesiser.sound(SENTENCES[i % len(SENTENCES)], Style(rate=150)) for i in range(count)]
        synthesiser.close()
        return [(sound.at_rate(RATE).samples * 32767).astype(np.int16) for sound in spoken]
    labels = next(p for p in (folder / "labels.jsonl", folder.parent / "labels.jsonl") if p.is_file())
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    logging = [row for row in rows if str(row["intent"]).startswith(("log_", "start_", "end_", "amend", "add_"))]
    step = max(1, len(logging) // count)
    return [read_clip(folder / Path(row["file"]).name) for row in logging[::step][:count]]


def last_word(clip: Samples) -> float:
    """Seconds until the last sound that is not far under the loudest."""
    frames = clip[: len(clip) // 320 * 320].reshape(-1, 320).astype(np.float64)
    level = 10 * np.log10((frames**2).mean(axis=1) + 1e-9)
    return float(np.flatnonzero(level > level.max() + QUIET_DB)[-1] + 1) * 320 / RATE


def joined(clips: list[Samples], file: Path) -> list[Clip]:
    """Write the clips into one file, with pauses of quiet room noise, and tell where they are."""
    noise = np.random.default_rng(1)
    pieces: list[Samples] = []
    where: list[Clip] = []
    at = 0

    def pause(seconds: float) -> None:
        nonlocal at
        pieces.append(noise.normal(0, 8, int(seconds * RATE)).astype(np.int16))
        at += len(pieces[-1])

    pause(1.0)
    for clip in clips:
        where.append(Clip(at / RATE, at / RATE + last_word(clip)))
        pieces.append(clip)
        at += len(clip)
        pause(GAP_S)
    soundfile.write(file, np.concatenate(pieces), RATE, subtype="PCM_16")
    return where


def voicelog(*options: str) -> list[str]:
    return [sys.executable, "-m", "voicelog", "listen", "--json", "--no-speak", *options]


def bare(model: Path, *more: str) -> list[str]:
    return [sys.executable, "-c", BARE, str(model), *more]


def stream(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)


def run(command: list[str], env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def seconds_until(command: list[str], env: dict[str, str], event: str) -> float:
    began = time.monotonic()
    process = run(command, env)
    for told in stream(process):
        if event in (told["event"], told.get("state")):
            break
    else:
        raise SystemExit(f"{' '.join(command)} ended before it was {event}")
    took = time.monotonic() - began
    process.terminate()
    process.wait()
    return took


def resident(pid: int) -> float:
    """MB of memory of a process and its children."""
    total = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if pid in (int(fields["Pid"]), int(fields["PPid"])) and "VmRSS" in fields:
            total += int(fields["VmRSS"].split()[0]) / 1024
    return total


def compare(what: str, ours: float, theirs: float, unit: str) -> None:
    print(f"{what:46} {ours:9.3f} {unit:4} bare Vosk {theirs:9.3f} {unit:4} ratio {ours / theirs:5.2f}", flush=True)


def measure_start(model: Path, env: dict[str, str], starts: int, folder: Path) -> None:
    why = missing()
    if why:
        print(f"start: not measured, {why}")
        return
    with Room() as room:
        here = room.environment(**{name: env[name] for name in ("PYTHONPATH", "VOICELOG_MODEL_DIR", "XDG_CACHE_HOME")})
        here.pop("PYTHONDONTWRITEBYTECODE", None)
        command = voicelog("--db", str(folder / "start.db"))
        seconds_until(command, here, "listening")  # makes what is kept in the cache
        ours, theirs = [], []
        for _ in range(starts):
            ours.append(seconds_until(command, here, "listening"))
            theirs.append(seconds_until(bare(model), here, "ready"))
    compare("start to listening, median", statistics.median(ours), statistics.median(theirs), "s")


def measure_memory(model: Path, env: dict[str, str], sound: Path, folder: Path) -> None:
    """Both hold the same clips' decoding behind them; voicelog's synthesiser process is counted in."""
    process = run(voicelog("--input", str(sound), "--realtime", "--speak", "--db", str(folder / "memory.db")), env)
    ours = 0.0
    for told in stream(process):
        ours = max(ours, resident(process.pid)) if told["event"] in ("heard", "saved", "said") else ours
    process.wait()
    process = run(bare(model, str(sound), "fast"), env)
    theirs = 0.0
    for _ in stream(process):
        theirs = max(theirs, resident(process.pid))
        if _["event"] == "done":
            break
    process.terminate()
    process.wait()
    compare("memory, most", ours, theirs, "MB")


def measure_speed(model: Path, env: dict[str, str], sound: Path, folder: Path) -> None:
    seconds = soundfile.info(str(sound)).duration
    began = time.monotonic()
    process = run(voicelog("--input", str(sound), "--db", str(folder / "speed.db")), env)
    start = next(time.monotonic() for told in stream(process) if told.get("state") == "listening")
    process.communicate()
    ours = time.monotonic() - start
    process = run(bare(model, str(sound), "fast"), env)
    theirs = next(float(told["t"]) for told in stream(process) if told["event"] == "done")
    process.terminate()
    process.wait()
    compare(f"real-time factor, {seconds:.0f} s of sound", ours / seconds, theirs / seconds, "")
    print(f"{'  with the start':46} {(time.monotonic() - began) / seconds:9.3f}")


def delays(times: list[float], clips: list[Clip], seconds: float) -> list[float]:
    """For each clip the first of ``times`` that falls between its start and the next one's, after its last word."""
    ends = [clip.start for clip in clips[1:]] + [seconds]
    found = []
    for clip, end in zip(clips, ends, strict=True):
        within = [t for t in times if clip.start < t < end]
        if within:
            found.append(within[0] - clip.last_word)
    return found


def measure_latency(model: Path, env: dict[str, str], sound: Path, clips: list[Clip], folder: Path) -> None:
    seconds = soundfile.info(str(sound)).duration + 5
    process = run(voicelog("--input", str(sound), "--realtime", "--db", str(folder / "latency.db")), env)
    told = list(stream(process))
    process.wait()
    ours = delays([e["t"] for e in told if e["event"] in ("saved", "changed")], clips, seconds)
    process = run(bare(model, str(sound), "realtime"), env)
    theirs: list[float] = []
    for event in stream(process):
        if event["event"] == "done":
            break
        if event["event"] == "final":
            theirs.append(float(event["t"]))
    process.terminate()
    process.wait()
    finals = delays(theirs, clips, seconds)
    if not ours or not finals:
        print("latency: nothing was saved, nothing to measure")
        return
    compare("last word to saved, median", statistics.median(ours), statistics.median(finals), "s")
    compare("last word to saved, 95 %", float(np.quantile(ours, 0.95)), float(np.quantile(finals, 0.95)), "s")
    print(f"  of {len(clips)} clips {len(ours)} saved something, {len(finals)} had a final result")


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--speech", type=Path)
    parser.add_argument("--clips", type=int, default=25)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--only", default="start,memory,speed,latency")
    arguments = parser.parse_args()
    wanted = set(arguments.only.split(","))
    model = installed_model(load_settings())
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {model.name}")
    with tempfile.TemporaryDirectory(prefix="voicelog-benchmark-") as name:
        folder = Path(name)
        env = os.environ | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "VOICELOG_MODEL_DIR": str(model),
            "XDG_CACHE_HOME": str(cache_folder().parent),
        }
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
        sound = folder / "clips.wav"
        clips = joined(clips_of(arguments.speech, arguments.clips), sound)
        if "start" in wanted:
            measure_start(model, env, arguments.starts, folder)
        if "speed" in wanted:
            measure_speed(model, env, sound, folder)
        if "memory" in wanted:
            measure_memory(model, env, sound, folder)
        if "latency" in wanted:
            measure_latency(model, env, sound, clips, folder)


if __name__ == "__main__":
    main()
