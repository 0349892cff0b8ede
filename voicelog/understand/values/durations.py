"""Durations as people say them, in seconds.

dateparser reads neither "half an hour", "a couple of minutes", "two and a half hours" nor "a minute and a half"
(``benchmarks/numbers_libraries.py`` shows it beside this).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from voicelog.understand.values.agreement import natural
from voicelog.understand.values.number_patterns import usual_part
from voicelog.understand.values.number_words import NumberWords, vocabulary
from voicelog.understand.values.numbers import cut_before, exact
from voicelog.understand.values.patterns import (
    Chain,
    Either,
    Maybe,
    Pattern,
    Reading,
    Run,
    Typed,
    moved,
    only,
    readings,
    run_around,
)

TYPED = re.compile(r"(\d{1,5}(?:\.\d{1,2})?)([a-z]+)")

LEAST_BARE_TAIL = 11
"""In "two minutes thirty" the seconds are said without their unit. Up to ten it is rather a severity that follows."""

Amount = tuple[float, float]
"""Seconds, and the unit they were said in, in seconds."""


def durations_at(tokens: Sequence[str], i: int, words: NumberWords) -> list[Reading[float]]:
    """Every duration that begins at ``i``, in seconds, longest first.

    Of a range ("ten or fifteen minutes") the longer; "a few" are three, "a couple" two, a month thirty days. "All
    night" is none.
    """
    if not duration(words).may_begin(tokens, i):
        return []
    run, at = run_around(tokens, i, vocabulary(words))
    return moved(_durations_in(run, at, words), i - at)


@lru_cache(maxsize=48)
def _durations_in(run: Run, i: int, words: NumberWords) -> tuple[Reading[float], ...]:
    if _starts_late(run, i, words) or cut_before(run, i, words):
        return ()
    half = _and_a_half(words)
    found = readings(duration(words), run, i)
    return tuple(r for r in found if not half.at(run, r.end) and not cut_before(run, r.end, words))


def _starts_late(run: Run, i: int, words: NumberWords) -> bool:
    """Whether ``i`` is inside "half an" or the like: "an hour" of "half an hour" is no hour."""
    part_of = _part_of(words)
    return any(reading.end > i for j in range(max(0, i - 4), i) for reading in part_of.at(run, j))


@lru_cache(maxsize=8)
def _part_of(words: NumberWords) -> Pattern[float]:
    return words.ranked(words.times.part_of, usual_part)


@lru_cache(maxsize=8)
def _and_a_half(words: NumberWords) -> Pattern[float]:
    n = words.numbers
    return Chain(lambda _, part: part, words.any_of(n.and_), words.ranked(n.parts, usual_part))


def _usual(count: float) -> float:
    return 4.0 if count < 6 or (count % 5 == 0 and count <= 60) else 0.5


def _usual_unit(seconds: float) -> float:
    """Seconds and minutes are what a spasm lasts, hours how long ago it was; the rest is rarer."""
    return 6.0 if seconds < 3600 else 3.0 if seconds == 3600 else 1.0 if seconds == 86400 else 0.3


@lru_cache(maxsize=8)
def duration(words: NumberWords) -> Pattern[float]:
    """What is said for a duration; its value is in seconds."""
    n, t = words.numbers, words.times
    and_ = words.any_of(n.and_)
    common = words.figures(n.units, n.teens, n.tens, weigh=_usual)
    count = Either(
        (8, common),
        (1.5, only(exact(words), lambda value: 0 < value < 1000)),
        (1.5, words.ranked(t.few, lambda _: 1.0)),
    )
    units = words.figures(t.units, weigh=_usual_unit)
    one = Either((5, words.any_of(t.one[:3])), (0.5, words.any_of(t.good)), (0, words.any_of(t.one)))
    a_unit: Pattern[Amount] = Chain(lambda _, unit: (unit, unit), one, units)
    part: Pattern[Amount] = Chain(lambda part, unit: (part * unit, unit), _part_of(words), units)
    or_so = words.any_of(t.or_so)
    counted: Pattern[Amount] = Chain(lambda value, _, unit: (value * unit, unit), count, Maybe(or_so, 0.01), units)
    typed: Pattern[Amount] = Typed(lambda token: _typed(token, t.typed_units))
    plain: Pattern[Amount] = Either((2, a_unit), (1.5, part), (8, counted), (0, typed))
    and_a_part: Pattern[Amount] = Chain(
        lambda amount, part: (amount[0] + part * amount[1], amount[1]),
        Either((3, a_unit), (1, counted)),
        _and_a_half(words),
    )
    single: Pattern[Amount] = Either((8, plain), (1, and_a_part))
    bare_tail: Pattern[Amount] = Chain(
        _with_bare_tail,
        Either((1, a_unit), (1, counted)),
        Maybe(and_, 0.2),
        Either((3, common), (1, exact(words))),
    )
    said: Pattern[Amount] = Either((12, single), (0.7, _compound(plain, single, words)), (0.5, bare_tail))
    ranges = _ranges(count, counted, a_unit, single, words)
    return natural(Chain(lambda amount, _: amount[0], Either((8, said), (1.5, ranges)), Maybe(or_so, 0.04)), words)


def _compound(plain: Pattern[Amount], last: Pattern[Amount], words: NumberWords) -> Pattern[Amount]:
    """Two to five units: "an hour and ten minutes", "a day two hours and a minute"."""
    join = Maybe(words.any_of(words.numbers.and_), 0.5)
    choices: list[tuple[float, Pattern[Amount]]] = []
    for weight in (1, 0.05, 0, 0):
        last = Chain(_larger_then_smaller, plain, join, last)
        choices.append((weight, last))
    return Either(*choices)


def _ranges(
    count: Pattern[float],
    counted: Pattern[Amount],
    a_unit: Pattern[Amount],
    single: Pattern[Amount],
    words: NumberWords,
) -> Pattern[Amount]:
    n, t = words.numbers, words.times
    link, between, and_ = words.any_of(n.range_), words.any_of(n.between), words.any_of(n.and_)
    return Either(
        # "Ten or fifteen minutes", "between one and two hours". Never without "or": the first of "eight ten minutes" is
        # a severity.
        (3, Chain(lambda a, _, b: _near((a * b[1], b[1]), b), count, link, counted)),
        (0.3, Chain(lambda a, _, b: _longer((a * b[1], b[1]), b), count, link, counted)),
        (0.5, Chain(lambda _, a, __, b: _longer((a * b[1], b[1]), b), between, count, and_, counted)),
        # "A minute or two".
        (2, Chain(lambda a, _: (2 * a[1], a[1]), a_unit, words.any_of(t.or_two))),
        # "Thirty seconds to a minute".
        (1, Chain(lambda a, _, b: _near(a, b), single, link, single)),
        (0.1, Chain(lambda a, _, b: _longer(a, b), single, link, single)),
        (0.2, Chain(lambda _, a, __, b: _longer(a, b), between, single, and_, single)),
    )


def _with_bare_tail(amount: Amount, _: str | None, tail: float) -> Amount | None:
    if amount[1] not in (60, 3600) or not LEAST_BARE_TAIL <= tail < 60 or tail != int(tail):
        return None
    return amount[0] + tail * amount[1] / 60, amount[1] / 60


def _larger_then_smaller(first: Amount, _: str | None, rest: Amount) -> Amount | None:
    """An hour and ten minutes: the rest in smaller units, and less than one of the first."""
    return (first[0] + rest[0], first[1]) if rest[0] < first[1] and rest[1] < first[1] else None


def _longer(low: Amount, high: Amount) -> Amount | None:
    return high if low[0] < high[0] else None


def _near(low: Amount, high: Amount) -> Amount | None:
    return high if low[0] < high[0] <= 2 * low[0] else None


def _typed(token: str, units: Mapping[str, float]) -> Amount | None:
    """The value of "40s", "2min", "1.5h"."""
    match = TYPED.fullmatch(token)
    unit = units.get(match[2]) if match else None
    if match is None or unit is None or not token.isascii():
        return None
    return float(match[1]) * unit, float(unit)
