"""How the logger that listens stands: a small file beside the diary, for ``voicelog status``."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

MOST = 1 << 16
"""Bytes of it that are read; it has some hundreds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``since`` when it listens and ``updated`` when this was written (ISO 8601); ``lost_s`` seconds of sound lost."""

    process: int
    since: str
    updated: str
    state: str
    source: str
    lost_s: float = 0.0
    problem: str = ""


def standing_path(diary: Path) -> Path:
    """The file beside the diary."""
    return diary.with_name(diary.name + ".status.json")


def write_standing(diary: Path, standing: Standing) -> None:
    """Write the file, whole or not at all. ``OSError`` where that cannot be."""
    file = standing_path(diary)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(asdict(standing), out)
        Path(temporary).replace(file)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_standing(diary: Path) -> Standing | None:
    """What the last logger for this diary wrote; None where there is nothing, or nothing that can be read."""
    try:
        with standing_path(diary).open("rb") as file:
            standing = Standing(**json.loads(file.read(MOST)))
        datetime.fromisoformat(standing.since)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return standing
