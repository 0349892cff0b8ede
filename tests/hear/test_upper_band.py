"""Sound that has nothing above 4 kHz gets a room there; all other sound stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from voicelog.sound.bandwidth import UpperBand
from voicelog.sound.stream import FRAME, RATE, Samples


def room(seconds: float, loud: float) -> np.ndarray:
    return np.random.default_rng(5).standard_normal(int(seconds * RATE)) * loud


def telephone(sound: np.ndarray) -> Samples:
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(len(sound), 1 / RATE) > 3400] = 0
    narrow: Samples = np.fft.irfft(spectrum, len(sound)).astype(np.int16)
    return narrow


def loudness(samples: Samples, low: float, high: float) -> float:
    """For each hertz between these, in decibels."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(10 * np.log10(power[(at > low) & (at < high)].mean() + 1e-9))


def spoken() -> np.ndarray:
    sound = room(2.0, 60.0)
    sound[RATE // 2 : RATE] += room(0.5, 3000.0)
    return sound


def test_a_telephone_gets_as_much_noise_above_as_is_below_between_the_words() -> None:
    heard = telephone(spoken())
    filled = UpperBand().filled(heard)
    pause = slice(RATE + RATE // 2, 2 * RATE)
    assert loudness(heard[pause], 4500, 7500) < loudness(heard[pause], 500, 3000) - 30
    assert loudness(filled[pause], 4500, 7500) == pytest.approx(loudness(heard[pause], 500, 3000), abs=4)
    assert loudness(filled[pause], 500, 3000) == pytest.approx(loudness(heard[pause], 500, 3000), abs=0.5)


def test_a_microphone_is_left_as_it_is() -> None:
    heard = spoken().astype(np.int16)
    assert UpperBand().filled(heard) is heard


@pytest.mark.parametrize("samples", [np.zeros(RATE, np.int16), np.zeros(0, np.int16), np.ones(100, np.int16)])
def test_silence_stays_silence(samples: Samples) -> None:
    assert (UpperBand().filled(samples) == samples).all()


def test_in_pieces_it_is_filled_from_the_first_on() -> None:
    heard = telephone(spoken())
    band = UpperBand()
    for at in range(0, len(heard), FRAME):
        piece = heard[at : at + FRAME]
        filled = band.filled(piece)
        assert len(filled) == len(piece)
        assert loudness(filled, 4500, 7500) > loudness(piece, 4500, 7500) + 20
    band.begin()
    assert (band.filled(heard) == UpperBand().filled(heard)).all()
