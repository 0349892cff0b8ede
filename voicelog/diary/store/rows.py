"""Entries as rows of the table ``entries``, and back.

SQLite does not notice a digit that a failing disk changed; so each row carries a checksum, and a row that does not
agree with its own is read from the history instead.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from voicelog.core.entry import Entry
from voicelog.core.fields import FLAG_FIELDS, LIST_FIELDS, NUMBER_FIELDS, TIME_FIELDS
from voicelog.diary.store.documents import is_true
from voicelog.diary.store.failures import DamagedRowError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LISTS = (*LIST_FIELDS, "unsure")
FIELDS = tuple(f.name for f in fields(Entry))
_FIRST_FIELDS = (
    "id", "kind", "at", "logged_at", "text", "confidence", "severity", "intensity", "locations", "type", "sensations",
    "triggers", "context", "duration_s", "medication", "dose", "unit", "treatment", "symptom", "note", "running",
    "unsure",
)  # fmt: skip
"""The fields of the first release, over which, in this order, its rows have their checksums."""
SELECTED = ", ".join((*FIELDS, "version", "removed", "checksum"))
"""The columns of an entry, in the order :func:`entry_of` and :func:`checked_entry` take them."""
COLUMNS = ("seq", "at_utc", *FIELDS, "version", "removed", "checksum")
INSERT = (
    f"INSERT INTO entries ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) "
    f"ON CONFLICT (seq) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in COLUMNS[1:])}"
)


def micros(time: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def row_of(entry: Entry, *, seq: int | None, version: int, removed: bool) -> tuple[Any, ...]:
    """The values of :data:`COLUMNS`."""
    values = (*(_stored(name, getattr(entry, name)) for name in FIELDS), version, int(removed))
    return (seq, micros(entry.at), *values, _checksum(_named(values)))


def is_true_row(row: Sequence[Any]) -> bool:
    """Whether a row of :data:`SELECTED` columns is as it was written."""
    named = _named(row[:-1])
    if row[-1] == _checksum(named):
        return True
    first = (*_FIRST_FIELDS, "version", "removed")
    return named.keys() <= set(first) and bool(row[-1] == _checksum([named.get(name) for name in first]))


def _named(values: Sequence[Any]) -> dict[str, Any]:
    """The stored values that there are, by name, so that a field more changes no checksum."""
    names = (*FIELDS, "version", "removed")
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def checked_entry(conn: sqlite3.Connection, row: Sequence[Any]) -> Entry:
    """The entry of a row of :data:`SELECTED` columns, from the history where the row is damaged."""
    if is_true_row(row):
        return entry_of(row)
    documents = conn.execute("SELECT after FROM changes WHERE entry_id = ? ORDER BY seq DESC LIMIT 1", (row[0],))
    for (text,) in documents:
        document = json.loads(text)
        if is_true(document):
            return Entry.from_json(document)
    raise DamagedRowError("The diary is damaged in places. It is mended when voicelog is next started.")


def entry_of(row: Sequence[Any]) -> Entry:
    """The entry of a row of :data:`SELECTED` columns, as it stands there."""
    values = dict(zip(FIELDS, row, strict=False))
    for name in TIME_FIELDS:
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name in FLAG_FIELDS:
        values[name] = None if values[name] is None else bool(values[name])
    for name in _LISTS:
        values[name] = tuple(json.loads(values[name])) if values[name] else ()
    values["running"] = bool(values["running"])
    return Entry(**values)


def _stored(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False) if value else None
    if isinstance(value, bool):
        return int(value)
    if name in NUMBER_FIELDS and value is not None:
        # A negative zero comes back from SQLite without its sign.
        return float(value) + 0.0
    return value


def _checksum(values: Sequence[Any] | Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(values, default=repr, sort_keys=True).encode())
