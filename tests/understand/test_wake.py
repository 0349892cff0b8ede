from __future__ import annotations

from voicelog.core.meaning import Meaning
from voicelog.core.resources import grammars_folder
from voicelog.understand import Understanding
from voicelog.understand.grammar.grammar import load_grammar
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.grammar.sample import sample_sentences
from voicelog.understand.grammar.wake_phrase import is_woken, with_wake_phrase

PLAIN = load_grammar(grammars_folder("en"))
WOKEN = with_wake_phrase(PLAIN, "Hey, Zelda")


def test_a_sentence_means_the_same_with_the_phrase_before_it() -> None:
    understanding = Understanding(WOKEN)
    plain = understanding.of_text("bad spasm both legs eight")
    woken = understanding.of_text("hey zelda bad spasm both legs eight")
    assert woken.accepted
    assert (woken.intent, woken.slots) == (plain.intent, plain.slots)
    assert is_woken(woken, "hey zelda")
    assert not is_woken(plain, "hey zelda")


def test_the_phrase_alone_wakes() -> None:
    assert Understanding(WOKEN).of_text("hey zelda").intent == "wake"


def test_the_recogniser_is_told_the_phrase_and_its_words_are_learned() -> None:
    assert "zelda" in vocabulary(template.node for template in WOKEN.templates)
    begun = [sentence.startswith("hey zelda ") for sentence in sample_sentences(WOKEN, 1000)]
    assert 100 < sum(begun) < 400


def test_no_phrase_changes_nothing() -> None:
    assert with_wake_phrase(PLAIN, "") is PLAIN
    assert with_wake_phrase(PLAIN, "one").key != with_wake_phrase(PLAIN, "two").key != PLAIN.key


def test_what_was_not_understood_wakes_nobody() -> None:
    assert not is_woken(Meaning("hey zelda what do you think"), "hey zelda")
