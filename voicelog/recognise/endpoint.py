"""The end of speech, decided by sense: how long quiet must last depends on whether what was said is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voicelog.sound.stream import FRAME_S

Completeness = Literal["whole", "extensible", "unfinished", "unknown"]
"""What was said so far: an entry with all it needs; the same, but such as often goes on ("seven" … "out of ten", "and a
half"; "spasm over" … "eight"); plainly to be continued ("spasm in my left …"); or none of these."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds of quiet that end an utterance, by its completeness, and when the words so far are looked at."""

    look: float = 0.09
    whole: float = 0.19
    extensible: float = 0.25
    unknown: float = 0.5
    unfinished: float = 2.0
    gasping: float = 2.4
    """What is louder than the room, though no voice, puts the end off until so long after the last voice."""
    longest: float = 30.0
    """No utterance is longer than this; what goes on is somebody else's talk."""

    def after(self, completeness: Completeness) -> float:
        """How long to wait."""
        waits = {"whole": self.whole, "extensible": self.extensible, "unfinished": self.unfinished}
        return waits.get(completeness, self.unknown)


RECOGNISER_LAG_S = 0.45
"""The recogniser is behind by so much at most: words that come later were said in what the gate took for quiet."""

_ROOM_DB = (-65.0, -20.0)
_ROOM_RISES, _ROOM_FALLS = 0.03, 0.01
_ROOM_FRAMES = 6
_ABOVE_ROOM_DB = 10.0
_BREATH_BELOW_LOUD_DB = 38.0

_SPEECH = 0.3
_BACK = 0.5
_BACK_FRAMES = 2
_BELOW_LOUD_DB = 16.0
_LOUD_FALLS_DB_S = 2.0


class Room:
    """How loud the room is while nobody speaks, dB below full scale (RMS)."""

    def __init__(self) -> None:
        self._level = _ROOM_DB[0]
        self._frames = 0

    @property
    def decibels(self) -> float | None:
        """The level; None while too little was heard of it."""
        return self._level if self._frames >= _ROOM_FRAMES else None

    def push(self, decibels: float) -> None:
        """One more frame without speech."""
        self._frames += 1
        towards = _ROOM_RISES if decibels > self._level else _ROOM_FALLS
        towards = max(towards, 1 / self._frames)
        self._level = min(max(self._level + towards * (decibels - self._level), _ROOM_DB[0]), _ROOM_DB[1])


class Quiet:
    """Counts the quiet after speech, in a room that by itself is as loud as ``room`` (None: not known).

    Talk far below the speaker's own level is quiet too. A gasp or a sound drawn out, which is no voice but louder than
    the room, is not.
    """

    def __init__(self, room: float | None = None) -> None:
        self._room = room
        self._loud = -90.0
        self._softest = 0.0
        self._resumed = 0
        self.seconds = 0.0
        """Since the last frame of speech."""
        self.silent = 0.0
        """The same, but for gasps and the like."""

    def push(self, probability: float, decibels: float) -> bool:
        """One more frame; whether it belongs to speech."""
        near = decibels > self._loud - _BELOW_LOUD_DB
        if probability >= _BACK:
            self._loud = max(self._loud - _LOUD_FALLS_DB_S * FRAME_S, decibels)
        speech = near and probability >= (_SPEECH if self.seconds == 0.0 else _BACK)
        self._resumed = self._resumed + 1 if speech else 0
        self._softest = min(self._softest, decibels)
        if speech and (self.seconds == 0.0 or self._resumed >= _BACK_FRAMES):
            self.seconds = self.silent = 0.0
        else:
            self.seconds += FRAME_S
            self.silent += 0.0 if self._breathing(decibels) else FRAME_S
        return speech

    def _breathing(self, decibels: float) -> bool:
        """Whether a frame without voice is louder than the room, yet near enough to be the speaker's."""
        room = max(self._softest, _ROOM_DB[0]) if self._room is None else self._room
        return decibels > max(room + _ABOVE_ROOM_DB, self._loud - _BREATH_BELOW_LOUD_DB)

    def words_came(self, ago: float = RECOGNISER_LAG_S) -> None:
        """The recogniser heard words, which ended so many seconds ago, where the gate took it for quiet."""
        self.seconds = min(self.seconds, ago)
        self.silent = min(self.silent, ago)

    def lasted(self, wait: float, longest: float) -> bool:
        """Whether it was silent for ``wait`` seconds; gasps put that off until ``longest`` after the last voice."""
        return self.silent >= wait or self.seconds >= longest
