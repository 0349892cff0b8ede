"""How far apart two strings of phones are, weighed by how the phones are made.

Phones are ARPAbet without stress, as in cmudict. The costs are articulatory: a substitution costs the difference in
voicing, place and manner of two consonants, or in height, backness and rounding of two vowels (a diphthong counts with
its beginning and its end); schwa and the weak consonants are cheap to drop, because people and recognisers drop them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

Phones = tuple[str, ...]

# voicing 0-1; place from the lips (0) to the glottis (1); manner from stop (0) to glide (1)
_CONSONANTS: Final[dict[str, tuple[float, float, float]]] = {
    "P": (0.0, 0.0, 0.0),
    "B": (1.0, 0.0, 0.0),
    "T": (0.0, 0.4, 0.0),
    "D": (1.0, 0.4, 0.0),
    "K": (0.0, 0.8, 0.0),
    "G": (1.0, 0.8, 0.0),
    "CH": (0.0, 0.5, 0.2),
    "JH": (1.0, 0.5, 0.2),
    "F": (0.0, 0.1, 0.4),
    "V": (1.0, 0.1, 0.4),
    "TH": (0.0, 0.25, 0.4),
    "DH": (1.0, 0.25, 0.4),
    "S": (0.0, 0.4, 0.4),
    "Z": (1.0, 0.4, 0.4),
    "SH": (0.0, 0.55, 0.4),
    "ZH": (1.0, 0.55, 0.4),
    "HH": (0.0, 1.0, 0.5),
    "M": (1.0, 0.0, 0.7),
    "N": (1.0, 0.4, 0.7),
    "NG": (1.0, 0.8, 0.7),
    "L": (1.0, 0.4, 0.9),
    "R": (1.0, 0.5, 0.95),
    "W": (1.0, 0.1, 1.0),
    "Y": (1.0, 0.6, 1.0),
}
# (height 0 open - 1 close, backness 0 front - 1 back, rounding), at the beginning and at the end
_VOWELS: Final[dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]]] = {
    "IY": ((1.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
    "IH": ((0.8, 0.2, 0.0), (0.8, 0.2, 0.0)),
    "EH": ((0.45, 0.1, 0.0), (0.45, 0.1, 0.0)),
    "AE": ((0.15, 0.15, 0.0), (0.15, 0.15, 0.0)),
    "AH": ((0.45, 0.5, 0.0), (0.45, 0.5, 0.0)),
    "ER": ((0.5, 0.5, 0.3), (0.5, 0.5, 0.5)),
    "AA": ((0.0, 0.7, 0.0), (0.0, 0.7, 0.0)),
    "AO": ((0.25, 0.9, 0.5), (0.25, 0.9, 0.5)),
    "UH": ((0.8, 0.8, 0.5), (0.8, 0.8, 0.5)),
    "UW": ((1.0, 0.9, 0.8), (1.0, 0.9, 0.8)),
    "EY": ((0.55, 0.1, 0.0), (0.9, 0.1, 0.0)),
    "AY": ((0.05, 0.5, 0.0), (0.85, 0.15, 0.0)),
    "OY": ((0.3, 0.9, 0.5), (0.85, 0.15, 0.0)),
    "AW": ((0.05, 0.5, 0.0), (0.8, 0.8, 0.5)),
    "OW": ((0.5, 0.75, 0.4), (0.8, 0.85, 0.6)),
}
PHONES: Final[tuple[str, ...]] = (*_CONSONANTS, *_VOWELS)
VOWELS: Final[frozenset[str]] = frozenset(_VOWELS)

# A vowel and the glide or liquid it shades into, which transcribers disagree about.
_SHADES: Final[dict[frozenset[str], float]] = {
    frozenset(pair): cost
    for pair, cost in (
        (("UW", "W"), 0.4),
        (("UH", "W"), 0.5),
        (("OW", "W"), 0.6),
        (("IY", "Y"), 0.4),
        (("IH", "Y"), 0.5),
        (("ER", "R"), 0.3),
        (("AH", "R"), 0.6),
        (("OW", "L"), 0.55),
        (("UH", "L"), 0.6),
        (("AH", "L"), 0.6),
        (("AH", "HH"), 0.6),
        (("AA", "AO"), 0.08),  # one vowel for many Americans
        (("AH", "IH"), 0.15),  # unstressed, the two are one
        (("AH", "ER"), 0.2),  # without its r, in England
        (("T", "D"), 0.2),  # alike between vowels, in America
    )
}
_INDEL: Final[dict[str, float]] = {
    "AH": 0.35,
    "IH": 0.45,
    "ER": 0.6,
    "HH": 0.35,
    "T": 0.45,
    "D": 0.45,
    "R": 0.45,
    "Y": 0.4,
    "W": 0.5,
    "L": 0.55,
    "N": 0.55,
    "DH": 0.5,
    "TH": 0.55,
    "V": 0.55,
    "G": 0.6,
    "K": 0.65,
    "P": 0.65,
    "B": 0.65,
    "NG": 0.6,
    "F": 0.65,
    "M": 0.7,
    "Z": 0.6,
}
_INDEL_ELSE: Final = 0.75


def _substitution(a: str, b: str) -> float:
    if a == b:
        return 0.0
    shade = _SHADES.get(frozenset((a, b)))
    if shade is not None:
        return shade
    if a in _CONSONANTS and b in _CONSONANTS:
        (voice_a, place_a, manner_a), (voice_b, place_b, manner_b) = _CONSONANTS[a], _CONSONANTS[b]
        # Voicing tells obstruents apart; beside a sonorant it goes with the manner and must not count twice.
        sonorant = max(manner_a, manner_b) > 0.6
        voicing = 0.1 if sonorant else 0.25
        return min(
            1.0, voicing * abs(voice_a - voice_b) + 0.6 * abs(place_a - place_b) + 0.9 * abs(manner_a - manner_b) + 0.05
        )
    if a in _VOWELS and b in _VOWELS:
        cost = 0.05
        for (height_a, back_a, round_a), (height_b, back_b, round_b) in zip(_VOWELS[a], _VOWELS[b], strict=True):
            cost += 0.35 * abs(height_a - height_b) + 0.25 * abs(back_a - back_b) + 0.1 * abs(round_a - round_b)
        return min(1.0, cost)
    return 1.0


_INDEX: Final[dict[str, int]] = {phone: i for i, phone in enumerate(PHONES)}
_COST: Final[dict[str, dict[str, float]]] = {a: {b: _substitution(a, b) for b in PHONES} for a in PHONES}
COST_MATRIX: Final[NDArray[np.float32]] = np.array([[_COST[a][b] for b in PHONES] for a in PHONES], dtype=np.float32)


def _indel() -> dict[str, float]:
    # No phone may cost more to drop than to turn into another that is then dropped: only then is it right to cut off
    # what two strings have in common at either end.
    costs = {phone: _INDEL.get(phone, _INDEL_ELSE) for phone in PHONES}
    while True:
        closed = {a: min(costs[b] + _COST[a][b] for b in PHONES) for a in PHONES}
        if closed == costs:
            return costs
        costs = closed


INDEL_COST: Final = MappingProxyType(_indel())
INDEL_VECTOR: Final[NDArray[np.float32]] = np.array([INDEL_COST[phone] for phone in PHONES], dtype=np.float32)


def indices(phones: Sequence[str]) -> list[int]:
    """The phones' rows in ``COST_MATRIX``; a ``KeyError`` for what is no ARPAbet phone without stress."""
    return [_INDEX[phone] for phone in phones]


