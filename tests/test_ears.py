"""The recognisers for what may be expected, and what is made ready in the background."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from weakref import ref

import pytest

from tests.hear.sounds import spoken
from tests.model import model
from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.run.batch import warmed_up
from voicelog.app.run.recognition import Recognition
from voicelog.core.subprocess_work import aside
from voicelog.core.utterance import Utterance
from voicelog.recognise import phrase_cache as kept
from voicelog.recognise.decoder import knows, vocabulary
from voicelog.sound.stream import RATE
from voicelog.understand.grammar.phrases import recogniser_phrases
from voicelog.understand.lexicon.likeness import remembered

__all__ = ["model"]


def test_recognisers_for_what_is_expected_no_more_are_let_go(model: Path) -> None:
    del model
    ears = Recognition.load(LiveSettings().current).ears
    usual = ears.listening_for(None)
    asked = ref(ears.listening_for("severity").grammar)
    assert asked() is ears.listening_for("severity").grammar
    assert ears.listening_for(None) is usual
    assert asked() is None


def test_how_all_that_can_be_said_sounds_is_known_before_an_unclear_word(model: Path) -> None:
    del model
    recognition: Future[Recognition] = Future()
    recognition.set_result(Recognition.load(LiveSettings().current))
    warmed_up(recognition).result(30)
    learned = remembered.cache_info().misses
    recognition.result().understanding.forms.nearest("bacco then")
    assert remembered.cache_info().misses == learned + 1


def test_what_another_process_makes_is_what_would_be_made_here(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del model
    of = Recognition.load(LiveSettings().current)
    monkeypatch.setattr(kept, "cache_folder", lambda: tmp_path)
    prepared = of.ears._may_be_said("severity", aside)
    grammar, forms = of.understanding.grammar, of.forms
    assert prepared == vocabulary(recogniser_phrases(grammar, lambda word: knows(of.model, word), forms, "severity"))
    assert [file.read_text().partition("\n")[2] for file in tmp_path.iterdir()] == [prepared]  # after its sum


def test_a_clip_heard_once_more_leaves_an_utterance_that_goes_on_alone(model: Path) -> None:
    del model
    decoder = Recognition.load(LiveSettings().current).ears.listening_for(None).grammar
    said, clip = spoken("spasm left leg seven out of ten"), spoken("mild spasm in my right foot")
    decoder.accept(said[: len(said) // 2])
    assert decoder.hear(clip) is None
    decoder.accept(said[len(said) // 2 :])
    assert decoder.finish()[0].text == "spasm left leg seven out of ten"
    assert (heard := decoder.hear(clip)) is not None
    assert heard[0].text == "mild spasm in my right foot"


def test_while_somebody_speaks_a_second_look_is_heard_by_a_recogniser_of_its_own(model: Path) -> None:
    del model
    ears = Recognition.load(LiveSettings().current).ears
    pair = ears.listening_for(None)
    said, next_one = spoken("spasm left leg seven out of ten"), spoken("mild spasm in my right foot")
    pair.grammar.accept(next_one[:RATE])
    pair.open.accept(next_one[:RATE])
    heard = ears.as_one(Utterance(samples=said, began=1.0, ended=4.0))
    assert heard.grammar[0].text == "spasm left leg seven out of ten"
    assert heard.open[0].words
    assert (heard.began, heard.ended) == (1.0, 4.0)
    pair.grammar.accept(next_one[RATE:])
    assert pair.grammar.finish()[0].text == "mild spasm in my right foot"
