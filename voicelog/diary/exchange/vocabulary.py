"""The words that a table's cells may have for what the diary holds: brand names, synonyms, plurals, parts of the body.

They are those of the sentence files and of the table of the body, so that what is imported is called as what is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

import yaml
from hassil import parse_sentence, sample_expression

from voicelog.core import body
from voicelog.core.resources import grammars_folder

_LISTS = {
    "medication": ("medication", "medication_sprayed"),
    "unit": ("unit",),
    "treatment": ("treatment",),
    "symptom": ("symptom",),
    "type": ("type", "type_done"),
    "sensations": ("sensation", "sensation_adjective", "sensation_before"),
    "triggers": ("trigger", "trigger_none", "trigger_alone", "trigger_before"),
    "context": ("context",),
    "intensity": ("intensity", "worst"),
}
"""The lists of the sentence files that hold the words of a field; the first that has a word counts."""
_FILES = ("_common.yaml", "medication.yaml", "treatment.yaml", "symptom.yaml")


@cache
def words_of(field: str) -> Mapping[str, str]:
    """What each known word for a value of the field is in the diary; empty for a field whose words are not listed."""
    found: dict[str, str] = {}
    for name in _LISTS.get(field, ()):
        for value in _lists().get(name, ()):
            said, out = (value, value) if isinstance(value, str) else (value["in"], value["out"])
            found.setdefault(str(out).lower(), str(out))
            for spoken in _spoken(said):
                found.setdefault(spoken, str(out))
    return found


@cache
def parts() -> Mapping[str, tuple[str, str]]:
    """What each known word for a part of the body is: its side (``both`` for a plural, else empty), and the part."""
    found: dict[str, tuple[str, str]] = {}
    for name, part in body.table().items():
        plural = part.get("plural", "")
        for said in (name, *part.get("also", ()), *_spoken(part["said"])):
            found.setdefault(said, ("", name))
        if plural:
            for said in (plural, *_spoken(part.get("said_plural", plural))):
                found.setdefault(said, ("both", name))
    return found


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text in small letters, with single spaces and straight apostrophes."""
    return re.sub(r"\s+", " ", text.replace("’", "'")).strip().lower()


@cache
def _lists() -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in _FILES:
        text = (grammars_folder() / name).read_text(encoding="utf-8")
        read = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        found |= {key: values["values"] for key, values in read.get("lists", {}).items() if "values" in values}
    return found


def _spoken(template: str) -> Iterator[str]:
    """Everything that a template without rules stands for."""
    if "<" in template:
        return
    for text in sample_expression(parse_sentence(template).expression):
        yield plain(text)
