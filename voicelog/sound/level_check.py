"""How loud the sound is, and whether the microphone is set wrongly: each trouble is noticed once."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from voicelog.sound.stream import Samples

FULL_SCALE = 32768.0
SILENCE_DB = -100.0

_CLIPPED_AT = 32700
_CLIPPED_SHARE = 0.01
_CLIPPED_UTTERANCES = 2
_QUIET_DB = -52.0
_QUIET_UTTERANCES = 3
_FAINT_DB = -68.0
_FAINT_S = 0.8
_FAINT_WITHIN_S = 180.0
"""Somebody who is not heard tries again; a sleeper's breath opens the gate once in a while, and for a moment."""
_MUTED_S = 20.0
_MUTED_AGAIN_S = 600.0
"""After so much sound it is told again; less is a microphone that turns itself off in every pause."""

_VERY_QUIET = "The microphone is very quiet. Turn it up, or bring it nearer."


def decibels(samples: Samples) -> float:
    """RMS of the samples in dB below full scale."""
    sound = samples.astype(np.float32)
    power = float(np.dot(sound, sound)) / max(1, len(sound))
    return max(SILENCE_DB, 10 * math.log10(power / FULL_SCALE**2)) if power > 0 else SILENCE_DB


class MicrophoneCheck:
    """Watches levels; every method gives a sentence when a trouble is first noticed."""

    def __init__(self) -> None:
        self._clipped = 0
        self._quiet = 0
        self._faint: deque[float] = deque(maxlen=_QUIET_UTTERANCES)
        self._zeros_s = 0.0
        self._sounded = False
        self._sounded_s = 0.0
        self._told: set[str] = set()

    def level(self, level: float, seconds: float) -> str | None:
        """The level now, and the time since the last."""
        if level > SILENCE_DB:
            self._zeros_s = 0.0
            self._sounded = True
            self._sounded_s += seconds
            if self._sounded_s > _MUTED_AGAIN_S:
                self._told.discard("muted")
            return None
        self._zeros_s += seconds
        if self._zeros_s < _MUTED_S:
            return None
        self._sounded_s = 0.0
        return self._once("muted", "The microphone gives complete silence. Perhaps it is muted, or switched off.")

    def utterance(self, samples: Samples, loudest: float) -> str | None:
        """An utterance with words, and the level of its loudest frame."""
        share = float(np.mean(np.abs(samples.astype(np.int32)) >= _CLIPPED_AT))
        self._clipped = self._clipped + 1 if share > _CLIPPED_SHARE else 0
        self._quiet = self._quiet + 1 if loudest < _QUIET_DB else 0
        if self._clipped >= _CLIPPED_UTTERANCES:
            return self._once("clipped", "The microphone is too loud: speech is cut off at the top. Turn it down.")
        if self._quiet >= _QUIET_UTTERANCES:
            return self._once("quiet", _VERY_QUIET)
        return None

    def unheard(self, began: float, ended: float, loudest: float) -> str | None:
        """Speech without a word in it, and the level of its loudest frame."""
        if loudest >= _FAINT_DB or ended - began < _FAINT_S:
            return None
        self._faint.append(ended)
        many = len(self._faint) == _QUIET_UTTERANCES and ended - self._faint[0] <= _FAINT_WITHIN_S
        return self._once("quiet", _VERY_QUIET) if many else None

    def end(self) -> str | None:
        """The sound has ended by itself."""
        if self._sounded or self._zeros_s == 0.0 or "muted" in self._told:
            return None
        return self._once("silent", "There was nothing but silence. Check where the sound comes from.")

    def _once(self, name: str, text: str) -> str | None:
        if name in self._told:
            return None
        self._told.add(name)
        return text
