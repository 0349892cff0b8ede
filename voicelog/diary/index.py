"""The small numbers of ``entry_index``: words as codes, lists as bit masks, locations as sides of parts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from voicelog.diary.rows import micros
from voicelog.entry import Entry

BITS = 62
"""Values of a list that get a bit of their own; later ones share bit 62 and are looked up in the entry itself."""
_RANKS = {"mild": 1, "moderate": 2, "severe": 3, "worst": 4}
_CODED = ("intensity", "type", "medication", "unit", "treatment", "symptom")
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


_PAIRED = (
    *("leg", "thigh", "hamstring", "quad", "groin", "hip", "buttock", "knee", "shin", "ankle", "heel"),
    *("arm", "shoulder", "elbow", "forearm", "wrist", "hand", "thumb"),
)
_ONE = {"feet": "foot", "calves": "calf", "toe": "toes", "finger": "fingers", "rib": "ribs"}
_ONE |= {f"{part}s": part for part in _PAIRED}


def place_of(location: str) -> Place:
    """``left leg`` → left, leg; ``both feet`` → both, foot, so that one word stands for a part however many."""
    side, _, part = location.partition(" ")
    if not part or side not in ("left", "right", "both"):
        side, part = "", location
    return Place(side, _ONE.get(part, part))


class Words:
    """The codes of words, kept in the table ``words``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._codes: dict[tuple[str, str], int] = {}
        self._next: dict[str, int] = {}
        self._read()

    def _read(self) -> None:
        self._codes.clear()
        self._next.clear()
        for field, value, code in self._conn.execute("SELECT field, value, code FROM words"):
            self._codes[field, value] = code
            self._next[field] = max(self._next.get(field, 0), code + 1)

    def find(self, field: str, value: str) -> int | None:
        """The code of a word; None for a word that no entry ever had."""
        if (field, value) not in self._codes:
            self._read()
        return self._codes.get((field, value))

    def code(self, field: str, value: str) -> int:
        """The code of a word, a new one where it has none yet; within a transaction."""
        found = self.find(field, value)
        if found is None:
            found = self._next.get(field, 0)
            self._conn.execute("INSERT INTO words (field, value, code) VALUES (?, ?, ?)", (field, value, found))
            self._codes[field, value] = found
            self._next[field] = found + 1
        return found

    def forget(self) -> None:
        """Read the codes again: a transaction that gave out some was taken back."""
        self._read()

    def mask(self, field: str, values: Iterable[str]) -> int:
        """The bits of all values together."""
        mask = 0
        for value in values:
            mask |= bit(self.code(field, value))
        return mask


def bit(code: int) -> int:
    """The bit of a code."""
    return 1 << min(code, BITS)


def badness(entry: Entry) -> float:
    """What ``worst`` orders by: the severity, and below all severities the intensity said instead of one."""
    if entry.severity is not None:
        return entry.severity
    return _RANKS.get(entry.intensity or "", 0) - 10.0


def index_row(entry: Entry, seq: int, words: Words) -> tuple[Any, ...]:
    """The values of :data:`COLUMNS`; new words get their codes, so within a transaction."""
    places = [place_of(location) for location in entry.locations]
    at = entry.at
    coded = {name: getattr(entry, name) for name in _CODED}
    return (
        *(words.code("kind", entry.kind), micros(at), seq, entry.severity, entry.duration_s),
        at.hour * 3600 + at.minute * 60 + at.second,
        words.mask("part", (place.part for place in places)),
        words.mask("part", (place.part for place in places if place.side in ("left", "both"))),
        words.mask("part", (place.part for place in places if place.side in ("right", "both"))),
        words.mask("triggers", entry.triggers),
        words.mask("sensations", entry.sensations),
        words.mask("context", entry.context),
        *(None if value is None else words.code(name, value) for name, value in coded.items()),
        *(entry.dose, int(bool(entry.unsure)), badness(entry)),
    )
