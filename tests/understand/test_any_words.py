"""Whatever is typed, however long: a meaning or a refusal, soon, and never an exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicelog.core.resources import grammars_folder
from voicelog.understand import Understanding
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.match.tokens import tokens_of
from voicelog.understand.understanding import MOST_WORDS
from voicelog.understand.values.number_words import english
from voicelog.understand.values.number_words import vocabulary as number_vocabulary

UNDERSTANDING = Understanding.from_folder(grammars_folder("en"))
WORDS = sorted(vocabulary(template.node for template in UNDERSTANDING.grammar.templates))
NUMBERS = sorted(number_vocabulary(english()))
SIGNS = ["-5", "8/10", "0/0", "1/0", "7.5", "25:61", "1,250", "½", "8½", "²", "٣", "3pm", "10mg", "1e9", "a.m.", "'s"]
EXPECTED = [None, "severity", "confirm", "dose", "dictation"]

some_words = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(NUMBERS), st.sampled_from(SIGNS), st.text(max_size=6)),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(words=some_words, expecting=st.sampled_from(EXPECTED))
def test_any_words_give_a_meaning_or_a_refusal(words: list[str], expecting: str | None) -> None:
    meaning = UNDERSTANDING.of_text(" ".join(words), expecting)
    assert meaning.intent if meaning.accepted else meaning.reason


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_what_is_a_word_once_stays_one(text: str) -> None:
    tokens = tokens_of(text)
    assert all(token and not any(c.isspace() for c in token) for token in tokens)
    assert tokens_of(" ".join(tokens)) == tokens


@pytest.mark.parametrize(
    "line",
    [
        "spasm " + "left leg " * 9000,
        "1" * 80_000,
        "1 " * 40_000,
        "spasm 1" + " " * 80_000 + "/ 10",
        "no " * 27_000,
        "um " * 27_000,
        "-" * 80_000,
        "é²½" * 27_000,
        "qwrtz " * 13_000,
    ],
    ids=lambda line: line[:12],
)
def test_a_long_line_takes_no_longer_than_its_beginning(line: str) -> None:
    """What is read of a line is so many words at most; the rest costs next to nothing."""
    beginning = " ".join(line.split()[:MOST_WORDS]) if " " in line else line[:MOST_WORDS]
    UNDERSTANDING.of_text(line), UNDERSTANDING.of_text(beginning)
    begun = time.process_time()
    UNDERSTANDING.of_text(beginning)
    between = time.process_time()
    UNDERSTANDING.of_text(line)
    assert time.process_time() - between < 3 * (between - begun) + 0.5


@pytest.mark.parametrize("words", [60, 130, MOST_WORDS + 20, 5000])
def test_a_long_note_is_kept_whole(words: int) -> None:
    said = " ".join(f"word{'abcdefg'[i % 7]}" for i in range(words))
    meaning = UNDERSTANDING.of_text(f"make a note {said}")
    assert meaning.accepted
    assert (meaning.intent, meaning.slots["note"]) == ("add_note", said)


def test_a_long_line_that_is_no_note_is_refused_with_the_reason() -> None:
    meaning = UNDERSTANDING.of_text("spasm " + "left leg " * MOST_WORDS)
    assert not meaning.accepted
    assert "longer" in meaning.reason


def entry(text: str) -> tuple[object, ...]:
    meaning = UNDERSTANDING.of_text(text)
    return meaning.accepted, meaning.intent, dict(meaning.slots), meaning.when, meaning.asides


@pytest.mark.parametrize(
    "said",
    [
        "bad spasm left leg twenty five minutes ago eight and a half out of ten",
        "seven hundred and eight micrograms of cannabis oil at one thirty one p m",
        "how many spasms did i have the last two weeks",
        "spasm in both feet seven or eight",
        "i need help",
        "no the right arm",
        "that was six early in the morning",
    ],
)
@pytest.mark.parametrize("hesitation", ["um", "please", "uh er"])
def test_a_hesitation_anywhere_changes_nothing(said: str, hesitation: str) -> None:
    words = said.split()
    assert entry(said)[0]
    for at in range(len(words) + 1):
        text = " ".join([*words[:at], hesitation, *words[at:]])
        assert entry(text) == entry(said), text
