"""The recogniser's model, seen with beams wide enough for long lists of hypotheses.

The shipped ``conf/model.conf`` prunes for speed (beam 10, lattice beam 2): the right words are then often not in the
list at all. A view is a folder that links to the model's large files and has a ``model.conf`` of its own, so that the
model itself stays as it was verified.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from voicelog.errors import ModelError

WIDENED = {"max-active": "7000", "beam": "13.0", "lattice-beam": "6.0"}
"""Decoder options of the view; the recognisers' cost and the n-best lists' depth are set here."""

_NEEDED = ("am/final.mdl", "conf/model.conf")


def widened_view(model_dir: Path, cache_dir: Path) -> Path:
    """A folder that is ``model_dir`` with :data:`WIDENED` options, made in ``cache_dir`` if it is not there yet.

    Raises :class:`ModelError` if ``model_dir`` is not a Vosk model or the view cannot be made.
    """
    for name in _NEEDED:
        if not (model_dir / name).is_file():
            raise ModelError(
                f"{model_dir} is not a Vosk model: {name} is missing. Run 'voicelog setup' to install one."
            )
    conf = _widened((model_dir / "conf/model.conf").read_text())
    key = hashlib.sha256(f"{model_dir.resolve()}\n{conf}".encode()).hexdigest()[:12]
    view = cache_dir / f"model-{key}"
    if (view / "conf/model.conf").is_file() and _leads_to(view, model_dir):
        return view
    partial = cache_dir / f"model-{key}.{os.getpid()}.part"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for item in model_dir.iterdir():
            if item.name == "conf":
                shutil.copytree(item, partial / "conf")
            else:
                _link(item.resolve(), partial / item.name)
        (partial / "conf/model.conf").write_text(conf)
        shutil.rmtree(view, ignore_errors=True)
        partial.rename(view)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        if (view / "conf/model.conf").is_file():  # another process made it meanwhile
            return view
        raise ModelError(
            f"The folder {cache_dir} cannot be written: {error.strerror}. Free some space there."
        ) from error
    return view


def _widened(conf: str) -> str:
    kept = [line for line in conf.splitlines() if line.removeprefix("--").split("=")[0] not in WIDENED]
    return "\n".join([*kept, *(f"--{name}={value}" for name, value in WIDENED.items())]) + "\n"


def _leads_to(view: Path, model_dir: Path) -> bool:
    there = view / "am/final.mdl"
    return there.is_file() and there.stat().st_size == (model_dir / "am/final.mdl").stat().st_size


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source, target_is_directory=source.is_dir())
    except OSError:  # Windows without the right to make links
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)
