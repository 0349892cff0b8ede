"""Every reply, with every combination of what it may be filled with, reads as a sentence."""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import voicelog.converse
from tests.converse.script import understanding
from voicelog.converse.phrasing.describe import CONFIRMATION_WORDS, Describer, words
from voicelog.converse.phrasing.replies import Replies
from voicelog.converse.review.periods import period
from voicelog.core.body import added, join, of_one_breath, other_side, plurals, replaced, without
from voicelog.core.entry import Entry
from voicelog.core.errors import GrammarError
from voicelog.core.resources import grammars_folder

REPLIES = Replies.load(grammars_folder("en"), vary=False)
DESCRIBE = Describer(REPLIES)
NOW = datetime(2026, 3, 14, 15, 10, tzinfo=UTC)

CONFIRMATIONS = {
    "saved", "saved_again", "started", "ended", "completed", "changed", "taken_out", "unchanged",
    "merged", "kept_both", "right", "removed", "undone", "restored", "deleted", "note_saved", "louder", "loudest",
    "quieter", "quietest", "slower", "slowest", "faster", "fastest", "night_on", "night_off", "asleep", "awake",
    "taught", "all_right", "not_deleted",
}  # fmt: skip

FIELDS: dict[str, list[str]] = {
    "heard": ["At ten past three this morning: the wound up thing."],
    "n": ["eight"],
    "times": ["twice"],
    "total": ["twelve"],
    "nights": ["three nights"],
    "text": ["the wound up thing"],
    "when": ["ten past three this morning", "noon today"],
    "duration": ["a minute and a half", "forty seconds"],
    "words": ["one word", "eleven words"],
    "value": ["eight", "left leg"],
    "changed": ["eight", "left leg"],
    "question": ["Delete spasm, left leg, three ten?"],
    "medication": ["baclofen", "vitamin D"],
    "why": ["The disk is full.", "The bell did not answer."],
    "what": ["spasms", "doses of baclofen"],
    "period": ["last night", "in the last three days"],
    "count": ["one spasm", "eleven spasms"],
    "severity": ["eight", "five and a half"],
    "entry": ["spasm, left leg", "baclofen, ten milligrams"],
    "kind": ["spasm", "clonus"],
    "details": ["", ", left leg, eight"],
    "amount": ["", ", ten milligrams"],
    "amounts": ["thirty milligrams of baclofen"],
    "parts": ["one spasm, worst nine, at ten past three"],
    "difference": ["four fewer than last week", "as many as last week"],
    "clock": ["ten past three", "noon"],
    "day": ["on Saturday afternoon"],
    "date": ["March fourteenth"],
    "word": ["sativa"],
    "one": ["undo"],
    "two": ["left leg"],
    "three": ["stop"],
}
SEVERITY_AFTER_COMPARE = ["", "; average severity five and a half, about the same"]


def reads_as_a_sentence(text: str) -> bool:
    """Begins with a capital, ends with a stop, and nothing in it is missing, doubled or wrongly numbered."""
    bad = (
        r"None|[{}]|\d|  | [,.?!;:]|,,|\.\.|,\.|::|, ?and ,|\bnan\b"
        r"|\bone (?:spasms|tablets|milligrams|words|entries|seconds|minutes|hours|doses|notes)\b"
        r"|\b(?:two|three|eleven|half) (?:spasm|tablet|milligram|word|entry|second|minute|hour|dose|note)\b"
        r"|\ba (?:hour|eight|eleven|ounce)|\ban (?:minute|second|unit|tablet|drop|puff)|\b(\w+) \1\b"
    )
    return bool(re.fullmatch(r"[A-Z].*[.?]", text)) and not re.search(bad, text)


def filled(name: str) -> Iterator[str]:
    for template in REPLIES.variants(name):
        names = sorted({f for _, f, _, _ in string.Formatter().parse(template) if f})
        choices = [
            SEVERITY_AFTER_COMPARE if (name, f) == ("compare", "severity") else FIELDS[f] for f in names
        ]  # fmt: skip
        one = Replies("en", {"sentences": {name: template}})
        for values in itertools.product(*choices):
            yield one.sentence(name, **dict(zip(names, values, strict=True)))


@pytest.mark.parametrize("name", sorted(REPLIES.table["sentences"]))
def test_every_sentence(name: str) -> None:
    for text in filled(name):
        assert reads_as_a_sentence(text), text
        if name in CONFIRMATIONS and name not in ("taken_out",):
            assert words(text) <= CONFIRMATION_WORDS, text


