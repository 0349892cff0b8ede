"""Locks between processes, held by the operating system: a killed program leaves none behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from voicelog.core.errors import DiaryError
from voicelog.core.settings import data_folder


def beside(path: Path, ending: str) -> Path:
    """The file of that ending beside the diary."""
    return path.with_name(path.name + ending)


@contextmanager
def listening_lock(path: Path) -> Iterator[None]:
    """Held while a program listens for this diary; :class:`DiaryError` at once where another one does.

    It is the file's, by whatever name it is reached: links are followed, and a second lock goes by the file's number.
    Where neither can be written there is none to hold. Readers, imports and other commands do not need it.
    """
    refusal = f"Another voicelog is listening for the diary {path} already. Stop that one first, or give another --db."
    real = Path(os.path.realpath(path))
    files = [beside(real, ".listening.lock")]
    with suppress(OSError):
        status = real.stat()
        files.append(data_folder() / "locks" / f"{status.st_dev}-{status.st_ino}.listening.lock")
        files[-1].parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        for file in files:
            with suppress(OSError):
                stack.enter_context(_held(file, 0, refusal))
        yield


def is_listening(path: Path) -> bool:
    """Whether a logger listens for this diary now."""
    if not path.exists():
        return False
    try:
        with listening_lock(path):
            return False
    except DiaryError:
        return True


@contextmanager
def journal_lock(path: Path, wait_s: float, file: Path | None = None) -> Iterator[None]:
    """Held while the journal of a diary is written or taken in: that beside it, or the one that is ``file``."""
    lock = beside(path, ".journal.lock") if file is None else file.with_name(f"{file.stem}.lock")
    with _held(
        lock,
        wait_s,
        f"Another program has held the journal of the diary {path} for {wait_s:g} s. End it, then try again.",
    ):
        yield


@contextmanager
def _held(file: Path, wait_s: float, refusal: str) -> Iterator[None]:
    lock = FileLock(file, timeout=wait_s, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise DiaryError(refusal) from None
    try:
        yield
    finally:
        lock.release()
