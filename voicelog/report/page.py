"""The report: one page of HTML that needs nothing else, made from a template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from voicelog import __version__
from voicelog.core.entry import Entry
from voicelog.report import charts, colours, day_map, difference, effects, entry_list, penn, regimen
from voicelog.report import wording as w
from voicelog.report.days import Day
from voicelog.report.entry_list import Filters
from voicelog.report.figures import Figures
from voicelog.report.reading import Material
from voicelog.report.series import stages
from voicelog.report.spans import Span, suited
from voicelog.report.summary import summary, worst_day

LISTED = 10_000
"""Entries that the list at the end holds at most, the newest: some 60 bytes each."""
PRINTED = 400
"""Rows up to which the list is printed too, unless wanted otherwise: some ten sheets."""
BARS = 14
"""Bars shown in a chart of parts or triggers; the rest is in the table below it."""
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a chart of bars: its name, number, share, width (percent of the longest), and entries."""

    name: str
    count: int
    share: str
    width: float
    link: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What whoever makes the report may choose: the name on it, and whether the list is printed."""

    name: str = ""
    print_list: bool | None = None
    """None prints it where it is short."""


def page(material: Material, made: datetime, wishes: Wishes | None = None) -> Iterator[str]:
    """The page in pieces, in UTF-8 when written. ``made`` is when it was made."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(w=w, colours=colours)
    template = environment.get_template("page.html.jinja")
    return template.generate(_content(material, made, wishes or Wishes()))


def _content(material: Material, made: datetime, wishes: Wishes) -> dict[str, Any]:
    now, period = material.figures, material.period
    by = suited(period)
    over_time = stages(material.days, period, by)
    steps = regimen.steps(material.days, period)
    marks = charts.marks(steps, period)
    standing = regimen.regular(material.days, period)
    filters = Filters(material.night)
    listed = tuple(entry_list.listed(material.entries, filters))
    rows = sum(len(day.rows) for day in listed)
    worst = worst_day(material.days, now)
    known = {day.anchor for day in listed}
    return {
        "css": Markup((_HERE / "page.css").read_text(encoding="utf-8")),
        "version": __version__,
        "wishes": wishes,
        "made": made,
        "now": now,
        "before": material.before,
        "period": period,
        "span_of": Span,
        "summary": summary(now, material.before, standing, steps, worst),
        "map": Markup(_map(material.days, period)) if now.spasms or now.days_free else "",
        "map_by": "day" if period.days <= day_map.BY_DAYS else "week",
        "heights": _heights(),
        "hour_table": day_map.hour_table(material.days, period),
        "hours": _hours(material.days, period, filters),
        "by": by,
        "stages": over_time,
        "chart": Markup(charts.over_time([stage.point for stage in over_time], marks, period)) if now.spasms else "",
        "marks": marks,
        "parts": tuple(_parts(now, filters)),
        "triggers": _bars(now.triggers, now.triggered, "t", filters),
        "kinds": _kinds(now),
        "nights": over_time if by == "month" else stages(material.days, period, "week" if by == "day" else "month"),
        "standing": standing,
        "effects": effects.effects(steps, material.around),
        "filters": filters,
        "rules": _rules(filters),
        "unsure": [_doubt(entry, known) for entry in material.unsure],
        "notes": [entry for entry in material.entries if entry.kind == "note" and entry.note][-_NOTES:],
        "definitions": _definitions(now, material),
        "columns": entry_list.COLUMNS,
        "listed": listed,
        "known": known,
        "all_listed": len(material.entries) == now.entries,
        "listed_count": len(material.entries),
        "print_list": rows <= PRINTED if wishes.print_list is None else wishes.print_list,
        "anchor": lambda span: next((f"#{day.anchor}" for day in listed if span.first <= day.day <= span.last), ""),
    }


_NOTES = 30


def _map(days: Mapping[date, Day], period: Span) -> str:
    width = day_map.layout_of(period).width
    return day_map.day_by_hour(days, period, charts.ticks(period, width))


def _heights() -> list[tuple[str, float]]:
    """The heights of the map's bars for its key: how many spasms, and the share of the hour's height."""
    named, least = [], 1
    for most, high in day_map.HEIGHTS:
        name = f"{least}+" if most is None else str(most) if most == least else f"{least}–{most}"
        named.append((name, high))
        least = (most or 0) + 1
    return named


def _bars(values: Sequence[tuple[str, int]], whole: int, sort: str, filters: Filters) -> tuple[Bar, ...]:
    longest = max((count for _, count in values), default=1)
    return tuple(
        Bar(name, count, w.share(count, whole), 100 * count / longest, filters.link(sort, name))
        for name, count in values
    )


