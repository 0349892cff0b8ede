"""Entries as rows of the table ``entries``, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from voicelog.entry import Entry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LISTS = ("locations", "sensations", "triggers", "context", "unsure")
_TIMES = ("at", "logged_at")
FIELDS = tuple(f.name for f in fields(Entry))
SELECTED = ", ".join(FIELDS)
"""The columns of an entry, in the order :func:`entry_of` takes them."""
COLUMNS = ("seq", "version", "removed", "at_utc", *FIELDS)
INSERT = (
    f"INSERT INTO entries ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) "
    f"ON CONFLICT (seq) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in COLUMNS[1:])}"
)


def micros(time: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def row_of(entry: Entry, *, seq: int, version: int, removed: bool) -> tuple[Any, ...]:
    """The values of :data:`COLUMNS`."""
    return (seq, version, int(removed), micros(entry.at), *(_stored(getattr(entry, name)) for name in FIELDS))


def entry_of(row: Sequence[Any]) -> Entry:
    """The entry of a row of :data:`SELECTED` columns."""
    values = dict(zip(FIELDS, row, strict=True))
    for name in _TIMES:
        values[name] = datetime.fromisoformat(values[name])
    for name in _LISTS:
        values[name] = tuple(json.loads(values[name])) if values[name] else ()
    values["running"] = bool(values["running"])
    return Entry(**values)


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False) if value else None
    if isinstance(value, bool):
        return int(value)
    return value
