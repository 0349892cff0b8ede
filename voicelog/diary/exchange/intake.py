"""Taking entries in from a file, so that the same file a second time adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from voicelog.core.entry import Change, Entry
from voicelog.diary.exchange import trackers
from voicelog.diary.exchange.json_form import json_items
from voicelog.diary.exchange.layout import Table, rows_of, table_of
from voicelog.diary.exchange.table import entry_from_row
from voicelog.diary.exchange.text_file import encoding_of, open_text
from voicelog.diary.store.diary import Diary
from voicelog.diary.store.rows import micros
from voicelog.diary.store.validity import entry_from_item, valid

_BATCH = 1000
_MOST = {"duration_s": 366 * 86400.0, "every_s": 366 * 86400.0, "dose": 1e7, "units": 1e6, "count": 1e5}
_IMPORT, _UNDONE = "import ", "import undone "
"""How the ids of the changes begin that an import makes, and that take one back."""
__all__ = ["Table", "table_of"]
Read = Iterator[tuple[int, Entry | ValueError]]


@dataclass
class Taken:
    """What an import came to. ``differing`` are entries here already that have changed since; they are kept."""

    added: int = 0
    known: int = 0
    differing: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    """Line, and what is wrong with it."""


def is_json(path: Path, encoding: str | None = None) -> bool:
    """Whether the file is JSON rather than CSV, by how it begins."""
    with open_text(path, encoding_of(path, encoding)) as file:
        return file.read(4096).lstrip("\ufeff \t\r\n").startswith(("[", "{"))


def read_json(path: Path, encoding: str | None = None) -> Read:
    """The entries of a JSON file that export wrote, each with its line, or what is wrong with it."""
    with open_text(path, encoding_of(path, encoding)) as file:
        for number, item in json_items(file):
            try:
                yield number, possible(entry_from_item(item))
            except ValueError as error:
                yield number, error


def read_own_csv(path: Path, table: Table) -> Read:
    """The entries of a CSV file that export wrote, perhaps saved by a spreadsheet since."""
    for number, row in rows_of(path, table):
        if isinstance(row, ValueError):
            yield number, row
            continue
        try:
            yield number, possible(valid(entry_from_row(row, decimal_comma=table.delimiter == ";")))
        except (ValueError, TypeError) as error:
            yield number, error if isinstance(error, ValueError) else ValueError(str(error))


def read_other_csv(path: Path, table: Table, mapped: trackers.Mapped, logged_at: datetime) -> Read:
    """The entries of another tracker's CSV file, a row's one after the other."""
    how = reading_of(path, table, mapped, logged_at)
    yield from read_rows(path, table, how)


def reading_of(path: Path, table: Table, mapped: trackers.Mapped, logged_at: datetime) -> trackers.Reading:
    """How to read another tracker's file, from a first look through it; :class:`UsageError` where it does not tell."""
    trackers.check(mapped, table.columns)
    rows = (row for _, row in rows_of(path, table) if not isinstance(row, ValueError))
    return trackers.reading_of(rows, table.columns, mapped, table.delimiter, logged_at)


def read_rows(path: Path, table: Table, how: trackers.Reading) -> Read:
    """The entries of another tracker's file, read as was found out."""
    for number, row in rows_of(path, table):
        if isinstance(row, ValueError):
            yield number, row
            continue
        try:
            found = trackers.entries_of(row, how)
        except ValueError as error:
            yield number, error
            continue
        except OverflowError:
            yield number, ValueError("a number in it is too great")
            continue
        for entry in found:
            yield number, entry


def first_rows(path: Path, table: Table, count: int = 50) -> list[dict[str, str]]:
    """The first rows that can be read."""
    rows = (row for _, row in rows_of(path, table))
    return list(islice((row for row in rows if not isinstance(row, ValueError)), count))


def possible(entry: Entry) -> Entry:
    """The entry; ``ValueError`` where a year or an amount is one that no diary has."""
    for name, value in (("at", entry.at), ("logged_at", entry.logged_at), ("until", entry.until)):
        if value is not None and not 1899 < value.year < 2201:
            raise ValueError(f"{name} is in the year {value.year}, which no diary has")
    for name, most in _MOST.items():
        value = getattr(entry, name)
        if value is not None and value > most:
            raise ValueError(f"{name} is {value:g}, which is too much")
    return entry


