"""What the listener tells, besides the notices of its source; times are seconds on the source's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from voicelog.core.utterance import Utterance
from voicelog.sound.stream import Notice


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Somebody began to speak at ``t``; told as soon as it is clear, some tenths of a second later."""

    t: float


@dataclass(frozen=True, slots=True)
class Partial:
    """The words heard so far."""

    t: float
    text: str


@dataclass(frozen=True, slots=True)
class Likely:
    """It is quiet, and this was said; if it stays quiet, the same utterance is :class:`Heard` in a moment.

    ``went_on`` is set as soon as more is said: then this was not all, and need not be understood.
    """

    t: float
    utterance: Utterance
    went_on: Event = field(default_factory=Event, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance has ended, as was clear at ``t``."""

    t: float
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class SpeechDropped:
    """What began was no speech with words, or the logger's own voice; nothing follows."""

    t: float


@dataclass(frozen=True, slots=True)
class Level:
    """How loud it is, dB below full scale (RMS of a frame); told four times a second, so it also tells the time."""

    t: float
    decibels: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something about the sound that the person should know, told once: a sentence."""

    t: float
    text: str


HearEvent = SpeechBegan | Partial | Likely | Heard | SpeechDropped | Level | Trouble | Notice
