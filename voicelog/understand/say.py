"""Numbers and times in words, the way the logger says them; reading them gives the same value back."""

from __future__ import annotations

import math
from functools import lru_cache

from voicelog.understand.values.number_words import english
from voicelog.understand.values.times import Clock

PARTS = {0.25: "a quarter", 0.5: "a half", 0.75: "three quarters"}
UNITS = ((604800, "week"), (86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
SMALL = {"hour": "half an hour", "minute": "half a minute"}
ROUND_PAST = {
    5: "five past", 10: "ten past", 15: "quarter past", 20: "twenty past", 25: "twenty five past", 30: "half past",
    35: "twenty five to", 40: "twenty to", 45: "quarter to", 50: "ten to", 55: "five to",
}  # fmt: skip


def say_number(value: float) -> str:
    """A number from 0 to below a thousand million in words: "eight and a half", "two point three"."""
    if not math.isfinite(value) or not 0 <= value < 1e9:
        raise ValueError(f"{value} cannot be said as a number")
    whole, part = int(value), value - int(value)
    if not part:
        return _whole(whole)
    if part in PARTS:
        return f"{_whole(whole)} and {PARTS[part]}" if whole else PARTS[part]
    figures = f"{value:.4f}".rstrip("0").rstrip(".")
    before, _, after = figures.partition(".")
    said = _whole(int(before))
    return f"{said} point {' '.join(_whole(int(figure)) for figure in after)}" if after else said


def say_duration(seconds: float) -> str:
    """A duration in words, to the nearest second: "a minute and a half", "forty seconds", "an hour and ten minutes"."""
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"{seconds} cannot be said as a duration")
    left = round(seconds)
    if left == 0:
        return "half a second" if seconds >= 0.5 else "no time"
    for size, name in UNITS:
        if name in SMALL and left * 2 == size:
            return SMALL[name]
        if name in SMALL and left % size == size // 2 and left < 10 * size:
            count = left // size
            return f"{_one(name)} and a half" if count == 1 else f"{_whole(count)} and a half {name}s"
    said = []
    for size, name in UNITS:
        count, left = divmod(left, size)
        if count:
            said.append(_one(name) if count == 1 else f"{say_number(count)} {name}s")
    return said[0] if len(said) == 1 else f"{' '.join(said[:-1])} and {said[-1]}"


def say_clock(clock: Clock, part_of_day: bool | None = None) -> str:
    """A time of day in words: "ten past three", "half past two in the morning", "midnight".

    ``part_of_day`` tells whether to say which half of the day; by default if it is known.
    """
    known = clock.half_day_known if part_of_day is None else part_of_day
    if known and clock.minute == 0 and clock.hour % 12 == 0:
        return "noon" if clock.hour else "midnight"
    past_half = clock.minute > 30 and clock.minute in ROUND_PAST
    hour = _whole((clock.hour + past_half - 1) % 12 + 1)
    if clock.minute == 0:
        said = f"{hour} o'clock"
    elif clock.minute in ROUND_PAST:
        said = f"{ROUND_PAST[clock.minute]} {hour}"
    elif clock.minute < 10:
        said = f"{hour} oh {_whole(clock.minute)}"
    else:
        said = f"{hour} {_whole(clock.minute)}"
    return f"{said} {_part_of_day(clock.hour)}" if known else said


def _part_of_day(hour: int) -> str:
    if hour < 12:
        return "at night" if hour == 0 else "in the morning"
    return "in the afternoon" if hour < 18 else "in the evening" if hour < 21 else "at night"


def _one(unit: str) -> str:
    return f"{'an' if unit == 'hour' else 'a'} {unit}"


@lru_cache(maxsize=1)
def _names() -> dict[int, str]:
    """The numbers that have a word of their own."""
    n = english().numbers
    tables = ({n.zero[0]: 0}, n.units, n.teens, n.tens)
    return {int(value): word for table in tables for word, value in table.items()}


def _whole(value: int) -> str:
    name = _names().get(value)
    if name is not None:
        return name
    for size, word in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            count, rest = divmod(value, size)
            join = " and " if rest < 100 else " "
            return f"{_whole(count)} {word}{join}{_whole(rest)}" if rest else f"{_whole(count)} {word}"
    return f"{_whole(value - value % 10)} {_whole(value % 10)}"
