"""The page: what it says, that nothing in it can run or be fetched, and that every figure leads to its entries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import diary_generate
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.diary.making import ODD_ENTRIES
from tests.report.diaries import WEEK, dose, entry, every_day, spasm, written
from voicelog.core.entry import Entry
from voicelog.diary import open_diary
from voicelog.report import page as pages
from voicelog.report.colours import RAMP, UNRATED
from voicelog.report.page import Wishes, page
from voicelog.report.reading import read
from voicelog.report.svg import compacted

MADE = datetime(2026, 3, 8, 12, tzinfo=UTC)


def made(diary: Path, since: datetime | None = None, *, keep: int = pages.LISTED, wishes: Wishes | None = None) -> str:
    with open_diary(diary, read_only=True) as opened:
        material = read(opened, since, None, keep=keep)
    assert material is not None
    return "".join(page(material, MADE, wishes))


def of(folder: Path, entries: Iterable[Entry], **options: object) -> str:
    return made(written(folder / "diary.db", entries), **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> str:
    return of(tmp_path_factory.mktemp("week"), WEEK)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A year of eight entries a day."""
    made_up = diary_generate.entries(2920, seed=2, years=1)
    return of(tmp_path_factory.mktemp("year"), made_up)


def words(text: str) -> str:
    """What a reader sees, without the style."""
    text = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def rows(text: str) -> list[str]:
    """The rows of the list of entries, those of the days left out."""
    listed = text[text.index('<table class="list">') :]
    return [row for row in re.findall(r"<tr[^\n]*", listed)[1:] if "<tr id=" not in row]


def marks(row: str) -> set[str]:
    found = re.match(r"<tr class=(\w+)>", row)
    return set(found[1]) if found else set()


def test_everything_of_a_paper_diary_is_there(week: str) -> None:
    said = words(week)
    for part in (
        *("Mon 2 Mar 2026", "03:10", "both legs", "2:00", "turning over", "woke me", "baclofen 10 mg", "08:00 20:00"),
        *("fatigue", "botox", "slept well", "clonus", "pain", "mild", "cannabis oil", "lower back"),
    ):
        assert part in said, part


def test_a_year_is_light_enough_for_mail(year: str) -> None:
    assert len(year.encode()) < 2920 * 85


def test_five_lines_on_top(week: str) -> None:
    summary = re.search(r'<ul class="short">(.*?)</ul>', week, re.S)
    assert summary is not None
    lines = [words(line) for line in summary[1].split("<li>")[1:]]
    assert len(lines) == 5
    often, bad, nights, where, medication = lines
    assert "1.8 a day" in often
    assert "7 spasms on 3 of 4 logged days; 1 day not logged" in often
    assert "3 of 10" in bad  # (6 + 2 + 1) / 3
    assert "Median 4, worst 8 (last on 2 March 2026)" in bad
    assert "2 of 4 logged nights" in nights
    assert "leg 50 %" in where
    assert "turning over 67 %" in where
    assert "none regular" in medication
    assert "botox (4 Mar 2026)" in medication


def test_unsure_values_are_apart_and_in_no_figure(week: str) -> None:
    section = words(week[week.index('id="unsure"') : week.index('id="definitions"')])
    assert "2 entries have a value that was heard with doubt" in section
    assert "Tue 3 Mar 2026, 07:00 spasm, 10?, left leg severity" in section
    assert "ibuprofen, 2? tablets dose" in section
    assert "worst 10" not in words(week)


ODD = "<script>alert(1)</script>&amp;\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"


def test_odd_text_stays_text(tmp_path: Path) -> None:
    entries = [
        spasm("2026-03-02 03:10", 8, ODD, triggers=(ODD,), context=(ODD,), sensations=(ODD,), type=ODD, text=ODD),
        spasm("2026-03-02 03:11", 8, ODD, unsure=("severity", ODD), text=ODD),
        dose("2026-03-02 08:00", ODD, 10, ODD),
        entry("treatment", "2026-03-02 09:00", treatment=ODD),
        entry("symptom", "2026-03-02 09:00", symptom=ODD),
        entry("note", "2026-03-02 09:00", note=ODD),
        *every_day("2026-01-05", 30, ODD, 10),
        *every_day("2026-02-04", 26, ODD, 20),
    ]
    text = of(tmp_path, entries, wishes=Wishes(name=ODD))
    assert "<script" not in text
    assert "<img" not in text
    assert "onerror" not in "".join(re.findall(r"<[a-z][^>]*>", text))
    assert words(text).count(ODD) >= 12


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(ODD_ENTRIES, min_size=1, max_size=6))
def test_any_entries_make_a_page(entries: list[Entry], tmp_path_factory: pytest.TempPathFactory) -> None:
    near = [
        each.with_fields(id=str(n), at=MADE + timedelta(hours=5 * n), logged_at=MADE) for n, each in enumerate(entries)
    ]
    text = of(tmp_path_factory.mktemp("odd"), near)
    assert text.rstrip().endswith("</html>")
    assert len(re.findall(r"<script|<img|<iframe|<object", text)) == 0


def test_nothing_is_fetched_and_nothing_runs(year: str) -> None:
    assert not re.search(r"https?://|//\w+\.\w+|@import|url\((?!#)", year)
    assert all(target.startswith(("#", "data:")) for target in re.findall(r'(?:href|src)="([^"]*)"', year))
    assert "default-src 'none'" in year
    assert "<script" not in year


