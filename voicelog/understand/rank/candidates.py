"""Candidates: what each hypothesis would mean, weighed against each other.

A hypothesis' log-likelihood already holds the sound and the grammar's language model. To it are added a bonus for each
word (a model of sampled sentences favours leaving words out) and a charge for every word that the sentence files leave
unexplained. The weights were fitted by ``benchmarks/understand_weights.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from voicelog.core.utterance import Hypothesis
from voicelog.sound.word_levels import Loudness, audibility
from voicelog.understand.grammar.sample import expects
from voicelog.understand.lexicon.forms import SpokenForms
from voicelog.understand.match.match import WORST_COST
from voicelog.understand.rank.assemble import Reading
from voicelog.understand.rank.readings import Reader, is_decoy
from voicelog.understand.rank.tempo import homophone_evidence

WORD_BONUS = 0.92
UNEXPLAINED_CHARGE = 5.6
CAPTURE_CHARGE = 0.3
"""For each slot filled: of two readings the plainer is likelier right."""
SHARE_WEIGHT = 0.25
"""Of the logarithm of how often the sentence is said."""
ANSWER_BONUS = 2.0
"""For a sentence that answers what was just asked."""
DECOY_COST = 0.05
"""A sentence to somebody else that leaves at most this unexplained is none for us."""
NOT_SEEN = 7.0
MARGIN = NOT_SEEN
"""Hypotheses that can no longer come this close to the best candidate are not read …"""
MOST_READ = 150
"""… nor are more words than this, all hypotheses of an utterance together (``benchmarks/understand_cost.py``)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of one hypothesis. ``total`` is its weighed log-likelihood."""

    total: float
    hypothesis: Hypothesis
    tokens: tuple[str, ...]
    audible: tuple[float, ...]
    reading: Reading


def candidates(
    hypotheses: Sequence[Hypothesis],
    reader: Reader,
    forms: SpokenForms,
    expecting: str | None = None,
    loudness: Loudness | None = None,
) -> list[Candidate]:
    """The candidates of a recogniser's hypotheses, the likeliest of each meaning, best first.

    Without ``loudness`` all words count alike.
    """
    best_of: dict[object, Candidate] = {}
    best = float("-inf")
    seen: set[tuple[str, ...]] = set()
    read = 0
    end = reader.end()
    bounds = [hypothesis.score + WORD_BONUS * len(hypothesis.words) for hypothesis in hypotheses]
    for bound, hypothesis in sorted(zip(bounds, hypotheses, strict=True), key=lambda pair: -pair[0]):
        if bound < best - MARGIN or read > MOST_READ:
            break
        heard = audibility(hypothesis.words, loudness) if loudness is not None else (1.0,) * len(hypothesis.words)
        tokens, audible = _collapsed(hypothesis, heard, forms, reader)
        if tokens in seen or not tokens:
            continue
        seen.add(tokens)
        read += len(tokens)
        near = hypothesis.score + WORD_BONUS * sum(audible) + homophone_evidence(hypothesis.words, reader.homophones)
        worst = WORST_COST if best == float("-inf") else (near - best + MARGIN) / UNEXPLAINED_CHARGE
        for reading, prior in _weighed(reader.read(tokens, expecting, worst, audible, end), expecting):
            total = near - UNEXPLAINED_CHARGE * reading.cost + prior
            known = best_of.get(reading.key)
            if known is None or total > known.total:
                best_of[reading.key] = Candidate(total, hypothesis, tokens, audible, reading)
            best = max(best, total)
    return sorted(best_of.values(), key=lambda candidate: -candidate.total)


def combined(first: Sequence[Candidate], second: Sequence[Candidate], weight: float = 1.0) -> list[Candidate]:
    """The candidates of two looks at the same utterance: the mean of how far each look has them behind, best first.

    ``weight`` is what the second counts where the first counts 1. A meaning that a look does not have at all is taken
    to be :data:`NOT_SEEN` behind that look's best.
    """
    if not first or not second:
        return list(first or second)
    behind = [{c.reading.key: max(c.total - look[0].total, -NOT_SEEN) for c in look} for look in (first, second)]
    best = first[0]
    every = {c.reading.key: _as_of(best, c, behind[1][c.reading.key]) for c in second}
    every |= {candidate.reading.key: candidate for candidate in first}
    added = [
        replace(
            c,
            total=best.total
            + (behind[0].get(key, -NOT_SEEN) + weight * behind[1].get(key, -NOT_SEEN)) / (1.0 + weight),
        )
        for key, c in every.items()
    ]
    return sorted(added, key=lambda candidate: -candidate.total)


def _as_of(best: Candidate, candidate: Candidate, behind: float) -> Candidate:
    """A candidate of the other look, its likelihood as if of the first: altered sound has likelihoods of its own."""
    return replace(candidate, hypothesis=replace(candidate.hypothesis, score=best.hypothesis.score + behind))


def _weighed(readings: Sequence[Reading], expecting: str | None) -> Iterator[tuple[Reading, float]]:
    """The readings of the same words, with their priors.

    Words that, typed, would be a sentence to somebody else are nothing but that, however often others are said.
    """
    priors = [_prior(reading, expecting) for reading in readings]
    if readings and is_decoy(readings[0]) and readings[0].cost <= DECOY_COST:
        yield readings[0], max(priors)
    else:
        yield from zip(readings, priors, strict=True)


def _prior(reading: Reading, expecting: str | None) -> float:
    template = reading.match.template
    prior = SHARE_WEIGHT * math.log(template.share) - CAPTURE_CHARGE * len(reading.match.captures)
    return prior + (ANSWER_BONUS if expecting is not None and expecting in expects(template) else 0.0)


def _collapsed(
    hypothesis: Hypothesis, heard: Sequence[float], forms: SpokenForms, reader: Reader
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The hypothesis' words with spoken forms put back into the words they stand for, and their audibility."""
    words = [word.text for word in hypothesis.words]
    tokens: list[str] = []
    audible: list[float] = []
    at = 0
    for span in forms.spans(words):
        if span.end - span.start == 1 and reader.has(words[span.start]):
            continue  # a word of the grammar's own stands for itself
        tokens += [*words[at : span.start], span.word]
        audible += [*heard[at : span.start], max(heard[span.start : span.end])]
        at = span.end
    return (*tokens, *words[at:]), (*audible, *heard[at:])
