"""The map of days by hours: what is drawn is read back from its SVG and compared with the entries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from xml.etree import ElementTree as ET

import pytest

from tests.report.diaries import ZONE, dose, entry, spasm
from voicelog.core.entry import Entry
from voicelog.report import charts
from voicelog.report.colours import RAMP, UNRATED
from voicelog.report.day_map import HEIGHTS, day_by_hour, height_of, hour_table, layout_of
from voicelog.report.days import days_of
from voicelog.report.figures import figures
from voicelog.report.series import stages
from voicelog.report.spans import Span

SVG = "{http://www.w3.org/2000/svg}"
FIRST = date(2026, 1, 1)
DIARIES = 120


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Drawn:
    """What a reader sees: the boxes of cells, the bars in them with their colour, hatched and free stretches."""

    boxes: tuple[Box, ...]
    bars: tuple[tuple[Box, str], ...]
    gaps: tuple[Box, ...]
    free: tuple[Box, ...]
    height: float


def drawn(svg: str) -> Drawn:
    """Read the drawing by its geometry alone: paths, strokes and transformations."""
    root = ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    boxes: list[Box] = []
    bars: list[tuple[Box, str]] = []
    gaps: list[Box] = []
    free: list[Box] = []
    for group in root.iter(f"{SVG}g"):
        moved = re.fullmatch(r"translate\(([\d.]+) ([\d.]+)\) scale\(([\d.]+) ([\d.]+)\)", group.get("transform", ""))
        if moved is None:
            continue
        dx, dy, sx, sy = map(float, moved.groups())
        for path in group.iter(f"{SVG}path"):
            wide = float(path.attrib["stroke-width"])
            for x0, y0, x1, y1 in _lines(path.attrib["d"]):
                across, down = (0.0, wide / 2) if y0 == y1 else (wide / 2, 0.0)
                box = Box(
                    dx + sx * (x0 - across), dy + sy * (y0 - down), dx + sx * (x1 + across), dy + sy * (y1 + down)
                )
                if path.get("class") == "box":
                    boxes.append(box)
                elif path.get("class") == "free":
                    free.append(box)
                else:
                    bars.append((box, path.attrib["stroke"]))
    for path in root.iter(f"{SVG}path"):
        if path.get("fill") == "url(#gap)":
            for x, y, w, h in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path.attrib["d"]):
                gaps.append(Box(float(x), float(y), float(x) + float(w), float(y) + float(h)))
    height = float(root.attrib["viewBox"].split()[3])
    return Drawn(tuple(boxes), tuple(bars), tuple(gaps), tuple(free), height)


def _lines(path: str) -> Iterator[tuple[float, float, float, float]]:
    """Straight lines as their ends."""
    for x, y, kind, to in re.findall(r"M(-?[\d.]+) (-?[\d.]+)([hV])(-?[\d.]+)", path):
        if kind == "h":
            yield float(x), float(y), float(x) + float(to), float(y)
        else:
            yield float(x), float(y), float(x), float(to)
    assert len(re.findall("M", path)) == len(re.findall(r"M(-?[\d.]+) (-?[\d.]+)([hV])(-?[\d.]+)", path))


Seen = dict[tuple[int, int], tuple[str, float]]


def cells_seen(found: Drawn, period: Span) -> Seen:
    """Day and hour → colour and height of its bar, by where the bars lie on the grid that the map has."""
    layout = layout_of(period)
    left, hour = 48.0, 11.0
    seen: Seen = {}
    for box, colour in found.bars:
        columns = (box.right - box.left) / layout.across
        row = ((box.top + box.bottom) / 2 - 4) / hour - 0.5
        assert columns == pytest.approx(round(columns), abs=0.01), "a bar is not as wide as its days"
        assert row == pytest.approx(round(row), abs=0.01) or row > 24, "a bar is not in the middle of its hour"
        first = round((box.left - left) / layout.across)
        for column in range(first, first + round(columns)):
            assert (column, round(row)) not in seen, "two bars in one cell"
            seen[column, round(row)] = (colour, round((box.bottom - box.top) / hour, 2))
    return seen


def cells_meant(entries: Sequence[Entry], period: Span) -> Seen:
    """The same, from the entries."""
    found: dict[tuple[int, int], list[float | None]] = defaultdict(list)
    for each in entries:
        if each.kind == "spasm":
            found[(each.at.date() - period.first).days, each.at.hour].append(each.severity)
    meant: Seen = {}
    for place, severities in found.items():
        rated = [severity for severity in severities if severity is not None]
        colour = RAMP[round(sum(rated) / len(rated))] if rated else UNRATED
        meant[place] = (colour, height_of(len(severities)))
    return meant


def made(entries: Sequence[Entry], period: Span) -> str:
    return day_by_hour(days_of(entries), period, charts.ticks(period, layout_of(period).width))


def check(entries: Sequence[Entry], period: Span) -> None:
    found = drawn(made(entries, period))
    assert cells_seen(found, period) == cells_meant(entries, period)
    layout = layout_of(period)
    for box in found.boxes:
        assert box.bottom - box.top == pytest.approx(11.0)
        assert (box.right - box.left) % layout.across == pytest.approx(0, abs=0.02) or (
            -(box.right - box.left) % layout.across
        ) == pytest.approx(0, abs=0.02)
    logged = {(each.at.date() - period.first).days for each in entries}
    hatched = {
        day
        for day in range(period.days)
        if any(gap.left - 0.02 <= 48 + day * layout.across and 48 + (day + 1) * layout.across <= gap.right + 0.02
               for gap in found.gaps)
    }  # fmt: skip
    assert hatched == set(range(period.days)) - logged


def at(day: int, hour: int, minute: int = 0) -> str:
    return (datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(days=day, hours=hour, minutes=minute)).isoformat()


DRAWN: dict[str, Callable[[], tuple[list[Entry], int]]] = {
    "one spasm": lambda: ([spasm(at(0, 3), 8)], 1),
    "one in a month": lambda: ([spasm(at(17, 3), 8)], 31),
    "three in a month": lambda: ([spasm(at(4, 3), 8), spasm(at(12, 13), 2), spasm(at(28, 23), None)], 31),
    "23:05 every third day": lambda: ([spasm(at(day, 23, 5), 6) for day in range(0, 90, 3)], 90),
    "forty a day": lambda: (
        [spasm(at(day, number * 24 // 40, number), number % 11) for day in range(10) for number in range(40)],
        10,
    ),
    "doses and no spasm": lambda: ([dose(at(day, 8), "baclofen", 10) for day in range(5)], 9),
}


@pytest.mark.parametrize("name", list(DRAWN))
def test_each_cell_is_where_it_belongs(name: str) -> None:
    entries, days = DRAWN[name]()
    check(entries, Span(FIRST, FIRST + timedelta(days=days - 1)))


def test_each_cell_of_made_up_diaries_is_where_it_belongs() -> None:
    for seed in range(DIARIES):
        random = Random(seed)
        days, count = random.randint(1, 90), random.randint(1, 400)
        severities = [None, *range(11), 4.5]
        entries = [
            spasm(at(random.randrange(days), random.choice((random.randrange(24), 3)), random.randrange(60)), each)
            for each in random.choices(severities, k=count)
        ]
        check(entries, Span(FIRST, FIRST + timedelta(days=days - 1)))


def test_a_cell_in_the_wrong_place_would_be_noticed() -> None:
    period = Span(FIRST, FIRST + timedelta(days=30))
    found = drawn(made([spasm(at(4, 3), 8)], period))
    for other in (spasm(at(5, 3), 8), spasm(at(4, 4), 8), spasm(at(4, 3), 3)):
        assert cells_seen(found, period) != cells_meant([other], period)


def test_one_spasm_and_ten_do_not_look_alike_and_severity_is_seen_too() -> None:
    period = Span(FIRST, FIRST)
    looks = set()
    for count, severity in ((1, 2), (10, 2), (1, 9), (10, 9), (3, None)):
        found = drawn(made([spasm(at(0, 3, n), severity) for n in range(count)], period))
        looks |= set(cells_seen(found, period).values())
    assert len(looks) == 5
    assert [height_of(count) for count in (1, 2, 3, 5, 10, 40)] == [high for _, high in HEIGHTS] + [1.0]


def test_what_was_not_logged_and_what_was_free_of_spasms_are_unlike() -> None:
    free = entry("spasm", "2026-01-03 08:00", count=0.0)
    night = entry("spasm", "2026-01-05 22:00", count=0.0, until=datetime(2026, 1, 6, 6, tzinfo=ZONE))
    period = Span(FIRST, date(2026, 1, 7))
    found = drawn(made([spasm(at(0, 3), 5), free, night], period))
    wide = layout_of(period).across
    assert [(round((gap.left - 48) / wide), round((gap.right - 48) / wide)) for gap in found.gaps] == [
        (1, 2),
        (3, 4),
        (5, 7),
    ]
    lines = [
        (round((line.left + line.right - 96) / 2 / wide, 2), (line.top - 4) / 11, (line.bottom - 4) / 11)
        for line in found.free
    ]
    assert lines == [(2.5, 0, 24), (4.5, 22, 24), (5.5, 0, 6)]
    week = figures(days_of([spasm(at(0, 3), 5), free, night]), period.first, period.last)
    assert (week.days, week.days_logged, week.days_free, week.spasms) == (7, 3, 1, 1)


def test_a_day_said_to_be_free_counts_in_the_rate_and_a_silent_one_does_not() -> None:
    last_week = entry("spasm", "2026-01-01 00:00", count=0.0, until=datetime(2026, 1, 8, tzinfo=ZONE))
    days = days_of([last_week, spasm(at(7, 12), 5), spasm(at(7, 13), 5)])
    found = figures(days, FIRST, date(2026, 1, 31))
    assert (found.days, found.days_logged, found.days_free, found.spasms_per_day) == (31, 8, 7, 0.25)
    assert (found.nights.nights, found.penn.days) == (8, (7, 0, 1, 0, 0))
    silent = figures(days, date(2026, 1, 10), date(2026, 1, 31))
    assert (silent.days_logged, silent.spasms_per_day, silent.nights.nights, silent.penn.score) == (0, None, 0, None)


def test_a_spasm_of_which_only_the_day_is_known_is_in_no_hour_and_no_night() -> None:
    known = spasm("2026-01-02 12:00", 5, unsure=("at",))
    days = days_of([known])
    found = figures(days, FIRST, date(2026, 1, 3))
    assert (found.spasms, sum(found.hours), found.untimed, found.unsure, found.nights.spasms) == (1, 0, 1, 0, 0)
    period = Span(FIRST, date(2026, 1, 3))
    assert all(row > 24 for _, row in cells_seen(drawn(made([known], period)), period))
    assert hour_table(days, period).rows[1].untimed == "1 (5)"


def test_many_over_a_long_stretch_are_in_no_one_hour() -> None:
    several = entry("spasm", "2026-01-02 22:00", count=20.0, until=datetime(2026, 1, 3, 6, tzinfo=ZONE))
    found = figures(days_of([several]), FIRST, date(2026, 1, 3))
    assert (found.spasms, found.untimed, found.nights.spasms) == (20, 20, 20)


def test_behind_the_map_is_a_table_of_the_same() -> None:
    period = Span(FIRST, date(2026, 1, 4))
    days = days_of(
        [spasm(at(0, 3), 8), spasm(at(0, 3), 4), spasm(at(2, 23), None), entry("spasm", at(3, 9), count=0.0)]
    )
    table = hour_table(days, period)
    assert [row.name for row in table.rows] == ["Thu 1 Jan 2026", "Fri 2 Jan 2026", "Sat 3 Jan 2026", "Sun 4 Jan 2026"]
    assert {hour: cell for hour, cell in enumerate(table.rows[0].hours) if cell} == {3: "2 (6)"}
    assert {hour: cell for hour, cell in enumerate(table.rows[2].hours) if cell} == {23: "1"}
    assert [row.said for row in table.rows] == ["", "nothing logged", "", "reported free of spasms"]


def test_long_periods_have_a_column_for_each_week_and_a_row_for_each_month() -> None:
    period = Span(date(2016, 1, 1), date(2025, 12, 31))
    entries = [spasm(f"{year}-06-0{day} 04:00", 5) for year in (2016, 2020, 2025) for day in (1, 2)]
    found = drawn(made(entries, period))
    columns = {((each.at.date() - period.first).days // 7, 4) for each in entries}
    assert set(cells_seen(found, period)) == columns
    assert len(hour_table(days_of(entries), period).rows) == 120


def test_the_dates_below_stand_where_their_days_are() -> None:
    period = Span(FIRST, FIRST + timedelta(days=29))
    svg = made([spasm(at(0, 3), 5)], period)
    labels = re.findall(r'<text x="([\d.]+)" y="[\d.]+">(\d+ Jan)</text>', svg)
    assert len(labels) > 3
    for x, label in labels:
        day = int(label.split()[0]) - 1
        assert float(x) == pytest.approx(48 + day * layout_of(period).across + 1, abs=0.1)


def test_the_line_of_the_course_is_broken_where_nothing_was_logged() -> None:
    def lines(days: Sequence[int]) -> int:
        period = Span(FIRST, FIRST + timedelta(days=29))
        logged = days_of([spasm(at(day, 3), 5) for day in days])
        svg = charts.over_time([stage.point for stage in stages(logged, period, "day")], (), period)
        root = ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
        found = [path for path in root.iter(f"{SVG}path") if path.get("stroke") == RAMP[10] and "L" in path.attrib["d"]]
        return sum(path.attrib["d"].count("M") for path in found)

    assert lines(range(30)) == 1
    assert lines([*range(10), *range(17, 30)]) == 2
