"""The last state in which the user's own files could be read, kept so that a damaged one does not stop the logger."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from voicelog.core.errors import GrammarError
from voicelog.core.sentence_files import extra_files, were_read
from voicelog.core.settings import Settings, data_folder

_MOST = 1 << 20
"""Bytes of a file that is kept; these are written by hand."""


def copy_of(path: Path) -> Path:
    """Where the last good state of a file is, if there is one."""
    digest = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]
    return data_folder() / "last-good" / f"{digest}-{path.name}"


def remember(path: Path) -> None:
    """Keep the file as it is now, which could be read. Where that is not possible there is none to fall back upon."""
    copy = copy_of(path)
    with suppress(OSError):
        if not path.is_file() or path.stat().st_size > _MOST:
            return
        from voicelog.diary.privacy.private_file import private_file

        content = path.read_bytes()
        if not copy.is_file() or copy.read_bytes() != content:
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with private_file(copy) as file:
                file.write(content)


def was_cut(path: Path) -> bool:
    """Whether the file is but a beginning of what it last was, ending in the midst of a line, or is empty."""
    try:
        before, now = copy_of(path).read_bytes(), path.read_bytes()
    except OSError:
        return False
    return len(now) < len(before) and before.startswith(now) and not now.endswith(b"\n")


def words_made_good(settings: Settings) -> str | None:
    """Put taught words that cannot be read aside, and the last good ones in their place; a sentence where it was so."""
    path = next(iter(extra_files(settings)), None)
    if path is None or not path.exists() or (were_read(settings) and copy_of(path).is_file()):
        return None
    import yaml

    from voicelog.diary.privacy.private_file import private_file
    from voicelog.understand.lexicon.taught import read_taught

    try:
        read_taught(path)
    except (GrammarError, RecursionError, ValueError, yaml.YAMLError) as error:
        why = str(error)
    else:
        remember(path)
        return None
    try:
        aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        number = 1
        while aside.exists():
            number += 1
            aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{number}")
        path.rename(aside)
        copy = copy_of(path)
        if not copy.is_file():
            return f"{why} It is kept as {aside}; voicelog listens without these words."
        with private_file(path) as file:
            file.write(copy.read_bytes())
    except OSError as error:
        return f"{why} It could not be put aside: {error.strerror}."
    return f"{why} It is kept as {aside}; the words as they were when they could last be read are used."
