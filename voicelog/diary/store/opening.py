"""Opening a diary: made where there is none, checked, brought up to date, mended where damaged."""

from __future__ import annotations

import math
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from voicelog.core.errors import DiaryError
from voicelog.core.settings import Settings
from voicelog.diary.privacy.passphrase import Ask, key_for, remember
from voicelog.diary.repair.backup import backup_time, backups
from voicelog.diary.repair.check import index_is_true, is_damage, is_ours, is_sound, looks_encrypted, make_index
from voicelog.diary.repair.repair import PARTS, finish_mending, mend, put_aside
from voicelog.diary.store import driver, journal, schema
from voicelog.diary.store.diary import Diary
from voicelog.diary.store.failures import DamagedError, GoneError, Notice, UnavailableError
from voicelog.diary.store.lock import beside, journal_lock

Connect = Callable[[bool], sqlite3.Connection]


def open_diary(path: Path | str, *, read_only: bool = False, key: str | None = None, wait_s: float = 5.0) -> Diary:
    """Open the diary at ``path``, making it (and its folder) where there is none; a context manager.

    A damaged diary is put aside and what can be read of it recovered; ``notices`` of the diary tell of it. What waited
    in the journal is taken in. ``read_only`` changes nothing and refuses where there is no diary or a damaged one.
    ``key`` is the passphrase of an encrypted diary; without it the environment and the keyring are asked. ``wait_s`` is
    how long another program's lock is waited for, though a second at most with each write of one change.
    :class:`DiaryError` says why it cannot be opened; nothing is changed then.
    """
    path = real_path(path)
    try:
        key = key or key_for(path)
        if read_only:
            return _open_for_reading(path, key, wait_s)
        return _open_for_writing(path, key, wait_s)
    except OSError as error:
        said = f"The diary {path} cannot be opened: {driver.why(error)}. Give another --db."
        raise UnavailableError(said) from error
    except driver.SQL_ERRORS as error:
        raise _refusal(path, error, key) from error


def real_path(path: Path | str) -> Path:
    """The diary's own file, where ``path`` leads to it by links: what lies beside it lies beside that."""
    return Path(os.path.realpath(path))


def open_for(settings: Settings, *, read_only: bool = False, ask: Ask | None = None, wait_s: float = 5.0) -> Diary:
    """Open the diary of the settings, encrypted or not; ``ask`` asks a person for a passphrase that is nowhere else.

    Otherwise as :func:`open_diary`.
    """
    path = settings.diary_path
    key = key_for(path, ask, encrypt_new=settings.diary.encrypted and not read_only)
    diary = open_diary(path, read_only=read_only, key=key, wait_s=wait_s)
    if key is not None:
        remember(path, key)
    return diary


@contextmanager
def open_for_listening(settings: Settings, ask: Ask | None = None, *, wait_s: float = 5.0) -> Iterator[Diary]:
    """The diary of the settings, opened, and no other listener with it. Raises :class:`DiaryError`.

    One that is locked, may not be written, or is on a full or failing disk does not hinder listening: what is said
    waits for it elsewhere, and ``notices`` tell of that.
    """
    try:
        diary = open_for(settings, ask=ask, wait_s=wait_s)
    except UnavailableError as error:
        diary = _stand_in(real_path(settings.diary_path), settings, error, min(wait_s, 0.5))
    with diary, diary.listening():
        yield diary


def _stand_in(path: Path, settings: Settings, why: UnavailableError, wait_s: float) -> Diary:
    """The diary as far as it can be had now; it is opened for writing as soon as that can be done."""
    key = None
    with suppress(OSError, DiaryError):
        key = key_for(path, encrypt_new=settings.diary.encrypted)

    def begin(_: bool) -> sqlite3.Connection:
        # The first time stands for the opening that has just failed; each later one is tried anew.
        if not tried:
            tried.append(True)
            raise why
        _make_folder(path)
        _make_file(path)
        return _connect(path, key, wait_s, True)

    tried: list[bool] = []
    diary = Diary(path, begin, key=key, wait_s=wait_s, connect_to_read=partial(_connect_to_read, path, key, wait_s))
    diary.mend = partial(_mended_under_way, path, key, wait_s)
    return diary


