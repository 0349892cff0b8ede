"""Answers that take themselves back: "no, that's fine", "yes, no, wait"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from voicelog.understand.assemble import Reading, corrections_in
from voicelog.understand.grammar import Grammar
from voicelog.understand.match import Match, Matcher
from voicelog.understand.sample import expects
from voicelog.understand.suffix import CORRECTION_COST

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """For the intents that answer a question, by name, the corrections that leave such an answer in doubt.

    Only where a correction is another answer to the same question: a call for help is never in doubt.
    """

    other_answers: Mapping[str, frozenset[Phrase]]
    """Those that are, as they stand, another answer to the same question …"""
    last: Mapping[str, frozenset[Phrase]]
    """… and those that mean something else if no word but fillers follows them."""
    fillers: frozenset[Phrase]

    @classmethod
    def of(cls, grammar: Grammar, matcher: Matcher) -> TakenBack:
        """What the grammar's own sentences say about its corrections."""
        asked: dict[str, set[str]] = {}
        for template in grammar.templates:
            asked.setdefault(template.intent, set()).update(expects(template))
        others: dict[str, frozenset[Phrase]] = {}
        last: dict[str, frozenset[Phrase]] = {}
        meant = {phrase: matcher.matches(phrase, CORRECTION_COST) for phrase in grammar.corrections}
        for intent, questions in asked.items():
            answers = {p for p, said in meant.items() if any(_answers(match, questions, intent) for match in said)}
            if answers:
                others[intent] = frozenset(answers)
                last[intent] = frozenset(p for p, said in meant.items() if said and intent not in map(_intent, said))
        return cls(others, last, frozenset(grammar.skip_words))

    def leaves_in_doubt(self, reading: Reading, tokens: Sequence[str], corrections: Sequence[Phrase]) -> bool:
        """Whether the words, read as an answer without values, also say something else."""
        intent = reading.meaning.intent
        if intent is None or intent not in self.last or reading.match.captures:
            return False
        for start, end in corrections_in(tokens, corrections):
            phrase, last = tuple(tokens[start:end]), all((token,) in self.fillers for token in tokens[end:])
            if phrase in self.other_answers[intent] or (last and phrase in self.last[intent]):
                return True
        return False


def _answers(match: Match, questions: Collection[str], intent: str) -> bool:
    """Whether the words are, as they stand, an answer of another intent than this to one of the questions."""
    return not match.cost and _intent(match) != intent and any(e in questions for e in expects(match.template))


def _intent(match: Match) -> str:
    return match.template.intent
