"""The diary: changes in, entries and answers out."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self, TypeVar

from voicelog.converse.messages import Found, Journaled, Look
from voicelog.core.entry import Change, Entry
from voicelog.core.errors import DiaryError
from voicelog.diary.privacy.seal import sealed
from voicelog.diary.store import driver, journal
from voicelog.diary.store.documents import change_to_json
from voicelog.diary.store.index import Words
from voicelog.diary.store.lock import journal_lock, listening_lock
from voicelog.diary.store.query import look_up
from voicelog.diary.store.rows import SELECTED, checked_entry, micros
from voicelog.diary.store.write import Storing, change_of

T = TypeVar("T")
_FEW = 10
_PATIENCE_S = 1.0
"""How long one change waits for another program's lock: somebody waits to hear that it is saved."""
_PAGE = 1000
"""Entries fetched at a time when they are streamed."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The change is in the diary and on disk, as ``change`` tells it.

    The diary may have moved ``logged_at`` forward, so that it never goes back from one entry to the next.
    ``taken_in`` changes that had waited in the journal are now there too.
    """

    change: Change
    taken_in: int = 0


class Diary:
    """An open diary; made by :func:`voicelog.diary.open_diary`.

    Usable from every thread, one call at a time. ``notices`` are sentences about what was found and mended when it
    was opened, for the person to hear or read.
    """

    def __init__(
        self,
        path: Path,
        connect: Callable[[], sqlite3.Connection],
        *,
        key: str | None = None,
        read_only: bool = False,
        wait_s: float = 5.0,
    ) -> None:
        self.path = path
        self.key = key
        self.read_only = read_only
        self.notices: list[str] = []
        self._connect = connect
        self._wait_s = wait_s
        self._lock = RLock()
        self._conn: sqlite3.Connection | None = None
        self._seen: int | None = None
        self._file: tuple[int, int] | None = None
        self._reopen()

    # ---- opening and closing -------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the diary; closing it twice does nothing."""
        with self._lock:
            if self._conn is not None:
                self._conn.close()
                self._conn = None

    def listening(self) -> AbstractContextManager[None]:
        """To be held while listening: a second program that wants to listen for the same diary is refused."""
        return listening_lock(self.path)

    def _reopen(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None
        self._conn = self._connect()
        self._wait(min(self._wait_s, _PATIENCE_S))
        try:
            self._words = Words(self._conn)
        except BaseException:
            self.close()
            raise
        self._seen = None
        self._storing = Storing(self._conn, self._words, self.key)
        self._file = _identity(self.path)

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection, for reports that ask SQL of their own; only for reading."""
        if self._conn is None:
            raise DiaryError(f"The diary {self.path} is closed.")
        return self._conn

    # ---- writing -------------------------------------------------------------------------------------------------

    def write(self, change: Change) -> Stored | Journaled:
        """Put a change on disk, entry and history together; it is there when this returns.

        Writing the same change twice does nothing the second time. Where the diary cannot be written the change is
        kept in the journal beside it (:class:`Journaled`), and taken in with the next write that succeeds or when the
        diary is next opened. :class:`DiaryError` where neither is possible.
        """
        with self._lock:
            try:
                taken = self._take_in_if_possible()
                with driver.transaction(self._writable()):
                    stored = self._storing.store(change)
            except driver.WRITE_ERRORS as error:
                reason = driver.why(error)
                self._keep({"change": change_to_json(change)}, reason)
                return Journaled(change, reason)
            return Stored(stored, taken)

    def write_many(self, changes: Iterable[Change]) -> int:
        """Write changes of an import in one transaction, ``logged_at`` as it is; how many were new.

        :class:`DiaryError` where it fails, and then none of them is there.
        """
        with self._lock:
            try:
                conn = self._writable()
                self._wait(self._wait_s)
                with driver.transaction(conn):
                    return sum(self._storing.add(change) for change in changes)
            except driver.SQL_ERRORS as error:
                self._file = None
                raise DiaryError(f"The diary {self.path} cannot be written: {driver.why(error)}.") from error
            finally:
                self._wait(min(self._wait_s, _PATIENCE_S))

    def keep_unclear(self, text: str, at: datetime) -> None:
        """Keep, as text, what was heard but not understood; in the journal where the diary cannot be written."""
        record = {"id": uuid.uuid4().hex, "at": at.isoformat(), "text": text}
        with self._lock:
            try:
                with driver.transaction(self._writable()):
                    self._storing.store_unclear(record)
            except driver.WRITE_ERRORS as error:
                self._keep({"unclear": record}, driver.why(error))

    def take_in(self) -> int:
        """Take in what waits in the journal; how many changes were new. Errors as the drivers raise them."""
        with self._lock:
            return self._take_in()

    def refresh_words(self) -> None:
        """Read the index's words anew, after rows were deleted beneath it."""
        with self._lock:
            self._words.refresh()

    def _wait(self, seconds: float) -> None:
        if self._conn is not None:
            self._conn.execute(f"PRAGMA busy_timeout = {round(1000 * seconds)}")

    def _writable(self) -> sqlite3.Connection:
        if self.read_only:
            raise DiaryError(f"the diary {self.path} is open for reading only")
        if self._file is None or _identity(self.path) != self._file:
            # Moved, restored or taken away behind our back: what we hold open is no longer the diary.
            self._reopen()
        return self.connection

    def _take_in_if_possible(self) -> int:
        try:
            return self._take_in()
        except (OSError, DiaryError):
            # A journal that cannot be read now must not keep what is said now from the diary.
            return 0

    def _take_in(self) -> int:
        file = journal.journal_path(self.path)
        kept = journal.read(file)
        if not kept.records and not kept.torn:
            return 0
        with journal_lock(self.path, self._wait_s):
            kept = journal.read(file)
            taken, lost = 0, list(kept.torn)
            # A few at a time: while the disk stays full each further try then costs little, and what was taken in
            # twice counts once.
            for start in range(0, len(kept.records), _FEW):
                with driver.transaction(self._writable()):
                    new, refused = self._storing.take_in(kept.records[start : start + _FEW])
                taken += new
                lost += refused
            if lost:
                aside = journal.put_aside(file, lost)
                self.notices.append(
                    f"{len(lost)} line{'s' * (len(lost) > 1)} of the journal beside the diary could not be read "
                    f"(cut short by a crash, most likely); kept in {aside}."
                )
            journal.clear(file)
        if taken:
            noun = "change" if taken == 1 else "changes"
            self.notices.append(f"{taken} {noun} kept in the journal while the diary could not be written: now in it.")
        return taken

    def _keep(self, record: dict[str, Any], reason: str) -> None:
        # What a failed connection believes of the file, or of words it gave out, may be wrong: the next write has a
        # new one.
        self._file = None
        try:
            with journal_lock(self.path, self._wait_s):
                journal.append(journal.journal_path(self.path), sealed(record, self.key))
        except OSError as error:
            raise DiaryError(
                f"This could not be saved: {reason}, and the journal beside the diary cannot be written either: "
                f"{driver.why(error)}. Free some space, or check the disk that holds {self.path}."
            ) from error

    # ---- reading -------------------------------------------------------------------------------------------------

    def look(self, look: Look) -> Found:
        """The first entries in order and the figures over all that match; removed entries are not there."""

        def ask(conn: sqlite3.Connection) -> Found:
            # The number changes when another connection has written, and that may have brought new words.
            version = conn.execute("PRAGMA data_version").fetchone()[0]
            if version != self._seen:
                self._words.refresh()
                self._seen = version
            return look_up(conn, self._words, look)

        return self._reading(ask)

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that id as it is now; None where there is none or it was removed."""
        sql = f"SELECT {SELECTED} FROM entries WHERE id = ? AND removed = 0"
        row = self._reading(lambda conn: conn.execute(sql, (entry_id,)).fetchone())
        return None if row is None else self._entry(row)

    def find(self, prefix: str) -> list[Entry]:
        """Entries, removed ones too, whose id begins so, at most 20."""
        sql = f"SELECT {SELECTED} FROM entries WHERE id >= ? AND substr(id, 1, ?) = ? ORDER BY id LIMIT 20"
        rows = self._reading(lambda conn: conn.execute(sql, (prefix, len(prefix), prefix)).fetchall())
        return [self._entry(row) for row in rows]

    def knows(self, entry_id: str) -> bool:
        """Whether there is or ever was an entry of that id."""
        sql = "SELECT 1 FROM entries WHERE id = ?"
        return bool(self._reading(lambda conn: conn.execute(sql, (entry_id,)).fetchone()))

    def running(self) -> tuple[Entry, ...]:
        """The spasms that have started and were not said to be over, oldest first."""
        where = "running = 1 AND removed = 0 AND kind = 'spasm'"
        rows = self._rows(f"SELECT {SELECTED} FROM entries WHERE {where} ORDER BY at_utc, seq", ())
        return tuple(self._entry(row) for row in rows)

    def recent_changes(self, limit: int = 20) -> list[Change]:
        """The last changes, newest first."""
        return self._changes("ORDER BY seq DESC LIMIT ?", limit)

    def history(self, entry_id: str) -> list[Change]:
        """Every change of an entry, oldest first; empty where there never was such an entry."""
        return self._changes("WHERE entry_id = ? ORDER BY seq", entry_id)

    def entries(
        self, since: datetime | None = None, until: datetime | None = None, *, removed: bool = False
    ) -> Iterator[Entry]:
        """Entries by time, oldest first, streamed: ``since`` inclusive, ``until`` exclusive.

        ``removed`` gives the removed ones instead.
        """
        columns = f"at_utc, seq, {SELECTED}"
        where = f"removed = {int(removed)} AND (at_utc, seq) > (?, ?) AND at_utc < ?"
        sql = f"SELECT {columns} FROM entries WHERE {where} ORDER BY at_utc, seq LIMIT {_PAGE}"
        for row in self._paged(sql, since, until):
            yield self._entry(row[2:])

    def unclear(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[tuple[datetime, str]]:
        """What was heard but not understood: when, and the words; oldest first."""
        sql = (
            "SELECT at_utc, seq, at, text FROM unclear WHERE (at_utc, seq) > (?, ?) AND at_utc < ? "
            f"ORDER BY at_utc, seq LIMIT {_PAGE}"
        )
        for row in self._paged(sql, since, until):
            yield datetime.fromisoformat(row[2]), row[3]

    def count(self) -> int:
        """How many entries there are, removed ones not counted."""
        row = self._reading(lambda conn: conn.execute("SELECT count(*) FROM entry_index").fetchone())
        return int(row[0])

    def _paged(self, sql: str, since: datetime | None, until: datetime | None) -> Iterator[tuple[Any, ...]]:
        # A page at a time, so that nothing stays locked while whoever asks writes them somewhere slow.
        after = (-(2**63) if since is None else micros(since), -1)
        end = 2**63 - 1 if until is None else micros(until)
        while True:
            rows = self._rows(sql, (*after, end))
            yield from rows
            if len(rows) < _PAGE:
                return
            after = rows[-1][:2]

    def _rows(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        return self._reading(lambda conn: conn.execute(sql, values).fetchall())

    def _changes(self, rest: str, *values: Any) -> list[Change]:
        sql = f"SELECT id, op, at, words, undoes, before, after FROM changes {rest}"
        return [change_of(row) for row in self._rows(sql, values)]

    def _entry(self, row: Sequence[Any]) -> Entry:
        return self._reading(lambda conn: checked_entry(conn, row))

    def _reading(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                return ask(self.connection)
            except driver.READ_ERRORS as error:
                remedy = "It is mended when voicelog is next started." if driver.is_damage(error) else "Try again."
                raise DiaryError(f"The diary {self.path} cannot be read: {driver.why(error)}. {remedy}") from error


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
