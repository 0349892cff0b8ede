"""The changes that wait in the journal, as they will be in the diary: what is looked up counts them too.

The entries they concern are copied into a small diary in memory, and the changes are taken in there. Of these entries
the diary itself is then not asked.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from voicelog.converse.messages import Found, Look
from voicelog.core.entry import Entry
from voicelog.diary.privacy.seal import opened
from voicelog.diary.store import index, schema
from voicelog.diary.store.index import Words, index_row
from voicelog.diary.store.query import look_up
from voicelog.diary.store.rows import INSERT, SELECTED, checked_entry, micros, row_of
from voicelog.diary.store.write import Storing

_CHANGES = "id, entry_id, op, at, words, undoes, before, after"


class Waiting:
    """What waits, in a diary of its own. ``records`` are the journals', ``conn`` is the diary's, for reading."""

    def __init__(self, conn: sqlite3.Connection, records: Sequence[Mapping[str, Any]], key: str | None) -> None:
        self.records = tuple(records)
        self.ids = _concerned(records, key)
        self.conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        try:
            schema.bring_up_to_date(Database(self.conn, execute_plugins=False))
            self._words = Words(self.conn)
            self._copy(conn)
            Storing(self.conn, self._words, key).take_in(records)
        except BaseException:
            self.conn.close()
            raise

    def close(self) -> None:
        """Give its memory back."""
        self.conn.close()

    def _copy(self, conn: sqlite3.Connection) -> None:
        ids = json.dumps(sorted(self.ids))
        concerned = "IN (SELECT value FROM json_each(?))"
        sql = f"SELECT seq, {SELECTED} FROM entries WHERE id {concerned}"
        for seq, *row in conn.execute(sql, (ids,)).fetchall():
            entry = checked_entry(conn, row)
            state = row_of(entry, seq=seq, version=row[-3], removed=bool(row[-2]))
            self.conn.execute(INSERT, state)
            if not row[-2]:
                self.conn.execute(index.INSERT, index_row(entry, seq, self._words))
        sql = f"SELECT seq, {_CHANGES} FROM changes WHERE entry_id {concerned} ORDER BY seq"
        for change in conn.execute(sql, (ids,)).fetchall():
            self.conn.execute(f"INSERT INTO changes (seq, {_CHANGES}) VALUES ({', '.join('?' * 9)})", change)

    def look(self, look: Look, rest: Found) -> Found:
        """The answer to a look, with ``rest``, the diary's own of all the other entries."""
        return merged(look, rest, look_up(self.conn, self._words, look))

    def found(self, entry_id: str) -> tuple[bool, Entry | None]:
        """Whether a change of this entry waits, and the entry as it then is; None where it is removed."""
        if entry_id not in self.ids:
            return False, None
        row = self.conn.execute(f"SELECT {SELECTED} FROM entries WHERE id = ? AND removed = 0", (entry_id,)).fetchone()
        return True, None if row is None else checked_entry(self.conn, row)


def _concerned(records: Sequence[Mapping[str, Any]], key: str | None) -> frozenset[str]:
    ids: set[str] = set()
    for line in records:
        try:
            change = opened(line, key)["change"]
            ids.add((change["after"] or change["before"])["id"])
        except (ValueError, TypeError, KeyError):
            # Words that were not understood, or a line that is told of when it is taken in.
            continue
    return frozenset(found for found in ids if isinstance(found, str))


def merged(look: Look, first: Found, second: Found) -> Found:
    """Two answers to a look, about different entries, as one."""
    entries = sorted(
        ((_rank(look, entry), place, entry) for place, found in enumerate((first, second)) for entry in found.entries),
        key=lambda ranked: ranked[:2],
        reverse=look.order != "oldest",
    )
    rated = first.severity_n + second.severity_n
    total = sum((found.severity_mean or 0.0) * found.severity_n for found in (first, second))
    doses: dict[tuple[str, str | None], tuple[float | None, int]] = {}
    for name, unit, dose, times in (*first.doses, *second.doses):
        before, so_often = doses.get((name, unit), (None, 0))
        doses[name, unit] = (dose if before is None else before + (dose or 0.0), so_often + times)
    taken = [(name, unit, dose, times) for (name, unit), (dose, times) in doses.items()]
    return Found(
        look,
        tuple(entry for _, _, entry in entries[: max(look.limit, 0)]),
        first.count + second.count,
        severity_mean=total / rated if rated else None,
        severity_n=rated,
        duration_s=first.duration_s + second.duration_s,
        doses=tuple(sorted(taken, key=lambda dose: (-dose[3], dose[0], dose[1] or ""))),
    )


def _rank(look: Look, entry: Entry) -> tuple[float, int]:
    """What the order of a look goes by."""
    value = {"worst": index.badness(entry), "longest": entry.duration_s}.get(look.order, 0.0)
    return (float("-inf") if value is None else value, micros(entry.at))
