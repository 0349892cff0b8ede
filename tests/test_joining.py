"""Pieces of a sentence, understood together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from tests.hear.sounds import in_noise, silence, spoken
from tests.model import model
from voicelog.app.cli.listen import listen
from voicelog.app.run.recognition import understanding_for
from voicelog.core.meaning import Meaning
from voicelog.core.settings import Settings
from voicelog.core.utterance import Utterance
from voicelog.sound.stream import RATE
from voicelog.understand.continuation import LONGEST_S, TOGETHER_S, Joining

__all__ = ["model"]

UNDERSTANDING = understanding_for(Settings())


def joined(first: str, second: str, gap: float = 1.0, whole: str = "", seconds: float = 2.0) -> Meaning | None:
    """What becomes of two typed pieces, whose sound would be heard as both texts, or as ``whole``; None if two."""
    joining, two, meaning = in_pieces(first, second, gap, whole, seconds)
    found = joining.whole(two, meaning)
    return found[1] if found else None


def in_pieces(
    first: str, second: str, gap: float = 1.0, whole: str = "", seconds: float = 2.0
) -> tuple[Joining, Utterance, Meaning]:
    """What remembers the first, and the second with its meaning."""

    def as_one(utterance: Utterance, expecting: str | None) -> Utterance:
        assert utterance.began == 0.0
        return Utterance(typed=whole or f"{first} {second}")

    def understood(utterance: Utterance, expecting: str | None = None) -> Meaning:
        return UNDERSTANDING.of_utterance(utterance, expecting)

    joining = Joining(as_one, understood)
    sound = np.zeros(RATE, np.int16)
    one = Utterance(typed=first, began=0.0, ended=seconds, samples=sound)
    began = seconds + gap
    two = Utterance(typed=second, began=began, ended=began + seconds, samples=sound)
    joining.keep(one, understood(one), None)
    return joining, two, understood(two)


def test_pieces_that_make_one_entry_are_joined() -> None:
    found = joined("the cold set it off", "foot spasm four")
    assert found is not None
    assert found.intent == "log_spasm"
    assert found.slots["severity"] == 4
    assert found.slots["triggers"] == ("cold",)


def test_a_number_in_two_pieces_is_one_number() -> None:
    found = joined("spasm jaw five", "and a half")
    assert found is not None
    assert found.slots["severity"] == 5.5


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("spasm left leg seven", "took ten milligrams of baclofen"),
        ("spasm left leg seven", "spasm right arm five"),
        ("spasm left leg seven", "undo that"),
        ("how many spasms today", "spasm left leg"),
        ("spasm left leg", "seven out of ten"),
        ("spasm left leg seven", "let us have dinner at home"),
    ],
)
def test_what_stands_by_itself_stays_by_itself(first: str, second: str) -> None:
    assert joined(first, second) is None


def test_what_comes_late_or_takes_long_is_no_part_of_it() -> None:
    assert joined("the cold set it off", "foot spasm four", gap=TOGETHER_S + 0.1) is None
    assert joined("the cold set it off", "foot spasm four", seconds=LONGEST_S / 2) is None


def test_a_whole_that_says_less_than_its_pieces_is_not_believed() -> None:
    assert joined("the cold set it off", "foot spasm four", whole="foot spasm") is None
    assert joined("the cold set it off", "foot spasm four", whole="took ten milligrams of baclofen") is None


@pytest.mark.parametrize(
    ("first", "second", "doubtful"),
    [
        ("baclofen fifty", "ten milligrams", ("dose",)),
        ("baclofen fifty", "no ten milligrams", ()),
        ("spasm left leg six", "seven", ("severity",)),
        ("spasm left leg six", "six out of ten", ()),
        ("spasm left leg", "six out of ten", ()),
    ],
)
def test_a_number_that_was_another_a_moment_ago_is_in_doubt(first: str, second: str, doubtful: tuple[str, ...]) -> None:
    joining, two, meaning = in_pieces(first, second)
    assert joining.by_itself(two, meaning).doubtful == doubtful
    joining, two, meaning = in_pieces(first, second, gap=TOGETHER_S + 0.1)
    assert joining.by_itself(two, meaning).doubtful == ()


def test_a_sentence_with_long_breaks_becomes_one_entry(model: Path, tmp_path: Path) -> None:
    first, second, third = (spoken(text) for text in ("The cold set it off.", "Spasm in my left leg,", "four."))
    pieces = (first, silence(1.2), second, silence(1.3), third)
    sound = tmp_path / "pieces.wav"
    soundfile.write(sound, in_noise(silence(1.0), *pieces, silence(2.0)), RATE, subtype="PCM_16")
    command = ["--json", "--db", str(tmp_path / "diary.db"), "--input", str(sound)]
    result = CliRunner().invoke(listen, command, standalone_mode=False, catch_exceptions=False)
    events = [json.loads(line) for line in result.stdout.splitlines()]
    entries = {e["entry"]["id"]: e["entry"] for e in events if e["event"] in ("saved", "changed")}
    [entry] = entries.values()
    assert (entry["severity"], entry["locations"], entry["triggers"]) == (4, ["left leg"], ["cold"])
