"""CSV of other trackers: which of its columns is which field, and its rows as entries."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from voicelog.core.entry import KINDS, LIST_FIELDS, NUMBER_FIELDS, Entry
from voicelog.core.errors import UsageError
from voicelog.core.fields import FIELDS as TABLE
from voicelog.core.fields import KIND_NAMED_BY, OTHER_FIELDS
from voicelog.diary.store.validity import valid

FIELDS = (
    *("at", "date", "time", "kind", "severity", "intensity", "locations", "type", "sensations", "triggers", "context"),
    *("duration_s", "duration_min", "medication", "dose", "unit", "treatment", "symptom", "note", "text", "id"),
    *(field.name for field in TABLE if field.name in OTHER_FIELDS and field.form in ("text", "list", "number")),
)
"""What a column can be mapped to: fields of an entry, ``date`` and ``time`` apart, a duration in minutes."""
_GUESSES = {
    "at": r"(date[ _-]?time|timestamp|when|at|start(ed)?( (date|time))?)",
    "date": r"(date|day|datum)",
    "time": r"(time|hour|uhrzeit|time of day)",
    "kind": r"(kind|category|entry type)",
    "severity": r"(severity|pain( (level|score|intensity))?|level|score|nrs|rating|intensity|strength)",
    "locations": r"(location|locations|body ?parts?|area|areas|site|where|limb)",
    "type": r"(type|spasm type)",
    "sensations": r"(sensation|sensations|quality|feeling|feels like)",
    "triggers": r"(trigger|triggers|cause|possible causes?)",
    "duration_min": r"(duration|length|lasted)?( ?[\[(]?min(ute)?s?[\])]?)|duration|length|lasted",
    "duration_s": r"(duration|length|lasted)[ _]?[\[(]?s(ec(ond)?s?)?[\])]?",
    "medication": r"(medication|medicine|drug|med)",
    "dose": r"(dose|dosage|amount)",
    "unit": r"(unit|units)",
    "treatment": r"(treatment|therapy|relief)",
    "symptom": r"(symptom|symptoms)",
    "note": r"(note|notes|comment|comments|remarks?|description)",
    "id": r"(id|uuid|entry id)",
}
_FORMS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d.%m.%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y"),
    *("%b %d, %Y", "%B %d, %Y", "%b %d %Y"),
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", " %I %p")
_DAY_FIRST = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y")
_MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y")
_KINDS_OF = {name: kind for name, kind in KIND_NAMED_BY.items() if name != "note"}


@dataclass(frozen=True, slots=True)
class Mapped:
    """How to read a foreign table: column → field, the kind of rows that do not tell, how dates are written."""

    columns: Mapping[str, str]
    kind: str = "spasm"
    date_form: str | None = None
    """As in ``strptime``; None finds out."""
    zone: tzinfo | None = None
    """Of times without an offset; None for this machine's."""


def guess(columns: Iterable[str]) -> dict[str, str]:
    """What the columns are likely to be, by their names; those that nothing fits are left out."""
    found: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"[\s_-]+", " ", column.strip().lower())
        for field, form in _GUESSES.items():
            if field not in found.values() and re.fullmatch(form, name):
                found[column] = field
                break
        else:
            if name in OTHER_FIELDS and name in FIELDS:
                found[column] = name
    return found


def check(mapped: Mapped, columns: Sequence[str]) -> None:
    """:class:`UsageError` where the mapping does not fit the table."""
    for column, field in mapped.columns.items():
        if column not in columns:
            raise UsageError(f'The file has no column "{column}". It has: {", ".join(columns)}.')
        if field not in FIELDS:
            raise UsageError(f'"{field}" is no field a column can be. Fields: {", ".join(FIELDS)}.')
    if not {"at", "date"} & set(mapped.columns.values()):
        raise UsageError("No column tells when it happened. Add --map 'COLUMN=at' (or =date, and =time).")


def date_order(values: Iterable[str]) -> tuple[str, ...]:
    """Forms of dates for this column: whether the day or the month comes first, where the values tell.

    :class:`UsageError` where they do not: a wrong day is worse than a question.
    """
    day_first = month_first = seen = False
    for value in values:
        match = re.match(r"\s*(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}", value)
        if match:
            seen = True
            day_first |= int(match[1]) > 12
            month_first |= int(match[2]) > 12
    if seen and day_first == month_first:
        raise UsageError("The dates can be read day first or month first. Add --date-format '%d/%m/%Y' or '%m/%d/%Y'.")
    if not seen:
        return _FORMS
    return (*_FORMS, *(_DAY_FIRST if day_first else _MONTH_FIRST))


def entry_of(row: Mapping[str, str], mapped: Mapped, forms: Sequence[str], nth: int, logged_at: datetime) -> Entry:
    """The entry of a row, its id made from what the row says (``nth`` counts equal rows), so that it stays the same.

    ``ValueError`` says what is wrong with it.
    """
    said = {field: (row.get(column) or "").strip() for column, field in mapped.columns.items()}
    said = {field: value for field, value in said.items() if value}
    at = _when(said, forms, mapped.zone)
    kind = said.get("kind", "").lower() or next((_KINDS_OF[f] for f in said if f in _KINDS_OF), "")
    if not kind:
        kind = "note" if set(said) <= {"at", "date", "time", "note", "text", "id"} and "note" in said else mapped.kind
    if kind not in KINDS:
        raise ValueError(f'"{kind}" is not a kind of entry ({", ".join(KINDS)})')
    values: dict[str, object] = {}
    for field, value in said.items():
        if field in LIST_FIELDS:
            values[field] = tuple(item for part in re.split(r"[;,/|]", value) if (item := part.strip().lower()))
        elif field in NUMBER_FIELDS:
            values[field] = _number(value)
        elif field == "duration_min":
            values["duration_s"] = _number(value) * 60
        elif field in ("note", "text", "unit"):
            values[field] = value
        elif field not in ("at", "date", "time", "kind", "id"):
            values[field] = value.lower()
    text = "\x1f".join(f"{name}={row[name]}" for name in sorted(row) if isinstance(row[name], str))
    made = hashlib.sha256(f"{text}\x1f{nth}".encode("utf-8", "replace")).hexdigest()[:32]
    return valid(Entry(id=said.get("id", made), kind=kind, at=at, logged_at=logged_at).with_fields(**values))


def _number(text: str) -> float:
    match = re.fullmatch(r"([\d.]+(?:,\d+)?)\s*(?:/\s*10|[a-z%]+)?", text.strip().lower())
    try:
        return float(match[1].replace(",", ".")) if match else float(text)
    except ValueError:
        raise ValueError(f'"{text}" is not a number') from None


def _when(said: Mapping[str, str], forms: Sequence[str], zone: tzinfo | None) -> datetime:
    text = said.get("at") or " ".join(filter(None, (said.get("date"), said.get("time"))))
    if not text:
        raise ValueError("no date")
    at = _parsed(re.sub(r"\s+", " ", text), forms)
    if at.tzinfo is not None:
        return at
    return at.astimezone() if zone is None else at.replace(tzinfo=zone)


def _parsed(text: str, forms: Sequence[str]) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in forms:
        for clock in _CLOCKS:
            try:
                return datetime.strptime(text, form + clock)
            except ValueError:
                continue
    raise ValueError(f'"{text}" is not a date that can be read')
