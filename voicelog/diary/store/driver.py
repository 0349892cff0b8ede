"""Connections to SQLite, plain or encrypted, and what its errors mean."""

from __future__ import annotations

import importlib
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from voicelog.core.errors import DiaryError


def _cipher() -> ModuleType | None:
    try:
        return importlib.import_module("sqlcipher3.dbapi2")
    except ImportError:
        return None


CIPHER = _cipher()
SQL_ERRORS: tuple[type[Exception], ...] = (
    sqlite3.Error,
    UnicodeDecodeError,
    *([CIPHER.Error] if CIPHER else []),
)
"""What either driver raises; the second where a damaged name stands in the message of the first."""
STORE_ERRORS: tuple[type[Exception], ...] = (*SQL_ERRORS, OSError)
"""What SQLite and the disk may fail with."""
WRITE_ERRORS: tuple[type[Exception], ...] = (*SQL_ERRORS, OSError, DiaryError)
"""What writing the diary may fail with."""
READ_ERRORS: tuple[type[Exception], ...] = (
    *SQL_ERRORS,
    ValueError,
    TypeError,
    OverflowError,
    LookupError,
    AttributeError,
)
"""What reading a damaged diary may fail with."""

LOOK_ERRORS: tuple[type[Exception], ...] = (*READ_ERRORS, OSError, DiaryError)
"""What looking something up may fail with, mending included."""

DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
FULL = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


def cipher() -> ModuleType:
    """SQLCipher's driver; :class:`DiaryError` where it is not installed."""
    if CIPHER is None:
        raise DiaryError(
            "The diary is encrypted, and what reads encrypted diaries is missing. "
            f"Install it with: {sys.executable} -m pip install 'cryptography>=42' 'keyring>=25' 'sqlcipher3>=0.6.2'"
        )
    return CIPHER


def connect(path: Path, *, key: str | None = None, mode: str = "rw", wait_s: float = 5.0) -> sqlite3.Connection:
    """A connection without implicit transactions, usable from every thread (one at a time).

    ``mode`` is ``rw``, ``rwc`` (made where there is none), ``ro`` or ``immutable``; ``wait_s`` is how long another
    program's lock is waited for.
    """
    query = "mode=ro&immutable=1" if mode == "immutable" else f"mode={mode}"
    uri = f"file:{quote(path.absolute().as_posix())}?{query}"
    driver = sqlite3 if key is None else cipher()
    conn: sqlite3.Connection = driver.connect(
        uri, uri=True, timeout=wait_s, isolation_level=None, check_same_thread=False
    )
    try:
        if key is not None:
            quoted = key.replace("'", "''")
            # A wrong passphrase is told in a sentence; the library would log its own lines of it too.
            conn.execute("PRAGMA cipher_log_level = NONE")
            conn.execute(f"PRAGMA key = '{quoted}'")
            conn.execute("PRAGMA temp_store = MEMORY")
        conn.execute("PRAGMA synchronous = FULL")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA cell_size_check = ON")
        conn.execute("PRAGMA cache_size = -16000")
    except BaseException:
        conn.close()
        raise
    return conn


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All of what is done inside, or nothing."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        # Some failures have rolled back already; saying so again must not hide them.
        if conn.in_transaction:
            rollback(conn)
        raise


def rollback(conn: sqlite3.Connection) -> None:
    """Take back the open transaction; a disk that fails even here leaves it to the next opening."""
    try:
        conn.execute("ROLLBACK")
    except SQL_ERRORS:
        conn.interrupt()


def code(error: BaseException) -> str:
    """SQLite's name for the error, such as ``SQLITE_FULL``; empty where it gave none."""
    name: Any = getattr(error, "sqlite_errorname", None)
    return name if isinstance(name, str) else ""


def is_damage(error: BaseException) -> bool:
    """Whether the error says that the file's content is damaged."""
    text = str(error)
    told = "malformed" in text or "Could not decode to UTF-8" in text
    return told or code(error).startswith(DAMAGED) or not isinstance(error, (*STORE_ERRORS, DiaryError))


def is_busy(error: BaseException) -> bool:
    """Whether another program holds the file."""
    return code(error).startswith(BUSY)


def is_full(error: BaseException) -> bool:
    """Whether the disk has no room left; SQLite has a name of its own for its index of the log not fitting."""
    return code(error).startswith(FULL)


def why(error: BaseException) -> str:
    """The error as half a sentence that a person understands."""
    if isinstance(error, DiaryError) and isinstance(error.__cause__, STORE_ERRORS):
        error = error.__cause__
    name = code(error)
    if is_full(error):
        return "the disk is full"
    if name.startswith(BUSY):
        return "another program has locked the diary"
    if name.startswith("SQLITE_READONLY"):
        return "the diary's file or folder cannot be written"
    if name.startswith("SQLITE_CANTOPEN"):
        return "its file or folder may not be read or written"
    if name.startswith("SQLITE_IOERR"):
        return "the disk reports an error"
    if is_damage(error):
        return "the diary's file is damaged"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return str(error) or type(error).__name__
