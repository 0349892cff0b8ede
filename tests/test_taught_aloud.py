"""Words taught by voice: spelled, or said three times."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.model import model
from tests.said import Said
from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.run import batch as run
from voicelog.app.view.events import Showing
from voicelog.core.entry import Change
from voicelog.understand.lexicon.taught import Taught, read_taught

__all__ = ["model"]


Event = tuple[str, dict[str, Any]]


@pytest.fixture(autouse=True)
def no_settings_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


def settings(tmp_path: Path) -> LiveSettings:
    by_day = {"night.mode": ("test", "off")}
    return LiveSettings(
        None, {"diary.path": ("test", str(tmp_path / "d.db")), "voice.enabled": ("test", False), **by_day}
    )


def taught(tmp_path: Path) -> tuple[Taught, ...]:
    return read_taught(tmp_path / "home" / "voicelog" / "taught.yaml")


def typed(tmp_path: Path, lines: list[str]) -> list[Event]:
    events: list[Event] = []

    def emit(event: str, values: dict[str, Any], change: Change | None = None) -> None:
        del change
        events.append((event, values))

    run.listen_to_text(settings(tmp_path), lines, None, Showing(lambda _: emit))
    return events


def texts(events: list[Event], event: str) -> list[str]:
    return [values["text"] for name, values in events if name == event]


def medications(events: list[Event]) -> list[str]:
    return [values["entry"]["medication"] for name, values in events if name == "saved"]


def test_a_word_spelled_is_understood_at_once(tmp_path: Path) -> None:
    events = typed(tmp_path, ["teach a new medication", "[+4] o z a n i m o d", "[+9] took ozanimod"])
    assert "I have learned ozanimod." in texts(events, "said")
    assert medications(events) == ["ozanimod"]
    assert [(t.word, t.kind) for t in taught(tmp_path)] == [("ozanimod", "medication")]


def test_letters_may_be_named(tmp_path: Path) -> None:
    typed(tmp_path, ["teach a new medication", "[+4] bee are i u em vee i"])
    assert [t.word for t in taught(tmp_path)] == ["briumvi"]


def test_a_word_said_three_times_answers_to_all_that_was_heard(tmp_path: Path) -> None:
    said = ["[+4] on the mod", "[+4] on a mod", "[+4] on the mod"]
    events = typed(tmp_path, ["teach a new medication", *said, "[+9] took on a mod"])
    assert [(t.word, t.also) for t in taught(tmp_path)] == [("on the mod", ("on a mod",))]
    assert medications(events) == ["on the mod"]


def test_three_different_words_teach_nothing(tmp_path: Path) -> None:
    events = typed(tmp_path, ["teach a new medication", "[+4] on the mod", "[+4] elephant", "[+4] two big ships"])
    assert "Spell it instead" in texts(events, "said")[-1]
    assert taught(tmp_path) == ()


def test_never_mind_teaches_nothing(tmp_path: Path) -> None:
    events = typed(tmp_path, ["teach a new medication", "[+4] stop", "[+4] spasm, jaw, two"])
    assert taught(tmp_path) == ()
    assert [name for name, _ in events if name == "saved"] == ["saved"]


def test_a_word_is_spelled_aloud(tmp_path: Path, model: Path) -> None:
    events: list[Event] = []

    def emit(event: str, values: dict[str, Any], change: Change | None = None) -> None:
        del change
        events.append((event, values))

    def sentences() -> Iterator[str]:
        yield "Teach a new medication."
        yield "b, a, c, l, o, r, a."

    run.listen_fast(settings(tmp_path), Said(sentences(), paced=False), None, Showing(lambda _: emit))
    (word,) = [t.word for t in taught(tmp_path)]
    assert f"I have learned {word}." in texts(events, "said")
    assert difflib.SequenceMatcher(None, word, "baclora").ratio() > 0.6