def substitution_cost(a: str, b: str) -> float:
    """What it costs to hear phone ``b`` for phone ``a``, from 0 (the same) to 1 (nothing in common); symmetric."""
    return _COST[a][b]


def weight(phones: Sequence[str]) -> float:
    """The distance of ``phones`` from silence."""
    return sum(INDEL_COST[phone] for phone in phones)


def phone_distance(a: Sequence[str], b: Sequence[str]) -> float:
    """The least cost of turning ``a`` into ``b``; symmetric, 0 when they are the same, no upper end.

    Quadratic in what the two do not share at their ends; the last 65,536 answers are remembered. For one string
    against hundreds :func:`phone_distances` is several times as fast.
    """
    left, right = tuple(a), tuple(b)
    return _distance(left, right) if left <= right else _distance(right, left)


@lru_cache(maxsize=4096)
def _distance(a: Phones, b: Phones) -> float:
    start = 0
    end_a, end_b = len(a), len(b)
    while start < end_a and start < end_b and a[start] == b[start]:
        start += 1
    while end_a > start and end_b > start and a[end_a - 1] == b[end_b - 1]:
        end_a -= 1
        end_b -= 1
    a, b = a[start:end_a], b[start:end_b]
    inserts = [INDEL_COST[phone] for phone in b]
    row = [0.0]
    for cost in inserts:
        row.append(row[-1] + cost)
    for phone in a:
        costs = _COST[phone]
        delete = INDEL_COST[phone]
        diagonal = row[0]
        left = diagonal + delete
        new = [left]
        for column, other in enumerate(b):
            up = row[column + 1]
            best = diagonal + costs[other]
            deleted = up + delete
            if deleted < best:
                best = deleted
            inserted = left + inserts[column]
            if inserted < best:
                best = inserted
            new.append(best)
            left = best
            diagonal = up
        row = new
    return row[-1]


