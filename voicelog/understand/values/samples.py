"""Random spoken forms of numbers and times, as people speak, for the recogniser's language model.

They come from the patterns that read them, so every way of saying that is understood can turn up, the usual ones more
often, in ordinary words only (no figures).
"""

from __future__ import annotations

from functools import lru_cache
from random import Random

from voicelog.understand.values.days import day
from voicelog.understand.values.durations import duration
from voicelog.understand.values.number_words import NumberWords
from voicelog.understand.values.numbers import ANY_NUMBER, SEVERITY, NumberSpec, number, severity
from voicelog.understand.values.patterns import Either, Pattern, Phrases, only
from voicelog.understand.values.times import clock

KINDS = ("number", "severity", "duration", "clock", "day")


def samples(kind: str, rng: Random, words: NumberWords, spec: NumberSpec | None = None) -> str:
    """Random words for a value of a kind (one of :data:`KINDS`); a number or severity is one that ``spec`` takes."""
    said, _ = _pattern(kind, words, spec).sample(rng)
    return " ".join(said)


def first_words(kind: str, words: NumberWords, spec: NumberSpec | None = None) -> frozenset[str]:
    """The words a value of a kind may begin with; besides, it may begin with any token that holds a figure."""
    return _pattern(kind, words, spec).first


@lru_cache(maxsize=32)
def _pattern(kind: str, words: NumberWords, spec: NumberSpec | None) -> Pattern[object]:
    if kind == "severity":
        return severity(words, spec or SEVERITY)
    if kind == "duration":
        return duration(words)
    if kind == "clock":
        return clock(words)
    if kind == "day":
        return day(words)
    if kind == "number":
        return _numbers(words, spec or ANY_NUMBER)
    raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")


def _numbers(words: NumberWords, spec: NumberSpec) -> Pattern[float]:
    """Numbers that the spec takes; the small ones, which are tablets and puffs, as often as all the rest."""
    n = words.numbers
    taken = only(number(words), spec.takes)
    small = {word: float(value) for word, value in {**n.units, **n.teens}.items() if spec.takes(float(value))}
    return Either((1, Phrases(small, lambda value: 1.0 if value <= 10 else 0.3)), (1, taken)) if small else taken
