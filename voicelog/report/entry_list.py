"""The entries of a report as rows of a table, by day, each with the marks by which a figure finds its entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import chain, groupby

from voicelog.core.entry import Entry, day_only, is_doubtful, unit_for
from voicelog.core.fields import BY_NAME, KIND_NAMED, OTHER_FIELDS
from voicelog.report import wording as w
from voicelog.report.days import WAKING, at_night, hour_known, places, sure

COLUMNS = ("Time", "What", "Severity", "Duration", "Where", "Details", "Set off by")
"""Those seldom filled come last: a year's page holds thousands of rows, and is to be mailed."""


_TOLD_APART = ("count", "about", "taken", "rating_of", "compared")
_LATER_FIELDS = tuple(name for name in OTHER_FIELDS if name not in _TOLD_APART)
_FIRST = date(2020, 1, 1).toordinal()
"""The days of a report are counted from here, as few digits will do."""


def _letters() -> Iterator[str]:
    """Letters that a style sheet takes for a name, of one byte at first; those with a meaning of their own left out."""
    for number in chain(range(0x41, 0x7B), range(0xC0, 0x2000), range(0x3400, 0xD800), range(0x20000, 0x30000)):
        if (letter := chr(number)).isalpha() and letter not in (UNSURE, NIGHT, WOKEN, NOTE):
            yield letter


UNSURE, NIGHT, WOKEN, NOTE = "unwo"
"""Marks of entries that are unsure, of spasms at night, of those that woke the person, and of notes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One spasm, treatment, symptom or note, or all doses of a day; empty cells at the end left out."""

    marks: str
    """Letters: those of the filters that show this row."""
    cells: tuple[str, ...]
    wide: str = ""
    """What stands in all columns after the cells, where that is not empty."""


@dataclass(frozen=True, slots=True)
class DayRows:
    """The rows of one day."""

    day: date
    title: str
    """The day; its year only where that is not the year of the rows above."""
    rows: tuple[Row, ...]

    @property
    def anchor(self) -> str:
        """Where a link to the day goes."""
        return anchor(self.day)


def anchor(day: date) -> str:
    """Where a link to a day goes."""
    return f"d{day.toordinal() - _FIRST}"


@dataclass(slots=True)
class Filters:
    """The marks given so far: by what a link of a figure shows only the entries that it counts.

    A mark is a letter of its own for each sort of figure (``p`` part, ``t`` trigger …) and value.
    """

    night: tuple[time, time]
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    free: Iterator[str] = field(default_factory=_letters)

    def mark(self, sort: str, value: str) -> str:
        """The mark of a value, a new one at its first use; empty once all are given."""
        key = (sort, value)
        if key not in self.names:
            letter = next(self.free, "")
            if not letter:
                return ""
            self.names[key] = letter
        return self.names[key]

    def link(self, sort: str, value: str) -> str:
        """The address of the entries with that value; empty where the list has none."""
        mark = self.names.get((sort, value))
        return f"#{mark}" if mark else ""


def listed(entries: Iterable[Entry], filters: Filters) -> Iterator[DayRows]:
    """The entries, which come by time, day by day, the latest day last; ``filters`` learns the marks."""
    year = None
    for day, of_day in groupby(entries, key=lambda entry: entry.at.date()):
        rows = []
        doses: dict[str, list[Entry]] = {}
        for entry in of_day:
            if entry.kind == "medication" and not is_doubtful(entry) and entry.medication and entry.taken is not False:
                doses.setdefault(entry.medication, []).append(entry)
            else:
                rows.append(_row(entry, filters))
        if doses:
            rows.append(_dose_row(doses, filters))
        for row in rows:
            for mark in row.marks:
                filters.rows[mark] = filters.rows.get(mark, 0) + 1
        title = w.short_day(day)
        yield DayRows(day, title if day.year != year else title.rpartition(" ")[0], tuple(rows))
        year = day.year


def value(entry: Entry, name: str) -> str:
    """A field for people, with a question mark where it is unsure; empty where it was not said."""
    known = getattr(entry, name)
    if known is None or known == ():
        return ""
    if name == "duration_s":
        text = w.clock_duration(known)
    elif isinstance(known, tuple):
        text = ", ".join(known)
    elif name == "every_s":
        text = f"every {w.clock_duration(known)}"
    elif isinstance(known, datetime):
        text = f"{name} {known:%H:%M}"
    elif isinstance(known, float):
        text = w.number(known, 3) + f" {name}" * (name in _LATER_FIELDS)
    elif BY_NAME[name].form == "flag":
        text = name if known else f"not {name}"
    else:
        text = str(known)
    return f"{text}?" if name in entry.unsure else text


