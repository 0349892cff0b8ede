"""The periods that reviews are about: "last night", "this week", "the last three days"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from voicelog.converse.when import (
    DAY_PARTS,
    DAYS_AGO,
    MONTHS,
    NIGHT_BEFORE_LAST,
    WEEKDAYS,
    date_of,
    earlier,
    evening_of,
    on,
    shifted,
)

NIGHT_BEGINS, NIGHT_ENDS = time(20), time(9)
"""The night as people look back on it, wider than the hours of sleep."""
STILL_LAST_NIGHT = time(4)
"""Said before this hour, "last night" is the night before the one that is going on."""

_UNITS = {"minute": 60.0, "hour": 3600.0}
LAST_N = re.compile(r"(?:the )?(?:last|past) (?:(\d+) )?(minute|hour|day|night|week|month|year)s?")
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time: ``since`` inclusive, ``until`` exclusive; None is open. ``name`` is how it was said."""

    name: str
    since: datetime | None
    until: datetime | None


def period(name: str, now: datetime) -> Period | None:
    """The period of that name as of ``now``; None where the name is not known."""
    today = now.date()
    words = name.removeprefix("the ").strip()
    if words in ("ever", "all", "all time", "always"):
        return Period(name, None, None)
    if words.startswith("since "):
        begun = period(words.removeprefix("since "), now)
        return None if begun is None or begun.since is None else Period(name, begun.since, shifted(now, 1))
    if words.endswith("night") or name == NIGHT_BEFORE_LAST:
        return _night(name, now)
    whole = _calendar(words, today)
    if whole is not None:
        return Period(name, on(whole[0], _MIDNIGHT, now), on(whole[1], _MIDNIGHT, now))
    match = LAST_N.fullmatch(words)
    if match is not None:
        return _last_n(name, int(match[1] or 1), match[2], now)
    return _part_of_day(name, words, now)


_BEFORE = {
    "today": "yesterday",
    "tonight": "last night",
    "yesterday": "the day before yesterday",
    "this week": "last week",
    "this month": "last month",
    "this year": "last year",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two periods to compare. ``part``: of the other only as many days are taken as of the first have begun."""

    this: Period
    then: Period
    part: bool = False


def compared(name: str, than: str | None, now: datetime) -> Comparison | None:
    """Two periods to compare: the one named with another that was named too, else with the one before it.

    Three days of this week are compared with the first three of last week. None where a name is not known.
    """
    this = period(name, now)
    if this is None or this.since is None or this.until is None:
        return None
    natural = _BEFORE.get(name, "")
    if than is not None and than != natural:
        other = period(than, now)
        return None if other is None else Comparison(this, other)
    first, days = this.since.date(), (this.until.date() - this.since.date()).days
    if name in ("this month", "last month"):
        start = (first - timedelta(days=1)).replace(day=1)
    elif name == "this year":
        start = first.replace(year=first.year - 1)
    else:
        start = first - timedelta(days=max(days, 1))
    since = on(start, this.since.time(), now)
    if this.until <= now or days <= 1:
        until = on(start + (this.until.date() - first), this.until.time(), now) if days <= 1 else this.since
        return Comparison(this, Period(natural, since, earlier(until, this.since)))
    begun = (now.date() - first).days + 1
    until = earlier(on(start + timedelta(days=begun), _MIDNIGHT, now), this.since)
    return Comparison(this, Period(natural, since, until), part=until < this.since)


def _night(name: str, now: datetime) -> Period:
    evening = evening_of(name, now)
    if name == "last night" and now.time() < STILL_LAST_NIGHT:
        evening -= timedelta(days=1)
    return Period(name, on(evening, NIGHT_BEGINS, now), on(evening + timedelta(days=1), NIGHT_ENDS, now))


def _calendar(words: str, today: date) -> tuple[date, date] | None:
    """First day, and the day after the last, of a whole number of days."""
    one = timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    month_before = (month - one).replace(day=1)
    month_after = (month + timedelta(days=31)).replace(day=1)
    year = today.replace(month=1, day=1)
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    saturday_before = saturday - timedelta(days=7 if today.weekday() >= 5 else 0)
    known = {
        "today": (today, today + one),
        "yesterday": (today - one, today),
        "day before yesterday": (today - 2 * one, today - one),
        "this week": (monday, monday + 7 * one),
        "last week": (monday - 7 * one, monday),
        "this month": (month, month_after),
        "last month": (month_before, month),
        "this weekend": (saturday, saturday + 2 * one),
        "last weekend": (saturday_before, saturday_before + 2 * one),
        "this year": (year, year.replace(year=year.year + 1)),
        "last year": (year.replace(year=year.year - 1), year),
    }
    if words in known:
        return known[words]
    if words in MONTHS:
        return _month(MONTHS.index(words) + 1, today)
    weekday = words.removeprefix("on ").removeprefix("last ")
    if weekday in WEEKDAYS or DAYS_AGO.fullmatch(weekday):
        that = date_of(weekday, datetime.combine(today, _MIDNIGHT))
        return that, that + one
    return None


def _month(number: int, today: date) -> tuple[date, date]:
    """The month of that number that is going on or was the last."""
    first = date(today.year - (number > today.month), number, 1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _last_n(name: str, n: int, unit: str, now: datetime) -> Period:
    """The last so many: hours back from now, whole days up to today, nights and weeks as so many days."""
    if unit in _UNITS:
        return Period(name, shifted(now, -n * _UNITS[unit]), shifted(now, 1))
    days = n * {"day": 1, "night": 1, "week": 7, "month": 30, "year": 365}[unit]
    tomorrow = now.date() + timedelta(days=1)
    return Period(name, on(tomorrow - timedelta(days=days), _MIDNIGHT, now), on(tomorrow, _MIDNIGHT, now))


def _part_of_day(name: str, words: str, now: datetime) -> Period | None:
    *day, part = words.split() or [""]
    if part not in DAY_PARTS or not day:
        return None
    that = date_of({"this": "today", "last": "yesterday"}.get(" ".join(day), " ".join(day)), now)
    since, until = DAY_PARTS[part]
    if part == "morning":
        since = _MIDNIGHT
    return Period(name, on(that, since, now), on(that, until, now))
