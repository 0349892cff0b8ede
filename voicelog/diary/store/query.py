"""Answers to looks, from ``entry_index``.

A look must answer while somebody waits in the dark. It reads one clustered range of small rows once: where few match,
everything is made of those; where many do, SQLite sums them up and an index finds the first in order. What is narrowed
by nothing but kind and time comes from totals.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from voicelog.converse.messages import Filter, Found, Look
from voicelog.core.entry import Entry
from voicelog.diary.store.condition import NothingError, Where, narrowed
from voicelog.diary.store.index import Words
from voicelog.diary.store.rows import SELECTED, checked_entry, micros
from voicelog.diary.store.schema import FIRST, SPAN

PASSED_OVER = "seq NOT IN (SELECT seq FROM entries WHERE id IN (SELECT value FROM json_each(?)))"
"""A condition on ``entry_index`` and on ``entries``; its value is a JSON list of ids."""
_FEW = 500
"""Matches that are rather handled here than asked for again."""
_SUMS = "count(*), count(severity), total(severity), total(duration_s)"
_ORDERS = {
    "newest": ("at_utc", ""),
    "oldest": ("at_utc", ""),
    "worst": ("badness", "entry_index_worst"),
    "longest": ("duration_s", "entry_index_longest"),
}
Doses = tuple[tuple[str, str | None, float | None, int], ...]


class _Row(NamedTuple):
    at_utc: int
    seq: int
    badness: float
    duration_s: float | None
    severity: float | None
    medication: int | None
    unit: int | None
    dose: float | None


class _Sums(NamedTuple):
    kind: int
    entries: int
    with_severity: int
    severity: float
    duration_s: float


def look_up(conn: sqlite3.Connection, words: Words, look: Look, without: Collection[str] = ()) -> Found:
    """The answer to a look. A sided location also covers ``both``; several values of a field must all be there.

    The entries whose ids are in ``without`` are passed over.
    """
    try:
        where = narrowed(look.filter, words)
    except NothingError:
        return Found(look, (), 0)
    if without:
        where.add(PASSED_OVER, json.dumps(sorted(without)))
    plain = not without and replace(look.filter, kinds=(), since=None, until=None) == Filter()
    if plain:
        sums, doses = _totals(conn, look.filter, where), _total_doses(conn, words, look.filter, where)
    else:
        sql = f"SELECT {', '.join(_Row._fields)} FROM entry_index {where.hint} WHERE {where.sql} LIMIT {_FEW + 1}"
        rows = [_Row(*row) for row in conn.execute(sql, where.values)]
        if len(rows) <= _FEW:
            return _of_few(conn, words, look, rows, _more(conn, where))
        sql = f"SELECT kind, {_SUMS} FROM entry_index {where.hint} WHERE {where.sql} GROUP BY kind"
        sums = [_Sums(*row) for row in conn.execute(sql, where.values)]
        medication = words.find("kind", "medication")
        of_doses = f"kind = {medication} AND {where.narrowing}"
        doses = _doses(words, _dose_rows(conn, of_doses, where.values)) if medication in where.kinds else ()
    count = sum(each.entries for each in sums) + _more(conn, where)
    rated = sum(each.with_severity for each in sums)
    return Found(
        look,
        entries_of(conn, _first(conn, look, [each.kind for each in sums if each.entries], where)),
        count,
        severity_mean=sum(each.severity for each in sums) / rated if rated else None,
        severity_n=rated,
        duration_s=sum(each.duration_s for each in sums),
        doses=doses,
    )


def entries_of(conn: sqlite3.Connection, numbers: Iterable[int]) -> tuple[Entry, ...]:
    """The entries of these sequence numbers, in that order."""
    sql = f"SELECT {SELECTED} FROM entries WHERE seq = ?"
    return tuple(checked_entry(conn, conn.execute(sql, (seq,)).fetchone()) for seq in numbers)


def _more(conn: sqlite3.Connection, where: Where) -> int:
    """How many spasms more than entries there are, where entries tell of several."""
    several = "count > 1 AND removed = 0"
    if conn.execute(f"SELECT 1 FROM entries WHERE {several} LIMIT 1").fetchone() is None:
        return 0
    found = f"SELECT seq FROM entry_index {where.hint} WHERE {where.sql}"
    sql = f"SELECT total(count - 1) FROM entries WHERE {several} AND seq IN ({found})"
    return int(conn.execute(sql, where.values).fetchone()[0])


def _of_few(conn: sqlite3.Connection, words: Words, look: Look, rows: list[_Row], more: int) -> Found:
    column = _ORDERS[look.order][0]
    rows.sort(key=lambda row: _rank(row, column), reverse=look.order != "oldest")
    rated = [row.severity for row in rows if row.severity is not None]
    taken: dict[tuple[int, int | None], list[float | None]] = defaultdict(list)
    for row in rows:
        if row.medication is not None:
            taken[row.medication, row.unit].append(row.dose)
    doses = [(*key, len(given), [dose for dose in given if dose is not None]) for key, given in taken.items()]
    return Found(
        look,
        entries_of(conn, [row.seq for row in rows[: max(look.limit, 0)]]),
        len(rows) + more,
        severity_mean=sum(rated) / len(rated) if rated else None,
        severity_n=len(rated),
        duration_s=sum(row.duration_s or 0.0 for row in rows),
        doses=_doses(words, [(med, unit, n, sum(given) if given else None) for med, unit, n, given in doses]),
    )


def _rank(row: _Row, column: str) -> tuple[float, int, int]:
    value = getattr(row, column)
    return (float("-inf") if value is None else value, row.at_utc, row.seq)


def _first(conn: sqlite3.Connection, look: Look, kinds: list[int], where: Where) -> list[int]:
    """The sequence numbers of the first in order, where many match."""
    if look.limit <= 0:
        return []
    column, index = _ORDERS[look.order]
    way = "ASC" if look.order == "oldest" else "DESC"
    ranged = look.filter.since is not None or look.filter.until is not None
    by = where.hint or (f"INDEXED BY {index}" if index and not ranged else "")
    # The plus has SQLite sort a range of time rather than walk the whole index for what lies in it.
    plus = "+" if index and ranged else ""
    rows: list[_Row] = []
    for kind in kinds:
        sql = (
            f"SELECT {', '.join(_Row._fields)} FROM entry_index {by} WHERE kind = {kind} AND {where.narrowing} "
            f"ORDER BY {plus}{column} {way}, {plus}at_utc {way}, {plus}seq {way} LIMIT ?"
        )
        rows += [_Row(*row) for row in conn.execute(sql, (*where.values, look.limit))]
    rows.sort(key=lambda row: _rank(row, column), reverse=way == "DESC")
    return [row.seq for row in rows[: look.limit]]


class _Spans(NamedTuple):
    """A stretch of time as the spans that lie wholly in it, and what is left before and after them."""

    first: int
    end: int
    before: tuple[int, int]
    after: tuple[int, int]


def _spans(wanted: Filter) -> _Spans:
    since = -FIRST if wanted.since is None else micros(wanted.since)
    until = 2**62 if wanted.until is None else micros(wanted.until)
    first = -(-(since + FIRST) // SPAN)
    end = max(first, (until + FIRST) // SPAN)
    edge = min(first * SPAN - FIRST, until)
    return _Spans(first, end, (since, edge), (max(end * SPAN - FIRST, since, edge), until))


def _totals(conn: sqlite3.Connection, wanted: Filter, where: Where) -> list[_Sums]:
    spans = _spans(wanted)
    marks = ", ".join(map(str, where.kinds))
    edge = f"SELECT kind, {_SUMS} FROM entry_index WHERE kind IN ({marks}) AND at_utc >= ? AND at_utc < ? GROUP BY kind"
    sql = (
        "SELECT kind, sum(n), sum(rated), total(s), total(d) FROM ("
        "SELECT kind, count AS n, with_severity AS rated, severity AS s, duration_s AS d FROM totals "
        f"WHERE kind IN ({marks}) AND span >= ? AND span < ? UNION ALL {edge} UNION ALL {edge}) GROUP BY kind"
    )
    values = (spans.first, spans.end, *spans.before, *spans.after)
    return [_Sums(*row) for row in conn.execute(sql, values)]


def _total_doses(conn: sqlite3.Connection, words: Words, wanted: Filter, where: Where) -> Doses:
    medication = words.find("kind", "medication")
    if medication not in where.kinds:
        return ()
    spans = _spans(wanted)
    sql = (
        "SELECT medication, nullif(unit, -1), sum(count), CASE WHEN sum(with_dose) THEN total(dose) END "
        "FROM dose_totals WHERE span >= ? AND span < ? GROUP BY medication, unit"
    )
    rows = conn.execute(sql, (spans.first, spans.end)).fetchall()
    for edge in (spans.before, spans.after):
        rows += _dose_rows(conn, f"kind = {medication} AND at_utc >= ? AND at_utc < ?", edge)
    return _doses(words, rows)


def _dose_rows(conn: sqlite3.Connection, condition: str, values: Iterable[Any]) -> list[Any]:
    sql = (
        f"SELECT medication, unit, count(*), sum(dose) FROM entry_index WHERE {condition} "
        "AND medication IS NOT NULL GROUP BY medication, unit"
    )
    return conn.execute(sql, tuple(values)).fetchall()


def _doses(words: Words, rows: Iterable[tuple[int, int | None, int, float | None]]) -> Doses:
    """Rows of medication, unit, times and sum, added up, the most often taken first."""
    added: dict[tuple[str, str | None], tuple[int, float | None]] = {}
    for medication, unit, times, dose in rows:
        name = words.word("medication", medication), None if unit is None else words.word("unit", unit)
        before, total = added.get(name, (0, None))
        both = dose if total is None else total + (dose or 0.0)
        added[name] = before + times, both
    doses = [(name, unit, dose, times) for (name, unit), (times, dose) in added.items() if times]
    return tuple(sorted(doses, key=lambda dose: (-dose[3], dose[0], dose[1] or "")))
