"""Deleting for good: entries, their history, and every copy of them that voicelog keeps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from voicelog.core.errors import DiaryError
from voicelog.diary.privacy.recordings import sounds_folder, sounds_of
from voicelog.diary.repair.backup import backup_folder, backups
from voicelog.diary.store import driver, journal
from voicelog.diary.store.diary import Diary
from voicelog.diary.store.lock import beside, journal_lock
from voicelog.diary.store.rows import micros


def copies(path: Path) -> list[Path]:
    """The files in which voicelog keeps older states of the diary: backups, damaged and replaced diaries."""
    return [*backups(path), *_aside(path)]


def to_erase(diary: Diary, before: datetime | None) -> int:
    """How many entries, removed ones too, happened before a time; all of them for None."""
    row = diary.connection.execute("SELECT count(*) FROM entries WHERE at_utc < ?", (_end(before),)).fetchone()
    return int(row[0])


def sounds_to_erase(diary: Diary, before: datetime | None) -> list[Path]:
    """The sound kept of what was said before a time, or of entries before it; of everything for None."""
    rows = diary.connection.execute("SELECT id FROM entries WHERE at_utc < ?", (_end(before),))
    return sounds_of(diary.path, before, {row[0] for row in rows})


def erase(diary: Diary, before: datetime | None) -> int:
    """Delete what happened before a time, or everything for None; how many entries.

    They are overwritten in the file, and so are the copies in backups, in damaged and replaced diaries and in the
    journal: those files are deleted whole, as they cannot be deleted from in part. The sound kept of them goes too.
    """
    with journal_lock(diary.path, 5.0):
        for file in (*copies(diary.path), *sounds_to_erase(diary, before)):
            _shred(file)
        journal.clear(journal.journal_path(diary.path))
        _shred(journal.unreadable_path(journal.journal_path(diary.path)))
        for folder in (backup_folder(diary.path), sounds_folder(diary.path)):
            if before is None and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        conn = diary.connection
        end = _end(before)
        try:
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
                conn.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')")
            conn.execute("VACUUM")
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except driver.SQL_ERRORS as error:
            raise DiaryError(f"Not everything could be deleted: {driver.why(error)}. Try again.") from error
        finally:
            diary.refresh_words()
    return count


def _end(before: datetime | None) -> int:
    return 2**63 - 1 if before is None else micros(before.astimezone(UTC))


def _aside(path: Path) -> Iterator[Path]:
    for word in ("damaged", "before-restore"):
        yield from sorted(path.parent.glob(f"{beside(path, f'.{word}-').name}*"))


def _shred(file: Path) -> None:
    """Overwrite a file, as far as its disk lets one, and delete it."""
    try:
        with file.open("r+b") as opened:
            left = file.stat().st_size
            while left > 0:
                left -= opened.write(bytes(min(left, 1 << 20)))
            opened.flush()
            os.fsync(opened.fileno())
        file.unlink()
    except FileNotFoundError:
        return
