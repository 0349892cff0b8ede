"""What cannot match, told quickly: asked of every template for every hypothesis.

Sets of words and of clauses are the bits of whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voicelog.understand.grammar.nodes import ANY, BuiltIn, Clause, Node, Words, below, parts
from voicelog.understand.values.builtins import vocabulary_of

EVERY_WORD = -1


@dataclass(frozen=True, slots=True)
class TokenBits:
    """Tokens for the prefilter. ``words``: each token's bits; ``lacking``: the clauses that none of them fulfils."""

    words: tuple[int, ...]
    lacking: int


class Prefilter:
    """Tells of sentence templates and their parts which an utterance cannot match."""

    def __init__(self, templates: Sequence[Node]) -> None:
        self.needed: dict[Node, int] = {}
        """For each node the clauses of which an utterance must fulfil all."""
        self._clauses_of: dict[str, int] = {}
        self._bit_of: dict[str, int] = {}
        clauses: dict[Clause, int] = {}
        for node in below(templates):
            self.needed[node] = self._bits_of_clauses(node.needs, clauses)
        within: dict[Node, int] = {}
        self._templates = [(self.needed[node], self._words_within(node, within)) for node in templates]

    def _bits_of_clauses(self, needs: Iterable[Clause], clauses: dict[Clause, int]) -> int:
        needed = 0
        for clause in needs:
            bit = clauses.setdefault(clause, 1 << len(clauses))
            for word in clause:
                self._clauses_of[word] = self._clauses_of.get(word, 0) | bit
            needed |= bit
        return needed

    def _words_within(self, node: Node, known: dict[Node, int]) -> int:
        found = known.get(node)
        if found is None:
            found = 0
            for word in _words_of(node):
                found |= EVERY_WORD if word == ANY else self._bit(word)
            for part in parts(node):
                found |= self._words_within(part, known)
            known[node] = found
        return found

    def _bit(self, word: str) -> int:
        return self._bit_of.setdefault(word, 1 << len(self._bit_of))

    def bits_of(self, keys: Sequence[Iterable[str]]) -> TokenBits:
        """The tokens, given each as all that it may be looked up by."""
        words, fulfilled = [], 0
        for of_token in keys:
            bits = 0
            for key in of_token:
                bits |= self._bit_of.get(key, 0)
                fulfilled |= self._clauses_of.get(key, 0)
            words.append(bits)
        return TokenBits(tuple(words), ~fulfilled)

    def may_match(self, tokens: TokenBits, costs: Sequence[float], worst: float) -> list[int]:
        """The indices of the templates that may match: those whose needs the tokens have.

        And from which leaving out the tokens that stand nowhere in them costs at most ``worst``.
        """
        lacking = tokens.lacking
        found = []
        for index, (needed, within) in enumerate(self._templates):
            if not needed & lacking and (within == EVERY_WORD or _left_out(tokens, costs, within) <= worst):
                found.append(index)
        return found


def _left_out(tokens: TokenBits, costs: Sequence[float], within: int) -> float:
    return sum(cost for bits, cost in zip(tokens.words, costs, strict=True) if not bits & within)


def _words_of(node: Node) -> Iterable[str]:
    if isinstance(node, Words):
        return node.words
    return vocabulary_of(node.kind) if isinstance(node, BuiltIn) else ()
