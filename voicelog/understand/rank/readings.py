"""All the ways to understand a string of words, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.grammar.sample import expects, only_answers
from voicelog.understand.match.match import WORST_COST, Matcher
from voicelog.understand.match.suffix import Suffix, skip_cost
from voicelog.understand.rank.assemble import Reading, assemble
from voicelog.understand.rank.retraction import TakenBack
from voicelog.understand.values.builtins import free_text_cost

MOST_READINGS = 6
EXPECTED_BONUS = 0.3
"""What a sentence is worth that answers what was just asked, in the cost of words left unexplained."""
ANSWER_UNEXPLAINED = 0.12
"""The most of an answer's words, as a share, that may be left unexplained …"""
BREATH_LETTERS = 3
"""… or one word of at most so many letters before its value: a breath is heard as "it" or "to" …"""
BEGINNINGS = (("one", "and"), ("one",))
"""… unless it may be the value's own misheard beginning: "i and a half" is no half."""
ENDINGS = (("a", "half"), ("half",))
"""… and a word left over after it is none if it may be the value's own beginning of more: "eight and"."""
MOST_BEFORE_FREE_TEXT = 0.15
MISTYPED_LIKENESS = 84.0
"""Likeness (rapidfuzz ratio, 0 to 100) from which an unknown typed word is taken for a known one …"""
MISTYPED_LETTERS = 1
"""… if no more letters are changed, left out, added or exchanged: "lorazepam" is not "clonazepam"."""


class Reader:
    """Reads words by a grammar."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self._matcher = Matcher(grammar)
        self._taken_back = TakenBack.of(grammar, self._matcher)
        self._words = vocabulary(template.node for template in grammar.templates)
        self.homophones = grammar.homophones

    def end(self) -> Suffix:
        """The common end of an utterance's hypotheses."""
        return self._matcher.end()

    def read(
        self,
        tokens: Sequence[str],
        expecting: str | None = None,
        worst: float = WORST_COST,
        audible: Sequence[float] | None = None,
        end: Suffix | None = None,
    ) -> list[Reading]:
        """The distinct readings of the words, those that leave least unexplained first.

        None that leaves more than ``worst`` words unexplained is looked for; ``audible`` and ``end`` as in
        :meth:`Matcher.matches`.
        """
        found: dict[object, tuple[float, Reading]] = {}
        ending = self._taken_back.ending(tokens)
        for match in self._matcher.matches(tokens, min(worst, WORST_COST), audible, end)[: 4 * MOST_READINGS]:
            if only_answers(match.template) and expecting not in expects(match.template):
                continue
            reading = assemble(match, tokens, self.grammar)
            unsound = _ill_begun(reading) or _takes_pronoun(reading, tokens, self.grammar.pronouns)
            if unsound or self._taken_back.leaves_in_doubt(reading, tokens, self.grammar.corrections, ending):
                continue
            if ending is not None and (doubtful := self._taken_back.doubtful(reading, tokens, ending)):
                reading = replace(reading, meaning=replace(reading.meaning, doubtful=doubtful))
            expected = expecting is not None and expecting in expects(match.template)
            rank = reading.cost - (EXPECTED_BONUS if expected else 0.0)
            if reading.key not in found or rank < found[reading.key][0]:
                found[reading.key] = (rank, reading)
        ordered = sorted(found.values(), key=lambda item: item[0])
        return [reading for _, reading in ordered[:MOST_READINGS]]

    def is_whole_answer(
        self, reading: Reading, tokens: Sequence[str], audible: Sequence[float], expecting: str
    ) -> bool:
        """Whether no word is left unexplained that may belong to the answer's value."""
        begin = min((capture.start for capture in reading.match.captures), default=0)
        end = max((capture.end for capture in reading.match.captures), default=len(tokens))
        if end < len(tokens) and self.goes_on(tokens[begin:], expecting):
            return False
        if begin:
            beginnings = BEGINNINGS if reading.cost > 0.0 else BEGINNINGS[:1]
            if any(self._answers((*first, *tokens[begin:]), expecting) for first in beginnings):
                return False
            breath = begin == 1 and len(tokens[0]) <= BREATH_LETTERS
            if (
                breath
                and not self._answers(tokens[:1], expecting)
                and reading.cost <= skip_cost(tokens[0]) * audible[0] + 0.01
            ):
                return True
        return unexplained_share(reading, tokens, audible) <= ANSWER_UNEXPLAINED

    def goes_on(self, tokens: Sequence[str], expecting: str) -> bool:
        """Whether the words are the beginning of an answer with an ending: "eight and"."""
        return any(self._answers((*tokens, *ending), expecting) for ending in ENDINGS)

    def _answers(self, tokens: Sequence[str], expecting: str) -> bool:
        """Whether these words, and all of them, are such an answer."""
        readings = self.read(tokens, expecting, 0.01)
        return any(reading.cost < 0.01 and expecting in expects(reading.match.template) for reading in readings)

    def has(self, word: str) -> bool:
        """Whether the word stands in any sentence."""
        return word in self._words

    def mend_typing(self, tokens: Sequence[str]) -> tuple[str, ...]:
        """Typed words with those that the grammar lacks replaced by ones that are written nearly the same."""
        mended = []
        for token in tokens:
            if token not in self._words and len(token) > 3 and token.isalpha():
                near = process.extractOne(token, self._words, scorer=fuzz.ratio, score_cutoff=MISTYPED_LIKENESS)
                slip = near is not None and OSA.distance(token, near[0]) <= MISTYPED_LETTERS
                mended.append(near[0] if near is not None and slip else token)
            else:
                mended.append(token)
        return tuple(mended)


def _ill_begun(reading: Reading) -> bool:
    """Whether words were skipped on the way to free text: it explains anything, so what leads to it must be there."""
    free = [capture for capture in reading.match.captures if capture.metadata.get("free")]
    for_free = sum(free_text_cost(capture.end - capture.start) for capture in free)
    return bool(free) and reading.cost - for_free > MOST_BEFORE_FREE_TEXT


def _takes_pronoun(reading: Reading, tokens: Sequence[str], pronouns: Sequence[tuple[str, ...]]) -> bool:
    """Whether a value begins with the last word of "that one"."""
    ends = [capture.start + 1 for capture in reading.match.captures]
    return any(tuple(tokens[max(0, end - len(phrase)) : end]) == phrase for phrase in pronouns for end in ends)


def is_decoy(reading: Reading) -> bool:
    """Whether the sentence is one that people say to each other, listed so as not to be taken for ours."""
    return bool(reading.match.template.metadata.get("decoy"))


def reply_to(reading: Reading) -> str | None:
    """What the sentence files want answered to a sentence that is not acted on, by name; None: nothing."""
    named = reading.match.template.metadata.get("reply") if is_decoy(reading) else None
    return None if named is None else str(named)


def unexplained_share(reading: Reading, tokens: Sequence[str], audible: Sequence[float] | None = None) -> float:
    """The part of the words, by length, that the reading leaves unexplained: 0 none, 1 all."""
    heard = audible or (1.0,) * len(tokens)
    return min(1.0, reading.cost / max(0.2, sum(skip_cost(t) * a for t, a in zip(tokens, heard, strict=True))))
