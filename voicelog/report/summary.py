"""The summary: five lines that stand for the whole report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from voicelog.report import wording as w
from voicelog.report.days import Day
from voicelog.report.difference import difference
from voicelog.report.figures import Figures
from voicelog.report.penn import SCORES
from voicelog.report.regimen import Regular, Step


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the summary: its subject, what matters most in a few words, and the rest."""

    subject: str
    figure: str
    text: str
    link: str


def summary(
    now: Figures, before: Figures | None, regular: Sequence[Regular], steps: Sequence[Step], worst: date | None
) -> tuple[Line, ...]:
    """How often, how bad, the nights, where and why, the medication."""
    return (
        _often(now, before),
        _bad(now, before, worst),
        _nights(now, before),
        _where(now),
        _medication(now, regular, steps),
    )


def worst_day(days: Mapping[date, Day], now: Figures) -> date | None:
    """The day of the worst spasm, the latest if there are several."""
    worst = now.severity.worst
    with_it = [day for day, what in days.items() if now.first <= day <= now.last and what.severities.get(worst or -1)]
    return max(with_it, default=None)


def _often(now: Figures, before: Figures | None) -> Line:
    change = difference(before.spasms_per_day, now.spasms_per_day) if before else None
    score = now.penn.score
    parts = [
        f"{w.count(now.spasms, 'spasm')} on {now.days_with_spasms:,} of {w.count(now.days_logged, 'logged day')}",
        f"{w.count(now.days - now.days_logged, 'day')} not logged" if now.days > now.days_logged else "",
        f"{w.count(now.days_free, 'day')} reported free of spasms" if now.days_free else "",
        f"{w.compared(change, 'fewer', 'more')} {_then(before)}" if before and change else "",
        "" if score is None else f"Penn spasm frequency {score} of 4 ({SCORES[score]})",
    ]
    return Line("How often", f"{w.number(now.spasms_per_day)} a day", _sentence(parts), "#time")


def _bad(now: Figures, before: Figures | None, worst: date | None) -> Line:
    severity = now.severity
    change = difference(before.severity.daily_mean, severity.daily_mean) if before else None
    meaning = w.importance(change)
    compared = ""
    if change and before:
        means = f"{w.compared(change, 'lower', 'higher')} {_then(before)} ({w.number(change.before)})"
        compared = f"{means}: {meaning}" if meaning else f"{means}, not clinically important"
    if severity.daily_mean is None:
        return Line("How bad", "not rated", "No severity reported.", "#time")
    last = f" (last on {w.day(worst)})" if worst else ""
    parts = [
        f"median {w.number(severity.median)}, worst {w.number(severity.worst)}{last}",
        compared,
        f"{w.duration(now.time_in_spasm_s)} in spasm" if now.timed else "",
    ]
    return Line("How bad", f"{w.number(severity.daily_mean)} of 10", _sentence(parts), "#time")


def _nights(now: Figures, before: Figures | None) -> Line:
    nights = now.nights
    share = f"{w.share(nights.disturbed, nights.nights)} disturbed"
    parts = [f"{nights.disturbed:,} of {w.count(nights.nights, 'logged night')}", f"woken in {nights.woken:,}"]
    if before:
        parts.append(f"{w.share(before.nights.disturbed, before.nights.nights)} in {_then(before)}")
    if now.spasms:
        parts.append(f"{w.share(nights.spasms, now.spasms)} of all spasms came at night")
    return Line("Nights", share, _sentence(parts), "#nights")


def _where(now: Figures) -> Line:
    figure = f"{now.parts[0].name} {w.share(now.parts[0].spasms, now.located)}" if now.parts else "not reported"
    where = [f"{part.name} {w.share(part.spasms, now.located)}" for part in now.parts[1:4]]
    why = [f"{name} {w.share(times, now.triggered)}" for name, times in now.triggers[:3]]
    triggers = f"triggers, where reported: {', '.join(why)}" if why else "no trigger reported"
    parts = [", ".join(where), triggers]
    return Line("Where and why", figure, _sentence(parts), "#where")


def _medication(now: Figures, regular: Sequence[Regular], steps: Sequence[Step]) -> Line:
    taken = [f"{each.medication} {w.amount(each.a_day, each.unit)} a day" for each in regular]
    doses = sum(dose.times for dose in now.doses)
    changes = [f"{step.what} ({step.day.day} {step.day:%b %Y})" for step in steps[-3:]]
    changed = "; ".join(changes) or "no change of regular medication seen"
    parts = [", ".join(taken[1:4]), f"{w.count(doses, 'dose')} logged", changed]
    return Line("Medication", taken[0] if taken else "none regular", _sentence(parts), "#medication")


def _then(before: Figures) -> str:
    logged = "" if before.days_logged == before.days else f" ({before.days_logged:,} logged)"
    return f"the previous {w.count(before.days, 'day')}{logged}"


def _sentence(parts: Sequence[str]) -> str:
    text = "; ".join(part for part in parts if part)
    return f"{text[:1].upper()}{text[1:]}."
