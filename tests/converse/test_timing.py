"""What a time means, seen from now: across midnight and the change of summer time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelog.converse.review.periods import compared, period
from voicelog.converse.when import on, resolve, seconds_between, shifted
from voicelog.core.meaning import When

LONDON = ZoneInfo("Europe/London")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "when", "expected"),
    [
        ("2026-03-14T15:10", When(), None),
        ("2026-03-14T15:10", When(ago_s=600), "2026-03-14T15:00"),
        ("2026-03-14T00:05", When(ago_s=600), "2026-03-13T23:55"),
        ("2026-03-14T15:10", When(clock="09:00"), "2026-03-14T09:00"),
        ("2026-03-14T02:30", When(clock="02:00"), "2026-03-14T02:00"),
        ("2026-03-14T15:10", When(clock="02:00"), "2026-03-14T14:00"),
        ("2026-03-14T15:10", When(clock="02:00", half_day=True), "2026-03-14T02:00"),
        ("2026-03-14T01:10", When(clock="23:00", half_day=True), "2026-03-13T23:00"),
        ("2026-03-14T01:10", When(clock="11:00"), "2026-03-13T23:00"),
        ("2026-03-14T15:10", When(clock="10:00", day="yesterday"), "2026-03-13T10:00"),
        ("2026-03-14T15:10", When(clock="10:00", day="yesterday evening"), "2026-03-13T22:00"),
        ("2026-03-14T09:00", When(clock="02:00", day="last night"), "2026-03-14T02:00"),
        ("2026-03-14T09:00", When(clock="11:00", day="last night"), "2026-03-13T23:00"),
        ("2026-03-14T01:00", When(clock="11:00", day="last night"), "2026-03-13T23:00"),
        ("2026-03-14T21:00", When(clock="11:00", day="last night"), "2026-03-13T23:00"),
        ("2026-03-14T23:30", When(clock="10:00", day="tonight"), "2026-03-14T22:00"),
        ("2026-03-14T09:00", When(clock="06:00", day="this morning"), "2026-03-14T06:00"),
        ("2026-03-14T19:00", When(clock="03:00", day="this afternoon"), "2026-03-14T15:00"),
        ("2026-03-14T15:10", When(clock="08:00", half_day=True, day="monday"), "2026-03-09T08:00"),
        ("2026-03-14T15:10", When(day="yesterday"), "2026-03-13T12:00"),
        ("2026-03-14T15:10", When(day="2 days ago"), "2026-03-12T12:00"),
        ("2026-03-14T15:10", When(day="today"), "2026-03-14T15:10"),
        ("2026-03-14T06:00", When(day="this morning"), "2026-03-14T06:00"),
        ("2026-03-29T02:30", When(ago_s=3600), "2026-03-29T00:30"),
        ("2026-03-29T12:00", When(clock="01:30", half_day=True), "2026-03-29T02:30"),
    ],
)
def test_resolved(now: str, when: When, expected: str | None) -> None:
    found = resolve(when, local(now))
    assert found == (None if expected is None else local(expected))


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),
    st.builds(
        When,
        ago_s=st.none() | st.floats(0, 1e6),
        clock=st.none() | st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.integers(0, 59)),
        half_day=st.booleans(),
        day=st.none() | st.sampled_from(["today", "yesterday", "last night", "tonight", "monday", "this morning"]),
    ),
)
def test_never_later_than_now(naive: datetime, when: When) -> None:
    now = naive.replace(tzinfo=UTC).astimezone(LONDON)
    found = resolve(when, now)
    assert found is None or found.timestamp() <= now.timestamp() + 120
    assert found is None or found.tzinfo is LONDON


def test_the_hour_that_comes_twice() -> None:
    first = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=0)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1)
    assert seconds_between(first, second) == 3600
    assert on(first.date(), first.time(), shifted(first, 1800)).timestamp() == first.timestamp()
    assert on(first.date(), first.time(), shifted(second, 1800)).timestamp() == second.timestamp()


@pytest.mark.parametrize(
    ("name", "now", "since", "until"),
    [
        ("today", "2026-03-14T15:10", "2026-03-14T00:00", "2026-03-15T00:00"),
        ("last night", "2026-03-14T09:10", "2026-03-13T20:00", "2026-03-14T09:00"),
        ("last night", "2026-03-14T05:10", "2026-03-13T20:00", "2026-03-14T09:00"),
        ("last night", "2026-03-14T21:10", "2026-03-13T20:00", "2026-03-14T09:00"),
        ("last night", "2026-03-14T01:10", "2026-03-12T20:00", "2026-03-13T09:00"),
        ("tonight", "2026-03-14T01:10", "2026-03-13T20:00", "2026-03-14T09:00"),
        ("tonight", "2026-03-14T22:10", "2026-03-14T20:00", "2026-03-15T09:00"),
        ("the night before last", "2026-03-14T09:10", "2026-03-12T20:00", "2026-03-13T09:00"),
        ("this week", "2026-03-14T15:10", "2026-03-09T00:00", "2026-03-16T00:00"),
        ("last week", "2026-03-14T15:10", "2026-03-02T00:00", "2026-03-09T00:00"),
        ("last month", "2026-03-31T15:10", "2026-02-01T00:00", "2026-03-01T00:00"),
        ("this month", "2026-12-31T15:10", "2026-12-01T00:00", "2027-01-01T00:00"),
        ("this year", "2026-12-31T15:10", "2026-01-01T00:00", "2027-01-01T00:00"),
        ("last 3 days", "2026-03-14T15:10", "2026-03-12T00:00", "2026-03-15T00:00"),
        ("monday", "2026-03-14T15:10", "2026-03-09T00:00", "2026-03-10T00:00"),
        ("monday night", "2026-03-14T15:10", "2026-03-09T20:00", "2026-03-10T09:00"),
        ("yesterday evening", "2026-03-14T15:10", "2026-03-13T18:00", "2026-03-13T23:00"),
        ("this weekend", "2026-03-14T15:10", "2026-03-14T00:00", "2026-03-16T00:00"),
        ("last weekend", "2026-03-14T15:10", "2026-03-07T00:00", "2026-03-09T00:00"),
        ("2 days ago", "2026-03-14T15:10", "2026-03-12T00:00", "2026-03-13T00:00"),
        ("today", "2026-03-29T15:10", "2026-03-29T00:00", "2026-03-30T00:00"),
    ],
)
def test_periods(name: str, now: str, since: str, until: str) -> None:
    found = period(name, local(now))
    assert found is not None
    assert (found.since, found.until) == (local(since), local(until))


def test_a_period_since() -> None:
    now = local("2026-03-14T15:10")
    found = period("since monday", now)
    assert found is not None
    assert found.since == local("2026-03-09T00:00")
    assert found.until == now + timedelta(seconds=1)


def test_what_is_no_period() -> None:
    assert period("when the moon was full", local("2026-03-14T15:10")) is None


@pytest.mark.parametrize(
    ("name", "now", "then_since", "then_until", "part"),
    [
        ("this week", "2026-03-11T15:10", "2026-03-02T00:00", "2026-03-05T00:00", True),
        ("this week", "2026-03-15T15:10", "2026-03-02T00:00", "2026-03-09T00:00", False),
        ("last week", "2026-03-15T15:10", "2026-02-23T00:00", "2026-03-02T00:00", False),
        ("today", "2026-03-15T15:10", "2026-03-14T00:00", "2026-03-15T00:00", False),
        ("this month", "2026-03-15T15:10", "2026-02-01T00:00", "2026-02-16T00:00", True),
        ("this month", "2026-03-31T15:10", "2026-02-01T00:00", "2026-03-01T00:00", False),
        ("last month", "2026-03-15T15:10", "2026-01-01T00:00", "2026-02-01T00:00", False),
        ("last night", "2026-03-15T15:10", "2026-03-13T20:00", "2026-03-14T09:00", False),
        ("tonight", "2026-03-15T23:10", "2026-03-14T20:00", "2026-03-15T09:00", False),
    ],
)
def test_compared_with_the_one_before(name: str, now: str, then_since: str, then_until: str, part: bool) -> None:
    both = compared(name, None, local(now))
    assert both is not None
    assert (both.then.since, both.then.until, both.part) == (local(then_since), local(then_until), part)
