"""Numbers, amounts and durations as people say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from unicode_rbnf import RbnfEngine

HALF_MINUTE = 30.0
_QUARTERS = {0.25: "quarter", 0.5: "half", 0.75: "three_quarters"}


@lru_cache(maxsize=8)
def _engine(language: str) -> RbnfEngine:
    return RbnfEngine.for_language(language)


@lru_cache(maxsize=4096)
def _spelled(language: str, number: float) -> str:
    whole = int(number) if float(number).is_integer() else str(round(number, 3))
    return str(_engine(language).format_number(whole).text)


class Phrases:
    """Phrases of one language, from the tables of its replies."""

    def __init__(self, language: str, table: Mapping[str, Any]) -> None:
        self.language = language
        self._table = table
        self._numbers: Mapping[str, Any] = table["numbers"]
        self._durations: Mapping[str, str] = table["durations"]

    def number(self, value: float) -> str:
        """``eight``, ``five and a half``, ``nought``, ``twelve point three``."""
        whole, fraction = divmod(value, 1)
        quarter = _QUARTERS.get(fraction)
        if value == 0:
            return str(self._numbers["zero"])
        if quarter is not None and whole == 0:
            return str(self._numbers[quarter])
        if quarter is not None:
            return str(self._numbers[f"and_{quarter}"].format(n=self.number(whole)))
        return _spelled(self.language, value)

    def noun(self, name: str, many: bool) -> str:
        """A noun of the table in the singular or plural; one that it lacks as it is."""
        forms: Sequence[str] = self._table["nouns"].get(name, (name, name))
        return forms[1] if many else forms[0]

    def counted(self, n: int, name: str) -> str:
        """``no spasms``, ``one spasm``, ``eleven spasms``."""
        number = self._numbers["no"] if n == 0 else self.number(n)
        return f"{number} {self.noun(name, n != 1)}"

    def times(self, n: int) -> str:
        """``once``, ``twice``, ``three times``."""
        if n in (1, 2):
            return str(self._numbers["once" if n == 1 else "twice"])
        return str(self._numbers["times"].format(n=self.number(n)))

    def with_article(self, noun: str) -> str:
        """``a tablet``, ``an hour``."""
        for beginning, template in self._numbers["article"]:
            if noun.startswith(beginning):
                return str(template.format(noun=noun))
        return noun

    def amount(self, dose: float, unit: str | None) -> str:
        """``ten milligrams``, ``half a tablet``, ``two and a half millilitres``."""
        if unit is None:
            return self.number(dose)
        one, many = self._table["units"].get(unit, (unit, unit))
        quarter = _QUARTERS.get(dose)
        if quarter is not None:
            return str(self._numbers[f"{quarter}_of_unit"].format(unit=self.with_article(one)))
        return f"{self.number(dose)} {one if dose == 1 else many}"

    def duration(self, seconds: float) -> str:
        """``forty seconds``, ``a minute and a half``, ``two minutes ten``, ``an hour and five minutes``."""
        seconds = round(seconds)
        if seconds < 60:
            return self._part(seconds, "second")
        minutes, rest = divmod(seconds, 60)
        if minutes < 10 and rest:
            if rest == HALF_MINUTE:
                return self._and_half(minutes, "minute")
            whole = self._durations["part"].format(n=self.number(minutes), unit=self.noun("minute", minutes != 1))
            return self._durations["minutes_seconds"].format(minutes=whole, n=self._part(rest, "second"))
        minutes = round(seconds / 60)
        if minutes == 30:
            return self._durations["half_hour"]
        if minutes < 60:
            return self._part(minutes, "minute")
        hours, minutes = divmod(minutes, 60)
        if hours >= 48:
            return self._two(divmod(hours, 24), "day", "hour")
        if minutes == 30:
            return self._and_half(hours, "hour")
        return self._two((hours, minutes), "hour", "minute")

    def _two(self, both: tuple[int, int], large: str, small: str) -> str:
        first = self._part(both[0], large)
        if not both[1]:
            return first
        return self._durations["two_parts"].format(first=first, second=self._part(both[1], small))

    def _and_half(self, n: int, unit: str) -> str:
        if n == 1:
            return self._durations["one_and_half"].format(one=self.with_article(self.noun(unit, False)))
        return f"{self.number(n + 0.5)} {self.noun(unit, True)}"

    def _part(self, n: int, unit: str) -> str:
        if n == 1:
            return self.with_article(self.noun(unit, False))
        return self._durations["part"].format(n=self.number(n), unit=self.noun(unit, True))

    def joined(self, items: Sequence[str]) -> str:
        """``left leg``, ``left leg and back``, ``left leg, back and neck``."""
        if len(items) < 2:
            return "".join(items)
        comma: str = self._table["list"]["comma"]
        template: str = self._table["list"]["two"]
        return template.format(first=comma.join(items[:-1]), last=items[-1])

    def value(self, value: str) -> str:
        """How a value of the contract is said."""
        found: str = self._table["values"].get(value, value)
        return found

    def qualifier(self, value: str) -> str:
        """How a context narrows: ``that woke you``, ``in bed``."""
        found: str = self._table["qualifiers"].get(value, value)
        return found

    def part_of_day(self, part: str) -> str:
        """The fragment for ``night``, ``morning`` …: ``at_day_part`` or ``in_day_part``."""
        found: str = self._table["part_of_day"][part]
        return found