def test_light_enough_for_mail(year: str) -> None:
    assert len(year.encode()) < 300_000


def test_every_link_leads_somewhere_and_every_id_is_one(year: str) -> None:
    ids = re.findall(r'\sid="?([\w-]+)', year)
    assert len(ids) == len(set(ids))
    links = set(re.findall(r'href="#([^"]+)"', year))
    assert len(links) > 80
    assert links <= set(ids)


def test_a_number_that_is_a_link_shows_just_as_many_entries(year: str) -> None:
    listed = [marks(row) for row in rows(year)]
    checked = 0
    # Doses of a day share a row.
    counted = re.sub(r"<th scope=col>Medication.*?</table>", "", year, flags=re.S)
    for mark, number in re.findall(r'<a href="#(\w)">([\d,]+)(?: \w+)*</a>', counted):
        if mark == "w":
            continue  # nights, of which each may have more than one
        wanted = {"n", "w"} if mark == "n" else {mark}
        shown = sum(bool(wanted & row) for row in listed)
        # The night before the first day is not a night of the period, its spasms are entries all the same.
        before_dawn = sum("n" in row or "w" in row for row in listed[:12]) if mark == "n" else 0
        assert int(number.replace(",", "")) <= shown <= int(number.replace(",", "")) + before_dawn, mark
        checked += 1
    assert checked > 40


def test_every_mark_has_its_filter_and_its_banner(year: str) -> None:
    used = {mark for row in rows(year) for mark in marks(row)}
    rules = set(re.findall(r"#(\w+):target~table", year))
    assert used <= rules
    assert rules == set(re.findall(r'<p class="only" id="(\w+)"', year))


def test_all_entries_are_listed(week: str) -> None:
    assert len(rows(week)) == 15 - 3 + 1  # the three sure doses of the third, and of the second, share a row each


def test_a_list_cut_short_says_where_the_rest_is(tmp_path: Path) -> None:
    text = of(tmp_path, WEEK, keep=4)
    assert len(rows(text)) == 4
    assert "The newest 4 entries, from 4 March 2026 on." in words(text)
    assert "voicelog report --since 2026-03-02 --until 2026-03-04" in text
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'\sid="?([\w-]+)', text))


def test_a_long_list_is_not_printed_unless_wanted(week: str, year: str, tmp_path: Path) -> None:
    hidden = "#entries{display:none}"
    assert hidden not in week
    assert hidden in year
    assert hidden in of(tmp_path, WEEK, wishes=Wishes(print_list=False))


def test_for_screen_readers(year: str) -> None:
    assert '<html lang="en">' in year
    levels = [int(level) for level in re.findall(r"<h(\d)", year)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert set(levels[1:]) == {2}
    assert all('aria-hidden="true"' in svg for svg in re.findall(r"<svg[^>]*viewBox[^>]*>", year))
    assert year.count("<details>") == 2  # the numbers of both charts, as tables
    assert all("scope=" in head for head in re.findall(r"<th[^a-z][^>]*>", year))
    named = re.findall(r'aria-labelledby="(\w+)"', year)
    assert all(f'id="{name}"' in year for name in named)
    assert len(named) == year.count("<section")


def test_colours_are_told_apart_by_their_lightness_alone() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    steps = [lightness(colour) for colour in RAMP]
    assert steps == sorted(steps, reverse=True)
    assert len(steps) == 11
    assert UNRATED not in RAMP


def test_changes_of_medication_are_drawn_and_told(tmp_path: Path) -> None:
    entries = [
        *every_day("2026-01-05", 30, "baclofen", 10),
        *every_day("2026-02-04", 54, "baclofen", 20),
        *(spasm(f"2026-{month:02}-{day:02} 03:00", 5) for month in (1, 2, 3) for day in range(6, 28)),
    ]
    text = of(tmp_path, entries)
    assert "A 4 February 2026: baclofen 10 → 20 mg a day" in words(text)
    assert re.search(r"<text[^>]*>A</text>", text)


def test_only_doses(tmp_path: Path) -> None:
    text = words(of(tmp_path, every_day("2026-01-05", 30, "baclofen", 10, 3)))
    assert text.count("No spasm was logged.") == 2
    assert "How bad not rated No severity reported." in text
    assert "baclofen 30 mg a day" in text


def test_a_chart_that_cannot_be_drawn_is_an_error_not_a_picture_of_one() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        compacted('<svg xmlns="http://www.w3.org/2000/svg"><text>cannot be</text></svg>', "x")


def test_svg_becomes_small_and_stays_svg() -> None:
    bars = "".join(f'<rect x="{n}.04" y="0.0" width="1.0" height="2.0" fill="rgb(1,2,3)"/>' for n in range(9))
    large = f'<svg xmlns="http://www.w3.org/2000/svg" width="10.0" height="5.0"><g><g>{bars}</g></g></svg>'
    small = compacted(large, "x")
    root = ET.fromstring(small)
    assert root.get("viewBox") == "0 0 10 5"
    (path,) = root
    assert path.get("fill") == "#010203"
    assert path.get("d", "").count("h1v2h-1z") == 9
