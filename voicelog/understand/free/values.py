"""From the words of a role to its value: by the sentence files' lists first, else by what such words were said for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from voicelog.understand.free.corpus import Span
from voicelog.understand.free.features import WordClasses, span_features
from voicelog.understand.free.linear import LinearModel
from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.match.match import Matcher
from voicelog.understand.rank.assemble import Reading, assemble

WORST_COST = 1.2
"""The most that the words of a value may leave unexplained, in words."""
BEFORE, AFTER = 2, 3
"""How many words before and after those that were tagged may belong to the same value."""
NAMED = ("location", "medication", "treatment", "symptom")
"""Roles whose words are names that lists know: one that is in another's list is of that role …"""
NUMBERED, TIMES = ("number_other", "severity", "count", "dose"), ("ago", "duration")
"""… as a bare number is the beginning of a time, where it is one with the words beside it."""
NOTHING_LEFT = 0.03
"""A value that leaves at most this unexplained is one as a whole."""
NOTHING = "-"
"""The label of words that have the role, and no value that the contract knows."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value's reading, and the probability that it is the one meant."""

    reading: Reading | None
    value: str | None
    likely: float


class ValueReader:
    """Reads values of roles; ``guesses`` are the models of words that no list has, by role."""

    def __init__(self, grammar: Grammar, guesses: Mapping[str, LinearModel], known: WordClasses) -> None:
        self._grammar = grammar
        self.templates = grammar.roles
        """What is said for each role, by the sentence files."""
        self._guesses = guesses
        self._known = known
        roles = dict.fromkeys(template.intent for template in grammar.roles)
        self._matchers = {
            role: Matcher(replace(grammar, templates=tuple(t for t in grammar.roles if t.intent == role)))
            for role in roles
        }
        self._words = {role: vocabulary(t.node for t in grammar.roles if t.intent == role) for role in roles}
        self._begins = {
            role: frozenset().union(*(t.node.first for t in grammar.roles if t.intent == role)) for role in roles
        }

    def begins(self, role: str) -> frozenset[str]:
        """The words that values of a role, by the lists, begin with, or may."""
        return self._begins.get(role, frozenset())

    def by_lists(self, role: str, words: Sequence[str]) -> Reading | None:
        """The reading of a role's words by lists and numbers alone; None if they have none."""
        matcher = self._matchers.get(role)
        if matcher is None:
            return None
        plain = tuple(word.removesuffix("'s") for word in words)  # "my leg's gone"
        ways = [tuple(words), plain]
        if role == "location":
            ways.append(tuple(word for word in plain if word in self._words[role]))  # "both me feet"
        found = [
            reading
            for said in dict.fromkeys(ways)
            for match in matcher.matches(said, WORST_COST)[:1]
            if _has_value(reading := assemble(match, said, self._grammar))
        ]
        return min(found, key=lambda reading: reading.cost, default=None)

    def settled(self, span: Span, tokens: Sequence[str], free: Sequence[bool]) -> Span:
        """The span as a whole, in the role that the lists have for its words where they do not have them in its own."""
        whole = self.whole(span, tokens, free)
        if span.role in NUMBERED:
            for role in TIMES:
                longer = self.whole(Span(span.start, span.end, role), tokens, free)
                if longer.end - longer.start > whole.end - whole.start and self._is_read(longer, tokens):
                    whole = longer
        elif span.role in NAMED and not self._is_read(whole, tokens):
            for role in NAMED:
                if self._is_read(Span(whole.start, whole.end, role), tokens):
                    return Span(whole.start, whole.end, role)
        return whole

    def _is_read(self, span: Span, tokens: Sequence[str]) -> bool:
        reading = self.by_lists(span.role, tokens[span.start : span.end])
        return reading is not None and reading.cost <= NOTHING_LEFT

    def whole(self, span: Span, tokens: Sequence[str], free: Sequence[bool]) -> Span:
        """The span made longer where words beside it are part of the same value: no value is cut.

        ``free`` tells of each token that it has no other role.
        """
        best, longest = span, span.end - span.start
        known = self.by_lists(span.role, tokens[span.start : span.end])
        for start in range(max(0, span.start - BEFORE), span.start + 1):
            for end in range(min(len(tokens), span.end + AFTER), span.end - 1, -1):
                if end - start <= longest or not all(free[start : span.start]) or not all(free[span.end : end]):
                    continue
                reading = self.by_lists(span.role, tokens[start:end])
                if reading is None or reading.cost > NOTHING_LEFT or not reading.match.captures:
                    continue
                if known is None or reading.key != known.key:
                    best, longest = Span(start, end, span.role), end - start
        return best

    def read(self, role: str, words: Sequence[str]) -> Found:
        """The value of a role's words."""
        reading = self.by_lists(role, words)
        if reading is not None:
            return Found(reading, None, 1.0)
        model = self._guesses.get(role)
        if model is None:
            return Found(None, None, 0.0)
        label, likely = max(
            model.probabilities(span_features(words, self._known)).items(), key=lambda item: (item[1], item[0])
        )
        return Found(None, None if label == NOTHING else label, likely)


def _has_value(reading: Reading) -> bool:
    meaning = reading.meaning
    return bool(meaning.slots or meaning.asides or meaning.when.day)
