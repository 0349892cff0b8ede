"""The speaker in another room: sound goes where ``send`` takes it, at the pace of life."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from voicelog.sound.clip import Sound
from voicelog.sound.output import Output, Played

Send = Callable[[npt.NDArray[np.int16], int, Callable[[int], bool]], None]
"""``send(samples, rate, goes_on)`` plays int16 mono samples and comes back when they are out; ``goes_on(sent)`` is told
how many were sent, and may stop it. Raises :class:`DeviceError`."""

RATE = 22_050


class SatelliteOutput(Output):
    """An output that is no device of this machine."""

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send

    def open(self) -> None:
        """Nothing is to be opened."""

    def play(self, sound: Sound) -> Played:
        """Play the sound and come back when it is out, or stopped. Raises :class:`DeviceError` if that fails."""
        played = Played(sound.at_rate(RATE), began=time.monotonic())

        def goes_on(sent: int) -> bool:
            played.position = sent
            return not played.stopping

        self._recent.append(played)
        self._now = played
        try:
            whole = np.clip(np.rint(played.sound.samples * 32767), -32768, 32767).astype(np.int16)
            self._send(whole, RATE, goes_on)
        finally:
            self._now = None
            played.interrupted = played.stopping
            played.ended = time.monotonic()
            played.done.set()
        return played
