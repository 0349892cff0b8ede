from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from tests.hear.sounds import spoken
from tests.room import Room, room
from voicelog.core.errors import DeviceError
from voicelog.sound.microphone import Microphone, devices, find_device
from voicelog.sound.stream import Block, Dropped, MicrophoneBack, MicrophoneLost

__all__ = ["room"]

PATIENCE_S = 60.0


class Watched:
    """A microphone read in a thread: what it told, and the loudest sample lately."""

    begun: ClassVar[list[Watched]] = []

    def __init__(self, microphone: Microphone) -> None:
        self.microphone = microphone
        self.notices: queue.Queue[object] = queue.Queue()
        self.loudest = 0
        self.blocks = 0
        self.latest = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.begun.append(self)

    def _run(self) -> None:
        for item in self.microphone:
            if isinstance(item, Block):
                self.blocks += 1
                self.loudest = max(self.loudest, int(abs(item.samples.astype(int)).max()))
                self.latest = item.t
            else:
                self.notices.put(item)

    def told(self, kind: type) -> object:
        """The next notice of the kind."""
        while True:
            notice = self.notices.get(timeout=PATIENCE_S)
            if isinstance(notice, kind):
                return notice

    def until_blocks(self) -> None:
        """Wait for more sound."""
        self.blocks = 0
        until = time.monotonic() + PATIENCE_S
        while self.blocks < 10:
            assert time.monotonic() < until, "no sound comes"
            time.sleep(0.05)

    def let_go(self) -> None:
        """Close it while there still is a sound server, though the test may have failed."""
        self.microphone.close()
        self._thread.join(PATIENCE_S)

    def close(self) -> None:
        self.let_go()
        assert not self._thread.is_alive()


@pytest.fixture
def inside(room: Room) -> Iterator[Room]:
    with room.enter():
        yield room
        for watched in Watched.begun:
            watched.let_go()
        Watched.begun.clear()


def hears(watched: Watched, room: Room) -> bool:
    watched.until_blocks()
    watched.loudest = 0
    room.play(spoken("undo that"))
    return watched.loudest > 3000


def test_devices_are_found_by_number_and_name(inside: Room) -> None:
    found = devices()
    assert found
    assert find_device(None).is_default
    assert find_device(found[0].number) == found[0]
    assert find_device(str(found[-1].name).upper()) == found[-1]
    with pytest.raises(DeviceError, match="no microphone “kazoo”"):
        find_device("kazoo")


def test_the_microphone_is_taken_away_and_brought_back(inside: Room) -> None:
    watched = Watched(Microphone())
    watched.until_blocks()
    inside.unplug_microphone()
    watched.told(MicrophoneLost)
    inside.plug_microphone()
    watched.told(MicrophoneBack)
    assert hears(watched, inside)
    watched.close()


def test_no_microphone_at_the_start_is_an_error_or_is_waited_for(inside: Room) -> None:
    inside.kill()
    with pytest.raises(DeviceError):
        next(iter(Microphone()))
    watched = Watched(Microphone(patient=True))
    watched.told(MicrophoneLost)
    inside.start()
    watched.told(MicrophoneBack)
    watched.until_blocks()
    watched.close()


STOPPED = """
import sys
from voicelog.sound.stream import Block, Dropped
from voicelog.sound.microphone import Microphone
count = 0
for item in Microphone():
    if isinstance(item, Block):
        count += 1
        if count % 20 == 1:
            print("sound", flush=True)
    else:
        print(type(item).__name__, flush=True)
"""


def test_the_process_is_stopped_and_continued(room: Room) -> None:
    root = Path(__file__).parents[2]
    env = room.environment(PYTHONPATH=os.pathsep.join([str(root), *filter(None, sys.path)]))
    process = subprocess.Popen([sys.executable, "-c", STOPPED], env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "sound\n"
        process.send_signal(signal.SIGSTOP)
        time.sleep(6)
        process.send_signal(signal.SIGCONT)
        said = [process.stdout.readline().strip() for _ in range(8)]
        assert Dropped.__name__ in said or MicrophoneBack.__name__ in said
        assert said[-1] == "sound"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_sound_server_is_killed_and_comes_back(inside: Room) -> None:
    """The last one: PortAudio may never end a stream whose sound server has gone, and cannot be begun anew then."""
    watched = Watched(Microphone())
    assert hears(watched, inside)
    inside.kill()
    lost = watched.told(MicrophoneLost)
    assert isinstance(lost, MicrophoneLost)
    assert lost.why.endswith(".")
    inside.start()
    watched.told(MicrophoneBack)
    assert hears(watched, inside)
    assert abs(watched.latest - time.monotonic()) < 10
    watched.close()
