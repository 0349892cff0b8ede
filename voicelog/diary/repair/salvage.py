"""Reading what can be read from a damaged diary.

Three ways, each finding what the others miss: the tables from both ends and around the holes, the entries as they
stand, and the documents of the history carved out of the raw bytes wherever they lie. What is found goes into a
staging database on disk; for each entry the newest state wins, and one that its checksum vouches for before one that
nothing vouches for.
"""

from __future__ import annotations

import json
import mmap
import re
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from voicelog.diary.store import driver
from voicelog.diary.store.documents import is_true
from voicelog.diary.store.rows import FIELDS, SELECTED, entry_of, is_true_row, micros
from voicelog.diary.store.schema import show_all_fields
from voicelog.diary.store.validity import entry_from_item

_START = re.compile(rb'\{"id": "')
OPS = ("save", "change", "remove", "restore")
_LONGEST = 8192
_BIGGEST_HOLE = 1 << 40
_Run = Generator[tuple[Any, ...], None, tuple[int, bool]]
"""Rows, and in the end the last number reached and whether that was the end."""
_DECODER = json.JSONDecoder()
_STAGING = """
CREATE TABLE candidate (entry_id TEXT, version INTEGER, trusted INTEGER, removed INTEGER, document TEXT,
  PRIMARY KEY (entry_id, version, trusted)) WITHOUT ROWID;
CREATE TABLE change (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, entry_id TEXT, op TEXT, at TEXT, words TEXT, undoes TEXT,
  before TEXT, after TEXT);
CREATE TABLE unclear (seq INTEGER PRIMARY KEY, id TEXT, at TEXT, at_utc INTEGER, text TEXT);
"""


def salvage(source: Path, key: str | None, staging: sqlite3.Connection) -> None:
    """Put everything readable of ``source`` (and the ``-wal`` beside it) into the staging database."""
    staging.executescript(_STAGING)
    with driver.transaction(staging):
        try:
            conn = driver.connect(source, key=key)
            with suppress(*driver.READ_ERRORS):
                show_all_fields(conn)
        except driver.SQL_ERRORS:
            conn = None
        if conn is not None:
            conn.text_factory = _text
            try:
                _take_changes(conn, staging)
                _take_entries(conn, staging)
                _take_unclear(conn, staging)
            finally:
                conn.close()
        if key is None:
            for file in (source, source.with_name(f"{source.name}-wal")):
                for document in carve(file):
                    _candidate(staging, document, trusted=True)


def best(staging: sqlite3.Connection) -> Iterator[tuple[dict[str, Any], bool]]:
    """For every entry its newest state, and whether that can be trusted; in the order they were logged."""
    rows = staging.execute(
        "SELECT document, trusted, max(version * 2 + trusted) FROM candidate GROUP BY entry_id "
        "ORDER BY datetime(json_extract(document, '$.logged_at')), json_extract(document, '$.logged_at'), entry_id"
    )
    for document, trusted, _ in rows:
        yield json.loads(document), bool(trusted)


def carve(file: Path) -> Iterator[dict[str, Any]]:
    """The whole documents among the bytes of a file, those only whose checksum is right."""
    try:
        size = file.stat().st_size
        if size == 0:
            return
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for match in _START.finditer(data):
                text = data[match.start() : match.start() + _LONGEST].decode("utf-8", "replace")
                try:
                    document = _DECODER.raw_decode(text)[0]
                except ValueError:
                    continue
                if "version" in document and is_true(document):
                    yield document
    except OSError:
        return


def holds_documents(file: Path) -> bool:
    """Whether any document of a diary is in the file."""
    return next(carve(file), None) is not None


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _scan(conn: sqlite3.Connection, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
    """Rows from the front until the damage, from the back until the damage, then around the holes between."""
    front, end = yield from _run(conn, table, columns, -1, None, "ASC")
    if end:
        return
    back, _ = yield from _run(conn, table, columns, front, None, "DESC")
    low, step = front + 1, 1
    while low < back and step < _BIGGEST_HOLE:
        reached, end = yield from _run(conn, table, columns, low, back, "ASC")
        if end:
            return
        # Jump further the longer nothing is found; a page holds few rows, so little is jumped over.
        step = 1 if reached > low else step * 2
        low = max(reached, low) + step


def _run(conn: sqlite3.Connection, table: str, columns: str, low: int, high: int | None, way: str) -> _Run:
    last = low if way == "ASC" else (1 << 62)
    try:
        sql = f"SELECT seq, {columns} FROM {table} WHERE seq > ? AND seq < ? ORDER BY seq {way}"
        for row in conn.execute(sql, (low, 1 << 62 if high is None else high)):
            last = row[0]
            yield row
    except driver.READ_ERRORS:
        return last, False
    return last, True


def _take_changes(conn: sqlite3.Connection, staging: sqlite3.Connection) -> None:
    for row in _scan(conn, "changes", "id, entry_id, op, at, words, undoes, before, after"):
        after = _document(row[8])
        if after is None or not all(isinstance(value, str) for value in row[1:6]):
            continue
        _candidate(staging, after, trusted=is_true(after))
        if is_true(after) and _is_step(row):
            staging.execute("INSERT OR IGNORE INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def _is_step(row: Sequence[Any]) -> bool:
    """Whether a step of the history can be told and taken back as it stands: op, time and what was before."""
    try:
        datetime.fromisoformat(row[4])
        before = None if row[7] is None else json.loads(row[7])
    except (ValueError, TypeError):
        return False
    return row[3] in OPS and (before is None or (isinstance(before, dict) and is_true(before)))


def _take_entries(conn: sqlite3.Connection, staging: sqlite3.Connection) -> None:
    for _, *row in _scan(conn, "entries", SELECTED):
        try:
            document = {**entry_of(row).to_json(), "version": int(row[-3])}
            if row[-2]:
                document["removed"] = True
            entry_from_item(document)
        except (ValueError, TypeError, AttributeError, OverflowError):
            continue
        _candidate(staging, document, trusted=is_true_row(row))


def _take_unclear(conn: sqlite3.Connection, staging: sqlite3.Connection) -> None:
    for row in _scan(conn, "unclear", "id, at, at_utc, text"):
        if all(isinstance(value, str) for value in (row[1], row[2], row[4])) and _is_time(row[2], row[3]):
            staging.execute("INSERT OR IGNORE INTO unclear VALUES (?, ?, ?, ?, ?)", row)


def _is_time(text: str, at_utc: Any) -> bool:
    try:
        return isinstance(at_utc, int) and micros(datetime.fromisoformat(text)) == at_utc
    except (ValueError, TypeError, OverflowError):
        return False


def _document(text: Any) -> dict[str, Any] | None:
    try:
        document: dict[str, Any] = json.loads(text)
        entry_from_item(document)
    except (ValueError, TypeError, AttributeError):
        return None
    return document


def _candidate(staging: sqlite3.Connection, document: dict[str, Any], *, trusted: bool) -> None:
    version = document.get("version")
    if not isinstance(version, int) or not 0 < version < 1 << 31:
        return
    staging.execute(
        "INSERT OR IGNORE INTO candidate VALUES (?, ?, ?, ?, ?)",
        (document["id"], version, trusted, bool(document.get("removed")), json.dumps(document, ensure_ascii=False)),
    )


UNCERTAIN = tuple(name for name in FIELDS if name not in ("id", "kind", "logged_at", "text", "confidence", "unsure"))
"""Fields that are marked unsure in an entry that nothing vouches for."""
