"""The person beside the microphone alone: what is far softer is put to silence, a television's talk above all.

Which sound is the person's is told by the nearest voice as it was separated from all others, or by level alone where
there is no separation. Under the person's words talk is turned down, by the separation and band by band; gasps are over
when they speak. It costs soft syllables where nobody else talks; so it is for a second look, where somebody does or the
first left doubt (``benchmarks/understand_score.py own``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from voicelog.core.utterance import Hushed
from voicelog.sound.denoise import without_soft_bands
from voicelog.sound.levels import (
    RATE,
    STEP_S,
    WHISPER_PERIODICITY,
    Levels,
    levels,
    loud_db,
    periodicities,
    periodicity,
)

Samples = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]
Separated = Callable[[Samples], Samples]

NEAR_DB, SEPARATED_NEAR_DB = 5.0, 9.0
"""A stretch of sound is the person's if it comes at least twice this close to the loud moments, as it is or separated
from others …"""
SOFT_DB, SEPARATED_SOFT_DB = 9.0, 18.0
"""… and goes as far as it stays this close …"""
TAKEN_DB = 3.0
"""What separation leaves out is kept all the same if that took less than this away from it, more than from the loud
moments, or if it is as loud as they are: no television is."""
DIP = 6
"""… but for dips of so many hundredths of a second, in the person's talk or another's."""
BEFORE, SEPARATED_BEFORE, AFTER = 8, 15, 10
"""Hundredths of a second kept around it, for soft sounds at the edges: separation takes an "s" for noise."""
HUSH_DB = 30.0
"""What takes the rest's place is soft noise so far below: the recogniser hears words even in very faint talk."""

LEFT_DB = 12.0
"""What is not the nearest voice is turned down by so much under it: taken away, it takes some of the voice along."""

TALK_S = 0.15
"""Sound that is put to silence matters from this length on, if it is at most …"""
TALK_DB = 25.0
"""… so far below the person's, and …"""
ABOVE_ROOM_DB = 10.0
"""… this far above the room, and …"""
RISE_DB = 6.0
"""… if its level rises by so much within: syllables do, what a room echoes only dies away."""
UNDER_DB, UNDER_MEDIAN_DB, WORDS_DB = 2.0, 0.25, 15.0
"""There is talk under the words alone if separation takes the first away from the tenth of the moments, of those this
close to the loud ones, that it takes most from, and the second from half of all: 3.5 and .6 beside a television
(medians of ``own/tv`` where nothing is found in the pauses), 1.2 and .1 in a quiet room …"""
ECHO_DB, UNEVEN = 1.6, 4.0
"""… unless it takes more than this from half of all, and from that tenth less than so many times as much: what a room
echoes is everywhere, 7 and 3.5 (``own/far``)."""
ALONE_DB = 1.2
"""The person is alone if separation takes less than this from that tenth: in one of ten such clips of ``own/tv``."""
VOICED, VOICED_DIP, LEAST_VOICED = 0.5, 10, 5
"""Beside a whisper a moment more periodic than the first is another's voice, in stretches with dips of so many
hundredths of a second and so many voiced ones, if none is as near as the whisper: moments of a whisper have .2 to .44,
of a television 12 dB below it .49 to .9 (the 5 % at either end)."""
MURKY_DB = 22.0
"""Where the room is nearer than this, levels do not tell voices apart: reverberation and noise fill the gaps."""

_ROOM_PERCENTILE = 5
_LOUDEST_DB = 6.0
_FADE = 321
_VOICING = 5
_NOTHING_DB = 1.0


@dataclass(frozen=True, slots=True)
class Foreground:
    """An utterance's sound (int16, 16 kHz, mono) without what is softer than the person, and the talk that was there.

    Without talk in its pauses ``hushed`` is None: what was taken away is noise, or no more than talk under the words.
    Where another talked and ``samples`` were told by separation, ``by_level`` is the same told by level alone, since
    each errs in its own way, and ``nearest`` the voice as it was separated: in it the others' words are faint.
    """

    samples: Samples
    hushed: Hushed | None
    by_level: Samples | None = None
    nearest: Samples | None = None
    told_apart: bool = True
    """Whether the person was told from others by more than level."""
    alone: bool = False
    """Nobody else talks: ``samples`` are as they were."""


