"""The grammar as it was read and the recogniser's phrases, kept on disk: making them takes longer than the model does.

What is kept depends on the sentence files, on the model and on the code that made it; anything amiss, and it is made
anew. The folder is the user's alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from voicelog.core.sentence_files import kept_file, made_by
from voicelog.core.settings import cache_folder
from voicelog.understand.grammar.grammar import Grammar, load_grammar
from voicelog.understand.grammar.kept import from_json, to_json

KEPT = 16
"""Sets of phrases kept: for each grammar, model and thing that may be expected; the oldest use goes first."""


def kept_grammar(
    folder: Path, extra: tuple[Path, ...] = (), check: Callable[[Grammar], None] = lambda _: None
) -> Grammar:
    """The grammar of the sentence files in ``folder`` and of ``extra`` files, from disk if it was read before.

    ``check`` raises :class:`GrammarError` for one that must not be used; none such is kept. Raises
    :class:`GrammarError`.
    """
    file = kept_file(folder, extra)
    with contextlib.suppress(Exception):  # whatever a damaged file may raise
        return from_json(_kept(file).decode())
    grammar = load_grammar(folder, extra)
    check(grammar)
    with contextlib.suppress(OSError, TypeError, ValueError, RecursionError):
        _keep(file, to_json(grammar).encode())
    return grammar


def kept_vocabulary(grammar: Grammar, model: Path, more: str, make: Callable[[], str]) -> str:
    """The recogniser's vocabulary that ``make`` would make (JSON), from disk if it was made before.

    It depends on the ``grammar``, on the ``model`` and on ``more`` (what is expected, the spoken forms). A folder that
    cannot be written costs time only.
    """
    file = cache_folder() / f"phrases-{_key(grammar, model, more)}.json"
    with contextlib.suppress(OSError, ValueError):
        kept = _kept(file).decode()
        os.utime(file)
        return kept
    made = make()
    with contextlib.suppress(OSError):  # made again next time
        _keep(file, made.encode())
    return made


def _key(grammar: Grammar, model: Path, more: str) -> str:
    text = "\n".join([grammar.key, str(model.resolve()), _stamp(model), more, *made_by()])
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _stamp(model: Path) -> str:
    final = model / "am" / "final.mdl"
    return str(final.stat().st_size) if final.is_file() else ""


def _kept(file: Path) -> bytes:
    """What :func:`_keep` wrote. ``OSError`` or ``ValueError`` where it is not there as it was written."""
    digest, _, data = file.read_bytes().partition(b"\n")
    if hashlib.sha256(data).hexdigest().encode() != digest:
        raise ValueError(f"{file} is damaged")
    return data


def _keep(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(prefix=".kept-", dir=file.parent)
    with os.fdopen(descriptor, "wb") as out:
        out.write(hashlib.sha256(data).hexdigest().encode() + b"\n" + data)
    Path(temporary).replace(file)
    alike = file.parent.glob(f"{file.name.split('-')[0]}-*")
    for before in file.parent.glob("grammar-*.pickle"):  # of releases that kept what could run
        before.unlink(missing_ok=True)
    for old in sorted(alike, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        old.unlink(missing_ok=True)
