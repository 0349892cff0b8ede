"""CSV of other trackers: which of its columns is which field, and its rows as entries.

A row is read whole or refused with a sentence: no number is taken that can be read in two ways. A row with an attack
and a medication is two entries.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from datetime import time as clock
from typing import Any

from voicelog.core.entry import KINDS, LIST_FIELDS, NUMBER_FIELDS, Entry
from voicelog.core.errors import UsageError
from voicelog.core.fields import FIELDS as TABLE
from voicelog.core.fields import FIELDS_OF, OTHER_FIELDS
from voicelog.diary.exchange import dates, quantities
from voicelog.diary.exchange.dates import Habits
from voicelog.diary.exchange.places import places
from voicelog.diary.exchange.quantities import NONE, Marks
from voicelog.diary.exchange.vocabulary import plain, words_of
from voicelog.diary.store.validity import valid

_DURATIONS = {"duration": None, "duration_s": 1.0, "duration_min": 60.0, "duration_h": 3600.0}
"""Fields for durations, and how many seconds a number without a unit stands for; None: as the column's name says."""
_WHEN = ("at", "date", "time", "end", "zone")
FIELDS = (
    *("at", "date", "time", "end", "zone", "kind", "severity", "intensity", "locations", "side", "type", "sensations"),
    *("triggers", "context", *_DURATIONS, "medication", "dose", "unit", "treatment", "symptom", "note", "text", "id"),
    *(each.name for each in TABLE if each.name in OTHER_FIELDS and each.form in ("text", "list", "number", "flag")),
)
"""What a column can be mapped to: fields of an entry; besides, ``date`` and ``time`` apart, the ``end``, the ``zone``
of the times, the ``side`` of the locations, a duration in minutes or hours."""
_JOINED = (*LIST_FIELDS, "note", "text", "medication")
"""Fields that several columns can be together."""
_GUESSES = {
    "at": r"(date ?time|timestamp|when|at|(utc|local) (date ?)?time|start(ed)?( (date|time|at))*|date (and|&|/) time)",
    "date": r"((start )?date|day|datum|tag)",
    "time": r"(((start|local) )?time|hour|(uhr)?zeit|time of day|start(ed)?( time| at)?|from|von)",
    "end": r"(end(ed)?( (date|time|at))*|stop(ped)?( time| at)?|until|to|bis|finish(ed)?)",
    "zone": r"(time ?zone|tz|zeitzone|zone|(start )?utc offset( \(min\))?)",
    "kind": r"(kind|category|entry type|type of entry|event)",
    "severity": r"(severity|pain( (level|score|intensity|severity))?|level|score|nrs|rating(/amount)?|intensity"
    r"|strength|stärke|schmerz(stärke)?)( ?[\[(]?(0|1) ?(-|to|–) ?10[\])]?|/10)?",
    "intensity": r"(intensity|severity|category|how bad|stärke)",
    "locations": r"((attack |pain )?locations?|body ?(parts?|areas?|sites?)|areas?|site|where|limb|ort|körperteil)",
    "side": r"(side|laterality|seite)",
    "type": r"(spasm type|type)",
    "sensations": r"(sensations?|quality|feeling|feels like)",
    "triggers": r"((potential |possible )?triggers?|(possible )?causes?|set off by|auslöser)",
    "duration_h": r"(duration|length|lasted|dauer)?( ?[\[(]?h(ou)?rs?[\])]?)",
    "duration_min": r"(duration|length|lasted|dauer)?( ?[\[(]?min(ute)?(s|n)?\.?[\])]?)",
    "duration_s": r"(duration|length|lasted|dauer)[ _]?[\[(]?s(ec(ond)?s?)?[\])]?",
    "duration": r"(duration|length|lasted|dauer)( ?[\[(].*[\])])?",
    "medication": r"((helpful )?medications?( name)?|medicines?|drugs?|meds?|medikament(e)?)",
    "dose": r"(dose|dosage|amount|dosis|quantity)( ?[\[(]?(mg|mcg|µg|g|ml|iu|tablets)[\])]?)?",
    "unit": r"(units?|dose unit|einheit)",
    "treatment": r"(treatments?|therapy|relief)",
    "symptom": r"(symptoms?)",
    "note": r"(notes?|comments?|remarks?|description|notiz(en)?|bemerkung(en)?)",
    "id": r"(id|uuid|entry id)",
}
_HINTS = {
    "severity": r"\b(how bad|pain|severity|intensity|nrs)\b",
    "locations": r"\b(where|location|body|part)\b",
    "duration": r"\b(how long|duration|lasted?|minutes|seconds)\b",
    "medication": r"\b(medication|medicine|drug|tablets?)\b",
    "triggers": r"\b(triggers?|caused?|set (it )?off)\b",
    "note": r"\b(notes?|comments?|anything else)\b",
}
_KIND_WORDS = {
    **dict.fromkeys(("spasms", "muscle spasm", "muscle spasms", "attack", "cramp", "cramps", "krampf"), "spasm"),
    **dict.fromkeys(("med", "meds", "medicine", "drug", "dose", "medikament"), "medication"),
    **{"symptoms": "symptom", "treatments": "treatment", "therapy": "treatment", "notes": "note", "ratings": "rating"},
}
_SPASM_WORDS = frozenset(
    f"{part}{word}" for part in ("", "muscle ", "leg ", "arm ", "back ") for word in ("spasm", "spasms", "spasming")
)
_OF_A_SPASM = (
    *(
        "severity",
        "intensity",
        "locations",
        "type",
        "sensations",
        "triggers",
        "context",
        "duration_s",
        "count",
        "about",
    ),
    *("every_s", "compared"),
)
"""Fields that make a row a spasm where nothing says what it is."""
_NAMED = ("symptom", "rating_of", "treatment", "medication")
_YES = {"yes": True, "y": True, "true": True, "1": True, "taken": True, "x": True, "ja": True, "✓": True}
_NO = {"no": False, "n": False, "false": False, "0": False, "missed": False, "skipped": False, "nein": False}
_MOST = {"count": 10_000.0, "every_s": 366 * 86400.0, "units": 100_000.0, "confidence": 1.0}
_FORMS_OF_DRUGS = re.compile(
    r"(?:tablets?|tabs?|pills?|capsules?|caps?|oral|po|by mouth|prolonged release|sr|xr|mr|er|ir|suspension)\.?"
)

