"""Days and times as people and programs write them.

General readers of dates (``dateutil``, ``dateparser``) fill in what is missing and turn day and month around where one
order is impossible, row by row. Here a column has one order, what can be read in two ways is asked about or refused,
and a day without a time stays a day.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from datetime import time as clock
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from voicelog.core.entry import NOON
from voicelog.core.errors import UsageError

FIRST_YEAR = 1900
"""No diary is older."""
_ONE_DAY = timedelta(days=1)
_SERIAL_EPOCH = datetime(1899, 12, 30)
"""Day 0 of spreadsheets, as they count from March 1900 on."""
_SERIALS = (32874, 73415)
"""The day numbers of spreadsheets that are taken for such: from 1990 to 2100."""
_UNIX = {10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}
"""Digits of a UNIX time from September 2001 to 2286, and how many of its units are a second."""
_EMPTY_DATES = frozenset(
    date(*each) for each in ((1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1904, 1, 1), (1970, 1, 1))
)
"""What programs write where there is no date: their day nought."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio janeiro januari",
            "feb february februar février fevrier febrero febbraio fevereiro februari",
            "mar march märz maerz mär mrz mars marzo março marco maart",
            "apr april avril abril aprile",
            "may mai mayo maggio maio mei",
            "jun june juni juin junio giugno junho",
            "jul july juli juillet julio luglio julho",
            "aug august août aout agosto augustus",
            "sep sept september septembre septiembre settembre setembro",
            "oct october okt oktober octobre octubre ottobre outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember décembre decembre diciembre dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "mon monday montag lundi lunes maandag",
            "tue tues tuesday dienstag mardi martes dinsdag",
            "wed weds wednesday mittwoch mercredi miércoles miercoles woensdag",
            "thu thur thurs thursday donnerstag jeudi jueves donderdag",
            "fri friday freitag vendredi viernes vrijdag",
            "sat saturday samstag sonnabend samedi sábado sabado zaterdag",
            "sun sunday sonntag dimanche domingo zondag",
        )
    )
    for name in names.split()
}
_ZONES = {
    **dict.fromkeys(("z", "utc", "gmt", "ut"), 0),
    **{"wet": 0, "west": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180, "msk": 180},
    **{"est": -300, "edt": -240, "cdt": -300, "mdt": -360, "pst": -480, "pdt": -420, "akst": -540, "akdt": -480},
    **{
        "hst": -600,
        "jst": 540,
        "kst": 540,
        "aest": 600,
        "aedt": 660,
        "acst": 570,
        "awst": 480,
        "nzst": 720,
        "nzdt": 780,
    },
}
"""Names of zones that are used for one only, with their minutes before UTC. CST, IST, BST, MST and others are not."""
_SEVERAL_ZONES = frozenset(("cst", "ist", "bst", "mst", "ast", "sst", "gst", "pkt", "wib", "nst", "amt", "art"))
_WORDS_OF_DAY = frozenset(
    (
        *("am", "pm", "mid", "morning", "midday", "afternoon", "evening", "night", "overnight", "day", "all day"),
        *("early", "late", "bedtime", "breakfast", "lunch", "dinner", "unknown", "-", "–", "?", "n/a", "anytime"),
        *(
            "midmorning",
            "mid-morning",
            "early morning",
            "late evening",
            "daytime",
            "none",
            "not sure",
            "morgens",
            "abends",
        ),
    )
)
"""Words in a column of times that tell the part of the day at most; the day is kept, a time is not made of them."""
_EXACT_WORDS = {"noon": clock(12), "12 noon": clock(12), "midnight": clock(0), "12 midnight": clock(0)}
_TIME = re.compile(
    r"(?:^|(?<=[\s,T]))(?:at |um |à )?(\d{1,2})(?:[:h.](\d{2})(?:[:.m](\d{2})(?:[.,](\d{1,9}))?)?)?s?\s*"
    r"((?:[ap]\.?\s?m\b\.?)|[ap]\b|uhr\b)?(?=$|[\s,(+\-zZ]|utc|gmt)",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"\s*(?:(?:utc|gmt)\s*)?([+\-−])(\d{1,2}):?(\d{2})?\s*(?:\([^)]*\))?$", re.IGNORECASE)
