"""The strict reading and the free one of what was typed or heard, and the choice between them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from voicelog.core.meaning import Meaning
from voicelog.core.utterance import Utterance
from voicelog.understand.free import judgement as j
from voicelog.understand.free.choice import Choice, choose
from voicelog.understand.free.fitted import Fitted
from voicelog.understand.free.reader import FreeReader, Read
from voicelog.understand.free.reading import NUMBERS
from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.sample import expects
from voicelog.understand.lexicon.forms import SpokenForms
from voicelog.understand.rank.assemble import Reading
from voicelog.understand.rank.explanation import Explanation
from voicelog.understand.rank.readings import Reader, unexplained_share
from voicelog.understand.values.number_words import without_hesitations

MOST_HEARD = 3
"""Hypotheses of each recogniser that are read freely."""
PER_LIKELIHOOD = 0.12
"""What a reading's hypothesis counts for, a natural logarithm of its likelihood, beside the logarithm of its own
probability: the recogniser's scores differ by more than they tell."""
SHARPER = 4.0
"""By how much more likelihoods count for whether it was said to the logger, for which all words matter at once."""
NETWORK_AHEAD = 7.0
"""By how much the sentence network finds the same words likelier, at the median of 70 utterances both heard alike."""
GUESSED = {"confirm": ("log_", "start_"), "asleep": ()}
"""Where a yes or no, or what wakes it, is expected, these alone are read freely: there a guess does more harm."""
FEW_HEARD = 2
"""A word or two heard are read by the sentence files alone: any sound may be heard as so little."""
NOT_UNDERSTOOD = "it was not understood well enough"
NOT_FOR_US = "not sure enough that it was meant for the logger"


@dataclass(frozen=True, slots=True)
class _Heard:
    """A hypothesis as it is read freely; ``heard`` is the logarithm of its weight by sound, ``likely`` that with the
    reading's own, ``first`` whether it is its recogniser's best, ``of_open`` whether that is the one with the open
    vocabulary.
    """

    tokens: tuple[str, ...]
    read: Read
    likely: float
    heard: float
    first: bool
    of_open: bool


class FreeChoice:
    """Chooses between the strict reading and the free one."""

    def __init__(self, free: FreeReader, strict: Reader, weights: Mapping[str, Mapping[str, float]]) -> None:
        self._free, self._strict, self._weights = free, strict, weights
        self._intents = frozenset(template.intent for template in strict.grammar.templates)
        expected: dict[str, set[str]] = {}
        for template in strict.grammar.templates:
            for name in expects(template):
                expected.setdefault(name, set()).add(template.intent)
        self._expected = expected

    @classmethod
    def of(cls, grammar: Grammar, fitted: Fitted, strict: Reader) -> FreeChoice:
        """The choice by what was fitted for a grammar."""
        return cls(FreeReader.of(grammar, fitted), strict, fitted.judgement)

    def of_text(self, strict: Meaning, tokens: Sequence[str], expecting: str | None) -> Meaning:
        """The meaning of typed words whose strict reading is this."""
        choice = self._chosen(tokens, expecting)
        if choice is None:
            return strict
        stands = strict.accepted and (self._answers(strict, expecting) or _stands(strict, choice))
        if stands or not _may_be_guessed(choice, expecting):
            return replace(_as_besides(strict, choice), addressed=max(choice.addressed, strict.confidence))
        return _meaning(strict, choice)

    def of_sound(
        self, explanation: Explanation, utterance: Utterance, forms: SpokenForms, expecting: str | None
    ) -> Explanation:
        """The explanation of what was heard, whose strict reading was explained so."""
        strict = explanation.meaning
        every = list(self._heard(utterance, forms))
        if not every:
            return explanation
        if strict.accepted:
            own = self._chosen(tuple(strict.text.split()), expecting)
            if self._answers(strict, expecting) or own is None or _stands(strict, own):
                meaning = strict if own is None else _as_besides(strict, own)
                return replace(explanation, meaning=replace(meaning, addressed=1.0))
        best = max(every, key=lambda heard: heard.likely)
        read = replace(best.read, addressed=_addressed(every))
        choice = self._chosen(best.tokens, expecting, read)
        if choice is None or len(best.tokens) <= FEW_HEARD or not _may_be_guessed(choice, expecting):
            addressed = 1.0 if strict.accepted else choice.addressed if choice is not None else None
            return replace(explanation, meaning=replace(strict, addressed=addressed))
        meaning = _meaning(strict, choice)
        if meaning.accepted:
            meaning = _beside_the_other(replace(meaning, text=" ".join(best.tokens)), best, every)
        return replace(explanation, meaning=meaning)

    def _answers(self, strict: Meaning, expecting: str | None) -> bool:
        """Whether it is what is expected now, by the sentence files; it stands then."""
        return expecting is not None and (strict.intent or "") in self._expected.get(expecting, frozenset())

    def _chosen(self, tokens: Sequence[str], expecting: str | None, read: Read | None = None) -> Choice | None:
        tokens = without_hesitations(tokens)
        read = read or self._free.read(tokens)
        return None if read is None else choose(
            *self._strictly(tokens, expecting), read, self._weights, self._intents, self._strict.grammar.corrections
        )

    def _heard(self, utterance: Utterance, forms: SpokenForms) -> Iterator[_Heard]:
        seen = set()
        for hypotheses, ahead in ((utterance.open, 0.0), (utterance.grammar, NETWORK_AHEAD)):
            for hypothesis in hypotheses[:MOST_HEARD]:
                tokens = without_hesitations(forms.collapse([word.text for word in hypothesis.words]))
                first = hypothesis is hypotheses[0]
                read = self._free.read(tokens) if first or tokens not in seen else None
                seen.add(tokens)
                if read is not None:
                    right = j.probability(j.free_evidence(read), self._weights["free"])
                    heard = PER_LIKELIHOOD * (hypothesis.score - ahead)
                    likely = heard + j.log(right * read.addressed)
                    yield _Heard(tokens, read, likely, heard, first, hypotheses is utterance.open)

    def _strictly(self, tokens: Sequence[str], expecting: str | None) -> tuple[Reading | None, float]:
        readings = self._strict.read(tokens, expecting)
        return (readings[0], unexplained_share(readings[0], tokens)) if readings else (None, 1.0)


