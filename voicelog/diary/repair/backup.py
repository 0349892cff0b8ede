"""Backups of the diary, each a diary of its own, in a folder beside it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from voicelog.core.entry import Entry
from voicelog.core.errors import DiaryError
from voicelog.diary.privacy.passphrase import key_for
from voicelog.diary.repair.check import is_sound_throughout
from voicelog.diary.repair.repair import put_aside, sync_folder
from voicelog.diary.store import driver, schema
from voicelog.diary.store.lock import beside, listening_lock
from voicelog.diary.store.rows import SELECTED, entry_of

KEPT = 14
_FORM = "%Y%m%dT%H%M%SZ"
_PAGES = 1000
"""Pages copied at a time; between two portions others may write."""


def backup_folder(path: Path) -> Path:
    """Where the backups of a diary are."""
    return beside(path, ".backups")


def backups(path: Path) -> list[Path]:
    """The backups of a diary, newest first."""
    return sorted(backup_folder(path).glob("diary-*.db"), reverse=True)


def backup_time(backup: Path) -> datetime:
    """When the backup was made, in UTC."""
    try:
        return datetime.strptime(backup.stem[6:22], _FORM).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(backup.stat().st_mtime, UTC)


def back_up(
    path: Path,
    key: str | None = None,
    *,
    keep: int = KEPT,
    to: Path | None = None,
    now: datetime | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Path:
    """Copy the diary while it may be in use, check the copy through and through, and keep the newest ``keep``.

    ``to`` names another file, and then no other backup is removed; else ``now`` does. ``progress`` is told pages left
    and pages in all.
    :class:`DiaryError` where there is no room, or where the copy is not sound; older backups are then kept.
    """
    key = key or key_for(path)
    target = _next_name(path, now or datetime.now(UTC)) if to is None else Path(os.path.realpath(to))
    if target.exists() and not target.is_file():
        raise DiaryError(f"{to} is a device, a pipe or a folder, no file for a backup. Give another one.")
    partial = target.with_name(f"{target.name}.partial")
    try:
        if to is None:
            backup_folder(path).mkdir(mode=0o700, exist_ok=True)
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(path, partial, key, progress)
        if not _is_sound(partial, key):
            raise DiaryError(
                f"The backup of {path} is damaged, and so, it seems, is the diary. Older backups are kept. "
                "Start voicelog again: it mends the diary as far as it can."
            )
        partial.replace(target)
        sync_folder(target.parent)
    except driver.STORE_ERRORS as error:
        raise DiaryError(f"No backup of {path} could be made: {driver.why(error)}. Free some space.") from error
    finally:
        _discard(partial)
    if to is None:
        for old in backups(path)[max(keep, 1) :]:
            old.unlink(missing_ok=True)
    return target


def back_up_if_due(path: Path, key: str | None = None, *, keep: int = KEPT, now: datetime | None = None) -> Path | None:
    """The backup of the day: made where today (UTC) has none yet and anything changed since the newest.

    Takes a connection of its own, so that a thread of its own may run it. None where nothing was due.
    """
    now = now or datetime.now(UTC)
    key = key or key_for(path)
    kept = backups(path)
    if keep == 0 or (kept and backup_time(kept[0]).date() == now.astimezone(UTC).date()):
        return None
    if kept and _last_change(kept[0], key, "immutable") == _last_change(path, key, "rw"):
        return None
    return back_up(path, key, keep=keep, now=now)


def check_backup(backup: Path, key: str | None = None) -> int:
    """How many entries the backup holds; :class:`DiaryError` where it is no sound backup."""
    if not backup.is_file():
        raise DiaryError(f"There is no backup {backup}. List them with: voicelog restore --list")
    if not _is_sound(backup, key):
        raise DiaryError(f"{backup} is damaged or no backup of a diary; nothing was changed. Choose another one.")
    conn = driver.connect(backup, key=key, mode="immutable")
    try:
        return int(conn.execute("SELECT count(*) FROM entries WHERE removed = 0").fetchone()[0])
    finally:
        conn.close()


def read_backup(backup: Path, key: str | None = None) -> Iterator[Entry]:
    """The entries of a sound backup, removed ones left out."""
    conn = driver.connect(backup, key=key, mode="immutable")
    try:
        schema.show_all_fields(conn)
        for row in conn.execute(f"SELECT {SELECTED} FROM entries WHERE removed = 0 ORDER BY seq"):
            yield entry_of(row)
    finally:
        conn.close()


def restore(path: Path, backup: Path, key: str | None = None) -> Path | None:
    """Put a backup in the place of the diary; where the present one is kept, None if there was none.

    :class:`DiaryError` while a voicelog is listening, or where the backup is not sound; nothing is changed then.
    """
    check_backup(backup, key)
    new = beside(path, ".restored")
    with listening_lock(path):
        try:
            new.unlink(missing_ok=True)
            os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            _copy(backup, new, key, None, mode="immutable")
            if not _is_sound(new, key):
                raise DiaryError(f"The copy of {backup} is not sound; nothing was changed. Check the disk.")
            aside = put_aside(path, "before-restore") if path.exists() else None
            new.rename(path)
            sync_folder(path.parent)
        except driver.STORE_ERRORS as error:
            raise DiaryError(f"{backup} could not be restored: {driver.why(error)}. Nothing was changed.") from error
        finally:
            _discard(new)
    return aside


def _next_name(path: Path, now: datetime) -> Path:
    stamp = now.astimezone(UTC).strftime(_FORM)
    target = backup_folder(path) / f"diary-{stamp}.db"
    number = 1
    while target.exists():
        number += 1
        target = backup_folder(path) / f"diary-{stamp}-{number}.db"
    return target


def _copy(
    source: Path, target: Path, key: str | None, progress: Callable[[int, int], object] | None, mode: str = "rw"
) -> None:
    origin = driver.connect(source, key=key, mode=mode)
    try:
        copy = driver.connect(target, key=key)
        try:
            told = (lambda _status, left, total: progress(left, total)) if progress else None
            origin.backup(copy, pages=_PAGES, progress=told, sleep=0.01)
        finally:
            copy.close()
    finally:
        origin.close()


def _is_sound(backup: Path, key: str | None) -> bool:
    try:
        conn = driver.connect(backup, key=key, mode="immutable")
    except driver.SQL_ERRORS:
        return False
    try:
        schema.check_ours(Database(conn, execute_plugins=False))
        schema.show_all_fields(conn)
        return is_sound_throughout(conn)
    except driver.WRITE_ERRORS:
        return False
    finally:
        conn.close()


def _last_change(path: Path, key: str | None, mode: str) -> tuple[int, int] | None:
    try:
        conn = driver.connect(path, key=key, mode=mode)
    except driver.SQL_ERRORS:
        return None
    try:
        row: tuple[int, int] = conn.execute("SELECT coalesce(max(seq), 0), count(*) FROM unclear").fetchone()
        last = conn.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0]
    except sqlite3.Error:
        return None
    finally:
        conn.close()
    return int(last), row[0]


def _discard(file: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
