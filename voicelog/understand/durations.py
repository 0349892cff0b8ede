"""Durations as people say them, in seconds.

dateparser reads neither "half an hour", "a couple of minutes", "two and a half hours" nor "a minute and a half", and
takes up to 80 ms a phrase (``benchmarks/numbers_libraries.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from voicelog.understand.number_words import NumberWords, vocabulary
from voicelog.understand.numbers import cut_before, exact
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


@lru_cache(maxsize=4096)
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
def _part_of(tables: NumberWords) -> Pattern[float]:
    return Phrases(dict(tables.times.part_of))


@lru_cache(maxsize=8)
def _and_a_half(tables: NumberWords) -> Pattern[float]:
    n = tables.numbers
    parts = Phrases(dict(n.parts), lambda part: 6 if part == 0.5 else 1)
    return Chain(lambda _, part: part, any_of(*n.and_), parts)


@lru_cache(maxsize=8)
def duration(tables: NumberWords) -> Pattern[float]:
    """What is said for a duration; its value is in seconds."""
    n, t = tables.numbers, tables.times
    join = Maybe(any_of(*n.and_), 0.5)
    numbers = only(exact(tables), lambda value: 0 < value < 1000)
    common = Phrases(
        {word: float(v) for table in (n.units, n.teens, n.tens) for word, v in table.items()},
        lambda v: 4 if v < 6 or (v % 5 == 0 and v <= 60) else 0.5,
    )
    count = Either((8, common), (2, numbers), (1.5, Phrases({phrase: float(value) for phrase, value in t.few.items()})))
    # Seconds and minutes are what a spasm lasts and how long ago it was; the rest is rarer.
    units = Phrases(
        {word: float(v) for word, v in t.units.items()}, lambda v: 6 if v in (1, 60) else 2 if v <= 86400 else 0.5
    )
    one = Phrases(dict.fromkeys(t.one, 1.0))
    a_unit: Pattern[Amount] = Chain(lambda _, unit: (unit, unit), one, units)
    part: Pattern[Amount] = Chain(lambda f, unit: (f * unit, unit), _part_of(tables), units)
    counted: Pattern[Amount] = Chain(lambda value, unit: (value * unit, unit), count, units)
    typed: Pattern[Amount] = Typed(lambda token: _typed(token, t.typed_units))
    plain: Pattern[Amount] = Either((2, a_unit), (1.5, part), (8, counted), (0, typed))

    and_a_part: Pattern[Amount] = Chain(
        lambda amount, part: (amount[0] + part * amount[1], amount[1]),
        Either((3, a_unit), (1, counted)),
        _and_a_half(tables),
    )
    single: Pattern[Amount] = Either((8, plain), (1, and_a_part))

    compound: Pattern[Amount] = single
    compounds: list[tuple[float, Pattern[Amount]]] = []
    for weight in (1, 0.05, 0, 0):
        compound = Chain(_larger_then_smaller, plain, join, compound)
        compounds.append((weight, compound))
    bare_tail: Pattern[Amount] = Chain(
        lambda amount, _, tail: (
            (amount[0] + tail * amount[1] / 60, amount[1] / 60)
            if amount[1] in (60, 3600) and LEAST_BARE_TAIL <= tail < 60 and tail == int(tail)
            else None
        ),
        Either((1, a_unit), (1, counted)),
        Maybe(any_of(*n.and_), 0.2),
        Either((3, common), (1, numbers)),
    )
    said: Pattern[Amount] = Either((12, single), (0.5, bare_tail), *compounds)

    between = any_of(*n.range_)
    ranges: Pattern[Amount] = Either(
        # "Ten or fifteen minutes", "thirty forty seconds", "between one and two hours".
        (3, Chain(lambda a, _, b: _longer((a * b[1], b[1]), b), count, Maybe(between, 0.9), counted)),
        (
            0.5,
            Chain(
                lambda _, a, __, b: _longer((a * b[1], b[1]), b), any_of(*n.between), count, any_of(*n.and_), counted
            ),
        ),
        # "A minute or two".
        (2, Chain(lambda a, _: (2 * a[1], a[1]), a_unit, any_of(*t.or_two))),
        # "Thirty seconds to a minute".
        (1, Chain(lambda a, _, b: _longer(a, b), single, between, single)),
        (0.2, Chain(lambda _, a, __, b: _longer(a, b), any_of(*n.between), single, any_of(*n.and_), single)),
    )
    return Chain(lambda amount, _: amount[0], Either((8, said), (1.5, ranges)), Maybe(any_of(*t.or_so), 0.05))


def _larger_then_smaller(first: Amount, _: bool | None, rest: Amount) -> Amount | None:
    """An hour and ten minutes: the rest in smaller units, and less than one of the first."""
    return (first[0] + rest[0], first[1]) if rest[0] < first[1] and rest[1] < first[1] else None


def _longer(low: Amount, high: Amount) -> Amount | None:
    return high if low[0] < high[0] else None


def _typed(token: str, units: object) -> Amount | None:
    """The value of "40s", "2min", "1.5h"."""
    match = TYPED.fullmatch(token)
    unit = units.get(match[2]) if match and isinstance(units, dict) else None
    if match is None or unit is None:
        return None
    return float(match[1]) * unit, float(unit)
