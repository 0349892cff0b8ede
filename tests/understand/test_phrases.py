"""The phrases that the recogniser is given."""

from __future__ import annotations

from voicelog.resources import grammars_folder
from voicelog.understand import Understanding
from voicelog.understand.lexicon.forms import SpokenForms
from voicelog.understand.phrases import FILLED, filled, hesitations, recogniser_phrases

GRAMMAR = Understanding.from_folder(grammars_folder("en")).grammar


def test_some_sentences_have_a_filler_and_all_else_stays() -> None:
    sentences = ["spasm left leg seven"] * 5000
    found = list(filled(sentences, [("um",), ("you", "know")]))
    changed = [sentence for sentence in found if sentence != sentences[0]]
    assert 0.5 * FILLED < len(changed) / len(found) < 2 * FILLED
    for sentence in changed:
        assert sentence.replace("you know", "um").split().count("um") == 1
        assert [word for word in sentence.split() if word not in {"um", "you", "know"}] == sentences[0].split()
    assert list(filled(sentences, [])) == sentences


def test_a_hesitation_can_be_heard() -> None:
    phrases = recogniser_phrases(GRAMMAR, lambda _: True, SpokenForms())
    assert ("um",) in hesitations(GRAMMAR)
    assert ("my",) not in hesitations(GRAMMAR), "sentences have it already"
    assert any("um" in phrase.split() for phrase in phrases)


def test_nobody_takes_my_a_tablet() -> None:
    phrases = recogniser_phrases(GRAMMAR, lambda _: True, SpokenForms())
    assert not [phrase for phrase in phrases if phrase.startswith("took my a ")]
