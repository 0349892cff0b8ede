"""Doses that nobody takes are doubted; so few of a medication that it can be no milligrams are tablets."""

from __future__ import annotations

import pytest

from voicelog.core.resources import grammars_folder
from voicelog.understand import Understanding

UNDERSTANDING = Understanding.from_folder(grammars_folder("en"))


@pytest.mark.parametrize(
    ("said", "dose", "unit", "doubtful"),
    [
        ("baclofen ten", 10, "mg", False),
        ("baclofen one and a half", 1.5, "tablet", False),
        ("baclofen a half", 0.5, "tablet", False),
        ("diazepam two", 2, "mg", False),
        ("tizanidine four hundred", 400, "mg", True),
        ("tizanidine four hundred milligrams", 400, "mg", True),
        ("baclofen one milligram", 1, "mg", True),
        ("baclofen ten thousand micrograms", 10000, "mcg", False),
        ("gabapentin three hundred", 300, "mg", False),
        ("gabapentin five", 5, "mg", True),
    ],
)
def test_what_a_dose_can_be(said: str, dose: float, unit: str, doubtful: bool) -> None:
    meaning = UNDERSTANDING.of_text(said)
    assert meaning.accepted
    assert (meaning.slots["dose"], meaning.slots["unit"]) == (dose, unit)
    assert ("dose" in meaning.doubtful) == doubtful


def test_the_dose_of_each_of_several_is_looked_at() -> None:
    meaning = UNDERSTANDING.of_text("taking baclofen twenty and tizanidine four hundred")
    assert [("dose" in each.doubtful) for each in (meaning, *meaning.also)][1:] == [True]
