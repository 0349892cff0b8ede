"""Which recogniser's words are the text of an utterance."""

from __future__ import annotations

from voicelog.core.resources import grammars_folder
from voicelog.core.utterance import Hypothesis, Utterance, Word
from voicelog.understand import Understanding

UNDERSTANDING = Understanding.from_folder(grammars_folder("en"))


def hypothesis(text: str, score: float) -> Hypothesis:
    return Hypothesis(tuple(Word(word, 0.4 * i, 0.4 * i + 0.4) for i, word in enumerate(text.split())), score)


def utterance(grammar: str, free: str, behind: float) -> Utterance:
    """Heard by the two recognisers; the grammar's is so much less likely."""
    return Utterance((hypothesis(grammar, -behind),), (hypothesis(free, 0.0),))


def test_what_is_understood_has_the_words_that_the_grammar_heard() -> None:
    meaning = UNDERSTANDING.of_utterance(utterance("spasm left leg eight", "spasm left leg ate", 1.0))
    assert meaning.accepted
    assert meaning.text == "spasm left leg eight"


def test_what_is_not_has_the_words_that_were_said() -> None:
    meaning = UNDERSTANDING.of_utterance(utterance("spasm left leg eight", "the postman left a letter", 80.0))
    assert not meaning.accepted
    assert meaning.text == "the postman left a letter"


def test_dictated_words_are_those_that_were_said_whatever_the_grammar_makes_of_them() -> None:
    heard = utterance("bad spasm left leg eight", "bad spasm in my left leg after eight", 1.0)
    assert UNDERSTANDING.of_utterance(heard, "dictation").text == "bad spasm in my left leg after eight"
    assert UNDERSTANDING.of_utterance(heard).text == "bad spasm left leg eight"
    assert UNDERSTANDING.of_utterance(utterance("end note", "end note", 0.0), "dictation").intent == "end_note"
