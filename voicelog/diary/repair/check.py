"""Is this file a diary, and is it sound?"""

from __future__ import annotations

import json
import math
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, zip_longest
from pathlib import Path

from voicelog.core.errors import DiaryError
from voicelog.diary.repair.salvage import OPS, holds_documents
from voicelog.diary.store import driver, index
from voicelog.diary.store.documents import is_true
from voicelog.diary.store.journal import journal_path
from voicelog.diary.store.lock import beside
from voicelog.diary.store.rows import SELECTED, checked_entry, entry_of, is_true_row
from voicelog.diary.store.schema import APPLICATION_ID
from voicelog.diary.store.write import LAST, change_of

_NONSENSE: tuple[type[Exception], ...] = (*driver.READ_ERRORS, DiaryError)
BUDGET_S = 0.5
"""Seconds after which the check at the start goes no further: some years of a diary. Every backup is checked whole."""
INDEX_BUDGET_S = 0.2
"""The same for the index, the newest entries of each kind first."""
_STEPS = 20_000
_LARGE = 256_000_000
"""Bytes of a diary from which on only its newest entries are checked, the rest being left to that of the backups."""
_MAGIC = b"SQLite format 3\0"
_TABLES = {
    "state": "name, value",
    "words": "field, value, code, kinds",
    "totals": "kind, span, count",
    "dose_totals": "span, medication, unit, count",
    "unclear": "seq, id, at, at_utc, text",
    "entry_index": "kind, at_utc, seq, badness",
    "entries": "seq, id, version, removed, at_utc",
    "changes": "seq, id, entry_id, op, at, words, undoes, before, after",
}


def is_sound(conn: sqlite3.Connection, budget_s: float = BUDGET_S) -> bool:
    """Whether tables, pages, indices and rows are in order, as far as ``budget_s`` seconds reach."""
    deadline = time.monotonic() + budget_s
    conn.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS)
    try:
        for table, columns in _TABLES.items():
            conn.execute(f"SELECT {columns} FROM {table} LIMIT 1").fetchall()
        # Table by table first: the check of one is not broken off, and a disk that has not read it yet takes its time.
        checks = [*(f"quick_check({table})" for table in _TABLES), "integrity_check(1)"]
        for check in checks[:-3] if budget_s < math.inf and _size(conn) > _LARGE else checks:
            found = [row[0] for row in conn.execute(f"PRAGMA {check}")]
            if found != ["ok"]:
                return _blame_disk(found)
            if time.monotonic() > deadline:
                return True
        if not _is_true_throughout(conn, deadline):
            return False
    except driver.SQL_ERRORS as error:
        if driver.code(error).startswith("SQLITE_INTERRUPT"):
            return True
        if not driver.is_damage(error) and not driver.code(error).endswith("_ERROR"):
            raise
        return False
    finally:
        conn.set_progress_handler(None, 0)
    return True


def _size(conn: sqlite3.Connection) -> int:
    """Bytes of the diary."""
    return int(conn.execute("PRAGMA page_count").fetchone()[0] * conn.execute("PRAGMA page_size").fetchone()[0])


def _blame_disk(found: list[str]) -> bool:
    """False for damage; :class:`DiaryError` where the check could only not read the disk."""
    if any(re.search(r"error code[ =](10|14)\b|disk I/O", text) for text in found):
        raise DiaryError("The disk that holds the diary cannot be read. Check it, then start again.")
    return False


def is_sound_throughout(conn: sqlite3.Connection) -> bool:
    """Whether SQLite's full check finds nothing and every row agrees with its checksum; seconds for a large one."""
    try:
        if [row[0] for row in conn.execute("PRAGMA integrity_check(1)")] != ["ok"]:
            return False
        return _is_true_throughout(conn, math.inf)
    except driver.SQL_ERRORS:
        return False


def _is_true_throughout(conn: sqlite3.Connection, deadline: float) -> bool:
    """Whether rows and history are as they were written, the newest first, until the deadline."""
    try:
        checks = (_rows_are_true(conn), _changes_are_true(conn), _rest_is_true(conn))
        for number, sound in enumerate(chain.from_iterable(zip_longest(*checks, fillvalue=True))):
            if not sound:
                return False
            if number % 100 == 0 and time.monotonic() > deadline:
                break
    except _NONSENSE as error:
        # A text where a number was, a code that no word has: SQLite finds no fault with these.
        return driver.code(error).startswith("SQLITE_INTERRUPT")
    return True


def _rows_are_true(conn: sqlite3.Connection) -> Iterator[bool]:
    for row in conn.execute(f"SELECT {SELECTED} FROM entries ORDER BY seq DESC"):
        yield is_true_row(row)


def _changes_are_true(conn: sqlite3.Connection) -> Iterator[bool]:
    sql = "SELECT id, op, at, words, undoes, before, after FROM changes ORDER BY seq DESC"
    for row in conn.execute(sql):
        change_of(row)
        yield row[1] in OPS and all(is_true(json.loads(text)) for text in row[5:] if text is not None)


def index_is_true(conn: sqlite3.Connection, budget_s: float = INDEX_BUDGET_S) -> bool:
    """Whether the numbers that looks go by agree with the entries they stand for, as far as the seconds reach."""
    deadline = time.monotonic() + budget_s
    try:
        for number, agrees in enumerate(chain(_totals_are_true(conn), _index_is_true(conn))):
            if not agrees:
                return False
            if number % 100 == 0 and time.monotonic() > deadline:
                break
    except _NONSENSE:
        return False
    return True


