"""Words of the user's own: kept, spelled, said, and told apart."""

from pathlib import Path

import pytest
import yaml

from voicelog.core.errors import GrammarError, UsageError
from voicelog.understand.lexicon.by_voice import from_spelling, from_utterances, is_spelling
from voicelog.understand.lexicon.confusable import confusable
from voicelog.understand.lexicon.taught import Taught, add_taught, forget_taught, read_taught


def test_what_is_taught_is_a_sentence_file_with_lists(tmp_path: Path) -> None:
    path = tmp_path / "settings" / "taught.yaml"
    assert read_taught(path) == ()
    add_taught(path, Taught("Fampridine", "medication", ("fam pri deen",), unit="mg"))
    add_taught(path, Taught("vagus pulse", "treatment", also=("vague us pulse",)))
    assert yaml.safe_load(path.read_text()) == {
        "language": "en",
        "lists": {
            "medication": {
                "values": [
                    {
                        "in": "fampridine",
                        "out": "fampridine",
                        "metadata": {"sounds_like": ["fam pri deen"], "unit": "mg"},
                    }
                ]
            },
            "treatment": {"values": [{"in": "(vagus pulse|vague us pulse)", "out": "vagus pulse"}]},
        },
    }
    assert read_taught(path) == (
        Taught("fampridine", "medication", ("fam pri deen",), unit="mg"),
        Taught("vagus pulse", "treatment", also=("vague us pulse",)),
    )


def test_teaching_again_replaces_and_forgetting_removes(tmp_path: Path) -> None:
    path = tmp_path / "taught.yaml"
    add_taught(path, Taught("fampridine", "medication"))
    add_taught(path, Taught("fampridine", "medication", ("fam pra din",)))
    assert read_taught(path) == (Taught("fampridine", "medication", ("fam pra din",)),)
    assert forget_taught(path, "Fampridine")
    assert not forget_taught(path, "fampridine")
    assert read_taught(path) == ()


@pytest.mark.parametrize("word", ["", "x1", "{list}", "a|b", "[maybe]", "naïve", "word " * 20])
def test_what_cannot_be_said_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(UsageError):
        add_taught(tmp_path / "taught.yaml", Taught(word, "medication"))
    with pytest.raises(UsageError, match="no kind"):
        add_taught(tmp_path / "taught.yaml", Taught("word", "colour"))


@pytest.mark.parametrize("text", ["lists: 3", "lists: {medication: {values: [{out: x}]}}", "- a", ": : :", "\x00"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "taught.yaml"
    path.write_text(text)
    with pytest.raises(GrammarError, match=r"taught\.yaml"):
        read_taught(path)


@pytest.mark.parametrize(
    ("letters", "word"),
    [
        ("f a m p r i d i n e", "fampridine"),
        ("bee ay double see", "bacc"),
        ("kay ee double pee are ay", "keppra"),
        ("b for bravo o t o ex", "botox"),
        ("echo alpha tango", "eat"),
        ("double you a x", "wax"),
        ("a b c space d", "abc d"),
    ],
)
def test_spelled(letters: str, word: str) -> None:
    assert from_spelling(letters) == word
    assert is_spelling(letters)


@pytest.mark.parametrize("text", ["baclofen", "a b", "", "f a m pridine"])
def test_no_spelling(text: str) -> None:
    assert not is_spelling(text)
    with pytest.raises(UsageError):
        from_spelling(text)


def test_said_three_times() -> None:
    said = from_utterances([["fam pretty dean", "fan"], ["fam printing"], ["fam pretty dean"]])
    assert said.text == "fam pretty dean"
    assert said.also == ("fam printing",)


@pytest.mark.parametrize("heard", [[], [["baclofen"]], [["back often"], []], [["leg"], ["tizanidine"], ["out of"]]])
def test_said_too_differently_or_not_at_all(heard: list[list[str]]) -> None:
    with pytest.raises(UsageError):
        from_utterances(heard)


def test_confusable_names_what_sounds_alike() -> None:
    found = confusable("keppra", ["kepra", "baclofen", "keppra"])
    assert [one.text for one in found] == ["kepra"]
    assert found[0].likeness > 0.9
    assert confusable("baclofen", ["left leg"]) == ()
