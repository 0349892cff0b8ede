"""What a time that was said means, seen from a :class:`Moment`: across midnight and the change of summer time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from voicelog.core.meaning import When

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
DAY_PARTS = {
    "morning": (time(5), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(18), time(23)),
    "night": (time(22), time(6)),
}
"""Hours of the parts of a day, from inclusive, to exclusive."""

NIGHT_BEFORE_LAST = "the night before last"
DAYS_AGO = re.compile(r"(\d+) days? ago")
_SOON_S = 120.0
"""A clock time so little ahead was meant as now: clocks differ."""
_MIDDLES = {"morning": time(8), "afternoon": time(15), "evening": time(20)}


def seconds_between(earlier: datetime, later: datetime) -> float:
    """Elapsed seconds, also across a change of summer time."""
    return later.timestamp() - earlier.timestamp()


def shifted(moment: datetime, seconds: float) -> datetime:
    """So many elapsed seconds later, in the same time zone."""
    return (moment.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(moment.tzinfo)


def earlier(one: datetime, other: datetime) -> datetime:
    """The earlier of two times. Comparing them as they are would take no notice of summer time."""
    return one if one.timestamp() <= other.timestamp() else other


def latest_by(times: Iterable[datetime], now: datetime) -> datetime | None:
    """The latest of the times that has come by now; None where none has."""
    come = [t for t in times if t.timestamp() <= now.timestamp() + _SOON_S]
    return max(come, key=datetime.timestamp, default=None)


def in_zone(wall: datetime, zone: tzinfo | None) -> datetime:
    """The same moment on the clock by the bed."""
    return wall if zone is None else wall.astimezone(zone)


def on(day: date, clock: time, now: datetime) -> datetime:
    """That day at that time by the clock of ``now``.

    A time that the change to summer time leaves out moves on by the hour left out; of a time that comes twice the
    later is taken unless it has yet to come.
    """
    local = datetime.combine(day, clock, tzinfo=now.tzinfo)
    later = local.replace(fold=1).astimezone(UTC)
    earlier = local.astimezone(UTC)
    if later > now.astimezone(UTC) or later < earlier:
        later = earlier
    return later.astimezone(now.tzinfo)


def resolve(when: When, now: datetime) -> datetime | None:
    """When it happened; None where nothing was said about it. Never later than ``now``."""
    if when.ago_s is not None:
        return shifted(now, -when.ago_s)
    if when.clock is None:
        return None if when.day is None else _day_alone(when.day, now)
    clock = time.fromisoformat(when.clock)
    clocks = (clock,) if when.half_day or clock.hour > 12 else (_am(clock), _pm(clock))
    if when.day is None:
        days: tuple[date, ...] = (now.date(), now.date() - timedelta(days=1))
        found = [on(day, c, now) for day in days for c in clocks]
        return latest_by(found, now) or now
    return earlier(_on_named_day(when.day, clock, clocks, now), now)


def _on_named_day(name: str, clock: time, clocks: tuple[time, ...], now: datetime) -> datetime:
    day, part = _split_day(name)
    if part == "night" or name == "tonight":
        evening = evening_of(name, now)
        since, until = on(evening, time(17), now), on(evening + timedelta(days=1), time(10), now)
        found = [on(evening + timedelta(days=d), c, now) for d in (0, 1) for c in clocks]
        return latest_by([t for t in found if since <= t < until], now) or found[0]
    that = date_of(day, now)
    if part is not None and len(clocks) > 1:
        morning, afternoon = clocks
        return on(that, morning if part == "morning" else afternoon, now)
    if len(clocks) > 1 and that == now.date():
        return latest_by([on(that, c, now) for c in clocks], now) or now
    return on(that, clock, now)


def _day_alone(name: str, now: datetime) -> datetime:
    day, part = _split_day(name)
    if name in ("today", "tonight", "now"):
        return now
    if part == "night":
        found = on(evening_of(name, now) + timedelta(days=1), time(2), now)
    else:
        found = on(date_of(day, now), _MIDDLES.get(part or "", time(12)), now)
    return earlier(found, now)


def _am(clock: time) -> time:
    return clock.replace(hour=clock.hour % 12)


def _pm(clock: time) -> time:
    return clock.replace(hour=clock.hour % 12 + 12)


def _split_day(name: str) -> tuple[str, str | None]:
    words = name.split()
    part = next((w for w in words if w in DAY_PARTS), None)
    rest = " ".join(w for w in words if w != part)
    return {"": "today", "this": "today", "last": "yesterday"}.get(rest, rest), part


def date_of(day: str, now: datetime) -> date:
    """The last day of that name: ``yesterday``, a weekday's name …; today where it is none."""
    today = now.date()
    if day == "yesterday":
        return today - timedelta(days=1)
    if day in ("day before yesterday", "the day before yesterday"):
        return today - timedelta(days=2)
    ago = DAYS_AGO.fullmatch(day)
    if ago is not None:
        return today - timedelta(days=int(ago[1]))
    for weekday in day.split():
        if weekday in WEEKDAYS:
            back = (today.weekday() - WEEKDAYS.index(weekday)) % 7 or 7
            return today - timedelta(days=back)
    return today


def evening_of(name: str, now: datetime) -> date:
    """The day on whose evening the night began that is named; before noon the night is still the one before."""
    before_noon = now.time() < time(12)
    current = now.date() - timedelta(days=1) if before_noon else now.date()
    if name in ("tonight", "this night", "night"):
        return current
    if name == "last night":
        return current if before_noon else current - timedelta(days=1)
    if name == NIGHT_BEFORE_LAST:
        return current - timedelta(days=1 if before_noon else 2)
    day, _ = _split_day(name)
    return date_of(day, now)


def is_whole_day(name: str) -> bool:
    """Whether the name is of a day before this, rather than of a part of one or of a night."""
    return name not in ("today", "tonight", "now") and _split_day(name)[1] is None


def same_clock(name: str, at: datetime, now: datetime) -> datetime:
    """The day of that name at the time of day of ``at``: the day is corrected, the time stays. Never after ``now``."""
    clock = at.astimezone(now.tzinfo).time()
    return earlier(_on_named_day(name, clock, (clock,), now), now)
