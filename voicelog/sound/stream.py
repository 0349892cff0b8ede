"""What a source of sound gives: blocks of samples, and notices about the source itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import soxr

RATE = 16_000
"""Samples a second of everything behind a source."""

FRAME = 512
"""Samples of one frame, 32 ms: the voice gate's step."""

FRAME_S = FRAME / RATE

SETTLED_S = 0.5
"""So long after the last sound nothing of it is left in what resamples."""

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Block:
    """Sound: int16, mono, 16 kHz, a whole number of frames. ``t`` is when it began, seconds on the source's clock."""

    t: float
    samples: Samples


@dataclass(frozen=True, slots=True)
class MicrophoneLost:
    """No sound comes any more; it is tried again until it does. ``why`` is a sentence for the person."""

    t: float
    why: str


@dataclass(frozen=True, slots=True)
class MicrophoneBack:
    """Sound comes again, after so many seconds without."""

    t: float
    away: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """The system, or a computer too slow, lost so many seconds of sound before ``t``."""

    t: float
    seconds: float


Notice = MicrophoneLost | MicrophoneBack | Dropped


class Source(Protocol):
    """Gives blocks and notices, in order of time, until it ends or is closed."""

    def __iter__(self) -> Iterator[Block | Notice]:
        """Begin to give sound."""

    def close(self) -> None:
        """Give no more; may be called from another thread."""


class Resampler:
    """Brings a stream of samples, int16 mono of any rate, to :data:`RATE`, complete silence staying complete.

    What it is made with dithers: without this a muted microphone would sound like a very quiet one.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._stream = None if rate == RATE else soxr.ResampleStream(rate, RATE, 1, dtype="int16")
        self._zeros_s = 0.0

    def push(self, samples: Samples) -> Samples:
        """As many samples as there are for these."""
        self._zeros_s = 0.0 if samples.any() else self._zeros_s + len(samples) / self._rate
        if self._stream is None:
            return samples
        made: Samples = self._stream.resample_chunk(samples)
        return np.zeros_like(made) if self._zeros_s > SETTLED_S else made


class Framer:
    """Cuts a stream of samples into whole frames."""

    def __init__(self) -> None:
        self._rest = np.empty(0, np.int16)

    @property
    def waiting(self) -> int:
        """Samples held back for the next frame."""
        return len(self._rest)

    def push(self, samples: Samples) -> Samples:
        """As many whole frames as there are."""
        joined = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        whole = len(joined) // FRAME * FRAME
        self._rest = joined[whole:]
        return joined[:whole]

    def flush(self) -> Samples:
        """The last frame, filled up with silence; empty if nothing is left."""
        rest, self._rest = self._rest, np.empty(0, np.int16)
        return np.pad(rest, (0, FRAME - len(rest))) if len(rest) else rest
