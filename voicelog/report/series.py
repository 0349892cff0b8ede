"""The figures over time: what the chart and its table show for each day, week or month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from voicelog.report.charts import Point
from voicelog.report.colours import BANDS
from voicelog.report.days import ONE_DAY, Day
from voicelog.report.figures import Figures, figures
from voicelog.report.spans import Span, spans


@dataclass(frozen=True, slots=True)
class Stage:
    """A day, week or month: its figures, and what the chart draws of them."""

    span: Span
    figures: Figures
    point: Point


def stages(days: Mapping[date, Day], period: Span, by: str) -> tuple[Stage, ...]:
    """The period's days, weeks or months, in order."""
    return tuple(_stage(days, span) for span in spans(period, by))


def _stage(days: Mapping[date, Day], span: Span) -> Stage:
    made = figures(days, span.first, span.last)
    banded = [0] * len(BANDS)
    for number in range(span.days):
        day = days.get(span.first + number * ONE_DAY)
        for severity, times in day.severities.items() if day else ():
            for band, (_, low, high, _) in enumerate(reversed(BANDS)):
                banded[band] += times * (low <= severity < high)
    counts = (*banded, made.spasms - made.severity.rated)
    logged = max(made.days_logged, 1)
    a_day = tuple(count / logged for count in counts)
    point = Point(span, made.severity.daily_mean, made.severity.worst, a_day, made.days_logged > 0)
    return Stage(span, made, point)
