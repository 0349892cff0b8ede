"""How loud each word was: a television or a visitor across the room is fainter than the person by the microphone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from voicelog.utterance import Word

RATE = 16_000
STEP_S = 0.01
WINDOW_S = 0.02
FAINT_DB = -12.7
"""A word this far under the loudest words is as likely somebody else's as not …"""
FAINT_WHISPERED_DB = -18.0
"""… or this far in a whisper, in which the vowels carry little and words differ much …"""
SLOPE_DB = 1.2
"""… and how quickly that changes with its level."""
WHISPER_PERIODICITY = 0.43
"""Below this the loudest moments are not voiced (measured: whispers .25 to .36, voices in noise and afar .5 to 1)."""

_LOUDEST = 60
_FRAME = 640
_PITCH_LAGS = slice(40, 200)  # 80 to 400 Hz

Levels = npt.NDArray[np.float64]


def levels(samples: Any) -> Levels:
    """The level of int16 mono sound at 16 kHz in dB (of arbitrary reference), every hundredth of a second."""
    step, window = int(STEP_S * RATE), int(WINDOW_S * RATE)
    power = np.asarray(samples, dtype=np.float64) ** 2
    total = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, max(1, len(power) - window), step)
    ends = np.minimum(starts + window, len(power))
    mean = (total[ends] - total[starts]) / np.maximum(1, ends - starts)
    decibels: Levels = 10.0 * np.log10(mean + 1.0)
    return decibels


@dataclass(frozen=True, slots=True, eq=False)
class Loudness:
    """The course of an utterance's level (:func:`levels`), and from where on a word is faint."""

    level: Levels
    faint_db: float = FAINT_DB

    @classmethod
    def of(cls, samples: Any) -> Loudness:
        """Measure int16 mono sound at 16 kHz."""
        level = levels(samples)
        whispered = periodicity(samples, level) < WHISPER_PERIODICITY
        return cls(level, FAINT_WHISPERED_DB if whispered else FAINT_DB)


def periodicity(samples: Any, level: Levels) -> float:
    """How periodic the loudest moments are: the median peak of their normalised autocorrelation, 0 to 1.

    Near 1 for a voice; a whisper has no pitch (Boersma, 1993, for dividing by the window's autocorrelation).
    """
    sound = np.asarray(samples, dtype=np.float64)
    starts = [int(i) * int(STEP_S * RATE) for i in np.argsort(level)[-_LOUDEST:]]
    frames = [sound[start : start + _FRAME] for start in starts if start + _FRAME <= len(sound)]
    if not frames:
        return 1.0
    window = np.hanning(_FRAME)
    stacked = np.stack(frames)
    stacked = (stacked - stacked.mean(axis=1, keepdims=True)) * window
    correlation = np.fft.irfft(np.abs(np.fft.rfft(stacked, 2048, axis=1)) ** 2, axis=1)
    of_window = np.fft.irfft(np.abs(np.fft.rfft(window, 2048)) ** 2)
    own = np.maximum(correlation[:, :1], 1e-9)
    normal = correlation[:, _PITCH_LAGS] / own / np.maximum(of_window[_PITCH_LAGS] / of_window[0], 0.2)
    return float(np.median(normal.max(axis=1)))


def audibility(words: Sequence[Word], loudness: Loudness) -> tuple[float, ...]:
    """For each word of a hypothesis how surely it was said as near as the loudest, 0 to 1."""
    if not words or not len(loudness.level):
        return (1.0,) * len(words)
    loud = [_level_of(word, loudness.level) for word in words]
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


def _level_of(word: Word, level: Levels) -> float:
    first = min(len(level) - 1, max(0, int(word.start / STEP_S)))
    last = max(first + 1, int(word.end / STEP_S))
    return float(np.percentile(level[first:last], 90))
