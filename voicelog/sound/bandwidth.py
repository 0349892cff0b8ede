"""A telephone's sound made fit for the recogniser.

Bluetooth headsets and telephones carry nothing above 4 kHz. The recogniser has learned from sound with a room in its
upper half; where that is empty it mishears, in noise above all. So the upper half is given as much noise as the lower
has in its quietest moments.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voicelog.sound.stream import FRAME, RATE, Samples

LOWER_HZ, UPPER_HZ = 3600.0, 4200.0
"""The lower half ends and the upper begins here."""
EMPTY = 0.008
"""The upper half is empty if its loudest moments are at most this part of the lower half's loudest (-42 dB) …"""
NOTHING = 0.5
"""… or at most this loud, in steps of 16 bit sound (rounding alone makes 0.2)."""
LEAST = 2.0
"""The noise is at least this loud."""

_QUIETEST, _LOUDEST = 10, 95  # percentiles of the moments
_REMEMBERED = 1000
_TAPS = 129
_NOISE_S = 4.0


class UpperBand:
    """Fills the empty upper half of one utterance's sound, piece by piece."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """What follows is another utterance."""
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._at = 0

    def filled(self, samples: Samples) -> Samples:
        """The next int16 samples (16 kHz, mono), with noise above 4 kHz if nothing else is there."""
        self._measure(samples)
        if not self._lower:
            return samples
        if np.percentile(self._upper, _LOUDEST) > max(NOTHING, EMPTY * np.percentile(self._lower, _LOUDEST)):
            return samples
        floor = max(LEAST, float(np.percentile(self._lower, _QUIETEST)))
        places = (self._at + np.arange(len(samples))) % len(_NOISE)
        self._at += len(samples)
        return np.clip(samples + floor * _NOISE[places], -32768, 32767).astype(np.int16)

    def _measure(self, samples: Samples) -> None:
        """Remember how loud each half is, a frame at a time; digital silence says nothing."""
        frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
        frames = frames[np.abs(frames).max(axis=1) > 1.0] if len(frames) else frames
        if not len(frames):
            return
        power = np.abs(np.fft.rfft(frames * _WINDOW, axis=1)) ** 2
        self._lower += _root_mean_square(power[:, _FREQUENCIES < LOWER_HZ])
        self._upper += _root_mean_square(power[:, _FREQUENCIES > UPPER_HZ])
        del self._lower[:-_REMEMBERED], self._upper[:-_REMEMBERED]


def _root_mean_square(power: npt.NDArray[np.float64]) -> list[float]:
    """Of the sound that has this part of the spectrum, for each frame."""
    scale = 2.0 / (FRAME * float((_WINDOW**2).sum()))
    found: list[float] = np.sqrt(power.sum(axis=1) * scale).tolist()
    return found


def _noise() -> npt.NDArray[np.float64]:
    """White noise without its lower half, which would have a root mean square of 1."""
    at = np.arange(_TAPS) - _TAPS // 2
    cut = (LOWER_HZ + UPPER_HZ) / RATE
    high = -cut * np.sinc(cut * at) * np.hamming(_TAPS)
    high[_TAPS // 2] += 1.0
    white = np.random.default_rng(0).standard_normal(int(_NOISE_S * RATE)) * (RATE / 2 / LOWER_HZ) ** 0.5
    found: npt.NDArray[np.float64] = np.convolve(white, high, "same")
    return found


_WINDOW = np.hanning(FRAME)
_FREQUENCIES = np.fft.rfftfreq(FRAME, 1.0 / RATE)
_NOISE = _noise()