_NAMED_ZONE = re.compile(r"(?:(?<=\d)|\s|(?<=[ap]m))\s*\(?([a-z]{1,5}|[a-z]+/[a-z_]+(?:/[a-z_]+)?)\)?$", re.IGNORECASE)
_NUMERIC = re.compile(r"(\d{1,4})\s?([./\-–])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?(?!\d)")
_DAY_MONTH = re.compile(
    r"(\d{1,4})(?:st|nd|rd|th|\.|º|er)?[\s\-/,]*(?:of\s+|de\s+)?([^\W\d_]+)\.?[\s\-/,]*(?:de\s+|del\s+)?'?(\d{2,4})?(?!\d|:)",
    re.I,
)
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.?[\s\-/]*(\d{1,2})(?:st|nd|rd|th)?[\s,\-/]+'?(\d{4}|\d{2}(?!:))(?!\d)", re.I)


@dataclass(frozen=True, slots=True)
class Habits:
    """How a column writes its dates: the orders of day, month and year that fit it, and whether its clock has 12 hours.

    ``orders`` are of ``dmy``, ``mdy`` and ``ymd``. ``form`` is one that was said, as in ``strptime``.
    """

    orders: tuple[str, ...] = ("dmy",)
    twelve: bool = False
    form: str | None = None


@dataclass(frozen=True, slots=True)
class When:
    """A time as it was read: ``day``, and where they were said the time of day and the zone."""

    day: date
    time: clock | None = None
    zone: tzinfo | None = None


def habits_of(texts: Iterable[str], form: str | None = None) -> Habits:
    """How a column writes its dates, by those that can be read in one order only.

    :class:`UsageError` where day and month cannot be told apart: a wrong day is worse than a question.
    """
    orders, twelve, asked, unclear = {"dmy", "mdy", "ymd"}, False, False, ""
    for text in texts:
        twelve = twelve or bool(re.search(r"\d\s*[ap]\.?\s?m\b", text, re.IGNORECASE))
        if form is not None:
            continue
        match = _NUMERIC.search(_without_weekday(text)[0])
        if match is None or len(match[1]) > 2:
            continue
        possible = _orders(match, _without_weekday(text)[1])
        if match[2] == "." and "dmy" in possible:
            possible &= {"dmy"}  # with points the day comes first
        if possible:
            asked, orders = True, orders & possible
            if len(possible) > 1:
                unclear = unclear or match[0]
    if form is not None:
        return Habits((), twelve, form)
    if asked and len(orders) != 1:
        raise UsageError(_asked(unclear))
    return Habits(tuple(orders) if asked else (), twelve)


def _asked(unclear: str) -> str:
    """The question which order it is, with the forms that fit a date that can be read in more than one."""
    sign = next((each for each in "/-." if each in unclear), "/")
    year = "%Y" if not unclear or re.search(r"\d{4}", unclear) else "%y"
    forms = [f"'{sign.join(('%d', '%m', year))}'", f"'{sign.join(('%m', '%d', year))}'"]
    if year == "%y":
        forms.append(f"'{sign.join(('%y', '%m', '%d'))}'")
    example = f' ("{unclear}")' if unclear else ""
    return f"The dates can be read day first or month first{example}. Add --date-format {' or '.join(forms)}."


def _orders(match: re.Match[str], weekday: int | None) -> set[str]:
    """The orders in which a date of numbers is one, with its weekday if that was said."""
    found = set()
    for order in ("dmy", "mdy", "ymd"):
        if len(match[4]) > 2 and order == "ymd":
            continue
        day = _day_of((match[1], match[3], match[4]), order)
        if day is not None and weekday in (None, day.weekday()):
            found.add(order)
    return found


def _day_of(numbers: Sequence[str], order: str) -> date | None:
    values = dict(zip(order, numbers, strict=True))
    try:
        return date(_year(values["y"]), int(values["m"]), int(values["d"]))
    except ValueError:
        return None


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    if len(text) != 2:
        raise ValueError("no year")
    return 2000 + int(text) if int(text) < 70 else 1900 + int(text)


def when(text: str, habits: Habits) -> When:
    """A day and time in one text; ``ValueError`` says why it cannot be read."""
    cleaned = re.sub(r"[\s\u00a0\u202f\u200e\u200f]+", " ", text).strip(" \u200e\u200f'\"")
    if not cleaned:
        raise ValueError("no date")
    if habits.form is not None:
        return _by_form(cleaned, habits)
    found = _by_number(cleaned) or _iso(cleaned)
    if found is not None:
        return found
    rest, weekday = _without_weekday(cleaned)
    day, rest = _day(rest, habits, text)
    if weekday is not None and day.weekday() != weekday:
        raise ValueError(f'"{text}": that day was a {day:%A}')
    if not rest:
        return When(day)
    at, zone_said = _time_and_zone(rest, text, day, twelve=habits.twelve)
    return When(day, at, zone_said)


