"""Words that take back what was said and put nothing in its place: "yes, no, wait", "legs, eight, no"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.sample import expects
from voicelog.understand.match.match import Match, Matcher
from voicelog.understand.match.suffix import CORRECTION_COST
from voicelog.understand.rank.assemble import Reading, corrections_in

Phrase = tuple[str, ...]


class Ending(NamedTuple):
    """A correction that nothing but fillers follows, and the token that it begins with."""

    begin: int
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a grammar's corrections say where they correct nothing."""

    other_answers: Mapping[str, frozenset[Phrase]]
    """By intents that answer a question: the corrections that are, as they stand, another answer to it."""
    alone: Mapping[Phrase, frozenset[str]]
    """By corrections that mean something by themselves: the intents that they may have."""
    fillers: frozenset[Phrase]
    units: Mapping[str, str]
    """By slots that go with another one only: that one."""

    @classmethod
    def of(cls, grammar: Grammar, matcher: Matcher) -> TakenBack:
        """What the grammar's own sentences say about its corrections."""
        asked: dict[str, set[str]] = {}
        for template in grammar.templates:
            asked.setdefault(template.intent, set()).update(expects(template))
        said = {phrase: matcher.matches(phrase, CORRECTION_COST) for phrase in grammar.corrections}
        others = {
            intent: frozenset(phrase for phrase in said if any(_answers(m, questions, intent) for m in said[phrase]))
            for intent, questions in asked.items()
        }
        return cls(
            {intent: phrases for intent, phrases in others.items() if phrases},
            {phrase: frozenset(m.template.intent for m in matches) for phrase, matches in said.items() if matches},
            frozenset(grammar.skip_words),
            {name: str(spec["when"]) for name, spec in grammar.slots.items() if "when" in spec},
        )

    def ending(self, tokens: Sequence[str]) -> Ending | None:
        """The correction that the words end with, if it means something by itself."""
        end = len(tokens)
        while end and self._are_fillers(tokens[end - 1 : end]):
            end -= 1
        endings = (phrase for phrase in self.alone if tuple(tokens[max(0, end - len(phrase)) : end]) == phrase)
        phrase = max(endings, key=len, default=None)
        return None if phrase is None else Ending(end - len(phrase), phrase)

    def leaves_in_doubt(
        self, reading: Reading, tokens: Sequence[str], corrections: Sequence[Phrase], ending: Ending | None
    ) -> bool:
        """Whether the words, read as an answer without values, are or end with another one: "no, that's fine".

        Only where a correction is another answer to the same question: a call for help is never in doubt.
        """
        intent = reading.meaning.intent
        if intent is None or intent not in self.other_answers or reading.match.captures:
            return False
        if any(tuple(tokens[i:j]) in self.other_answers[intent] for i, j in corrections_in(tokens, corrections)):
            return True
        return ending is not None and intent not in self.alone[ending.phrase]

    def doubtful(self, reading: Reading, tokens: Sequence[str], ending: Ending) -> tuple[str, ...]:
        """The slot of the value said last before such an ending; of a unit, that of its number."""
        value = max(reading.match.captures, key=lambda capture: capture.end, default=None)
        if value is None or value.end > ending.begin or not self._are_fillers(tokens[value.end : ending.begin]):
            return ()
        slot = self.units.get(value.slot, value.slot)
        return (slot,) if slot in reading.meaning.slots else ()

    def _are_fillers(self, tokens: Sequence[str]) -> bool:
        return all((token,) in self.fillers for token in tokens)


def _answers(match: Match, questions: Collection[str], intent: str) -> bool:
    """Whether the words are, as they stand, an answer of another intent than this to one of the questions."""
    as_it_stands = not match.cost and match.template.intent != intent
    return as_it_stands and any(question in questions for question in expects(match.template))
