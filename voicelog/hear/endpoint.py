"""The end of speech, decided by sense: how long quiet must last depends on whether what was said is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voicelog.hear.blocks import FRAME_S

Completeness = Literal["whole", "number", "unfinished", "unknown"]
"""What was said so far: an entry with all it needs; the same, but ending in a number that may go on ("seven" … "out of
ten", "and a half"); plainly to be continued ("spasm in my left …"); or none of these."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds of quiet that end an utterance, by its completeness, and when the words so far are looked at."""

    look: float = 0.12
    whole: float = 0.22
    number: float = 0.4
    unknown: float = 0.7
    unfinished: float = 1.8
    longest: float = 30.0
    """No utterance is longer than this; what goes on is somebody else's talk."""

    def after(self, completeness: Completeness) -> float:
        """How long to wait."""
        waits = {"whole": self.whole, "number": self.number, "unfinished": self.unfinished}
        return waits.get(completeness, self.unknown)


RECOGNISER_LAG_S = 0.45
"""The recogniser is behind by so much at most: words that come later were said in what the gate took for quiet."""

_SPEECH = 0.3
_BACK = 0.5
_BACK_FRAMES = 2
_BELOW_LOUD_DB = 16.0
_LOUD_FALLS_DB_S = 2.0


class Quiet:
    """Counts the quiet after speech. Talk far below the speaker's own level is quiet too."""

    def __init__(self) -> None:
        self._loud = -90.0
        self._resumed = 0
        self.seconds = 0.0
        """Quiet since the last frame of speech."""

    def push(self, probability: float, decibels: float) -> bool:
        """One more frame; whether it belongs to speech."""
        near = decibels > self._loud - _BELOW_LOUD_DB
        if probability >= _BACK:
            self._loud = max(self._loud - _LOUD_FALLS_DB_S * FRAME_S, decibels)
        speech = near and probability >= (_SPEECH if self.seconds == 0.0 else _BACK)
        self._resumed = self._resumed + 1 if speech else 0
        if speech and (self.seconds == 0.0 or self._resumed >= _BACK_FRAMES):
            self.seconds = 0.0
        else:
            self.seconds += FRAME_S
        return speech

    def words_came(self) -> None:
        """The recogniser heard words where the gate took it for quiet."""
        self.seconds = min(self.seconds, RECOGNISER_LAG_S)
