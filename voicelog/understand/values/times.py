"""Clock times as people say them.

dateparser reads neither "half past three", "ten past three", "three thirty" nor "three o'clock in the morning", and
takes "two a m" for two minutes ago (``benchmarks/numbers_libraries.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from voicelog.understand.values.agreement import natural
from voicelog.understand.values.number_words import NumberWords, vocabulary
from voicelog.understand.values.numbers import cut_before
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

TYPED = re.compile(r"(\d{1,2}):(\d{2})")
TYPED_HALF = re.compile(r"(\d{1,2})(?::(\d{2}))?([ap])\.?m\.?")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, ``hour`` 0 to 23, ``minute`` 0 to 59.

    ``half_day_known`` tells whether morning or afternoon was said or goes without saying ("two a m", "noon",
    "fourteen thirty"); if not, the hour is as said and the time may be twelve hours later.
    """

    hour: int
    minute: int = 0
    half_day_known: bool = False

    def __str__(self) -> str:
        return f"{self.hour:02d}:{self.minute:02d}"


def clocks_at(tokens: Sequence[str], i: int, words: NumberWords) -> list[Reading[Clock]]:
    """Every clock time that begins at ``i``, longest first: "half past three", "two a m", "ten at night", "ten"."""
    if not clock(words).may_begin(tokens, i):
        return []
    run, at = run_around(tokens, i, vocabulary(words))
    return moved(_clocks_in(run, at, words), i - at)


@lru_cache(maxsize=48)
def _clocks_in(run: Run, i: int, words: NumberWords) -> tuple[Reading[Clock], ...]:
    if cut_before(run, i, words) or _is_base(run, i, words):
        return ()
    return tuple(r for r in readings(clock(words), run, i) if not cut_before(run, r.end, words))


@lru_cache(maxsize=8)
def clock(words: NumberWords) -> Pattern[Clock]:
    """What is said for a time of day."""
    t = words.times
    noon = Chain(lambda _: Clock(12, 0, True), words.any_of(t.noon))
    midnight = Chain(lambda _: Clock(0, 0, True), words.any_of(t.midnight))
    bare = _twelve_hours(noon, midnight, words)
    part = Either(
        (5, Chain(lambda _: "am", words.any_of(t.am))),
        (5, Chain(lambda _: "pm", words.any_of(t.pm))),
        (4, words.phrases(dict(t.parts))),
    )
    certain = Chain(lambda value, part: resolve_half(value, part) if value.half_day_known else None, bare, part)
    with_part = Chain(lambda value, part: None if value.half_day_known else resolve_half(value, part), bare, part)
    return natural(
        Either(
            (4, bare), (6, with_part), (0, certain), (1, noon), (1, midnight), (0.7, _whole_day(words)),
            (0, Typed(_typed_half)),
        ),
        words,
    )  # fmt: skip


def _twelve_hours(noon: Pattern[Clock], midnight: Pattern[Clock], words: NumberWords) -> Pattern[Clock]:
    """Times without the half of the day: "ten", "three thirty", "quarter to four", "five to midnight"."""
    t = words.times
    units, teens, tens_units = _minute_words(words)
    spoken_hour = only(Either((9, units), (3, teens)), lambda value: value <= 12)
    hour = Chain(Clock, Either((1, spoken_hour), (0, Typed(lambda token: _typed_integer(token, 1, 12)))))
    base = Either((12, hour), (1, noon), (1, midnight))
    fives = only(Either((5, units), (10, teens), (12, tens_units)), lambda value: value % 5 == 0 and value < 30)
    odd = only(Either((1, units), (1, teens), (1, tens_units)), lambda value: value < 30)
    minutes = Either(
        (4, fives),
        (1, Chain(lambda _: 15, words.any_of(t.quarter))),
        (0.5, Chain(lambda minute, _: minute, odd, words.any_of(t.minutes))),
        (0, Typed(lambda token: _typed_integer(token, 1, 29))),
    )
    after_hour = Either((1, _minutes(words)), (0, Typed(_two_figures)))
    return Either(
        (6, hour),
        (2, Chain(lambda value, _: value, hour, words.any_of(t.oclock))),
        (4, Chain(lambda value, minute: Clock(value.hour, minute), hour, after_hour)),
        (3, Chain(lambda minute, _, value: _shift(value, minute), minutes, words.any_of(t.past), base)),
        (3, Chain(lambda minute, _, value: _shift(value, -minute), minutes, words.any_of(t.to), base)),
        (2, Chain(lambda _, value: _shift(value, 30), words.any_of(t.half_past), base)),
        (0.5, Chain(lambda _, value: _shift(value, 30), words.any_of(t.half), hour)),
        (0, Typed(_typed)),
    )


