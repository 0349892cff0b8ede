"""The diary: changes in, entries and answers out."""

from __future__ import annotations

import heapq
import json
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
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
from voicelog.diary.store.failures import (
    DamagedError,
    DamagedRowError,
    ErasedError,
    GoneError,
    Notice,
    UnavailableError,
)
from voicelog.diary.store.index import Words
from voicelog.diary.store.lock import journal_lock, listening_lock
from voicelog.diary.store.query import PASSED_OVER, look_up
from voicelog.diary.store.rows import SELECTED, checked_entry, micros
from voicelog.diary.store.waiting import Waiting
from voicelog.diary.store.write import ERASED, Storing, change_of

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
    was opened or since, for the person to hear or read; whoever tells of them takes them away (:meth:`news`).

    ``connect(begin)`` opens the file for writing, and makes a diary of an empty one only where ``begin``.
    ``connect_to_read`` stands in where that is not possible for now: then changes wait in the journal, and what can be
    read is read. ``mend`` recovers a file found damaged while it is open, and gives the notices of that.
    """

    def __init__(
        self,
        path: Path,
        connect: Callable[[bool], sqlite3.Connection],
        *,
        key: str | None = None,
        read_only: bool = False,
        wait_s: float = 5.0,
        connect_to_read: Callable[[], sqlite3.Connection] | None = None,
        mend: Callable[[], list[Notice]] | None = None,
    ) -> None:
        self.path = path
        self.key = key
        self.read_only = read_only
        self.notices: list[Notice] = []
        self.mend = mend
        self._connect = connect
        self._wait_s = wait_s
        self._lock = RLock()
        self._conn: sqlite3.Connection | None = None
        self._seen: int | None = None
        self._known: tuple[int, int] | None = None
        self._file: tuple[int, int] | None = None
        self._why = f"The diary {path} is closed."
        self._gone = self._damaged = False
        self._pending: tuple[object, Waiting | None] | None = None
        try:
            self._reopen()
        except UnavailableError as error:
            if connect_to_read is None:
                raise
            self._why = str(error)
            self.notices.append(_kept_apart(error))
            with suppress(*driver.LOOK_ERRORS):
                self._use(connect_to_read())

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
            self._forget_waiting()
            if self._conn is not None:
                self._conn.close()
                self._conn = None

    def listening(self) -> AbstractContextManager[None]:
        """To be held while listening: a second program that wants to listen for the same diary is refused."""
        return listening_lock(self.path)

    def news(self) -> list[Notice]:
        """What was found or mended and not told yet; told with this."""
        with self._lock:
            told, self.notices = self.notices, []
            return told

    def _reopen(self) -> None:
        begin = self._known is None
        if not begin and _identity(self.path) is None:
            raise GoneError(self.path)
        self._use(self._connect(begin))
        self._file = self._known = _identity(self.path)
        if self._gone:
            self._gone = False
            self.notices.append(Notice(f"The diary {self.path} is in its place again.", "The diary is there again."))

    def _use(self, conn: sqlite3.Connection) -> None:
        """Ask this connection from now on; the one before is closed once that can be done."""
        try:
            conn.execute(f"PRAGMA busy_timeout = {round(1000 * min(self._wait_s, _PATIENCE_S))}")
            words = Words(conn)
        except BaseException:
            conn.close()
            raise
        before, self._conn = self._conn, conn
        self._forget_waiting()
        if before is not None:
            before.close()
        self._words = words
        self._seen = None
        self._storing = Storing(conn, words, self.key)

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection, for reports that ask SQL of their own; only for reading."""
        if self._conn is None:
            raise DiaryError(self._why)
        return self._conn

    # ---- writing -------------------------------------------------------------------------------------------------

    def write(self, change: Change) -> Stored | Journaled:
        """Put a change on disk, entry and history together; it is there when this returns.

        Writing the same change twice does nothing the second time. Where the diary cannot be written the change is
        kept in a journal (:class:`Journaled`), beside it or elsewhere, and taken in with the next write that succeeds
        or when the diary is next opened. :class:`DiaryError` where neither is possible, and for a change of an entry
        that was deleted for good.
        """
        with self._lock:
            try:
                self._writable()
                taken = self._take_in_if_possible()
                with driver.transaction(self._writable()):
                    stored = self._storing.store(change)
            except ErasedError:
                raise
            except driver.WRITE_ERRORS as error:
                reason = self._failed(error)
                return Journaled(change, reason, self._keep({"change": change_to_json(change)}, reason))
            self._forget_waiting()
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
                self._forget_waiting()
            except driver.WRITE_ERRORS as error:
                self._keep({"unclear": record}, self._failed(error))

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

    def look_after(self) -> None:
        """Notice a diary that is gone or damaged, and take in what waits as soon as that is possible again.

        To be called now and then by a program that is open for long; ``notices`` tell of what was found.
        """
        with self._lock:
            if self.read_only:
                return
            try:
                self._writable()
                self._take_in()
            except driver.WRITE_ERRORS as error:
                self._failed(error)

    def erased(self) -> str:
        """A text that is another after each deleting for good; empty where there was none, or nothing can be read."""
        with self._lock:
            try:
                row = self.connection.execute("SELECT value FROM state WHERE name = ?", (ERASED,)).fetchone()
            except driver.LOOK_ERRORS:
                return ""
            return "" if row is None else str(row[0])

    def _writable(self) -> sqlite3.Connection:
        if self.read_only:
            raise DiaryError(f"the diary {self.path} is open for reading only")
        if self._damaged:
            self._mended()
        if self._file is None or _identity(self.path) != self._file:
            # Moved, restored or taken away behind our back: what we hold open is no longer the diary.
            try:
                self._reopen()
            except DamagedError:
                if self.mend is None:
                    raise
                self._mended()
        return self.connection

    def _mended(self) -> None:
        """Recover the diary, found damaged while it is open."""
        mend = self.mend
        if mend is None:
            return
        self._damaged = False
        self._forget_waiting()
        if self._conn is not None:
            self._conn.close()
            self._conn = None
        self._why = f"The diary {self.path} is damaged and could not be recovered. Start voicelog again."
        self._known = None
        self.notices += mend()
        self._reopen()

    def _failed(self, error: BaseException) -> str:
        """Take note of why the diary cannot be written; the reason as half a sentence."""
        if isinstance(error, GoneError):
            if not self._gone:
                self._gone = True
                spoken = "The diary is gone from its place. What you say is kept elsewhere."
                self.notices.append(Notice(str(error), spoken, lasting=True))
            return "the diary is gone"
        if driver.is_damage(error):
            self._damaged = self.mend is not None
        return driver.why(error)

    def _take_in_if_possible(self) -> int:
        try:
            return self._take_in()
        except (OSError, DiaryError):
            # A journal that cannot be read now must not keep what is said now from the diary.
            return 0

    def _take_in(self) -> int:
        taken = sum(self._take_in_from(file) for file in journal.places_to_read(self.path))
        if taken:
            self._forget_waiting()
            noun = "change" if taken == 1 else "changes"
            self.notices.append(
                Notice(
                    f"{taken} {noun} kept in the journal while the diary could not be written: now in it.",
                    "What you said while the diary could not be written is in it now.",
                )
            )
        return taken

    def _take_in_from(self, file: Path) -> int:
        if not _waits(journal.read(file)):
            return 0
        elsewhere = file != journal.journal_path(self.path)
        with journal_lock(self.path, self._wait_s, file if elsewhere else None):
            kept = journal.read(file)
            taken, lost = 0, list(kept.torn)
            # A few at a time: while the disk stays full each further try then costs little, and what was taken in
            # twice counts once.
            for start in range(0, len(kept.records), _FEW):
                with driver.transaction(self._writable()):
                    new, refused = self._storing.take_in(kept.records[start : start + _FEW])
                taken += new
                lost += refused
            if kept.huge:
                aside = journal.put_whole_aside(file)
                self.notices.append(
                    Notice(f"The journal beside the diary had lines that are none of voicelog's; kept as {aside}.")
                )
            elif lost:
                aside = journal.put_aside(file, lost)
                self.notices.append(
                    Notice(
                        f"{len(lost)} line{'s' * (len(lost) > 1)} of the journal beside the diary could not be read "
                        f"(cut short by a crash, most likely); kept in {aside}.",
                        "Something that waited for the diary could not be read. It is kept beside it.",
                        lasting=True,
                    )
                )
            if elsewhere:
                file.unlink(missing_ok=True)
            else:
                journal.clear(file)
        return taken

    def _keep(self, record: dict[str, Any], reason: str) -> bool:
        """Put a record into the first journal that takes it; whether that is the one beside the diary."""
        # What a failed connection believes of the file, or of words it gave out, may be wrong: the next write has a
        # new one.
        self._file = None
        self._forget_waiting()
        failures: list[BaseException] = []
        for file in journal.places(self.path):
            elsewhere = file != journal.journal_path(self.path)
            if not elsewhere and self._gone:
                # There may be an empty folder in the place of a disk taken away, which would hide it later.
                continue
            try:
                if elsewhere:
                    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with journal_lock(self.path, self._wait_s, file if elsewhere else None):
                    journal.append(file, sealed(record, self.key))
            except (OSError, DiaryError) as error:
                failures.append(error)
                continue
            return not elsewhere
        raise DiaryError(
            f"This could not be saved: {reason}, and the journal beside the diary cannot be written either: "
            f"{driver.why(failures[0])}. Free some space, or check the disk that holds {self.path}."
        ) from failures[0]

    def _waiting(self, conn: sqlite3.Connection) -> Waiting | None:
        """What waits in the journals; None for nothing. :class:`DiaryError` where they cannot be read."""
        files = journal.places_to_read(self.path)
        try:
            seen = (tuple(map(journal.stamp, files)), conn.execute("PRAGMA data_version").fetchone()[0])
            if self._pending is None or self._pending[0] != seen:
                records = [record for file in files for record in journal.read(file).records]
                self._forget_waiting()
                self._pending = (seen, Waiting(conn, records, self.key) if records else None)
        except OSError as error:
            raise DiaryError(
                f"What waits in the journal of the diary {self.path} cannot be read: {driver.why(error)}."
            ) from error
        return self._pending[1]

    def _forget_waiting(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None and pending[1] is not None:
            pending[1].close()

    # ---- reading -------------------------------------------------------------------------------------------------

    def look(self, look: Look) -> Found:
        """The first entries in order and the figures over all that match; removed entries are not there."""

        def ask(conn: sqlite3.Connection) -> Found:
            waiting = self._waiting(conn)
            # The number changes when another connection has written, and that may have brought new words.
            version = conn.execute("PRAGMA data_version").fetchone()[0]
            if version != self._seen:
                self._words.refresh()
                self._seen = version
            if waiting is None:
                return look_up(conn, self._words, look)
            return waiting.look(look, look_up(conn, self._words, look, waiting.ids))

        return self._reading(ask)

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that id as it is now; None where there is none or it was removed."""

        def ask(conn: sqlite3.Connection) -> Entry | None:
            there, entry = ((waiting := self._waiting(conn)) and waiting.found(entry_id)) or (False, None)
            if there:
                return entry
            sql = f"SELECT {SELECTED} FROM entries WHERE id = ? AND removed = 0"
            row = conn.execute(sql, (entry_id,)).fetchone()
            return None if row is None else checked_entry(conn, row)

        return self._reading(ask)

    def find(self, prefix: str) -> list[Entry]:
        """Entries, removed ones too, whose id begins so, at most 20."""
        where = "id >= ? AND substr(id, 1, ?) = ?"
        found = self._entries(where, (prefix, len(prefix), prefix), f"{where} ORDER BY id LIMIT 20")
        return sorted(found, key=lambda entry: entry.id)[:20]

    def knows(self, entry_id: str) -> bool:
        """Whether there is or ever was an entry of that id."""

        def ask(conn: sqlite3.Connection) -> bool:
            waiting = self._waiting(conn)
            if waiting is not None and entry_id in waiting.ids:
                return True
            return bool(conn.execute("SELECT 1 FROM entries WHERE id = ?", (entry_id,)).fetchone())

        return self._reading(ask)

    def running(self) -> tuple[Entry, ...]:
        """The spasms that have started and were not said to be over, oldest first."""
        where = "running = 1 AND removed = 0 AND kind = 'spasm'"
        return tuple(sorted(self._entries(where, ()), key=lambda entry: entry.at))

    def recent_changes(self, limit: int = 20) -> list[Change]:
        """The last changes, newest first."""

        def ask(conn: sqlite3.Connection) -> list[Change]:
            waiting = self._waiting(conn)
            rows = conn.execute(f"SELECT {_CHANGE} FROM changes ORDER BY seq DESC LIMIT ?", (limit,)).fetchall()
            if waiting is not None:
                kept = waiting.conn.execute(f"SELECT {_CHANGE} FROM changes ORDER BY seq DESC").fetchall()
                there = {row[0] for row in rows}
                known = {
                    row[0]
                    for row in conn.execute(
                        "SELECT id FROM changes WHERE id IN (SELECT value FROM json_each(?))",
                        (json.dumps([row[0] for row in kept]),),
                    )
                }
                rows = [row for row in kept if row[0] not in known | there] + rows
            return [change_of(row) for row in rows[:limit]]

        return self._reading(ask)

    def history(self, entry_id: str) -> list[Change]:
        """Every change of an entry, oldest first; empty where there never was such an entry."""

        def ask(conn: sqlite3.Connection) -> list[Change]:
            waiting = self._waiting(conn)
            source = waiting.conn if waiting is not None and entry_id in waiting.ids else conn
            rows = source.execute(f"SELECT {_CHANGE} FROM changes WHERE entry_id = ? ORDER BY seq", (entry_id,))
            return [change_of(row) for row in rows.fetchall()]

        return self._reading(ask)

    def entries(
        self, since: datetime | None = None, until: datetime | None = None, *, removed: bool = False
    ) -> Iterator[Entry]:
        """Entries by time, oldest first, streamed: ``since`` inclusive, ``until`` exclusive.

        ``removed`` gives the removed ones instead.
        """
        gone = f"removed = {int(removed)}"
        passed_over, late = self._late(f"SELECT at_utc, 0, {SELECTED} FROM entries WHERE {gone}", since, until)
        where = f"{gone} AND (at_utc, seq) > (?, ?) AND at_utc < ? AND {PASSED_OVER}"
        sql = f"SELECT at_utc, seq, {SELECTED} FROM entries WHERE {where} ORDER BY at_utc, seq LIMIT {_PAGE}"
        rows = self._paged(sql, since, until, json.dumps(passed_over))
        for row in heapq.merge(rows, late, key=lambda row: row[0]):
            yield self._entry(row[2:])

    def unclear(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[tuple[datetime, str]]:
        """What was heard but not understood: when, and the words; oldest first."""
        _, late = self._late("SELECT at_utc, 0, at, text FROM unclear WHERE 1", since, until)
        sql = (
            "SELECT at_utc, seq, at, text FROM unclear WHERE (at_utc, seq) > (?, ?) AND at_utc < ? "
            f"ORDER BY at_utc, seq LIMIT {_PAGE}"
        )
        for row in heapq.merge(self._paged(sql, since, until), late, key=lambda row: row[0]):
            yield datetime.fromisoformat(row[2]), row[3]

    def _late(self, sql: str, since: datetime | None, until: datetime | None) -> tuple[list[str], list[_Row]]:
        """The ids that the diary is not to be asked of, as changes of them wait, and the rows of what waits."""

        def ask(conn: sqlite3.Connection) -> tuple[list[str], list[_Row]]:
            waiting = self._waiting(conn)
            if waiting is None:
                return [], []
            rows = waiting.conn.execute(
                f"{sql} AND at_utc >= ? AND at_utc < ? ORDER BY at_utc, seq", (_from(since)[0], _until(until))
            )
            return sorted(waiting.ids), rows.fetchall()

        return self._reading(ask)

    def count(self) -> int:
        """How many entries there are, removed ones not counted."""

        def ask(conn: sqlite3.Connection) -> int:
            waiting = self._waiting(conn)
            if waiting is None:
                return int(conn.execute("SELECT count(*) FROM entry_index").fetchone()[0])
            ids = json.dumps(sorted(waiting.ids))
            rest = conn.execute(f"SELECT count(*) FROM entry_index WHERE {PASSED_OVER}", (ids,)).fetchone()[0]
            return int(rest + waiting.conn.execute("SELECT count(*) FROM entry_index").fetchone()[0])

        return self._reading(ask)

    def _paged(self, sql: str, since: datetime | None, until: datetime | None, *more: Any) -> Iterator[_Row]:
        # A page at a time, so that nothing stays locked while whoever asks writes them somewhere slow.
        after = _from(since)
        while True:
            values = (*after, _until(until), *more)
            rows = self._rows(sql, values)
            yield from rows
            if len(rows) < _PAGE:
                return
            after = rows[-1][:2]

    def _rows(self, sql: str, values: tuple[Any, ...]) -> list[_Row]:
        return self._reading(lambda conn: conn.execute(sql, values).fetchall())

    def _entries(self, where: str, values: tuple[Any, ...], ordered: str = "") -> list[Entry]:
        """The entries that a condition fits, of those that wait and of the others."""

        def ask(conn: sqlite3.Connection) -> list[Entry]:
            waiting = self._waiting(conn)
            rest, late = conn.execute(f"SELECT {SELECTED} FROM entries WHERE {ordered or where}", values).fetchall(), []
            if waiting is not None:
                rest = [row for row in rest if row[0] not in waiting.ids]
                late = waiting.conn.execute(f"SELECT {SELECTED} FROM entries WHERE {where}", values).fetchall()
            return [checked_entry(conn, row) for row in (*rest, *late)]

        return self._reading(ask)

    def _entry(self, row: Sequence[Any]) -> Entry:
        return self._reading(lambda conn: checked_entry(conn, row))

    def _reading(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                return ask(self.connection)
            except driver.LOOK_ERRORS as error:
                if isinstance(error, DiaryError | OSError) and not isinstance(error, DamagedRowError):
                    raise
                damaged = isinstance(error, DamagedRowError) or driver.is_damage(error)
                if damaged and self.mend is not None and not self.read_only:
                    return self._read_mended(ask, error)
                remedy = "It is mended when voicelog is next started." if damaged else "Try again."
                raise DiaryError(f"The diary {self.path} cannot be read: {driver.why(error)}. {remedy}") from error

    def _read_mended(self, ask: Callable[[sqlite3.Connection], T], found: Exception) -> T:
        """Ask again after the damage that was found is mended."""
        try:
            self._mended()
            return ask(self.connection)
        except driver.LOOK_ERRORS as error:
            raise DiaryError(f"The diary {self.path} cannot be read: {driver.why(found)}. {error}") from error


_CHANGE = "id, op, at, words, undoes, before, after"
_Row = tuple[Any, ...]


def _from(since: datetime | None) -> tuple[int, int]:
    return (-(2**63) if since is None else micros(since), -1)


def _until(until: datetime | None) -> int:
    return 2**63 - 1 if until is None else micros(until)


def _waits(kept: journal.Kept) -> bool:
    return bool(kept.records or kept.torn or kept.huge)


def _kept_apart(error: UnavailableError) -> Notice:
    """What to tell of a diary that cannot be opened for writing at the start."""
    return Notice(
        f"{error} Until then voicelog listens all the same, and what is said waits for the diary.",
        "The diary cannot be written now. What you say is kept until it can.",
        lasting=True,
    )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