def entries() -> Iterator[Entry]:
    """Entries of every kind with every combination of fields said or not said."""
    base: dict[str, Any] = {"id": "x", "logged_at": NOW}
    no_more: dict[str, Any] = {}
    ats = [NOW, NOW - timedelta(hours=9, minutes=3), NOW - timedelta(days=3)]
    for at, severity, places, kind, duration, extra in itertools.product(
        ats,
        [None, 0.0, 0.5, 8.0, 8.5, 10.0],
        [
            (),
            ("left leg",),
            ("both feet", "lower back"),
            ("left forearm", "right hamstring", "lower back"),
            ("jaw", "right forearm", "whole body", "toes"),
        ],
        [None, "tonic", "clonus", "stiffness"],
        [None, 1.0, 40.0, 60.0, 90.0, 7199.0, 90061.0],
        [no_more, {"triggers": ("cold", "nothing"), "context": ("woke me", "in bed"), "sensations": ("burning",)}],
    ):
        yield Entry(
            kind="spasm", at=at, severity=severity, locations=places, type=kind, duration_s=duration, **extra, **base
        )
    for at, severity, intensity in itertools.product(ats, [None, 5.5], [None, "worst"]):
        for symptom in ("fatigue", "loss of coordination", "lhermitte"):
            yield Entry(kind="symptom", at=at, symptom=symptom, severity=severity, intensity=intensity, **base)
        yield Entry(kind="spasm", at=at, severity=severity, intensity=intensity, **base)
    for at, dose, unit in itertools.product(
        ats,
        [None, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 12.3, 10.0, 600.0, 10000.0],
        [None, "mg", "mcg", "ml", "unit", "tablet", "drop", "puff"],
    ):
        for medication in (None, "baclofen", "vitamin D", "cannabis oil"):
            yield Entry(kind="medication", at=at, medication=medication, dose=dose, unit=unit, **base)
    for at, duration in itertools.product(ats, [None, 1800.0, 5400.0, 3600.0]):
        yield Entry(kind="treatment", at=at, treatment="spinal cord stimulation", duration_s=duration, **base)
        yield Entry(kind="note", at=at, note="slept badly", **base)


def test_every_confirmation_about_every_entry() -> None:
    for entry in entries():
        for name in ("saved", "saved_again", "started", "merged", "removed", "undone", "restored", "deleted"):
            text = DESCRIBE.reply(name, entry, NOW)
            assert reads_as_a_sentence(text), text
            assert words(text) <= CONFIRMATION_WORDS, text
            if entry.severity is not None:
                assert DESCRIBE.phrases.number(entry.severity) in text.lower(), text


def test_every_change_said_back() -> None:
    for entry in itertools.islice(entries(), 0, None, 7):
        for field in ("severity", "locations", "duration_s", "dose", "at", "triggers", "context"):
            said = DESCRIBE.field(entry, field, NOW)
            if not said:
                continue
            for name in ("completed", "changed", "unchanged", "taken_out"):
                text = DESCRIBE.reply(name, entry, NOW, leave=(field,), changed=[(field, said)])
                assert reads_as_a_sentence(text), text
                assert words(text) <= CONFIRMATION_WORDS, text


