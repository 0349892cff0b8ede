"""The entries of a report as rows of a table, by day, each with the marks by which a figure finds its entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from itertools import groupby

from voicelog.entry import Entry
from voicelog.report import wording as w
from voicelog.report.days import WAKING, at_night, places, sure

COLUMNS = ("Time", "What", "Severity", "Where", "Duration", "Set off by", "Context", "More")


@dataclass(frozen=True, slots=True)
class Row:
    """One spasm, treatment, symptom or note, or all doses of a day; empty cells at the end left out."""

    marks: str
    """Classes, parted by a space: those of the filters that show this row."""
    cells: tuple[str, ...]
    wide: str = ""
    """What stands in all columns after the cells, where that is not empty."""


@dataclass(frozen=True, slots=True)
class DayRows:
    """The rows of one day."""

    day: date
    title: str
    rows: tuple[Row, ...]

    @property
    def anchor(self) -> str:
        """Where a link to the day goes."""
        return f"d{self.day.isoformat()}"


@dataclass(slots=True)
class Filters:
    """The marks given so far: by what a link of a figure shows only the entries that it counts.

    A mark is a letter for the sort of figure (``p`` part, ``t`` trigger …) and a number for the value.
    """

    night: tuple[time, time]
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def mark(self, sort: str, value: str) -> str:
        """The mark of a value, a new one at its first use."""
        key = (sort, value)
        if key not in self.names:
            self.names[key] = f"{sort}{sum(known == sort for known, _ in self.names)}"
        return self.names[key]

    def link(self, sort: str, value: str) -> str:
        """The address of the entries with that value; empty where the list has none."""
        mark = self.names.get((sort, value))
        return f"#{mark}" if mark else ""


def listed(entries: Iterable[Entry], filters: Filters) -> Iterator[DayRows]:
    """The entries, which come by time, day by day, the latest day last; ``filters`` learns the marks."""
    for day, of_day in groupby(entries, key=lambda entry: entry.at.date()):
        rows = []
        doses: dict[str, list[Entry]] = {}
        for entry in of_day:
            if entry.kind == "medication" and not entry.unsure and entry.medication:
                doses.setdefault(entry.medication, []).append(entry)
            else:
                rows.append(_row(entry, filters))
        if doses:
            rows.append(_dose_row(doses, filters))
        for row in rows:
            for mark in row.marks.split():
                filters.rows[mark] = filters.rows.get(mark, 0) + 1
        yield DayRows(day, w.short_day(day), tuple(rows))


def value(entry: Entry, name: str) -> str:
    """A field for people, with a question mark where it is unsure; empty where it was not said."""
    known = getattr(entry, name)
    if known is None or known == ():
        return ""
    if name == "duration_s":
        text = w.clock_duration(known)
    elif isinstance(known, tuple):
        text = ", ".join(known)
    elif isinstance(known, float):
        text = w.number(known, 3)
    else:
        text = str(known)
    return f"{text}?" if name in entry.unsure else text


def dose(entry: Entry) -> str:
    """``25 mg``, ``25? mg``; empty where no dose was said."""
    if entry.dose is None:
        return ""
    unit = w.unit(entry.unit or "", entry.dose)
    return f"{value(entry, 'dose')} {unit}".strip()


def _row(entry: Entry, filters: Filters) -> Row:
    what = {
        "spasm": value(entry, "type") or "spasm",
        "medication": " ".join(filter(None, (value(entry, "medication") or "medication", dose(entry)))),
        "treatment": value(entry, "treatment") or "treatment",
        "symptom": value(entry, "symptom") or "symptom",
    }.get(entry.kind, entry.kind)
    more = (value(entry, "intensity"), value(entry, "sensations"), value(entry, "note"), "still on" * entry.running)
    cells = [
        f"{entry.at:%H:%M}",
        what,
        value(entry, "severity"),
        value(entry, "locations"),
        value(entry, "duration_s"),
        value(entry, "triggers"),
        value(entry, "context"),
        ", ".join(filter(None, more)),
    ]
    if entry.kind == "note":
        # A note takes the whole width: it is the longest text of all.
        return Row(_marks(entry, filters), tuple(cells[:2]), value(entry, "note"))
    while not cells[-1]:
        cells.pop()
    return Row(_marks(entry, filters), tuple(cells))


def _dose_row(doses: dict[str, list[Entry]], filters: Filters) -> Row:
    texts = []
    for medication, taken in doses.items():
        times: dict[str, list[str]] = {}
        for entry in taken:
            times.setdefault(dose(entry), []).append(f"{entry.at:%H:%M}")
        texts.append(f"{medication} " + ", ".join(" ".join(filter(None, (each, *at))) for each, at in times.items()))
    marks = " ".join(filters.mark("m", medication) for medication in doses)
    return Row(marks, ("", "doses"), "; ".join(texts))


def _marks(entry: Entry, filters: Filters) -> str:
    marks = []
    if entry.unsure:
        marks.append("u")
        entry = sure(entry)
    if entry.kind == "spasm":
        marks.append(filters.mark("h", str(entry.at.hour)))
        marks += [filters.mark("p", place.part) for place in sorted(places(entry.locations), key=lambda p: p.part)]
        marks += [filters.mark("t", trigger) for trigger in entry.triggers]
        if at_night(entry, filters.night):
            marks.append("n" if WAKING.isdisjoint(entry.context) else "w")
    elif entry.kind == "note":
        marks.append("o")
    for sort, name in (("m", entry.medication), ("r", entry.treatment), ("s", entry.symptom)):
        if name is not None:
            marks.append(filters.mark(sort, name))
    return " ".join(dict.fromkeys(marks))