def _open_for_writing(path: Path, key: str | None, wait_s: float) -> Diary:
    if not path.is_dir():
        _make_folder(path)
    folder = _folder_put_aside(path)
    _refuse_folder(path)
    finish_mending(path, partial(_is_whole, key))
    notices = [*folder, *_missing(path)]
    made = _make_file(path)
    connect = partial(_connect, path, key, wait_s)
    try:
        diary = _checked(path, connect, key, wait_s)
    except DamagedError:
        diary = _mended(path, connect, key, wait_s, notices)
    except DiaryError:
        if made and not path.stat().st_size:
            # What could not even be begun is not left there empty.
            path.unlink()
        raise
    diary.notices[:0] = notices
    diary.mend = partial(_mended_under_way, path, key, wait_s)
    try:
        diary.take_in()
        with journal_lock(path, wait_s):
            journal.reserve(journal.journal_path(path))
    except driver.WRITE_ERRORS as error:
        diary.notices.append(
            Notice(f"What waits in the journal beside the diary could not be taken in: {driver.why(error)}.")
        )
    except BaseException:
        diary.close()
        raise
    return diary


def _checked(path: Path, connect: Connect, key: str | None, wait_s: float) -> Diary:
    diary: Diary | None = None
    try:
        diary = Diary(path, connect, key=key, read_only=False, wait_s=wait_s)
        sound = is_sound(diary.connection)
    except driver.SQL_ERRORS as error:
        if diary is not None:
            diary.close()
        raise _refusal(path, error, None) from error
    except DiaryError:
        if diary is not None:
            diary.close()
        raise
    if not sound:
        diary.close()
        raise DamagedError(path)
    try:
        if not index_is_true(diary.connection):
            make_index(diary.connection)
            diary.refresh_words()
            diary.notices.append(Notice(f"What finds the entries of {path} did not agree with them; it is made anew."))
    except driver.WRITE_ERRORS as error:
        diary.notices.append(Notice(f"What finds the entries of {path} could not be made anew: {driver.why(error)}."))
    return diary


def _mended(path: Path, connect: Connect, key: str | None, wait_s: float, notices: list[Notice]) -> Diary:
    with journal_lock(path, wait_s):
        try:
            # Another program may have mended it while the lock was waited for.
            return _checked(path, connect, key, wait_s)
        except DamagedError:
            notices.append(_recovered(path, key))
    diary = Diary(path, connect, key=key, read_only=False, wait_s=wait_s)
    notices += _offer(path, diary, key)
    return diary


def _recovered(path: Path, key: str | None) -> Notice:
    """Recover a damaged diary; the journal lock must be held."""
    mended = mend(path, key, partial(_is_whole, key))
    if mended is None:
        raise UnavailableError(
            f"The diary {path} cannot be opened: the disk reports an error. Check the disk, then start again."
        ) from None
    return Notice(mended.sentence(path), mended.spoken(), lasting=True)


def _mended_under_way(path: Path, key: str | None, wait_s: float) -> list[Notice]:
    """Recover a diary whose damage was found while it was in use; it must be closed."""
    notices: list[Notice] = []
    try:
        _mended(path, partial(_connect, path, key, wait_s), key, wait_s, notices).close()
    except OSError as error:
        raise UnavailableError(f"The diary {path} could not be mended: {driver.why(error)}.") from error
    except driver.SQL_ERRORS as error:
        raise _refusal(path, error, key) from error
    return notices


def _is_whole(key: str | None, copy: Path) -> bool:
    """Whether the copy of a diary can be written and nothing in it is damaged."""
    try:
        conn = driver.connect(copy, key=key)
    except driver.SQL_ERRORS:
        return False
    try:
        _prepare(conn, copy)
        return is_sound(conn, math.inf)
    except driver.WRITE_ERRORS:
        return False
    finally:
        conn.close()


