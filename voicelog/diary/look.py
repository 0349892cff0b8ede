"""Answers to looks, from ``entry_index``.

A look must answer while somebody waits in the dark: it reads one clustered range of small rows for the figures, and
for the first entries in order an index where many match, the same range where few do.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any, NamedTuple

from voicelog.converse.messages import Filter, Found, Look
from voicelog.diary.index import BITS, Words, bit, place_of
from voicelog.diary.rows import SELECTED, checked_entry, micros
from voicelog.diary.schema import FIRST, SPAN
from voicelog.entry import KINDS, Entry

_ORDERS = {
    "newest": ("at_utc", ""),
    "oldest": ("at_utc", ""),
    "worst": ("badness", "entry_index_worst"),
    "longest": ("duration_s", "entry_index_longest"),
}
_SEQ = "entry_index.seq"
_DENSE = 50
"""One match in so many rows at least: then the index finds the first sooner than a scan."""


class _Never(Exception):
    """No entry can match: a word that no entry ever had."""


@dataclass
class _Where:
    terms: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, term: str, *values: Any) -> None:
        self.terms.append(term)
        self.values.extend(values)

    @property
    def sql(self) -> str:
        return " AND ".join(self.terms) or "1"


def look_up(conn: sqlite3.Connection, words: Words, look: Look) -> Found:
    """The answer to a look. A sided location also covers ``both``; several values of a field must all be there."""
    try:
        kinds, where = _where(look.filter, words)
    except _Never:
        return Found(look, (), 0)
    by_kind = _counts(conn, kinds, where, look.filter)
    count = sum(counts.count for counts in by_kind.values())
    if not count:
        return Found(look, (), 0)
    with_severity = sum(counts.with_severity for counts in by_kind.values())
    severity = sum(counts.severity for counts in by_kind.values())
    return Found(
        look,
        _first(conn, look, {kind: counts.count for kind, counts in by_kind.items()}, where),
        count,
        severity_mean=severity / with_severity if with_severity else None,
        severity_n=with_severity,
        duration_s=sum(counts.duration_s for counts in by_kind.values()),
        doses=_doses(conn, words, list(by_kind), where),
    )


class _Counts(NamedTuple):
    count: int
    with_severity: int
    severity: float
    duration_s: float


_SUMS = "count(*), count(severity), total(severity), total(duration_s)"


def _counts(conn: sqlite3.Connection, kinds: list[int], where: _Where, wanted: Filter) -> dict[int, _Counts]:
    """The figures of each kind that has any match."""
    marks = ", ".join(map(str, kinds))
    if replace(wanted, kinds=(), since=None, until=None) == Filter():
        sql, values = _from_totals(marks, wanted)
    else:
        sql = f"SELECT kind, {_SUMS} FROM entry_index WHERE kind IN ({marks}) AND {where.sql} GROUP BY kind"
        values = where.values
    return {row[0]: _Counts(*row[1:]) for row in conn.execute(sql, values) if row[1]}


def _from_totals(marks: str, wanted: Filter) -> tuple[str, list[Any]]:
    """Whole spans from their totals, and what is left at both ends from the entries."""
    since = -FIRST if wanted.since is None else micros(wanted.since)
    until = 2**62 if wanted.until is None else micros(wanted.until)
    first = -(-(since + FIRST) // SPAN)
    end = max(first, (until + FIRST) // SPAN)
    start, stop = first * SPAN - FIRST, end * SPAN - FIRST
    part = f"SELECT kind, {_SUMS} FROM entry_index WHERE kind IN ({marks}) AND at_utc >= ? AND at_utc < ? GROUP BY kind"
    sql = (
        "SELECT kind, sum(n), sum(n_severity), total(s), total(d) FROM ("
        "SELECT kind, count AS n, with_severity AS n_severity, severity AS s, duration_s AS d FROM totals "
        f"WHERE kind IN ({marks}) AND span >= ? AND span < ? UNION ALL {part} UNION ALL {part}) GROUP BY kind"
    )
    return sql, [first, end, since, min(start, until), max(stop, since, min(start, until)), until]


def _first(conn: sqlite3.Connection, look: Look, counts: dict[int, int], where: _Where) -> tuple[Entry, ...]:
    if look.limit <= 0:
        return ()
    column, index = _ORDERS[look.order]
    way = "ASC" if look.order == "oldest" else "DESC"
    narrow = look.filter.since is not None or look.filter.until is not None
    rows = conn.execute("SELECT coalesce(max(seq), 0) FROM entries").fetchone()[0]
    found: list[tuple[Any, ...]] = []
    for kind, count in counts.items():
        direct = not index or (not narrow and count * _DENSE >= rows)
        by = f"INDEXED BY {index}" if index and direct else ""
        # The plus keeps SQLite from walking the whole index where a short range, or few matches, are to be sorted.
        plus = "" if direct else "+"
        then = "" if column == "at_utc" else f", {plus}at_utc {way}"
        found += conn.execute(
            f"SELECT {column}, at_utc, seq FROM entry_index {by} WHERE kind = {kind} AND {where.sql} "
            f"ORDER BY {plus}{column} {way}{then}, {plus}seq {way} LIMIT ?",
            (*where.values, look.limit),
        )
    lowest = float("-inf")
    found.sort(key=lambda row: (lowest if row[0] is None else row[0], row[1], row[2]), reverse=way == "DESC")
    return entries_of(conn, [row[2] for row in found[: look.limit]])


def entries_of(conn: sqlite3.Connection, numbers: list[int]) -> tuple[Entry, ...]:
    """The entries of these sequence numbers, in that order."""
    entries: list[Entry] = []
    for seq in numbers:
        row = conn.execute(f"SELECT {SELECTED} FROM entries WHERE seq = ?", (seq,)).fetchone()
        entries.append(checked_entry(conn, row))
    return tuple(entries)


def _doses(
    conn: sqlite3.Connection, words: Words, kinds: list[int], where: _Where
) -> tuple[tuple[str, str | None, float | None, int], ...]:
    kind = words.find("kind", "medication")
    if kind is None or kind not in kinds:
        return ()
    rows = conn.execute(
        "SELECT m.value, u.value, d.total, d.times FROM "
        "(SELECT medication, unit, sum(dose) AS total, count(*) AS times "
        f"FROM entry_index WHERE kind = {kind} AND medication IS NOT NULL AND {where.sql} GROUP BY medication, unit) d "
        "JOIN words m ON m.field = 'medication' AND m.code = d.medication "
        "LEFT JOIN words u ON u.field = 'unit' AND u.code = d.unit ORDER BY d.times DESC, m.value, u.value",
        where.values,
    )
    return tuple((row[0], row[1], row[2], row[3]) for row in rows)


def _where(wanted: Filter, words: Words) -> tuple[list[int], _Where]:
    implied = {kind for kind in ("medication", "treatment", "symptom") if getattr(wanted, kind) is not None}
    named = [kind for kind in (wanted.kinds or KINDS) if implied <= {kind}]
    kinds = [found for kind in named if (found := words.find("kind", kind)) is not None]
    if not kinds:
        raise _Never
    where = _Where()
    if wanted.since is not None:
        where.add("at_utc >= ?", micros(wanted.since))
    if wanted.until is not None:
        where.add("at_utc < ?", micros(wanted.until))
    if wanted.severity_min is not None:
        where.add("severity >= ?", wanted.severity_min)
    if wanted.severity_max is not None:
        where.add("severity <= ?", wanted.severity_max)
    for name in ("intensity", "type", "medication", "treatment", "symptom"):
        value = getattr(wanted, name)
        if value is not None:
            where.add(f"{name} = ?", _known(words, name, value))
    for name in ("triggers", "sensations", "context"):
        for value in getattr(wanted, name):
            _has(where, name, value, _known(words, name, value))
    for location in wanted.locations:
        _is_at(where, location, words)
    if wanted.hours is not None:
        _in_hours(where, *wanted.hours)
    if wanted.unsure:
        where.add("unsure = 1")
    searched = re.findall(r"\w+", wanted.text or "")
    if searched:
        query = " AND ".join(f'"{word}"' for word in searched)
        where.add("seq IN (SELECT rowid FROM entries_fts WHERE entries_fts MATCH ?)", query)
    elif wanted.text and wanted.text.strip():
        raise _Never
    return kinds, where


def _known(words: Words, name: str, value: str) -> int:
    found = words.find(name, value)
    if found is None:
        raise _Never
    return found


def _has(where: _Where, column: str, value: str, code: int) -> None:
    where.add(f"{column} & ?", bit(code))
    if code >= BITS:
        where.add(
            f"EXISTS (SELECT 1 FROM entries e, json_each(e.{column}) v WHERE e.seq = {_SEQ} AND v.value = ?)", value
        )


def _is_at(where: _Where, location: str, words: Words) -> None:
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


def _in_hours(where: _Where, start: time, end: time) -> None:
    first, last = (t.hour * 3600 + t.minute * 60 + t.second for t in (start, end))
    if first < last:
        where.add("second >= ? AND second < ?", first, last)
    elif first > last:
        where.add("(second >= ? OR second < ?)", first, last)
