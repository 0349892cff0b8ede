"""Installing a model of the list, so that there is the whole of it or nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from voicelog.app.machine.download import FetchError, Progress, fetch
from voicelog.app.machine.models import ListedModel, Source, damaged_files, install_folder
from voicelog.core.errors import ModelError
from voicelog.core.settings import data_folder

SPARE_BYTES = 20_000_000
"""What must be left on the disk beside archive and model."""


class Witness(Protocol):
    """Is told how the fetching goes."""

    def begins(self, name: str) -> Progress:
        """It is fetched from the source ``name`` now; what is returned is told how much has come."""

    def failed(self, name: str, why: str) -> None:
        """That source did not give it; the next is tried if there is one."""


def install_model(
    model: ListedModel,
    witness: Witness,
    sources: tuple[Source, ...] | None = None,
    folder: Path | None = None,
) -> bool:
    """Install ``model`` from the first source that gives it, unless it is there and whole; true if it was fetched.

    What an interrupted run left is continued or taken away. Raises :class:`ModelError` telling of every source why it
    failed.
    """
    target = folder or install_folder(model)
    if folder is None:
        data_folder().mkdir(parents=True, exist_ok=True, mode=0o700)  # the diary will be there too
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        if sources is None and target.is_dir() and not damaged_files(target, model):
            return False
        downloads = target.parent / ".downloads"
        failures = []
        for source in sources or model.sources:
            try:
                _room_for(model, source, target.parent)
                archive = fetch(source, downloads, witness.begins(_name(source)))
                _unpack(archive, model, target)
            except FetchError as error:
                failures.append(f"From {_name(source)}: {error}.")
                witness.failed(_name(source), str(error))
                continue
            shutil.rmtree(downloads, ignore_errors=True)
            return True
    raise ModelError(
        f"The model {model.name} could not be fetched. {' '.join(failures)} "
        "Check the connection and run 'voicelog setup' again, which goes on where it was interrupted; "
        "or fetch the archive elsewhere and give it with 'voicelog setup --from FILE'."
    )


def _name(source: Source) -> str:
    if source.package:
        return f"the package {source.package}"
    return urlsplit(source.url).hostname or source.url


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        with FileLock(target.parent / ".setup.lock", timeout=0):
            yield
    except Timeout:
        raise ModelError("Another 'voicelog setup' is at work. Wait until it has ended.") from None


def _room_for(model: ListedModel, source: Source, folder: Path) -> None:
    needed = model.size + (source.size or 0) + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelError(
            f"The disk of {folder} has {free // 1_000_000} MB free and the model needs {needed // 1_000_000} MB. "
            "Make room and run 'voicelog setup' again."
        )


def _unpack(archive: Path, model: ListedModel, target: Path) -> None:
    """Unpack beside the target, check every file, and only then put it in its place."""
    partial = target.with_name(f".{target.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as content:
            inside = _inside(content, model)
            for name in model.files:
                _extract(content, inside + name, partial / name, model.files[name].sha256)
        _put(partial, target)
    except (zipfile.BadZipFile, EOFError) as error:
        raise FetchError("what came is not a whole archive") from error
    except OSError as error:
        raise ModelError(f"{target.parent} cannot be written: {error.strerror}. Mend that and run it again.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _inside(content: zipfile.ZipFile, model: ListedModel) -> str:
    """The folder in the archive, with a slash at its end, whose files have the sizes listed."""
    sizes = {info.filename: info.file_size for info in content.infolist()}
    anchor = max(model.files, key=lambda name: model.files[name].size)
    for name in sizes:
        inside = name.removesuffix(anchor)
        if name.endswith(anchor) and all(sizes.get(inside + f) == p.size for f, p in model.files.items()):
            return inside
    raise FetchError(f"{model.name} is not in it")


def _extract(content: zipfile.ZipFile, member: str, file: Path, sha256: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with content.open(member) as packed, file.open("wb") as out:
        while chunk := packed.read(1 << 20):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != sha256:
        raise FetchError(f"{member} is not as it should be")


def _put(partial: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    partial.rename(target)
    shutil.rmtree(old, ignore_errors=True)
