"""Homophones told apart by how long they were held."""

from __future__ import annotations

import pytest

from voicelog.core.utterance import Word
from voicelog.understand.rank.tempo import homophone_evidence

HOMOPHONES = {"for": "four", "to": "two"}


def said(*words: tuple[str, float], speed: float = 1.0) -> tuple[Word, ...]:
    made, at = [], 0.0
    for text, seconds in words:
        made.append(Word(text, at, at + seconds * speed))
        at += seconds * speed
    return tuple(made)


@pytest.mark.parametrize("speed", [1.0, 1.8])
def test_a_held_four_is_no_for(speed: float) -> None:
    held = [("spasm", 0.4), ("half", 0.25), ("minute", 0.4)]
    four = homophone_evidence(said(("four", 0.3), *held, speed=speed), HOMOPHONES)
    word = homophone_evidence(said(("for", 0.3), *held, speed=speed), HOMOPHONES)
    assert four == 0.0
    assert word < -4.0


def test_a_for_said_in_passing_is_no_four() -> None:
    around = [("spasm", 0.4), ("three", 0.3), ("minutes", 0.45)]
    assert homophone_evidence(said(("for", 0.12), *around), HOMOPHONES) == 0.0
    assert homophone_evidence(said(("four", 0.06), *around), HOMOPHONES) < -4.0


def test_a_number_said_quickly_may_still_be_one() -> None:
    assert homophone_evidence(said(("took", 0.2), ("two", 0.15), ("tablets", 0.5)), HOMOPHONES) == 0.0


def test_other_words_bear_no_evidence() -> None:
    assert homophone_evidence(said(("left", 0.3), ("leg", 0.3)), HOMOPHONES) == 0.0