def foreground(samples: Samples, separated: Separated | None = None, *, doubtful: bool = True) -> Foreground | None:
    """The foreground of an utterance (int16, 16 kHz, mono); None where there is nothing to be told apart.

    ``separated`` gives the nearest voice in it; it takes its time, and is not asked where the first look left nothing
    ``doubtful`` and the levels tell of no other talk, nor for a whisper, which is none: there all voice is another's.
    """
    sound = _Sound.of(samples)
    if sound.whispered:
        return _whispered(sound)
    by_level = _widened(_near(sound.level, NEAR_DB, SOFT_DB), BEFORE, AFTER)
    hushed = None if sound.murky else _hushed(sound, by_level)
    if hushed is None and (separated is None or not doubtful):
        return None
    if separated is None:
        return Foreground(_alone(samples, by_level, sound.loud, hushed), hushed, told_apart=False)
    return _separated(sound, separated(samples), by_level)


@dataclass(frozen=True, slots=True)
class _Sound:
    """An utterance's sound, the course of its level from its loud moments (dB), and the level of these and the room."""

    samples: Samples
    level: Levels
    unsmoothed: Levels
    loud: float
    room: float
    whispered: bool

    @classmethod
    def of(cls, samples: Samples) -> _Sound:
        level = levels(samples)
        loud, smooth = loud_db(level), _smoothed(level)
        sounding = np.flatnonzero(level > _NOTHING_DB)  # quiet that was put around a clip says nothing of the room
        room = float(np.percentile(smooth[sounding[0] : sounding[-1] + 1], _ROOM_PERCENTILE)) if len(sounding) else 0.0
        whispered = periodicity(samples, level) < WHISPER_PERIODICITY
        return cls(samples, smooth - loud, level - loud, loud, room - loud, whispered)

    @property
    def murky(self) -> bool:
        return self.room > -MURKY_DB


def _separated(sound: _Sound, nearest: Samples, by_level: Mask) -> Foreground | None:
    """The foreground told by the nearest voice."""
    level = levels(nearest)
    of_nearest = _smoothed(level) - loud_db(level)
    taken = sound.level - of_nearest
    left = 10.0 ** (-LEFT_DB / 20.0)
    heard = (left * sound.samples + (1.0 - left) * nearest).astype(np.int16)
    if sound.murky:
        return Foreground(heard, None)  # silence would only cost soft consonants
    kept = _kept(sound.level, of_nearest, taken)
    hushed = _hushed(sound, kept)
    if hushed is None:
        most = float(np.percentile(taken[sound.unsmoothed > -WORDS_DB], 90))
        if most < ALONE_DB:
            return Foreground(sound.samples, None, alone=True)
        if not _is_talk_under(most, float(np.median(taken[sound.unsmoothed > -TALK_DB]))):
            return None  # in a quiet room separation only takes soft consonants along
    alone = _alone(heard, kept, sound.loud, hushed)
    if hushed is not None and not hushed.voiced:
        return Foreground(alone, hushed)
    return Foreground(alone, hushed, _alone(sound.samples, by_level, sound.loud, hushed), nearest)


