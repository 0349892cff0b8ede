"""Is this file a diary, and is it sound?"""

from __future__ import annotations

import math
import os
import re
import sqlite3
import time
from pathlib import Path

from voicelog.core.errors import DiaryError
from voicelog.diary.repair.salvage import holds_documents
from voicelog.diary.store import driver
from voicelog.diary.store.journal import journal_path
from voicelog.diary.store.lock import beside
from voicelog.diary.store.rows import SELECTED, is_true_row
from voicelog.diary.store.schema import APPLICATION_ID

BUDGET_S = 0.5
"""Seconds after which the check at the start goes no further: some years of a diary. Every backup is checked whole."""
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


class DamagedError(DiaryError):
    """The diary is one of ours and damaged: to be mended."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The diary {path} is damaged, or its disk is failing. Start voicelog again: it mends it.")


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
        for number, row in enumerate(conn.execute(f"SELECT {SELECTED} FROM entries ORDER BY seq DESC")):
            if not is_true_row(row):
                return False
            if number % 100 == 0 and time.monotonic() > deadline:
                break
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
        return all(map(is_true_row, conn.execute(f"SELECT {SELECTED} FROM entries")))
    except driver.SQL_ERRORS:
        return False


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
