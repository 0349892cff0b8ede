"""Who speaks near and who far away, and who whispers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voicelog.core.utterance import Word
from voicelog.sound.levels import RATE
from voicelog.sound.word_levels import FAINT_DB, FAINT_WHISPERED_DB, Loudness, audibility, unheard_s

Sound = npt.NDArray[np.int16]


def voiced(levels_db: list[float], seconds: float = 0.4) -> Sound:
    """Words of a buzz of 120 Hz, each at its level."""
    t = np.arange(int(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 20))
    return np.concatenate([8000 * 10 ** (db / 20) * buzz / np.abs(buzz).max() for db in levels_db]).astype(np.int16)


def words(count: int, seconds: float = 0.4) -> tuple[Word, ...]:
    return tuple(Word(f"w{i}", i * seconds, (i + 1) * seconds - 0.02) for i in range(count))


def test_others_across_the_room_are_faint() -> None:
    heard = audibility(words(6), Loudness.of(voiced([0, -2, -1, -18, -19, -20])))
    assert min(heard[:3]) > 0.9
    assert max(heard[3:]) < 0.1


def test_one_soft_word_within_a_sentence_is_the_same_persons() -> None:
    heard = audibility(words(5), Loudness.of(voiced([0, -1, -15, -2, 0])))
    assert min(heard) > 0.8


def test_one_word_shouted_makes_the_others_no_fainter() -> None:
    heard = audibility(words(5), Loudness.of(voiced([-14, -15, 0, -13, -14])))
    assert min(heard) > 0.8


def test_noise_for_a_voice_is_a_whisper() -> None:
    noise = (3000 * np.random.default_rng(1).standard_normal(2 * RATE)).astype(np.int16)
    assert Loudness.of(noise).faint_db == FAINT_WHISPERED_DB
    assert Loudness.of(voiced([0, 0, 0, 0])).faint_db == FAINT_DB


def test_a_soft_word_that_separation_leaves_is_ones_own() -> None:
    sound = voiced([0, -1, -14, -14])
    left = voiced([0, -1, -14, -30])
    heard = audibility(words(4), Loudness.under_talk(sound, left))
    assert min(heard[:3]) > 0.5
    assert heard[3] < 0.2


def test_silence_and_nothing_do_no_harm() -> None:
    assert audibility((), Loudness.of(np.zeros(0, np.int16))) == ()
    assert audibility(words(2), Loudness.of(np.zeros(RATE, np.int16))) != ()


def test_sound_beside_the_words_is_told_in_a_quiet_room_only() -> None:
    said = [-60.0, 0.0, -6.0, -60.0]  # the second word is not among those heard
    [_, first, second, _] = words(4)
    assert unheard_s([first, second], voiced(said)) == 0.0
    assert 0.2 < unheard_s([first], voiced(said)) < 0.4
    assert unheard_s([first], voiced([-60.0, 0.0, -15.0, -60.0])) == 0.0
    assert unheard_s([first], voiced([-10.0, 0.0, -6.0, -10.0])) == 0.0
