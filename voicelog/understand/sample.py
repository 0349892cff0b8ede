"""Sentences sampled at random from a grammar, for the recogniser's language model."""

from __future__ import annotations

from random import Random

from voicelog.understand.builtins import spoken
from voicelog.understand.grammar import Grammar, Template
from voicelog.understand.nodes import BuiltIn, Choice, Composed, FreeOrder, ListSlot, Node, Series, Words

SENTENCES = 20_000
OPTIONAL_SAID = 0.2
"""How often an optional part is said."""
PART_SAID = 0.25
"""How often each optional part of a sentence in free order is said."""


def sample_sentences(
    grammar: Grammar, count: int = SENTENCES, expecting: str | None = None, seed: int = 1
) -> list[str]:
    """``count`` sentences as people are likely to say them, most likely forms most often.

    With ``expecting``, half of them are from the blocks whose metadata name it under ``expecting``.
    """
    rng = Random(seed)
    weights = [template.share for template in grammar.templates]
    answers = [t for t in grammar.templates if expecting and expecting in expects(t)]
    made = []
    for i in range(count):
        if answers and i % 2:
            template = rng.choices(answers, [answer.share for answer in answers])[0]
        else:
            template = rng.choices(grammar.templates, weights)[0]
        words = sample(template.node, rng)
        if words:
            made.append(" ".join(words))
    return made


def expects(template: Template) -> tuple[str, ...]:
    """What the logger must be expecting for this template to be likely."""
    value = template.metadata.get("expecting", ())
    return (value,) if isinstance(value, str) else tuple(value)


def sample(node: Node, rng: Random) -> list[str]:
    """Words that the node matches, chosen at random."""
    if isinstance(node, Words):
        return list(node.words)
    if isinstance(node, Series):
        return [word for item in node.items for word in sample(item, rng)]
    if isinstance(node, Choice):
        if node.optional and rng.random() >= OPTIONAL_SAID:
            return []
        return sample(rng.choice(node.items), rng) if node.items else []
    if isinstance(node, FreeOrder):
        said = [item for item in node.items if not item.nullable or rng.random() < PART_SAID]
        rng.shuffle(said)
        return [word for item in said for word in _not_nothing(item, rng)]
    if isinstance(node, Composed):
        return sample(node.body, rng)
    if isinstance(node, ListSlot):
        weights = [float(value.metadata.get("weight", 1)) for value in node.values]
        return sample(rng.choices(node.values, weights)[0].node, rng)
    assert isinstance(node, BuiltIn)
    return list(spoken(node.kind, node.spec, rng))


def _not_nothing(node: Node, rng: Random) -> list[str]:
    """A sample of a nullable node that is not empty, if one comes up in a few tries."""
    for _ in range(4):
        if words := sample(node, rng):
            return words
    return []
