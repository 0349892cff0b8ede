"""The nearest voice separated from another: with the real network, on two synthetic voices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.hear.sounds import spoken
from tests.model import model_folder
from voicelog.app.machine.models import installed_separation
from voicelog.app.machine.settings_file import load_settings
from voicelog.app.run.recognition import Recognition
from voicelog.sound.foreground import foreground
from voicelog.sound.separation import Samples, Separator
from voicelog.sound.synthesiser import Style, Synthesiser

RATE = 16_000
QUIET = np.zeros(RATE // 2, np.int16)


@pytest.fixture(scope="module")
def separator() -> Separator:
    folder = installed_separation(model_folder())
    assert folder is not None, "Run 'voicelog setup'."
    return Separator(folder)


def another(text: str, level: float) -> Samples:
    """Somebody else who says it."""
    synthesiser = Synthesiser()
    sound = synthesiser.sound(text, Style(rate=170, voice="en-us+f3")).at_rate(RATE).samples
    synthesiser.close()
    return np.asarray(sound / np.abs(sound).max() * level * 32767, np.int16)


def beside(near: Samples, far: Samples) -> Samples:
    """Both at once, the other voice over and over."""
    around = np.resize(far, len(near)).astype(np.int32)
    mixed: Samples = np.clip(near + around, -32768, 32767).astype(np.int16)
    return mixed


def power(samples: Samples) -> float:
    return float(np.mean(samples.astype(np.float64) ** 2))


NEWS = "and now the weather for the coming week, with rain in the north and some sun in the south"


def test_the_nearest_voice_is_kept_and_another_turned_down(separator: Separator) -> None:
    pause = np.zeros(int(1.2 * RATE), np.int16)
    first, second = spoken("bad spasm in my left leg"), spoken("eight out of ten")
    heard = beside(np.concatenate([first, pause, second]), another(NEWS, 0.05))
    separated = separator.nearest_voice(heard)
    assert separated.dtype == np.int16
    assert len(separated) == len(heard)
    between = slice(len(first) + RATE // 5, len(first) + RATE)
    assert power(separated[between]) < 0.1 * power(heard[between])
    said = slice(0, len(first))
    assert power(separated[said]) > 0.3 * power(heard[said])


def test_talk_in_the_pauses_is_found_and_put_to_silence(separator: Separator) -> None:
    near = np.concatenate([QUIET, spoken("spasm, both legs"), QUIET, QUIET, spoken("seven out of ten"), QUIET])
    found = foreground(beside(near, another(NEWS, 0.05)), separator.nearest_voice)
    assert found is not None
    assert found.hushed is not None
    assert found.hushed.voiced
    assert found.hushed.peak_db < -5


def test_talk_under_the_words_is_found_without_any_in_the_pauses(separator: Separator) -> None:
    said = spoken("spasm, both legs, seven out of ten")
    quiet = (8 * np.random.default_rng(1).standard_normal(RATE)).astype(np.int16)
    near = np.concatenate([quiet, beside(said, another(NEWS, 0.05)), quiet])
    found = foreground(near, separator.nearest_voice)
    assert found is not None
    assert found.hushed is None
    assert found.by_level is not None


def test_one_voice_alone_has_nothing_put_to_silence(separator: Separator) -> None:
    found = foreground(
        np.concatenate([QUIET, spoken("spasm, both legs, seven out of ten"), QUIET]), separator.nearest_voice
    )
    assert found is None or found.alone


@pytest.mark.parametrize("seconds", [0.01, 0.3])
def test_the_shortest_sounds_and_silence_are_taken(separator: Separator, seconds: float) -> None:
    silence = np.zeros(int(seconds * RATE), np.int16)
    assert len(separator.nearest_voice(silence)) == len(silence)


def test_a_sentence_beside_a_television_is_understood() -> None:
    recognition = Recognition.load(load_settings())
    assert recognition.ears.separator is not None
    heard = beside(
        np.concatenate([QUIET, spoken("bad spasm in my left leg, eight out of ten"), QUIET]), another(NEWS, 0.06)
    )
    meaning = recognition.explain(heard).meaning
    assert meaning.intent == "log_spasm"
    assert meaning.slots["severity"] == 8


def test_without_the_model_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert installed_separation(tmp_path / "recogniser") is None
