"""The phrases that the recogniser is given."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from random import Random

from voicelog.core.resources import grammars_folder
from voicelog.understand import Understanding
from voicelog.understand.grammar.phrases import FILLED, filled, hesitations, recogniser_phrases, words_asked_for
from voicelog.understand.grammar.sample import Sampler, sample_sentences
from voicelog.understand.lexicon.forms import SpokenForms

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


def test_all_words_that_are_asked_for_are_known_beforehand() -> None:
    asked: set[str] = set()

    def knows(word: str) -> bool:
        asked.add(word)
        return True

    recogniser_phrases(GRAMMAR, knows, SpokenForms(), count=60_000, marked=True)
    assert len(asked) > 1000
    assert asked <= words_asked_for(GRAMMAR, SpokenForms())


def test_nobody_takes_my_a_tablet() -> None:
    phrases = recogniser_phrases(GRAMMAR, lambda _: True, SpokenForms())
    assert not [phrase for phrase in phrases if phrase.startswith("took my a ")]


def test_each_sentence_comes_as_often_as_it_should_whatever_the_seed() -> None:
    for seed in (1, 2):
        sampler = Sampler(Random(seed))
        found = Counter(id(sampler.template(GRAMMAR.templates)) for _ in range(10_000))
        for template in GRAMMAR.templates:
            assert abs(found[id(template)] - 10_000 * template.share) <= 5, "one more or less in each deck of 2,000"


def test_what_is_never_to_be_said_is_still_sampled_where_there_is_nothing_else() -> None:
    sampler = Sampler(Random(1))
    never = [replace(template, share=0.0) for template in GRAMMAR.templates[:2]]
    assert {id(sampler.template(never)) for _ in range(100)} == {id(template) for template in never}


def test_values_are_marked_where_wanted_and_nothing_is_put_between() -> None:
    plain = recogniser_phrases(GRAMMAR, lambda _: True, SpokenForms(), count=3000)
    marked = recogniser_phrases(GRAMMAR, lambda _: True, SpokenForms(), count=3000, marked=True)
    assert not any("{" in phrase for phrase in plain)
    assert [" ".join(w for w in phrase.split() if w[0] != "{") for phrase in marked] == plain
    assert sum("{part} " in phrase for phrase in marked) > 100
    assert not any("} um" in phrase or "} uh" in phrase for phrase in marked)


def test_a_part_is_spasming_more_often_than_it_spasming() -> None:
    acting = "(?:in spasm|locking up|seizing up|tensing up|playing up|contracting|twisting|curling)"
    between = "(?: (?:very|really|just|all))*"
    said = Counter(re.findall(rf"(\w+){between} {acting}", " | ".join(sample_sentences(GRAMMAR, 100_000))))
    assert sum(said.values()) > 20
    assert said["is"] + said["are"] > sum(said.values()) / 2
