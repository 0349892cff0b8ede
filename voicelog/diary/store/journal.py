"""The journal beside the diary: where changes go while the diary itself cannot be written.

A file of JSON lines, made in good time with :data:`RESERVE` bytes of blank lines that new lines overwrite, so that it
still takes changes when the disk is full.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicelog.diary.store.lock import beside

RESERVE = 256 * 1024
"""Bytes set aside, enough for some 200 changes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the journal holds: its records in order, and the lines that cannot be read."""

    records: tuple[dict[str, Any], ...]
    torn: tuple[bytes, ...]


def journal_path(path: Path) -> Path:
    """Where the journal of a diary is."""
    return beside(path, ".journal.jsonl")


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
    line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
    fd = _open(journal)
    try:
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
    """Everything in the journal; nothing where there is none."""
    try:
        content = journal.read_bytes()
    except FileNotFoundError:
        return Kept((), ())
    records: list[dict[str, Any]] = []
    torn: list[bytes] = []
    for line in content.rstrip(b"\n").split(b"\n"):
        if not line.strip(b"\0 \r"):
            continue
        try:
            record = json.loads(line)
        except ValueError:
            torn.append(line)
            continue
        if isinstance(record, dict):
            records.append(record)
        else:
            torn.append(line)
    return Kept(tuple(records), tuple(torn))


def clear(journal: Path) -> None:
    """Empty the journal, its reserve kept; the journal lock must be held."""
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
