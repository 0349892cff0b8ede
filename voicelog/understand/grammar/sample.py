"""Sentences sampled from a grammar, for the recogniser's language model.

Which of several comes next is dealt from a shuffled deck that holds each as often as it should come: drawn
independently, a word that one in a thousand sentences has would come half as often or twice as often by chance, and
what is recognised would hang on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from voicelog.understand.grammar.grammar import Grammar, Template
from voicelog.understand.grammar.nodes import BuiltIn, Choice, Composed, FreeOrder, ListSlot, Node, Series, Words
from voicelog.understand.values.builtins import spoken

SENTENCES = 20_000
OPTIONAL_SAID = 0.2
"""How often an optional part is said."""
PART_SAID = 0.25
"""How often each optional part of a sentence in free order is said."""
MARK = "{"
"""How a word begins that only tells of which list, or slot of numbers, the next one is."""
LONGEST = 60
"""Words of a sentence after which the shortest way to its end is taken."""
_DECK = 2000
_FEW = 40


def sample_sentences(
    grammar: Grammar,
    count: int = SENTENCES,
    expecting: str | None = None,
    seed: int = 1,
    *,
    marked: bool = False,
) -> list[str]:
    """``count`` sentences as people are likely to say them, most likely forms most often.

    With ``expecting``, half of them are from the blocks whose metadata name it under ``expecting``. If they are to be
    ``marked``, before each value of a list, and each number, stands the list's or slot's name as ``{name}``.
    """
    sampler = Sampler(Random(seed), marked=marked)
    answers = [t for t in grammar.templates if expecting and expecting in expects(t)]
    others = [t for t in grammar.templates if not only_answers(t)]
    made = []
    for i in range(count):
        template = sampler.template(answers if answers and i % 2 else others)
        words = sampler.sample(template.node)
        if words:
            made.append(" ".join(words))
    return made


def expects(template: Template) -> tuple[str, ...]:
    """What the logger must be expecting for this template to be likely."""
    value = template.metadata.get("expecting", ())
    return (value,) if isinstance(value, str) else tuple(value)


def only_answers(template: Template) -> bool:
    """Whether it is said in answer alone: elsewhere the same words mean something else, or nothing."""
    return bool(template.metadata.get("only_answers"))


class Sampler:
    """Samples of templates and of their nodes; over many, each choice comes as often as it should, not just about.

    ``marked`` as in :func:`sample_sentences`.
    """

    def __init__(self, rng: Random, *, marked: bool = False) -> None:
        self._rng = rng
        self._marked = marked
        self._decks: dict[object, list[int]] = {}
        self._said_words = 0

    def template(self, templates: Sequence[Template]) -> Template:
        """One of the templates, by their shares."""
        return templates[self._dealt(id(templates), [template.share for template in templates], _DECK)]

    def sample(self, node: Node) -> list[str]:
        """Words that the node matches; after :data:`LONGEST` the shortest way on is taken."""
        self._said_words = 0
        return self._sample(node)

    def _sample(self, node: Node) -> list[str]:
        enough = self._said_words >= LONGEST
        if isinstance(node, Words):
            self._said_words += len(node.words)
            return list(node.words)
        if isinstance(node, Series):
            return [word for item in node.items for word in self._sample(item)]
        if isinstance(node, Choice):
            if not node.items or (node.optional and (enough or not self._said(id(node), OPTIONAL_SAID))):
                return []
            if enough:
                return self._sample(min(node.items, key=lambda item: item.least))
            weights = [0.0 if isinstance(item, Words) and item.written else 1.0 for item in node.items]
            return self._sample(node.items[self._dealt((id(node), "item"), weights)])
        if isinstance(node, FreeOrder):
            said = [
                item
                for item in node.items
                if not item.nullable or (not enough and self._said((id(node), id(item)), PART_SAID))
            ]
            self._rng.shuffle(said)
            return [word for item in said for word in self._not_nothing(item)]
        if isinstance(node, Composed):
            return self._sample(node.body)
        if isinstance(node, ListSlot):
            if not node.values:
                return []
            weights = [float(value.metadata.get("weight", 1)) for value in node.values]
            return self._marking(node.list_name, self._sample(node.values[self._dealt(id(node), weights)].node))
        assert isinstance(node, BuiltIn)
        words = list(spoken(node.kind, node.spec, self._rng))
        self._said_words += len(words)
        return self._marking(node.slot, words) if node.kind == "number" else words

    def _marking(self, values: str, words: list[str]) -> list[str]:
        """The words of one of these values, marked if so wanted."""
        return [f"{MARK}{values}}}", *words] if self._marked and words else words

    def _not_nothing(self, node: Node) -> list[str]:
        """A sample of a nullable node that is not empty, if one comes up in a few tries."""
        for _ in range(4):
            if words := self._sample(node):
                return words
        return []

    def _said(self, key: object, chance: float) -> bool:
        return self._dealt(key, (chance, 1.0 - chance)) == 0

    def _dealt(self, key: object, weights: Sequence[float], size: int = 0) -> int:
        """Which of several comes next, dealt from the deck of this name."""
        deck = self._decks.get(key)
        if not deck:
            deck = self._decks[key] = self._deck(weights, size or max(_FEW, 4 * len(weights)))
        return deck.pop()

    def _deck(self, weights: Sequence[float], size: int) -> list[int]:
        """A shuffled deck in which each is as often as its weight says, but for less than one card."""
        if sum(weights) <= 0:
            weights = [1.0] * len(weights)
        step = sum(weights) / size
        mark, cards, passed = self._rng.random() * step, [], 0.0
        for i, weight in enumerate(weights):
            passed += weight
            while mark < passed:
                cards.append(i)
                mark += step
        self._rng.shuffle(cards)
        return cards