def _open_for_reading(path: Path, key: str | None, wait_s: float) -> Diary:
    if not path.exists():
        raise DiaryError(f"There is no diary at {path} yet. Log something first, or give another --db.")
    _refuse_folder(path)
    notices: list[Notice] = []
    waiting = len(journal.read(journal.journal_path(path)).records)
    if waiting:
        changes = "1 change still waits" if waiting == 1 else f"{waiting} changes still wait"
        notices = _written(path, key, wait_s, f"{changes} in the journal beside the diary")

    def connect(_: bool) -> sqlite3.Connection:
        return _connect_to_read(path, key, wait_s)

    try:
        diary = Diary(path, connect, key=key, read_only=True, wait_s=wait_s)
    except DamagedError:
        notices = _written(path, key, wait_s, f"The diary {path} is damaged")
        diary = Diary(path, connect, key=key, read_only=True, wait_s=wait_s)
    diary.notices[:0] = notices
    return diary


def _written(path: Path, key: str | None, wait_s: float, otherwise: str) -> list[Notice]:
    """Open for writing for a moment, to mend and to take in what waits; what there is to say of it."""
    try:
        with _open_for_writing(path, key, wait_s) as diary:
            return diary.notices
    except (DiaryError, OSError) as error:
        reason = driver.why(error)
        return [Notice(f"{otherwise}: {reason}{'' if reason.endswith('.') else '.'}")]


def _folder_put_aside(path: Path) -> list[Notice]:
    """Take a folder out of the place where a diary was; what to say of it."""
    if not (path.is_dir() and journal.journal_path(path).exists() and beside(path, ".journal.lock").exists()):
        return []
    aside = put_aside(path, "folder")
    said = f"There was a folder in the place of the diary {path}; it is kept as {aside.name} beside it."
    return [Notice(said, "The diary was gone, and a new one is begun.", lasting=True)]


def _missing(path: Path) -> list[Notice]:
    """What to say where a diary is gone, or emptied, that was there once."""
    log = path.with_name(f"{path.name}-wal")
    if path.exists() and (path.stat().st_size or (log.exists() and log.stat().st_size)):
        return []
    newest = next(iter(backups(path)), None)
    if newest is None:
        return []
    if path.exists():
        put_aside(path)
    said = f"The diary {path} was gone or empty; a new one is begun. {_newest(newest)}"
    return [Notice(said, "The diary was gone, and a new one is begun. There is a backup.", lasting=True)]


def _newest(backup: Path) -> str:
    made = backup_time(backup).astimezone()
    return f"The newest backup is of {made:%Y-%m-%d %H:%M}; take it with: voicelog restore"


def _offer(path: Path, diary: Diary, key: str | None) -> list[Notice]:
    """The newest backup, where it holds entries that the recovered diary has not."""
    for backup in backups(path):
        try:
            conn = driver.connect(backup, key=key, mode="immutable")
            try:
                ids = [row[0] for row in conn.execute("SELECT id FROM entries WHERE removed = 0")]
            finally:
                conn.close()
        except driver.SQL_ERRORS:
            continue
        lost = sum(not diary.knows(entry_id) for entry_id in ids)
        if not lost:
            return []
        noun = "entry" if lost == 1 else "entries"
        said = f"{_newest(backup)}, or only the {lost} {noun} missing now: voicelog restore --missing"
        return [Notice(said, f"A backup has {lost} {noun} more.", lasting=True)]
    return []


def _make_folder(path: Path) -> None:
    """The folder, for the user alone (0700), where there is none."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.chmod(0o700)
    _refuse_folder(path)


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise DiaryError(f"{path} is a folder, not a diary. Give the file's name as --db.")


def _make_file(path: Path) -> bool:
    """The file, for the user alone (0600); whether it was made."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


