from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import diary_kill
import pytest

from voicelog.diary import Diary, open_diary


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written beside a diary goes into the user's folders: into others for each test."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "diary.db"


@pytest.fixture
def diary(path: Path) -> Iterator[Diary]:
    with open_diary(path, wait_s=0.2) as opened:
        yield opened


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The folder of a disk of a few megabytes."""
    with ExitStack() as stack:
        try:
            disk = stack.enter_context(diary_kill.small_disk(tmp_path / "disk"))
        except OSError as error:
            pytest.skip(str(error))
        yield disk
