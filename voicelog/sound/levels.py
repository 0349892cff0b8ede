"""The course of a sound's level, and whether it is a voice or a whisper."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

RATE = 16_000
STEP_S = 0.01
WINDOW_S = 0.02
WHISPER_PERIODICITY = 0.43
"""Below this the loudest moments are not voiced (measured: whispers .25 to .36, voices in noise and afar .5 to 1)."""

_AUDIBLE_DB, _LOUD_PERCENTILE = 25.0, 85.0
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


def loud_db(level: Levels) -> float:
    """How loud the loud moments are."""
    return float(np.percentile(level[level > level.max() - _AUDIBLE_DB], _LOUD_PERCENTILE))


def periodicity(samples: Any, level: Levels) -> float:
    """How periodic the loudest moments are: the median of :func:`periodicities`, 0 to 1.

    Near 1 for a voice; a whisper has no pitch.
    """
    loudest = np.argsort(level)[-_LOUDEST:]
    starts = loudest[loudest * int(STEP_S * RATE) + _FRAME <= len(samples)]
    return float(np.median(periodicities(samples, starts))) if len(starts) else 1.0


def periodicities(samples: Any, moments: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """How periodic the sound is from each of these moments on (hundredths of a second), for four of them.

    The peak of its normalised autocorrelation (Boersma, 1993, for dividing by the window's autocorrelation).
    """
    sound = np.pad(np.asarray(samples, dtype=np.float64), (0, _FRAME))
    window = np.hanning(_FRAME)
    stacked = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)[moments * int(STEP_S * RATE)]
    stacked = (stacked - stacked.mean(axis=1, keepdims=True)) * window
    correlation = np.fft.irfft(np.abs(np.fft.rfft(stacked, 2048, axis=1)) ** 2, axis=1)
    of_window = np.fft.irfft(np.abs(np.fft.rfft(window, 2048)) ** 2)
    own = np.maximum(correlation[:, :1], 1e-9)
    normal = correlation[:, _PITCH_LAGS] / own / np.maximum(of_window[_PITCH_LAGS] / of_window[0], 0.2)
    peaks: npt.NDArray[np.float64] = normal.max(axis=1)
    return peaks
