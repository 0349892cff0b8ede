"""The report's figures once more, made from the rows of the SQLite file and by nothing of the report's own code."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import fmean, median
from typing import Any

import diary_generate
import pytest

from tests.report.diaries import ZONE, dose, entry, spasm, written
from voicelog.core.entry import Entry
from voicelog.diary import open_diary
from voicelog.report.reading import read

COLUMNS = ("kind", "at", "severity", "duration_s", "count", "until", "medication", "dose", "unit", "taken", "context")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The entries of a diary as plain values, what is unsure taken out."""
    with closing(sqlite3.connect(path)) as conn:
        found = conn.execute(f"SELECT {', '.join(COLUMNS)}, unsure FROM entries WHERE removed = 0").fetchall()
    for *values, unsure in found:
        row = dict(zip(COLUMNS, values, strict=True))
        for name in json.loads(unsure or "[]"):
            if name not in ("at", "kind"):
                row[name] = None
        yield row


def recomputed(path: Path, first: date, last: date) -> dict[str, Any]:
    """What a person with the rows and a pencil would find: 22:00 to 07:00 is night, a night is that of its evening."""
    spasms: list[tuple[datetime, float | None, float | None]] = []
    logged: set[date] = set()
    free: set[date] = set()
    nights: dict[date, int] = defaultdict(int)
    totals: Counter[tuple[str, str]] = Counter()
    for row in rows(path):
        at = datetime.fromisoformat(row["at"])
        if first <= at.date() <= last:
            logged.add(at.date())
        if row["kind"] == "spasm" and row["count"] == 0:
            end = datetime.fromisoformat(row["until"]) if row["until"] else at + timedelta(days=1)
            day = at.date()
            while datetime(day.year, day.month, day.day, 12, tzinfo=at.tzinfo) < end:
                free.add(day)
                day += timedelta(days=1)
        elif row["kind"] == "spasm":
            woke = {"woke me", "asleep"} & set(json.loads(row["context"] or "[]"))
            for number in range(int(row["count"] or 1)):
                if first <= at.date() <= last:
                    spasms.append((at, *((row["severity"], row["duration_s"]) if not number else (None, None))))
                if woke or not 7 <= at.hour < 22:
                    nights[at.date() - timedelta(days=at.hour < 12)] += 1
                woke = set()
        elif (
            row["kind"] == "medication" and row["taken"] != 0 and row["dose"] is not None and first <= at.date() <= last
        ):
            totals[row["medication"], row["unit"] or ""] += row["dose"]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    known = [day for day in days if day in logged | free]
    rated: dict[date, list[float]] = defaultdict(list)
    for at, severity, _ in spasms:
        if severity is not None:
            rated[at.date()].append(severity)
    return {
        "days": len(days),
        "days_logged": len(known),
        "spasms": len(spasms),
        "a_day": len(spasms) / len(known) if known else None,
        "daily_mean": fmean(map(fmean, rated.values())) if rated else None,
        "median": median(severity for each in rated.values() for severity in each) if rated else None,
        "worst": max((severity for each in rated.values() for severity in each), default=None),
        "time": sum(seconds or 0 for _, _, seconds in spasms),
        "hours": Counter(at.hour for at, _, _ in spasms),
        "nights": sum(day in known or nights[day] > 0 for day in days),
        "disturbed": sum(nights[day] > 0 for day in days),
        "totals": dict(totals),
    }


def reported(path: Path, since: datetime | None, until: datetime | None) -> tuple[dict[str, Any], date, date]:
    with open_diary(path, read_only=True) as diary:
        material = read(diary, since, until)
    assert material is not None
    now = material.figures
    return (
        {
            "days": now.days,
            "days_logged": now.days_logged,
            "spasms": now.spasms,
            "a_day": now.spasms_per_day,
            "daily_mean": now.severity.daily_mean,
            "median": now.severity.median,
            "worst": now.severity.worst,
            "time": now.time_in_spasm_s,
            "hours": Counter({hour: count for hour, count in enumerate(now.hours) if count}),
            "nights": now.nights.nights,
            "disturbed": now.nights.disturbed,
            "totals": {(dose.medication, dose.unit): dose.total for dose in now.doses if dose.total is not None},
        },
        now.first,
        now.last,
    )


def _year() -> Iterator[Entry]:
    return diary_generate.entries(1500, seed=5, years=1)


def _all_unsure() -> Iterator[Entry]:
    for day in range(1, 15):
        yield spasm(f"2026-03-{day:02} 03:00", 7, "left leg", duration_s=60, unsure=("severity", "duration_s"))
        yield dose(f"2026-03-{day:02} 08:00", "baclofen", 10, unsure=("dose",))


def _silent_week() -> Iterator[Entry]:
    for day in (1, 2, 3, 4, 12, 13, 14, 15):
        yield spasm(f"2026-03-{day:02} 23:30", day % 11, duration_s=90)
        yield dose(f"2026-03-{day:02} 08:00", "baclofen", 10)
    yield entry("spasm", "2026-03-16 00:00", count=0.0, until=datetime(2026, 3, 19, tzinfo=ZONE))


DIARIES: dict[str, tuple[Callable[[], Iterator[Entry]], str | None, str | None]] = {
    "a year": (_year, None, None),
    "a fortnight": (_year, "2026-02-01", "2026-02-15"),
    "all unsure": (_all_unsure, None, None),
    "a silent week": (_silent_week, "2026-03-01", "2026-03-21"),
}


@pytest.mark.parametrize("name", list(DIARIES))
def test_the_figures_are_those_of_the_rows(name: str, tmp_path: Path) -> None:
    make, since, until = DIARIES[name]
    path = written(tmp_path / "diary.db", make())
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None for text in (since, until))
    found, first, last = reported(path, start, end)
    expected = recomputed(path, first, last)
    for key, value in expected.items():
        assert found[key] == pytest.approx(value) if isinstance(value, float) else found[key] == value, key
    if start is not None and end is not None:
        assert (first, last) == (start.date(), end.date() - timedelta(days=1))
    assert expected["days"] > 0


def test_a_silent_week_is_in_no_figure(tmp_path: Path) -> None:
    path = written(tmp_path / "diary.db", _silent_week())
    found, _, _ = reported(path, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 21, tzinfo=UTC))
    assert (found["days"], found["days_logged"], found["a_day"]) == (20, 11, 8 / 11)
