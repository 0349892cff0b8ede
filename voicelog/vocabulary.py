"""The recogniser's phrases, kept on disk: sampling them takes longer than loading the model does."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

from voicelog.settings import APP
from voicelog.understand.grammar import Grammar

KEPT = 16
"""Sets of phrases kept: for each grammar, model and thing that may be expected; the oldest use goes first."""


def cache_folder() -> Path:
    """Where is kept what can be made again: the platform's cache folder of this user."""
    return Path(platformdirs.user_cache_dir(APP, appauthor=False))


def kept_phrases(grammar: Grammar, model: Path, more: str, make: Callable[[], list[str]]) -> list[str]:
    """The phrases that ``make`` would make, from disk if they were made before.

    They depend on the ``grammar``, on the ``model`` and on ``more`` (what is expected, the spoken forms). A folder that
    cannot be written costs time only.
    """
    file = cache_folder() / f"phrases-{_key(grammar, model, more)}.txt"
    try:
        phrases = file.read_text(encoding="utf-8").splitlines()
        os.utime(file)
    except (OSError, UnicodeDecodeError):
        phrases = []
    if phrases:
        return phrases
    phrases = make()
    with contextlib.suppress(OSError):  # made again next time
        _keep(file, phrases)
    return phrases


def _key(grammar: Grammar, model: Path, more: str) -> str:
    own = Path(__file__).parent / "understand"
    made_by = [f"{file}:{file.stat().st_mtime_ns}:{file.stat().st_size}" for file in sorted(own.rglob("*.py"))]
    text = "\n".join([grammar.key, str(model.resolve()), _stamp(model), more, *made_by])
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _stamp(model: Path) -> str:
    final = model / "am" / "final.mdl"
    return str(final.stat().st_size) if final.is_file() else ""


def _keep(file: Path, phrases: list[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(prefix=".phrases-", dir=file.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write("\n".join(phrases))
    Path(temporary).replace(file)
    kept = sorted(file.parent.glob("phrases-*.txt"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[KEPT:]:
        old.unlink(missing_ok=True)