def dose(entry: Entry) -> str:
    """``25 mg``, ``25? mg``; empty where no dose was said."""
    if entry.dose is None:
        return ""
    unit = unit_for(entry.unit or "", entry.dose)
    return f"{value(entry, 'dose')} {unit}".strip()


def _row(entry: Entry, filters: Filters) -> Row:
    what = {
        "spasm": _spasms(entry),
        "medication": " ".join(filter(None, (value(entry, "medication") or "medication", dose(entry), _missed(entry)))),
        "rating": f"{value(entry, 'rating_of') or 'day'} rating",
        "treatment": value(entry, "treatment") or "treatment",
        "symptom": value(entry, "symptom") or "symptom",
    }.get(entry.kind) or _name(entry)
    names = ("context", "intensity", "sensations", "compared", *_LATER_FIELDS, "note")
    details = (*(value(entry, name) for name in names), "still on" * entry.running)
    cells = [
        _clock(entry),
        what,
        value(entry, "severity"),
        value(entry, "duration_s"),
        value(entry, "locations"),
        ", ".join(filter(None, details)),
        value(entry, "triggers"),
    ]
    if entry.kind == "note":
        # A note takes the whole width: it is the longest text of all.
        return Row(_marks(entry, filters), tuple(cells[:2]), value(entry, "note"))
    while not cells[-1]:
        cells.pop()
    return Row(_marks(entry, filters), tuple(cells))


def _clock(entry: Entry) -> str:
    """The time of day, with a question mark where it is unsure; a dash where only the day is known."""
    if day_only(entry):
        return w.DASH
    return f"{entry.at:%H:%M}" + "?" * ("at" in entry.unsure)


def _spasms(entry: Entry) -> str:
    """What kind of spasm it was, or how many: ``3 spasms``, ``no spasms``, ``about 20 spasms``."""
    if entry.count is None:
        return value(entry, "type") or "spasm"
    doubt = "?" if "count" in entry.unsure else ""
    many = "no" if entry.count == 0 else f"{'about ' * bool(entry.about)}{entry.count:g}{doubt}"
    return f"{many} {value(entry, 'type') or 'spasm'}{'s' * (entry.count != 1)}"


def _name(entry: Entry) -> str:
    named_by = KIND_NAMED[entry.kind].named_by
    return (value(entry, named_by) if named_by and entry.kind != "note" else "") or entry.kind


def _missed(entry: Entry) -> str:
    return "(not taken)" if entry.taken is False else ""


def _dose_row(doses: dict[str, list[Entry]], filters: Filters) -> Row:
    texts = []
    for medication, taken in doses.items():
        times: dict[str, list[str]] = {}
        for entry in taken:
            times.setdefault(dose(entry), []).append(_clock(entry).replace(w.DASH, ""))
        texts.append(f"{medication} " + ", ".join(" ".join(filter(None, (each, *at))) for each, at in times.items()))
    return Row("".join(filters.mark("m", medication) for medication in doses), (), "; ".join(texts))


def _marks(entry: Entry, filters: Filters) -> str:
    marks = []
    if is_doubtful(entry):
        marks.append(UNSURE)
    timed = hour_known(entry)
    entry = sure(entry)
    if entry.kind == "spasm" and entry.count != 0:
        if timed:
            marks.append(filters.mark("h", str(entry.at.hour)))
        marks += [filters.mark("p", place.part) for place in sorted(places(entry.locations), key=lambda p: p.part)]
        marks += [filters.mark("t", trigger) for trigger in entry.triggers]
        if at_night(entry, filters.night, timed=timed):
            marks.append(NIGHT if WAKING.isdisjoint(entry.context) else WOKEN)
    elif entry.kind == "note":
        marks.append(NOTE)
    for sort, name in (("m", entry.medication), ("r", entry.treatment), ("s", entry.symptom)):
        if name is not None:
            marks.append(filters.mark(sort, name))
    return "".join(dict.fromkeys(marks))