def make_index(conn: sqlite3.Connection) -> None:
    """Make those numbers anew from the entries."""
    with driver.transaction(conn):
        for table in ("entry_index", "totals", "dose_totals", "words"):
            conn.execute(f"DELETE FROM {table}")
        words = index.Words(conn)
        for seq, *row in conn.execute(f"SELECT seq, {SELECTED} FROM entries WHERE removed = 0").fetchall():
            conn.execute(index.INSERT, index.index_row(checked_entry(conn, row), seq, words))


def _totals_are_true(conn: sqlite3.Connection) -> Iterator[bool]:
    counted = conn.execute("SELECT count(*) FROM entry_index").fetchone()[0]
    yield counted == conn.execute("SELECT count(*) FROM entries WHERE removed = 0").fetchone()[0]
    for table, by in (("totals", "kind"), ("dose_totals", "medication")):
        added = f"SELECT {by}, sum(count) FROM {table} GROUP BY 1 HAVING sum(count) ORDER BY 1"
        there = f"SELECT {by}, count(*) FROM entry_index WHERE {by} IS NOT NULL GROUP BY 1 ORDER BY 1"
        yield conn.execute(added).fetchall() == conn.execute(there).fetchall()


def _index_is_true(conn: sqlite3.Connection) -> Iterator[bool]:
    words = _Known(conn)
    columns = ", ".join(f"i.{name}" for name in index.COLUMNS)
    prefixed = ", ".join(f"e.{name.strip()}" for name in SELECTED.split(","))
    sql = (
        f"SELECT e.seq, {columns}, {prefixed} FROM entries e LEFT JOIN entry_index i ON i.seq = e.seq "
        "AND i.at_utc = e.at_utc AND i.kind = ? WHERE e.removed = 0 AND e.kind = ? ORDER BY e.seq DESC"
    )
    width = 1 + len(index.COLUMNS)
    for kind, name in words.kinds_of():
        base = {index.MISSED: "medication", index.SPASM_FREE: "spasm"}.get(name, name)
        for row in conn.execute(sql, (kind, base)):
            entry = entry_of(row[width:])
            if index.kind_of(entry.kind, entry.count, entry.taken) == name:
                yield tuple(row[1:width]) == index.index_row(entry, row[0], words)


class _Known(index.Words):
    """The words of a diary that is only read: one that it lacks is damage."""

    def kinds_of(self) -> list[tuple[int, str]]:
        """The kinds of entries that there are."""
        return [(code, value) for (field, value), (code, _) in self._codes.items() if field == "kind"]

    def code(self, field: str, value: str, kind: int) -> int:
        """The code of a word in an entry of a kind; ``KeyError`` for one that is not known."""
        code, kinds = self._codes[field, value]
        if field != "kind" and not kinds & index.bit(kind):
            raise KeyError(value)
        return code


def _rest_is_true(conn: sqlite3.Connection) -> Iterator[bool]:
    """What was not understood, and what else is kept."""
    for at, text in conn.execute("SELECT at, text FROM unclear"):
        yield datetime.fromisoformat(at).tzinfo is not None and isinstance(text, str)
    for name, value in conn.execute("SELECT name, value FROM state"):
        if name == LAST:
            last = conn.execute("SELECT max(datetime(logged_at)) FROM entries").fetchone()[0]
            kept = datetime.fromisoformat(value).astimezone(UTC)
            yield last is None or kept <= datetime.fromisoformat(last).replace(tzinfo=UTC) + timedelta(days=366)


def is_ours(path: Path) -> bool:
    """Whether the file was a diary before it was damaged, by its mark, its contents or what lies beside it."""
    with path.open("rb") as file:
        header = file.read(100)
    marked = header[:16] == _MAGIC and header[68:72] == APPLICATION_ID.to_bytes(4, "big")
    if marked or holds_documents(path) or holds_documents(path.with_name(f"{path.name}-wal")):
        return True
    if header[:16] == _MAGIC or not header.strip(b"\0"):
        return journal_path(path).exists()
    return journal_path(path).exists() and beside(path, ".journal.lock").exists()


def looks_encrypted(path: Path) -> bool:
    """Whether the file may be an encrypted diary: whole pages of bytes like noise, without SQLite's mark."""
    try:
        with path.open("rb") as file:
            start = file.read(1 << 16)
        whole_pages = path.stat().st_size % 4096 == 0
    except OSError:
        return False
    # Noise has every byte, and a zero in 256; pages of tables, even the fullest, have far more zeros.
    noise = len(set(start)) > 250 and start.count(0) < len(start) / 64
    return whole_pages and noise and not start.startswith(_MAGIC)


def is_damage(path: Path, error: Exception) -> bool:
    """Whether an error on opening comes from what is in the file, rather than from the disk or another program."""
    name = driver.code(error)
    if name.startswith((*driver.BUSY, "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOMEM", "SQLITE_PERM")):
        # An I/O error past the end of a file cut short is damage all the same.
        return name in ("SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_DATA", "SQLITE_IOERR_CORRUPTFS")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
        if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
            return False
        with path.open("rb") as file:
            versions = file.read(20)[18:20]
        return any(version not in (1, 2) for version in versions)
    return True
