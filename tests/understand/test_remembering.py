"""What was read is remembered for as long as it helps: a logger runs for months."""

from __future__ import annotations

import gc
from itertools import product

from voicelog.core.resources import grammars_folder
from voicelog.understand import Understanding
from voicelog.understand.lexicon.likeness import most_alike, remembered
from voicelog.understand.values.patterns import Run

TENS = ("twenty", "thirty", "forty", "fifty")
ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
UNITS = ("minutes", "seconds", "hours", "minutes ago", "hours ago", "seconds or so")
A_FEW_UTTERANCES = 150


def test_readings_of_earlier_sentences_are_let_go() -> None:
    understanding = Understanding.from_folder(grammars_folder("en"))
    for ten, one, unit in product(TENS, ONES, UNITS):
        understanding.of_text(f"spasm in my left leg {ten} {one} {unit}")
    gc.collect()
    assert sum(isinstance(thing, Run) for thing in gc.get_objects()) < A_FEW_UTTERANCES


def test_how_earlier_sentences_sound_is_not_remembered() -> None:
    before = remembered.cache_info().currsize
    sentences = [f"spasm in my left leg {ten} {one} {unit}" for ten, one, unit in product(TENS, ONES, UNITS)]
    assert most_alike(sentences[0], sentences)[0] == 1.0
    assert remembered.cache_info().currsize == before
