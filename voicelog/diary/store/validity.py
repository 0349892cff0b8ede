"""Whether what comes from a file can be an entry."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from voicelog.core.entry import Entry
from voicelog.core.fields import FIELDS, KINDS, LIST_FIELDS, TEXT_FIELDS

_TEXTS = ("id", "kind", "text", *TEXT_FIELDS)


def entry_from_item(item: Any) -> Entry:
    """The entry of a JSON value; ``ValueError`` says what is wrong with it."""
    if isinstance(item, ValueError):
        raise item
    missing = [name for name in ("id", "kind", "at", "logged_at") if not _is_text(item, name)]
    if missing:
        raise ValueError(f'"{missing[0]}" is missing')
    for name in (*LIST_FIELDS, "unsure"):
        values = item.get(name)
        good = values is None or (isinstance(values, list) and all(isinstance(value, str) for value in values))
        _require(good, f'"{name}" is not a list of texts')
    try:
        return valid(Entry.from_json(item))
    except (TypeError, OverflowError) as error:
        raise ValueError(str(error)) from error


def valid(entry: Entry) -> Entry:
    """The entry; ``ValueError`` where a value is out of range."""
    for name in _TEXTS:
        value = getattr(entry, name)
        _require(value is None or isinstance(value, str), f'"{name}" is not a text')
    _require(bool(entry.id), '"id" is empty')
    _require(entry.kind in KINDS, f'"{entry.kind}" is not a kind of entry ({", ".join(KINDS)})')
    _require(isinstance(entry.running, bool), '"running" is neither true nor false')
    _between(entry.confidence, "confidence", 1)
    for field in FIELDS:
        value = getattr(entry, field.name)
        if field.form == "number":
            _between(value, field.name, field.most)
        if field.form == "flag":
            _require(value is None or isinstance(value, bool), f'"{field.name}" is neither true nor false')
        if field.one_of:
            _require(value is None or value in field.one_of, f'"{field.name}" is none of {", ".join(field.one_of)}')
    return entry


def _is_text(item: Any, name: str) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get(name), str)


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise ValueError(otherwise)


def _between(value: float | None, name: str, most: float) -> None:
    if value is not None and not (math.isfinite(value) and 0 <= value <= most):
        limits = f"from 0 to {most:g}" if math.isfinite(most) else "of 0 or more"
        raise ValueError(f"{name} is {value:g}, not a number {limits}")
