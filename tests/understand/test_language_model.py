"""The language model of sampled sentences: what it makes likely, and that it is one."""

from __future__ import annotations

import math
from functools import cache

import pytest

from voicelog.recognise.acceptor import Acceptor
from voicelog.recognise.language_model import language_model

SENTENCES = [
    line.split() for line in ("eight out of ten", "two out of ten", "left leg", "left leg two", "two or three")
]


MARKED = [
    line.split()
    for line in (
        "set off by {cause} touch",
        "because of the {cause} cold",
        "the {cause} cold did it",
        "the {cause} cough did it",
        "the {cause} touch did it",
        "i touch the door",
    )
]


def cost(model: Acceptor, text: str) -> float:
    """The negated log-likelihood of the cheapest way to accept the words."""
    words = text.split()

    @cache
    def from_here(state: int, at: int) -> float:
        best = model.final[state] if at == len(words) else math.inf
        for arc in model.arcs[state]:
            if arc.word is None:
                best = min(best, arc.cost + from_here(arc.to, at))
            elif at < len(words) and arc.word == words[at]:
                best = min(best, arc.cost + from_here(arc.to, at + 1))
        return best

    return from_here(0, 0)


def test_what_was_said_two_words_before_counts() -> None:
    model = language_model(SENTENCES)
    assert cost(model, "eight out of ten") < cost(model, "eight or of ten") - 2.0


def test_sentences_that_were_not_sampled_are_accepted_too() -> None:
    model = language_model(SENTENCES)
    assert cost(model, "left leg eight out of ten") < math.inf
    assert cost(model, "arm") == math.inf


def test_where_one_value_of_a_list_was_sampled_any_other_may_stand() -> None:
    model = language_model(MARKED)
    of_words_alone = language_model([[word for word in sentence if word[0] != "{"] for sentence in MARKED])
    assert cost(model, "set off by cough") < cost(of_words_alone, "set off by cough") - 1.0
    assert abs(cost(model, "i touch the door") - cost(of_words_alone, "i touch the door")) < 1.0
    assert cost(model, "{cause}") == math.inf, "what tells of a list is not said"


@pytest.mark.parametrize("order", [2, 3, 4])
@pytest.mark.parametrize("sentences", [SENTENCES, MARKED])
def test_what_may_follow_a_context_adds_up_to_one(order: int, sentences: list[list[str]]) -> None:
    model = language_model(sentences, order)
    words = {word for sentence in sentences for word in sentence}
    for state, leaving in enumerate(model.arcs):
        total = math.exp(-model.final[state]) if model.final[state] < math.inf else 0.0
        total += sum(math.exp(-arc.cost) for arc in leaving if arc.word is not None)
        assert total <= 1.0 + 1e-9
        if not any(arc.word is None for arc in leaving):
            assert total == pytest.approx(1.0) or {arc.word for arc in leaving} <= words


def test_no_sentences_accept_nothing() -> None:
    assert cost(language_model([["one"]]), "one") == pytest.approx(-2 * math.log(0.5), abs=0.8)
    assert language_model([]).final == ()
