"""Sentence files of any subject are read, and their mistakes told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicelog.core.errors import GrammarError
from voicelog.understand import Understanding
from voicelog.understand.grammar.grammar import load_grammar
from voicelog.understand.grammar.sample import sample_sentences

LIGHTS = """\
language: en
intents:
  TurnOn:
    data:
      - sentences:
          - "(turn|switch) on [the] {area} light[s]"
          - "[please] set [the] {area} light[s] to {brightness} [percent]"
      - sentences: ["light[s] on"]
        slots: {area: everywhere}
lists:
  area:
    values: [kitchen, "bed[ ]room", {in: "(living room|lounge)", out: living room}]
  brightness:
    range: {from: 0, to: 100}
skip_words: [please, uh]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lights.yaml").write_text(LIGHTS)
    return tmp_path


def slots(understanding: Understanding, text: str) -> dict[str, object]:
    meaning = understanding.of_text(text)
    assert meaning.accepted, (text, meaning.reason)
    return dict(meaning.slots)


def test_a_plain_home_assistant_folder_is_enough(folder: Path) -> None:
    understanding = Understanding.from_folder(folder)
    assert slots(understanding, "Switch on the kitchen lights, please.") == {"area": "kitchen"}
    assert slots(understanding, "turn on lounge light") == {"area": "living room"}
    assert slots(understanding, "turn on the bed room light") == {"area": "bed room"}
    assert slots(understanding, "set the kitchen light to twenty five percent") == {"area": "kitchen", "brightness": 25}
    assert slots(understanding, "lights on") == {"area": "everywhere"}


def test_what_is_sampled_is_understood(folder: Path) -> None:
    understanding = Understanding.from_folder(folder)
    sentences = sample_sentences(understanding.grammar, 300)
    assert len(set(sentences)) > 30
    for sentence in sentences:
        assert understanding.of_text(sentence).accepted, sentence


def test_other_talk_is_left_alone(folder: Path) -> None:
    understanding = Understanding.from_folder(folder)
    for text in ("the kitchen is on fire", "what a lovely day", "light"):
        assert not understanding.of_text(text).accepted, text


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        ('          - "(turn|switch on [the] {area} light[s]"', 6, "group"),
        ('          - "turn on {room}"', 6, "{room}"),
        ('          - "turn on <where>"', 6, "<where>"),
    ],
)
def test_a_mistake_in_a_sentence_is_named_with_its_line(tmp_path: Path, wrong: str, line: int, said: str) -> None:
    lines = LIGHTS.splitlines()
    lines[line - 1] = wrong
    (tmp_path / "lights.yaml").write_text("\n".join(lines))
    with pytest.raises(GrammarError) as caught:
        load_grammar(tmp_path)
    assert f"lights.yaml, line {line}" in str(caught.value)
    assert said in str(caught.value)


def test_a_file_that_is_no_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "lights.yaml").write_text(LIGHTS.replace("intents:", "intents: ]"))
    with pytest.raises(GrammarError, match=r"lights\.yaml, line 2"):
        load_grammar(tmp_path)


def test_an_unknown_section_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lights.yaml").write_text(LIGHTS + "sentences: []\n")
    with pytest.raises(GrammarError, match=r"line 16.*sentences"):
        load_grammar(tmp_path)


@pytest.mark.parametrize("metadata", ["weight: heavy", "weight: -1", "confidence: [1]"])
def test_metadata_that_is_no_number_is_refused(tmp_path: Path, metadata: str) -> None:
    text = LIGHTS.replace(
        '- sentences: ["light[s] on"]', f'- sentences: ["light[s] on"]\n        metadata: {{{metadata}}}'
    )
    assert text != LIGHTS
    (tmp_path / "lights.yaml").write_text(text)
    with pytest.raises(GrammarError, match=r"lights\.yaml, line \d+: the (weight|confidence) .* must be a number"):
        load_grammar(tmp_path)


def test_rules_in_a_circle_are_refused(tmp_path: Path) -> None:
    text = LIGHTS.replace('- sentences: ["light[s] on"]', '- sentences: ["<a> on"]')
    (tmp_path / "lights.yaml").write_text(text + 'expansion_rules: {a: "the <b>", b: "a <a>"}\n')
    with pytest.raises(GrammarError, match="circle"):
        load_grammar(tmp_path)


def test_an_empty_folder_and_none_at_all_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match="holds no sentence files"):
        load_grammar(tmp_path)
    with pytest.raises(GrammarError, match="There is no grammar folder"):
        load_grammar(tmp_path / "nowhere")


def test_phrases_that_are_no_list_are_refused_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("language: en\npronouns: 7\nintents: {}\n")
    with pytest.raises(GrammarError, match=r"a.yaml, line 2: 'pronouns' is a list of phrases"):
        load_grammar(tmp_path)