def _addressed(every: Sequence[_Heard]) -> float:
    """The probability of having been meant for the logger over all that may have been said."""
    most = max(heard.heard for heard in every)
    weights = [math.exp((heard.heard - most) * SHARPER) for heard in every]
    return sum(w * heard.read.addressed for w, heard in zip(weights, every, strict=True)) / sum(weights)


def _may_be_guessed(choice: Choice, expecting: str | None) -> bool:
    """Whether what was chosen may be acted on though no sentence of the files has it."""
    intents = GUESSED.get(expecting or "")
    return intents is None or (bool(choice.events) and all(str(e.intent).startswith(intents) for e in choice.events))


def _stands(strict: Meaning, choice: Choice) -> bool:
    """Whether the strict reading, which was accepted by itself, is acted on beside the free one."""
    return bool(choice.events) and choice.events[0].intent == strict.intent and choice.events[0].slots == strict.slots


def _as_besides(strict: Meaning, choice: Choice) -> Meaning:
    """The strict meaning with what only the free reading tells of the same words.

    That two sides were said side by side, which leaves the place in doubt, and that something is to be added.
    """
    if not choice.events:
        return strict
    free = choice.events[0]
    asides = {**strict.asides, **({"adds": free.asides["adds"]} if "adds" in free.asides else {})}
    doubted = "locations" in free.doubtful and "locations" in strict.slots
    doubtful = {*strict.doubtful, *(("locations",) if doubted else ())}
    return replace(strict, doubtful=tuple(sorted(doubtful)), asides=asides)


def _meaning(strict: Meaning, choice: Choice) -> Meaning:
    """The meaning of a choice, in the place of the strict one."""
    if not choice.events:
        reason = strict.reason or (NOT_UNDERSTOOD if choice.addressed >= 0.5 else NOT_FOR_US)
        return replace(strict, accepted=False, addressed=choice.addressed, reason=reason)
    first, *rest = (
        replace(meaning, accepted=True, reason="", reply=None, text=meaning.text or strict.text)
        for meaning in choice.events
    )
    return replace(first, text=strict.text or first.text, also=tuple(rest), addressed=choice.addressed)


def _beside_the_other(meaning: Meaning, best: _Heard, every: Sequence[_Heard]) -> Meaning:
    """The meaning beside what the other recogniser heard: what both heard stands.

    A number that the other lacks, or has otherwise, is in doubt; of several places or feelings those that it lacks are
    left out, if it has any of them.
    """
    other = next((heard for heard in every if heard.first and heard.of_open != best.of_open), None)
    if other is None or other.read.events[0].meaning.intent != meaning.intent:
        return meaning
    theirs = other.read.events[0].meaning.slots
    doubtful = {n for n in NUMBERS if n in meaning.slots and theirs.get(n) != meaning.slots[n]}
    slots = dict(meaning.slots)
    for name, value in meaning.slots.items():
        if isinstance(value, tuple) and isinstance(theirs.get(name), tuple):
            both = tuple(each for each in value if each in theirs[name])
            slots[name] = both or value
    return replace(meaning, slots=slots, doubtful=tuple(sorted({*meaning.doubtful, *doubtful})))
