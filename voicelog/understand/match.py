"""Matching words against the templates of a grammar.

A cost of 0 is a sentence as it was written; the cost is about the number of whole words left unexplained.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voicelog.understand.capture import Capture
from voicelog.understand.chart import Chart
from voicelog.understand.grammar import Grammar, Template
from voicelog.understand.prefilter import Prefilter

WORST_COST = 3.0
"""Matches that leave more than this unexplained are not looked for."""


@dataclass(frozen=True, slots=True)
class Match:
    """A template matched against all the tokens."""

    template: Template
    cost: float
    captures: tuple[Capture, ...]


class Matcher:
    """Finds the templates of a grammar that words match."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._fillers = _by_first(grammar.skip_words)
        self._corrections = _by_first(grammar.corrections)
        self._prefilter = Prefilter([template.node for template in grammar.templates])

    def matches(
        self, tokens: Sequence[str], worst: float = WORST_COST, audible: Sequence[float] | None = None
    ) -> list[Match]:
        """Every template that matches at a cost of at most ``worst``, cheapest first.

        ``audible`` tells for each token, from 0 to 1, how surely the person beside the microphone said it: the less,
        the cheaper to skip and the dearer to use.
        """
        if not tokens:
            return []
        audible = audible or (1.0,) * len(tokens)
        chart = Chart(tokens, self._fillers, self._corrections, self._prefilter, worst, audible)
        found = []
        for template in self._grammar.templates:
            piece = chart.whole(template.node) if chart.may_match(template.node) else None
            if piece is not None:
                found.append(Match(template, piece.cost, piece.captures))
        found.sort(key=_rank)
        return found


def _rank(match: Match) -> tuple[float, int, bool, float]:
    """Of what explains the words as well and fills as many slots, a sentence that is not for us goes first."""
    return round(match.cost, 3), -_taken(match), not match.template.metadata.get("decoy"), -match.template.share


def _taken(match: Match) -> int:
    """Words that fill slots other than by free text: of two equal matches the one that knows more wins."""
    return sum(1 for capture in match.captures if capture.metadata.get("free") is None)


def _by_first(phrases: Iterable[tuple[str, ...]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        table.setdefault(phrase[0], []).append(phrase)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in table.items()}
