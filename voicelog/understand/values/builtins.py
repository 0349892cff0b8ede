"""Slots that are read rather than listed: numbers, durations, clock times, periods and free text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any

from voicelog.understand.grammar.nodes import ANY, DIGITS
from voicelog.understand.values import days, durations, numbers, times
from voicelog.understand.values.number_words import NumberWords, english, vocabulary
from voicelog.understand.values.patterns import Pattern, Reading, in_run

KINDS = ("number", "duration", "clock", "period", "text")
FREE_WORD_COST = 0.01
"""What each word of free text costs, so that words with a meaning of their own win …"""
FREE_WORDS_COUNTED, FREE_WORD_MORE = 30, 0.0001
"""… up to so many, and each one more this much: a long note is no worse understood than a short one."""

_TRIES = 50
_VOWELS = "aeiou"
_ARTICLE_SAID = 0.1
"""How much of the articles drawn for a number are said: most units after it are plural."""

_BELOW_NOUGHT_SAID = 0.3
"""How many of the numbers drawn, where some are below nought, are so."""
MOST_PLACES = 10
"""Places of a number that was multiplied: 29 × .01 is .29."""

Spec = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BuiltInReading:
    """A value said by the tokens up to, and not including, ``end``."""

    end: int
    value: Any
    cost: float = 0.0
    metadata: Mapping[str, Any] = field(default_factory=dict)


def begins(kind: str, spec: Spec) -> frozenset[str]:
    """The words that a value of this kind may begin with."""
    if kind == "text":
        return frozenset((ANY,))
    pattern = _pattern(kind, spec)
    first = pattern.first | {DIGITS} if pattern.typed else pattern.first
    return first.union(english().numbers.minus) if _is_signed(kind, spec) else first


def vocabulary_of(kind: str) -> frozenset[str]:
    """The words that values of this kind are made of, or may be made of."""
    return frozenset((ANY,)) if kind == "text" else vocabulary(english()) | {DIGITS}


def is_looked_back_at(token: str) -> bool:
    """Whether what a value is may depend on such a token before it: "an hour" of "half an hour" is none."""
    return in_run(token, vocabulary(english()))


def may_interrupt(word: str) -> bool:
    """Whether a filler may stand inside a number or a time, as if it were not there."""
    return word in english().numbers.hesitation


def readings(kind: str, spec: Spec, tokens: Sequence[str], i: int) -> list[BuiltInReading]:
    """Every value of this kind that begins at ``i``."""
    words = english()
    below_nought = i > 0 and tokens[i - 1] in words.numbers.minus
    if kind in ("number", "duration") and below_nought:
        return []
    if kind == "number":
        factor = float(spec.get("multiplier", 1))
        return [
            BuiltInReading(r.end, r.value if factor == 1 else round(r.value * factor, MOST_PLACES))
            for r in _numbers(tokens, i, words, _number_spec(spec))
            if _article_fits(tokens, i, r.end, words)
        ]
    if kind == "duration":
        low, high = float(spec.get("from", 0)), float(spec.get("to", math.inf))
        return [
            BuiltInReading(r.end, r.value) for r in durations.durations_at(tokens, i, words) if low <= r.value <= high
        ]
    if kind == "clock":
        return [
            BuiltInReading(r.end, str(r.value), 0.0, {"half_day": r.value.half_day_known})
            for r in times.clocks_at(tokens, i, words)
            if r.value.half_day_known or not spec.get("sure")
        ]
    if kind == "period":
        return [BuiltInReading(r.end, r.value) for r in days.days_at(tokens, i, words)]
    endings = spec.get("endings", ("",))
    return [
        BuiltInReading(end, said, free_text_cost(end - i), {"free": True})
        for end in range(len(tokens), i, -1)
        if (said := _without_ending(" ".join(tokens[i:end]), endings))
    ]


def _numbers(tokens: Sequence[str], i: int, words: NumberWords, wanted: numbers.NumberSpec) -> list[Reading[float]]:
    if _is_scale(wanted):
        return numbers.severity_at(tokens, i, words, wanted)
    return (numbers.signed_at if wanted.minimum < 0 else numbers.numbers_at)(tokens, i, words, wanted)


def free_text_cost(words: int) -> float:
    """What so many words of free text cost."""
    return FREE_WORD_COST * min(words, FREE_WORDS_COUNTED) + FREE_WORD_MORE * max(0, words - FREE_WORDS_COUNTED)


def _without_ending(text: str, endings: Sequence[str]) -> str:
    """The text without the longest of the endings that it has; nothing if it has none."""
    found = [ending for ending in endings if text.endswith(ending)]
    return text[: len(text) - len(max(found, key=len))] if found else ""


def spoken(kind: str, spec: Spec, rng: Random) -> tuple[str, ...]:
    """A value of this kind in words, chosen as people say them; free text gives no words."""
    if kind == "text":
        return ()
    pattern = _pattern(kind, spec)
    wanted = _number_spec(spec) if kind == "number" else None
    signed = _is_signed(kind, spec)
    for _ in range(_TRIES):
        with suppress(LookupError):  # parts drawn that do not go together: draw again
            words, value = pattern.sample(rng)
            if signed and rng.random() < _BELOW_NOUGHT_SAID:
                words, value = (english().numbers.minus[0], *words), -value
            alone = len(words) == 1 and words[0] in english().numbers.one
            if alone and rng.random() > _ARTICLE_SAID:
                continue
            if wanted is None or wanted.takes(value):
                return words
    return ()


def _article_fits(tokens: Sequence[str], start: int, end: int, words: NumberWords) -> bool:
    """Whether what follows goes with an article that stands for one: "an ibuprofen", but no "an milligram"."""
    if end - start > 1 or end == len(tokens) or tokens[start] not in words.numbers.an:
        return True
    return tokens[end][0] in _VOWELS or tokens[end] in words.numbers.after_an


def _pattern(kind: str, spec: Spec) -> Pattern[Any]:
    words: NumberWords = english()
    if kind == "number":
        wanted = _number_spec(spec)
        return numbers.severity(words, wanted) if _is_scale(wanted) else numbers.number(words)
    if kind == "duration":
        return durations.duration(words)
    return times.clock(words) if kind == "clock" else days.day(words)


def _is_signed(kind: str, spec: Spec) -> bool:
    return kind == "number" and _number_spec(spec).minimum < 0


def _is_scale(wanted: numbers.NumberSpec) -> bool:
    return wanted.prefer is not None


def _number_spec(spec: Spec) -> numbers.NumberSpec:
    return _spec_of(tuple(sorted((name, str(value)) for name, value in spec.items() if name in _SPEC_FIELDS)))


_SPEC_FIELDS = ("from", "to", "step", "fractions", "prefer", "part_apart")


@lru_cache(maxsize=256)
def _spec_of(items: tuple[tuple[str, str], ...]) -> numbers.NumberSpec:
    read = {
        name: value if name == "prefer" else value == "True" if name in ("fractions", "part_apart") else float(value)
        for name, value in items
    }
    return numbers.NumberSpec.from_slot(read)
