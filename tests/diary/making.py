"""Entries and changes for the tests, by hand and by hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from voicelog.core.entry import KINDS, Change, Entry

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def spasm(name: str = "a", minutes: float = 0, **fields: Any) -> Entry:
    at = NOON + timedelta(minutes=minutes)
    return Entry(name, "spasm", at, at).with_fields(**fields)


def save(entry: Entry, words: str = "bad spasm") -> Change:
    return Change(f"save {entry.id}", "save", None, entry, entry.logged_at, words)


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES)
TEXT = st.text(max_size=20) | st.sampled_from(
    ["=1+1", "'quoted", '"', "a;b", "; ", "\\", "\\e", "\\;", "-2", "@x", "\r", "\n", "\t=", "a, b", "", "\0", "＝1"]
)
LISTS = st.lists(TEXT, max_size=3).map(tuple)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


ODD_ENTRIES = st.builds(
    Entry,
    id=st.text(min_size=1, max_size=10),
    kind=st.sampled_from(KINDS),
    at=TIMES,
    logged_at=TIMES,
    text=TEXT,
    confidence=st.floats(0, 1),
    severity=_maybe(st.integers(0, 20).map(lambda n: n / 2)),
    intensity=_maybe(TEXT),
    locations=LISTS,
    type=_maybe(TEXT),
    sensations=LISTS,
    triggers=LISTS,
    context=LISTS,
    duration_s=_maybe(st.floats(0, 1e6)),
    medication=_maybe(TEXT),
    dose=_maybe(st.floats(0, 1e4)),
    unit=_maybe(TEXT),
    treatment=_maybe(TEXT),
    symptom=_maybe(TEXT),
    note=_maybe(TEXT),
    running=st.booleans(),
    unsure=LISTS,
)
