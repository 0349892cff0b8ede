"""Numbers with their units as people and programs write them: doses, durations, severities.

Nothing is guessed. A number that can be read in two ways is refused with a sentence, and so is one with words beside it
that are not known: they may change what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from voicelog.diary.exchange.vocabulary import plain, words_of

_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8"}
_GAPS = re.compile(r"(?<=\d)['’\u00a0\u202f\u2009](?=\d{3}(?!\d))")
"""What stands between thousands and is no mark of decimals. A common space is none: "2 500 mg" may be twice 500."""
_NUMBER = r"\d+(?:[.,'’ \u00a0\u202f\u2009]\d+)*"
_DOSE_UNITS = {
    **dict.fromkeys(("mg", "mgs", "milligram", "milligrams", "milligramme", "milligrammes"), ("mg", 1.0)),
    **dict.fromkeys(("mcg", "mcgs", "ug", "µg", "μg", "microgram", "micrograms"), ("mcg", 1.0)),
    **dict.fromkeys(("g", "gm", "gram", "grams", "gramm"), ("mg", 1000.0)),
    **dict.fromkeys(("ml", "mls", "millilitre", "millilitres", "milliliter", "milliliters", "cc"), ("ml", 1.0)),
    **dict.fromkeys(("iu", "i.u.", "ie", "i.e.", "u", "unit", "units", "einheiten"), ("unit", 1.0)),
    **dict.fromkeys(
        ("tab", "tabs", "tbl", "tabl", "tablet", "tablets", "pill", "pills", "cap", "caps"), ("tablet", 1.0)
    ),
    **dict.fromkeys(("capsule", "capsules", "tablette", "tabletten", "tab.", "tabs.", "caplet"), ("tablet", 1.0)),
    **dict.fromkeys(("drop", "drops", "gtt", "tropfen"), ("drop", 1.0)),
    **dict.fromkeys(("puff", "puffs", "spray", "sprays"), ("puff", 1.0)),
    **dict.fromkeys(("mcg/day", "µg/day", "μg/day", "ug/day", "mcg/d", "µg/d"), ("mcg/day", 1.0)),
}
"""Units of doses, each with the diary's unit and how many of that it is."""
_TIME_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "sec.", "second", "seconds", "sek", "sekunden", "sekunde"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "min.", "minute", "minutes", "minuten"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "std.", "stunde", "stunden"), 3600.0),
    **dict.fromkeys(("d", "day", "days", "tag", "tage"), 86400.0),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 0.001),
}
_NO_UNITS = ("g", "u", "unit", "units", "ie", "i.e.", "cap", "puff", "spray", "drop", "pill", "tablet")
"""Words of a column's name that need not be its unit."""
_LONGEST_S = 366 * 86400.0
_MOST_DOSE = 1e7
NONE = frozenset(("-", "–", "—", "--", "n/a", "na", "n.a.", "none", "nil", "null", "nan", "nothing", "no", "#n/a", "/"))
"""What stands in cells that are empty, where no number is meant."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a file's numbers show of how it writes them: the mark of decimals, empty where they do not tell.

    ``likely`` is the mark that the file's layout makes likely; it decides only where the other reading of a number
    would be one that nobody writes.
    """

    decimal: str = ""
    likely: str = ""


def marks_of(texts: Iterable[str], delimiter: str) -> Marks:
    """The mark of decimals, by those numbers that can be read in one way only."""
    point = comma = False
    for text in texts:
        for number in re.findall(r"\d[\d.,]*\d", text):
            point |= bool(
                re.fullmatch(r"0*\.\d+|0\.\d+|\d+\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3})+\.\d+|\d{4,}\.\d{3}", number)
            )
            comma |= bool(re.fullmatch(r"0,\d+|\d+,(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3})+,\d+|\d{4,},\d{3}", number))
    decimal = "" if point == comma else "." if point else ","
    return Marks(decimal, "" if point and comma else "," if delimiter == ";" else ".")


