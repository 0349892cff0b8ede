"""How loud each word was: a television or a visitor across the room is fainter than the person by the microphone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from voicelog.utterance import Word

RATE = 16_000
STEP_S = 0.01
WINDOW_S = 0.02
FAINT_DB = -12.5
"""A word this far under the loudest one is as likely somebody else's as not …"""
SLOPE_DB = 1.2
"""… and how quickly that changes with its level."""

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


def audibility(words: Sequence[Word], level: Levels) -> tuple[float, ...]:
    """For each word of a hypothesis how surely it was said as near as the loudest of them, 0 to 1."""
    if not words or not len(level):
        return (1.0,) * len(words)
    loud = [_level_of(word, level) for word in words]
    reference = max(loud)
    relative = [value - reference for value in loud]
    near = [value > FAINT_DB + 2.0 for value in relative]
    return tuple(_sure(value + _lifted(near, i)) for i, value in enumerate(relative))


def _sure(relative: float) -> float:
    return 1.0 / (1.0 + math.exp(-(relative - FAINT_DB) / SLOPE_DB))


def _lifted(near: Sequence[bool], i: int) -> float:
    """A soft word alone among near ones is the same person's: others' words come several together, in pauses."""
    before, after = near[i - 1 : i] == [True], near[i + 1 : i + 2] == [True]
    if before and after:
        return 6.0
    return 1.5 if before or after else 0.0


def _level_of(word: Word, level: Levels) -> float:
    first = min(len(level) - 1, max(0, int(word.start / STEP_S)))
    last = max(first + 1, int(word.end / STEP_S))
    return float(np.percentile(level[first:last], 90))