def time_of_day(text: str, habits: Habits) -> tuple[clock | None, tzinfo | None]:
    """The time, and its zone if said, of a column of times; no time where it is a word for a part of the day."""
    cleaned = re.sub(r"[\s\u00a0\u202f]+", " ", text).strip()
    if cleaned.lower() in _WORDS_OF_DAY:
        return None, None
    if re.fullmatch(r"0[.,]\d{3,}|[01][.,]0+", cleaned):
        share = float(cleaned.replace(",", "."))
        if share < 1:
            return (datetime.min + timedelta(seconds=round(share * 86400))).time(), None
    stamp = re.fullmatch(r"(?:1899-12-3[01]|1900-01-0[01]|12/3[01]/1899|3[01][./]12[./]1899)[T ](.+)", cleaned)
    if stamp:
        cleaned = stamp[1]
    if re.fullmatch(r"([01]\d|2[0-3])[0-5]\d", cleaned):
        return clock(int(cleaned[:2]), int(cleaned[2:])), None
    return _time_and_zone(cleaned, text, None, twelve=habits.twelve)


def moment(found: When, zone: tzinfo | None) -> tuple[datetime, bool]:
    """The aware time, and whether the time of day was said; noon of the day where it was not.

    ``zone`` is that of times without one; None for this machine's. What was written in UTC is what no clock on the wall
    showed, so it is told in that zone too. ``OverflowError`` and ``ValueError`` for times that no calendar has.
    """
    naive = datetime.combine(found.day, found.time or NOON)
    if found.zone is None:
        return (naive.astimezone() if zone is None else naive.replace(tzinfo=zone)), found.time is not None
    at = naive.replace(tzinfo=found.zone)
    if found.zone is UTC and found.time is not None:
        at = at.astimezone(zone)
    return at, found.time is not None


def check_possible(day: date, now: datetime) -> None:
    """``ValueError`` for a day that cannot be: before any diary, a program's day nought, or after ``now``."""
    if day in _EMPTY_DATES:
        raise ValueError(f"{day.isoformat()} is what programs write for no date")
    if day.year < FIRST_YEAR:
        raise ValueError(f"the year {day.year} is too long ago for a diary")
    if day > now.date() + _ONE_DAY:
        raise ValueError(f"{day.isoformat()} is in the future, as this computer's clock says {now:%Y-%m-%d}")


def zone_named(text: str, at: datetime | None = None) -> tzinfo | None:
    """The zone of a name, an offset, or minutes before UTC; None where it names none, or more than one."""
    cleaned = text.strip()
    offset = re.fullmatch(r"(?:utc|gmt)?\s*([+\-−])(\d{1,2}):?(\d{2})?", cleaned, re.IGNORECASE)
    if offset:
        return _offset(*offset.groups())
    if cleaned.lower() in _ZONES:
        minutes = _ZONES[cleaned.lower()]
        return (
            UTC
            if not minutes and cleaned.lower() in ("z", "utc", "gmt", "ut")
            else timezone(timedelta(minutes=minutes))
        )
    if "/" in cleaned:
        try:
            return ZoneInfo(cleaned)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    if at is not None and cleaned.upper() in time.tzname and at.astimezone().tzname() == cleaned.upper():
        return at.astimezone().tzinfo
    return None


def _offset(sign: str, hours: str, minutes: str | None) -> tzinfo:
    length = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if length > timedelta(hours=15) or int(minutes or 0) > 59:
        raise ValueError(f'"{sign}{hours}:{minutes or "00"}" is no offset from UTC')
    return timezone(length if sign == "+" else -length)