def take_in(
    diary: Diary,
    items: Iterable[tuple[int, Entry | ValueError]],
    source: str,
    now: datetime,
    step: Callable[[], object],
    before: Callable[[], object] = lambda: None,
    *,
    foreign: bool = False,
) -> Taken:
    """Add the entries that are not there yet; what is bad is told, the rest done.

    ``step`` is called for each item, and ``before`` once, before anything is written. An entry of an import that was
    taken back comes in again. Where the ids are made of what a ``foreign`` file says, an entry that says all that an
    imported one of the same time and kind does, or no more than that, is that one: the file has a column more or less.
    """
    taken = Taken()
    items = iter(items)
    # Only what was imported before can be the same as what comes now.
    foreign = foreign and _has_imports(diary)
    lines: dict[str, tuple[int, int]] = {}
    met: set[str] = set()
    while batch := list(islice(items, _BATCH)):
        changes: dict[str, Change] = {}
        for line, entry in batch:
            step()
            if isinstance(entry, ValueError):
                taken.bad.append((line, str(entry)))
                continue
            here = (line, hash(entry))
            earlier = lines.setdefault(entry.id, here)
            if earlier[1] != here[1]:
                taken.bad.append((line, f"it has the id of line {earlier[0]} and says something else"))
            elif earlier is not here:
                taken.known += 1
            elif diary.knows(entry.id):
                if _was_taken_back(diary, entry.id):
                    number = len(diary.history(entry.id))
                    changes[entry.id] = _saving(f"{_IMPORT}{entry.id} {number}", entry, source, now)
                else:
                    taken.known += 1
                    taken.differing += _differs(diary.get(entry.id), entry)
                    met.add(entry.id)
            elif foreign and (same := _same(diary, entry, met)) is not None:
                taken.known += 1
                met.add(same)
            else:
                changes[entry.id] = _saving(f"{_IMPORT}{entry.id}", entry, source, now)
        if changes:
            if not taken.added:
                before()
            taken.added += diary.write_many(changes.values())
            met |= changes.keys()
    return taken


@dataclass(frozen=True, slots=True)
class Import:
    """An import that was done: from which file, when, and the entries that it added and that are still there."""

    source: str
    at: datetime
    entries: tuple[Entry, ...]
    changed: int
    """Entries that were changed or removed since; taking the import back leaves them as they are."""


def last_import(diary: Diary) -> Import | None:
    """The last import that was not taken back; None where there is none."""
    row = diary.connection.execute(
        "SELECT words, at FROM changes AS c WHERE id LIKE 'import %' AND id NOT LIKE 'import undone %' AND NOT EXISTS "
        "(SELECT 1 FROM changes WHERE undoes = c.id) ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    found = diary.connection.execute(
        "SELECT c.entry_id, (SELECT count(*) FROM changes WHERE entry_id = c.entry_id AND seq > c.seq) "
        "FROM changes AS c "
        "WHERE c.words = ? AND c.at = ? AND id LIKE 'import %' AND id NOT LIKE 'import undone %' ORDER BY seq",
        row,
    ).fetchall()
    unchanged = [entry for entry_id, later in found if not later and (entry := diary.get(entry_id)) is not None]
    source = str(row[0]).removeprefix("imported from ")
    return Import(source, datetime.fromisoformat(row[1]), tuple(unchanged), len(found) - len(unchanged))


def take_back(diary: Diary, done: Import, now: datetime) -> int:
    """Remove what an import added and nobody has changed since; how many entries that were."""
    changes = []
    for entry in done.entries:
        last = diary.history(entry.id)[-1]
        change_id = f"{_UNDONE}{last.id.removeprefix(_IMPORT)}"
        changes.append(Change(change_id, "remove", entry, None, now, f"import of {done.source} taken back", last.id))
    return diary.write_many(changes)


def _saving(change_id: str, entry: Entry, source: str, now: datetime) -> Change:
    return Change(change_id, "save", None, entry, now, f"imported from {source}")


def _was_taken_back(diary: Diary, entry_id: str) -> bool:
    """Whether the entry is gone because its import was taken back, and not because somebody removed it."""
    return any(change.id.startswith(_UNDONE) for change in diary.history(entry_id)[-1:])


def _differs(present: Entry | None, entry: Entry) -> bool:
    return present is None or present != entry.with_fields(logged_at=present.logged_at)


def _has_imports(diary: Diary) -> bool:
    return diary.connection.execute("SELECT 1 FROM changes WHERE id LIKE 'import %' LIMIT 1").fetchone() is not None


def _same(diary: Diary, entry: Entry, met: set[str]) -> str | None:
    """The id of an imported entry, not yet ``met`` in this file, that says the same as far as both say it."""
    sql = (
        "SELECT e.id FROM entries AS e JOIN changes AS c ON c.entry_id = e.id AND c.id = 'import ' || e.id "
        "WHERE e.at_utc = ? AND e.kind = ? AND e.removed = 0 ORDER BY e.seq"
    )
    for (entry_id,) in diary.connection.execute(sql, (micros(entry.at), entry.kind)).fetchall():
        if entry_id in met:
            continue
        present = diary.get(entry_id)
        if present is not None and _agree(present, entry):
            return str(entry_id)
    return None


def _agree(one: Entry, other: Entry) -> bool:
    """Whether no field says something else in both, and one says all that the other does."""
    mine, theirs = one.to_json(), other.to_json()
    for each in (mine, theirs):
        for name in ("id", "logged_at", "confidence"):
            each.pop(name)
    return _within(mine, theirs) or _within(theirs, mine)


def _within(less: dict[str, object], more: dict[str, object]) -> bool:
    return all(name in more and more[name] == value for name, value in less.items())
