"""What holds for all words: no exception, no order of slots that changes the entry, corrections that replace."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicelog.core.meaning import Meaning
from voicelog.core.resources import grammars_folder
from voicelog.understand import Understanding
from voicelog.understand.grammar.nodes import vocabulary

UNDERSTANDING = Understanding.from_folder(grammars_folder("en"))
WORDS = sorted(vocabulary(template.node for template in UNDERSTANDING.grammar.templates))


def said(meaning: Meaning) -> dict[str, object]:
    return {name: sorted(value) if isinstance(value, tuple) else value for name, value in meaning.slots.items()}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_any_words_of_ours_give_a_meaning_or_a_refusal(text: str) -> None:
    meaning = UNDERSTANDING.of_text(text)
    assert meaning.accepted == (meaning.reason == "" and meaning.intent is not None)
    assert 0.0 <= meaning.confidence <= 1.0


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_gives_a_meaning_or_a_refusal(text: str) -> None:
    meaning = UNDERSTANDING.of_text(text)
    assert meaning.accepted or meaning.reason


PARTS = ["in my left leg", "eight out of ten", "it woke me up", "it lasted two minutes", "bad spasm"]


@pytest.mark.parametrize("order", list(permutations(PARTS))[::7])
def test_the_order_of_slots_never_changes_the_entry(order: tuple[str, ...]) -> None:
    meaning = UNDERSTANDING.of_text(", ".join(order))
    assert meaning.intent == "log_spasm"
    assert said(meaning) == {
        "severity": 8,
        "intensity": "severe",
        "locations": ["left leg"],
        "context": ["woke me"],
        "duration_s": 120,
    }


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("spasm, legs, no, arms, six", {"locations": ["both arms"], "severity": 6}),
        ("spasm left leg four no five", {"locations": ["left leg"], "severity": 5}),
        ("spasm in my left calf sorry right calf seven", {"locations": ["right calf"], "severity": 7}),
        ("spasm, ten, no, twenty minutes ago", {"ago_s": 1200}),
        ("spasm, six, no, left leg", {"locations": ["left leg"], "severity": 6}),
    ],
)
def test_a_correction_inside_the_sentence_counts(text: str, slots: dict[str, object]) -> None:
    assert said(UNDERSTANDING.of_text(text)) == slots


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("um spasm uh in my uh left leg", {"locations": ["left leg"]}),
        ("s- spasm, left left leg, eight, eight", {"locations": ["left leg"], "severity": 8}),
        ("spasm right hand and forearm", {"locations": ["right forearm", "right hand"]}),
        ("spasm in my left arm and my neck", {"locations": ["left arm", "neck"]}),
        ("spasm, calf, left side", {"locations": ["left calf"]}),
        ("spasm, left leg, eight, ten minutes ago", {"locations": ["left leg"], "severity": 8, "ago_s": 600}),
        ("spasm 7.5/10 both feet", {"locations": ["both feet"], "severity": 7.5}),
    ],
)
def test_fillers_stammers_and_sides(text: str, slots: dict[str, object]) -> None:
    meaning = UNDERSTANDING.of_text(text)
    assert meaning.intent == "log_spasm"
    assert said(meaning) == slots


def test_what_is_expected_is_likelier() -> None:
    assert UNDERSTANDING.of_text("eight", "severity").slots == {"severity": 8}
    assert UNDERSTANDING.of_text("yes", "confirm").intent == "confirm"


@pytest.mark.parametrize("text", ["no that's fine", "yes no", "no no yes", "yes no wait", "yes wait", "yes wait a"])
def test_an_answer_that_takes_itself_back_is_not_taken(text: str) -> None:
    assert not UNDERSTANDING.of_text(text, "confirm").accepted


@pytest.mark.parametrize(
    ("text", "intent"),
    [("no wait yes", "confirm"), ("sorry yes", "confirm"), ("no sorry", "deny"), ("nope sorry", "deny")],
)
def test_of_two_answers_the_corrected_one_counts(text: str, intent: str) -> None:
    meaning = UNDERSTANDING.of_text(text, "confirm")
    assert meaning.accepted
    assert meaning.intent == intent


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("spasm left leg eight no", {"severity"}),
        ("spasm left leg eight oh no wait um", {"severity"}),
        ("baclofen ten milligrams sorry", {"dose"}),
        ("it lasted two minutes no", {"duration_s"}),
        ("spasm left leg eight no seven", set()),
        ("no eight out of ten", set()),
        ("note the doctor said no", set()),
    ],
)
def test_a_value_that_is_taken_back_at_the_end_is_in_doubt(text: str, doubtful: set[str]) -> None:
    meaning = UNDERSTANDING.of_text(text)
    assert meaning.accepted
    assert set(meaning.doubtful) == doubtful


@pytest.mark.parametrize("text", ["help me wait", "wait help me", "help me please sorry"])
def test_no_word_makes_a_call_for_help_doubtful(text: str) -> None:
    meaning = UNDERSTANDING.of_text(text)
    assert meaning.accepted
    assert meaning.intent == "call_help"


def test_a_number_that_cannot_be_is_not_taken() -> None:
    for text in ("eleven out of ten", "spasm eleven out of ten"):
        meaning = UNDERSTANDING.of_text(text)
        assert not meaning.accepted or "severity" not in meaning.slots, text


def test_of_two_numbers_side_by_side_neither_is_taken() -> None:
    for text in ("dantrolene fifteen fifty milligrams", "dantrolene fifty fifteen", "spasm six nine"):
        assert not UNDERSTANDING.of_text(text).accepted, text


def test_words_typed_wrong_are_mended_but_not_those_of_a_note() -> None:
    assert said(UNDERSTANDING.of_text("spasmm lefft leg")) == {"locations": ["left leg"]}
    assert UNDERSTANDING.of_text("note the matress helps").slots == {"note": "the matress helps"}


@pytest.mark.parametrize("other", ["lorazepam", "methylprednisolone", "fosphenytoin"])
def test_a_medication_typed_that_the_sentences_lack_is_not_taken_for_another(other: str) -> None:
    meaning = UNDERSTANDING.of_text(f"took two milligrams of {other}")
    assert not meaning.accepted or "medication" not in meaning.slots
