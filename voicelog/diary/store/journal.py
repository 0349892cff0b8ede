"""The journal beside the diary: where changes go while the diary itself cannot be written.

A file of JSON lines, made in good time with :data:`RESERVE` bytes of blank lines that new lines overwrite, so that it
still takes changes when the disk is full. Where nothing can be written beside the diary, a journal elsewhere, in the
user's own folders, stands in for it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from voicelog.core.settings import data_folder, log_folder
from voicelog.diary.store.lock import beside

RESERVE = 256 * 1024
"""Bytes set aside, enough for some 200 changes."""
LONGEST = 1 << 20
"""Bytes of a line; what is longer is none of ours."""
_CHUNK = 1 << 20
_MOST = 1 << 26
"""Bytes of a journal to which lines are still added; a larger one is not our work."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the journal holds: its records in order, and the lines that cannot be read.

    ``huge``: there are lines of more than :data:`LONGEST` bytes too, which are not kept here.
    """

    records: tuple[dict[str, Any], ...]
    torn: tuple[bytes, ...]
    huge: bool = False


def journal_path(path: Path) -> Path:
    """Where the journal of a diary is."""
    return beside(path, ".journal.jsonl")


def places_elsewhere(path: Path) -> tuple[Path, ...]:
    """Where the journal of a diary is while nothing can be written beside it, the first choice first."""
    name = f"{path.name}-{hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]}.journal.jsonl"
    return tuple(folder / "waiting" / name for folder in (data_folder(), log_folder()))


def places(path: Path) -> tuple[Path, ...]:
    """Every place where changes of a diary may wait, the first choice first."""
    return (journal_path(path), *places_elsewhere(path))


def places_to_read(path: Path) -> tuple[Path, ...]:
    """Those of the places in which something of this user's may wait."""
    elsewhere = (file for file in places_elsewhere(path) if os.access(file.parent, os.R_OK | os.X_OK))
    return (journal_path(path), *elsewhere)


def stamp(file: Path) -> tuple[int, int, int] | None:
    """What changes when the journal does; None while there is none."""
    try:
        status = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def unreadable_path(journal: Path) -> Path:
    """Where lines of the journal go that cannot be taken in."""
    return journal.with_name(journal.name.removesuffix(".jsonl") + ".unreadable.jsonl")


def reserve(journal: Path) -> None:
    """Make the journal with its reserve, or make up what has been used; the journal lock must be held.

    A disk too full for that is no fault yet: what there is stays.
    """
    try:
        size = journal.stat().st_size
    except FileNotFoundError:
        size = 0
    if size >= RESERVE:
        return
    fd = _open(journal)
    try:
        _write(fd, b"\n" * (RESERVE - size), size)
    except OSError:
        os.ftruncate(fd, size)
    finally:
        os.close(fd)


def append(journal: Path, record: Mapping[str, Any]) -> None:
    """Add a record and wait until it is on disk; ``OSError`` where that fails, the journal being as before.

    The journal lock must be held.
    """
    line = json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    fd = _open(journal)
    try:
        if os.fstat(fd).st_size > _MOST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(journal))
        content = _read(fd)
        used = len(content.rstrip(b"\n"))
        # One newline ends the line before, which a crash may have left without.
        start = used + 1 if used else 0
        if used == len(content) and used:
            line, start = b"\n" + line, used
        try:
            _write(fd, line, start)
        except OSError:
            _blank(fd, start, len(line), len(content))
            raise
    finally:
        os.close(fd)


def read(journal: Path) -> Kept:
    """Everything in the journal; nothing where there is no such file."""
    if not journal.is_file():
        return Kept((), ())
    records: list[dict[str, Any]] = []
    torn: list[bytes] = []
    huge = False
    with journal.open("rb") as file:
        for line in _lines(file):
            if line is None:
                huge = True
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                torn.append(line)
                continue
            if isinstance(record, dict):
                records.append(record)
            else:
                torn.append(line)
    return Kept(tuple(records), tuple(torn), huge)


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines that are not blank; None for one too long to be ours."""
    begun, too_long = b"", False
    while chunk := file.read(_CHUNK):
        if not chunk.strip(b"\0\n"):
            # The reserve, or what a crash left of it, however much there is of that.
            chunk = b"\n"
        *whole, begun = (begun + chunk).split(b"\n")
        for line in whole:
            if too_long or line.strip(b"\0 \r"):
                yield None if too_long or len(line) > LONGEST else line
            too_long = False
        if len(begun) > LONGEST:
            begun, too_long = b"", True
    if too_long or begun.strip(b"\0 \r"):
        yield None if too_long else begun


def clear(journal: Path) -> None:
    """Empty the journal, its reserve kept; the journal lock must be held."""
    if not journal.exists():
        return
    fd = _open(journal)
    try:
        size = os.fstat(fd).st_size
        _write(fd, b"\n" * min(size, RESERVE), 0)
        os.ftruncate(fd, min(size, RESERVE))
        os.fsync(fd)
    finally:
        os.close(fd)


def _open(journal: Path) -> int:
    return os.open(journal, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)


def _read(fd: int) -> bytes:
    os.lseek(fd, 0, os.SEEK_SET)
    parts: list[bytes] = []
    while part := os.read(fd, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _write(fd: int, data: bytes, start: int) -> None:
    os.lseek(fd, start, os.SEEK_SET)
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]
    os.fsync(fd)


def _blank(fd: int, start: int, length: int, size: int) -> None:
    """Take back a line that could not be written whole."""
    try:
        os.ftruncate(fd, max(size, start))
        inside = max(0, min(length, size - start))
        os.lseek(fd, start, os.SEEK_SET)
        os.write(fd, b"\n" * inside)
    except OSError:
        # Then it stays as a torn line, which reading tolerates.
        return


def put_whole_aside(journal: Path) -> Path:
    """Rename a journal that is not our work; its new path. The journal lock must be held."""
    aside = unreadable_path(journal)
    number = 1
    while aside.exists():
        number += 1
        aside = unreadable_path(journal).with_suffix(f".{number}.jsonl")
    journal.rename(aside)
    return aside


def put_aside(journal: Path, lines: list[bytes]) -> Path:
    """Keep lines that cannot be taken in, in a file of their own; the journal lock must be held."""
    aside = unreadable_path(journal)
    fd = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    try:
        _write_end(fd, b"".join(line + b"\n" for line in lines))
    finally:
        os.close(fd)
    return aside


def _write_end(fd: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]
    os.fsync(fd)