def test_entries_told_apart() -> None:
    for entry in entries():
        text = REPLIES.sentence("ask_delete", entry=DESCRIBE.entry_at(entry, NOW))
        assert reads_as_a_sentence(text), text
        assert words(text) <= CONFIRMATION_WORDS + 1, text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "nought seconds"), (1, "a second"), (40, "forty seconds"), (60, "a minute"), (90, "a minute and a half"),
        (130, "two minutes ten seconds"), (150, "two and a half minutes"), (600, "ten minutes"), (1800, "half an hour"),
        (3600, "an hour"), (5400, "an hour and a half"), (9000, "two and a half hours"),
        (3900, "an hour and five minutes"), (7260, "two hours and a minute"), (200000, "two days and seven hours"),
    ],
)  # fmt: skip
def test_durations(seconds: int, said: str) -> None:
    assert DESCRIBE.phrases.duration(seconds) == said


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("03:00", "three"), ("03:05", "five past three"), ("03:10", "ten past three"),
        ("03:12", "twelve minutes past three"),
        ("03:01", "one minute past three"), ("03:15", "quarter past three"), ("15:30", "half past three"),
        ("03:35", "twenty-five to four"), ("11:45", "quarter to noon"), ("12:00", "noon"), ("00:00", "midnight"),
        ("23:59", "one minute to midnight"), ("00:20", "twenty past midnight"),
    ],
)  # fmt: skip
def test_clock_times(clock: str, said: str) -> None:
    assert DESCRIBE.clock.clock(datetime.fromisoformat(f"2026-03-14T{clock}+00:00")) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-03-14T03:10", "ten past three this morning"),
        ("2026-03-14T13:00", "one this afternoon"),
        ("2026-03-14T12:00", "noon today"),
        ("2026-03-13T23:00", "eleven last night"),
        ("2026-03-13T19:00", "seven yesterday evening"),
        ("2026-03-13T03:10", "ten past three yesterday morning"),
        ("2026-03-09T15:00", "three on Monday afternoon"),
        ("2026-03-01T15:00", "three on March first"),
        ("2025-12-24T15:00", "three on December twenty-fourth, two thousand twenty-five"),
    ],
)
def test_days(at: str, said: str) -> None:
    assert DESCRIBE.clock.when(datetime.fromisoformat(at + "+00:00"), NOW) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("today", "today"), ("last night", "last night"), ("last 3 days", "in the last three days"),
        ("last 1 hours", "in the last hour"), ("monday", "on Monday"), ("monday night", "on Monday night"),
        ("2 days ago", "two days ago"), ("since monday", "since Monday"), ("since yesterday", "since yesterday"),
        ("this weekend", "this weekend"), ("day before yesterday", "the day before yesterday"),
        ("the night before last", "the night before last"),
    ],
)  # fmt: skip
def test_periods(name: str, said: str) -> None:
    assert DESCRIBE.clock.period(name) == said
    assert period(name, NOW) is not None


def test_variants_take_turns() -> None:
    replies = Replies("en", {"sentences": {"x": ["one.", "two."]}})
    assert [replies.sentence("x") for _ in range(3)] == ["One.", "Two.", "One."]


def test_a_missing_or_broken_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match="cannot be read"):
        Replies.load(tmp_path)
    (tmp_path / "replies.yaml").write_text("replies: [")
    with pytest.raises(GrammarError, match="not YAML"):
        Replies.load(tmp_path)
    (tmp_path / "replies.yaml").write_text("language: en")
    with pytest.raises(GrammarError, match="lacks"):
        Replies.load(tmp_path)


def test_places() -> None:
    assert added(("left leg",), ["back"]) == ("left leg", "back")
    assert added(("leg",), ["left leg"]) == ("left leg",)
    assert added(("both legs",), ["left leg"]) == ("left leg",)
    assert added(("left leg",), ["leg"]) == ("left leg",)
    assert added(("left leg",), ["right leg"]) == ("left leg", "right leg")
    assert added(("left thumb", "right thumb"), ["both thumbs"]) == ("both thumbs",)
    assert added(("leg",), ["left calf"]) == ("left calf",)
    assert added(("left calf",), ["leg"]) == ("left calf",)
    assert added(("left leg",), ["left calf"]) == ("left leg", "left calf")
    assert of_one_breath(("hand", "right hand", "left thumb", "right thumb")) == ("right hand", "both thumbs")
    assert replaced(("left leg", "back"), ["right leg"], ()) == ("right leg", "back")
    assert replaced(("left leg", "back"), ["neck"], ["back"]) == ("left leg", "neck")
    assert replaced(("left leg", "back"), ["neck"], ()) == ("neck",)
    assert other_side(("both legs", "back"), None, "right") == ("left leg", "back")
    assert other_side(("right calf",), "left", "right") == ("left calf",)
    assert without(("left leg", "back"), ["back"]) == ("left leg",)
    assert without(("both feet",), ["left foot"]) == ("right foot",)
    assert without(("left leg", "right leg"), ["right"]) == ("left leg",)
    assert {join("both", part) for part in plurals()} >= {"both feet", "both calves"}


@pytest.mark.parametrize("situation", sorted(REPLIES.table["examples"]))
def test_every_example_can_be_said(situation: str) -> None:
    for example in REPLIES.table["examples"][situation]:
        expecting = "severity" if situation == "severity" else None
        assert understanding().of_text(example, expecting=expecting).accepted, example


def test_no_reply_is_left_over() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in Path(voicelog.converse.__file__).parent.rglob("*.py"))
    code += "".join(f'"{template.metadata.get("reply")}"' for template in understanding().grammar.templates)
    parts_of_day = set(REPLIES.table["part_of_day"].values())
    for name in {*REPLIES.table["sentences"], *REPLIES.table["fragments"]} - parts_of_day:
        assert f'"{name}"' in code, f"{name} is never said"