_WITH_STRENGTH = re.compile(
    r"(?:(\d{1,2}|[½¼¾])\s*[x×]\s*)?(.*?[^\W\d_]\d*)[\s,(]*?(?<![\d.,])(\d[\d.,]*\s?"
    r"(?:mg|mcg|µg|μg|ug|g|ml|iu|units?|tablets?|tabs?|drops?|puffs?|sprays?))\b\)?\s*(.*)"
)
"""A name, perhaps a number of tablets before it, and behind it what one has, and what is said besides."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """How to read a foreign table: column → field, the kind of rows that do not tell, how dates are written."""

    columns: Mapping[str, str]
    kind: str | None = None
    """What rows are that do not tell; None tells by what they hold."""
    date_form: str | None = None
    """As in ``strptime``; None finds out."""
    zone: tzinfo | None = None
    """Of times without an offset; None for this machine's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How this file is to be read: the mapping, and what a first look at all its rows told of its dates and numbers."""

    mapped: Mapped
    habits: Habits
    marks: Marks
    logged_at: datetime
    """When it is imported: nothing in it happened later."""
    zone_column: str | None = None
    zone_minutes: bool = False
    """Whether the column of zones holds minutes before UTC."""
    scale: float = 10.0
    """What the severities go up to, where more of them than mistakes are above ten."""
    utc: bool = False
    """Whether the column of times says that it is in UTC."""
    seen: Counter[str] = field(default_factory=Counter)
    """How many rows alike there were so far."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Words that stand for no part of the body known here, and in how many rows; they are kept as written."""


def guess(columns: Sequence[str], rows: Sequence[Mapping[str, str]] = ()) -> dict[str, str]:
    """What the columns are likely to be, by their names and the first rows; those that nothing fits are left out."""
    found: dict[str, str] = {}
    for form_of in (_named_so, _hinted_at):
        for column in columns:
            if column in found:
                continue
            values = _of(rows, column)
            for each in form_of(_as_words(column)):
                if each not in found.values() and _fits(each, column, values):
                    found[column] = each
                    break
    if not {"at", "date"} & set(found.values()):
        # By what they hold: a column with a day in each row tells when, whatever its name.
        dated = [column for column in columns if (values := _of(rows, column)) and _fits("at", column, values)]
        dated.sort(key=lambda column: column not in found)
        found |= dict.fromkeys(dated[:1], "at")
    return _without_strays(found)


