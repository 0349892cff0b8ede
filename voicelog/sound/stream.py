"""What a source of sound gives: blocks of samples, and notices about the source itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

RATE = 16_000
"""Samples a second of everything behind a source."""

FRAME = 512
"""Samples of one frame, 32 ms: the voice gate's step."""

FRAME_S = FRAME / RATE

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
