"""Every script in tests/conversations goes as it is written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.converse.script import play

SCRIPTS = sorted((Path(__file__).parent.parent / "conversations").glob("*.txt"))
_MEMORY = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: what is tested here is the conversation, not the disk."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        yield Path(name)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_conversation(script: Path, folder: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert play(text, folder) == [line.rstrip() for line in text.splitlines() if line.strip()]


def test_there_are_many() -> None:
    assert len(SCRIPTS) >= 60
