"""How alike two strings of words sound."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from voicelog.understand.lexicon.phones import (
    BETWEEN_CLASSES,
    PHONE_CLASS,
    Phones,
    normalised_distance,
    phone_distances,
    weight,
)
from voicelog.understand.lexicon.pronunciation import pronounce_many

_MOST_READINGS: Final = 8
_KEPT_WORDS: Final = 4
"""Longer strings are sentences, hardly ever heard twice: how they sound is not remembered."""
_ROUNDING: Final = 1e-5


def readings(words: str) -> tuple[Phones, ...]:
    """The ways to say a string of words, at most eight, the commonest first; one empty one for no words."""
    return remembered(words) if words.count(" ") < _KEPT_WORDS else _readings(words)


@lru_cache(maxsize=2048)
def remembered(words: str) -> tuple[Phones, ...]:
    """:func:`readings` of a few words."""
    return _readings(words)


def _readings(words: str) -> tuple[Phones, ...]:
    choices = [pronunciations or ((),) for pronunciations in pronounce_many(words.split())]
    while choices and _count(choices) > _MOST_READINGS:
        # The longest words keep their variants: in them a variant changes most.
        drop = min((len(c[0]), i) for i, c in enumerate(choices) if len(c) > 1)[1]
        choices[drop] = choices[drop][:-1]
    joined = (tuple(phone for word in choice for phone in word) for choice in product(*choices))
    return tuple(dict.fromkeys(joined))


def _count(choices: Sequence[Sequence[Phones]]) -> int:
    count = 1
    for choice in choices:
        count *= len(choice)
    return count


@lru_cache(maxsize=4096)
def sounds_like(words_a: str, words_b: str) -> float:
    """How alike two strings of words sound in their most similar pronunciations: 1 the same, 0 nothing in common.

    Word boundaries do not count: "a lot" and "allot" are the same.
    """
    return 1.0 - min(normalised_distance(a, b) for a in readings(words_a) for b in readings(words_b))


def most_alike(words: str, candidates: Sequence[str]) -> list[float]:
    """:func:`sounds_like` of ``words`` and each of ``candidates``, in their order, at once."""
    pronounce_many({word for candidate in candidates for word in candidate.split()})  # the unknown ones in one go
    spoken = [(i, phones) for i, candidate in enumerate(candidates) for phones in readings(candidate)]
    likeness = [0.0] * len(candidates)
    many = [phones for _, phones in spoken]
    for said in readings(words):
        said_weight = weight(said)
        for (i, phones), distance in zip(spoken, phone_distances(said, many), strict=True):
            whole = max(said_weight, weight(phones))
            likeness[i] = max(likeness[i], 1.0 - min(1.0, float(distance) / whole) if whole else 1.0)
    return likeness


def alike_pairs(texts: Sequence[str], least: float) -> list[tuple[int, int]]:
    """The pairs of texts, by index, that :func:`sounds_like` finds at least so alike; in order.

    Which may be is told first by how heavy they are and by the classes of their phones, so that thousands of texts take
    seconds.
    """
    pronounce_many({word for text in texts for word in text.split()})
    spoken = [(i, phones) for i, text in enumerate(texts) for phones in _readings(text)]
    classes = ["".join(map(PHONE_CLASS.__getitem__, phones)) for _, phones in spoken]
    weights = np.array([weight(phones) for _, phones in spoken])
    room = 1.0 - least
    found: set[tuple[int, int]] = set()
    for k, (i, phones) in enumerate(spoken[:-1]):
        most = int(room * weights[k] / least / BETWEEN_CLASSES)
        changed = process.cdist([classes[k]], classes[k + 1 :], scorer=Levenshtein.distance, score_cutoff=most)[0]
        heavier = np.maximum(weights[k], weights[k + 1 :])
        near = (changed <= most) & (np.abs(weights[k] - weights[k + 1 :]) <= room * heavier + _ROUNDING)
        others = [k + 1 + int(at) for at in np.flatnonzero(near) if spoken[k + 1 + int(at)][0] != i]
        distances = phone_distances(phones, [spoken[other][1] for other in others])
        for other, distance in zip(others, distances, strict=True):
            if float(distance) <= room * float(heavier[other - k - 1]) + _ROUNDING:
                found.add((i, spoken[other][0]))
    return sorted(found)
