"""Sentence files that are edited while the logger runs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.model import model
from tests.said import Said
from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.run import batch as run
from voicelog.app.run.live import listen_live
from voicelog.app.run.reload import MISTAKE, SentenceFiles, read_settled
from voicelog.app.run.startup import start
from voicelog.app.view.events import Showing
from voicelog.core.entry import Change
from voicelog.recognise.loading import loaded
from voicelog.understand.grammar.grammar import load_grammar

__all__ = ["model"]

FILE = """\
language: en
intents:
  log_symptom:
    data:
      - sentences: ["i feel {symptom}"]
lists:
  symptom:
    values: [dizzy, tired%s]
"""
BROKEN = FILE.replace("intents:", "intends:")
PATIENCE = 20


@pytest.fixture(autouse=True)
def no_settings_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


@dataclass
class Logger:
    """What is needed for a run, and what is told during one."""

    folder: Path
    live: LiveSettings
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def emit(self, event: str, values: dict[str, Any], change: Change | None = None) -> None:
        del change
        self.events.append((event, values))

    @property
    def showing(self) -> Showing:
        return Showing(lambda _: self.emit)

    @property
    def symptoms(self) -> list[str]:
        return [values["entry"]["symptom"] for event, values in self.events if event == "saved"]

    @property
    def problems(self) -> list[str]:
        return [values["text"] for event, values in self.events if event == "problem"]

    def edit(self, text: str) -> None:
        (self.folder / "symptoms.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def logger(tmp_path: Path) -> Logger:
    folder = tmp_path / "grammar"
    folder.mkdir()
    options: dict[str, tuple[str, Any]] = {
        "grammar.dir": ("test", str(folder)),
        "diary.path": ("test", str(tmp_path / "diary.db")),
        "voice.enabled": ("test", False),
    }
    made = Logger(folder, LiveSettings(None, options))
    made.edit(FILE % "")
    return made


def test_an_edit_takes_effect_at_the_next_line(logger: Logger) -> None:
    def lines() -> Iterator[str]:
        yield "i feel dizzy"
        yield "[+60] i feel hungry"
        logger.edit(FILE % ", hungry")
        yield "[+60] i feel hungry"

    run.listen_to_text(logger.live, lines(), None, logger.showing)
    assert logger.symptoms == ["dizzy", "hungry"]
    assert logger.problems == []


def test_a_mistake_is_told_aloud_with_its_line_and_changes_nothing(logger: Logger) -> None:
    def lines() -> Iterator[str]:
        yield "i feel dizzy"
        logger.edit(BROKEN % ", hungry")
        yield "[+60] i feel tired"
        yield "[+60] i feel hungry"
        logger.edit(FILE % ", hungry")
        yield "[+60] i feel hungry"

    run.listen_to_text(logger.live, lines(), None, logger.showing)
    assert logger.symptoms == ["dizzy", "tired", "hungry"]
    (problem,) = logger.problems
    assert "stay as they were" in problem
    assert "symptoms.yaml, line 2" in problem
    assert MISTAKE in [values["text"] for event, values in logger.events if event == "said"]


def test_a_file_half_written_is_not_taken_for_a_mistake(logger: Logger) -> None:
    tries: list[int] = []

    def read() -> str:
        logger.edit((BROKEN if not tries else FILE) % "")
        tries.append(1)
        return load_grammar(logger.folder).language

    assert read_settled(read) == "en"
    assert len(tries) == 2


def test_the_words_taught_elsewhere_are_among_the_files(tmp_path: Path) -> None:
    live = LiveSettings(None, {"diary.path": ("test", str(tmp_path / "diary.db"))})
    files = SentenceFiles(lambda: live.current)
    assert not files.changed()
    taught = tmp_path / "home" / "voicelog" / "taught.yaml"
    taught.parent.mkdir(parents=True)
    taught.write_text("language: en\nlists: {}\n", encoding="utf-8")
    assert files.changed()
    assert not files.changed()
    taught.unlink()
    assert files.changed()


def test_sound_is_heard_by_the_sentences_as_they_are_now(model: Path, logger: Logger) -> None:
    def sentences() -> Iterator[str]:
        yield "I feel dizzy."
        logger.edit(FILE % ", hungry")
        yield "I feel hungry."

    run.listen_fast(logger.live, Said(sentences(), paced=False), None, logger.showing)
    assert logger.symptoms == ["dizzy", "hungry"]


def test_listening_goes_on_while_sentences_are_renewed(model: Path, logger: Logger) -> None:
    def sentences() -> Iterator[str]:
        yield "I feel dizzy."
        logger.edit(BROKEN % "")
        yield "I feel tired."
        logger.edit(FILE % ", hungry")
        for _ in range(PATIENCE):
            yield "I feel hungry."
            if logger.symptoms[-1] == "hungry":
                return

    made: Future[Any] = Future()
    made.set_result(loaded(model))
    source = Said(sentences(), paced=True)
    with ExitStack() as stack:
        started = start(stack, logger.live, None, logger.showing, made)
        listen_live(logger.live, lambda _: source, "test", started, logger.showing, model=made, early=False)
    assert logger.symptoms == ["dizzy", "tired", "hungry"]
    (problem,) = logger.problems
    assert "symptoms.yaml, line 2" in problem
