"""Figures for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from voicelog.report import wording as w
from voicelog.report.difference import SOURCE, difference
from voicelog.report.figures import Figures
from voicelog.report.penn import RULE, SCORES
from voicelog.report.spans import Span


def whole(now: Figures, before: Figures | None) -> RenderableType:
    """All figures of one period."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column()
    for name, value in _lines(now, before):
        table.add_row(name, escape(value))
    notes = [f"Penn score: {RULE}"]
    if before is not None:
        notes.append(SOURCE)
    return Group(table, "", *(f"[dim]{escape(note)}[/dim]" for note in notes))


def rows(all_figures: Iterable[Figures]) -> RenderableType:
    """One row for each day, week or month, the severity's change against the row before it."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in (
        "From",
        "Spasms",
        "a day",
        "Median",
        "Worst",
        "Mean",
        "Change",
        "Time in spasm",
        "Nights",
        "Penn",
        "Doses",
    ):
        table.add_column(name, justify="left" if name in ("From", "Change") else "right")
    before: Figures | None = None
    for now in all_figures:
        severity = now.severity
        change = difference(before.severity.daily_mean, severity.daily_mean) if before else None
        marked = {"minimal": "*", "important": "**"}.get(change.importance if change else "", "")
        table.add_row(
            now.first.isoformat(),
            f"{now.spasms:,}",
            w.number(now.spasms_per_day),
            w.number(severity.median),
            w.number(severity.worst),
            w.number(severity.daily_mean),
            f"{w.percent(change)}{marked}",
            w.duration(now.time_in_spasm_s) if now.timed else w.DASH,
            f"{now.nights.disturbed}/{now.nights.nights}",
            w.number(now.penn.score),
            f"{sum(dose.times for dose in now.doses):,}",
        )
        before = now
    legend = (
        "A day: over the days logged. Mean: of the daily means, 0 to 10. Nights: disturbed / logged. "
        "* by 18 % or more, ** by 30 % or more. " + SOURCE
    )
    return Group(table, "", f"[dim]{escape(legend)}[/dim]")


def _lines(now: Figures, before: Figures | None) -> Iterator[tuple[str, str]]:
    severity = now.severity
    span = Span(now.first, now.last)
    yield "Period", f"{w.period(span)} ({w.count(now.days, 'day')}, {now.days_logged:,} logged)"
    if before is not None:
        yield "Compared with", w.period(Span(before.first, before.last))
    a_day = difference(before.spasms_per_day, now.spasms_per_day) if before else None
    yield (
        "Spasms",
        f"{now.spasms:,}, {w.number(now.spasms_per_day)} a day over {w.count(now.days_logged, 'logged day')}, "
        f"on {w.count(now.days_with_spasms, 'day')}"
        + (f"; {w.percent(a_day)} a day" if a_day else ""),
    )
    mean = difference(before.severity.daily_mean, severity.daily_mean) if before else None
    meaning = w.importance(mean)
    yield (
        "Severity (0-10)",
        f"daily mean {w.number(severity.daily_mean)}, median {w.number(severity.median)}, "
        f"worst {w.number(severity.worst)} ({w.count(severity.rated, 'spasm')} rated)"
        + (f"; daily mean {w.percent(mean)}" if mean else "")
        + (f", {meaning}" if meaning else ""),
    )
    yield "Time in spasm", f"{w.duration(now.time_in_spasm_s)} ({w.count(now.timed, 'spasm')} timed)"
    score = now.penn.score
    yield "Penn score", w.DASH if score is None else f"{score} ({SCORES[score]})"
    nights = now.nights
    yield (
        "Nights",
        f"{nights.disturbed} of {nights.nights} logged disturbed, in {nights.woken} of them woken; "
        f"{w.count(nights.spasms, 'spasm')} at night",
    )
    yield "Hours of the day", _hours(now)
    yield "Body parts", _list((part.name, part.spasms, w.sides(part)) for part in now.parts)
    yield "Triggers", _list((name, spasms, "") for name, spasms in now.triggers)
    for name, values in (("Context", now.contexts), ("Types", now.types), ("Sensations", now.sensations)):
        yield name, _list((value, spasms, "") for value, spasms in values)
    for dose in now.doses:
        usual = f"{w.times(dose.times / dose.days)} a day on {w.count(dose.days, 'day')}"
        yield dose.medication, f"{w.count(dose.times, 'dose')}, {w.total(dose)} in all, {usual}"
    yield "Treatments", _list((name, times, "") for name, times in now.treatments)
    yield "Symptoms", _list((name, times, "") for name, times in now.symptoms)
    yield "Notes", str(now.notes)
    yield "Unsure", f"{w.count(now.unsure, 'entry', 'entries')}, their doubtful values left out of all figures"


def _list(items: Iterable[tuple[str, int, str]]) -> str:
    said = [f"{name} {times:,}" + (f" ({more})" if more else "") for name, times, more in items]
    return ", ".join(said) or w.DASH


def _hours(now: Figures) -> str:
    quarters = [sum(now.hours[first : first + 6]) for first in range(0, 24, 6)]
    names = ("0-6", "6-12", "12-18", "18-24")
    busiest = max(range(24), key=now.hours.__getitem__)
    parts = ", ".join(f"{name} h: {spasms:,}" for name, spasms in zip(names, quarters, strict=True))
    most = f"; most between {busiest} and {busiest + 1} h ({now.hours[busiest]:,})"
    untimed = f"; hour not known: {now.untimed:,}" if now.untimed else ""
    return parts + (most if any(now.hours) else "") + untimed
