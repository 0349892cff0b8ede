"""Figures as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from voicelog.report.difference import Difference, difference
from voicelog.report.figures import Figures
from voicelog.report.penn import RULE


def figures_to_json(now: Figures, before: Figures | None) -> dict[str, Any]:
    """A period's figures; times in seconds, severities 0 to 10, days as ISO dates, both ends included."""
    severity, nights = now.severity, now.nights
    values: dict[str, Any] = {
        "first": now.first.isoformat(),
        "last": now.last.isoformat(),
        "days": now.days,
        "days_logged": now.days_logged,
        "days_free": now.days_free,
        "entries": now.entries,
        "unsure": now.unsure,
        "spasms": now.spasms,
        "spasms_per_day": _rounded(now.spasms_per_day),
        "days_with_spasms": now.days_with_spasms,
        "severity": {
            "rated": severity.rated,
            "median": severity.median,
            "worst": severity.worst,
            "daily_mean": _rounded(severity.daily_mean),
            "days": severity.days,
        },
        "time_in_spasm_s": now.time_in_spasm_s,
        "timed": now.timed,
        "hours": list(now.hours),
        "untimed": now.untimed,
        "parts": [{**asdict(part), "spasms": part.spasms} for part in now.parts],
        "nights": asdict(nights),
        "doses": [asdict(dose) for dose in now.doses],
        "notes": now.notes,
        "penn": {"score": now.penn.score, "days": list(now.penn.days), "rule": RULE},
    }
    for name in ("triggers", "contexts", "types", "sensations", "intensities", "treatments", "symptoms"):
        values[name] = dict(getattr(now, name))
    if before is not None:
        values["before"] = {
            "first": before.first.isoformat(),
            "last": before.last.isoformat(),
            "spasms_per_day": _change(difference(before.spasms_per_day, now.spasms_per_day)),
            "severity_daily_mean": _severity_change(before, now),
            "nights_disturbed_share": _change(difference(_disturbed(before), _disturbed(now))),
        }
    return values


def _disturbed(of: Figures) -> float | None:
    return of.nights.disturbed / of.nights.nights if of.nights.nights else None


def _severity_change(before: Figures, now: Figures) -> dict[str, Any] | None:
    change = difference(before.severity.daily_mean, now.severity.daily_mean)
    values = _change(change)
    return None if change is None or values is None else {**values, "importance": change.importance or None}


def _change(change: Difference | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {"before": _rounded(change.before), "now": _rounded(change.now), "relative": _rounded(change.relative)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
