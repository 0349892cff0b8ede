"""Distances of phones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelog.understand.lexicon.phones import (
    INDEL_COST,
    PHONES,
    normalised_distance,
    phone_distance,
    phone_distances,
    substitution_cost,
    weight,
)

STRINGS = st.lists(st.sampled_from(PHONES), max_size=12).map(tuple)


def by_the_book(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    table = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if i and j:
                table[i][j] = min(
                    table[i - 1][j - 1] + substitution_cost(a[i - 1], b[j - 1]),
                    table[i - 1][j] + INDEL_COST[a[i - 1]],
                    table[i][j - 1] + INDEL_COST[b[j - 1]],
                )
            elif i:
                table[i][0] = table[i - 1][0] + INDEL_COST[a[i - 1]]
            elif j:
                table[0][j] = table[0][j - 1] + INDEL_COST[b[j - 1]]
    return table[-1][-1]


@given(STRINGS, STRINGS)
def test_distance_is_the_weighted_edit_distance(a: tuple[str, ...], b: tuple[str, ...]) -> None:
    assert phone_distance(a, b) == pytest.approx(by_the_book(a, b))
    assert phone_distance(a, b) == phone_distance(b, a)
    assert 0.0 <= normalised_distance(a, b) <= 1.0


@given(STRINGS, st.lists(STRINGS, max_size=6))
def test_many_at_once_are_the_same_as_one_by_one(a: tuple[str, ...], many: list[tuple[str, ...]]) -> None:
    one_by_one = [phone_distance(a, other) for other in many]
    assert np.allclose(phone_distances(a, many), one_by_one, atol=1e-4)


def test_nothing_against_nothing() -> None:
    assert phone_distance((), ()) == 0.0
    assert normalised_distance((), ()) == 0.0
    assert normalised_distance((), ("B",)) == 1.0
    assert phone_distance((), ("B", "AH")) == pytest.approx(weight(("B", "AH")))


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("P", "B"), ("P", "Z")),
        (("M", "N"), ("M", "K")),
        (("S", "SH"), ("S", "B")),
        (("IY", "IH"), ("IY", "AA")),
        (("AA", "AO"), ("AA", "IY")),
        (("W", "UW"), ("W", "AE")),
    ],
)
def test_phones_made_alike_are_nearer(near: tuple[str, str], far: tuple[str, str]) -> None:
    assert substitution_cost(*near) < substitution_cost(*far)


def test_schwa_is_cheaper_to_drop_than_a_stop() -> None:
    assert phone_distance(("B", "AH", "K"), ("B", "K")) < phone_distance(("B", "AH", "K"), ("B", "AH"))
