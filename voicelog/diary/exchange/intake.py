"""Taking entries in from a file, so that the same file a second time adds nothing."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

from voicelog.core.entry import Change, Entry
from voicelog.core.errors import UsageError
from voicelog.diary.exchange import trackers
from voicelog.diary.exchange.json_form import json_items
from voicelog.diary.exchange.table import entry_from_row, is_own
from voicelog.diary.store.diary import Diary
from voicelog.diary.store.validity import entry_from_item, valid

_BATCH = 1000
Read = Iterator[tuple[int, Entry | ValueError]]


@dataclass
class Taken:
    """What an import came to. ``differing`` are entries here already that have changed since; they are kept."""

    added: int = 0
    known: int = 0
    differing: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    """Line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Table:
    """The head of a CSV file."""

    columns: tuple[str, ...]
    delimiter: str
    own: bool


def is_json(path: Path) -> bool:
    """Whether the file is JSON rather than CSV, by how it begins."""
    with open_text(path) as file:
        return file.read(4096).lstrip("\ufeff \t\r\n").startswith(("[", "{"))


def open_text(path: Path) -> IO[str]:
    """The file as text; bytes that are no UTF-8 are marked rather than refused."""
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def table_of(path: Path) -> Table:
    """The columns of a CSV file; :class:`UsageError` where it has none."""
    with open_text(path) as file:
        first = file.readline()
        delimiter = max(",;\t|", key=first.count)
        file.seek(0)
        columns = next(csv.reader(file, delimiter=delimiter), [])
    if len(columns) < 2 or "\0" in first:
        raise UsageError(f"{path} is neither JSON nor CSV with a line of column names.")
    return Table(tuple(columns), delimiter, is_own(columns))


def read_json(path: Path) -> Read:
    """The entries of a JSON file that export wrote, each with its line, or what is wrong with it."""
    with open_text(path) as file:
        for number, item in json_items(file):
            try:
                yield number, entry_from_item(item)
            except ValueError as error:
                yield number, error


def read_own_csv(path: Path, table: Table) -> Read:
    """The entries of a CSV file that export wrote, perhaps saved by a spreadsheet since."""
    with open_text(path) as file:
        reader = csv.DictReader(file, restval="", delimiter=table.delimiter)
        for row in reader:
            try:
                yield reader.line_num, valid(entry_from_row(row))
            except (ValueError, TypeError) as error:
                yield reader.line_num, error if isinstance(error, ValueError) else ValueError(str(error))


def read_other_csv(path: Path, table: Table, mapped: trackers.Mapped, logged_at: datetime) -> Read:
    """The entries of another tracker's CSV file."""
    trackers.check(mapped, table.columns)
    when = next(c for c, f in mapped.columns.items() if f in ("at", "date"))
    if mapped.date_form:
        forms: tuple[str, ...] = (mapped.date_form,)
    else:
        with open_text(path) as file:
            forms = trackers.date_order(row.get(when) or "" for row in csv.DictReader(file, delimiter=table.delimiter))
    seen: Counter[int] = Counter()
    with open_text(path) as file:
        reader = csv.DictReader(file, delimiter=table.delimiter)
        for row in reader:
            same = hash(tuple(map(str, row.values())))
            try:
                yield reader.line_num, trackers.entry_of(row, mapped, forms, seen[same], logged_at)
            except ValueError as error:
                yield reader.line_num, error
            seen[same] += 1


def take_in(
    diary: Diary,
    items: Iterable[tuple[int, Entry | ValueError]],
    source: str,
    now: datetime,
    step: Callable[[], object],
) -> Taken:
    """Add the entries that are not there yet; ``step`` is called for each item. What is bad is told, the rest done."""
    taken = Taken()
    items = iter(items)
    while batch := list(islice(items, _BATCH)):
        changes: dict[str, Change] = {}
        for line, entry in batch:
            step()
            if isinstance(entry, ValueError):
                taken.bad.append((line, str(entry)))
            elif entry.id in changes or diary.knows(entry.id):
                taken.known += 1
                taken.differing += entry.id not in changes and _differs(diary.get(entry.id), entry)
            else:
                change_id = f"import {entry.id}"
                changes[entry.id] = Change(change_id, "save", None, entry, now, f"imported from {source}")
        taken.added += diary.write_many(changes.values())
    return taken


def _differs(present: Entry | None, entry: Entry) -> bool:
    return present is None or present != entry.with_fields(logged_at=present.logged_at)
