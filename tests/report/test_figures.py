"""Figures against small diaries worked out by hand."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.diaries import WEEK, spasm
from voicelog.core.entry import Entry
from voicelog.diary.store.index import Place
from voicelog.report.days import days_of, places, sure
from voicelog.report.figures import Dose, Figures, Nights, Part, figures, median
from voicelog.report.spans import LENGTHS, Span, spans, suited

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)


@pytest.fixture(scope="module")
def week() -> Figures:
    return figures(days_of(WEEK), FIRST, LAST)


def test_how_many(week: Figures) -> None:
    assert (week.days, week.days_logged, week.entries) == (5, 4, 15)
    assert (week.spasms, week.days_with_spasms, week.spasms_per_day) == (7, 3, 1.75)
    assert (week.notes, week.unsure) == (1, 2)


def test_severity(week: Figures) -> None:
    severity = week.severity
    assert (severity.rated, severity.median, severity.worst) == (5, 4, 8)  # 1 2 4 6 8; the unsure 10 is left out
    assert severity.days == 3
    assert severity.daily_mean == pytest.approx(((8 + 6 + 4) / 3 + 2 + 1) / 3)


def test_time_in_spasm(week: Figures) -> None:
    assert (week.time_in_spasm_s, week.timed) == (150, 2)


def test_hours(week: Figures) -> None:
    assert {hour: n for hour, n in enumerate(week.hours) if n} == {3: 2, 6: 1, 7: 1, 13: 1, 14: 1, 23: 1}


def test_parts_by_side(week: Figures) -> None:
    assert week.parts == (
        Part("leg", left=1, right=0, both=2, unsided=0),
        Part("calf", left=2, right=0, both=0, unsided=0),
        Part("lower back", 0, 0, 0, 1),
        Part("toes", 0, 0, 0, 1),
    )
    assert week.located == 6


def test_triggers_context_and_kinds(week: Figures) -> None:
    assert week.triggers == (("turning over", 2), ("cold", 1), ("nothing", 1))
    assert week.triggered == 3
    assert week.contexts == (("asleep", 1), ("in bed", 1), ("woke me", 1))
    assert (week.types, week.sensations, week.intensities) == ((("clonus", 1),), (("pain", 1),), (("mild", 1),))


def test_nights_are_counted_by_their_evening(week: Figures) -> None:
    # Before dawn on the first day is the night before the period; 06:59 belongs to the evening of the second, and 07:00
    # is day. Asleep at one in the afternoon disturbed a sleep, whatever the clock said.
    assert week.nights == Nights(nights=4, disturbed=2, woken=1, spasms=3)
    with_evening_before = figures(days_of(WEEK), FIRST - timedelta(days=1), LAST)
    assert with_evening_before.nights == Nights(nights=5, disturbed=3, woken=2, spasms=5)


def test_own_hours_of_the_night() -> None:
    days = days_of([spasm("2026-03-02 21:30", 5), spasm("2026-03-03 05:30", 5)], (time(21), time(5)))
    assert figures(days, FIRST, FIRST).nights.spasms == 1


def test_doses(week: Figures) -> None:
    assert week.doses == (
        Dose("baclofen", "mg", 3, 40, 2),
        Dose("cannabis oil", "", 1, None, 1),
        Dose("ibuprofen", "tablet", 1, None, 1),  # the dose itself was unsure
    )
    assert (week.treatments, week.symptoms) == ((("botox", 1),), (("fatigue", 1),))


def test_nothing_logged() -> None:
    nothing = figures({}, FIRST, LAST)
    assert (nothing.spasms, nothing.severity.median, nothing.severity.daily_mean, nothing.penn.score) == (0,) + (
        None,
    ) * 3


def test_a_day_is_what_the_clock_showed() -> None:
    traveller = [spasm("2026-03-02 23:30-05:00", 5), spasm("2026-03-03 00:30+09:00", 5)]
    assert set(days_of(traveller)) == {date(2026, 3, 2), date(2026, 3, 3)}


def test_left_and_right_said_one_by_one_are_both() -> None:
    assert places(("left leg", "right leg", "back")) == {Place("both", "leg"), Place("", "back")}


def test_unsure_values_are_left_out_and_nothing_else() -> None:
    doubtful = spasm("2026-03-02 03:10", 8, "left leg", unsure=("severity", "at", "no field"))
    assert sure(doubtful).severity is None
    assert (sure(doubtful).at, sure(doubtful).locations) == (doubtful.at, ("left leg",))


@given(st.lists(st.integers(0, 20).map(lambda n: n / 2), min_size=1))
def test_median_is_that_of_the_values(values: list[float]) -> None:
    from statistics import median as expected

    assert median({value: values.count(value) for value in values}) == expected(values)


SPASMS = st.lists(
    st.builds(
        lambda minutes, severity, part: spasm("2026-01-05 00:00", severity, part).with_fields(
            at=spasm("2026-01-05 00:00").at + timedelta(minutes=minutes)
        ),
        st.integers(0, 80 * 1440 - 1),
        st.none() | st.integers(0, 10),
        st.sampled_from(["left leg", "both feet", "back"]),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=50, deadline=None)
@given(SPASMS, st.sampled_from(LENGTHS))
def test_parts_of_a_period_add_up_to_the_whole(entries: list[Entry], by: str) -> None:
    days = days_of(entries)
    period = Span(date(2026, 1, 5), date(2026, 3, 25))
    whole = figures(days, period.first, period.last)
    rows = [figures(days, span.first, span.last) for span in spans(period, by)]
    assert whole.spasms == len(entries) == sum(row.spasms for row in rows)
    assert sum(row.severity.rated for row in rows) == whole.severity.rated
    assert sum(row.nights.disturbed for row in rows) == whole.nights.disturbed
    assert tuple(map(sum, zip(*(row.hours for row in rows), strict=True))) == whole.hours


@given(st.dates(date(1, 1, 8), date(9999, 12, 31)), st.integers(0, 900), st.sampled_from(LENGTHS))
def test_spans_follow_one_another_without_a_gap(first: date, days: int, by: str) -> None:
    last = date.fromordinal(min(first.toordinal() + days, date.max.toordinal()))
    made = list(spans(Span(first, last), by))
    assert (made[0].first, made[-1].last) == (first, last)
    assert all(after.first - before.last == timedelta(days=1) for before, after in pairwise(made))
    assert by != "week" or all(span.first.weekday() == 0 for span in made[1:])
    assert by != "month" or all(span.first.day == 1 for span in made[1:])


def test_a_chart_has_neither_too_few_nor_too_many_points() -> None:
    for days in (8, 31, 45, 46, 365, 800, 801, 3653):
        period = Span(date(2016, 1, 1), date(2016, 1, 1) + timedelta(days=days - 1))
        assert 7 <= len(list(spans(period, suited(period)))) <= 125
