"""A night by the bed: noise, breathing, snores, talk that is not for the logger, and twelve entries.

Made anew for each ``--seed`` and run faster than real time through gate, recognisers and understanding. Every saved
entry must be one of the twelve and every one of the twelve must be saved, once; one in doubt for some of its values
alone counts as saved, for the logger saves it and asks. Prints what was missed or taken wrongly; the exit status is 1
then.

Needs: the unpacked model and ../shared/speech. Usage: hear_night.py MODEL [SPEECH] [--seed 1] [--hours 8]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from hear_common import Clip, clips, judge_by, loaded
from hear_sounds import RATE, Samples, breathing, breathing_machine, fan, hush, rain, snores, to_int16

from voicelog.core.utterance import Again, Utterance
from voicelog.recognise.events import Heard
from voicelog.recognise.listener import Listener
from voicelog.sound.stream import FRAME, Block, Notice

ENTRIES = 12
PIECE_S = 60.0
TALK_EVERY_S = 240.0
TAKEN = ("log_", "start_")


class Night:
    """Noise with talk in it; ``said`` tells when each entry was spoken."""

    def __init__(self, seconds: float, entries: list[Clip], talk: list[Samples], rng: np.random.Generator) -> None:
        self._pieces = int(seconds / PIECE_S)
        quiet = hush(PIECE_S, rng)
        self._noises = [
            to_int16(quiet),
            to_int16(breathing(PIECE_S, rng) + quiet),
            to_int16(breathing(PIECE_S, rng) + fan(PIECE_S, rng, -56)),
            to_int16(snores(PIECE_S, rng) + quiet),
            to_int16(breathing_machine(PIECE_S, rng, -56)),
            to_int16(rain(PIECE_S, rng, -60)),
        ]
        self._rng = rng
        at = sorted(rng.choice(self._pieces, len(entries), replace=False))
        self._entries = dict(zip(map(int, at), entries, strict=True))
        self._talk = talk
        self.said: list[tuple[float, Clip]] = []

    def __iter__(self) -> Iterator[Block | Notice]:
        step = len(self._noises[0]) // FRAME * FRAME
        stretch, noise = 0, self._noises[0]
        for piece in range(self._pieces):
            if stretch == 0:
                stretch, noise = int(self._rng.integers(5, 25)), self._noises[self._rng.integers(len(self._noises))]
            stretch -= 1
            t = piece * step / RATE
            sound = noise[:step].astype(np.int32)
            if (clip := self._entries.get(piece)) is not None:
                start = int(self._rng.uniform(5, 40) * RATE)
                sound[start : start + len(clip.samples)] += clip.samples
                self.said.append((t + start / RATE, clip))
            elif self._rng.uniform() < PIECE_S / TALK_EVERY_S:
                start = int(self._rng.uniform(1, 30) * RATE)
                for _ in range(self._rng.integers(1, 4)):
                    words = self._talk[self._rng.integers(len(self._talk))][: 8 * RATE]
                    words = words[: max(0, len(sound) - start)]
                    sound[start : start + len(words)] += (words * self._rng.uniform(0.1, 1.0)).astype(np.int32)
                    start += len(words) + int(self._rng.uniform(0.2, 2) * RATE)
            yield Block(t, np.clip(sound, -32768, 32767).astype(np.int16))

    def close(self) -> None:
        """Nothing is open."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("speech", type=Path, nargs="?", default=Path("../shared/speech"))
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--hours", type=float, default=8.0)
    given = arguments.parse_args()
    rng = np.random.default_rng(given.seed)
    ears, understanding = loaded(given.model)
    spoken = list(clips(given.speech / "own", "clean"))
    ours = [clip for clip in spoken if clip.intent in ("log_spasm", "log_medication", "log_symptom", "log_treatment")]
    talk = [clip.samples for clip in spoken if clip.intent is None]
    others = sorted((given.speech / "others").glob("*.flac")) + sorted(
        (given.speech / "coffee" / "clips").glob("*.flac")
    )
    for file in others:
        sound, rate = soundfile.read(file, dtype="int16")
        if rate == RATE and sound.ndim == 1 and len(sound) < 20 * RATE:
            talk.append(sound)
    chosen = [ours[number] for number in rng.choice(len(ours), ENTRIES, replace=False)]
    night = Night(given.hours * 3600, chosen, talk, rng)
    began = time.process_time()
    taken: list[tuple[float, str]] = []
    utterances = 0

    def look(heard: Utterance, doubtful: bool) -> Again | None:
        return ears.second_look(heard, None, doubtful)

    for event in Listener(night, ears.listening_for(None), judge_by(understanding)):
        if isinstance(event, Heard):
            utterances += 1
            meaning = understanding.of_utterance(event.utterance, None, look)
            saved = meaning.accepted or meaning.doubtful
            if saved and meaning.intent is not None and meaning.intent.startswith(TAKEN):
                taken.append((event.utterance.began, meaning.text))
    missed = [
        clip.said
        for at, clip in night.said
        if sum(at - 2 <= began_at <= at + len(clip.samples) / RATE for began_at, _ in taken) != 1
    ]
    wrong = [
        text for began_at, text in taken
        if not any(at - 2 <= began_at <= at + len(clip.samples) / RATE for at, clip in night.said)
    ]  # fmt: skip
    print(f"{given.hours:g} h, seed {given.seed}: {utterances} utterances, {len(taken)} entries; "
          f"{time.process_time() - began:.0f} s of CPU")  # fmt: skip
    for text in missed:
        print(f"missed, or not saved once: {text}")
    for text in wrong:
        print(f"taken, though not for the logger: {text}")
    sys.exit(bool(missed or wrong))


if __name__ == "__main__":
    main()
