"""The user's own words: a sentence file with nothing but lists, which the grammar loader adds to the grammar's."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

from voicelog.core.errors import GrammarError, UsageError

KINDS: Final = ("medication", "treatment", "symptom", "trigger", "part")
"""The lists that words can be added to."""

_SAYABLE: Final = re.compile(r"[a-z]+(?:[' ][a-z]+)*'?\Z")
_HEADER: Final = "# Words taught with 'voicelog teach'. One value a word; 'voicelog teach --forget WORD' removes it.\n"
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Taught:
    """A word, or a few that belong together, of the user's own.

    ``sounds_like`` are respellings of how it is said; ``also`` other words that mean it too; ``unit`` is a
    medication's usual unit.
    """

    word: str
    kind: str
    sounds_like: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    unit: str = ""


def checked(word: str) -> str:
    """``word`` as it is said: lower case, single spaces. Raises :class:`UsageError` for what cannot be said."""
    plain = " ".join(word.lower().replace("’", "'").replace("-", " ").split())
    if not _SAYABLE.match(plain) or len(plain) > _LONGEST:
        raise UsageError(f"“{word}” cannot be taught. Give one or a few words in the letters a to z, as they are said.")
    return plain


def read_taught(path: Path) -> tuple[Taught, ...]:
    """The words in the file, in its order; none if there is no file. Raises :class:`GrammarError`."""
    return tuple(
        Taught(
            word=str(value["out"]),
            kind=kind,
            sounds_like=tuple(map(str, (value.get("metadata") or {}).get("sounds_like", ()))),
            also=tuple(text for text in str(value["in"]).strip("()").split("|") if text != str(value["out"])),
            unit=str((value.get("metadata") or {}).get("unit", "")),
        )
        for kind, values in _lists(path).items()
        for value in values
    )


def add_taught(path: Path, taught: Taught) -> None:
    """Add the word, or put it in the place of the same word taught before. Raises :class:`UsageError`."""
    if taught.kind not in KINDS:
        raise UsageError(f"There is no kind “{taught.kind}”; there are {', '.join(KINDS)}.")
    new = replace(taught, word=checked(taught.word), also=tuple(checked(text) for text in taught.also))
    kept = [old for old in read_taught(path) if (old.word, old.kind) != (new.word, new.kind)]
    _write(path, [*kept, new])


def forget_taught(path: Path, word: str) -> bool:
    """Remove the word, of whatever kind; False if it is not there."""
    plain = checked(word)
    before = read_taught(path)
    after = [taught for taught in before if taught.word != plain]
    if len(after) == len(before):
        return False
    _write(path, after)
    return True


def _lists(path: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise GrammarError(f"The taught words in {path} cannot be read: {error}. Mend or remove the file.") from error
    try:
        lists = {str(kind): [dict(value) for value in found["values"]] for kind, found in (data or {})["lists"].items()}
        for values in lists.values():
            for value in values:
                str(value["in"]), str(value["out"]), dict(value.get("metadata") or {})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GrammarError(
            f"The taught words in {path} are not lists of values with 'in' and 'out'. Mend or remove the file."
        ) from error
    return lists


def _write(path: Path, taught: Sequence[Taught]) -> None:
    lists: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for one in taught:
        metadata: dict[str, Any] = {"sounds_like": list(one.sounds_like)} if one.sounds_like else {}
        if one.unit:
            metadata["unit"] = one.unit
        spoken = [one.word, *one.also]
        value: dict[str, Any] = {"in": f"({'|'.join(spoken)})" if one.also else one.word, "out": one.word}
        if metadata:
            value["metadata"] = metadata
        lists.setdefault(one.kind, {"values": []})["values"].append(value)
    text = _HEADER + yaml.safe_dump({"language": "en", "lists": lists}, allow_unicode=True, sort_keys=False)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UsageError(f"The taught words cannot be written to {path}: {error.strerror}.") from error
