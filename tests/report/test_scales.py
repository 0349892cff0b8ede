"""The Penn Spasm Frequency Scale, the clinical importance of a change, and changes of medication."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from tests.report.diaries import dose, entry, every_day, spasm
from voicelog.core.entry import Entry
from voicelog.report import regimen, wording
from voicelog.report.days import Day, days_of
from voicelog.report.difference import Difference, difference
from voicelog.report.penn import day_score, penn
from voicelog.report.regimen import Regular, Step
from voicelog.report.spans import Span


def _score(*entries: Entry) -> int | None:
    return day_score(days_of(entries)[date(2026, 3, 2)])


def test_penn_0_needs_a_diary_that_was_kept() -> None:
    assert _score(entry("note", "2026-03-02 10:00", note="all calm")) == 0
    assert day_score(Day()) is None


def test_penn_1_is_mild_and_induced_all_of_it() -> None:
    mild = spasm("2026-03-02 10:00", 3, triggers=("touch",))
    said_mild = spasm("2026-03-02 11:00", 5, intensity="mild", triggers=("transfer",))
    assert _score(mild, said_mild) == 1
    assert _score(mild, spasm("2026-03-02 12:00", 2)) == 2  # not said to be induced
    assert _score(mild, spasm("2026-03-02 12:00", 2, triggers=("nothing",))) == 2
    assert _score(mild, spasm("2026-03-02 12:00", 2, triggers=("stress",))) == 2  # no stimulus
    assert _score(mild, spasm("2026-03-02 12:00", 4, triggers=("touch",))) == 2  # not mild
    assert _score(mild, spasm("2026-03-02 12:00", None, triggers=("touch",))) == 2  # not known to be mild
    assert _score(spasm("2026-03-02 12:00", 2, intensity="severe", triggers=("touch",))) == 2


@pytest.mark.parametrize(("spasms", "score"), [(1, 2), (24, 2), (25, 3), (240, 3), (241, 4)])
def test_penn_2_to_4_by_the_rate_over_the_day(spasms: int, score: int) -> None:
    assert day_score(Day(entries=spasms, spasms=spasms)) == score


def test_penn_of_a_period_is_the_median_of_its_days() -> None:
    calm, some, many = Day(entries=1), Day(entries=1, spasms=1), Day(entries=30, spasms=30)
    assert penn([calm, some, some]).score == 2
    assert penn([calm, calm, some]).score == 0
    assert penn([calm, some]).score == 2
    assert penn([some, many, many, Day()]).days == (0, 0, 1, 2, 0)
    assert penn([]).score is None


@pytest.mark.parametrize(
    ("before", "now", "importance"),
    [
        (5.0, 4.2, ""),
        (5.0, 4.1, "minimal"),
        (5.0, 3.6, "minimal"),
        (5.0, 3.5, "important"),
        (5.0, 5.9, "minimal"),
        (5.0, 6.5, "important"),
        (0.0, 5.0, ""),
    ],
)
def test_importance_of_a_change(before: float, now: float, importance: str) -> None:
    assert Difference(before, now).importance == importance


def test_change_in_words() -> None:
    assert wording.importance(Difference(6, 4)) == "clinically important improvement"
    assert wording.importance(Difference(4, 5)) == "minimal clinically important worsening"
    assert wording.percent(Difference(6, 4)) == "−33 %"
    assert wording.percent(Difference(4, 5)) == "+25 %"
    assert wording.percent(Difference(4, 4.001)) == "unchanged"
    assert difference(None, 4) is None


def _steps(entries: Iterable[Entry], first: str = "2026-01-05", last: str = "2026-03-29") -> list[tuple[str, str]]:
    period = Span(date.fromisoformat(first), date.fromisoformat(last))
    return [(step.day.isoformat(), step.what) for step in regimen.steps(days_of(entries), period)]


def test_a_raised_dose_is_a_step() -> None:
    low, high = every_day("2026-01-05", 30, "baclofen", 10, 3), every_day("2026-02-04", 54, "baclofen", 15, 3)
    assert _steps([*low, *high]) == [("2026-02-04", "baclofen 30 → 45 mg a day")]


def test_a_forgotten_dose_is_none() -> None:
    taken = list(every_day("2026-01-05", 84, "baclofen", 10, 3))
    assert _steps(each for number, each in enumerate(taken) if number % 11) == []


def test_start_and_stop() -> None:
    taken = every_day("2026-02-02", 28, "tizanidine", 4)
    kept = (spasm(f"2026-{month:02}-{day:02} 03:00", 5) for month in (1, 2, 3) for day in range(5, 29))
    assert _steps([*taken, *kept]) == [
        ("2026-02-02", "tizanidine started, 4 mg a day"),
        ("2026-03-01", "tizanidine stopped"),
    ]


def test_silent_weeks_are_no_stop() -> None:
    before = list(every_day("2026-01-05", 28, "baclofen", 10))
    after = list(every_day("2026-03-02", 28, "baclofen", 10))
    assert _steps([*before, *after]) == []
    notes = [entry("note", f"2026-02-{day:02} 10:00", note="no tablets") for day in range(2, 29)]
    assert [what for _, what in _steps([*before, *notes, *after])] == [
        "baclofen stopped",
        "baclofen started, 10 mg a day",
    ]


def test_now_and_then_is_no_regimen() -> None:
    assert (
        _steps(dose(f"2026-{month:02}-{day:02} 09:00", "ibuprofen", 400) for month in (1, 2) for day in (7, 9, 20))
        == []
    )


def test_interventions_are_steps_too() -> None:
    refill = entry("treatment", "2026-02-10 10:00", treatment="pump refill")
    stretching = entry("treatment", "2026-02-11 10:00", treatment="stretching")
    assert regimen.steps(days_of([refill, stretching]), Span(date(2026, 1, 5), date(2026, 3, 29))) == (
        Step(date(2026, 2, 10), "pump refill"),
    )


def test_what_is_taken_at_the_end() -> None:
    days = days_of([*every_day("2026-01-05", 84, "baclofen", 10, 3), *every_day("2026-01-05", 28, "tizanidine", 4)])
    assert regimen.regular(days, Span(date(2026, 1, 5), date(2026, 3, 29))) == (Regular("baclofen", "mg", 30),)


@pytest.mark.parametrize(
    ("seconds", "text", "column"),
    [
        (45, "45 s", "0:45"),
        (80, "1 min 20 s", "1:20"),
        (120, "2 min", "2:00"),
        (3600, "1 h", "1:00:00"),
        (7500, "2 h 5 min", "2:05:00"),
    ],
)
def test_durations_in_words(seconds: float, text: str, column: str) -> None:
    assert wording.duration(seconds) == text
    assert wording.clock_duration(seconds) == column


def test_amounts_in_words() -> None:
    assert wording.amount(2, "tablet") == "2 tablets"
    assert wording.amount(1, "puff") == "1 puff"
    assert wording.amount(0.5, "mg") == "0.5 mg"
    assert wording.amount(None, "mg") == "–"
    assert wording.number(1234.5) == "1,234.5"
