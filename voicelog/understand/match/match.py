"""Matching words against the templates of a grammar.

A cost of 0 is a sentence as it was written; the cost is about the number of whole words left unexplained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voicelog.understand.grammar.grammar import Grammar, Template
from voicelog.understand.grammar.sharing import Sharing
from voicelog.understand.match.capture import Capture, context_of
from voicelog.understand.match.chart import Chart
from voicelog.understand.match.prefilter import Prefilter
from voicelog.understand.match.suffix import Phrases, Suffix

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
        self._phrases = Phrases.of(grammar.skip_words, grammar.corrections)
        sharing = Sharing()
        self._nodes = [sharing.of(template.node) for template in grammar.templates]
        self._prefilter = Prefilter(self._nodes)

    def end(self) -> Suffix:
        """The common end of an utterance's hypotheses."""
        return Suffix.end(self._phrases)

    def matches(
        self,
        tokens: Sequence[str],
        worst: float = WORST_COST,
        audible: Sequence[float] | None = None,
        end: Suffix | None = None,
    ) -> list[Match]:
        """Every template that matches at a cost of at most ``worst``, cheapest first.

        ``audible`` tells for each token, from 0 to 1, how surely the person beside the microphone said it: the less,
        the cheaper to skip and the dearer to use. Hypotheses given the same ``end`` share what is found in them.
        """
        if not tokens:
            return []
        words = (end or self.end()).ending(tokens, audible or (1.0,) * len(tokens))
        chart = Chart(words, self._prefilter, worst)
        found = []
        for index in chart.may_match():
            template = self._grammar.templates[index]
            if template.keywords and template.keywords.isdisjoint(tokens):
                continue
            piece = chart.whole(self._nodes[index])
            if piece is not None and _fits(template, piece.captures):
                found.append(Match(template, piece.cost, piece.captures))
        found.sort(key=_rank)
        return found


def _fits(template: Template, captures: Sequence[Capture]) -> bool:
    return not template.surroundings or template.surroundings.are_met(context_of(captures))


def _rank(match: Match) -> tuple[float, int, bool, float]:
    """Of what explains the words as well and fills as many slots, a sentence that is not for us goes first."""
    return round(match.cost, 3), -_taken(match), not match.template.metadata.get("decoy"), -match.template.share


def _taken(match: Match) -> int:
    """Words that fill slots other than by free text: of two equal matches the one that knows more wins."""
    return sum(1 for capture in match.captures if capture.metadata.get("free") is None)