def _as_words(column: str) -> str:
    return re.sub(r"[\s_-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.strip()).lower())


def _named_so(name: str) -> list[str]:
    """The fields that a column with just this name can be."""
    own = name.replace(" ", "_")
    fitting = [own] if own in FIELDS else []
    return fitting + [each for each, form in _GUESSES.items() if re.fullmatch(form, name) and each not in fitting]


def _hinted_at(name: str) -> list[str]:
    """The fields that a longer name, such as a question, is about."""
    return [each for each, form in _HINTS.items() if re.search(form, name)]


def _without_strays(found: Mapping[str, str]) -> dict[str, str]:
    """The guesses less those that make no sense without another, or beside it."""
    fields = set(found.values())
    away = {"date", "time"} if "at" in fields else set()
    if not {"medication", "treatment"} & fields:
        away |= {"dose", "unit"}
    if "dose" not in fields:
        away.add("unit")
    if "locations" not in fields:
        away.add("side")
    return {column: each for column, each in found.items() if each not in away}


def own_columns(columns: Sequence[str]) -> dict[str, str]:
    """The columns that are named as export names them, where these make a diary by themselves; else none."""
    own = {column: column for column in columns if column in FIELDS}
    enough = "at" in own.values() and len(own) > 1 and len(own) * 2 > len(columns)
    return own if enough else {}


def _of(rows: Sequence[Mapping[str, str]], column: str) -> list[str]:
    return [value for row in rows if (value := (row.get(column) or "").strip())]


def _fits(name: str, column: str, values: Sequence[str]) -> bool:
    """Whether the values can be that field; without values, whether its name lets it be."""
    tests: dict[str, Callable[[str], object]] = {
        "at": lambda text: _dated(text),
        "date": lambda text: _dated(text),
        "time": lambda text: dates.time_of_day(text, Habits()),
        "severity": lambda text: _severity(text, column, Marks()),
        "intensity": lambda text: words_of("intensity")[plain(text)],
        "kind": lambda text: _kind(text),
        "type": lambda text: words_of("type")[plain(text)],
        **dict.fromkeys(_DURATIONS, lambda text: _duration(text, name, column, Marks("", "."))),
    }
    test = tests.get(name)
    if name == "severity" and quantities.scale_of(column) is None:
        return False
    wrong = 0
    for value in values:
        if plain(value) in NONE or test is None:
            continue
        try:
            test(value)
        except KeyError:
            wrong += 1
        except ValueError as error:
            wrong += "may be" not in str(error) or name in _DURATIONS
    # A line of totals below the table, or a slip, does not make a column another.
    return wrong * 3 <= len(values)


def _duration(text: str, name: str, column: str, marks: Marks) -> float:
    """A duration of a column that is mapped to ``name``, in seconds."""
    said = quantities.seconds_in(column)
    clock_form = quantities.clock_form_in(column)
    return quantities.duration(text, marks, _DURATIONS[name] or said, clock_form, certain=said is not None)


def _dated(text: str) -> None:
    for order in ("dmy", "mdy", "ymd"):
        try:
            dates.when(text, Habits((order,)))
        except ValueError as error:
            last = error
        else:
            return
    raise last


def check(mapped: Mapped, columns: Sequence[str]) -> None:
    """:class:`UsageError` where the mapping does not fit the table."""
    for column, name in mapped.columns.items():
        if column not in columns:
            raise UsageError(f'The file has no column "{column}". It has: {", ".join(columns)}.')
        if name not in FIELDS:
            raise UsageError(f'"{name}" is no field a column can be. Fields: {", ".join(FIELDS)}.')
        said = quantities.seconds_in(column) if name in _DURATIONS else None
        meant = _DURATIONS.get(name)
        if said is not None and meant is not None and said != meant:
            right = {1.0: "duration_s", 60.0: "duration_min", 3600.0: "duration_h"}.get(said, "duration")
            raise UsageError(f"\"{column}\" is not {name} by its name. Say --map '{column}={right}'.")
        if name == "severity" and quantities.scale_of(column) is None:
            raise UsageError(
                f'"{column}" goes to another number than ten, and severities are not converted. '
                f"Keep it as words: --map '{column}=note'."
            )
    for name, times in Counter(mapped.columns.values()).items():
        if times > 1 and name not in _JOINED:
            several = ", ".join(f'"{column}"' for column, each in mapped.columns.items() if each == name)
            raise UsageError(f'{several} are both to be "{name}", which can be one column only. Leave one out.')
    if not {"at", "date"} & set(mapped.columns.values()):
        raise UsageError("No column tells when it happened. Add --map 'COLUMN=at' (or =date, and =time).")


def reading_of(
    rows: Iterable[Mapping[str, str]], columns: Sequence[str], mapped: Mapped, delimiter: str, logged_at: datetime
) -> Reading:
    """How to read a table, from a first look at all its rows; :class:`UsageError` where the dates do not tell."""
    named = {each: column for column, each in mapped.columns.items()}
    whens = [named[each] for each in ("at", "date") if each in named]
    clocks = [named[each] for each in ("time", "end") if each in named]
    numbers = [column for column, each in mapped.columns.items() if each in (*NUMBER_FIELDS, *_DURATIONS, "medication")]
    severities = [column for column, each in mapped.columns.items() if each == "severity"]
    severities = [column for column in severities if quantities.scale_of(column) == 10.0]
    rated: Counter[str] = Counter()
    texts: dict[str, None] = {}
    figures: dict[str, None] = {}
    timed: dict[str, None] = {}
    for row in rows:
        texts.update((re.sub(r"\d\d?:\d\d(:\d\d)?", "0:00", row[column]), None) for column in whens)
        timed.update((row[column][-4:], None) for column in clocks)
        figures.update((row[column][:40], None) for column in numbers)
        rated.update(text for column in severities if (text := row[column].strip()))
    habits = dates.habits_of(texts, mapped.date_form)
    twelve = habits.twelve or any(re.search(r"[\d\s][ap]\.?m\b", text, re.IGNORECASE) for text in timed)
    zone, minutes = _zone_column(columns, mapped)
    utc = any(re.search(r"(?<![a-z])(?:utc|gmt)(?![a-z])", column, re.IGNORECASE) for column in whens + clocks[:1])
    marks = quantities.marks_of(figures, delimiter)
    scale = _scale(rated, marks)
    return Reading(mapped, replace(habits, twelve=twelve), marks, logged_at, zone, minutes, scale, utc)


def _scale(rated: Counter[str], marks: Marks) -> float:
    """What severities go up to: ten, or a greater number where the column as a whole shows that it is of another scale.

    That is where several of them are above ten, or one is and none below. A single slip makes no other scale.
    """
    values: Counter[float] = Counter()
    for text, times in rated.items():
        try:
            values[quantities.number(text, marks)] += times
        except ValueError:
            continue
    above = [value for value in values if 10 < value <= 100]
    share = sum(values[value] for value in above) / max(values.total(), 1)
    several = len(above) > 1 and share > 0.1
    high = bool(above) and max(above) > 20 and min(values) >= 10
    return max(above) if several or high else 10.0


def _zone_column(columns: Sequence[str], mapped: Mapped) -> tuple[str | None, bool]:
    """The column that has the zones of the times: the one that was mapped, or one that has the name of it."""
    said = [column for column, each in mapped.columns.items() if each == "zone"]
    free = [column for column in columns if column not in mapped.columns]
    likely = [c for c in free if re.fullmatch(_GUESSES["zone"], re.sub(r"[\s_-]+", " ", c.strip().lower()))]
    column = next(iter(said or likely), None)
    return column, column is not None and bool(re.search(r"offset.*min|min.*offset", column, re.IGNORECASE))


def entries_of(row: Mapping[str, str], how: Reading) -> list[Entry]:
    """The entries of a row: one for each kind of thing in it. ``ValueError`` says what is wrong with the row.

    Their ids are made of what they say (and of how many rows alike were before), so that the same row gives the same.
    """
    cells: dict[str, list[tuple[str, str]]] = {}
    for column, name in how.mapped.columns.items():
        value = (row.get(column) or "").strip()
        if dates_unreadable(value):
            raise ValueError(f'"{column}" holds bytes that are no text in this encoding; save the file as UTF-8')
        if value and (plain(value) not in NONE or name in ("time", "note", "text")):
            cells.setdefault(name, []).append((column, value))
    at, timed, end, words = _times(cells, row, how)
    named = [name for name in how.mapped.columns.values() if name not in _WHEN and name not in ("id", "unit")]
    if named and how.mapped.kind is None and not any(name in cells for name in (*named, "end")):
        raise ValueError("it tells only when; give --kind if such rows are to be entries")
    values, doses = _values(cells, how)
    if end is not None and timed and "duration_s" not in values:
        values["duration_s"] = (end - at).total_seconds()
    elif end is not None and timed and abs((end - at).total_seconds() - values["duration_s"]) > _near(values):
        raise ValueError("its duration is not that from its beginning to its end")
    if words:
        values["text"] = "; ".join(filter(None, (str(values.get("text", "")), words)))
    unsure = () if timed else ("at",)
    parts = _parted(cells, values, doses, how)
    made = [Entry("", kind, at, how.logged_at, unsure=unsure, **has) for kind, has in parts]
    given = cells["id"][0][1] if "id" in cells else ""
    return [valid(entry.with_fields(id=_id(entry, given, how, number))) for number, entry in enumerate(made)]


def dates_unreadable(value: str) -> bool:
    """Whether a cell holds what could not be decoded."""
    return "\ufffd" in value


def _near(values: Mapping[str, Any]) -> float:
    """By how many seconds a duration may differ from its ends: it is rounded, most often to minutes."""
    return max(90.0, float(values["duration_s"]) * 0.02)


def _times(
    cells: Mapping[str, list[tuple[str, str]]], row: Mapping[str, str], how: Reading
) -> tuple[datetime, bool, datetime | None, str]:
    """When it began, whether the time of day is known, when it ended, and words in the place of a time."""
    text = cells["at"][0][1] if "at" in cells else cells["date"][0][1] if "date" in cells else ""
    if not text:
        raise ValueError("no date")
    zone = _zone_of(row, how)
    found = dates.when(text, how.habits)
    dates.check_possible(found.day, how.logged_at)
    words = ""
    if "time" in cells:
        said = cells["time"][0][1]
        time, of = dates.time_of_day(said, how.habits)
        if time is not None and found.time is not None and time != found.time:
            raise ValueError(f'"{text}" and "{said}" are different times')
        if time is not None:
            found = dates.When(found.day, time, of or found.zone)
        elif plain(said) not in NONE:
            words = f"time of day: {said}"
    if found.zone is None and how.utc:
        found = replace(found, zone=UTC)
    try:
        at, timed = dates.moment(found, zone)
        if found.zone is None and zone is not None:
            # The person's clock showed this; the zone is kept as its offset.
            at = at.replace(tzinfo=None).replace(tzinfo=_fixed(at))
        end = _end(cells, found, at, how, zone) if timed else None
    except (OverflowError, OSError):
        raise ValueError(f'"{text}" is not a date that can be read') from None
    if at > how.logged_at + timedelta(days=1):
        raise ValueError(
            f"{at.date().isoformat()} is in the future, as this computer's clock says {how.logged_at:%Y-%m-%d}"
        )
    return at, timed, end, words


def _fixed(at: datetime) -> tzinfo:
    offset = at.utcoffset()
    assert offset is not None
    return timezone(offset)


def _zone_of(row: Mapping[str, str], how: Reading) -> tzinfo | None:
    """The zone that the row's column of zones names; None where there is none."""
    text = (row.get(how.zone_column) or "").strip() if how.zone_column else ""
    if not text or plain(text) in NONE:
        return how.mapped.zone
    if how.zone_minutes or re.fullmatch(r"[+-]?\d{2,3}", text):
        match = re.fullmatch(r"([+-]?)(\d{1,3})", text)
        if match is None or int(match[2]) > 900:
            raise ValueError(f'"{text}" is no offset from UTC in minutes')
        return timezone(timedelta(minutes=int(text)))
    zone = dates.zone_named(text)
    if zone is None:
        raise ValueError(f'"{text}" is no zone that is known here; write it as Europe/London or as +01:00')
    return zone


def _end(
    cells: Mapping[str, list[tuple[str, str]]],
    found: dates.When,
    at: datetime,
    how: Reading,
    shown: tzinfo | None,
) -> datetime | None:
    if "end" not in cells:
        return None
    text = cells["end"][0][1]
    time: clock | None = None
    try:
        time, _ = dates.time_of_day(text, how.habits)
        if time is None:
            return None
    except ValueError:
        late = dates.when(text, how.habits)
        if late.time is None:
            return None
        until, _ = dates.moment(replace(late, zone=late.zone or found.zone), shown)
        if until < at:
            raise ValueError("it ends before it begins") from None
        return until
    until, _ = dates.moment(dates.When(found.day, time, found.zone), shown)
    if until >= at:
        return until
    if at - until < timedelta(hours=12):
        raise ValueError("it ends before it begins, or after more than half a day; give the end with its date")
    return until + timedelta(days=1)


def _values(cells: Mapping[str, list[tuple[str, str]]], how: Reading) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The fields of what happened, and the medications taken, each with its own."""
    values: dict[str, Any] = {}
    for name, said in cells.items():
        column, text = said[0]
        if name == "severity":
            values |= _severity(text, column, how.marks)
            if how.scale > 10 and re.fullmatch(r"[\d.,]+", text) and quantities.scale_of(column) == 10.0:
                raise ValueError(
                    f'"{column}" goes up to {how.scale:g}, so {text} is of another scale than nought to ten; '
                    "name the scale in the column's name, such as (0-100)"
                )
        elif name in _DURATIONS:
            if "duration_s" in values:
                raise ValueError("it has more than one duration")
            values["duration_s"] = _duration(text, name, column, how.marks)
        elif name == "locations":
            values[name] = _places(said, cells.get("side", []), how)
        elif name in LIST_FIELDS:
            values[name] = tuple(dict.fromkeys(_word(name, item) for _, each in said for item in _items(each)))
        elif name in ("note", "text"):
            values[name] = "; ".join(each for _, each in said)
        elif name in ("taken", "about"):
            values[name] = _flag(text)
        elif name in NUMBER_FIELDS and name != "dose":
            values[name] = quantities.number(text, how.marks)
            if values[name] > _MOST.get(name, 1e6):
                raise ValueError(f"{name} is {text}, which is too much")
        elif name == "symptom":
            values |= _symptoms(text)
        elif name == "compared" or name == "rating_of":
            values[name] = plain(text)
        elif name not in (*_WHEN, "kind", "id", "side", "medication", "dose", "unit"):
            values.setdefault(name, _word(name, text))
    if "side" in cells and "locations" not in cells:
        values["locations"] = _places(cells["side"], [], how)
    doses = _doses(cells, how)
    if "dose" in cells and not doses:
        amount = _amount(cells, how.marks)
        values |= _said(amount)
    return values, doses


def _amount(cells: Mapping[str, list[tuple[str, str]]], marks: Marks) -> quantities.Amount:
    """The dose of a row, in the unit of its cell, of the column of units, or of the column's name."""
    column, text = cells["dose"][0]
    unit = cells["unit"][0][1] if "unit" in cells else quantities.unit_in(column)
    amount = quantities.amount(text, marks, unit)
    if unit and not amount.unit:
        raise ValueError(f'the unit "{unit}" is not known here; use mg, mcg, g, ml, IU, tablets, drops or puffs')
    return amount


def _symptoms(text: str) -> dict[str, Any]:
    """The symptoms of a cell, and whether a spasm is among them; one that is not known stands with all of the cell."""
    known, types = words_of("symptom"), words_of("type")
    items = [plain(item) for item in _items(text)]
    symptoms = tuple(known[item] for item in items if item in known)
    spasms = [item for item in items if item in _SPASM_WORDS or (item in types and item not in known)]
    if len(symptoms) + len(spasms) != len(items):
        return {"symptoms": (_word("symptom", text),)}
    kinds = [types[item] for item in spasms if item in types]
    found: dict[str, Any] = {"symptoms": symptoms} if symptoms else {}
    return found | ({"spasm": True} if spasms else {}) | ({"type": kinds[0]} if kinds else {})


def _flag(text: str) -> bool:
    known = (_YES | _NO).get(plain(text))
    if known is None:
        raise ValueError(f'"{text}" is neither yes nor no')
    return known


def _severity(text: str, column: str, marks: Marks) -> dict[str, Any]:
    word = words_of("intensity").get(plain(text))
    if word is not None:
        return {"intensity": word}
    return {"severity": quantities.severity(text, marks, quantities.scale_of(column) or 10.0)}


def _items(text: str) -> list[str]:
    cleaned = re.sub(r"[\[\]\"“”]", " ", text)
    return [item for part in re.split(r"[;,/|\n]", cleaned) if (item := part.strip()) and plain(item) not in NONE]


def _word(name: str, text: str) -> str:
    """The word of the diary for a word of a cell, or the word itself in small letters."""
    said = plain(text)
    return words_of(name).get(said, said)


def _places(said: Sequence[tuple[str, str]], sides: Sequence[tuple[str, str]], how: Reading) -> tuple[str, ...]:
    if len(said) == 2 and not sides:
        found = places(said[0][1], said[1][1])
    else:
        found = places(" ; ".join(text for _, text in said), " ; ".join(text for _, text in sides))
    how.unknown.update(found.unknown)
    return found.locations


def _doses(cells: Mapping[str, list[tuple[str, str]]], how: Reading) -> list[dict[str, Any]]:
    """The medications of a row with their doses."""
    names = [item for _, each in cells.get("medication", []) for item in _medications(each)]
    if "dose" not in cells:
        return [_dose(name, None, how.marks) for name in names]
    if not names and "treatment" not in cells:
        raise ValueError("it has a dose and no medication")
    if len(names) > 1:
        raise ValueError("it has one dose for several medications; give each a row")
    amount = _amount(cells, how.marks)
    return [_dose(name, amount, how.marks) for name in names]


def _medications(text: str) -> list[str]:
    parts = re.split(r"[;|\n+&]|,\s*(?=[^\W\d])|\band\b|\bund\b", text)
    found = [part.strip() for part in parts if part.strip()]
    return [
        part
        for part in found
        if plain(part) not in NONE and not re.fullmatch(r"no (?:medication|medicine|meds?|drugs?)", plain(part))
    ]


def _dose(name: str, beside: quantities.Amount | None, marks: Marks) -> dict[str, Any]:
    """A medication as written, perhaps with a strength (``Baclofen 10mg``), and the dose ``beside`` it in the row."""
    said, generic = plain(name), words_of("medication")
    match = None if said in generic else _WITH_STRENGTH.fullmatch(said)
    if match is None:
        several = re.fullmatch(r"(\d{1,2}|[½¼¾])\s*(?:[x×]\s*)?(\D+)", said)
        if several and beside is None and several[2] in generic:
            return {"medication": generic[several[2]], "dose": quantities.number(several[1]), "unit": "tablet"}
        return {"medication": _generic(said)} | _said(beside)
    times, bare, strength, rest = match.groups()
    taken = {"medication": _generic(bare.strip(" ,(-")), "text": name}
    if rest and not _FORMS_OF_DRUGS.fullmatch(rest.strip("() ")):
        raise ValueError(
            f'what "{rest}" in "{name}" says of the dose is not certain; give the dose a column of its own'
        )
    each = quantities.amount(strength, marks)
    if beside is None:
        return taken | {"dose": each.value * (quantities.number(times) if times else 1.0), "unit": each.unit}
    if times:
        raise ValueError(f'both "{name}" and the dose beside it say how much')
    if beside.unit or beside.value == each.value:
        return taken | _said(quantities.Amount(beside.value, beside.unit or each.unit))
    if beside.value <= 4 and (beside.value * 4).is_integer() and beside.value < each.value:
        return taken | {"dose": beside.value, "unit": "tablet"}
    raise ValueError(f'{beside.value:g} of "{name}" may be tablets or {each.unit}; write the unit of the dose')


def _generic(said: str) -> str:
    """The generic name of a medication, of ``tegretol xr``, ``baclofen (lioresal)``; else as it was said."""
    generic = words_of("medication")
    bare = re.sub(rf"\s+{_FORMS_OF_DRUGS.pattern}$", "", said)
    for name in (said, bare):
        if name in generic:
            return generic[name]
    two = re.fullmatch(r"([^()]+?)\s*\(([^()]+)\)?", bare)
    if two and generic.get(two[1]) is not None and generic.get(two[1]) == generic.get(two[2].strip()):
        return generic[two[1]]
    return said


def _said(amount: quantities.Amount | None) -> dict[str, Any]:
    if amount is None:
        return {}
    return {"dose": amount.value} | ({"unit": amount.unit} if amount.unit else {})


def _parted(
    cells: Mapping[str, Any], values: dict[str, Any], doses: list[dict[str, Any]], how: Reading
) -> list[tuple[str, dict[str, Any]]]:
    """The kinds of things in a row, each with its fields; what belongs to none of them is refused."""
    shared = {name: values.pop(name) for name in ("text",) if name in values}
    note = values.pop("note", None)
    taken = {"taken": values.pop("taken")} if "taken" in values else {}
    if taken and not doses:
        raise ValueError("it says whether a medication was taken, and not which")
    symptoms = list(values.pop("symptoms", ()))
    kind = _main_kind(cells, values, doses, note, how, symptoms)
    values.pop("spasm", None)
    if kind == "medication" and not doses:
        raise ValueError("it is a medication and does not say which")
    parts: list[tuple[str, dict[str, Any]]] = []
    if kind == "symptom" and symptoms:
        if len(symptoms) > 1 and not set(values).isdisjoint(("severity", "intensity", "locations")):
            raise ValueError("it has one severity or place for several symptoms; add --kind spasm if it is a spasm's")
        values["symptom"] = symptoms.pop(0)
    if kind != "medication":
        mine = {name: value for name, value in values.items() if name in FIELDS_OF[kind]}
        parts.append((kind, mine | shared | ({} if note is None else {"note": note})))
    rest = {name: value for name, value in values.items() if not parts or name not in parts[0][1]}
    parts += [("symptom", {"symptom": symptom}) for symptom in symptoms]
    if "treatment" in rest:
        names = [name for name in ("treatment", "duration_s", "dose", "unit") if name in rest]
        parts.append(("treatment", {name: rest.pop(name) for name in names}))
    for dose in doses:
        mine = shared | ({} if note is None else {"note": note}) if not parts else {}
        if "text" in mine and "text" in dose:
            mine |= {"text": f"{dose['text']}; {mine['text']}"}
        parts.append(("medication", dose | taken | mine))
    if rest:
        raise ValueError(f"a {kind} has no {', '.join(sorted(rest))}")
    return parts


def _main_kind(
    cells: Mapping[str, Any],
    values: Mapping[str, Any],
    doses: Sequence[Any],
    note: str | None,
    how: Reading,
    symptoms: Sequence[str],
) -> str:
    if "kind" in cells:
        return _kind(cells["kind"][0][1])
    wanted = how.mapped.kind
    tells = bool(doses) or bool(symptoms) or "treatment" in values
    if wanted is not None and (not tells or any(name in FIELDS_OF[wanted] for name in values if name not in _NAMED)):
        return wanted
    if "rating_of" in values:
        return "rating"
    if symptoms and "spasm" not in values:
        return "symptom"
    of_spasm = [name for name in _OF_A_SPASM if name in values]
    if "treatment" in values and set(of_spasm) <= {"duration_s", "locations"}:
        return "treatment"
    if of_spasm or "spasm" in values:
        return "spasm"
    if doses:
        return "medication"
    return "note" if note is not None else "spasm"


def _kind(text: str) -> str:
    said = plain(text)
    kind = said if said in KINDS else _KIND_WORDS.get(said, "")
    if not kind:
        raise ValueError(f'"{text}" is not a kind of entry ({", ".join(KINDS)})')
    return kind


def _id(entry: Entry, given: str, how: Reading, number: int) -> str:
    """The id that the file gives where it can be one for all diaries, else one made of what the entry says."""
    if re.fullmatch(r"[0-9A-Za-z][\w.:{}-]{11,63}", given) and re.search(r"[^\W\d]", given):
        return given if number == 0 else f"{given}-{number + 1}"
    said = entry.to_json()
    del said["logged_at"]
    text = json.dumps([said, given], ensure_ascii=False, sort_keys=True)
    how.seen[text] += 1
    return hashlib.sha256(f"{text}\x1f{how.seen[text]}".encode("utf-8", "replace")).hexdigest()[:32]
