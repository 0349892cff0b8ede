"""The recogniser's model, seen with decoder options of our own, and with a network of its own where one is given.

The shipped ``conf/model.conf`` prunes for speed (beam 10, lattice beam 2): the right words are then often not in the
list at all. A view is a folder that links to the model's large files and has files of its own in place of some, so that
the model itself stays as it was verified.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from voicelog.core.errors import ModelError

WIDE = {"max-active": "7000", "beam": "13.0", "lattice-beam": "6.0"}
"""Decoder options for long lists of hypotheses, where little can be said."""
OPEN = {"max-active": "3000", "beam": "11.0", "lattice-beam": "4.0"}
"""Decoder options for the open vocabulary, which costs most: its ten best are as good with these."""

GRAPH = "graph/Gr.fst"
"""What can be said, as the recogniser's decoding graph has it."""

KEPT = 6
"""Views with a network that are kept: for each grammar and model; the oldest use goes first."""

_NEEDED = ("am/final.mdl", "conf/model.conf")


def view(model_dir: Path, cache_dir: Path, options: Mapping[str, str]) -> Path:
    """A folder that is ``model_dir`` with these decoder options, made in ``cache_dir`` if it is not there yet.

    Raises :class:`ModelError` if ``model_dir`` is not a Vosk model or the view cannot be made.
    """
    conf = _conf(model_dir, options)
    made = cache_dir / f"model-{_key(model_dir, conf)}"
    if not _is_there(made, model_dir):
        _make(model_dir, made, {"conf/model.conf": conf.encode()})
    return made


def network_view(model_dir: Path, cache_dir: Path, key: str, make: Callable[[], bytes] | None) -> Path | None:
    """The same with :data:`WIDE` options and, in place of the model's language model, the network that ``make`` makes.

    ``key`` changes whenever the network does; without ``make``, None if there is none of this key yet. Raises
    :class:`ModelError`.
    """
    conf = _conf(model_dir, WIDE)
    made = cache_dir / f"network-{_key(model_dir, conf + key)}"
    if _is_there(made, model_dir):
        with contextlib.suppress(OSError):
            os.utime(made)
        return made
    if make is None:
        return None
    _make(model_dir, made, {"conf/model.conf": conf.encode(), GRAPH: make()})
    views = sorted(cache_dir.glob("network-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in views[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return made


def used_last(model_dir: Path, cache_dir: Path) -> Path | None:
    """The view with a network of ``model_dir`` that was asked for last, if there is any."""
    views = [made for made in cache_dir.glob("network-*") if _is_there(made, model_dir)]
    return max(views, key=lambda made: made.stat().st_mtime, default=None)


def _key(model_dir: Path, rest: str) -> str:
    return hashlib.sha256(f"{model_dir.resolve()}\n{rest}".encode()).hexdigest()[:12]


def _conf(model_dir: Path, options: Mapping[str, str]) -> str:
    for name in _NEEDED:
        if not (model_dir / name).is_file():
            raise ModelError(
                f"{model_dir} is not a Vosk model: {name} is missing. Run 'voicelog setup' to install one."
            )
    given = (model_dir / "conf/model.conf").read_text()
    kept = [line for line in given.splitlines() if line.removeprefix("--").split("=")[0] not in options]
    return "\n".join([*kept, *(f"--{name}={value}" for name, value in options.items())]) + "\n"


def _make(model_dir: Path, made: Path, own: Mapping[str, bytes]) -> None:
    """A folder of links to the model's files, but for its ``own``; in place at once or not at all."""
    partial = made.with_name(f"{made.name}.{os.getpid()}.part")
    folders = {name.split("/")[0] for name in own}
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for item in model_dir.iterdir():
            if item.name in folders:
                (partial / item.name).mkdir()
                for inner in item.iterdir():
                    if f"{item.name}/{inner.name}" not in own:
                        _link(inner.resolve(), partial / item.name / inner.name)
            else:
                _link(item.resolve(), partial / item.name)
        for name, data in own.items():
            (partial / name).write_bytes(data)
        shutil.rmtree(made, ignore_errors=True)
        partial.rename(made)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        if _is_there(made, model_dir):  # another process made it meanwhile
            return
        raise ModelError(
            f"The folder {made.parent} cannot be written: {error.strerror}. Free some space there."
        ) from error


def _is_there(made: Path, model_dir: Path) -> bool:
    there = made / "am/final.mdl"
    return (
        (made / "conf/model.conf").is_file()
        and there.is_file()
        and there.stat().st_size == (model_dir / "am/final.mdl").stat().st_size
    )


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source, target_is_directory=source.is_dir())
    except OSError:  # Windows without the right to make links
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)
