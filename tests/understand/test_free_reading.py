"""The free reading: people's own words, what numbers are said of, several things in a breath, other people's talk."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicelog.core.meaning import Meaning
from voicelog.core.resources import grammars_folder
from voicelog.understand.free.corpus import NOT_FOR_US, load_corpus
from voicelog.understand.understanding import Understanding

CORPUS = load_corpus(grammars_folder() / "corpus")


@lru_cache(maxsize=1)
def understanding() -> Understanding:
    return Understanding.from_folder(grammars_folder())


def read(said: str) -> Meaning:
    return understanding().of_text(said)


def test_the_corpus_is_large_and_says_what_is_not_for_the_logger() -> None:
    assert sum(sentence.intent == NOT_FOR_US for sentence in CORPUS) >= 2000
    assert sum(sentence.intent != NOT_FOR_US for sentence in CORPUS) >= 3000
    assert len({sentence.kind for sentence in CORPUS}) > 200


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("well my left calf has just gone bang call it a six", {"locations": ("left calf",), "severity": 6}),
        ("ow ow ow right shin eight", {"locations": ("right shin",), "severity": 8}),
        ("would you write a spasm down for me please it was the right hip", {"locations": ("right hip",)}),
        ("i just had a nasty one in my left thigh", {"locations": ("left thigh",)}),
    ],
)
def test_own_words_are_understood(said: str, slots: dict[str, Any]) -> None:
    meaning = read(said)
    assert meaning.accepted, meaning.reason
    assert meaning.intent in ("log_spasm", "amend")
    for name, value in slots.items():
        assert meaning.slots[name] == value


@pytest.mark.parametrize("said", ["the leg one woke me", "half awake and my left calf went", "that leg one again"])
def test_a_number_word_that_rates_nothing_is_no_severity(said: str) -> None:
    meaning = read(said)
    assert not meaning.accepted or "severity" not in meaning.slots or "severity" in meaning.doubtful


def test_several_things_in_a_breath() -> None:
    meaning = read("spasm in my left leg four then my right leg six")
    assert meaning.slots["severity"] == 4
    assert [other.slots["severity"] for other in meaning.also] == [6]
    assert [other.slots["locations"] for other in meaning.also] == [("right leg",)]


def test_a_side_alone_is_of_the_part_said_before_it() -> None:
    meaning = read("left knee three and then the right one five")
    assert meaning.slots["locations"] == ("left knee",)
    assert [dict(other.slots) for other in meaning.also] == [{"severity": 5, "locations": ("right knee",)}]


@pytest.mark.parametrize(
    ("said", "dose", "unit"),
    [
        ("pop down two of the paracetamol for me", 2, "tablet"),
        ("i have swallowed ten of baclofen", 10, "mg"),
    ],
)
def test_few_before_a_name_are_tablets_and_more_its_usual_unit(said: str, dose: float, unit: str) -> None:
    meaning = read(said)
    assert (meaning.slots["dose"], meaning.slots["unit"]) == (dose, unit)


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("no spasms last night", {"count": 0}),
        ("three spasms last night all left leg", {"count": 3, "locations": ("left leg",)}),
        ("i forgot my baclofen this morning", {"medication": "baclofen", "taken": False}),
    ],
)
def test_what_did_not_happen_and_what_came_often(said: str, slots: dict[str, Any]) -> None:
    meaning = read(said)
    assert meaning.accepted, meaning.reason
    assert {name: meaning.slots.get(name) for name in slots} == slots


@pytest.mark.parametrize(
    "said",
    [
        "could you lift my left leg on to the pillow",
        "did you take your tablets this morning love",
        "the neighbour's boy broke his arm in two places",
        "i thought i was going to have a spasm but it went",
        "when it's cold i usually get more of them",
        "that film was four out of ten at best",
    ],
)
def test_other_talk_is_left_alone(said: str) -> None:
    meaning = read(said)
    assert not meaning.accepted, f"taken as {meaning.intent} {dict(meaning.slots)}"


def test_whether_it_was_meant_for_the_logger_is_told_of_either() -> None:
    ours, theirs = read("my left calf knotted up again"), read("we should paint the kitchen yellow")
    assert ours.addressed is not None
    assert theirs.addressed is not None
    assert ours.addressed > 0.5 > theirs.addressed


WORDS = sorted({word for sentence in CORPUS[::7] for word in sentence.tokens})


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14))
@settings(max_examples=150, deadline=None)
def test_any_words_give_a_meaning_or_a_refusal(words: list[str]) -> None:
    meaning = read(" ".join(words))
    assert 0.0 <= meaning.confidence <= 1.0
    assert meaning.to_json()["accepted"] == meaning.accepted
    for event in (meaning, *meaning.also):
        severity = event.slots.get("severity")
        assert severity is None or 0 <= severity <= 10


def test_two_sides_side_by_side_leave_the_place_in_doubt() -> None:
    assert read("spasm right left foot two").doubtful == ("locations",)
    assert read("spasm left foot two").doubtful == ()


@pytest.mark.parametrize(
    ("said", "place"), [("spasm left arm sorry right four", "right arm"), ("spasm in my knee left", "left knee")]
)
def test_a_side_that_takes_another_back_is_the_one(said: str, place: str) -> None:
    assert read(said).slots["locations"] == (place,)


@pytest.mark.parametrize(("said", "again"), [("same leg again five", "leg"), ("the same again but a seven", "same")])
def test_what_is_the_same_again_has_no_place_of_its_own(said: str, again: str) -> None:
    meaning = read(said)
    assert meaning.intent == "log_spasm"
    assert meaning.asides["again"] == again
    assert "locations" not in meaning.slots


@pytest.mark.parametrize(
    ("said", "doses"),
    [
        ("taking baclofen twenty and tizanidine four hundred", [("baclofen", 20), ("tizanidine", 400)]),
        ("took my baclofen ten and my gabapentin three hundred", [("baclofen", 10), ("gabapentin", 300)]),
        ("baclofen no tizanidine four", [("tizanidine", 4)]),
    ],
)
def test_two_medications_in_a_breath_are_two_doses(said: str, doses: list[tuple[str, float]]) -> None:
    meaning = read(said)
    assert [(each.slots["medication"], each.slots["dose"]) for each in (meaning, *meaning.also)] == doses


@pytest.mark.parametrize("said", ["had tizanidine not baclofen", "took the tizanidine not the baclofen"])
def test_a_medication_denied_beside_another_is_no_dose_missed(said: str) -> None:
    meaning = read(said)
    assert (meaning.slots["medication"], meaning.slots.get("taken")) == ("tizanidine", None)


@pytest.mark.parametrize(
    ("said", "place"),
    [("left hamstring's in a knot about four", "left hamstring"), ("my right leg's gone again six", "right leg")],
)
def test_a_part_that_has_or_is_something_is_the_part(said: str, place: str) -> None:
    assert read(said).slots["locations"] == (place,)
