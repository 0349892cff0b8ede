"""How loud each word was: a television or a visitor across the room is fainter than the person by the microphone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from voicelog.core.utterance import Word
from voicelog.sound.levels import STEP_S, WHISPER_PERIODICITY, Levels, levels, loud_db, periodicity

FAINT_DB = -12.7
"""A word this far under the loudest words is as likely somebody else's as not …"""
FAINT_WHISPERED_DB = -18.0
"""… or this far in a whisper, in which the vowels carry little and words differ much …"""
FAINT_SEPARATED_DB = -10.0
"""… or this far in a voice separated from others, which is to leave their words hardly any level at all …"""
TAKEN_DB = 4.0
"""… and, where nobody talks in the pauses, if separation took at least so much away: soft words may be one's own …"""
SLOPE_DB = 1.2
"""… and how quickly that changes with its level."""

QUIET_DB, EDGE_STEPS = 18.0, 15
"""Where so many hundredths of a second at either end are so far under the words, the room is quiet …"""
NEAR_DB, SMOOTHED_STEPS, AROUND_S = 12.0, 5, 0.08
"""… and sound so near under the words is none of it, but of their edges if it comes within the third of them."""

SILENT_DB = 3.0
"""Below this is no sound but the silence put around it."""

AUDIBLE_DB = 25.0
"""Sound this far under the loudest is none of a word."""
_NOTHING_DB = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Loudness:
    """The course of an utterance's level (:func:`levels`), and from where on a word is faint."""

    level: Levels
    faint_db: float = FAINT_DB
    _measured: dict[tuple[int, int], float] = field(default_factory=dict, repr=False)
    """Hypotheses of one utterance share most of their words."""

    @classmethod
    def of(cls, samples: Any) -> Loudness:
        """Measure int16 mono sound at 16 kHz."""
        level = levels(samples)
        whispered = periodicity(samples, level) < WHISPER_PERIODICITY
        return cls(level, FAINT_WHISPERED_DB if whispered else FAINT_DB)

    @classmethod
    def of_separated(cls, samples: Any) -> Loudness:
        """Measure a voice's sound (int16, 16 kHz, mono) that was separated from others."""
        return cls(levels(samples), FAINT_SEPARATED_DB)

    @classmethod
    def under_talk(cls, samples: Any, nearest: Any) -> Loudness:
        """Measure a voice's sound separated from talk under it alone, and all the sound (both int16, 16 kHz, mono)."""
        every, voice = levels(samples), levels(nearest)
        of_all, of_voice = every - loud_db(every), voice - loud_db(voice)
        kept = of_voice - of_all + FAINT_SEPARATED_DB + TAKEN_DB
        return cls(np.where(of_all > -AUDIBLE_DB, np.maximum(of_voice, kept), -_NOTHING_DB), FAINT_SEPARATED_DB)

    def of_word(self, word: Word) -> float:
        """How loud a word is in its loudest tenth, in dB."""
        first = min(len(self.level) - 1, max(0, int(word.start / STEP_S)))
        steps = first, max(first + 1, int(word.end / STEP_S))
        if steps not in self._measured:
            self._measured[steps] = float(np.percentile(self.level[slice(*steps)], 90))
        return self._measured[steps]


def unheard_s(words: Sequence[Word], samples: Any) -> float:
    """For how many seconds something as loud as the words sounds beside them in a quiet room; 0 in noise.

    ``samples`` are int16, 16 kHz, mono. In "eight and a half" heard as "eight" it is half a second.
    """
    power = 10.0 ** (levels(samples) / 10.0)
    level = 10.0 * np.log10(np.convolve(power, np.full(SMOOTHED_STEPS, 1.0 / SMOOTHED_STEPS), "same"))
    at = (np.arange(len(level)) + 1) * STEP_S
    inside, around = np.zeros(len(level), bool), level < SILENT_DB
    for word in words:
        inside |= (word.start < at) & (at < word.end)
        around |= (word.start - AROUND_S < at) & (at < word.end + AROUND_S)
    beside = np.flatnonzero(~around)
    if not inside.any() or not len(beside):
        return 0.0
    loud = float(np.percentile(level[inside], 90))
    edges = level[[*beside[:EDGE_STEPS], *beside[-EDGE_STEPS:]]]
    return float(np.count_nonzero(level[beside] > loud - NEAR_DB) * STEP_S) if edges.max() < loud - QUIET_DB else 0.0


def audibility(words: Sequence[Word], loudness: Loudness) -> tuple[float, ...]:
    """For each word of a hypothesis how surely it was said as near as the loudest, 0 to 1."""
    if not words or not len(loudness.level):
        return (1.0,) * len(words)
    loud = [loudness.of_word(word) for word in words]
    reference = sorted(loud)[-2:][0]  # one word may be far louder than all others ("single SHOT espresso")
    relative = [value - reference - loudness.faint_db for value in loud]
    near = [value > 2.0 for value in relative]
    return tuple(1.0 / (1.0 + math.exp(-(value + _lifted(near, i)) / SLOPE_DB)) for i, value in enumerate(relative))


def _lifted(near: Sequence[bool], i: int) -> float:
    """A soft word alone among near ones is the same person's: others' words come several together, in pauses."""
    neighbours = [*near[max(0, i - 1) : i], *near[i + 1 : i + 2]]
    if all(neighbours):
        return 6.0 if len(neighbours) == 2 else 1.5
    return -2.5 if any(neighbours) and not near[i] else 0.0
