"""What listening costs while nobody speaks, against bare Vosk decoding the same sound; and whether memory grows.

An hour (``--hours``) of made room noise (hush, fan, rain, breathing machine, sleeper's breath and snores in turn),
given faster than real time. Prints CPU seconds of the listener and of bare Vosk (measured on a piece and scaled), each
as a share of one core, and their ratio. With ``--days N`` the noise is given over and over for so many days, with a
spoken clip every ten minutes where the development speech is there, and the resident memory is printed after the first
hour and at the end.

Needs: the unpacked model. Usage: hear_idle.py MODEL [--hours 1] [--days 0] [--speech ../shared/speech]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import vosk
from hear_common import Given, clips, judge_by, loaded
from hear_sounds import RATE, Samples, breathing, breathing_machine, fan, hush, rain, snores, to_int16

from voicelog.recognise.events import Heard, SpeechBegan
from voicelog.recognise.listener import REST_S, Listener
from voicelog.sound.stream import FRAME, Block, Notice

PIECE_S = 100.0
STILL_S = REST_S + 5.0
"""So long no one snores before an hour's memory is taken: the recognisers are at rest, each time …"""
ANSWERED_S = 5.0
"""… and what was given so fast has been understood."""


def pieces(rng: np.random.Generator) -> dict[str, Samples]:
    """A piece of each kind of room."""
    quiet = hush(PIECE_S, rng)
    return {
        "hush": to_int16(quiet),
        "fan": to_int16(fan(PIECE_S, rng)),
        "rain": to_int16(rain(PIECE_S, rng)),
        "breathing machine": to_int16(breathing_machine(PIECE_S, rng)),
        "sleeper": to_int16(breathing(PIECE_S, rng) + quiet),
        "snores": to_int16(snores(PIECE_S, rng) + quiet),
    }


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of all threads."""
    before = time.process_time()
    work()
    return time.process_time() - before


def bare(model: vosk.Model, sound: Samples) -> None:
    """Vosk as its own example decodes."""
    recogniser = vosk.KaldiRecognizer(model, RATE)
    for at in range(0, len(sound), 4000):
        if recogniser.AcceptWaveform(sound[at : at + 4000].tobytes()):
            recogniser.Result()


def resident_mb() -> float:
    """Resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS in /proc/self/status")


def _blocks(sound: Samples, t: float) -> Iterator[Block]:
    for at in range(0, len(sound) // FRAME * FRAME, FRAME * 16):
        yield Block(t + at / RATE, sound[at : at + FRAME * 16])


class Days:
    """Noise over days, with an utterance now and then."""

    def __init__(self, noise: list[Samples], spoken: list[Samples], hours: float) -> None:
        self._noise = noise
        self._spoken = spoken
        self._hours = hours
        self.marks: list[tuple[float, float]] = []

    def __iter__(self) -> Iterator[Block | Notice]:
        t, turn = 0.0, 0
        while t < self._hours * 3600:
            sound = self._noise[turn % len(self._noise)]
            if turn % 6 == 5 and self._spoken:
                said = self._spoken[turn // 6 % len(self._spoken)]
                sound = sound.copy()
                sound[RATE : RATE + len(said)] += said // 2
            yield from _blocks(sound, t)
            hour, t = int(t // 3600), t + len(sound) // FRAME * FRAME / RATE
            if int(t // 3600) > hour:
                still = self._noise[0][: int(STILL_S * RATE) // FRAME * FRAME]
                yield from _blocks(still, t)
                t += len(still) // FRAME * FRAME / RATE
                time.sleep(ANSWERED_S)
                self.mark(t / 3600, resident_mb())
            turn += 1

    def mark(self, hours: float, megabytes: float) -> None:
        """An hour has passed."""
        self.marks.append((hours, megabytes))

    def close(self) -> None:
        """Nothing is open."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("--hours", type=float, default=1.0)
    arguments.add_argument("--days", type=float, default=0.0)
    arguments.add_argument("--speech", type=Path, default=Path("../shared/speech"))
    given = arguments.parse_args()
    ears, understanding = loaded(given.model)
    pair, judge = ears.listening_for(None), judge_by(understanding)
    rooms = pieces(np.random.default_rng(5))
    if given.days:
        own = given.speech / "own"
        spoken = [clip.samples for clip in clips(own, "clean")] if own.exists() else []
        days = Days(list(rooms.values()), spoken, given.days * 24)
        heard = sum(isinstance(event, Heard) for event in Listener(days, pair, judge))
        first, last = days.marks[0], days.marks[-1]
        print(f"memory {first[1]:.1f} MB after {first[0]:.0f} h, {last[1]:.1f} MB after {last[0]:.0f} h; {heard} heard")
        return
    model = vosk.Model(str(given.model))
    repeats = max(1, round(given.hours * 3600 / PIECE_S / len(rooms)))
    total = total_bare = 0.0
    print(f"{'':18} listener   bare Vosk   openings")
    for name, sound in rooms.items():
        opened: list[SpeechBegan] = []
        hour = np.concatenate([sound] * repeats)

        def listen(hour: Samples = hour, opened: list[SpeechBegan] = opened) -> None:
            opened.extend(event for event in Listener(Given(hour), pair, judge) if isinstance(event, SpeechBegan))

        ours, theirs = cpu(listen), repeats * cpu(partial(bare, model, sound))
        seconds = repeats * PIECE_S
        total, total_bare = total + ours, total_bare + theirs
        print(f"{name:18} {ours / seconds:8.3%} {theirs / seconds:10.3%} {len(opened):8}", flush=True)
    hours = repeats * PIECE_S * len(rooms) / 3600
    ratio = total_bare / total
    print(f"{hours:.2f} h: {total:.1f} s of CPU, {total / hours / 3600:.2%} of a core; 1/{ratio:.0f} of Vosk's")


if __name__ == "__main__":
    main()
