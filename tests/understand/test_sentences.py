"""What people say and what must be understood: the sentences of ``sentences/*.yaml``, one test each.

A file names its ``intent`` (null: said to somebody else, must not be accepted), optionally what the logger is
``expecting``, and its ``sentences``; a sentence may differ in both. ``slots`` and ``day`` must come out exactly;
``asides``, ``replaces`` and ``without`` where given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from voicelog.understand.understanding import Understanding

HERE = Path(__file__).parent
GRAMMAR = HERE.parents[1] / "grammars" / "en"


@lru_cache(maxsize=1)
def understanding() -> Understanding:
    return Understanding.from_folder(GRAMMAR)


def cases() -> Iterator[Any]:
    for path in sorted((HERE / "sentences").glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for sentence in data["sentences"]:
            case = {"said": sentence} if isinstance(sentence, str) else sentence
            case = {"intent": data["intent"], "expecting": data.get("expecting"), **case}
            yield pytest.param(case, id=f"{path.stem}: {case['said']}")


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, list | tuple) else value for name, value in values.items()}


@pytest.mark.parametrize("case", list(cases()))
def test_sentence(case: dict[str, Any]) -> None:
    meaning = understanding().of_text(case["said"], case["expecting"])
    if case["intent"] is None:
        assert not meaning.accepted, f"taken as {meaning.intent} {dict(meaning.slots)}"
        return
    assert meaning.accepted, meaning.reason
    assert meaning.intent == case["intent"]
    assert plain(meaning.slots) == plain(case.get("slots", {}))
    assert meaning.when.day == case.get("day")
    for name in ("replaces", "without"):
        if name in case:
            assert sorted(getattr(meaning, name)) == sorted(case[name])
    if "asides" in case:
        assert plain(meaning.asides) == plain(case["asides"])
