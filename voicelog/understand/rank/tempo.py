"""How long words were held, which tells homophones apart that the recogniser cannot: "for" is said in passing, "four"
never is. Function words are shortened, content words are not (Bell et al., 2009)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voicelog.core.utterance import Word

USUAL_S = 0.07
"""Seconds a letter takes, as people usually speak."""
HELD_S = 0.2
"""At the usual speed a little word held longer than this is likelier the number …"""
PASSED_S = 0.12
"""… and a number shorter than this the little word; between them either may be."""
SPREAD_S = 0.03
"""How much the lengths vary."""
WEIGHT = 2.5
"""Log-likelihood for each :data:`SPREAD_S` …"""
MOST = 3.0
"""… of which so many count at most."""


def homophone_evidence(words: Sequence[Word], homophones: Mapping[str, str]) -> float:
    """The log-likelihood that the homophones' lengths add: 0 where they are as they would be said, else less.

    ``homophones`` gives for each little word the number that sounds like it.
    """
    numbers = set(homophones.values())
    held = [word for word in words if word.text in homophones or word.text in numbers]
    if not held:
        return 0.0
    speed = _speed([word for word in words if word not in held])
    total = 0.0
    for word in held:
        length = (word.end - word.start) / speed
        against = PASSED_S - length if word.text in numbers else length - HELD_S
        total -= WEIGHT * max(0.0, min(MOST, against / SPREAD_S))
    return total


def _speed(words: Sequence[Word]) -> float:
    """How long these words took, as a multiple of what is usual; 1 where there are too few to tell."""
    letters = sum(len(word.text) for word in words)
    if letters < 6:
        return 1.0
    return max(0.6, min(3.0, sum(word.end - word.start for word in words) / (USUAL_S * letters)))
