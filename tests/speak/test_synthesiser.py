from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest

from voicelog.core.errors import VoiceError
from voicelog.sound import synthesiser as module
from voicelog.sound.clip import Sound
from voicelog.sound.synthesiser import Style, Synthesiser

SENTENCE = "Spasm, both legs, eight, saved."


@pytest.fixture
def synthesiser() -> Iterator[Synthesiser]:
    made = Synthesiser()
    yield made
    made.close()


def voicing(sound: Sound) -> float:
    """How periodic the sound is: the best autocorrelation at a pitch between 70 and 300 Hz, median over frames."""
    frame = int(0.04 * sound.rate)
    lags = range(sound.rate // 300, sound.rate // 70)
    best = []
    for start in range(0, len(sound.samples) - 2 * frame, frame):
        a = sound.samples[start : start + frame]
        if np.abs(a).max() < 0.02:
            continue
        score = 0.0
        for lag in lags:
            b = sound.samples[start + lag : start + lag + frame]
            score = max(score, float(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-9)))
        best.append(score)
    return float(np.median(best))


def test_a_sentence_becomes_sound_and_prints_nothing(
    synthesiser: Synthesiser, capfd: pytest.CaptureFixture[str]
) -> None:
    sound = synthesiser.sound(SENTENCE)
    assert 1.0 < sound.seconds < 6.0
    assert 0.05 < np.abs(sound.samples).max() <= 1.0
    assert sound.text == SENTENCE
    assert capfd.readouterr() == ("", "")


def test_the_rate_and_the_whisper_are_obeyed(synthesiser: Synthesiser) -> None:
    slow, quick = (synthesiser.sound(SENTENCE, Style(rate=rate)) for rate in (110, 220))
    assert slow.seconds > 1.3 * quick.seconds
    assert voicing(synthesiser.sound(SENTENCE, Style(whisper=True))) < voicing(slow) - 0.2


def test_the_same_sentence_is_made_once(synthesiser: Synthesiser) -> None:
    assert synthesiser.sound(SENTENCE) is synthesiser.sound(SENTENCE)


def test_odd_texts_are_spoken_too(synthesiser: Synthesiser) -> None:
    for text in ("Ärger, naïve – “quoted”.", "line\nbreak", "<speak>&amp;</speak>", "a" * 600):
        assert synthesiser.sound(text).seconds > 0.1
    assert synthesiser.sound("...").text == "..."


def test_an_unknown_voice_is_a_sentence_and_the_next_one_works(synthesiser: Synthesiser) -> None:
    with pytest.raises(VoiceError, match=r"voice\.name"):
        synthesiser.sound(SENTENCE, Style(voice="no such voice"))
    assert synthesiser.sound(SENTENCE).seconds > 1


def test_no_synthesiser_is_a_sentence() -> None:
    ends = [sys.executable, "-c", "raise SystemExit(1)"]
    for command in (ends, ["/no/such/program"]):
        missing = Synthesiser(command)
        with pytest.raises(VoiceError, match="Install eSpeak NG"):
            missing.sound(SENTENCE)
        missing.close()


def test_one_that_hangs_is_given_up_and_one_that_dies_is_started_again(
    synthesiser: Synthesiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "import sys; print('{\"ready\": true}', flush=True); sys.stdin.readline(); sys.stdin.read()"
    hanging = Synthesiser([sys.executable, "-c", script])
    hanging.start()
    monkeypatch.setattr(module, "SENTENCE_TIMEOUT_S", 0.2)
    with pytest.raises(VoiceError, match="no answer"):
        hanging.sound(SENTENCE)
    hanging.close()
    monkeypatch.undo()
    synthesiser.start()
    assert synthesiser._process is not None
    synthesiser._process.kill()
    synthesiser._process.wait()
    assert synthesiser.sound(SENTENCE).seconds > 1
