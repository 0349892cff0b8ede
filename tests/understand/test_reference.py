"""An entry that is named: which words name it, and what is said of it besides."""

from __future__ import annotations

import pytest

from voicelog.core.resources import grammars_folder
from voicelog.understand import Understanding

UNDERSTANDING = Understanding.from_folder(grammars_folder("en"))


@pytest.mark.parametrize(
    ("said", "intent", "of", "slots"),
    [
        ("the one before was a seven", "amend", {"which": "before"}, {"severity": 7}),
        ("the arm one lasted two minutes", "amend", {"locations": ("arm",)}, {"duration_s": 120}),
        ("the spasm at three was in the left leg", "amend", {"at": "03:00"}, {"locations": ("left leg",)}),
        ("change the one at eleven to the right arm", "amend", {"at": "11:00"}, {"locations": ("right arm",)}),
        ("the neck one at three was an eight", "amend", {"locations": ("neck",), "at": "03:00"}, {"severity": 8}),
        ("the baclofen was twenty", "amend", {"medication": "baclofen"}, {"dose": 20}),
        ("remove the left foot one", "undo", {"locations": ("left foot",)}, {}),
        ("erase the one at ten", "undo", {"at": "10:00"}, {}),
        ("delete the last two", "undo", {"count": 2}, {}),
    ],
)
def test_what_is_named_and_what_is_said_of_it(
    said: str, intent: str, of: dict[str, object], slots: dict[str, object]
) -> None:
    meaning = UNDERSTANDING.of_text(said)
    assert meaning.accepted
    assert meaning.intent == intent
    assert meaning.of is not None
    assert {**meaning.of.slots, **meaning.of.asides} == of
    assert dict(meaning.slots) == slots


@pytest.mark.parametrize(
    "said", ["make that a nine", "no the left one", "spasm left leg seven", "it was worse than that", "undo that"]
)
def test_nothing_is_named_where_what_was_just_said_is_meant(said: str) -> None:
    assert UNDERSTANDING.of_text(said).of is None
