"""Faults of the program itself: their details to the log folder, and a sentence for the person."""

from __future__ import annotations

import traceback
from datetime import datetime
from pathlib import Path

from voicelog import __version__
from voicelog.core.settings import log_folder

MOST = 1 << 20
"""Bytes of the file of faults, after which it is begun anew, the one before being kept."""


def unexpected(error: BaseException) -> str:
    """Write the details of a fault of ours to the log folder; the sentence that tells a person of it."""
    details = "".join(traceback.format_exception(error))
    what = f"Something in voicelog itself went wrong ({type(error).__name__}); nothing saved before is lost."
    try:
        file = _append(log_folder(), f"{datetime.now().astimezone().isoformat()} voicelog {__version__}\n{details}\n")
    except OSError as why:
        return f"{what} The details could not be written: {why.strerror}."
    return f"{what} Try again; the details are in {file}."


def _append(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / "faults.log"
    if file.exists() and file.stat().st_size > MOST:
        file.replace(folder / "faults.log.1")
    file.touch(mode=0o600)
    with file.open("a", encoding="utf-8", errors="backslashreplace") as out:
        out.write(text)
    return file
