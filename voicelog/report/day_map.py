"""The map of days by hours: when spasms began, how many and how bad; what was not logged, and what was said to be free.

Drawn here and not by the chart library, whose raster takes the size of its cells from the gaps between the values:
three spasms would fill a month. A column is a day (a week in long periods), a row an hour. A bar lies in each cell with
spasms, as wide as the cell; its height tells how many there were, its colour their mean severity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from voicelog.report import wording as w
from voicelog.report.colours import colour
from voicelog.report.days import ONE_DAY, Cell, Day
from voicelog.report.spans import Span, spans

WIDTH = 720
"""The map's own width in pixels; the page scales it to its own."""
BY_DAYS = 800
"""Up to so many days the map has a column for each; beyond, one for each week."""
HEIGHTS = ((1, 0.36), (2, 0.52), (4, 0.68), (9, 0.84), (None, 1.0))
"""Up to how many spasms a bar has which share of the hour's height; None: however many."""
UNTIMED_ROW = 24.6
"""Where the spasms without an hour lie, in hours from the top."""
_LEFT, _TOP, _HOUR, _WIDEST = 48, 4, 11.0, 36.0
_LABEL = 52
"""Pixels that a date below needs at most."""
_BOXED = 3.0
"""Pixels from which on a column shows the box of a cell around its bar."""
_TABLE_BY = ((62, "day"), (430, "week"))
_BOX, _FREE, _GRID, _INK = "#dde3ea", "#3d7a52", "#c9c9c9", "#333"
_HATCH = (
    '<defs><pattern id="gap" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0h5v5h-5z" fill="#f3f3f3"/><path d="M1 0v5" stroke="#8c8c8c" stroke-width="1.5"/></pattern></defs>'
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the map's cells are: columns of ``width`` days, each ``across`` pixels wide, hours from ``top`` on."""

    columns: int
    width: int
    across: float

    @property
    def right(self) -> float:
        """Where the last column ends, in pixels."""
        return _LEFT + self.columns * self.across


def layout_of(period: Span) -> Layout:
    """The layout of a period's map."""
    width = 1 if period.days <= BY_DAYS else 7
    columns = -(-period.days // width)
    return Layout(columns, width, min(_WIDEST, (WIDTH - _LEFT - 8) / columns))


def day_by_hour(days: Mapping[date, Day], period: Span, ticks: Iterable[tuple[float, str]]) -> str:
    """The map as SVG; ``ticks`` are dates along it, in columns from its left."""
    layout = layout_of(period)
    cells, untimed = _cells(days, period, layout.width)
    height = _HOUR * (26 if untimed else 24) + _TOP
    body = [
        f'<svg viewBox="0 0 {WIDTH} {height + 22:g}" aria-hidden="true">{_HATCH}',
        *_gaps(days, period, layout),
        f'<g fill="none" transform="translate({_LEFT} {_TOP}) scale({layout.across:.4f} {_HOUR:g})">',
        *_free(days, period, layout.width),
        "</g>",
        f'<path d="{"".join(_lines(layout))}" fill="none" stroke="{_GRID}" stroke-width=".8"/>',
        # Half an hour lower, so that a line along the middle of an hour has a whole number.
        f'<g fill="none" transform="translate({_LEFT} {_TOP + _HOUR / 2:g}) scale({layout.across:.4f} {_HOUR:g})">',
        *_bars(cells, untimed, boxed=layout.across >= _BOXED),
        "</g>",
        *_labels(layout, ticks, height, untimed=bool(untimed)),
        "</svg>",
    ]
    return "".join(body)


def _cells(
    days: Mapping[date, Day], period: Span, width: int
) -> tuple[dict[tuple[int, int], Cell], dict[int, Cell]]:
    """The spasms of each column and hour, and those of each column whose hour is not known."""
    cells: dict[tuple[int, int], Cell] = defaultdict(Cell)
    untimed: dict[int, Cell] = defaultdict(Cell)
    for day, what in days.items():
        if period.first <= day <= period.last:
            column = (day - period.first).days // width
            for hour, cell in what.hours.items():
                _add(cells[column, hour], cell)
            if what.untimed.spasms:
                _add(untimed[column], what.untimed)
    return cells, untimed


def _add(to: Cell, cell: Cell) -> None:
    to.spasms += cell.spasms
    to.rated += cell.rated
    to.severity += cell.severity


def _bars(cells: Mapping[tuple[int, int], Cell], untimed: Mapping[int, Cell], *, boxed: bool) -> Iterator[str]:
    """The boxes of the cells with spasms, and in them the bars; neighbours that look the same are one line."""
    placed: list[tuple[float, int, Cell]] = [(hour, column, cell) for (column, hour), cell in cells.items()]
    placed += [(UNTIMED_ROW, column, cell) for column, cell in untimed.items()]
    looks: dict[tuple[str, float], list[tuple[float, int]]] = defaultdict(list)
    for row, column, cell in sorted(placed, key=lambda item: item[:2]):
        if boxed:
            looks[_BOX, 1.0].append((row, column))
        mean = cell.severity / cell.rated if cell.rated else None
        looks[colour(mean), height_of(cell.spasms)].append((row, column))
    for (fill, high), at in looks.items():
        kind = ' class="box"' if fill == _BOX else ""
        yield f'<path{kind} stroke="{fill}" stroke-width="{high:g}" d="{"".join(_runs(at))}"/>'


def height_of(spasms: int) -> float:
    """The share of an hour's height that the bar of so many spasms has."""
    return next(high for most, high in HEIGHTS if most is None or spasms <= most)


def _runs(at: Iterable[tuple[float, int]]) -> Iterator[str]:
    """Lines along cells, in order, neighbours in one."""
    start: tuple[float, int] | None = None
    length = 0
    for row, column in at:
        if start is not None and (row, column) == (start[0], start[1] + length):
            length += 1
            continue
        if start is not None:
            yield f"M{start[1]} {start[0]:g}h{length}"
        start, length = (row, column), 1
    if start is not None:
        yield f"M{start[1]} {start[0]:g}h{length}"


def _gaps(days: Mapping[date, Day], period: Span, layout: Layout) -> Iterator[str]:
    """The days of which nothing is known, hatched."""
    path: list[str] = []
    begin: int | None = None
    for number in range(period.days + 1):
        day = days.get(period.first + number * ONE_DAY) if number < period.days else None
        silent = number < period.days and (day is None or not day.logged)
        if silent and begin is None:
            begin = number
        elif not silent and begin is not None:
            left = _LEFT + begin * layout.across / layout.width
            wide = (number - begin) * layout.across / layout.width
            path.append(f"M{left:.2f} {_TOP}h{wide:.2f}v{24 * _HOUR:g}h{-wide:.2f}z")
            begin = None
    if path:
        yield f'<path class="gap" fill="url(#gap)" d="{"".join(path)}"/>'


def _free(days: Mapping[date, Day], period: Span, width: int) -> Iterator[str]:
    """The stretches said to be free of spasms, a line down the middle of the day."""
    path: list[str] = []
    for day in sorted(days):
        if period.first <= day <= period.last:
            across = ((day - period.first).days + 0.5) / width
            for begin, end in sorted(set(days[day].free)):
                path.append(f"M{across:.4g} {begin / 60:.4g}V{end / 60:.4g}")
    if path:
        yield f'<path class="free" stroke="{_FREE}" stroke-width="{0.3 / width:.2g}" d="{"".join(path)}"/>'


def _lines(layout: Layout) -> Iterator[str]:
    right = layout.right
    for hour in range(0, 25, 6):
        yield f"M{_LEFT} {_TOP + hour * _HOUR:g}H{right:.1f}"
    if layout.width == 1 and layout.columns <= 45:
        for column in range(layout.columns + 1):
            yield f"M{_LEFT + column * layout.across:.1f} {_TOP}V{_TOP + 24 * _HOUR:g}"


def _labels(layout: Layout, ticks: Iterable[tuple[float, str]], height: float, *, untimed: bool) -> Iterator[str]:
    yield f'<g fill="{_INK}" text-anchor="end">'
    for hour in range(0, 25, 6):
        yield f'<text x="{_LEFT - 5}" y="{_TOP + hour * _HOUR + 4.5 if hour else 12:g}">{hour}:00</text>'
    if untimed:
        yield f'<text x="{_LEFT - 5}" y="{_TOP + (UNTIMED_ROW + 0.5) * _HOUR + 4.5:g}">hour?</text>'
    yield f'</g><g fill="{_INK}">'
    for at, label in ticks:
        x = _LEFT + at * layout.across + 1
        if x > WIDTH - _LABEL:
            yield f'<text x="{layout.right:.1f}" y="{height + 15:g}" text-anchor="end">{label}</text>'
        else:
            yield f'<text x="{x:.1f}" y="{height + 15:g}">{label}</text>'
    yield "</g>"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A day, week or month of the table behind the map: its name, and what stands for each hour, and without one."""

    name: str
    hours: tuple[str, ...]
    untimed: str
    said: str
    """``nothing logged``, ``reported free of spasms``, or how many days were logged."""


@dataclass(frozen=True, slots=True)
class HourTable:
    """The map as a table, for those who cannot see it."""

    by: str
    rows: tuple[TableRow, ...]
    untimed: bool


def hour_table(days: Mapping[date, Day], period: Span) -> HourTable:
    """The table of days by hours (of weeks or months in longer periods); a cell is number and mean severity."""
    by = next((by for most, by in _TABLE_BY if period.days <= most), "month")
    rows = []
    for span in spans(period, by):
        cells, untimed = _cells(days, span, span.days)
        known = [days[day] for number in range(span.days) if (day := span.first + number * ONE_DAY) in days]
        logged = sum(day.logged for day in known)
        if not logged:
            said = "nothing logged"
        elif span.days == 1:
            said = "reported free of spasms" if known[0].said_free else ""
        else:
            said = f"{logged} of {span.days} days logged"
        hours = tuple(_cell_text(cells.get((0, hour))) for hour in range(24))
        name = w.short_day(span.first) if by != "month" else f"{span.first:%b} {span.first.year}"
        rows.append(TableRow(name, hours, _cell_text(untimed.get(0)), said))
    return HourTable(by, tuple(rows), any(row.untimed for row in rows))


def _cell_text(cell: Cell | None) -> str:
    """``3 (6.5)``: three spasms of the mean severity 6.5; empty for none."""
    if cell is None or not cell.spasms:
        return ""
    return f"{cell.spasms:,}" + (f" ({w.number(cell.severity / cell.rated)})" if cell.rated else "")
