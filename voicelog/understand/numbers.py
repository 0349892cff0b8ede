"""Numbers as people say them, and severities on a numeric rating scale.

Libraries fall short of what people say here: text2num reads neither "eight and a half", "a half", "three quarters",
"a dozen", "one oh five" nor "a hundred" (``benchmarks/numbers_libraries.py`` shows it beside this).

All functions take lower-cased tokens (words without punctuation; figures as typed: ``8`` ``7.5`` ``1/2`` ``8/10``) and
return every reading that begins at a token, longest first. A number is never cut: neither "twenty" nor "five" is read
out of "twenty five".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from voicelog.understand.number_words import NumberWords, vocabulary
from voicelog.understand.patterns import (
    Chain,
    Either,
    Maybe,
    Pattern,
    Phrases,
    Reading,
    Run,
    Typed,
    any_of,
    moved,
    only,
    readings,
    run_around,
)

TYPED_NUMBER = re.compile(r"(\d{1,7}|\d{1,3}(?:,\d{3})+)(\.\d{1,4})?")
TYPED_FRACTION = re.compile(r"(\d{1,2})/([234])")
TYPED_SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
TYPED_SCALE = re.compile(r"(\d{1,3}(?:\.\d)?)/(\d{1,3})")
TYPED_RANGE = re.compile(r"(\d{1,3}(?:\.\d)?)[-–](\d{1,3}(?:\.\d)?)")

WIDEST_RANGE = 3
"""A severity said as a range spans at most this: "ten to three" and "five to ten" are times."""


@dataclass(frozen=True, slots=True)
class NumberSpec:
    """Which numbers a slot takes.

    Values lie in ``minimum`` … ``maximum`` (both included) and are ``minimum`` plus whole multiples of ``step``;
    without a step they are whole, or, with ``fractions``, any. ``prefer`` (``highest`` or ``lowest``) tells which
    value a range ("a seven or eight") stands for; without it a range is no reading.
    """

    minimum: float = 0
    maximum: float = math.inf
    step: float | None = None
    fractions: bool = False
    prefer: str | None = None

    @classmethod
    def from_slot(cls, slot: Mapping[str, Any]) -> NumberSpec:
        """The spec of a slot declared in the sentence files (``from``, ``to``, ``step``, ``fractions``, ``prefer``)."""
        step = slot.get("step")
        return cls(
            minimum=float(slot.get("from", 0)),
            maximum=float(slot.get("to", math.inf)),
            step=None if step is None else float(step),
            fractions=bool(slot.get("fractions", False)),
            prefer=slot.get("prefer"),
        )

    def takes(self, value: float) -> bool:
        """Whether the slot may have this value."""
        if not self.minimum <= value <= self.maximum:
            return False
        if self.step is not None:
            steps = (value - self.minimum) / self.step
            return abs(steps - round(steps)) < 1e-6
        return self.fractions or value == int(value)


ANY_NUMBER = NumberSpec(fractions=True)
SEVERITY = NumberSpec(0, 10, 0.5, prefer="highest")


def numbers_at(
    tokens: Sequence[str], i: int, words: NumberWords, spec: NumberSpec = ANY_NUMBER
) -> list[Reading[float]]:
    """Every number that begins at ``i``, longest first: "two hundred and fifty", "half a", "one oh five", "7.5"."""
    if not number(words).may_begin(tokens, i):
        return []
    run, at = run_around(tokens, i, vocabulary(words))
    return moved(_numbers_in(run, at, words, spec), i - at)


@lru_cache(maxsize=4096)
def _numbers_in(run: Run, i: int, words: NumberWords, spec: NumberSpec) -> tuple[Reading[float], ...]:
    if cut_before(run, i, words):
        return ()
    found = readings(number(words), run, i)
    return tuple(r for r in found if spec.takes(r.value) and not cut_before(run, r.end, words))


def severity_at(tokens: Sequence[str], i: int, words: NumberWords, spec: NumberSpec = SEVERITY) -> list[Reading[float]]:
    """Every value on a scale that begins at ``i``, longest first.

    The top of the scale may be said after it ("eight out of ten", "eight over ten", "eight ten", "8/10"); a range ("a
    seven or eight", "between six and seven") stands for its preferred end. "Eleven out of ten" is none, and the ten
    of "out of ten" neither.
    """
    if not severity(words, spec).may_begin(tokens, i):
        return []
    run, at = run_around(tokens, i, vocabulary(words))
    return moved(_severities_in(run, at, words, spec), i - at)


@lru_cache(maxsize=4096)
def _severities_in(run: Run, i: int, words: NumberWords, spec: NumberSpec) -> tuple[Reading[float], ...]:
    if cut_before(run, i, words) or _is_top(run, i, words):
        return ()
    found = readings(severity(words, spec), run, i)
    return tuple(reading for reading in found if not cut_before(run, reading.end, words))


def cut_before(run: Run, i: int, words: NumberWords) -> bool:
    """Whether a number begins before ``i`` and goes on at ``i`` ("five" of "twenty five")."""
    if i >= len(run):
        return False
    joints = _joints(words)
    start = i
    while start > 0 and (run[start - 1] in joints.inside or run[start - 1][:1].isdigit()):
        start -= 1
    while start < i:
        end = max((reading.end for reading in joints.whole.at(run, start)), default=start + 1)
        if end > i:
            return True
        start = end
    return False


def is_number_word(token: str, words: NumberWords) -> bool:
    """Whether a token is a figure: skipping it would lose a number."""
    return token in _joints(words).figures or token[:1].isdigit()


def number(words: NumberWords) -> Pattern[float]:
    """Everything that is said for a number, the loose ways ("twelve fifty", "one oh five") included."""
    return _numbers(words).loose


def exact(words: NumberWords) -> Pattern[float]:
    """Numbers said in full, which cannot be two numbers one after the other."""
    return _numbers(words).tight


@dataclass(frozen=True, eq=False, slots=True)
class _Joints:
    figures: frozenset[str]
    inside: frozenset[str]
    whole: Pattern[float]


@lru_cache(maxsize=8)
def _joints(tables: NumberWords) -> _Joints:
    n = tables.numbers
    figures = frozenset((*n.zero, *n.units, *n.teens, *n.tens, *n.hundred, *n.thousand, *n.million))
    parts = (word for phrase in n.parts for word in phrase.split())
    # "One half" stays two readings: "took one half an hour ago".
    counted = {
        p: value for p, value in n.fractions.items() if p.split()[0] in figures and n.units.get(p.split()[0]) != 1
    }
    whole = Either((1, _numbers(tables).tight), (1, Phrases(counted)))
    return _Joints(figures, figures.union(n.point, n.and_, n.oh, n.one, parts), whole)


@dataclass(frozen=True, eq=False, slots=True)
class _Numbers:
    tight: Pattern[float]
    loose: Pattern[float]


def _usual(value: float) -> float:
    """How often a number below a hundred is said: small and round ones more."""
    return 4.0 if value % 10 == 0 and value <= 50 else 2.0 if value % 5 == 0 or value == 12 else 0.7


@lru_cache(maxsize=8)
def _numbers(tables: NumberWords) -> _Numbers:
    n = tables.numbers
    typed = Typed(typed_number)
    zero = Phrases(dict.fromkeys(n.zero, 0.0))
    units = Phrases({word: float(value) for word, value in n.units.items()})
    teens = Phrases({word: float(value) for word, value in n.teens.items()}, _usual)
    tens = Phrases({word: float(value) for word, value in n.tens.items()}, _usual)
    one = Phrases(dict.fromkeys(n.one, 1.0))
    join = Maybe(any_of(*n.and_), 0.4)

    last_units = Phrases({word: float(value) for word, value in n.units.items()}, _usual)
    tens_units = Chain(lambda ten, unit: ten + (unit or 0), tens, Maybe(last_units, 0.3))
    small = Either((5, units), (3, teens), (3, tens_units))

    def scaled(heads: Pattern[float], word: tuple[str, ...], size: float, rest: Pattern[float]) -> Pattern[float]:
        tail = Chain(lambda _, value: value, join, rest)
        return Chain(
            lambda head, _, value: head * size + (value or 0) if head < 1000 else None,
            heads,
            any_of(*word),
            Maybe(tail, 0.3),
        )

    hundreds = scaled(Either((3, units), (1, one), (0.3, teens), (0, tens_units), (0, typed)), n.hundred, 100, small)
    below_thousand = Either((3, small), (1, hundreds))
    heads = Either((6, small), (1, one), (0.5, hundreds), (0, typed))
    thousands = scaled(heads, n.thousand, 1000, below_thousand)
    millions = scaled(heads, n.million, 1e6, Either((1, below_thousand), (1, thousands)))
    bare_hundreds = Phrases(dict.fromkeys(n.hundred, 100.0))
    whole = Either(
        (0.5, zero),
        (12, small),
        (2, hundreds),
        (0.5, thousands),
        (0.05, millions),
        (0.1, bare_hundreds),
        (0, typed),
    )

    digit = Either(
        (1, Phrases(dict.fromkeys((*n.zero, *n.oh), "0"))),
        (6, Phrases({word: str(int(value)) for word, value in n.units.items()})),
        (0, Typed(lambda token: token if token.isdecimal() and token.isascii() and len(token) < 4 else None)),
    )
    two_digits = Either(
        (1, Chain(lambda value: str(int(value)), tens_units)), (0.3, Chain(lambda value: str(int(value)), teens))
    )
    digits: Pattern[str] = Either(
        (6, digit),
        (1, Chain(lambda a, b: a + b, digit, digit)),
        (0.2, Chain(lambda a, b, c: a + b + c, digit, digit, digit)),
        (0.7, two_digits),
    )
    decimal = Chain(
        lambda value, _, figures: float(f"{int(value)}.{figures}") if value == int(value) else None,
        Either((4, units), (1, whole)),
        any_of(*n.point),
        digits,
    )
    pointed = Chain(lambda _, figures: float(f"0.{figures}"), any_of(*n.point), digits)
    mixed = Chain(
        lambda value, _, part: value + part,
        Either((6, units), (1, small), (0.3, zero), (0, whole)),
        any_of(*n.and_),
        Phrases(dict(n.parts), lambda part: 6.0 if part == 0.5 else 1.0),
    )
    front = Either((3, units), (1, teens))
    oh_pair = Chain(lambda a, _, b: a * 100 + b, front, any_of(*n.oh), units)
    tight: Pattern[float] = Either((12, whole), (1, decimal), (0.3, pointed), (1.5, mixed), (0.2, oh_pair))

    fractions = Phrases({phrase: float(value) for phrase, value in n.fractions.items()}, lambda v: 4 if v == 0.5 else 1)
    amounts = Phrases({phrase: float(value) for phrase, value in n.amounts.items()})
    # "One fifty", "twelve fifty", "one twenty five".
    back = Either((3, tens_units), (0.3, teens))
    pair = Chain(lambda a, b: a * 100 + b, front, back)
    spoken_typed_mixed = Chain(
        lambda value, part: value + part if part < 1 and value == int(value) else None, typed, Typed(typed_fraction)
    )
    loose: Pattern[float] = Either(
        (14, tight), (1.5, fractions), (0.4, amounts), (0.5, pair), (0, Typed(typed_fraction)), (0, spoken_typed_mixed)
    )
    return _Numbers(tight, loose)


@lru_cache(maxsize=32)
def severity(tables: NumberWords, spec: NumberSpec) -> Pattern[float]:
    """What is said for a value on the scale of ``spec``."""
    n = tables.numbers
    numbers = _numbers(tables)
    value = only(Either((30, numbers.tight), (0.2, Phrases(dict(n.fractions)))), spec.takes)
    top = only(numbers.tight, lambda number: number == spec.maximum)
    scale = Chain(
        lambda _, number: number,
        Phrases(dict.fromkeys(n.scale, True), lambda _: 1.0),
        top,
    )
    article = Maybe(any_of(*n.one), 0.2)
    scaled = Chain(lambda number, _: number, value, Either((8, scale), (1, top)))
    said = Chain(lambda _, number: number, article, Either((1, value), (1, scaled)))
    choices: list[tuple[float, Pattern[float]]] = [(10, said), (0, Typed(_typed_on_scale(spec)))]
    if spec.prefer is not None:
        choose = max if spec.prefer == "highest" else min

        def ends(low: float, _: bool, high: float) -> float | None:
            return choose(low, high) if low < high <= low + WIDEST_RANGE else None

        end = Chain(lambda _, number: number, article, value)
        last = Chain(lambda _, number: number, article, Either((3, value), (2, scaled)))
        choices += [
            (1, Chain(ends, said, any_of(*n.range_), last)),
            (0.2, Chain(lambda _, *rest: ends(*rest), any_of(*n.between), end, any_of(*n.and_), last)),
            # "seven eight", and "eight, eight" of somebody out of breath.
            (0.2, Chain(lambda a, b: choose(a, b) if a <= b <= a + 1 < spec.maximum else None, end, last)),
            (0, Typed(_typed_range(choose, spec))),
        ]
    return Either(*choices)


def _is_top(tokens: Run, i: int, words: NumberWords) -> bool:
    """Whether a number and "out of" stand before ``i``."""
    for phrase in words.numbers.scale:
        said = tuple(phrase.split())
        start = i - len(said)
        if start > 0 and tokens[start:i] == said and is_number_word(tokens[start - 1], words):
            return True
    return False


def typed_number(token: str) -> float | None:
    """The value of "8", "7.5", "1,250" or "8½"; None for anything else."""
    part = TYPED_SIGNS.get(token[-1:])
    if part is not None:
        token = token[:-1]
        if not token:
            return part
    if not TYPED_NUMBER.fullmatch(token) or not token.isascii():
        return None
    value = float(token.replace(",", ""))
    return value if part is None else value + part


def typed_fraction(token: str) -> float | None:
    """The value of "1/2", "3/4" or "1/3"; None for anything else."""
    match = TYPED_FRACTION.fullmatch(token)
    return int(match[1]) / int(match[2]) if match and token.isascii() else None


def _typed_on_scale(spec: NumberSpec) -> Any:
    def parse(token: str) -> float | None:
        match = TYPED_SCALE.fullmatch(token)
        if match is None or float(match[2]) != spec.maximum or not spec.takes(float(match[1])):
            return None
        return float(match[1])

    return parse


def _typed_range(choose: Any, spec: NumberSpec) -> Any:
    def parse(token: str) -> float | None:
        match = TYPED_RANGE.fullmatch(token)
        if match is None:
            return None
        low, high = float(match[1]), float(match[2])
        if not (spec.takes(low) and spec.takes(high) and low < high <= low + WIDEST_RANGE):
            return None
        value: float = choose(low, high)
        return value

    return parse
