"""The log of a logger that runs as a service: what it did and when, without what was said unless that is asked for."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from voicelog.app.view.lines import line_of
from voicelog.core.entry import Change
from voicelog.core.settings import APP, Log, log_folder

FILE_BYTES = 1_000_000
FILES = 4
"""Log files kept, the present one among them."""

_log = logging.getLogger(APP)


def service_log_path() -> Path:
    """The log's file; older ones are beside it, numbered."""
    return log_folder() / "service.log"


class ServiceLog:
    """Each event of listening as a line of the log. ``settings`` gives what may be logged now."""

    def __init__(self, settings: Callable[[], Log]) -> None:
        self._settings = settings

    def __call__(self, event: str, values: dict[str, Any], change: Change | None = None) -> None:
        """Log the event, as far as it may be."""
        settings = self._settings()
        _log.setLevel(settings.level.upper())
        level = {"problem": logging.WARNING, "heard": logging.DEBUG, "said": logging.DEBUG}.get(event, logging.INFO)
        text = line_of(event, values, change) if settings.words else _without_words(event, values, change)
        if text:
            _log.log(level, "%s", text)


def _without_words(event: str, values: dict[str, Any], change: Change | None) -> str:
    match event:
        case "heard" if values["accepted"]:
            return f"heard    {values['intent']}, sure {values['confidence']:.2f}"
        case "heard":
            return "heard    something that was not understood, or not for the logger"
        case "said":
            return "said     something"
        case "state" | "problem":
            return line_of(event, values, change)
    return "" if change is None else f"{event:8} {change.entry.kind}"


@contextmanager
def logging_to_file(path: Path | None = None) -> Iterator[None]:
    """Write the log to ``path``, for the user alone, in a few files of bounded size."""
    path = path or service_log_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = _PrivateFiles(path, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    _log.addHandler(handler)
    _log.propagate = False
    try:
        yield
    finally:
        _log.removeHandler(handler)
        handler.close()


class _PrivateFiles(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(os.fdopen(descriptor, "ab"), encoding=self.encoding, errors="backslashreplace")


def last_lines(count: int, path: Path | None = None) -> list[str]:
    """The last ``count`` lines of the log, the file before the present one included."""
    path = path or service_log_path()
    lines: list[str] = []
    for file in (path.with_name(f"{path.name}.1"), path):
        if file.exists():
            lines += file.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-count:] if count else []


def follow(path: Path | None = None, wait: Callable[[], None] = lambda: None) -> Iterator[str]:
    """Lines as they are added to the log from now on, files changing meanwhile included; ``wait`` between looks."""
    path = path or service_log_path()
    file, position = _identity(path), _size(path)
    while True:
        if _identity(path) != file:
            file, position = _identity(path), 0
        if _size(path) > position:
            with path.open("rb") as log:
                log.seek(position)
                data = log.read()
            whole = data[: data.rfind(b"\n") + 1]
            position += len(whole)
            yield from whole.decode("utf-8", errors="replace").splitlines()
        wait()


def _identity(path: Path) -> int:
    return path.stat().st_ino if path.exists() else 0


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