def _whispered(sound: _Sound) -> Foreground | None:
    """The whisper alone, where there is a voice beside it."""
    moments = np.maximum(0, np.arange(len(sound.level)) - 1)
    periodic = np.convolve(periodicities(sound.samples, moments), np.full(_VOICING, 1 / _VOICING), "same")
    voiced = (periodic > VOICED) & (sound.level > -TALK_DB)
    runs = [
        (start, end)
        for start, end in _stretches(voiced, sound.level > -NEAR_DB, VOICED_DIP)
        if voiced[start:end].sum() >= LEAST_VOICED and sound.level[start:end].max() <= -NEAR_DB
    ]
    if sum(voiced[start:end].sum() for start, end in runs) * STEP_S < TALK_S:
        return None
    others = np.zeros_like(voiced)
    for start, end in runs:
        others[start:end] = True
    kept = ~_widened(others, _VOICING // 2, _VOICING // 2)
    hushed = replace(_of_runs(sound, voiced, runs, kept), voiced=True)
    return Foreground(_silenced(sound.samples, kept, sound.loud - HUSH_DB), hushed)


def _alone(samples: Samples, kept: Mask, loud: float, hushed: Hushed | None) -> Samples:
    """What is kept of the samples, softened in the bands that another's voice may be in, and the rest silenced."""
    silenced = _silenced(samples, kept, loud - HUSH_DB)
    return silenced if hushed is not None and not hushed.voiced else without_soft_bands(silenced)


def _is_talk_under(most: float, half: float) -> bool:
    """Whether somebody else talks under the words, by what separation takes away (dB)."""
    return most >= UNDER_DB and half >= UNDER_MEDIAN_DB and (half <= ECHO_DB or most >= UNEVEN * half)


def _hushed(sound: _Sound, kept: Mask) -> Hushed | None:
    """The talk, or the gasps, in what is not kept; None if there is none."""
    talk = ~kept & (sound.level > max(-TALK_DB, sound.room + ABOVE_ROOM_DB))
    runs = [
        (start, end)
        for start, end in _stretches(talk, kept, DIP)
        if talk[start:end].sum() * STEP_S >= TALK_S and _rises(sound.level[start:end])
    ]
    return _of_runs(sound, talk, runs, kept) if runs else None


def _of_runs(sound: _Sound, talk: Mask, runs: list[tuple[int, int]], kept: Mask) -> Hushed:
    began = int(np.argmax(kept))
    step = int(STEP_S * RATE)
    said = np.concatenate([sound.samples[start * step : end * step] for start, end in runs])
    return Hushed(
        seconds=float(sum(talk[start:end].sum() for start, end in runs)) * STEP_S,
        before_s=float(sum(talk[start:end].sum() for start, end in runs if end <= began)) * STEP_S,
        peak_db=max(float(sound.level[start:end].max()) for start, end in runs),
        voiced=periodicity(said, levels(said)) >= WHISPER_PERIODICITY,
    )


def _stretches(talk: Mask, kept: Mask, dip: int) -> list[tuple[int, int]]:
    """The stretches of talk, dips up to so long in them included in which nothing is kept: syllables are soon over."""
    stretches: list[tuple[int, int]] = []
    for start, end in _runs(talk):
        if stretches and start - stretches[-1][1] <= dip and not kept[stretches[-1][1] : start].any():
            start = stretches.pop()[0]
        stretches.append((start, end))
    return stretches


def _smoothed(level: Levels) -> Levels:
    power = np.convolve(10 ** (level / 10), np.ones(3) / 3, "same")
    decibels: Levels = 10 * np.log10(power + 1)
    return decibels


def _kept(level: Levels, nearest: Levels, taken: Levels) -> Mask:
    """What to keep by the levels of all sound and of the nearest voice in it."""
    kept = _widened(_near(nearest, SEPARATED_NEAR_DB, SEPARATED_SOFT_DB), SEPARATED_BEFORE, AFTER)
    for start, end in _runs(~kept):
        loudest = level[start:end] > level[start:end].max() - _LOUDEST_DB
        if level[start:end].max() > -NEAR_DB or np.median(taken[start:end][loudest]) < TAKEN_DB:
            kept[start:end] = True
    return kept


def _near(level: Levels, near_db: float, soft_db: float) -> Mask:
    """The stretches of sound that are the person's."""
    near = level > -soft_db
    stretches = _runs(near)
    for (_, end), (start, _) in pairwise(stretches):
        if start - end <= DIP:
            near[end:start] = True
    for start, end in _runs(near):
        if (level[start:end] > -near_db).sum() < 2:
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
