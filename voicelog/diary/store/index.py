"""The small numbers of ``entry_index``: words as codes, lists as bit masks, locations as sides of parts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from voicelog.core.body import split
from voicelog.core.entry import Entry
from voicelog.diary.store.rows import micros

BITS = 62
"""Values of a list that get a bit of their own; later ones share bit 62 and are looked up in the entry itself."""
_RANKS = {"mild": 1, "moderate": 2, "severe": 3, "worst": 4}
_CODED = ("intensity", "type", "medication", "unit", "treatment", "symptom")
MISSED, SPASM_FREE = "missed medication", "spasm free"
APART = (MISSED, SPASM_FREE)
"""The kinds by which a dose that was not taken, and a stretch without spasms, are found."""
COLUMNS = (
    *("kind", "at_utc", "seq", "severity", "duration_s", "second", "parts", "lefts", "rights"),
    *("triggers", "sensations", "context", *_CODED, "dose", "unsure", "badness"),
)
INSERT = f"INSERT OR REPLACE INTO entry_index ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
DELETE = "DELETE FROM entry_index WHERE kind = ? AND at_utc = ? AND seq = ?"


@dataclass(frozen=True, slots=True)
class Place:
    """A location taken apart: ``side`` is ``left``, ``right``, ``both`` or empty."""

    side: str
    part: str


def place_of(location: str) -> Place:
    """``left leg`` → left, leg; ``both feet`` → both, foot, so that one word stands for a part however many."""
    return Place(*split(location))


class Words:
    """The codes of words, kept in the table ``words`` with the kinds of entries that have them."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._codes: dict[tuple[str, str], tuple[int, int]] = {}
        self._names: dict[tuple[str, int], str] = {}
        self._next: dict[str, int] = {}
        self._read()

    def _read(self) -> None:
        self._codes.clear()
        self._names.clear()
        self._next.clear()
        for field, value, code, kinds in self._conn.execute("SELECT field, value, code, kinds FROM words"):
            self._codes[field, value] = code, kinds
            self._names[field, code] = value
            self._next[field] = max(self._next.get(field, 0), code + 1)

    def refresh(self) -> None:
        """Read the codes again: another program may have given out some, or a transaction was taken back."""
        self._read()

    def find(self, field: str, value: str) -> int | None:
        """The code of a word; None for a word that no entry ever had."""
        known = self._codes.get((field, value))
        return None if known is None else known[0]

    def word(self, field: str, code: int) -> str:
        """The word of a code that an entry has."""
        return self._names[field, code]

    def kinds(self, field: str, value: str) -> int:
        """The bits of the kinds of entries that ever had the word."""
        return self._codes.get((field, value), (0, 0))[1]

    def code(self, field: str, value: str, kind: int) -> int:
        """The code of a word in an entry of a kind, a new one where it has none yet; within a transaction."""
        if (field, value) not in self._codes:
            self._read()
        code, kinds = self._codes.get((field, value), (self._next.get(field, 0), 0))
        if not kinds & bit(kind):
            kinds |= bit(kind)
            self._conn.execute(
                "INSERT INTO words (field, value, code, kinds) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (field, value) DO UPDATE SET kinds = kinds | excluded.kinds",
                (field, value, code, kinds),
            )
            self._codes[field, value] = code, kinds
            self._names[field, code] = value
            self._next[field] = max(self._next.get(field, 0), code + 1)
        return code

    def kind(self, name: str) -> int:
        """The code of a kind of entry; within a transaction."""
        return self.code("kind", name, 0)

    def mask(self, field: str, values: Iterable[str], kind: int) -> int:
        """The bits of all values together."""
        mask = 0
        for value in values:
            mask |= bit(self.code(field, value, kind))
        return mask


def bit(code: int) -> int:
    """The bit of a code."""
    return 1 << min(code, BITS)


def badness(entry: Entry) -> float:
    """What ``worst`` orders by: the severity, and below all severities the intensity said instead of one."""
    if entry.severity is not None:
        return entry.severity
    return _RANKS.get(entry.intensity or "", 0) - 10.0


def kind_of(kind: str, count: float | None, taken: bool | int | None) -> str:
    """The kind that looks find an entry by: what did not happen is apart, so that no look counts it as if it had."""
    if kind == "medication" and taken is not None and not taken:
        return MISSED
    if kind == "spasm" and count == 0:
        return SPASM_FREE
    return kind


def index_row(entry: Entry, seq: int, words: Words) -> tuple[Any, ...]:
    """The values of :data:`COLUMNS`; new words get their codes, so within a transaction."""
    places = [place_of(location) for location in entry.locations]
    kind, at = words.kind(kind_of(entry.kind, entry.count, entry.taken)), entry.at
    coded = {name: getattr(entry, name) for name in _CODED}
    return (
        *(kind, micros(at), seq, entry.severity, entry.duration_s),
        at.hour * 3600 + at.minute * 60 + at.second,
        words.mask("part", (place.part for place in places), kind),
        words.mask("part", (place.part for place in places if place.side in ("left", "both")), kind),
        words.mask("part", (place.part for place in places if place.side in ("right", "both")), kind),
        words.mask("triggers", entry.triggers, kind),
        words.mask("sensations", entry.sensations, kind),
        words.mask("context", entry.context, kind),
        *(None if value is None else words.code(name, value, kind) for name, value in coded.items()),
        *(entry.dose, int(bool(entry.unsure)), badness(entry)),
    )
