"""What happens in a bedroom over months, in a room in software: its own voice, sound servers that die, long sleeps."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.logger import EIGHT, Logger, Samples, env, environment, say
from tests.model import model, model_folder
from tests.room import RATE, Recording, Room, missing, room
from voicelog.diary import open_diary

__all__ = ["env", "model", "room", "say"]

STOPPED_S = 60.0
pytestmark = pytest.mark.xdist_group("a logger all to itself")


@pytest.fixture(scope="module", autouse=True)
def asleep(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Room, Logger, Path, float]]:
    """A logger in a room of its own that is stopped for a minute, while the other tests run."""
    why = missing()
    if why:
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("asleep")
    with Room() as bedroom:
        logger = Logger(folder / "diary.db", "--no-speak", env=bedroom.environment(**environment(model_folder())))
        logger.until("state", state="listening")
        logger.process.send_signal(signal.SIGSTOP)
        yield bedroom, logger, folder, time.monotonic()
        logger.process.send_signal(signal.SIGCONT)
        logger.end()


def entries(folder: Path) -> list[float | None]:
    with open_diary(folder / "diary.db", read_only=True) as diary:
        return [entry.severity for entry in diary.entries()]


def loud(samples: Samples, seconds: float = 0.2) -> bool:
    """Whether anything was heard in the last moments."""
    return bool(np.abs(samples[-int(seconds * RATE) :].astype(int)).max(initial=0) > 300)


def until(heard: Recording, *, talking: bool, seconds: float) -> float:
    """Wait until it talks, or is silent, at most so long; how long it took."""
    began = time.monotonic()
    while loud(heard.samples) is not talking:
        assert time.monotonic() < began + seconds, f"{'silent' if talking else 'talking'} for {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


def test_the_sound_server_is_killed_and_restarted(
    room: Room, env: dict[str, str], say: dict[str, Samples], tmp_path: Path
) -> None:
    logger = Logger(tmp_path / "diary.db", "--speak", env=room.environment(**env))
    logger.until("state", state="listening")
    room.kill()
    logger.until("state", state="microphone lost")
    room.start()
    logger.until("state", state="listening")
    with room.recording() as heard:
        room.play(say[EIGHT])
        assert logger.until("saved")["entry"]["severity"] == 8
        logger.until("said")
        until(heard, talking=True, seconds=20)
    logger.end()


def test_stopped_for_a_minute_it_goes_on(asleep: tuple[Room, Logger, Path, float], say: dict[str, Samples]) -> None:
    bedroom, logger, folder, since = asleep
    time.sleep(max(0.0, since + STOPPED_S - time.monotonic()))
    logger.process.send_signal(signal.SIGCONT)
    time.sleep(3.0)
    bedroom.play(say[EIGHT])
    assert logger.until("saved")["entry"]["severity"] == 8
    assert entries(folder) == [8]
