"""Small diaries for the report's tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

from voicelog.core.entry import Change, Entry
from voicelog.diary import open_diary

ZONE = timezone(timedelta(hours=1))
_NUMBERS = count(1)


def entry(kind: str, at: str, **fields: Any) -> Entry:
    """An entry at ``at`` (``2026-03-02 03:10``, an hour ahead of UTC)."""
    time = datetime.fromisoformat(at)
    time = time if time.tzinfo else time.replace(tzinfo=ZONE)
    return Entry(f"e{next(_NUMBERS)}", kind, time, time + timedelta(seconds=5)).with_fields(**fields)


def spasm(at: str, severity: float | None = None, *locations: str, **fields: Any) -> Entry:
    return entry("spasm", at, severity=severity, locations=locations, **fields)


def dose(at: str, medication: str, amount: float | None, unit: str | None = "mg", **fields: Any) -> Entry:
    return entry("medication", at, medication=medication, dose=amount, unit=unit, **fields)


def every_day(first: str, days: int, medication: str, amount: float, times: int = 1) -> Iterator[Entry]:
    start = datetime.fromisoformat(first)
    for number in range(days):
        for each in range(times):
            at = start + timedelta(days=number, hours=8 + 5 * each)
            yield dose(at.isoformat(), medication, amount)


def written(path: Path, entries: Iterable[Entry]) -> Path:
    """A diary of these entries at ``path``."""
    with open_diary(path) as diary:
        diary.write_many(Change(f"save {each.id}", "save", None, each, each.logged_at, each.text) for each in entries)
    return path


WEEK = (
    spasm("2026-03-02 03:10", 8, "both legs", triggers=("turning over",), context=("woke me",), duration_s=120),
    spasm("2026-03-02 03:40", 6, "left calf", triggers=("turning over", "cold")),
    spasm("2026-03-02 14:00", 4, "left leg", "right leg", duration_s=30),
    spasm("2026-03-02 23:30", None, "left calf", "lower back", context=("in bed",)),
    dose("2026-03-02 08:00", "baclofen", 10),
    dose("2026-03-02 20:00", "baclofen", 10),
    spasm("2026-03-03 06:59", 2, triggers=("nothing",)),
    spasm("2026-03-03 07:00", 10, "left leg", unsure=("severity",)),
    dose("2026-03-03 08:00", "baclofen", 20),
    dose("2026-03-03 09:00", "ibuprofen", 2, "tablet", unsure=("dose",)),
    dose("2026-03-03 21:00", "cannabis oil", None, None),
    entry("treatment", "2026-03-04 10:00", treatment="botox"),
    entry("symptom", "2026-03-04 11:00", symptom="fatigue", severity=7),
    entry("note", "2026-03-04 12:00", note="slept well"),
    spasm("2026-03-06 13:00", 1, "toes", context=("asleep",), intensity="mild", type="clonus", sensations=("pain",)),
)
"""Monday 2 to Friday 6 March 2026; nothing at all on Thursday."""
