"""The diary as CSV that opens right in a spreadsheet, runs nothing there, and comes back as it was.

UTF-8 with a byte order mark, which is how spreadsheets tell it from older encodings. A text that a spreadsheet would
take for a formula, or that begins with an apostrophe, gets an apostrophe in front. Lists are joined with ``; ``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from voicelog.core.entry import Entry
from voicelog.core.fields import FLAG_FIELDS, LIST_FIELDS, NUMBER_FIELDS

COLUMNS = tuple(f.name for f in fields(Entry))
_LISTS = (*LIST_FIELDS, "unsure")
_MARK = "\ufeff"
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠|%']|[\t\r\n]")
_BETWEEN = re.compile(r"(?<!\\)((?:\\\\)*); ")
csv.field_size_limit(1 << 28)


def to_csv(entries: Iterable[Entry]) -> Iterator[str]:
    """The entries as CSV, all fields, a line for each."""
    line = io.StringIO()
    writer = csv.writer(line)
    yield _MARK
    writer.writerow(COLUMNS)
    for entry in entries:
        yield _taken(line)
        writer.writerow([_cell(name, getattr(entry, name)) for name in COLUMNS])
    yield _taken(line)


def is_own(header: Iterable[str]) -> bool:
    """Whether a CSV with this header was written by :func:`to_csv`."""
    return {"id", "kind", "at", "logged_at"} <= set(header)


def entry_from_row(row: Mapping[str, str], *, decimal_comma: bool = True) -> Entry:
    """The entry of a row that :func:`to_csv` wrote; ``ValueError`` where a value cannot be.

    ``decimal_comma``: whether a comma in a number is the mark of its decimals, as a spreadsheet may have saved it.
    """
    data: dict[str, Any] = {}
    for name in COLUMNS:
        cell = row.get(name) or ""
        if cell == "":
            continue
        if name in _LISTS:
            data[name] = _items(cell)
        elif name == "running" or name in FLAG_FIELDS:
            data[name] = cell.lower() in ("true", "1", "yes")
        elif name in NUMBER_FIELDS:
            if "," in cell and not decimal_comma:
                raise ValueError(f'{name} is "{cell}", which may be two numbers; save the numbers without commas')
            # A spreadsheet may have saved it in its own country's way.
            data[name] = cell.replace(",", ".")
        else:
            data[name] = plain(cell)
    return Entry.from_json(data)


def plain(cell: str) -> str:
    """A cell's text without the apostrophe that kept a spreadsheet from computing it."""
    return cell[1:] if cell.startswith("'") else cell


def _taken(line: io.StringIO) -> str:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text


def _cell(name: str, value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "" if name == "running" else "false"
    if isinstance(value, (int, float)):
        return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    if name in _LISTS:
        return _safe("; ".join(_item(item) for item in value))
    # An empty text is not the same as none, except where there always is one.
    return _safe(value) if value or name == "text" else "'"


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _item(item: str) -> str:
    if item == "":
        return "\\e"
    return item.replace("\\", "\\\\").replace(";", "\\;")


def _items(cell: str) -> list[str]:
    marked = _BETWEEN.sub("\\1\\\\n", plain(cell))
    return [_unescaped(part) for part in _split(marked)]


def _split(text: str) -> Iterator[str]:
    start = position = 0
    while position < len(text):
        if text[position] == "\\":
            if text[position + 1 : position + 2] == "n":
                yield text[start:position]
                start = position + 2
            position += 2
        else:
            position += 1
    yield text[start:]


def _unescaped(item: str) -> str:
    return "" if item == "\\e" else re.sub(r"\\(.)", r"\1", item, flags=re.DOTALL)