def number(text: str, marks: Marks = Marks()) -> float:
    """A number that stands alone; ``ValueError`` for what can be read in two ways, and for what is none."""
    cleaned = text.strip().replace("\u2212", "-")
    if re.fullmatch(r"-\s*\d.*", cleaned):
        raise ValueError(f'"{text}" is less than nothing')
    if re.fullmatch(r"\d+(?:[.,]\d+)?e[+-]?\d+", cleaned, re.IGNORECASE):
        raise ValueError(f'"{text}" was shortened by a spreadsheet; show the column as a plain number and export anew')
    parts = re.fullmatch(r"(?:(\d+)[ \u00a0]*)?([½¼¾⅓⅔⅛]|\d{1,2} ?[/⁄] ?\d{1,2})", cleaned)
    if parts and (("/" not in parts[2] and "⁄" not in parts[2]) or _is_fraction(parts[2])):
        share = Fraction(_FRACTIONS.get(parts[2], parts[2].replace(" ", "").replace("⁄", "/")))
        return float(int(parts[1] or 0) + share)
    if not re.fullmatch(_NUMBER, cleaned, re.ASCII):
        raise ValueError(f'"{text}" is not a number')
    plain_digits = cleaned
    if _GAPS.search(cleaned):
        if not re.fullmatch(r"\d{1,3}(['’\u00a0\u202f\u2009])\d{3}(?:\1\d{3})*(?:[.,]\d+)?", cleaned):
            raise ValueError(f'"{text}" is not a number')
        plain_digits = _GAPS.sub("", cleaned)
    if not re.fullmatch(r"[\d.,]+", plain_digits):
        raise ValueError(f'"{text}" is not a number')
    return float(_with_point(plain_digits, text, marks))


def _is_fraction(text: str) -> bool:
    above, below = (int(part) for part in re.split(r" ?[/⁄] ?", text))
    return 0 < above < below and below in (2, 3, 4, 8)


def _with_point(digits: str, text: str, marks: Marks) -> str:
    """The digits with a point before the decimals and nothing between thousands."""
    signs = re.findall(r"[.,]", digits)
    if not signs:
        return digits
    last = signs[-1]
    if len(set(signs)) == 2:
        other = "," if last == "." else "."
        if signs.count(last) == 1 and re.fullmatch(rf"\d{{1,3}}(?:{re.escape(other)}\d{{3}})+[.,]\d+", digits):
            return digits.replace(other, "").replace(last, ".")
        raise ValueError(f'"{text}" is not a number')
    if len(signs) > 1:
        if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits) and last != marks.decimal:
            return digits.replace(last, "")
        raise ValueError(f'"{text}" is not a number')
    whole, _, rest = digits.partition(last)
    if len(rest) != 3 or len(whole) > 3 or whole.startswith("0"):
        if marks.decimal and last != marks.decimal and len(whole) <= 3 and len(rest) == 3:
            raise ValueError(_two_ways(text, digits, last))
        if marks.decimal and last != marks.decimal:
            raise ValueError(f'"{text}" has another mark of decimals than the other rows')
        return f"{whole}.{rest}"
    if marks.decimal and last != marks.decimal:
        return whole + rest
    if marks.decimal and marks.decimal == marks.likely and not rest.endswith("0"):
        # Decimals that end in a nought are seldom written: 1,250 in a file that has 7,5 may be thousands after all.
        return f"{whole}.{rest}"
    if marks.decimal:
        raise ValueError(_two_ways(text, digits, last))
    # Nobody writes 1.2 as 1,200 in a file of that layout; 1,250 may be either.
    if marks.likely and last != marks.likely and rest.endswith("00"):
        return whole + rest
    raise ValueError(_two_ways(text, digits, last))


def _two_ways(text: str, digits: str, sign: str) -> str:
    whole, _, rest = digits.partition(sign)
    return (
        f'"{text}" may be {whole}{rest} or {float(f"{whole}.{rest}"):g}; write it without the mark, or with a zero less'
    )


@lru_cache(maxsize=4096)
def severity(text: str, marks: Marks = Marks(), scale: float = 10.0) -> float:
    """A severity from 0 to 10, of ``7``, ``7/10``, ``7 of 10``, ``70 %``; ``scale`` is what the column goes up to."""
    cleaned = plain(text)
    share = re.fullmatch(r"(.+?)\s*(?:/|of|out of|von)\s*(\d+)", cleaned)
    if share and not (scale == 10.0 and int(share[2]) == 10) and not (int(share[2]) == 100):
        raise ValueError(f'"{text}" is not of ten; severities go from 0 to 10')
    if share:
        cleaned, scale = share[1], float(share[2])
    elif cleaned.endswith("%"):
        cleaned, scale = cleaned[:-1].strip(), 100.0
    if re.fullmatch(r"\d+\s*[-–]\s*\d+|\d+\s*(?:to|bis)\s*\d+", cleaned):
        raise ValueError(f'"{text}" are two numbers; write one severity')
    if re.search(r"[a-z]{3}", cleaned) and re.search(r"\d", cleaned):
        raise ValueError(f'"{text}" is not a number from 0 to 10 (a spreadsheet may have made a date of it)')
    value = number(cleaned, marks)
    if value > scale:
        raise ValueError(f"severity is {text}, not a number from 0 to {scale:g}")
    return value * 10 / scale