def _by_number(text: str) -> When | None:
    """A UNIX time, a spreadsheet's day number, or digits alone (20240309, 202403092141); None for anything else."""
    if re.fullmatch(r"\d(?:[.,]\d+)?e\+?\d+", text, re.IGNORECASE):
        raise ValueError(f'"{text}" was shortened by a spreadsheet; show the column as a plain number and export anew')
    match = re.fullmatch(r"(\d+)(?:[.,](\d+))?", text, re.ASCII)
    if match is None:
        return None
    digits, rest = match.groups()
    if rest is None and len(digits) in (8, 12, 14):
        form = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}[len(digits)]
        try:
            at = datetime.strptime(digits, form)
        except ValueError:
            raise ValueError(f'"{text}" is not a date that can be read') from None
        return When(at.date(), at.time() if len(digits) > 8 else None)
    if len(digits) in _UNIX and (len(digits) == 10 or not (rest or "").strip("0")):
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(digits) // _UNIX[len(digits)])
        return When(at.date(), at.time(), UTC)
    if len(digits) == 5 and _SERIALS[0] <= int(digits) < _SERIALS[1]:
        if rest is not None and len(rest) < 4 and float(f"0.{rest}") * 8 % 1:
            raise ValueError(f'"{text}" was rounded by a spreadsheet; show the column as date and time and export anew')
        at = _SERIAL_EPOCH + timedelta(seconds=round(float(f"{digits}.{rest or 0}") * 86400))
        return When(at.date(), None if rest is None else at.time())
    raise ValueError(f'"{text}" is not a date that can be read')


def _iso(text: str) -> When | None:
    """A date as ISO 8601 has it, perhaps with a space for the T; None for any other form."""
    match = re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?"
        r"(?:\[.*\])?)?"
        r"|(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?",
        text,
        re.ASCII | re.IGNORECASE,
    )
    if match is None:
        return None
    year, month, day, hour, minute, second, part, zone = match.groups()[:8]
    if zone and zone[0] == "-" and second is None and "T" not in text.upper():
        raise ValueError(_stretch(text))
    if year is None:
        year, month, day, hour, minute, second, zone = match.groups()[8:]
    try:
        of = date(int(year), int(month), int(day))
        if hour is None:
            return When(of)
        at = clock(int(hour), int(minute), int(second or 0), int((part or "0")[:6].ljust(6, "0")))
    except ValueError:
        raise ValueError(f'"{text}" is not a date that can be read') from None
    if zone is None:
        return When(of, at)
    return When(of, at, UTC if zone.upper() == "Z" else _offset(zone[0], zone[1:3], zone[3:].lstrip(":") or None))


def _without_weekday(text: str) -> tuple[str, int | None]:
    """The text less a weekday's name, and which it was, from Monday 0."""
    for match in re.finditer(r"[^\W\d_]+", text):
        number = _WEEKDAYS.get(match[0].lower())
        if number is not None and not (
            match[0].lower() in ("mar", "mars") or (match.end() < len(text) and text[match.end()] == "/")
        ):
            return re.sub(r"\s+", " ", text[: match.start()] + text[match.end() :].lstrip(".,")).strip(" ,"), number
    return text, None


def _day(text: str, habits: Habits, whole: str) -> tuple[date, str]:
    """The day in a text, and what is left of the text."""
    match = _NUMERIC.search(text)
    if match is not None:
        orders = ("ymd",) if len(match[1]) == 4 else habits.orders or (("dmy",) if match[2] == "." else ())
        day = _day_of((match[1], match[3], match[4]), orders[0]) if orders else None
        if day is None or len(match[1]) == 3:
            raise ValueError(_not_read(whole))
        return day, _left(text, match)
    for form, places in ((_DAY_MONTH, (1, 2, 3)), (_MONTH_DAY, (2, 1, 3))):
        for match in form.finditer(text):
            month = _MONTHS.get(match[places[1]].lower())
            if month is None:
                continue
            number, year = match[places[0]], match[places[2]]
            left = _left(text, match)
            if year is None:
                # As ctime and JavaScript do: the year after the time.
                behind = re.search(r"(?:^|\s)(\d{4})(?=$|\s)", left)
                if behind is None:
                    break
                year, left = behind[1], re.sub(r"\s+", " ", left[: behind.start()] + left[behind.end() :]).strip(" ,")
            if len(number) == 4 and len(year) <= 2:
                number, year = year, number
            try:
                return date(_year(year), month, int(number)), left
            except ValueError:
                raise ValueError(_not_read(whole)) from None
    late = re.match(r"([^\W\d_]+)\.? (\d{1,2}) (.*?\d:\d\d.*?) (\d{4})(.*)$", text)
    if late and late[1].lower() in _MONTHS:
        try:
            return date(int(late[4]), _MONTHS[late[1].lower()], int(late[2])), (late[3] + late[5]).strip()
        except ValueError:
            pass
    raise ValueError(_not_read(whole))


