"""Not hearing itself: which frames are explained by what the logger is playing.

What is played is known, and how loud it comes back in the microphone is learned; a frame that is no louder than that is
the logger's own. This needs no exact delay and no linear loudspeaker, as subtracting would.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from voicelog.sound.stream import FRAME, FRAME_S, RATE, Samples

DELAY_S = 0.42
"""What was played so long ago may still be heard: the devices' delay (a tenth of a second, and four where the computer
is busy), the room's echo."""
AHEAD_FRAMES = 3
"""The clocks of playing and hearing may be apart by so much."""
LINGERS_S = 1.0

_BANDS_HZ = (150, 500, 1000, 2000, 3500, 6000)
_MARGIN_DB = 3.0
_BANDS_ABOVE = 2
_FAR_ABOVE_DB = 9.0
"""What is louder than the echo in two bands, or far louder in one (an "s"), is somebody else."""
_AUDIBLE_DB = -65.0
_LEARN_FRAMES = 62
_LEARN_DB = (-4.0, 3.0)
"""Every two seconds of playing, how loud it comes back is set right by so much at most: a person who speaks meanwhile
must not be taken for an echo."""
_FIRST_FRAMES = 31
_FIRST_DB = (-10.0, 3.0)
"""The same for the first second that is ever played in a band, of which nothing is known yet."""
_CHIME_FRAMES, _AFTER_FRAMES = 12, 6
"""A chime before the first sentence tells it too, so soon after its end: it is loudest where it begins."""
_FLOOR_DB = -75.0

Levels = npt.NDArray[np.float64]


class Voice(Protocol):
    """The speaker, as far as hearing needs to know."""

    @property
    def playing(self) -> str | None:
        """The sentence that is coming out now, None for silence."""

    def reference(self, start: float, end: float) -> npt.NDArray[np.float32]:
        """What came out between two readings of the monotonic clock: mono, 16 kHz, full scale 1."""


class OwnVoice:
    """Tells frame by frame whether the logger hears itself; learns how loud it does."""

    def __init__(self, voice: Callable[[], Voice | None]) -> None:
        self._voice = voice
        self._window = np.hanning(FRAME).astype(np.float32)
        self._edges = [round(hz * FRAME / RATE) for hz in _BANDS_HZ[:-1]]
        self._last = round(_BANDS_HZ[-1] * FRAME / RATE)
        self._coupling: Levels = np.zeros(len(self._edges))
        self._until = -1.0
        self._played: deque[Levels] = deque(maxlen=int(DELAY_S / FRAME_S))
        self._loudest = np.full((2, len(self._edges)), -120.0)
        self._learning = 0
        self._silent = 0
        self._first = np.ones(len(self._edges), bool)
        self.words: set[str] = set()
        """The words said aloud lately."""

    def explains(self, frame: Samples, t: float) -> bool | None:
        """Whether the frame that began at ``t`` is the logger's own sound; None while it is silent."""
        voice = self._voice()
        saying = None if voice is None else voice.playing
        if saying is not None:
            self._until = t + LINGERS_S
            self.words |= set(saying.casefold().replace(",", " ").replace(".", " ").split())
        elif t > self._until:
            self.words.clear()
            self._played.clear()
            return None
        if voice is None:
            return None
        played = self._lately(voice, t)
        if played.max() < _AUDIBLE_DB:
            return None
        heard = self._levels(frame.astype(np.float32) / 32768)
        self._learn(heard, self._played[-1])
        above = heard - np.maximum(played + self._coupling, _FLOOR_DB)
        return int((above > _MARGIN_DB).sum()) < _BANDS_ABOVE and float(above.max()) < _FAR_ABOVE_DB

    def _lately(self, voice: Voice, t: float) -> Levels:
        """The loudest of what was played that may be heard now."""
        sound = voice.reference(t, t + (1 + AHEAD_FRAMES) * FRAME_S)
        now, *ahead = (self._levels(sound[at : at + FRAME]) for at in range(0, (1 + AHEAD_FRAMES) * FRAME, FRAME))
        self._played.append(now)
        return np.asarray(np.max([*self._played, *ahead], axis=0), np.float64)

    def _learn(self, heard: Levels, played: Levels) -> None:
        self._loudest = np.maximum(self._loudest, [heard, played])
        self._learning += 1
        self._silent = self._silent + 1 if played.max() < _AUDIBLE_DB else 0
        frames = _LEARN_FRAMES
        if self._first.any():
            frames = _CHIME_FRAMES if self._silent >= _AFTER_FRAMES else _FIRST_FRAMES
        if self._learning >= frames:
            self._adjust()

    def _adjust(self) -> None:
        """Set right how loud the speaker comes back, in the bands that it used."""
        difference = self._loudest[0] - self._loudest[1] - self._coupling
        audible = self._loudest[1] > _AUDIBLE_DB
        least, most = (np.where(self._first, first, later) for first, later in zip(_FIRST_DB, _LEARN_DB, strict=True))
        self._coupling += np.where(audible, np.clip(difference, least, most), 0.0)
        self._first &= ~audible
        self._loudest[:] = -120.0
        self._learning = 0

    def _levels(self, sound: npt.NDArray[np.floating]) -> Levels:
        power = np.abs(np.fft.rfft(sound * self._window)[: self._last]) ** 2
        bands = np.add.reduceat(power, self._edges)[: len(self._edges)] / (FRAME * FRAME / 8)
        return np.asarray(10 * np.log10(bands + 1e-12), np.float64)
