"""The person beside the microphone alone: what is far softer is put to silence, a television's talk above all.

Under the person's words talk is turned down band by band; gasps are over when they speak. It helps only where there is
something in the pauses, and costs soft syllables where there is not; so it is for a second look, and only where there
is something to be put to silence (``benchmarks/understand_score.py own``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from voicelog.hear.enhance import without_soft_bands
from voicelog.levels import RATE, STEP_S, WHISPER_PERIODICITY, Levels, levels, periodicity
from voicelog.utterance import Hushed

Samples = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]

NEAR_DB = 5.0
"""A stretch of sound is the person's if it comes at least twice this close to the loud moments …"""
SOFT_DB = 9.0
"""… and goes as far as it stays this close …"""
DIP = 6
"""… but for dips of so many hundredths of a second."""
BEFORE, AFTER = 8, 10
"""Hundredths of a second kept around it, for soft sounds at the edges."""
HUSH_DB = 30.0
"""What takes the rest's place is soft noise so far below: the recogniser hears words even in very faint talk."""

TALK_S = 0.15
"""Sound that is put to silence matters from this length on, if it is at most …"""
TALK_DB = 25.0
"""… so far below the person's, and …"""
ABOVE_ROOM_DB = 10.0
"""… this far above the room, and …"""
RISE_DB = 6.0
"""… if its level rises by so much within: syllables do, what a room echoes only dies away."""
MURKY_DB = 22.0
"""Where the room is nearer than this, levels do not tell voices apart: reverberation and noise fill the gaps."""

_LOUD_PERCENTILE = 85
_LOUD_RANGE_DB = 25.0
_ROOM_PERCENTILE = 5
_FADE = 321
_NOTHING_DB = 1.0


@dataclass(frozen=True, slots=True)
class Foreground:
    """An utterance's sound (int16, 16 kHz, mono) without the softer talk in its pauses, and what that was."""

    samples: Samples
    hushed: Hushed


def foreground(samples: Samples) -> Foreground | None:
    """The foreground of an utterance (int16, 16 kHz, mono); None where there is nothing to be put to silence."""
    level = levels(samples)
    audible = level[level > level.max() - _LOUD_RANGE_DB]
    loud = float(np.percentile(audible, _LOUD_PERCENTILE))
    smooth = _smoothed(level)
    sounding = np.flatnonzero(level > _NOTHING_DB)  # quiet that was put around a clip says nothing of the room
    room = float(np.percentile(smooth[sounding[0] : sounding[-1] + 1], _ROOM_PERCENTILE)) if len(sounding) else 0.0
    if loud - room < MURKY_DB or periodicity(samples, level) < WHISPER_PERIODICITY:
        return None
    kept = _widened(_near(smooth, loud), BEFORE, AFTER)
    talk = ~kept & (smooth > max(loud - TALK_DB, room + ABOVE_ROOM_DB))
    runs = [(a, b) for a, b in _runs(talk) if (b - a) * STEP_S >= TALK_S and _rises(smooth[a:b])]
    if not runs:
        return None
    began = int(np.argmax(kept))
    step = int(STEP_S * RATE)
    said = np.concatenate([samples[a * step : b * step] for a, b in runs])
    hushed = Hushed(
        seconds=sum(b - a for a, b in runs) * STEP_S,
        before_s=sum(b - a for a, b in runs if b <= began) * STEP_S,
        peak_db=max(float(smooth[a:b].max()) for a, b in runs) - loud,
        voiced=periodicity(said, levels(said)) >= WHISPER_PERIODICITY,
    )
    silenced = _silenced(samples, kept, loud - HUSH_DB)
    return Foreground(without_soft_bands(silenced) if hushed.voiced else silenced, hushed)


def _smoothed(level: Levels) -> Levels:
    power = np.convolve(10 ** (level / 10), np.ones(3) / 3, "same")
    decibels: Levels = 10 * np.log10(power + 1)
    return decibels


def _near(level: Levels, loud: float) -> Mask:
    """The stretches of sound that are the person's."""
    near = level > loud - SOFT_DB
    stretches = _runs(near)
    for (_, end), (start, _) in pairwise(stretches):
        if start - end <= DIP:
            near[end:start] = True
    for start, end in _runs(near):
        if (level[start:end] > loud - NEAR_DB).sum() < 2:
            near[start:end] = False
    return near


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """Where the mask is set: beginnings and ends."""
    steps = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))


def _rises(level: Levels) -> bool:
    return bool((level - np.minimum.accumulate(level)).max() >= RISE_DB)


def _widened(mask: Mask, before: int, after: int) -> Mask:
    wider = mask.copy()
    for start, end in _runs(mask):
        wider[max(0, start - before) : end + after] = True
    return wider


def _silenced(samples: Samples, kept: Mask, hush_db: float) -> Samples:
    """The samples where they are kept, and soft noise elsewhere, one fading into the other."""
    length = len(samples)
    gain = np.repeat(kept.astype(np.float64), int(STEP_S * RATE))
    gain = np.pad(gain, (0, max(0, length - len(gain))), mode="edge")[:length]
    fade = np.hanning(_FADE)
    gain = np.convolve(gain, fade / fade.sum(), "same")
    noise = np.random.default_rng(0).standard_normal(length) * 10 ** (hush_db / 20)
    hushed: Samples = np.clip(samples * gain + noise * (1.0 - gain), -32768, 32767).astype(np.int16)
    return hushed
