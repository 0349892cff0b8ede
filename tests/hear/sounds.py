"""Sounds for tests of hearing: sentences of the synthesiser, a room's noise, silence; int16, mono, 16 kHz."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from voicelog.sound.stream import FRAME, RATE, Block, Notice, Samples
from voicelog.sound.synthesiser import Style, Synthesiser


@cache
def spoken(text: str, level: float = 0.3) -> Samples:
    """The sentence, its loudest sample at ``level`` of full scale.

    By a synthesiser of its own, as eSpeak says a sentence otherwise after another one: a test shall hear the same sound
    whatever was run before it.
    """
    synthesiser = Synthesiser()
    sound = synthesiser.sound(text, Style(rate=150)).at_rate(RATE).samples
    synthesiser.close()
    return np.asarray(sound / np.abs(sound).max() * level * 32767, np.int16)


def noise(seconds: float, rms: float = 20.0, seed: int = 1) -> Samples:
    """Steady noise, duller than white."""
    samples = round(seconds * RATE)
    white = np.random.default_rng(seed).standard_normal(samples + 8)
    dull = np.convolve(white, np.ones(8) / np.sqrt(8), "valid")[:samples]
    return np.asarray(dull * rms, np.int16)


def silence(seconds: float) -> Samples:
    """Zeros."""
    return np.zeros(int(seconds * RATE), np.int16)


def in_noise(*pieces: Samples, rms: float = 20.0) -> Samples:
    """The pieces one after the other in a room."""
    sound = np.concatenate(pieces)
    return np.asarray(sound + noise(len(sound) / RATE, rms)[: len(sound)], np.int16)


class Given:
    """Blocks and notices as a source."""

    def __init__(self, *items: Samples | Notice) -> None:
        self._items = items

    def __iter__(self) -> Iterator[Block | Notice]:
        t = 0.0
        for item in self._items:
            if isinstance(item, np.ndarray):
                for at in range(0, len(item) // FRAME * FRAME, FRAME):
                    yield Block(t, item[at : at + FRAME])
                    t += FRAME / RATE
            else:
                yield item

    def close(self) -> None:
        """Nothing is open."""
