"""What is told of a folder of sentence files, and how soon."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

from voicelog.understand.grammar.check import Finding, findings
from voicelog.understand.grammar.grammar import load_grammar
from voicelog.understand.lexicon.forms import Lexeme, SpokenForms
from voicelog.understand.lexicon.likeness import alike_pairs, sounds_like

ROOMS = [
    "kitchen",
    "bedroom",
    "garden",
    "garage",
    "hall",
    "office",
    "cellar",
    "attic",
    "porch",
    "bathroom",
    "nursery",
    "study",
    "pantry",
    "balcony",
]
SIDES = [
    "front",
    "back",
    "left",
    "right",
    "upper",
    "lower",
    "small",
    "big",
    "old",
    "new",
    "red",
    "blue",
    "green",
    "white",
    "black",
]
THINGS = ["lamp", "light", "fan", "heater", "switch", "plug", "curtain"]
NAMES = [" ".join(words) for words in itertools.product(SIDES, ROOMS, THINGS)]


def told(folder: Path, text: str, forms: SpokenForms | None = None, unknown: str = "") -> list[Finding]:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return list(findings(load_grammar(folder), forms or SpokenForms(), lambda word: word not in unknown.split()))


def test_words_that_the_recogniser_lacks(tmp_path: Path) -> None:
    text = 'language: en\nintents: {A: {data: [{sentences: ["turn on {n}", "other"]}]}}\n'
    text += "lists: {n: {values: [foo, bar]}}\n"
    forms = SpokenForms({"bar": Lexeme("bar", ())})
    found = {finding.text.split("”")[0]: finding for finding in told(tmp_path, text, forms, "foo bar")}
    assert not found["The recogniser has no “foo"].serious
    assert found["The recogniser has no “bar"].serious
    assert found["The recogniser has no “foo"].where == "a.yaml, line 2"


def test_signs_alone_and_blocks_that_nothing_fits_are_told(tmp_path: Path) -> None:
    text = """\
language: en
intents:
  A:
    data:
      - sentences: ["use {n}"]
      - sentences: ["{m}"]
        requires_context: {domain: fan}
lists:
  n: {values: ["★", lamp]}
  m: {values: [{in: light, out: x, context: {domain: light}}]}
"""
    found = {(finding.where, finding.serious) for finding in told(tmp_path, text)}
    assert found == {("a.yaml, line 9", True), ("a.yaml, line 6", True)}


def test_sentences_that_sound_alike_are_told(tmp_path: Path) -> None:
    text = """\
language: en
intents:
  A: {data: [{sentences: ["get desk lock"]}]}
  B: {data: [{sentences: ["get desk clock", "something else"]}]}
"""
    assert ["sounds like" in finding.text for finding in told(tmp_path, text)] == [True]


def test_which_sound_alike_is_the_same_whether_told_at_once_or_one_by_one() -> None:
    texts = [*NAMES[::9], "left lock", "left clock", "back lamp", "black lamp", "fan", "fun", "a fan", "van"]
    for least in (0.9, 0.8):
        every = [(i, k) for i, k in itertools.combinations(range(len(texts)), 2)]
        expected = [(i, k) for i, k in every if sounds_like(texts[i], texts[k]) >= least + 1e-4]
        found = set(alike_pairs(texts, least))
        assert set(expected) <= found
        assert all(sounds_like(texts[i], texts[k]) >= least - 1e-4 for i, k in found)


def test_a_house_of_1500_names_is_checked_in_seconds(tmp_path: Path) -> None:
    intents = "".join(f"  I{i}: {{data: [{{sentences: ['[get] {name}']}}]}}\n" for i, name in enumerate(NAMES[::4]))
    lists = "".join(f"      - {name}\n" for name in NAMES)
    begun = time.process_time()
    every = "  On: {data: [{sentences: ['use {n}']}]}\n"
    told(tmp_path, f"language: en\nlists:\n  n:\n    values:\n{lists}intents:\n{intents}{every}")
    assert time.process_time() - begun < 15
