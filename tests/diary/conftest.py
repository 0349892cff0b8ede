from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from voicelog.diary import Diary, open_diary

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "diary.db"


@pytest.fixture
def diary(path: Path) -> Iterator[Diary]:
    with open_diary(path, wait_s=0.2) as opened:
        yield opened