def phone_distances(a: Sequence[str], many: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """The distances of ``a`` from each of ``many``, in their order."""
    if not many:
        return np.zeros(0, dtype=np.float32)
    lengths = np.array([len(other) for other in many])
    longest = int(lengths.max())
    codes = np.zeros((len(many), longest), dtype=np.intp)
    for i, other in enumerate(many):
        codes[i, : len(other)] = indices(other)
    cumulative = np.zeros((len(many), longest + 1), dtype=np.float32)
    np.cumsum(INDEL_VECTOR[codes], axis=1, out=cumulative[:, 1:])
    rows = cumulative.copy()
    for code in indices(a):
        delete = INDEL_VECTOR[code]
        new = rows + delete
        np.minimum(new[:, 1:], rows[:, :-1] + COST_MATRIX[code][codes], out=new[:, 1:])
        # Insertions: the cheapest earlier cell plus the inserted phones in between, for the whole row at once.
        rows = np.minimum.accumulate(new - cumulative, axis=1) + cumulative
    distances: NDArray[np.float32] = rows[np.arange(len(many)), lengths]
    return np.maximum(distances, 0.0)


def normalised_distance(a: Sequence[str], b: Sequence[str]) -> float:
    """:func:`phone_distance` as a part of the heavier one's weight: 0 the same, 1 nothing in common."""
    whole = max(weight(a), weight(b))
    return min(1.0, phone_distance(a, b) / whole) if whole else 0.0


def _classes() -> dict[str, str]:
    """A sign for each phone; those that are cheaply taken for each other, be it by way of others, have the same."""
    sign = {phone: chr(ord("A") + i) for i, phone in enumerate(PHONES)}
    for a in PHONES:
        for b in PHONES:
            if _COST[a][b] < BETWEEN_CLASSES and sign[a] != sign[b]:
                kept, gone = sign[a], sign[b]
                sign = {phone: kept if known == gone else known for phone, known in sign.items()}
    return sign


BETWEEN_CLASSES: Final = 0.25
"""The least that a phone of one class costs in place of one of another, or that one more or less costs."""
PHONE_CLASS: Final = MappingProxyType(_classes())
