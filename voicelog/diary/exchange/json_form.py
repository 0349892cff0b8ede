"""The diary as JSON: an array with one entry a line, so that a line is an entry to any tool."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from voicelog.core.entry import Entry


def to_json(entries: Iterable[Entry]) -> Iterator[str]:
    """The entries as a JSON array, all fields that were said."""
    yield "["
    between = "\n"
    for entry in entries:
        yield between + json.dumps(entry.to_json(), ensure_ascii=False)
        between = ",\n"
    yield "\n]\n"


def json_items(file: IO[str]) -> Iterator[tuple[int, Any]]:
    """The items of a JSON array, of JSON lines, or of an object's ``entries``, each with its line, from 1.

    An item that is no JSON comes as the ``ValueError`` that says so. Arrays of one item a line, and JSON lines, are
    read a line at a time; anything else at once.
    """
    if _is_by_line(file.readline(), file.readline()):
        file.seek(0)
        for number, line in enumerate(file, 1):
            text = line.strip().removesuffix(",")
            if text not in ("", "[", "]"):
                yield number, _loaded(text)
        return
    file.seek(0)
    whole = _loaded(file.read())
    if isinstance(whole, dict):
        whole = whole.get("entries", ValueError('an object without "entries"'))
    if not isinstance(whole, list):
        whole = [whole if isinstance(whole, ValueError) else ValueError("neither a list nor an object")]
    for number, item in enumerate(whole, 1):
        yield number, item


def _is_by_line(first: str, second: str) -> bool:
    """Whether a file that begins so has an item in each line."""
    text = first.lstrip("\ufeff").strip()
    if text == "[":
        text = second.strip().removesuffix(",")
        return text in ("", "]") or not isinstance(_loaded(text), ValueError)
    return text.startswith("{") and not isinstance(_loaded(text), ValueError) and '"entries"' not in text


def _loaded(text: str) -> Any:
    try:
        return json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        return ValueError(f"not JSON: {error}")
