"""What one change does to the tables."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from voicelog.core.entry import Change, Entry
from voicelog.core.fields import LIST_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, TIME_FIELDS
from voicelog.diary.privacy.seal import opened
from voicelog.diary.store import index
from voicelog.diary.store.documents import change_from_json, read_document, write_document
from voicelog.diary.store.failures import ErasedError
from voicelog.diary.store.index import Words, index_row
from voicelog.diary.store.rows import INSERT, micros, row_of

LAST = "last logged at"
ERASED = "erased"
"""What the table ``state`` has the last deleting for good by: a text of its own, and until when entries are gone."""
_FARTHEST = 9990
_MICROSECOND = timedelta(microseconds=1)


class Storing:
    """Writes changes through a connection, within the caller's transaction."""

    def __init__(self, conn: sqlite3.Connection, words: Words, key: str | None = None) -> None:
        self._conn = conn
        self._key = key
        self._words = words

    def store(self, change: Change) -> Change:
        """Write a change made now; as it was stored. One already there is left as it is."""
        known = self._conn.execute(
            "SELECT id, op, at, words, undoes, before, after FROM changes WHERE id = ?", (change.id,)
        ).fetchone()
        if known is not None:
            return change_of(known)
        if self._seq(change.entry.id) is None:
            if change.op != "save" and self._was_erased(change.entry):
                raise ErasedError
            if change.after is not None:
                change = replace(change, after=self._in_order(change.after))
        return self._apply(change)

    def add(self, change: Change) -> bool:
        """Write a change of an import, times as they are; whether it was new."""
        if self._conn.execute("SELECT 1 FROM changes WHERE id = ?", (change.id,)).fetchone():
            return False
        self._apply(change)
        return True

    def store_unclear(self, record: Mapping[str, Any]) -> None:
        """Keep words that were not understood: ``id``, ``at``, ``text``."""
        at = datetime.fromisoformat(record["at"])
        self._conn.execute(
            "INSERT OR IGNORE INTO unclear (id, at, at_utc, text) VALUES (?, ?, ?, ?)",
            (record["id"], record["at"], micros(at), _clean(record["text"])),
        )

    def take_in(self, records: Sequence[Mapping[str, Any]]) -> tuple[int, list[bytes]]:
        """Write the journal's records; how many changes were new, and the lines that make no sense."""
        before = self._count()
        refused: list[bytes] = []
        for line in records:
            try:
                record = opened(line, self._key)
                if "unclear" in record:
                    self.store_unclear(record["unclear"])
                else:
                    self._store_late(change_from_json(record["change"]))
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError, ErasedError):
                refused.append(json.dumps(line, ensure_ascii=False).encode())
        return self._count() - before, refused

    def _store_late(self, change: Change) -> None:
        """Write a change from the journal; one that a later change has overtaken goes into the history only.

        What it changes tells: the entry as it now is, or was so. Only where it is neither, the clock tells, which may
        have been set in between.
        """
        row = self._conn.execute(
            "SELECT at, after FROM changes WHERE entry_id = ? AND json_extract(after, '$.version') > 0 "
            "ORDER BY seq DESC LIMIT 1",
            (change.entry.id,),
        ).fetchone()
        if row is None or self._follows(clean_change(change), datetime.fromisoformat(row[0]), read_document(row[1])):
            self.store(change)
        else:
            self._record(clean_change(change), 0)

    def _follows(self, change: Change, last: datetime, now: Entry | None) -> bool:
        """Whether a change of an entry comes after its ``last`` one, which made it what it is ``now``."""
        if change.op == "save":
            return False
        before = change.before and change.before.with_fields(logged_at=change.at)
        return before == (now and now.with_fields(logged_at=change.at)) or last < change.at

    def _record(self, change: Change, version: int) -> None:
        state = change.after or change.before
        assert state is not None
        before = None if change.before is None else write_document(change.before, max(version - 1, 0))
        self._conn.execute(
            "INSERT OR IGNORE INTO changes (id, entry_id, op, at, words, undoes, before, after) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(change.id, state.id, change.op, change.at.isoformat(), change.words, change.undoes),
                *(before, write_document(state, version, removed=change.after is None)),
            ),
        )

    def _count(self) -> int:
        return int(self._conn.execute("SELECT count(*) FROM changes").fetchone()[0])

    def _seq(self, entry_id: str) -> int | None:
        row = self._conn.execute("SELECT seq FROM entries WHERE id = ?", (entry_id,)).fetchone()
        return None if row is None else int(row[0])

    def _was_erased(self, entry: Entry) -> bool:
        """Whether an entry that is not there may have been deleted for good."""
        row = self._conn.execute("SELECT value FROM state WHERE name = ?", (ERASED,)).fetchone()
        if row is None:
            return False
        try:
            return micros(entry.at) < int(str(row[0]).partition(" ")[2])
        except ValueError:
            return True

    def _in_order(self, entry: Entry) -> Entry:
        """The entry with ``logged_at`` later than that of every entry before, even if the clock was set back."""
        row = self._conn.execute("SELECT value FROM state WHERE name = ?", (LAST,)).fetchone()
        last = None if row is None else _time(row[0])
        if last is not None and entry.logged_at <= last:
            entry = entry.with_fields(logged_at=(last + _MICROSECOND).astimezone(entry.logged_at.tzinfo))
        self._conn.execute(
            "INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)",
            (LAST, entry.logged_at.astimezone(UTC).isoformat()),
        )
        return entry

    def _apply(self, change: Change) -> Change:
        change = clean_change(change)
        entry_id = change.entry.id
        row = self._conn.execute(
            "SELECT seq, version, at_utc, kind, logged_at, count, taken FROM entries WHERE id = ?", (entry_id,)
        ).fetchone()
        version = 1
        if row is not None:
            version = row[1] + 1
            if change.after is not None:
                change = replace(change, after=change.after.with_fields(logged_at=datetime.fromisoformat(row[4])))
            self._conn.execute(index.DELETE, (self._words.kind(index.kind_of(row[3], *row[5:])), row[2], row[0]))
        state = change.after or change.before
        assert state is not None
        removed = change.after is None
        cursor = self._conn.execute(
            INSERT, row_of(state, seq=row[0] if row else None, version=version, removed=removed)
        )
        seq: Any = row[0] if row else cursor.lastrowid
        if not removed:
            self._conn.execute(index.INSERT, index_row(state, seq, self._words))
        self._record(change, version)
        return change


