"""The foreground of an utterance: a voice near by kept, a fainter one in its pauses put to silence."""

from __future__ import annotations

import numpy as np

from voicelog.sound.denoise import without_soft_bands
from voicelog.sound.foreground import Samples, foreground

RATE = 16_000


def voiced(seconds: float, decibels: float) -> np.ndarray:
    """A buzz with the overtones of a voice, so far below full scale."""
    t = np.arange(int(seconds * RATE)) / RATE
    sound = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 12))
    return np.asarray(sound / np.abs(sound).max() * 32768 * 10 ** (decibels / 20))


def room(seconds: float, decibels: float = -70.0) -> np.ndarray:
    noise = np.random.default_rng(3).standard_normal(int(seconds * RATE))
    return np.asarray(noise * 32768 * 10 ** (decibels / 20))


def mixed(*parts: np.ndarray) -> Samples:
    sound = np.concatenate(parts)
    noisy: Samples = np.clip(sound + room(len(sound) / RATE)[: len(sound)], -32768, 32767).astype(np.int16)
    return noisy


def level(samples: Samples, start: float, end: float) -> float:
    part = samples[int(start * RATE) : int(end * RATE)].astype(np.float64)
    return float(10 * np.log10((part**2).mean() + 1))


def test_a_fainter_voice_in_a_pause_is_put_to_silence() -> None:
    heard = mixed(room(0.3), voiced(0.6, -10), room(0.2), voiced(0.6, -24), room(0.2), voiced(0.6, -11), room(0.3))
    found = foreground(heard)
    assert found is not None
    assert found.hushed is not None
    assert len(found.samples) == len(heard)
    assert level(found.samples, 1.3, 1.6) < level(heard, 1.3, 1.6) - 10
    assert abs(level(found.samples, 0.4, 0.8) - level(heard, 0.4, 0.8)) < 0.5
    assert 0.2 < found.hushed.seconds <= 0.7
    assert found.hushed.before_s == 0
    assert -16 < found.hushed.peak_db < -9


def test_syllables_with_short_dips_between_are_talk() -> None:
    syllables = [part for _ in range(4) for part in (voiced(0.1, -24), room(0.05))]
    found = foreground(mixed(room(0.3), voiced(0.6, -10), room(0.2), *syllables, voiced(0.6, -11), room(0.3)))
    assert found is not None
    assert found.hushed is not None
    assert 0.2 < found.hushed.seconds <= 0.5
    one = foreground(mixed(room(0.3), voiced(0.6, -10), room(0.2), *syllables[:2], voiced(0.6, -11), room(0.3)))
    assert one is None or one.hushed is None


def test_talk_has_a_voice_and_a_gasp_has_none() -> None:
    gasp = np.random.default_rng(5).standard_normal(int(0.6 * RATE)) * np.hanning(int(0.6 * RATE)) * 1500
    gasped = foreground(mixed(room(0.3), voiced(0.6, -10), room(0.2), gasp, room(0.2), voiced(0.6, -11), room(0.3)))
    talked = foreground(
        mixed(room(0.3), voiced(0.6, -10), room(0.2), voiced(0.6, -24), room(0.2), voiced(0.6, -11), room(0.3))
    )
    assert gasped is not None
    assert gasped.hushed is not None
    assert talked is not None
    assert talked.hushed is not None
    assert (gasped.hushed.voiced, talked.hushed.voiced) == (False, True)


def band(low: float, high: float, seed: int) -> np.ndarray:
    """A second of noise between two frequencies in hertz."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(RATE) * 20_000)
    hertz = np.fft.rfftfreq(RATE, 1 / RATE)
    return np.asarray(np.fft.irfft(spectrum * ((hertz > low) & (hertz < high)), RATE))


def power(sound: np.ndarray, low: float, high: float) -> float:
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    return float((np.abs(np.fft.rfft(sound)) ** 2)[(hertz > low) & (hertz < high)].sum())


def test_what_is_far_softer_than_the_voice_in_its_band_is_turned_down() -> None:
    loud = np.concatenate([band(200, 2000, 1), band(3000, 7000, 2)])
    soft = np.concatenate([band(3000, 7000, 3), band(200, 2000, 4)]) * 10 ** (-25 / 20)
    heard = np.clip(loud + soft, -32768, 32767).astype(np.int16)
    left = without_soft_bands(heard)
    first = slice(int(0.2 * RATE), int(0.8 * RATE))
    assert power(left[first], 3500, 6500) < 0.25 * power(heard[first], 3500, 6500)
    assert power(left[first], 500, 1500) > 0.9 * power(heard[first], 500, 1500)


def test_talk_before_the_person_began_is_told_apart() -> None:
    found = foreground(mixed(room(0.3), voiced(0.6, -24), room(0.2), voiced(0.8, -10), room(0.3)))
    assert found is not None
    assert found.hushed is not None
    assert found.hushed.before_s == found.hushed.seconds > 0.2


def test_where_one_voice_is_alone_there_is_nothing_to_do() -> None:
    assert foreground(mixed(room(0.3), voiced(0.6, -10), room(0.4), voiced(0.5, -12), room(0.3))) is None


def test_a_whisper_and_a_noisy_room_are_left_as_they_are() -> None:
    rng = np.random.default_rng(1)
    breath = rng.standard_normal(RATE) * 2000
    faint = rng.standard_normal(RATE) * 300
    assert foreground(mixed(room(0.3), breath, room(0.2), faint, room(0.3))) is None
    loud_room = mixed(voiced(0.6, -10), room(0.3), voiced(0.6, -24)) + room(1.5, -30).astype(np.int16)
    assert foreground(loud_room.astype(np.int16)) is None


def whispered(seconds: float) -> np.ndarray:
    return np.random.default_rng(7).standard_normal(int(seconds * RATE)) * 2000


def test_all_voice_beside_a_whisper_is_anothers() -> None:
    heard = mixed(room(0.3), whispered(0.6), room(0.2), voiced(0.5, -36), room(0.2), whispered(0.6), room(0.3))
    found = foreground(heard)
    assert found is not None
    assert found.hushed is not None
    assert found.hushed.voiced
    assert found.told_apart
    assert 0.4 < found.hushed.seconds < 0.7
    assert found.hushed.before_s == 0
    assert level(found.samples, 1.2, 1.5) < level(heard, 1.2, 1.5) - 10
    assert abs(level(found.samples, 0.4, 0.8) - level(heard, 0.4, 0.8)) < 0.5


def test_a_breathless_voice_keeps_its_voiced_syllables() -> None:
    assert foreground(mixed(room(0.3), whispered(0.6), voiced(0.3, -22), whispered(0.6), room(0.3))) is None


def test_silence_has_no_foreground() -> None:
    assert foreground(np.zeros(RATE, np.int16)) is None