def _whole_day(words: NumberWords) -> Pattern[Clock]:
    """Times on the twenty-four-hour clock: "fourteen thirty", "oh two fifteen", "twenty hundred hours"."""
    n, t = words.numbers, words.times
    units, teens, tens_units = _minute_words(words)
    early = Chain(lambda _, hour: hour, words.any_of((*n.oh, *n.zero)), units)
    late = only(Either((2, teens), (1, tens_units)), lambda value: 13 <= value <= 23)
    zero = words.phrases(dict.fromkeys(n.zero, 0))
    minute = Either((3, _minutes(words)), (1, Chain(lambda _: 0, words.any_of(t.hundred_hours))))
    # "Two hundred hours"; "two hundred" alone is a dose.
    hours = words.any_of(phrase for phrase in t.hundred_hours if " " in phrase)
    early_hours = only(Either((9, units), (3, teens)), lambda value: value <= 12)
    return Either(
        (1, Chain(lambda hour, minute: Clock(hour, minute, True), Either((1, early), (1, late), (0.2, zero)), minute)),
        (0.1, Chain(lambda hour, _: Clock(hour, 0, True), early_hours, hours)),
    )


def _minute_words(words: NumberWords) -> tuple[Pattern[int], Pattern[int], Pattern[int]]:
    n = words.numbers
    units = words.phrases({word: int(value) for word, value in n.units.items()})
    teens = words.phrases({word: int(value) for word, value in n.teens.items()}, lambda v: 4 if v % 5 == 0 else 1)
    tens = words.phrases({word: int(value) for word, value in n.tens.items() if value < 60})
    last = words.phrases({word: int(value) for word, value in n.units.items()}, lambda v: 5 if v == 5 else 1)
    return units, teens, Chain(lambda ten, unit: ten + (unit or 0), tens, Maybe(last, 0.4))


def _minutes(words: NumberWords) -> Pattern[int]:
    """What is said after the hour: "thirty", "forty five", "oh five"."""
    n = words.numbers
    units, teens, tens_units = _minute_words(words)
    oh = Either((5, words.any_of(n.oh)), (1, words.any_of(n.zero)))
    return Either((8, tens_units), (3, teens), (1, Chain(lambda _, unit: unit, oh, units)))


def resolve_half(value: Clock, part: str) -> Clock | None:
    """The time in a half of the day (``am``, ``pm``) or a part of it (``morning`` … ``night``); None if it cannot be.

    Twelve in the morning, in the evening and at night is midnight, twelve in the afternoon is noon; "at night" is
    before midnight from five on, after it up to four.
    """
    if value.half_day_known:
        return value if _fits(value.hour, part) else None
    hour = value.hour % 12
    if (part == "afternoon" and hour > 7) or (part == "evening" and 0 < hour < 4):
        return None
    if part in ("pm", "afternoon"):
        late = True
    elif part == "evening":
        late = hour > 0
    elif part == "night":
        late = hour >= 5
    else:
        late = False
    return Clock(hour + 12 if late else hour, value.minute, True)


def _fits(hour: int, part: str) -> bool:
    return {
        "am": hour < 12,
        "pm": hour >= 12,
        "morning": hour < 12,
        "afternoon": 12 <= hour < 19,
        "evening": hour >= 16,
        "night": hour >= 17 or hour < 7,
    }.get(part, False)


def _shift(value: Clock, minutes: int) -> Clock:
    """Minutes past or, if negative, to an hour; "ten to one" stays on the twelve-hour clock (12:50)."""
    hour, minute = divmod(value.hour * 60 + minutes, 60)
    if value.half_day_known:
        return Clock(hour % 24, minute, True)
    return Clock(hour or 12, minute)


def _typed_integer(token: str, low: int, high: int) -> int | None:
    return int(token) if token.isascii() and token.isdecimal() and low <= int(token) <= high else None


def _two_figures(token: str) -> int | None:
    return _typed_integer(token, 0, 59) if len(token) == 2 else None


def _typed(token: str) -> Clock | None:
    match = TYPED.fullmatch(token)
    if match is None or not token.isascii() or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    hour = int(match[1])
    return Clock(hour, int(match[2]), hour > 12 or match[1].startswith("0"))


def _typed_half(token: str) -> Clock | None:
    match = TYPED_HALF.fullmatch(token)
    if match is None or not token.isascii() or not 1 <= int(match[1]) <= 12 or int(match[2] or 0) > 59:
        return None
    return resolve_half(Clock(int(match[1]), int(match[2] or 0)), f"{match[3]}m")


@lru_cache(maxsize=8)
def _before_base(tables: NumberWords) -> frozenset[str]:
    t = tables.times
    return frozenset(phrase.split()[-1] for phrase in (*t.past, *t.to, *t.half_past, *t.half))


def _is_base(run: Run, i: int, words: NumberWords) -> bool:
    """Whether a time that begins earlier needs the hour at ``i``: "three" of "ten past three"."""
    if i < 1 or run[i - 1] not in _before_base(words):
        return False
    pattern = clock(words)
    return any(reading.end > i for j in range(max(0, i - 5), i) for reading in pattern.at(run, j))