def _make_private(path: Path) -> None:
    """Let the user alone read and write a diary that is ours, and what belongs to it."""
    if os.name != "posix" or not os.access(path, os.W_OK):
        return
    # The log and its index have the mode that the diary had when they were made, perhaps a read-only one.
    for part in PARTS:
        file = path.with_name(path.name + part)
        if file.exists() and (file.stat().st_mode & 0o077 or not os.access(file, os.W_OK)):
            with suppress(PermissionError):
                file.chmod(0o600)


def _connect(path: Path, key: str | None, wait_s: float, begin: bool) -> sqlite3.Connection:
    """A connection for writing to a diary that is ours and up to date; ``begin``: one is made of an empty file."""
    _refuse_folder(path)
    if not begin and not path.stat().st_size:
        raise GoneError(path)
    try:
        conn = driver.connect(path, key=key, wait_s=wait_s)
    except driver.SQL_ERRORS as error:
        raise _refusal(path, error, key) from error
    try:
        _prepare(conn, path)
    except driver.SQL_ERRORS as error:
        conn.close()
        raise _refusal(path, error, key) from error
    except schema.ForeignError as error:
        conn.close()
        if key is None and is_ours(path):
            raise DamagedError(path) from error
        raise DiaryError(f"{path} {error}") from None
    except DiaryError as error:
        conn.close()
        raise DiaryError(f"{path} {error}") from None
    except BaseException:
        conn.close()
        raise
    return conn


def _prepare(conn: sqlite3.Connection, path: Path) -> None:
    db = Database(conn, execute_plugins=False)
    if not schema.is_empty(db):
        schema.check_ours(db)
    _make_private(path)
    if conn.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise DiaryError("is on a disk that cannot keep a diary safely. Give a --db on another one.")
    schema.bring_up_to_date(db)


def _connect_to_read(path: Path, key: str | None, wait_s: float) -> sqlite3.Connection:
    error: Exception | None = None
    # A writable file is opened for both, so that closing it clears the log away; on a disk that cannot be written
    # nobody else can be writing either.
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    modes = ["rw"] if writable else ["ro", "immutable"]
    for mode in modes:
        try:
            conn = driver.connect(path, key=key, mode=mode, wait_s=wait_s)
        except driver.SQL_ERRORS as failed:
            error = failed
            continue
        try:
            schema.show_all_fields(conn)
            conn.execute("PRAGMA query_only = ON")
            schema.check_ours(Database(conn, execute_plugins=False))
        except driver.SQL_ERRORS as failed:
            conn.close()
            error = failed
        except DiaryError as failed:
            conn.close()
            raise DiaryError(f"{path} {failed}") from None
        else:
            return conn
    assert error is not None
    raise _refusal(path, error, key) from error


def _refusal(path: Path, error: Exception, key: str | None) -> DiaryError:
    """What to raise for an error of the driver on opening."""
    if driver.code(error).startswith("SQLITE_NOTADB") and key is not None:
        return DiaryError(f"The passphrase does not open the diary {path}, or it is damaged. Try again.")
    if is_damage(path, error):
        if key is None and looks_encrypted(path):
            return DiaryError(f"{path} is encrypted, or no diary; nothing was changed. Its passphrase is needed.")
        if is_ours(path):
            return DamagedError(path)
        return DiaryError(f"{path} is no diary; nothing was changed. Give another --db.")
    if driver.code(error).startswith("SQLITE_CANTOPEN") and not path.exists():
        return GoneError(path)
    remedy = "Mend that, or give another --db."
    if driver.is_busy(error):
        remedy = "Close the other program, then try again."
    elif driver.is_full(error):
        remedy = "Free some space, or give another --db."
    elif driver.code(error).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
        remedy = "Allow it to this user, or give another --db."
    return UnavailableError(f"The diary {path} cannot be opened: {driver.why(error)}. {remedy}")
