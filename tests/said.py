"""Sentences of the synthesiser as a source of sound."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from voicelog.sound.stream import FRAME, RATE, Block, Samples
from voicelog.sound.synthesiser import Style, Synthesiser


class Said:
    """Sentences as sound with quiet about them, as fast as it is taken or at the pace of life."""

    def __init__(self, sentences: Iterator[str], *, paced: bool) -> None:
        self._sentences = sentences
        self._paced = paced
        self._synthesiser = Synthesiser()
        self._closed = False

    def __iter__(self) -> Iterator[Block]:
        t = 0.0
        noise = np.random.default_rng(1)
        for sentence in self._sentences:
            said = self._synthesiser.sound(sentence, Style(rate=140)).at_rate(RATE).samples * 20000
            room = np.concatenate([np.zeros(RATE), said, np.zeros(2 * RATE)])
            samples: Samples = (room + noise.normal(0, 3, len(room))).astype(np.int16)
            for at in range(0, len(samples) // FRAME * FRAME - 4 * FRAME, 4 * FRAME):
                if self._closed:
                    return
                if self._paced:
                    time.sleep(4 * FRAME / RATE)
                yield Block(t, samples[at : at + 4 * FRAME])
                t += 4 * FRAME / RATE

    def close(self) -> None:
        self._closed = True