def _left(text: str, match: re.Match[str]) -> str:
    left = f"{text[: match.start()].strip(' ,')} {text[match.end() :].strip(' ,')}".strip()
    left = re.sub(r"^T(?=\d)", "", left)
    return re.sub(r"^(?:at|um|à|@|-|–|·|\|)\s+", "", left, flags=re.IGNORECASE)


def _time_and_zone(text: str, whole: str, day: date | None, *, twelve: bool) -> tuple[clock | None, tzinfo | None]:
    """The time of a text that holds nothing else but perhaps a zone."""
    lowered = text.lower().strip(" ,")
    if lowered in _EXACT_WORDS:
        return _EXACT_WORDS[lowered], None
    if lowered in _WORDS_OF_DAY:
        return None, None
    rest, said = text, None
    offset = _OFFSET.search(rest)
    if offset and re.search(r"\d", rest[: offset.start()]):
        if offset[1] in "-−" and not re.search(r"(?:utc|gmt)\s*[-−]|:\d\d:\d\d", rest, re.IGNORECASE):
            raise ValueError(_stretch(whole))
        said, rest = _offset(*offset.groups()), rest[: offset.start()]
    else:
        named = _NAMED_ZONE.search(rest)
        if (
            named
            and named[1].lower() not in ("am", "pm", "a", "p", "uhr", "h", "s")
            and re.search(r"\d", rest[: named.start()])
        ):
            near = datetime.combine(day or date(2000, 1, 1), clock(12))
            said = zone_named(named[1], near)
            if said is None:
                more = (
                    "names more than one zone"
                    if named[1].lower() in _SEVERAL_ZONES
                    else "is no zone that is known here"
                )
                raise ValueError(f'"{whole}": {named[1]} {more}; write the offset, such as +01:00')
            rest = rest[: named.start()]
    rest = re.sub(r"\s*\(.*\)$", "", rest).strip(" ,")
    match = _TIME.fullmatch(rest) or re.fullmatch(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,:](\d{1,9}))?)?(x)?", rest)
    if match is None or (match[2] is None and not (match[5] and match[5][0].lower() in "ap")):
        raise ValueError(_not_read(whole))
    hour, half = int(match[1]), (match[5] or "")[:1].lower()
    if half in ("a", "p"):
        if (hour > 12 and half == "a") or (hour == 0 and half == "p"):
            raise ValueError(_not_read(whole))
        hour = hour % 12 + 12 * (half == "p") if hour <= 12 else hour
    elif twelve and 1 <= hour <= 12:
        raise ValueError(f'"{whole}" tells neither AM nor PM, as other rows do')
    try:
        at = clock(hour, int(match[2] or 0), int(match[3] or 0), int((match[4] or "0")[:6].ljust(6, "0")))
    except ValueError:
        raise ValueError(_not_read(whole)) from None
    return at, said


def _by_form(text: str, habits: Habits) -> When:
    """By a form that was said, which may leave out the time."""
    form = habits.form or ""
    if "%a" not in form.lower():
        whole, (text, weekday) = text, _without_weekday(text)
        found = _by_form_only(text, form, habits)
        if weekday is not None and found.day.weekday() != weekday:
            raise ValueError(f'"{whole}": that day was a {found.day:%A}')
        return found
    return _by_form_only(text, form, habits)


def _by_form_only(text: str, form: str, habits: Habits) -> When:
    try:
        at = datetime.strptime(text, form)
        timed = bool(re.search(r"%[HIcXTpRs]", form))
        return When(at.date(), at.time() if timed else None, at.tzinfo)
    except ValueError:
        pass
    # The length of the day in the text is not known: the longest beginning that the form fits.
    for end in sorted({match.start() for match in re.finditer(r"[\sT,]+", text)}, reverse=True):
        try:
            day = datetime.strptime(text[:end].strip(" ,"), form).date()
        except ValueError:
            continue
        at_time, said = _time_and_zone(text[end:].strip(" ,T"), text, day, twelve=habits.twelve)
        return When(day, at_time, said)
    found = _iso(text)
    if found is not None:
        return found
    raise ValueError(f'"{text}" is not a date of the form {form}')


def _stretch(text: str) -> str:
    return f'"{text}" may be from one time to another; give the end a column of its own, or write the seconds'


def _not_read(text: str) -> str:
    return f'"{text}" is not a date that can be read'
