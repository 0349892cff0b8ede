"""A damaged diary put aside, and a new one made of what can be read of it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from voicelog.core.entry import Entry
from voicelog.diary.repair.salvage import UNCERTAIN, best, salvage
from voicelog.diary.store import driver, index, schema
from voicelog.diary.store.documents import write_document
from voicelog.diary.store.index import Words, index_row
from voicelog.diary.store.lock import beside
from voicelog.diary.store.rows import INSERT, SELECTED, entry_of, row_of
from voicelog.diary.store.write import clean_entry

PARTS = ("", "-wal", "-shm")
"""What belongs to a database: the file itself, its write-ahead log and that one's index."""
_BLOCK = 1 << 20
_SECTOR = 4096
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Mended:
    """What mending came to: entries that are whole, entries that nothing vouches for, and where the old file is."""

    whole: int
    uncertain: int
    removed: int
    aside: Path

    def sentence(self, path: Path) -> str:
        """For the person."""
        count = self.whole + self.uncertain
        doubt = f" ({self.uncertain} of them could not be checked and are marked unsure)" if self.uncertain else ""
        return (
            f"The diary {path} was damaged: {count} {'entry' if count == 1 else 'entries'} recovered{doubt}. "
            f"The damaged file is kept as {self.aside.name} beside it."
        )

    def spoken(self) -> str:
        """For the ear."""
        count = self.whole + self.uncertain
        noun = "entry was" if count == 1 else "entries were"
        doubt = f", {self.uncertain} of them unsure" if self.uncertain else ""
        return f"The diary was damaged. {count} {noun} recovered{doubt}."


def mend(path: Path, key: str | None, is_sound: Callable[[Path], bool]) -> Mended | None:
    """Recover a damaged diary; the journal lock must be held, so that two programs do not do it at once.

    The damaged file is renamed and never written; ``OSError`` where there is no room for the new one, and then all is
    as it was. None where a copy of it ``is_sound``: the disk failed for a moment, and nothing is to be mended.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".mending-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # Opening a database may write to it, so a copy is opened.
        unreadable = sum(
            _copy_readable(path.with_name(path.name + part), folder / f"damaged.db{part}")
            for part in PARTS[:2]
            if path.with_name(path.name + part).exists()
        )
        if not unreadable and is_sound(folder / "damaged.db"):
            return None
        staging = driver.connect(folder / "staging.db", key=key, mode="rwc")
        try:
            salvage(folder / "damaged.db", key, staging)
            new = folder / "new.db"
            counts = build(new, key, staging)
        finally:
            staging.close()
        # From here on a crash is made good by finish_mending at the next start.
        new.rename(_finished(path))
        aside = put_aside(path)
        _finished(path).rename(path)
    sync_folder(path.parent)
    return Mended(*counts, aside)


def _copy_readable(source: Path, target: Path) -> int:
    """Copy a file, with zeros for what its disk cannot read even after some tries; how many bytes those are."""
    lost = 0
    fd = os.open(source, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        size = os.fstat(fd).st_size
        with target.open("wb") as copy:
            for start in range(0, size, _BLOCK):
                length = min(_BLOCK, size - start)
                data = _readable(fd, start, length)
                if data is None:
                    pieces = [
                        (_readable(fd, at, piece), piece)
                        for at in range(start, start + length, _SECTOR)
                        for piece in [min(_SECTOR, start + length - at)]
                    ]
                    lost += sum(piece for read, piece in pieces if read is None)
                    data = b"".join(bytes(piece) if read is None else read for read, piece in pieces)
                copy.write(data)
    finally:
        os.close(fd)
    return lost


def _readable(fd: int, start: int, length: int) -> bytes | None:
    """That part of a file, or None where its disk does not give it."""
    for _ in range(_TRIES):
        try:
            os.lseek(fd, start, os.SEEK_SET)
            data = os.read(fd, length)
        except OSError:
            continue
        if len(data) == length:
            return data
    return None


def finish_mending(path: Path, is_sound: Callable[[Path], bool]) -> None:
    """Put the recovered diary in its place where a crash came between; nothing to do otherwise.

    One that is not sound, damaged itself since, is put aside: the diary it was made of is then mended once more.
    """
    finished = _finished(path)
    if finished.exists():
        if not finished.is_file() or not finished.stat().st_size or not is_sound(finished):
            put_aside(finished)
            before = max(path.parent.glob(f"{beside(path, '.damaged-').name}*Z"), default=None)
            if not path.exists() and before is not None:
                for part in reversed(PARTS):
                    if (old := before.with_name(before.name + part)).exists():
                        old.rename(path.with_name(path.name + part))
            return
        if path.exists():
            put_aside(path)
        _finished(path).rename(path)
        sync_folder(path.parent)


def _finished(path: Path) -> Path:
    return beside(path, ".recovered")


def put_aside(path: Path, word: str = "damaged") -> Path:
    """Rename a diary with what belongs to it, so that nothing ever overwrites it; its new path."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = beside(path, f".{word}-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = beside(path, f".{word}-{stamp}-{number}")
    # The log first: a log that met the new file would be played into it.
    for part in reversed(PARTS):
        old = path.with_name(path.name + part)
        if old.exists():
            old.rename(aside.with_name(aside.name + part))
    return aside


