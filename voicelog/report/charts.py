"""The chart of the report, as SVG: severity and number of spasms over time with the medication."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import lets_plot as lp

from voicelog.report.colours import BANDS, RAMP, UNRATED
from voicelog.report.regimen import Step
from voicelog.report.spans import Span, spans
from voicelog.report.svg import compacted

WIDTH = 720
"""The charts' own width in pixels; the page scales them to its own."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INK, _LINE, _STEP, _GRID = "#333333", RAMP[10], "#a23b00", "#e4e4e4"


@dataclass(frozen=True, slots=True)
class Point:
    """One day, week or month of the chart over time."""

    span: Span
    mean: float | None
    worst: float | None
    a_day: tuple[float, ...]
    """Spasms a day, drawn from below: severe, moderate, mild (:data:`BANDS` from its end), and not rated."""
    logged: bool = True
    """Whether any of its days was logged; the line is broken where none was."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What changed on one day, or on days so near one another that the chart shows one line; ``letter`` names it."""

    letter: str
    steps: tuple[Step, ...]


def over_time(points: Sequence[Point], marks: Sequence[Mark], period: Span) -> str:
    """Above, the daily mean (line) and the worst severity (triangles), with a line where the medication changed;
    below, the spasms a day in bands of severity."""
    first = period.first
    end, margin = period.days, period.days / 100
    middle = [(point.span.first - first).days + point.span.days / 2 for point in points]
    at = [(mark.steps[0].day - first).days for mark in marks]
    rated = [index for index, point in enumerate(points) if point.mean is not None]
    pieces = [str(sum(not point.logged for point in points[:i])) for i in rated]
    means = {"x": [middle[i] for i in rated], "mean": [points[i].mean for i in rated], "piece": pieces}
    severity: Any = lp.ggplot(means)
    if marks:
        named = {"x": at, "letter": [mark.letter for mark in marks]}
        line = {"y": 0, "yend": 10.4, "color": _STEP, "linetype": "dashed", "size": 0.8}
        severity += lp.geom_segment(lp.aes(x="x", xend="x"), data=named, **line)
        severity += lp.geom_text(lp.aes("x", label="letter"), data=named, y=11.1, color=_STEP, fontface="bold", size=6)
    severity += lp.geom_point(
        lp.aes("x", "worst"),
        data={"x": [middle[i] for i in rated], "worst": [points[i].worst for i in rated]},
        shape=24,
        size=2.2,
        color="#8a8a8a",
        fill="#ffffff",
    )
    severity += lp.geom_line(lp.aes("x", "mean", group="piece"), color=_LINE, size=1.1)
    severity += lp.geom_point(lp.aes("x", "mean"), color=_LINE, size=2.2)
    at_dates = ticks(period, 1)
    severity += _dates(at_dates, -margin, end + margin)
    severity += lp.scale_y_continuous(limits=[0, 11.6], breaks=[0, 2, 4, 6, 8, 10], expand=[0, 0.2])
    severity += lp.labs(title="Severity, 0 to 10", x="", y="")
    counts = _bars(points, middle) + _dates(at_dates, -margin, end + margin) + lp.labs(title="Spasms a day", x="", y="")
    both = lp.gggrid([severity + _theme(), counts + _theme()], ncol=1, heights=[3, 2], align=True, vspace=0)
    return compacted(_drawn(both + lp.ggsize(WIDTH, 440)), "weeks")


def marks(steps: Sequence[Step], period: Span) -> tuple[Mark, ...]:
    """Steps that are nearer than a fortieth of the period under one letter; after Z they go on with AA."""
    groups: list[list[Step]] = []
    for step in steps:
        if groups and (step.day - groups[-1][0].day).days <= period.days / 40:
            groups[-1].append(step)
        else:
            groups.append([step])
    return tuple(Mark(_letter(number), tuple(group)) for number, group in enumerate(groups))


def _letter(number: int) -> str:
    last = _LETTERS[number % 26]
    return last if number < 26 else _letter(number // 26 - 1) + last


def _bars(points: Sequence[Point], middle: Sequence[float]) -> Any:
    colours = [*(fill for _, _, _, fill in reversed(BANDS)), UNRATED]
    bars: list[tuple[float, float, float, float, str]] = []
    # Colour by colour: neighbours of one colour become one path in the end.
    for band, fill in enumerate(colours):
        for point, at in zip(points, middle, strict=True):
            low, half = sum(point.a_day[:band]), 0.42 * point.span.days
            if point.a_day[band]:
                bars.append((at - half, at + half, low, low + point.a_day[band], fill))
    columns = zip(*bars, strict=True) if bars else ((),) * 5
    drawn = dict(zip(("left", "right", "low", "high", "fill"), map(list, columns), strict=True))
    return (
        lp.ggplot(drawn)
        + lp.geom_rect(lp.aes(xmin="left", xmax="right", ymin="low", ymax="high", fill="fill"), size=0)
        + lp.scale_fill_identity()
        + lp.scale_y_continuous(expand=[0, 0, 0.08, 0])
    )


def _dates(ticks: Sequence[tuple[float, str]], first: float, last: float) -> Any:
    return lp.scale_x_continuous(
        limits=[first, last], breaks=[at for at, _ in ticks], labels=[label for _, label in ticks], expand=[0, 0]
    )


def ticks(period: Span, width: int) -> list[tuple[float, str]]:
    """Four to eight dates along the period: where they stand in columns of ``width`` days, and what they are called."""
    if period.days <= 60:
        every = max(1, period.days // 5)
        days = [period.first.toordinal() + at for at in range(0, period.days, every)]
        return [((day - period.first.toordinal()) / width, _day(date.fromordinal(day))) for day in days]
    starts = [span.first for span in spans(period, "month") if span.first.day == 1 or span.first == period.first]
    if period.days > 1500:
        starts = [start for start in starts if start.month == 1]
        starts = starts[:: max(1, len(starts) // 6)]
        return [((start - period.first).days / width, str(start.year)) for start in starts]
    step = next(step for step in (1, 2, 3, 6, 12) if len(starts) / step <= 7 or step == 12)
    chosen = [start for start in starts if (start.month - starts[0].month) % step == 0]
    room = period.days * 0.92
    return [
        ((start - period.first).days / width, _month(start, number == 0 or start.month <= step))
        for number, start in enumerate(chosen)
        if (start - period.first).days < room
    ]


def _day(of: date) -> str:
    return f"{of.day} {of:%b}"


def _month(of: date, with_year: bool) -> str:
    return f"{of:%b} {of.year}" if with_year else f"{of:%b}"


def _theme() -> Any:
    return lp.theme_minimal() + lp.theme(
        plot_background=lp.element_blank(),
        panel_grid_minor=lp.element_blank(),
        panel_grid_major=lp.element_line(color=_GRID, size=0.6),
        axis_text=lp.element_text(color=_INK, size=13),
        axis_text_x=lp.element_text(angle=0, hjust=0),
        axis_ticks_x=lp.element_line(color="#888888"),
        plot_title=lp.element_text(color=_INK, size=13, face="bold"),
        legend_position="none",
        plot_margin=[4, 6, 2, 20],
    )


def _drawn(plot: Any) -> str:
    """The plot as SVG. The library writes remarks of its own to standard output, where only ours belongs."""
    sys.stdout.flush()
    ours = os.dup(1)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        return str(plot.to_svg())
    finally:
        os.dup2(ours, 1)
        os.close(ours)
