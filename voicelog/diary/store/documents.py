"""Entries as JSON documents with a version and a checksum, so that each can be trusted, or not, by itself.

The history and the journal keep entries in this form. A damaged diary is put together again from whatever documents
are still whole (see :mod:`voicelog.diary.recover`), and the checksum tells a changed digit from a true one.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from voicelog.core.entry import Change, Entry


def _check(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=True, sort_keys=True)
    return f"{zlib.crc32(text.encode()):08x}"


def write_document(entry: Entry, version: int, *, removed: bool = False) -> str:
    """The entry in its ``version``-th state (from 1) as one line of JSON; ``removed`` marks its removal."""
    data = {**entry.to_json(), "version": version}
    if removed:
        data["removed"] = True
    return json.dumps({**data, "check": _check(data)}, ensure_ascii=False)


def is_true(data: Mapping[str, Any]) -> bool:
    """Whether the document is as it was written."""
    rest = {name: value for name, value in data.items() if name != "check"}
    return data.get("check") == _check(rest)


def read_document(text: str | None) -> Entry | None:
    """The entry of a document; None for none and for one that says the entry was removed."""
    if text is None:
        return None
    data = json.loads(text)
    return None if data.get("removed") else Entry.from_json(data)


def change_to_json(change: Change) -> dict[str, Any]:
    """A change as JSON values; the reverse of :func:`change_from_json`."""
    return {
        "id": change.id,
        "op": change.op,
        "before": change.before and change.before.to_json(),
        "after": change.after and change.after.to_json(),
        "at": change.at.isoformat(),
        "words": change.words,
        "undoes": change.undoes,
    }


def change_from_json(data: Mapping[str, Any]) -> Change:
    """A change from JSON values; ``ValueError``, ``TypeError`` or ``KeyError`` where they are none."""
    before, after = data["before"], data["after"]
    if before is None and after is None:
        raise ValueError("a change without an entry")
    return Change(
        id=data["id"],
        op=data["op"],
        before=None if before is None else Entry.from_json(before),
        after=None if after is None else Entry.from_json(after),
        at=datetime.fromisoformat(data["at"]),
        words=data.get("words") or "",
        undoes=data.get("undoes"),
    )
