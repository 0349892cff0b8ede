"""A grammar kept on disk is the same grammar, and nothing that stands there is run."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from voicelog.core.resources import grammars_folder
from voicelog.core.sentence_files import kept_file
from voicelog.recognise.phrase_cache import kept_grammar
from voicelog.understand import Understanding
from voicelog.understand.grammar.grammar import load_grammar
from voicelog.understand.grammar.kept import from_json, to_json
from voicelog.understand.grammar.sample import sample_sentences

HOUSE = """\
language: en
intents:
  On:
    data:
      - sentences: ["turn on {name}['s] light", "set {name} to {n} and a {half}", "(a;b) {note}"]
        requires_context: {domain: light, area: {slot: true}}
        required_keywords: [turn, set, a]
lists:
  name: {values: [{in: lamp 2, out: l, context: {domain: light}, metadata: {weight: 2}}, {in: fan, out: f}]}
  n: {range: {from: -5, to: 5, multiplier: 0.5}}
  half: {values: [{in: half, out: 0.5}]}
  note: {wildcard: true}
skip_words: [please, you know]
"""


class Runs:
    """What a pickle would run when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.mark,)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "house.yaml").write_text(HOUSE)
    return folder


def test_what_comes_back_is_the_same(house: Path) -> None:
    for folder in (house, grammars_folder("en")):
        grammar = load_grammar(folder)
        back = from_json(to_json(grammar))
        assert to_json(back) == to_json(grammar)
        assert sample_sentences(back, 500) == sample_sentences(grammar, 500)


def test_what_comes_back_understands_the_same(house: Path) -> None:
    before, after = (Understanding(g) for g in (load_grammar(house), from_json(to_json(load_grammar(house)))))
    for text in (
        "turn on lamp two's light",
        "turn on fan light",
        "set lamp 2 to minus four and a half",
        "b a then this",
    ):
        assert before.of_text(text).to_json() == after.of_text(text).to_json(), text
    assert after.of_text("turn on lamp two's light").accepted


def test_it_is_kept_and_what_else_stands_there_is_not_run(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    kept_grammar(house)
    file = kept_file(house, ())
    whole = file.read_text(encoding="utf-8")
    good = whole.partition("\n")[2]  # after its sum
    assert to_json(kept_grammar(house)) == good
    mark = tmp_path / "run"
    changed = whole.replace("lamp", "lump").encode()
    for bad in (pickle.dumps(Runs(mark)), b"", b"{}", whole[:-9].encode(), changed, b'{"nodes": [["exit", 1]]}'):
        file.write_bytes(bad)
        assert to_json(kept_grammar(house)) == good
    assert not mark.exists()
    assert file.read_text(encoding="utf-8") == whole
