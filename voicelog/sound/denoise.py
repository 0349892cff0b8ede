"""What is not the person's voice turned down, band by band, for a second look at an utterance.

As the only look this loses as much as it gains; beside the first it settles what noise or talk had left open.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]

_FRAME = 512
_STEP = 128
_WINDOW = np.hanning(_FRAME + 1)[:-1]

_SMOOTHING = 15  # moments to either side
_QUIETEST = 15  # percent of the moments
_BIAS = 1.3
_SUBTRACT = 1.5
_FLOOR = 0.15
_DECAY = 0.7

_AUDIBLE_DB = 25.0  # moments this close to the loudest tell how loud the voice is
_LOUD = 85  # percent of those moments
_AROUND = 20  # bands to either side
_NEAR = 2  # bands, and moments, to either side
_SOFT_DB = 12.0
_SOFT_SLOPE_DB = 1.5
_SOFT_FLOOR = 0.18


def without_steady_noise(samples: Samples) -> Samples:
    """The clip (int16, 16 kHz, mono) with each band turned down while it holds no more than its steady noise.

    Spectral gating with a noise floor taken from the quietest moments of each band, after Boll (1979) and, for the
    percentile, Stahl, Fischer and Bippus (2000).
    """
    if len(samples) < _FRAME:
        return samples
    spectrum = _spectrum(samples)
    power = np.abs(spectrum) ** 2
    noise = np.maximum(_BIAS * np.percentile(_smoothed(power, _SMOOTHING), _QUIETEST, axis=0), 1e-3)
    gain = np.maximum(1.0 - _SUBTRACT * np.sqrt(noise / np.maximum(power, 1e-3)), _FLOOR)
    gain[1:] = np.maximum(gain[1:], _DECAY * gain[:-1])
    return _resynthesised(spectrum * gain, len(samples))


def without_soft_bands(samples: Samples) -> Samples:
    """The clip (int16, 16 kHz, mono) with each band turned down while it is far softer than the voice is there.

    What a television says under a word is softer in most bands than the word.
    """
    if len(samples) < _FRAME:
        return samples
    spectrum = _spectrum(samples)
    power = np.abs(spectrum) ** 2
    whole = 10.0 * np.log10(power.sum(axis=1) + 1.0)
    level = 10.0 * np.log10(_smoothed(_smoothed(power, _NEAR).T, _NEAR).T + 1.0)
    loud = np.percentile(level[whole > whole.max() - _AUDIBLE_DB], _LOUD, axis=0)
    above = (level - _smoothed(loud[:, None], _AROUND).T + _SOFT_DB) / _SOFT_SLOPE_DB
    gain = _SOFT_FLOOR + (1.0 - _SOFT_FLOOR) / (1.0 + np.exp(-np.clip(above, -30.0, 30.0)))
    return _resynthesised(spectrum * gain, len(samples))


def _spectrum(samples: Samples) -> npt.NDArray[np.complex128]:
    """The spectrum of each moment: moments by bands."""
    padded = np.pad(samples.astype(np.float64), (_FRAME, _FRAME))
    spectrum: npt.NDArray[np.complex128] = np.fft.rfft(
        np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_STEP] * _WINDOW, axis=1
    )
    return spectrum


def _smoothed(values: npt.NDArray[np.float64], around: int) -> npt.NDArray[np.float64]:
    """The mean over so many rows around each."""
    total = np.vstack([np.zeros(values.shape[1]), np.cumsum(values, axis=0)])
    row = np.arange(len(values))
    first, last = np.maximum(row - around, 0), np.minimum(row + around + 1, len(values))
    smoothed: npt.NDArray[np.float64] = (total[last] - total[first]) / (last - first)[:, None]
    return smoothed


def _resynthesised(spectrum: npt.NDArray[np.complex128], length: int) -> Samples:
    frames = np.fft.irfft(spectrum, _FRAME, axis=1) * _WINDOW
    sound = np.zeros((len(frames) - 1) * _STEP + _FRAME)
    weight = np.zeros_like(sound)
    for i, frame in enumerate(frames):
        at = slice(i * _STEP, i * _STEP + _FRAME)
        sound[at] += frame
        weight[at] += _WINDOW**2
    sound /= np.maximum(weight, 1e-3)
    return np.clip(sound[_FRAME : _FRAME + length], -32768, 32767).astype(np.int16)
