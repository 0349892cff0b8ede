"""Before and after a change of treatment, against small diaries worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.report.diaries import ZONE, dose, entry, every_day, spasm, written
from tests.report.test_page import of, words
from voicelog.core.entry import Entry
from voicelog.diary import open_diary
from voicelog.report import regimen
from voicelog.report.days import days_of
from voicelog.report.effects import Stretch, effects
from voicelog.report.reading import read
from voicelog.report.spans import Span

BOTOX = date(2026, 3, 1)


def _day(offset: int, hour: int = 10) -> str:
    return (datetime(2026, 3, 1, tzinfo=ZONE) + timedelta(days=offset, hours=hour)).isoformat()


def _diary() -> list[Entry]:
    """Botox on 1 March; 2 spasms of 8 a day on ten days before, one of 4 on each second day in weeks two to six."""
    entries = [entry("treatment", _day(0), treatment="botox")]
    entries += [spasm(_day(-number, hour), 8) for number in range(1, 11) for hour in (3, 14)]
    entries += [spasm(_day(-40), 1), spasm(_day(3), 10), spasm(_day(42), 10)]  # outside of both
    entries += [spasm(_day(number), 4) for number in range(7, 42, 2)]
    entries += [dose(_day(number), "ibuprofen", 400) for number in (8, 10)]
    return entries


def test_each_change_has_its_before_and_after_over_the_days_logged() -> None:
    days = days_of(_diary())
    steps = regimen.steps(days, Span(date(2026, 1, 1), date(2026, 4, 30)))
    (found,) = effects(steps, days)
    assert (found.day, found.what, found.others) == (BOTOX, ("botox",), ())
    assert found.before == Stretch(14, 10, 2.0, 10, 8.0)
    assert found.after == Stretch(35, 20, 18 / 20, 18, 4.0)


def test_without_a_day_logged_nothing_is_said() -> None:
    days = days_of([entry("treatment", _day(0), treatment="surgery")])
    (found,) = effects(regimen.steps(days, Span(BOTOX, BOTOX)), days)
    assert found.before == Stretch(14, 0, None, 0, None)
    assert found.after == Stretch(35, 0, None, 0, None)


def test_another_change_within_the_weeks_compared_is_named() -> None:
    entries = [*_diary(), entry("treatment", _day(20), treatment="pump refill")]
    days = days_of(entries)
    found = effects(regimen.steps(days, Span(date(2026, 1, 1), date(2026, 4, 30))), days)
    assert [[step.what for step in each.others] for each in found] == [["pump refill"], []]


def test_what_is_before_the_period_is_compared_all_the_same(tmp_path: Path) -> None:
    with open_diary(written(tmp_path / "d.db", _diary()), read_only=True) as diary:
        material = read(diary, datetime(2026, 2, 28, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC))
    assert material is not None
    assert material.figures.spasms == 2 + 1 + 2  # on 28 February, 4, 8 and 10 March
    (found,) = effects(regimen.steps(material.days, material.period), material.around)
    assert (found.before.spasms_per_day, found.before.logged) == (2.0, 10)
    assert (found.after.spasms_per_day, found.after.logged) == (0.9, 20)


def test_a_raised_dose_is_compared_too(tmp_path: Path) -> None:
    entries = [*every_day("2026-01-05", 30, "baclofen", 10), *every_day("2026-02-04", 54, "baclofen", 20)]
    entries += [spasm(f"2026-01-{day:02} 03:00", 6) for day in range(6, 32)]
    entries += [spasm(f"2026-02-{day:02} 03:00", 3) for day in range(15, 25)]
    said = words(of(tmp_path, entries))
    assert "Before and after each change of treatment" in said
    assert "4 February 2026: baclofen 10 → 20 mg a day" in said
    row = said[said.index("weeks 2 to 6 after 4 February 2026") :][:230]
    assert "0.8 14 of 14 days logged 0.3 35 of 35 days logged 6 11 days rated 3 10 days rated" in row