def build(new: Path, key: str | None, staging: sqlite3.Connection) -> tuple[int, int, int]:
    """A new diary, made of what is staged; how many entries are whole, uncertain, and removed ones."""
    os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    conn = driver.connect(new, key=key)
    counts = [0, 0, 0]
    try:
        schema.bring_up_to_date(Database(conn, execute_plugins=False))
        words = Words(conn)
        with driver.transaction(conn):
            for document, trusted in best(staging):
                try:
                    entry = clean_entry(Entry.from_json(document))
                except (ValueError, TypeError):
                    continue
                removed = bool(document.get("removed"))
                if not trusted:
                    said = {name for name in UNCERTAIN if getattr(entry, name) not in (None, (), False)}
                    entry = entry.with_fields(unsure=tuple(sorted(said | set(entry.unsure))))
                _insert(conn, words, entry, document["version"], removed=removed, known=trusted)
                counts[2 if removed else 1 - trusted] += 1
            _copy_history(conn, staging)
            last = conn.execute("SELECT max(logged_at) FROM entries").fetchone()[0]
            if last is not None:
                at = datetime.fromisoformat(last).astimezone(UTC).isoformat()
                conn.execute("INSERT INTO state (name, value) VALUES ('last logged at', ?)", (at,))
    finally:
        conn.close()
    return counts[0], counts[1], counts[2]


def _insert(conn: sqlite3.Connection, words: Words, entry: Entry, version: int, *, removed: bool, known: bool) -> None:
    if not known:
        version += 1
    seq = conn.execute(INSERT, row_of(entry, seq=None, version=version, removed=removed)).lastrowid
    assert seq is not None
    if not removed:
        conn.execute(index.INSERT, index_row(entry, seq, words))


def _copy_history(conn: sqlite3.Connection, staging: sqlite3.Connection) -> None:
    """The changes in their order, and one that tells of the recovery where the last state has none."""
    columns = "id, entry_id, op, at, words, undoes, before, after"
    marks = ", ".join("?" * 8)
    for row in staging.execute(f"SELECT {columns} FROM change ORDER BY seq"):
        conn.execute(f"INSERT OR IGNORE INTO changes ({columns}) VALUES ({marks})", row)
    for row in staging.execute("SELECT id, at, at_utc, text FROM unclear ORDER BY seq"):
        conn.execute("INSERT OR IGNORE INTO unclear (id, at, at_utc, text) VALUES (?, ?, ?, ?)", row)
    now = datetime.now(UTC).isoformat()
    missing = conn.execute(
        f"SELECT {SELECTED} FROM entries e WHERE version IS NOT "
        "(SELECT max(json_extract(after, '$.version')) FROM changes c WHERE c.entry_id = e.id)"
    ).fetchall()
    for row in missing:
        entry, version, removed = entry_of(row), row[-3], row[-2]
        document = write_document(entry, version, removed=bool(removed))
        change = (uuid.uuid4().hex, entry.id, "remove" if removed else "save", now, "recovered", None, None, document)
        conn.execute(f"INSERT INTO changes ({columns}) VALUES ({marks})", change)


def sync_folder(folder: Path) -> None:
    """Have renamed files stay renamed even if the power fails."""
    if os.name == "posix":
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
