"""Durations, clock times and days in words."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicelog.understand.say import say_clock, say_duration
from voicelog.understand.values.days import days_at
from voicelog.understand.values.durations import durations_at
from voicelog.understand.values.number_words import english, vocabulary
from voicelog.understand.values.samples import first_words, samples
from voicelog.understand.values.times import Clock, clocks_at, resolve_half

WORDS = english()
any_words = st.lists(st.sampled_from([*sorted(vocabulary(WORDS)), "8", "2:30", "2am", "40s", "x", ""]), max_size=14)


def split(text: str) -> list[str]:
    return text.split()


def seconds(text: str) -> float | None:
    """The duration that is the whole text."""
    tokens = text.split()
    found = durations_at(tokens, 0, WORDS)
    return found[0].value if found and found[0].end == len(tokens) else None


def clock(text: str) -> Clock | None:
    tokens = text.split()
    found = clocks_at(tokens, 0, WORDS)
    return found[0].value if found and found[0].end == len(tokens) else None


def day(text: str) -> str | None:
    tokens = text.split()
    found = days_at(tokens, 0, WORDS)
    return found[0].value if found and found[0].end == len(tokens) else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a second", 1),
        ("thirty seconds", 30),
        ("forty five seconds", 45),
        ("half a minute", 30),
        ("a minute", 60),
        ("a minute or two", 120),
        ("a minute and a half", 90),
        ("one and a half minutes", 90),
        ("one minute thirty", 90),
        ("two minutes thirty", 150),
        ("two minutes and thirty seconds", 150),
        ("a couple of minutes", 120),
        ("a couple minutes", 120),
        ("a few minutes", 180),
        ("five minutes or so", 300),
        ("ten or so minutes", 600),
        ("ten or fifteen minutes", 900),
        ("five to ten minutes", 600),
        ("between one and two minutes", 120),
        ("thirty seconds to a minute", 60),
        ("a quarter of an hour", 900),
        ("half an hour", 1800),
        ("half hour", 1800),
        ("a half an hour", 1800),
        ("three quarters of an hour", 2700),
        ("an hour", 3600),
        ("an hour twenty", 4800),
        ("an hour and ten minutes", 4200),
        ("an hour and a quarter", 4500),
        ("an hour and a half", 5400),
        ("two and a half hours", 9000),
        ("two hours and a half", 9000),
        ("an hour a minute and a second", 3661),
        ("a good ten minutes", None),
        ("a good minute", 60),
        ("two days", 172800),
        ("a week", 604800),
        ("40s", 40),
        ("2min", 120),
        ("2 min", 120),
        ("1.5 hours", 5400),
        ("all night", None),
        ("ten", None),
        ("two minutes eight", None),
        ("an hour and ninety minutes", None),
    ],
)
def test_durations(text: str, value: float | None) -> None:
    assert seconds(text) == value


def test_durations_are_never_cut() -> None:
    assert durations_at(split("half an hour"), 1, WORDS) == []
    assert durations_at(split("quarter of an hour"), 2, WORDS) == []
    assert durations_at(split("twenty five minutes"), 1, WORDS) == []
    assert durations_at(split("a minute and a half"), 0, WORDS) == [(5, 90)]


def test_a_severity_after_a_duration_is_left_alone() -> None:
    assert durations_at(split("two minutes eight out of ten"), 0, WORDS) == [(2, 120)]


@pytest.mark.parametrize(
    ("text", "value", "known"),
    [
        ("ten", "10:00", False),
        ("three o'clock", "03:00", False),
        ("three thirty", "03:30", False),
        ("twelve oh five", "12:05", False),
        ("half past three", "03:30", False),
        ("half three", "03:30", False),
        ("quarter to four", "03:45", False),
        ("a quarter past twelve", "12:15", False),
        ("ten past three", "03:10", False),
        ("twenty five to one", "12:35", False),
        ("seven minutes past two", "02:07", False),
        ("five to midnight", "23:55", True),
        ("half past midnight", "00:30", True),
        ("noon", "12:00", True),
        ("twelve midnight", "00:00", True),
        ("two a m", "02:00", True),
        ("two am", "02:00", True),
        ("twelve a m", "00:00", True),
        ("half past twelve p m", "12:30", True),
        ("twenty to one in the morning", "00:40", True),
        ("ten to one in the afternoon", "12:50", True),
        ("three o'clock in the morning", "03:00", True),
        ("two in the afternoon", "14:00", True),
        ("seven in the evening", "19:00", True),
        ("ten at night", "22:00", True),
        ("two at night", "02:00", True),
        ("twelve at night", "00:00", True),
        ("half past two in the middle of the night", "02:30", True),
        ("fourteen thirty", "14:30", True),
        ("twenty one fifteen", "21:15", True),
        ("oh two thirty", "02:30", True),
        ("oh three hundred", "03:00", True),
        ("twenty hundred hours", "20:00", True),
        ("2:30", "02:30", False),
        ("2:30 pm", "14:30", True),
        ("02:30", "02:30", True),
        ("14:30", "14:30", True),
        ("2am", "02:00", True),
        ("2:30p.m.", "14:30", True),
        ("ten past 3", "03:10", False),
    ],
)
def test_clocks(text: str, value: str, known: bool) -> None:
    found = clock(text)
    assert found is not None
    assert (str(found), found.half_day_known) == (value, known)


@pytest.mark.parametrize(
    "text", ["thirteen", "zero", "two hundred", "fourteen thirty a m", "nine in the afternoon", "25:00", "3:75"]
)
def test_no_clocks(text: str) -> None:
    assert clock(text) is None


def test_the_hour_of_minutes_past_it_is_no_time_of_its_own() -> None:
    assert clocks_at(split("ten past three"), 2, WORDS) == []
    assert clocks_at(split("half three"), 1, WORDS) == []


def test_part_of_day_of_a_certain_time_must_agree() -> None:
    assert resolve_half(Clock(14, 30, True), "afternoon") == Clock(14, 30, True)
    assert resolve_half(Clock(14, 30, True), "am") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("today", "today"),
        ("last night", "last night"),
        ("this morning", "this morning"),
        ("the day before yesterday", "day before yesterday"),
        ("last month", "last month"),
        ("the last three days", "last 3 days"),
        ("the past two weeks", "last 14 days"),
        ("the past week", "last 7 days"),
        ("last couple of days", "last 2 days"),
        ("last 10 days", "last 10 days"),
        ("the last twenty four hours", "last 24 hours"),
        ("two days ago", "2 days ago"),
        ("a week ago", "7 days ago"),
        ("monday", "monday"),
        ("last monday", "monday"),
        ("tuesday night", "tuesday night"),
        ("since monday", "since monday"),
        ("since yesterday", "since yesterday"),
        ("all night", None),
        ("the leg", None),
    ],
)
def test_days(text: str, value: str | None) -> None:
    assert day(text) == value


@given(st.one_of(st.integers(1, 8000), st.integers(1, 5_000_000)))
def test_durations_come_back(value: int) -> None:
    assert seconds(say_duration(value)) == value


@given(st.integers(0, 23), st.integers(0, 59))
def test_times_of_day_come_back(hour: int, minute: int) -> None:
    certain = Clock(hour, minute, True)
    assert clock(say_clock(certain)) == certain
    bare = Clock(hour % 12 or 12, minute)
    assert clock(say_clock(bare)) == bare
    assert clock(say_clock(certain, part_of_day=False)) == bare


def test_times_as_they_are_said() -> None:
    assert say_duration(90) == "a minute and a half"
    assert say_duration(4200) == "an hour and ten minutes"
    assert say_duration(0) == "no time"
    assert say_clock(Clock(15, 10)) == "ten past three"
    assert say_clock(Clock(2, 30, True)) == "half past two in the morning"
    with pytest.raises(ValueError, match="cannot be said"):
        say_duration(-1)


@given(any_words)
def test_any_words_are_read_without_fault(tokens: list[str]) -> None:
    for i in range(len(tokens) + 1):
        for found in (durations_at(tokens, i, WORDS), clocks_at(tokens, i, WORDS), days_at(tokens, i, WORDS)):
            ends = [end for end, _ in found]
            assert ends == sorted(ends, reverse=True)
            assert all(i < end <= len(tokens) for end in ends)
        assert all(reading.value > 0 for reading in durations_at(tokens, i, WORDS))
        assert all(0 <= r.value.hour < 24 and 0 <= r.value.minute < 60 for r in clocks_at(tokens, i, WORDS))


@given(st.lists(st.text(), max_size=10))
def test_any_text_is_read_without_fault(tokens: list[str]) -> None:
    for i in range(len(tokens)):
        durations_at(tokens, i, WORDS)
        clocks_at(tokens, i, WORDS)
        days_at(tokens, i, WORDS)


@settings(max_examples=60)
@given(st.sampled_from(["duration", "clock", "day"]), st.integers(0, 10**6))
def test_samples_are_read(kind: str, seed: int) -> None:
    rng = Random(seed)
    reader = {"duration": seconds, "clock": clock, "day": day}[kind]
    for _ in range(5):
        said = samples(kind, rng, WORDS)
        assert reader(said) is not None, said
        assert said.split()[0] in first_words(kind, WORDS)
        assert said.replace(" ", "").replace("'", "").isalpha()


def test_usual_ways_are_sampled() -> None:
    rng = Random(1)
    wanted = {
        "duration": {"half an hour", "a minute and a half", "a couple of minutes", "thirty seconds", "a minute or two"},
        "clock": {"two a m", "half past three", "quarter to four", "ten past three", "noon", "three thirty", "ten"},
        "day": {"last night", "yesterday", "the last three days", "monday", "since monday"},
    }
    for kind, ways in wanted.items():
        said = {samples(kind, rng, WORDS) for _ in range(12000)}
        assert ways <= said
        assert not any(words.startswith(("a hour", "an minute", "two minute ", "one minutes")) for words in said)
