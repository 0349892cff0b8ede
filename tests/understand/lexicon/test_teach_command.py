"""``voicelog teach``, as it is used."""

import json
import shutil
from pathlib import Path

import pytest

from tests.model import model as model
from voicelog.app.cli.main import run
from voicelog.understand.lexicon import pronunciation


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    pronunciation._memory.cache_clear()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_word_taught_is_understood_until_it_is_forgotten(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["teach", "Fampridine", "--as", "medication", "--json"]) == 0
    taught = json.loads(capfd.readouterr().out)
    assert (taught["word"], taught["kind"]) == ("fampridine", "medication")
    assert taught["answers_to"]
    assert 0.0 < taught["recognised"] <= 1.0

    assert run(["understand", "--text", "took fampridine ten", "--json"]) == 0
    understood = json.loads(capfd.readouterr().out)
    assert understood["slots"] == {"medication": "fampridine", "dose": 10, "unit": "mg"}

    assert run(["teach", "--list", "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == {"word": "fampridine", "kind": "medication", "sounds_like": []}
    assert run(["teach", "--forget", "fampridine"]) == 0
    capfd.readouterr()
    assert run(["understand", "--text", "took fampridine ten", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["slots"].get("medication") != "fampridine"


def test_words_of_the_dictionary_need_no_learning(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["teach", "loud", "music", "--as", "trigger", "--json"]) == 0
    taught = json.loads(capfd.readouterr().out)
    assert taught["word"] == "loud music"
    assert taught["answers_to"] == []
    assert taught["recognised"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["teach"], "Name a word"),
        (["teach", "fampridine"], "--as"),
        (["teach", "x1", "--as", "part"], "x1"),
        (["teach", "baclofen", "--as", "medication"], "already"),
        (["teach", "--forget", "fampridine"], "has not been taught"),
        (["teach", "fampridine", "--list"], "Name a word"),
    ],
)
def test_used_wrongly(model: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    assert run(arguments) == 2
    shown = capfd.readouterr()
    assert told in shown.err
    assert shown.out == ""
    assert run(["teach", "--list", "--json"]) == 0
    assert capfd.readouterr().out == ""
