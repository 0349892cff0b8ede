"""Opening a diary: made where there is none, checked, brought up to date, mended where damaged."""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from voicelog.diary import driver, journal, schema
from voicelog.diary.diary import Diary
from voicelog.diary.lock import journal_lock
from voicelog.errors import DiaryError

_MAGIC = b"SQLite format 3\0"


def open_diary(path: Path | str, *, read_only: bool = False, key: str | None = None, wait_s: float = 5.0) -> Diary:
    """Open the diary at ``path``, making it (and its folder) where there is none; a context manager.

    ``read_only`` changes nothing and refuses where there is none. ``key`` is the passphrase of an encrypted diary.
    ``wait_s`` is how long another program's lock is waited for, now and with each write.
    :class:`DiaryError` says why it cannot be opened; nothing is changed then.
    """
    path = Path(path)
    try:
        if read_only:
            return _open_for_reading(path, key, wait_s)
        return _open_for_writing(path, key, wait_s)
    except OSError as error:
        raise DiaryError(f"The diary {path} cannot be opened: {driver.why(error)}. Give another --db.") from error


def _open_for_writing(path: Path, key: str | None, wait_s: float) -> Diary:
    _make(path)
    connect = partial(_connect, path, key, wait_s)
    diary = Diary(path, connect, read_only=False, wait_s=wait_s)
    try:
        diary.take_in()
        with journal_lock(path, wait_s):
            journal.reserve(journal.journal_path(path))
    except driver.SQL_ERRORS as error:
        diary.notices.append(f"What waits in the journal beside the diary could not be taken in: {driver.why(error)}.")
    except BaseException:
        diary.close()
        raise
    return diary


def _open_for_reading(path: Path, key: str | None, wait_s: float) -> Diary:
    if not path.exists():
        raise DiaryError(f"There is no diary at {path} yet. Log something first, or give another --db.")
    return Diary(path, partial(_connect_to_read, path, key, wait_s), read_only=True, wait_s=wait_s)


def _make(path: Path) -> None:
    """The folder (0700) and the file (0600), each for the user alone, where there is none."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.chmod(0o700)
    if path.is_dir():
        raise DiaryError(f"{path} is a folder, not a diary. Give the file's name as --db.")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)


def _connect(path: Path, key: str | None, wait_s: float) -> sqlite3.Connection:
    """A connection for writing to a diary that is ours and up to date."""
    _make(path)
    conn = driver.connect(path, key=key, wait_s=wait_s)
    try:
        _prepare(conn)
    except driver.SQL_ERRORS as error:
        conn.close()
        raise _refusal(path, error, key) from error
    except DiaryError as error:
        conn.close()
        raise DiaryError(f"{path} {error}") from None
    except BaseException:
        conn.close()
        raise
    return conn


def _prepare(conn: sqlite3.Connection) -> None:
    db = Database(conn, execute_plugins=False)
    if not schema.is_empty(db):
        schema.check_ours(db)
    if conn.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise DiaryError("is on a disk that cannot keep a diary safely. Give a --db on another one.")
    schema.bring_up_to_date(db)


def _connect_to_read(path: Path, key: str | None, wait_s: float) -> sqlite3.Connection:
    conn = driver.connect(path, key=key, mode="ro", wait_s=wait_s)
    try:
        schema.check_ours(Database(conn, execute_plugins=False))
    except driver.SQL_ERRORS as error:
        conn.close()
        raise _refusal(path, error, key) from error
    return conn


def _refusal(path: Path, error: BaseException, key: str | None) -> DiaryError:
    if driver.code(error).startswith("SQLITE_NOTADB"):
        if key is not None:
            return DiaryError(f"The passphrase does not open the diary {path}, or it is no diary. Try again.")
        return DiaryError(f"{path} is no diary (not a SQLite database); nothing was changed. Give another --db.")
    remedy = "Close the other program, then try again." if driver.is_busy(error) else "Give another --db, or mend that."
    return DiaryError(f"The diary {path} cannot be opened: {driver.why(error)}. {remedy}")