def _time(text: Any) -> datetime | None:
    """A time that was kept; None where it is damaged, as what is said now matters more than its order."""
    try:
        time = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return time if time.tzinfo is not None and time.year < _FARTHEST else None


def change_of(row: Sequence[Any]) -> Change:
    """The change of a row: id, op, at, words, undoes, before, after."""
    return Change(
        id=row[0],
        op=row[1],
        before=read_document(row[5]),
        after=read_document(row[6]),
        at=datetime.fromisoformat(row[2]),
        words=row[3],
        undoes=row[4],
    )


def clean_change(change: Change) -> Change:
    """The change as text that can be stored; ``ValueError`` for numbers and times that cannot."""
    return replace(
        change,
        before=change.before and clean_entry(change.before),
        after=change.after and clean_entry(change.after),
        words=_clean(change.words),
    )


def clean_entry(entry: Entry) -> Entry:
    """The entry with half characters made whole; ``ValueError`` for what is no number or no time."""
    for name in TIME_FIELDS:
        time = getattr(entry, name)
        if time is not None and time.tzinfo is None:
            raise ValueError(f"{name} has no UTC offset")
    for name in NUMBER_FIELDS:
        value = getattr(entry, name)
        if value is not None and not math.isfinite(value):
            raise ValueError(f"{name} is no number")
    odd: dict[str, Any] = {}
    for name in ("id", "text", *TEXT_FIELDS):
        value = getattr(entry, name)
        if value is not None and (fixed := _clean(value)) != value:
            odd[name] = fixed
    for name in (*LIST_FIELDS, "unsure"):
        values = getattr(entry, name)
        if (mended := tuple(map(_clean, values))) != values:
            odd[name] = mended
    return entry.with_fields(**odd) if odd else entry


def _clean(text: str) -> str:
    """The text without lone halves of surrogate pairs, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
