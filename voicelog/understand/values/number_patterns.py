"""How words are put together to numbers, and numbers to values on a scale."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from voicelog.understand.values.agreement import natural
from voicelog.understand.values.number_spec import NumberSpec
from voicelog.understand.values.number_words import NumberWords
from voicelog.understand.values.patterns import Chain, Either, Maybe, Pattern, Typed, only

TYPED_NUMBER = re.compile(r"(\d{1,7}|\d{1,3}(?:,\d{3})+)(\.\d{1,4})?")
TYPED_FRACTION = re.compile(r"(\d{1,2})/([234])")
TYPED_SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
TYPED_SCALE = re.compile(r"(\d{1,3}(?:\.\d)?)/(\d{1,3})")
TYPED_RANGE = re.compile(r"(\d{1,3}(?:\.\d)?)[-–](\d{1,3}(?:\.\d)?)")

WIDEST_RANGE = 3
"""A severity said as a range spans at most this: "ten to three" and "five to ten" are times."""


@dataclass(frozen=True, eq=False, slots=True)
class NumberPatterns:
    """The patterns of one language.

    ``exact``: numbers said in full. ``loose``: also those that might be two numbers one after the other ("twelve
    fifty"), fractions and amounts ("half a", "a dozen"). ``whole``: what may not be cut in two. ``mixed``: "eight and
    a half".
    """

    exact: Pattern[float]
    loose: Pattern[float]
    whole: Pattern[float]
    mixed: Pattern[float]


def usual(value: float) -> float:
    """How often a number below a hundred is said: small and round ones more."""
    return 4.0 if value % 10 == 0 and value <= 50 else 2.0 if value % 5 == 0 or value == 12 else 0.7


def usual_part(value: float) -> float:
    """How often a fraction is said: halves most."""
    return 8.0 if value == 0.5 else 2.0 if value % 0.25 == 0 else 0.5


@lru_cache(maxsize=8)
def number_patterns(words: NumberWords) -> NumberPatterns:
    """The patterns of numbers in a language; values from 0 to below a thousand million."""
    n = words.numbers
    whole = _whole_numbers(words)
    digits = _digits(words)
    units, teens = words.figures(n.units), words.figures(n.teens, weigh=usual)
    tens_units = _tens_units(words)
    point, and_ = words.any_of(n.point), words.any_of(n.and_)
    decimal = Chain(_with_decimals, Either((4, units), (1, whole)), point, digits)
    pointed = Chain(lambda _, figures: float(f"0.{figures}"), point, digits)
    mixed = Chain(
        lambda value, _, part: value + part,
        Either((6, units), (0.5, teens), (0.5, tens_units), (0.2, words.figures(dict.fromkeys(n.zero, 0))), (0, whole)),
        and_,
        words.ranked(n.parts, usual_part),
    )
    front = Either((3, units), (1, teens))
    oh_pair = Chain(lambda a, _, b: a * 100 + b, front, words.any_of(n.oh), units)
    exact: Pattern[float] = Either((12, whole), (1, decimal), (0.3, pointed), (1.5, mixed), (0.2, oh_pair))

    # "One fifty", "one twenty five", "twelve fifty"; others ("five ten") are rather two numbers, and "fifteen fifty" is
    # one of them, drawn out.
    pair = Either(
        (4, Chain(lambda a, b: a * 100 + b, units, tens_units)),
        (1, Chain(lambda a, b: a * 100 + b if a > 10 and b == 50 != (a - 10) * 10 else None, teens, tens_units)),
    )
    typed_fraction_ = Typed(typed_fraction)
    typed_mixed = Chain(
        lambda value, part: value + part if part < 1 and value == int(value) else None,
        Typed(typed_number),
        typed_fraction_,
    )
    loose: Pattern[float] = Either(
        (14, exact),
        (1.5, words.ranked(n.fractions, usual_part)),
        (0.4, words.figures(n.amounts)),
        (0.5, pair),
        (0, typed_fraction_),
        (0, typed_mixed),
    )
    # "Three quarters" is no three; but "one half" stays two readings: "took one half an hour ago".
    counted = {phrase: value for phrase, value in n.fractions.items() if n.units.get(phrase.split()[0], 1) != 1}
    uncut = Either((1, exact), (1, words.figures(counted))) if counted else exact
    return NumberPatterns(natural(exact, words), natural(loose, words), uncut, mixed)


def _tens_units(words: NumberWords) -> Pattern[float]:
    n = words.numbers
    units = Maybe(words.figures(n.units, weigh=usual), 0.3)
    return Chain(lambda ten, unit: ten + (unit or 0), words.figures(n.tens, weigh=usual), units)


def _whole_numbers(words: NumberWords) -> Pattern[float]:
    n = words.numbers
    typed = Typed(typed_number)
    units, teens = words.figures(n.units), words.figures(n.teens, weigh=usual)
    tens_units = _tens_units(words)
    one = words.figures(dict.fromkeys(n.one, 1))
    small = Either((5, units), (3, teens), (3, tens_units))
    join = Maybe(words.any_of(n.and_), 0.4)

    def scaled(heads: Pattern[float], names: tuple[str, ...], size: float, rest: Pattern[float]) -> Pattern[float]:
        tail = Chain(lambda _, value: value, join, rest)
        return Chain(
            lambda head, _, value: head * size + (value or 0) if head < 1000 else None,
            heads,
            words.any_of(names),
            Maybe(tail, 0.3),
        )

    hundreds = scaled(Either((3, units), (1, one), (0.3, teens), (0, tens_units), (0, typed)), n.hundred, 100, small)
    below = Chain(lambda _, value: value, join, small)
    below_thousand = Either((3, small), (1, hundreds))
    heads = Either((6, small), (1, one), (0.5, hundreds), (0, typed))
    thousands = scaled(heads, n.thousand, 1000, below_thousand)
    millions = scaled(heads, n.million, 1e6, Either((1, below_thousand), (1, thousands)))
    return Either(
        (0.5, words.figures(dict.fromkeys(n.zero, 0))),
        (12, small),
        (4, hundreds),
        (0.5, thousands),
        (0.02, millions),
        (0.1, Chain(lambda _, rest: 100 + (rest or 0), words.any_of(n.hundred), Maybe(below, 0.3))),
        (0, typed),
    )


def _digits(words: NumberWords) -> Pattern[str]:
    """What is said after the point: figure by figure, or as a number below a hundred."""
    n = words.numbers
    digit = Either(
        (1, words.phrases(dict.fromkeys((*n.zero, *n.oh), "0"))),
        (6, words.phrases({word: str(int(value)) for word, value in n.units.items()})),
        (0, Typed(lambda token: token if token.isdecimal() and token.isascii() and len(token) < 4 else None)),
    )
    number = Either((1, _tens_units(words)), (0.3, words.figures(n.teens)))
    return Either(
        (6, digit),
        (1, Chain(lambda a, b: a + b, digit, digit)),
        (0.2, Chain(lambda a, b, c: a + b + c, digit, digit, digit)),
        (0.7, Chain(lambda value: str(int(value)), number)),
    )


def _with_decimals(value: float, _: str, figures: str) -> float | None:
    return float(f"{int(value)}.{figures}") if value == int(value) else None


@lru_cache(maxsize=32)
def severity_pattern(words: NumberWords, spec: NumberSpec) -> Pattern[float]:
    """What is said for a value on the scale of ``spec``."""
    n = words.numbers
    numbers = number_patterns(words)
    tables = (dict.fromkeys(n.zero, 0), n.units, n.teens, n.tens)
    plain = {word: v for table in tables for word, v in table.items()}
    common = words.figures({word: v for word, v in plain.items() if spec.takes(v)}, weigh=lambda v: 1 if v else 0.3)
    other = only(Either((12, numbers.exact), (0.2, words.figures(n.fractions))), spec.takes)
    value: Pattern[float] = Either((6, common), (1, only(numbers.mixed, spec.takes)), (0.5, other))
    tops = {word: v for word, v in plain.items() if v == spec.maximum}
    any_top = only(numbers.exact, lambda number: number == spec.maximum)
    top: Pattern[float] = Either((1, words.figures(tops)), (0, any_top)) if tops else any_top
    lowest = words.figures({word: v for word, v in plain.items() if v <= 1})
    bottom = Chain(lambda number, _: number, lowest, words.any_of(n.to_top))
    scale: Pattern[float] = Either(
        (20, Chain(lambda _, number: number, words.any_of(n.scale), top)),
        (1, Chain(lambda _, __, number: number, words.any_of(n.on_scale), Maybe(bottom, 0.7), top)),
    )
    article = Maybe(words.any_of(n.one), 0.15)
    scaled = Chain(lambda number, _: number, value, Either((8, scale), (1, top)))
    about = Maybe(words.any_of(n.about), 0.03)
    said = Chain(lambda _, number, __: number, article, Either((1, value), (1, scaled)), about)
    choices: list[tuple[float, Pattern[float]]] = [(10, said), (0, Typed(_typed_on_scale(spec)))]
    if spec.prefer is not None:
        choose: Callable[[float, float], float] = max if spec.prefer == "highest" else min

        def ends(low: float, _: str, high: float) -> float | None:
            return choose(low, high) if low < high <= low + WIDEST_RANGE else None

        def neighbours(low: float, _: str, high: float) -> float | None:
            return choose(low, high) if low < high <= low + 1 else None

        end = Chain(lambda _, number: number, article, value)
        last = Chain(lambda _, number, __: number, article, Either((3, value), (2, scaled)), about)
        choices += [
            (1, Chain(neighbours, end, words.any_of(n.range_), last)),
            (0.2, Chain(ends, said, words.any_of(n.range_), last)),
            (0.2, Chain(lambda _, *rest: ends(*rest), words.any_of(n.between), end, words.any_of(n.and_), last)),
            # "Seven eight", and "eight, eight" of somebody out of breath.
            (0.2, Chain(lambda a, b: choose(a, b) if a <= b <= a + 1 < spec.maximum else None, end, last)),
            (0, Typed(_typed_range(choose, spec))),
        ]
    return natural(Either(*choices), words)


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


def _typed_on_scale(spec: NumberSpec) -> Callable[[str], float | None]:
    def parse(token: str) -> float | None:
        match = TYPED_SCALE.fullmatch(token)
        if match is None or float(match[2]) != spec.maximum or not spec.takes(float(match[1])):
            return None
        return float(match[1])

    return parse


def _typed_range(choose: Callable[[float, float], float], spec: NumberSpec) -> Callable[[str], float | None]:
    def parse(token: str) -> float | None:
        match = TYPED_RANGE.fullmatch(token)
        if match is None:
            return None
        low, high = float(match[1]), float(match[2])
        fits = spec.takes(low) and spec.takes(high) and low < high <= low + WIDEST_RANGE
        return choose(low, high) if fits else None

    return parse
