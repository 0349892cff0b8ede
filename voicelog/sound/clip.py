"""A piece of sound, and the little arithmetic that speak does on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono sound: ``samples`` from -1 to 1, ``rate`` in hertz, ``text`` what is said in it (empty for a chime)."""

    samples: Samples = field(repr=False, compare=False)
    rate: int
    text: str = ""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate

    def at_rate(self, rate: int) -> Sound:
        """The same sound at another sampling rate."""
        if rate == self.rate:
            return self
        return Sound(np.asarray(soxr.resample(self.samples, self.rate, rate), np.float32), rate, self.text)

    def scaled(self, volume: float) -> Sound:
        """The same sound at ``volume`` (0 silent, 1 as it is)."""
        return Sound((self.samples * np.float32(min(1.0, max(0.0, volume)))).astype(np.float32), self.rate, self.text)


def trimmed(samples: Samples, rate: int, floor: float = 0.003, margin: float = 0.02) -> Samples:
    """Without the silence (below ``floor``) at either end, but for ``margin`` seconds."""
    loud: npt.NDArray[np.intp] = np.flatnonzero(np.abs(samples) > floor)
    if not len(loud):
        return samples[:0]
    pad = int(margin * rate)
    return samples[max(0, int(loud[0]) - pad) : int(loud[-1]) + pad]
