"""What was said is understood before it is clear that it was all, and left alone as soon as it was not."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicelog.app.machine.settings_file import load_settings
from voicelog.app.run import wiring as app
from voicelog.app.run.clock import HandClock
from voicelog.app.run.controller import Loop
from voicelog.app.run.recognition import understanding_for
from voicelog.core.utterance import Again, Hypothesis, Utterance, Word
from voicelog.diary import open_diary


def utterance(text: str) -> Utterance:
    words = tuple(Word(word, 0.3 * at, 0.3 * at + 0.25) for at, word in enumerate(text.split()))
    found = (Hypothesis(words, 100.0),)
    return Utterance(found, found, ended=words[-1].end)


@pytest.mark.parametrize(("went_on", "looks"), [([False] * 9, 1), ([True] * 9, 0), ([False, True], 0)])
def test_what_went_on_is_not_heard_once_more(tmp_path: Path, went_on: list[bool], looks: int) -> None:
    settings, clock, asked = load_settings(), HandClock(), list[str]()

    def second_look(said: Utterance, _expecting: str | None, _doubtful: bool) -> Again | None:
        asked.append(said.grammar[0].text)
        return None

    understanding = understanding_for(settings)
    with open_diary(tmp_path / "diary.db") as diary:
        loop = Loop(
            app.new_session(settings, diary, clock.zone), diary, lambda: understanding, clock, lambda *_: None,
            keep_setting=lambda *_: None, call_help=lambda: None, teach=lambda _: None, expect=lambda _: None,
            second_look=second_look,
        )  # fmt: skip
        said = utterance("spasm left leg seven out of ten")
        ahead = iter(went_on)
        loop.foresee(said, lambda: next(ahead))
        assert len(asked) == looks
        assert loop.heard(said).slots["severity"] == 7
        assert len(asked) == 1
        assert [entry.severity for entry in diary.entries()] == [7]
