"""A filter as a condition on ``entry_index``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from voicelog.converse.messages import Filter
from voicelog.core.fields import KINDS, LIST_FIELDS
from voicelog.diary.store.index import APART, BITS, Words, bit, place_of
from voicelog.diary.store.rows import micros

_SEQ = "entry_index.seq"
_CODED = ("intensity", "type", "medication", "treatment", "symptom")
_MASKED = ("triggers", "sensations", "context")


class NothingError(Exception):
    """No entry can match: a word that no entry, or none of the kinds asked for, ever had."""


@dataclass
class Where:
    """A condition and its values; ``kinds`` are the codes of the kinds that can match."""

    kinds: tuple[int, ...] = ()
    terms: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    hint: str = ""
    """An index to be used whatever the order."""

    def add(self, term: str, *values: Any) -> None:
        """Narrow by one more term."""
        self.terms.append(term)
        self.values.extend(values)

    @property
    def narrowing(self) -> str:
        """The terms, without the kinds."""
        return " AND ".join(self.terms) or "1"

    @property
    def sql(self) -> str:
        """The whole condition."""
        return f"kind IN ({', '.join(map(str, self.kinds))}) AND {self.narrowing}"


def narrowed(wanted: Filter, words: Words) -> Where:
    """The condition of a filter; :class:`NothingError` where it is known that nothing matches."""
    where = Where()
    if wanted.since is not None:
        where.add("at_utc >= ?", micros(wanted.since))
    if wanted.until is not None:
        where.add("at_utc < ?", micros(wanted.until))
    if wanted.severity_min is not None:
        where.add("severity >= ?", wanted.severity_min)
    if wanted.severity_max is not None:
        where.add("severity <= ?", wanted.severity_max)
    for name in _CODED:
        value = getattr(wanted, name)
        if value is not None:
            where.add(f"{name} = ?", _known(words, name, value))
    for name in _MASKED:
        for value in getattr(wanted, name):
            _has(where, name, value, _known(words, name, value))
    for location in wanted.locations:
        _is_at(where, location, words)
    for name, value in wanted.others:
        is_it = (
            f"EXISTS (SELECT 1 FROM json_each({name}) v WHERE v.value = ?)" if name in LIST_FIELDS else f"{name} = ?"
        )
        where.add(f"seq IN (SELECT seq FROM entries WHERE {name} IS NOT NULL AND {is_it})", value)
    if wanted.hours is not None:
        _in_hours(where, *wanted.hours)
    if wanted.unsure:
        where.add("unsure = 1")
        where.hint = "INDEXED BY entry_index_unsure"
    searched = re.findall(r"\w+", wanted.text or "")
    if searched:
        query = " AND ".join(f'"{word}"' for word in searched)
        where.add("seq IN (SELECT rowid FROM entries_fts WHERE entries_fts MATCH ?)", query)
    elif wanted.text and wanted.text.strip():
        raise NothingError
    where.kinds = _kinds(wanted, words)
    return where


def _kinds(wanted: Filter, words: Words) -> tuple[int, ...]:
    """The kinds asked for that ever had all of the words."""
    asked = [code for kind in (wanted.kinds or (*KINDS, *APART)) if (code := words.find("kind", kind)) is not None]
    had = ~0
    for name in _CODED:
        value = getattr(wanted, name)
        if value is not None:
            had &= words.kinds(name, value)
    for name in _MASKED:
        for value in getattr(wanted, name):
            had &= words.kinds(name, value)
    for location in wanted.locations:
        had &= words.kinds("part", place_of(location).part)
    kinds = tuple(code for code in dict.fromkeys(asked) if had & bit(code))
    if not kinds:
        raise NothingError
    return kinds


def _known(words: Words, name: str, value: str) -> int:
    found = words.find(name, value)
    if found is None:
        raise NothingError
    return found


def _has(where: Where, column: str, value: str, code: int) -> None:
    where.add(f"{column} & ?", bit(code))
    if code >= BITS:
        where.add(
            f"EXISTS (SELECT 1 FROM entries e, json_each(e.{column}) v WHERE e.seq = {_SEQ} AND v.value = ?)", value
        )


def _is_at(where: Where, location: str, words: Words) -> None:
    place = place_of(location)
    code = _known(words, "part", place.part)
    masks = {"": ("parts",), "left": ("lefts",), "right": ("rights",), "both": ("lefts", "rights")}[place.side]
    for mask in masks:
        where.add(f"{mask} & ?", bit(code))
    if code >= BITS:
        sides = (f"{place.side} ", "both ") if place.side else ("", "left ", "right ", "both ")
        wanted = [side + part for side in sides for part in (place.part, location.partition(" ")[2] or location)]
        where.add(
            f"EXISTS (SELECT 1 FROM entries e, json_each(e.locations) v WHERE e.seq = {_SEQ} "
            f"AND v.value IN ({', '.join('?' * len(wanted))}))",
            *wanted,
        )


def _in_hours(where: Where, start: time, end: time) -> None:
    first, last = (t.hour * 3600 + t.minute * 60 + t.second for t in (start, end))
    if first < last:
        where.add("second >= ? AND second < ?", first, last)
    elif first > last:
        where.add("(second >= ? OR second < ?)", first, last)
