"""Numbers and severities in words."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicelog.core.errors import GrammarError
from voicelog.understand.say import say_number
from voicelog.understand.values.number_words import english, load_words, vocabulary
from voicelog.understand.values.numbers import ANY_NUMBER, NumberSpec, is_number_word, numbers_at, severity_at
from voicelog.understand.values.samples import KINDS, first_words, samples

WORDS = english()
DOSE = NumberSpec(0, 10000, fractions=True)
any_words = st.lists(
    st.sampled_from([*sorted(vocabulary(WORDS)), "8", "7.5", "1/2", "8/10", "2:30", "½", "40s", "x", ""])
)


def split(text: str) -> list[str]:
    return text.split()


def read(text: str, spec: NumberSpec = DOSE) -> float | None:
    """The value of the whole text."""
    tokens = text.split()
    found = numbers_at(tokens, 0, WORDS, spec)
    return found[0].value if found and found[0].end == len(tokens) else None


def rated(text: str) -> float | None:
    tokens = text.split()
    found = severity_at(tokens, 0, WORDS)
    return found[0].value if found and found[0].end == len(tokens) else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zero", 0),
        ("nought", 0),
        ("nil", 0),
        ("seventeen", 17),
        ("twenty five", 25),
        ("a hundred", 100),
        ("hundred and five", 105),
        ("one oh five", 105),
        ("two hundred", 200),
        ("two fifty", 250),
        ("six hundred and fifty", 650),
        ("six hundred fifty", 650),
        ("twelve hundred", 1200),
        ("twelve fifty", 1250),
        ("one thousand two hundred and fifty", 1250),
        ("half", 0.5),
        ("half a", 0.5),
        ("a quarter", 0.25),
        ("three quarters of a", 0.75),
        ("one and a half", 1.5),
        ("two and half", 2.5),
        ("eight point five", 8.5),
        ("nought point two five", 0.25),
        ("point oh five", 0.05),
        ("two point twenty five", 2.25),
        ("a dozen", 12),
        ("half a dozen", 6),
        ("a couple of", 2),
        ("600", 600),
        ("1,250", 1250),
        ("2.5", 2.5),
        ("1/2", 0.5),
        ("1 1/2", 1.5),
        ("2½", 2.5),
        ("7 and a half", 7.5),
    ],
)
def test_doses(text: str, value: float) -> None:
    assert read(text) == value


def test_every_reading_longest_first() -> None:
    tokens = split("half a clonazepam")
    assert numbers_at(tokens, 0, WORDS) == [(2, 0.5), (1, 0.5)]
    assert numbers_at(split("two fifty"), 0, WORDS) == [(2, 250), (1, 2)]


def test_a_number_is_never_cut() -> None:
    assert numbers_at(split("twenty five"), 1, WORDS) == []
    assert numbers_at(split("twenty five"), 0, WORDS) == [(2, 25)]
    assert numbers_at(split("eight and a half"), 0, WORDS) == [(4, 8.5)]
    assert numbers_at(split("eight and a half"), 2, WORDS) == []
    assert numbers_at(split("two hundred and five"), 3, WORDS) == []
    assert severity_at(split("eight hundred"), 0, WORDS) == []
    assert severity_at(split("six and three quarters"), 0, WORDS) == []
    assert severity_at(split("three quarters"), 0, WORDS) == []


def test_two_numbers_stay_two() -> None:
    assert numbers_at(split("five ten"), 0, WORDS) == [(1, 5)]
    assert numbers_at(split("ten ten"), 0, WORDS) == [(1, 10)]
    assert numbers_at(split("fifteen fifty"), 0, WORDS) == [(1, 15)]


def test_a_sigh_is_no_number() -> None:
    assert numbers_at(["oh"], 0, WORDS) == []


def test_spec_refuses_what_is_outside() -> None:
    tablets = NumberSpec(0.25, 4, fractions=True)
    assert read("half", tablets) == 0.5
    assert read("twenty", tablets) is None
    assert read("one and a half", NumberSpec(0, 10)) is None
    assert NumberSpec.from_slot({"from": 0, "to": 10, "step": 0.5, "prefer": "highest"}) == NumberSpec(
        0, 10, 0.5, prefer="highest"
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("eight", 8),
        ("an eight", 8),
        ("eight and a half", 8.5),
        ("five point five out of ten", 5.5),
        ("eight out of ten", 8),
        ("eight over ten", 8),
        ("eight on ten", 8),
        ("eight ten", 8),
        ("nine ten", 9),
        ("ten ten", 10),
        ("ten out of ten", 10),
        ("zero out of ten", 0),
        ("eight on a scale of one to ten", 8),
        ("eight on a scale of ten", 8),
        ("eight plus", 8),
        ("8/10", 8),
        ("7.5/10", 7.5),
        ("7-8", 8),
        ("a seven or eight", 8),
        ("a seven or an eight out of ten", 8),
        ("between six and seven", 7),
        ("seven to eight", 8),
        ("seven maybe eight", 8),
        ("seven eight", 8),
        ("eight eight", 8),
        ("seven out of ten or maybe eight out of ten", 8),
        ("six or six and a half", 6.5),
    ],
)
def test_severities(text: str, value: float) -> None:
    assert rated(text) == value


@pytest.mark.parametrize("text", ["eleven out of ten", "eight out of twelve", "twenty", "eight point two", "a quarter"])
def test_no_severities(text: str) -> None:
    assert rated(text) is None


def test_the_top_of_the_scale_is_no_severity() -> None:
    tokens = split("eleven out of ten")
    assert [severity_at(tokens, i, WORDS) for i in range(4)] == [[], [], [], []]
    tokens = split("on a scale of one to ten eight")
    assert [severity_at(tokens, i, WORDS) for i in (4, 6, 7)] == [[], [], [(8, 8)]]


def test_minutes_to_an_hour_are_no_range() -> None:
    assert [r.value for r in severity_at(split("ten to three"), 0, WORDS)] == [10]
    assert [r.value for r in severity_at(split("five to ten"), 0, WORDS)] == [5]


def test_lowest_of_a_range() -> None:
    spec = NumberSpec(0, 10, 1, prefer="lowest")
    assert severity_at(split("seven or eight"), 0, WORDS, spec)[0] == (3, 7)


def test_other_scales() -> None:
    spec = NumberSpec(0, 5, 1, prefer="highest")
    assert severity_at(split("three out of five"), 0, WORDS, spec)[0] == (4, 3)
    assert severity_at(split("three out of ten"), 0, WORDS, spec) == [(1, 3)]


def test_number_words() -> None:
    assert is_number_word("seven", WORDS)
    assert is_number_word("8", WORDS)
    assert not is_number_word("half", WORDS)
    assert not is_number_word("leg", WORDS)


@given(st.integers(0, 999_999_999))
def test_whole_numbers_come_back(value: int) -> None:
    assert read(say_number(value), ANY_NUMBER) == value


@given(st.integers(0, 40000).map(lambda n: n / 4))
def test_quarters_come_back(value: float) -> None:
    assert read(say_number(value)) == value


@given(st.integers(0, 100_000).map(lambda n: n / 100))
def test_decimals_come_back(value: float) -> None:
    assert read(say_number(value)) == value


@given(st.integers(2, 20).map(lambda n: n / 2), st.sampled_from(["", " out of ten", " over ten"]))
def test_severities_come_back(value: float, scale: str) -> None:
    assert rated(say_number(value) + scale) == value


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), 1e9])
def test_what_cannot_be_said(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be said"):
        say_number(value)


@given(any_words)
def test_any_words_are_read_without_fault(tokens: list[str]) -> None:
    for i in range(len(tokens) + 1):
        for found in (numbers_at(tokens, i, WORDS, DOSE), severity_at(tokens, i, WORDS)):
            ends = [reading.end for reading in found]
            assert ends == sorted(ends, reverse=True)
            assert all(i < end <= len(tokens) for end in ends)
        assert all(DOSE.takes(r.value) for r in numbers_at(tokens, i, WORDS, DOSE))
        assert all(0 <= r.value <= 10 and r.value * 2 % 1 == 0 for r in severity_at(tokens, i, WORDS))


@given(st.lists(st.text()))
def test_any_text_is_read_without_fault(tokens: list[str]) -> None:
    for i in range(len(tokens)):
        numbers_at(tokens, i, WORDS)
        severity_at(tokens, i, WORDS)


@given(any_words, any_words, any_words)
def test_words_elsewhere_change_nothing(before: list[str], tokens: list[str], after: list[str]) -> None:
    around = [*before, "leg", *tokens, "leg", *after]
    for i in range(len(tokens)):
        shifted = [(end - len(before) - 1, v) for end, v in severity_at(around, i + len(before) + 1, WORDS)]
        assert shifted == severity_at([*tokens, "leg"], i, WORDS)


@settings(max_examples=50)
@given(st.sampled_from(["number", "severity"]), st.integers(0, 10**6))
def test_samples_are_read(kind: str, seed: int) -> None:
    rng = Random(seed)
    for _ in range(5):
        said = samples(kind, rng, WORDS, DOSE if kind == "number" else None)
        value = read(said) if kind == "number" else rated(said)
        assert value is not None, said
        assert said.split()[0] in first_words(kind, WORDS, DOSE if kind == "number" else None)


def test_usual_severities_are_sampled() -> None:
    rng = Random(1)
    said = {samples("severity", rng, WORDS) for _ in range(6000)}
    wanted = {"eight", "eight out of ten", "eight and a half", "eight ten", "eight over ten"}
    assert wanted <= said
    assert any(re.fullmatch(r"an? \w+ or \w+", words) for words in said)
    assert not any("a eight" in words or "an seven" in words for words in said)


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="none of"):
        samples("colour", Random(0), WORDS)
    assert set(KINDS) == {"number", "severity", "duration", "clock", "day"}


def test_a_broken_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "numbers.yaml"
    with pytest.raises(GrammarError, match="cannot be read"):
        load_words(path)
    path.write_text("numbers: {zero: []}")
    with pytest.raises(GrammarError, match="should be a list"):
        load_words(path)
    path.write_text("[]")
    with pytest.raises(GrammarError, match="missing"):
        load_words(path)
