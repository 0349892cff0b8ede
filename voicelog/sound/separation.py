"""The voice nearest to the microphone, separated from others that talk in the background.

A small network of DeepFilterNet's kind (Schröter, Maier, Escalante-B. and Rosenkranz, 2023), trained to suppress
background speakers as well as noise: from the sound's spectrum it gives, for each hundredth of a second, a gain for
each band and a short complex filter for each of the lower frequencies.
"""

from __future__ import annotations

import itertools
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voicelog.sound.levels import levels, loud_db

Samples = npt.NDArray[np.int16]
_Floats = npt.NDArray[np.float32]
_Spectrum = npt.NDArray[np.complex64]

PARTS = ("enc.onnx", "erb_dec.onnx", "df_dec.onnx")
"""The files of the network: encoder, decoder of the bands' gains, decoder of the filters."""

LOUD_DB = 57.0
"""The voice's level (:func:`levels`) at which the network tells voices apart best …"""
NOISE_DB = 25.0
"""… with soft noise so far below it. By the level of what comes out the person's moments are told from those of others
12 dB below with an area under the curve of .98; as the sound comes in, .92 (``benchmarks/hear_separation.py``)."""

_HOP, _WINDOW, _FREQUENCIES = 160, 320, 161
_BANDS, _FILTERED, _TAPS = 32, 64, 5
_HIDDEN = 256
_WIDTHS = (*(2,) * 20, 3, 6, 7, 7, 8, 8, 10, 12, 12, 14, 16, 18)
"""How many frequencies each band has: equal steps of the ear's scale (Glasberg and Moore, 1990), two at least."""
_ERRORS = 3  # of onnxruntime's levels: its warnings are not for the person
_KEPT = 0.99
"""What the running means keep from one hundredth of a second to the next: a time constant of a second."""
_BAND_MEANS = np.linspace(-60.0, -90.0, _BANDS, dtype=np.float32)
_MAGNITUDES = np.linspace(1e-3, 1e-4, _FILTERED, dtype=np.float32)


class Separator:
    """The network of a ``folder`` with its :data:`PARTS`, loaded when it is first needed. Needs onnxruntime.

    May be used from several threads.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loading = threading.Lock()

    @cached_property
    def _loaded(self) -> tuple[Any, ...]:
        import onnxruntime

        onnxruntime.set_default_logger_severity(_ERRORS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # else it keeps the memory of the longest utterance
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return tuple(
            onnxruntime.InferenceSession(str(self._folder / part), options, providers=["CPUExecutionProvider"])
            for part in PARTS
        )

    def prepare(self) -> None:
        """Load the network, if it is not loaded."""
        with self._loading:
            _ = self._loaded

    def nearest_voice(self, samples: Samples) -> Samples:
        """The clip (int16, 16 kHz, mono) with all but the loudest voice turned down, as loud as it was.

        It is heard through once before, so that the network knows the voice from its first word on.
        """
        scale = 10.0 ** ((LOUD_DB - loud_db(levels(samples))) / 20.0)
        noise = np.random.default_rng(0).standard_normal(len(samples)) * 10.0 ** ((LOUD_DB - NOISE_DB) / 20.0)
        sound = (samples * scale + noise).astype(np.float32) / 32768.0
        separated = self._filtered(np.concatenate([sound, sound]))[len(samples) :] / scale
        near: Samples = np.clip(separated * 32768.0, -32768, 32767).astype(np.int16)
        return near

    def _filtered(self, sound: _Floats) -> _Floats:
        spectrum = _analysed(sound)
        gains, filters = self._run(spectrum)
        out = spectrum * np.repeat(gains, _WIDTHS, axis=1)
        before = np.pad(spectrum[:, :_FILTERED], ((_TAPS - 1, 0), (0, 0)))
        taps = filters[..., 0] + 1j * filters[..., 1]
        out[:, :_FILTERED] = sum(taps[:, :, i] * before[i : i + len(spectrum)] for i in range(_TAPS))
        return _synthesised(out, len(sound))

    def _run(self, spectrum: _Spectrum) -> tuple[_Floats, _Floats]:
        """The network's gains (moments by bands) and filters (moments by frequencies, taps, and real and imaginary)."""
        self.prepare()
        encoder, gains_decoder, filters_decoder = self._loaded
        unit = _unit(spectrum[:, :_FILTERED])
        found: list[Any] = encoder.run(
            ["e0", "e1", "e2", "e3", "emb", "c0"],
            {
                "feat_erb": _bands(spectrum)[None, None],
                "feat_spec": np.stack([unit.real, unit.imag])[None],
                "h_enc_in": _nothing(1),
            },
        )
        *bands, embedding, frequencies = found
        of_bands = dict(zip(("e0", "e1", "e2", "e3"), bands, strict=True))
        gains = gains_decoder.run(["m"], {"emb": embedding, **of_bands, "h_erb_dec_in": _nothing(1)})[0]
        filters = filters_decoder.run(["coefs"], {"emb": embedding, "c0": frequencies, "h_df_dec_in": _nothing(3)})[0]
        return gains[0, 0], filters[0].reshape(-1, _FILTERED, _TAPS, 2)


def _nothing(layers: int) -> _Floats:
    return np.zeros((layers, 1, _HIDDEN), np.float32)


def _window() -> _Floats:
    """The window of the Vorbis codec, for analysis and synthesis with half of it overlapping."""
    phase = np.sin(np.pi * (np.arange(_WINDOW) + 0.5) / _WINDOW)
    window: _Floats = np.sin(0.5 * np.pi * phase**2).astype(np.float32)
    return window


def _analysed(sound: _Floats) -> _Spectrum:
    """The spectrum of each hundredth of a second, the one before it included: moments by frequencies."""
    padded = np.pad(sound, (_HOP, _HOP + -len(sound) % _HOP))
    moments = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    spectrum: _Spectrum = (np.fft.rfft(moments * _window(), axis=1) / _WINDOW).astype(np.complex64)
    return spectrum


def _synthesised(spectrum: _Spectrum, length: int) -> _Floats:
    moments = np.fft.irfft(spectrum, _WINDOW, axis=1) * _window() * _WINDOW
    sound: _Floats = (moments[1:, :_HOP] + moments[:-1, _HOP:]).ravel()[:length].astype(np.float32)
    return sound


def _bands(spectrum: _Spectrum) -> _Floats:
    """Each band's level in dB above its running mean, over 40."""
    starts = list(itertools.accumulate(_WIDTHS, initial=0))[:-1]
    power = np.add.reduceat(np.abs(spectrum) ** 2, starts, axis=1) / np.array(_WIDTHS, np.float32)
    decibels = (10.0 * np.log10(power + 1e-10)).astype(np.float32)
    bands: _Floats = (decibels - _running_mean(decibels, _BAND_MEANS)) / np.float32(40.0)
    return bands


def _unit(spectrum: _Spectrum) -> _Spectrum:
    """Each frequency over the square root of its running mean magnitude."""
    unit: _Spectrum = (spectrum / np.sqrt(_running_mean(np.abs(spectrum), _MAGNITUDES))).astype(np.complex64)
    return unit


def _running_mean(rows: _Floats, first: _Floats) -> _Floats:
    means = np.empty_like(rows)
    mean = first
    for i, row in enumerate(rows):
        mean = np.float32(_KEPT) * mean + np.float32(1.0 - _KEPT) * row
        means[i] = mean
    return means