@lru_cache(maxsize=256)
def scale_of(column: str) -> float | None:
    """What a column of severities says that it goes up to: 10 if nothing, None for scales that are not converted."""
    name = plain(column)
    if "%" in name:
        return 100.0
    said = re.search(r"(?:\b[01]\s*(?:-|–|to|bis|\.\.)\s*|/\s*|out of\s*|of\s+)(\d+)\b", name)
    if said is None:
        return 10.0
    return float(said[1]) if int(said[1]) in (10, 100) else None


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of a medication; ``unit`` is empty where none was said."""

    value: float
    unit: str = ""


def amount(text: str, marks: Marks = Marks(), unit: str = "") -> Amount:
    """A dose: ``10mg``, ``1,200 mg``, ``2 x 10 mg``, ``½ tablet``; in ``unit`` where the cell names none.

    Grams become milligrams. ``ValueError`` where the number or the unit is not certain.
    """
    cleaned = text.strip().lower()
    several = re.fullmatch(r"(\d{1,2}|[½¼¾])\s*[x×*]\s*(.+)", cleaned)
    if several:
        one = amount(several[2], marks, unit)
        if one.unit not in ("mg", "mcg", "ml", "unit"):
            raise ValueError(f'"{text}" names no unit; write it as "20 mg" or "2 tablets"')
        return Amount(number(several[1]) * one.value, one.unit)
    again = re.fullmatch(r"(.*\d\s*[a-zµμ]+)\s*[x×*]\s*(\d{1,2})", cleaned)
    if again:
        return amount(f"{again[2]} x {again[1]}", marks, unit)
    match = re.fullmatch(rf"((?:\d+ ?)?[½¼¾⅓⅔⅛]|\d ?/ ?\d|\d+ \d/\d|{_NUMBER})\s*(.*)", cleaned)
    if match is None:
        number(text, marks)
        raise ValueError(f'"{text}" is not a dose')
    said = match[2].strip("() ")
    name, times = dose_unit(said or unit) if said or unit else ("", 1.0)
    if not name and said:
        raise ValueError(f'"{text}" has a unit that is not known here; use mg, mcg, g, ml, IU, tablets, drops or puffs')
    value = number(match[1], marks) * times
    if value > _MOST_DOSE:
        raise ValueError(f'"{text}" is too much for a dose')
    return Amount(value, name)


def dose_unit(text: str) -> tuple[str, float]:
    """The diary's unit for a unit as written, and how many of that it is; an empty unit where it is not known."""
    name = plain(text).strip("()[] ")
    if name in _DOSE_UNITS:
        return _DOSE_UNITS[name]
    known = words_of("unit").get(name)
    return (known, 1.0) if known else ("", 1.0)


def unit_in(column: str) -> str:
    """The unit of a dose that a column's name says, as in ``Dose (mg)``; empty where it says none, or several."""
    name = plain(column)
    words = {word for word in re.split(r"[\s()\[\],:_-]+", name) if word in _DOSE_UNITS and word not in _NO_UNITS}
    bracketed = re.search(r"[(\[]\s*([^\])]+?)\s*[)\]]", name)
    if not words and bracketed and bracketed[1] in _DOSE_UNITS:
        words = {bracketed[1]}
    return words.pop() if len(words) == 1 else ""


@lru_cache(maxsize=256)
def seconds_in(column: str) -> float | None:
    """How many seconds the unit has that a column of durations names (``Duration (min)``); None for no one unit."""
    name = plain(column)
    if clock_form_in(column):
        return None
    units = {_TIME_UNITS[word] for word in re.findall(r"[a-zäöü]+\.?", name) if word in _TIME_UNITS and len(word) > 1}
    units -= {86400.0}  # "Duration of the day" is none
    bracketed = re.search(r"[(\[_ ]([smhd])[)\]]?$", name)
    if not units and bracketed:
        units = {_TIME_UNITS[bracketed[1]]}
    return units.pop() if len(units) == 1 else None


