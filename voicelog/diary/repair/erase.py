"""Deleting for good: entries, their history, and every copy of them that voicelog keeps."""

from __future__ import annotations

import glob
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from voicelog.core.errors import DiaryError
from voicelog.diary.privacy.recordings import sounds_folder, sounds_of
from voicelog.diary.repair.backup import back_up, backup_folder
from voicelog.diary.store import driver, journal
from voicelog.diary.store.diary import Diary
from voicelog.diary.store.lock import beside, journal_lock
from voicelog.diary.store.rows import micros
from voicelog.diary.store.write import ERASED

_WORDS = ("damaged", "before-restore", "recovered", "restored")
_TRIES = 20


def copies(path: Path, name: Path | None = None) -> list[Path]:
    """The files in which voicelog keeps older states of the diary: backups, damaged and replaced diaries.

    Those beside the other names that the file has in its folder are among them, and those beside ``name``, by which it
    was reached.
    """
    found = dict.fromkeys(file for each in _names(path, name) for file in (*_backups(each), *_aside(each)))
    return list(found)


def _names(path: Path, name: Path | None) -> list[Path]:
    """The names of the diary's file, as far as they are known: its own, that it was reached by, links beside it."""
    names = dict.fromkeys([path, *([] if name is None else [name.absolute()])])
    status = path.stat()
    if status.st_nlink > 1:
        for other in path.parent.iterdir():
            if other.is_file() and other.samefile(path):
                names[other] = None
    return list(names)


def to_erase(diary: Diary, before: datetime | None) -> int:
    """How many entries, removed ones too, happened before a time; all of them for None."""
    row = diary.connection.execute("SELECT count(*) FROM entries WHERE at_utc < ?", (_end(before),)).fetchone()
    return int(row[0])


def sounds_to_erase(diary: Diary, before: datetime | None) -> list[Path]:
    """The sound kept of what was said before a time, or of entries before it; of everything for None."""
    rows = diary.connection.execute("SELECT id FROM entries WHERE at_utc < ?", (_end(before),))
    return sounds_of(diary.path, before, {row[0] for row in rows})


def erase(diary: Diary, before: datetime | None, *, name: Path | None = None, keep_backup: bool = False) -> int:
    """Delete what happened before a time, or everything for None; how many entries.

    First from the diary itself, where it is overwritten; then from the copies in backups, in damaged and replaced
    diaries and in the journal: those files are deleted whole, as they cannot be deleted from in part. The sound kept
    goes too. ``name`` is another name that the diary goes by; ``keep_backup``: a backup of what is left is made before
    the older ones go. :class:`DiaryError` where the diary cannot be written, and then nothing at all is changed; or
    where a copy could not be deleted, which it names.
    """
    diary.take_in()
    with journal_lock(diary.path, 5.0):
        if any(journal.read(file).records for file in journal.places_to_read(diary.path)):
            raise DiaryError("Something is just being saved. Nothing was deleted. Try again.")
        files = [*copies(diary.path, name), *sounds_to_erase(diary, before)]
        files += [file for each in journal.places_to_read(diary.path) for file in _unreadable(each)]
        try:
            count = _erase_rows(diary, before)
        except driver.SQL_ERRORS as error:
            raise DiaryError(
                f"Nothing was deleted, and every backup is still there: {driver.why(error)}. Try again."
            ) from error
        finally:
            diary.refresh_words()
        left = _overwrite(diary)
        if keep_backup:
            try:
                made = back_up(diary.path, diary.key)
                files = [file for file in files if file != made]
            except DiaryError as error:
                left.append(str(error))
        for file in files:
            try:
                _shred(file)
            except OSError as error:
                left.append(f"{file} could not be deleted: {driver.why(error)}.")
        for each in _names(diary.path, name):
            for folder in (backup_folder(each), sounds_folder(each)):
                with suppress(OSError):  # not empty, not there
                    folder.rmdir()
    if left:
        noun = "entry was" if count == 1 else "entries were"
        raise DiaryError(f"{count} {noun} deleted from the diary, but: {' '.join(left)} Mend that, then delete again.")
    return count


def _erase_rows(diary: Diary, before: datetime | None) -> int:
    """Delete from the tables, in one transaction; how many entries."""
    conn, end = diary.connection, _end(before)
    conn.execute("PRAGMA secure_delete = ON")
    with driver.transaction(conn):
        count = to_erase(diary, before)
        conn.execute("DELETE FROM changes WHERE entry_id IN (SELECT id FROM entries WHERE at_utc < ?)", (end,))
        conn.execute("DELETE FROM entry_index WHERE at_utc < ?", (end,))
        conn.execute("DELETE FROM entries WHERE at_utc < ?", (end,))
        conn.execute("DELETE FROM unclear WHERE at_utc < ?", (end,))
        conn.execute("DELETE FROM totals WHERE count = 0")
        conn.execute("DELETE FROM dose_totals WHERE count = 0")
        if before is None:
            conn.execute("DELETE FROM words")
            conn.execute("DELETE FROM state")
        # A logger that runs remembers what was deleted; by this it knows that it is not to be brought back.
        mark = f"{uuid.uuid4().hex} {end}"
        conn.execute("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", (ERASED, mark))
        conn.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')")
    return count


def _overwrite(diary: Diary) -> list[str]:
    """Leave nothing of what was deleted in the diary's files; what was not possible, as sentences."""
    conn = diary.connection
    try:
        conn.execute("VACUUM")
        for _ in range(_TRIES):
            # A program that just reads holds the log; it is done in a moment.
            if not conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                return []
            time.sleep(0.1)
    except driver.SQL_ERRORS as error:
        return [f"remains of it are in its files still: {driver.why(error)}."]
    return ["remains of it are in its log still, which another program is reading."]


def _end(before: datetime | None) -> int:
    return 2**63 - 1 if before is None else micros(before.astimezone(UTC))


def _backups(path: Path) -> Iterator[Path]:
    """The backups, half made ones too."""
    yield from sorted(backup_folder(path).glob("diary-*.db*"))


def _aside(path: Path) -> Iterator[Path]:
    for word in _WORDS:
        yield from sorted(path.parent.glob(f"{glob.escape(beside(path, f'.{word}').name)}*"))


def _unreadable(file: Path) -> list[Path]:
    """The lines of a journal that were put aside."""
    aside = journal.unreadable_path(file)
    return sorted(aside.parent.glob(f"{glob.escape(aside.stem)}*"))


def _shred(file: Path) -> None:
    """Overwrite a file, as far as its disk lets one, and delete it."""
    try:
        with file.open("r+b") as opened:
            left = file.stat().st_size
            while left > 0:
                left -= opened.write(bytes(min(left, 1 << 20)))
            opened.flush()
            os.fsync(opened.fileno())
        # Where the name is a link, what it led to goes with it.
        Path(os.path.realpath(file)).unlink()
        file.unlink(missing_ok=True)
    except FileNotFoundError:
        return
