"""Clock times as people say them.

dateparser reads neither "half past three", "ten past three", "three thirty" nor "three o'clock in the morning", and
takes "two a m" for two minutes ago (``benchmarks/numbers_libraries.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from voicelog.understand.number_words import NumberWords, vocabulary
from voicelog.understand.numbers import cut_before
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


@lru_cache(maxsize=4096)
def _clocks_in(run: Run, i: int, words: NumberWords) -> tuple[Reading[Clock], ...]:
    if cut_before(run, i, words) or _is_base(run, i, words):
        return ()
    return tuple(r for r in readings(clock(words), run, i) if not cut_before(run, r.end, words))


@lru_cache(maxsize=8)
def clock(tables: NumberWords) -> Pattern[Clock]:
    """What is said for a time of day."""
    n, t = tables.numbers, tables.times
    units = Phrases({word: int(v) for word, v in n.units.items()})
    teens = Phrases({word: int(v) for word, v in n.teens.items()}, lambda v: 4 if v % 5 == 0 else 1)
    twelve = only(Either((9, units), (3, teens)), lambda v: v <= 12)
    tens = Phrases({word: int(v) for word, v in n.tens.items() if v < 60})
    tens_units = Chain(lambda ten, unit: ten + (unit or 0), tens, Maybe(units, 0.4))
    round_minutes = only(Either((5, units), (20, Either((3, teens), (3, tens_units)))), lambda v: v % 5 == 0 and v < 30)
    minutes: Pattern[int] = Either(
        (6, Phrases({word: int(v) for word, v in n.tens.items() if v < 60})),
        (4, Either((3, teens), (2, tens_units))),
        (1, Chain(lambda _, unit: unit, any_of(*n.oh, *n.zero), units)),
    )
    typed_hour = Typed(
        lambda token: int(token) if token.isascii() and token.isdecimal() and 0 < int(token) <= 12 else None
    )
    typed_minute = Typed(
        lambda token: (
            int(token) if token.isascii() and token.isdecimal() and len(token) == 2 and int(token) < 60 else None
        )
    )

    noon = Phrases(dict.fromkeys(t.noon, Clock(12, 0, True)))
    midnight = Phrases(dict.fromkeys(t.midnight, Clock(0, 0, True)))
    named = Either((1, noon), (1, midnight))
    hour: Pattern[Clock] = Chain(lambda h: Clock(h), Either((1, twelve), (0, typed_hour)))
    base = Either((8, hour), (1, only(named, lambda value: value.minute == 0)))

    oclock = Chain(lambda value, _: value, hour, any_of(*t.oclock))
    hour_minute = Chain(lambda value, minute: Clock(value.hour, minute), hour, Either((1, minutes), (0, typed_minute)))
    said_minutes = Either(
        (4, round_minutes),
        (1, Phrases(dict.fromkeys(t.quarter, 15))),
        (
            0.7,
            Chain(
                lambda minute, _: minute,
                only(Either((1, units), (1, teens), (1, tens_units)), lambda v: v < 30),
                any_of(*t.minutes),
            ),
        ),
        (0, Typed(lambda token: int(token) if token.isascii() and token.isdecimal() and 0 < int(token) < 30 else None)),
    )
    past = Chain(lambda minute, _, value: _shift(value, minute), said_minutes, any_of(*t.past), base)
    to = Chain(lambda minute, _, value: _shift(value, -minute), said_minutes, any_of(*t.to), base)
    half_past = Chain(lambda _, value: _shift(value, 30), any_of(*t.half_past), base)

    # "Fourteen thirty", "oh two fifteen", "twenty hundred hours".
    early = Chain(lambda _, unit: unit, any_of(*n.oh, *n.zero), units)
    late = only(Either((2, teens), (1, tens_units)), lambda v: 13 <= v <= 23)
    hour_24 = Either((1, early), (1, late), (0.5, Phrases(dict.fromkeys(n.zero, 0))))
    minute_24 = Either((3, minutes), (1, Phrases(dict.fromkeys(t.hundred_hours, 0))))
    day_24 = Chain(lambda h, minute: Clock(h, minute, True), hour_24, minute_24)
    # "Two hundred hours"; "two hundred" alone is a dose.
    in_full = any_of(*(phrase for phrase in t.hundred_hours if " " in phrase))
    hundred = Chain(lambda h, _: Clock(h, 0, True), twelve, in_full)

    typed = Typed(_typed)
    bare: Pattern[Clock] = Either(
        (6, hour), (2, oclock), (4, hour_minute), (3, past), (3, to), (2, half_past), (0, typed),
    )  # fmt: skip
    part = Either(
        (5, Phrases(dict.fromkeys(t.am, "am"))),
        (5, Phrases(dict.fromkeys(t.pm, "pm"))),
        (4, Phrases(dict(t.parts))),
    )
    with_part = Chain(resolve_half, bare, part)
    return Either((4, bare), (6, with_part), (1.5, named), (0.7, day_24), (0.1, hundred), (0, Typed(_typed_half)))


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
    return frozenset(phrase.split()[-1] for phrase in (*t.past, *t.to, *t.half_past))


def _is_base(run: Run, i: int, words: NumberWords) -> bool:
    """Whether a time that begins earlier needs the hour at ``i``: "three" of "ten past three"."""
    if i < 1 or run[i - 1] not in _before_base(words):
        return False
    pattern = clock(words)
    return any(reading.end > i for j in range(max(0, i - 5), i) for reading in pattern.at(run, j))