@lru_cache(maxsize=256)
def clock_form_in(column: str) -> str:
    """How a column says that it writes durations: ``h:m``, ``m:s``, or empty."""
    name = plain(column)
    return (
        "m:s"
        if re.search(r"\bm+:ss?\b", name) and "h" not in name.split("m:")[0][-2:]
        else ("h:m" if re.search(r"\bh+:mm?\b", name) else "")
    )


@lru_cache(maxsize=4096)
def duration(
    text: str, marks: Marks = Marks(), seconds: float | None = None, clock: str = "", *, certain: bool = False
) -> float:
    """A duration in seconds: ``90 sec``, ``1.5 hours``, ``4h 15m``, ``0:02:30``, ``18:25 min``, ``PT2M``.

    ``seconds`` are those of the unit for a number without one, ``certain`` whether the file itself names that unit;
    ``clock`` is what ``4:15`` is (``h:m`` or ``m:s``). Parts of a second are kept only where they were written as such.
    ``ValueError`` where the unit is not certain.
    """
    cleaned = plain(text)
    value = _clock_duration(cleaned, seconds, clock)
    if value is None:
        value = _iso_duration(cleaned)
    if value is None:
        value = _spelt_duration(cleaned, marks)
    if value is None:
        bare = number(cleaned, marks)
        if seconds is None:
            raise ValueError(f'"{text}" has no unit; map its column to duration_s, duration_min or duration_h')
        if re.search(r"[.,]\d{5}", cleaned) and not certain:
            raise ValueError(
                f'"{text}" may be a spreadsheet\'s share of a day; show the column as text and export anew'
            )
        value = bare * seconds if seconds <= 1 else float(round(bare * seconds))
    if value > _LONGEST_S:
        raise ValueError(f'"{text}" is too long for a duration')
    return round(value, 3)


def _clock_duration(text: str, seconds: float | None, clock: str) -> float | None:
    match = re.fullmatch(r"(\d{1,4}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([a-z.]*)", text)
    if match is None:
        return None
    first, second, third, unit = int(match[1]), int(match[2]), match[3], match[4]
    if unit and unit not in _TIME_UNITS:
        raise ValueError(f'"{text}" is not a duration')
    if second > 59 or int(third or 0) > 59:
        raise ValueError(f'"{text}" is not a duration')
    if third is not None:
        if unit and _TIME_UNITS[unit] != 3600:
            raise ValueError(f'"{text}" is not a duration')
        return first * 3600.0 + second * 60 + int(third)
    said = _TIME_UNITS.get(unit) or {"h:m": 3600.0, "m:s": 60.0}.get(clock)
    if said is None and not unit and seconds in (3600.0, 60.0):
        raise ValueError(f'"{text}" may be hours and minutes or minutes and seconds; write "4h 15m" or "4m 15s"')
    if said not in (3600.0, 60.0):
        raise ValueError(f'"{text}" may be hours and minutes or minutes and seconds; write "4h 15m" or "4m 15s"')
    return first * said + second * said / 60


def _iso_duration(text: str) -> float | None:
    match = re.fullmatch(r"p(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?)?", text)
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, rest = (float(part or 0) for part in match.groups())
    return days * 86400 + hours * 3600 + minutes * 60 + rest


def _spelt_duration(text: str, marks: Marks) -> float | None:
    """The sum of amounts with their units, from the longest to the shortest; None for a number without one."""
    rest, total, least = text, 0.0, float("inf")
    while rest:
        match = re.match(rf"((?:\d+ )?\d/\d|\d*\s?[½¼¾]|{_NUMBER})\s*([a-zäöü]+\.?)\s*(?:,|and|und)?\s*", rest)
        if match is None:
            tail = re.fullmatch(r"(\d{1,2})", rest)
            if tail and least == 3600.0 and int(rest) < 60:
                return total + int(rest) * 60  # as in 1h30
            if rest == text:
                return None
            raise ValueError(f'"{text}" is not a duration')
        unit = _TIME_UNITS.get(match[2])
        if unit is None or unit >= least:
            raise ValueError(f'"{text}" is not a duration')
        total += number(match[1].strip(), marks) * unit
        least, rest = unit, rest[match.end() :]
    return total if least < float("inf") else None
