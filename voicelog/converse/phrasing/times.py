"""Clock times and days as people say them: "ten past three this morning", "yesterday evening"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from voicelog.converse.phrasing.numbers import Phrases
from voicelog.converse.review.periods import LAST_N
from voicelog.converse.when import DAYS_AGO, MONTHS, WEEKDAYS, seconds_between

NEAR_S = 4 * 3600.0
"""Within this time the hour alone tells which it was."""
EARLY = 5
"""Before this hour, what happened late the day before was "last night" still."""


class ClockPhrases:
    """Times of one language, from the tables of its replies."""

    def __init__(self, phrases: Phrases, table: Mapping[str, Any]) -> None:
        self._phrases = phrases
        self._table = table
        self._clock: Mapping[str, str] = table["clock"]
        self._days: Mapping[str, Any] = table["day_parts"]

    def clock(self, t: datetime, alone: bool = False) -> str:
        """``ten past three``, ``half past three``, ``noon``; ``alone``: ``three o'clock``."""
        minute = t.minute
        hour = self._hour(t.hour)
        next_hour = self._hour((t.hour + 1) % 24)
        if minute == 0:
            if t.hour in (0, 12):
                return hour
            return self._clock["full_alone" if alone else "full"].format(hour=hour)
        if minute in (15, 30, 45):
            name = {15: "quarter_past", 30: "half", 45: "quarter_to"}[minute]
            return self._clock[name].format(hour=hour, next=next_hour)
        late = minute > 30
        n = 60 - minute if late else minute
        name = ("to" if late else "past") + ("_fives" if n % 5 == 0 else "")
        minutes = self._phrases.noun("minute", n != 1)
        return self._clock[name].format(n=self._phrases.number(n), minutes=minutes, hour=hour, next=next_hour)

    def short(self, t: datetime) -> str:
        """``three ten``, ``three oh five``, ``three o'clock``."""
        hour = self._phrases.number(t.hour % 12 or 12)
        if t.minute == 0:
            return self.clock(t, alone=True)
        name = "short_oh" if t.minute < 10 else "short"
        return self._clock[name].format(hour=hour, n=self._phrases.number(t.minute))

    def now(self, t: datetime) -> tuple[str, str]:
        """The time and the day it is: ``ten past three``, ``on Saturday afternoon``."""
        part = "" if self._on_twelve(t) else self._at(self._days["other"], t.hour)
        weekday = f"{self._table['weekdays'][t.weekday()]} {part}".strip()
        return self.clock(t, alone=True), str(self._table["periods"]["weekday"].format(weekday=weekday))

    def date(self, t: datetime) -> str:
        """``March fourteenth``."""
        months, ordinals = self._table["months"], self._table["ordinals"]
        return str(self._days["plain_date"].format(month=months[t.month - 1], day=ordinals[t.day - 1]))

    def day(self, t: datetime, now: datetime) -> str:
        """``this morning``, ``last night``, ``yesterday evening``, ``on Monday morning``, ``on March third``."""
        back = (now.date() - t.date()).days
        if self._on_twelve(t) and t.hour == 12:
            return self._noon(t, back)
        if back == 0:
            if now.hour >= 12 and t.hour < EARLY:
                return self._at(self._days["today"], 0)
            return self._at(self._days["today"], t.hour)
        if back == 1 and (t.hour >= 22 or (now.hour < EARLY and t.hour >= 18)):
            return str(self._days["last_night"])
        part = self._at(self._days["other"], t.hour)
        if back == 1:
            return str(self._days["yesterday"].format(part=part))
        if 1 < back < 7:
            return str(self._days["weekday"].format(weekday=self._table["weekdays"][t.weekday()], part=part))
        name = "date" if t.year == now.year else "date_year"
        return str(
            self._days[name].format(
                month=self._table["months"][t.month - 1],
                day=self._table["ordinals"][t.day - 1],
                year=self._phrases.number(t.year),
            )
        )

    def when(self, t: datetime, now: datetime) -> str:
        """``ten past three this morning``."""
        return str(self._days["time_and_day"].format(clock=self.clock(t), day=self.day(t, now)))

    def at(self, t: datetime, now: datetime) -> str:
        """``at ten past three yesterday evening``; less than four hours ago ``at ten past three``."""
        near = 0 <= seconds_between(t, now) < NEAR_S
        return self._clock["at"].format(clock=self.clock(t) if near else self.when(t, now))

    def _noon(self, t: datetime, back: int) -> str:
        names = {0: "today", 1: "yesterday"}
        name = names.get(back, "weekday" if 1 < back < 7 else "date")
        weekday = self._table["weekdays"][t.weekday()]
        month, day = self._table["months"][t.month - 1], self._table["ordinals"][t.day - 1]
        return str(self._days["noon"][name].format(weekday=weekday, month=month, day=day))

    def period(self, name: str) -> str:
        """``last night``, ``in the last three days``, ``on Monday``."""
        match = LAST_N.fullmatch(name)
        if match is not None and match[1] is not None:
            many = int(match[1]) != 1
            units = self._phrases.noun(match[2], many)
            template = self._table["periods"]["last_n" if many else "last_one"]
            return str(template.format(n=self._phrases.number(int(match[1])), units=units, unit=units))
        ago = DAYS_AGO.fullmatch(name)
        if ago is not None:
            n = int(ago[1])
            units = self._phrases.noun("day", n != 1)
            return str(self._table["periods"]["days_ago"].format(n=self._phrases.number(n), units=units))
        if name.startswith("since "):
            rest = name.removeprefix("since ")
            return str(self._table["periods"]["since"].format(since=self._weekday(rest) or self._phrases.value(rest)))
        if name in MONTHS:
            return str(self._table["periods"]["month"].format(month=self._table["months"][MONTHS.index(name)]))
        weekday = self._weekday(name)
        if weekday:
            return str(self._table["periods"]["weekday"].format(weekday=weekday))
        return self._phrases.value(name)

    def _weekday(self, name: str) -> str:
        """A weekday, also with a part of it, as it is written; empty where it is none."""
        day, _, part = name.removeprefix("on ").removeprefix("last ").partition(" ")
        if day not in WEEKDAYS:
            return ""
        return f"{self._table['weekdays'][WEEKDAYS.index(day)]} {part}".strip()

    def _hour(self, hour: int) -> str:
        if hour in (0, 12):
            return self._clock["midnight" if hour == 0 else "noon"]
        return self._phrases.number(hour % 12)

    @staticmethod
    def _on_twelve(t: datetime) -> bool:
        return t.hour in (0, 12) and t.minute == 0

    @staticmethod
    def _at(table: Mapping[int, str], hour: int) -> str:
        return table[max(h for h in table if h <= hour)]
