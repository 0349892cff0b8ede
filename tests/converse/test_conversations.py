"""Every script in tests/conversations goes as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.converse.script import play

SCRIPTS = sorted((Path(__file__).parent.parent / "conversations").glob("*.txt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_conversation(script: Path, tmp_path: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert play(text, tmp_path) == [line.rstrip() for line in text.splitlines() if line.strip()]


def test_there_are_many() -> None:
    assert len(SCRIPTS) >= 60
