"""Files that the user alone may read, there whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write (0600) that takes the place of ``path`` once it is whole and on disk.

    A link stays a link: what it leads to is replaced. A device or a pipe is written to. ``OSError`` where that cannot
    be, and for a pipe that no program reads.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        with _special(path) as file:
            yield file
        return
    fd, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    partial = Path(name)
    try:
        with os.fdopen(fd, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _special(path: Path) -> IO[bytes]:
    """A device or pipe, opened without waiting for whoever reads it."""
    try:
        fd = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise OSError(error.errno, "No program reads from this pipe", str(path)) from error
        raise
    if hasattr(os, "set_blocking"):
        os.set_blocking(fd, True)
    return os.fdopen(fd, "wb")