def _parts(now: Figures, filters: Filters) -> Iterator[Bar]:
    sided = {part.name: w.sides(part) for part in now.parts}
    for bar in _bars([(part.name, part.spasms) for part in now.parts], now.located, "p", filters):
        yield Bar(bar.name, bar.count, bar.share, bar.width, bar.link, sided[bar.name])


def _hours(days: dict[Any, Day], period: Span, filters: Filters) -> list[tuple[str, int, str, str]]:
    spasms: Counter[int] = Counter()
    rated: Counter[int] = Counter()
    severity = dict.fromkeys(range(24), 0.0)
    for day, what in days.items():
        if period.first <= day <= period.last:
            for hour, cell in what.hours.items():
                spasms[hour] += cell.spasms
                rated[hour] += cell.rated
                severity[hour] += cell.severity
    return [
        (
            f"{hour}:00–{hour + 1}:00",
            spasms[hour],
            w.number(severity[hour] / rated[hour]) if rated[hour] else w.DASH,
            filters.link("h", str(hour)),
        )
        for hour in range(24)
    ]


def _kinds(now: Figures) -> list[tuple[str, str]]:
    lists = (
        ("Type", now.types),
        ("Felt as", now.sensations),
        ("Said to be", now.intensities),
        ("Context", now.contexts),
    )
    return [(name, ", ".join(f"{value} {count:,}" for value, count in values)) for name, values in lists if values]


def _doubt(entry: Entry, known: set[str]) -> tuple[Entry, str, str, str]:
    """An unsure entry, what was understood, what of it is in doubt, and the link to its day."""
    anchor = entry_list.anchor(entry.at.date())
    names = [name.replace("_s", "").replace("_", " ") for name in entry.unsure]
    fields = ("medication", "treatment", "symptom", "type", "severity", "locations", "duration_s", "triggers", "note")
    said = [entry_list.dose(entry)] if entry.dose is not None else []
    said = [text for name in fields if (text := entry_list.value(entry, name))] + said
    return entry, ", ".join([entry.kind, *said]), ", ".join(names), f"#{anchor}" if anchor in known else ""


def _rules(filters: Filters) -> Markup:
    """The style by which a link to a mark leaves only the rows with it."""
    rule = "#{0}:target~table tbody tr:not({1},[id]:has({2}))"
    night, woken = entry_list.NIGHT, entry_list.WOKEN
    marks = {mark: mark for mark in (entry_list.UNSURE, woken, entry_list.NOTE, *filters.names.values())}
    hidden = []
    for mark, letters in (marks | {night: night + woken}).items():
        rows = [f"[class*={letter}]" for letter in letters]
        hidden.append(rule.format(mark, ",".join(rows), ",".join(f"~{row}" for row in rows)))
    return Markup(",".join(hidden) + "{display:none}")


def _definitions(now: Figures, material: Material) -> list[tuple[str, str]]:
    begins, ends = material.night
    return [
        (
            "Severity",
            "As reported, on a numeric rating scale from 0 to 10. The daily mean is the mean of each day's mean, over "
            f"the {w.count(now.severity.days, 'day')} with a rated spasm; days without one do not lower it. Of "
            f"{w.count(now.spasms, 'spasm')}, {now.severity.rated:,} were rated.",
        ),
        ("Change", difference.SOURCE),
        ("Penn spasm frequency", f"Penn et al., N Engl J Med 1989;320:1517-21, from the log. {penn.RULE}"),
        (
            "Days and nights",
            "Days and hours are those that the clock showed the person. A night is counted by its evening; it is "
            f"disturbed if a spasm began between {begins:%H:%M} and {ends:%H:%M}, or woke the person at any hour. "
            "Spasms before dawn on the first day belong to the night before the period.",
        ),
        (
            "Logged",
            "A day counts as logged if it has an entry of any kind, or was reported free of spasms; a night if its day "
            "does, or a spasm fell into it. Days and nights not logged are in no rate, no share and no change: nothing "
            "is known of them. Spasms of which only the day is known count for the day, not for hours or nights.",
        ),
        (
            "Time in spasm",
            f"The sum over the {w.count(now.timed, 'spasm')} whose duration was said or timed; the others add nothing.",
        ),
        (
            "Shares",
            "Of body parts and triggers among the spasms of which one was said. A spasm may have several.",
        ),
        ("Medication", regimen.RULE),
        ("Before and after a change", effects.RULE),
        (
            "Unsure",
            "Values that were heard with doubt and never confirmed are left out of all figures and listed apart.",
        ),
    ]
