from __future__ import annotations

import subprocess
import sys
import time

import numpy as np

from tests.room import RATE, Room, room

__all__ = ["room"]

RECORD = """
import sys, sounddevice, numpy
sound = sounddevice.rec(16000, samplerate=16000, channels=1, dtype="int16")
print("ready", flush=True)
sounddevice.wait()
print(int(numpy.abs(sound).max()))
"""


def tone(seconds: float) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    t = np.arange(int(seconds * RATE)) / RATE
    return (8000 * np.sin(2 * np.pi * 440 * t)).astype(np.int16)


def test_what_is_played_into_the_mouth_reaches_portaudio(room: Room) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", RECORD], env=room.environment(), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    room.play(tone(1.5))
    loudest = int(process.stdout.read())
    process.wait()
    assert 6000 < loudest < 10000


def test_the_speaker_can_be_recorded_and_fed_back(room: Room) -> None:
    with room.recording() as heard, room.echo(-10):
        command = [
            sys.executable,
            "-c",
            "import sys,sounddevice,numpy as np;"
            "t=np.arange(16000)/16000;"
            "sounddevice.play((8000*np.sin(2800*t)).astype('int16'),16000);sounddevice.wait()",
        ]
        listener = subprocess.Popen(
            [sys.executable, "-c", RECORD], env=room.environment(), stdout=subprocess.PIPE, text=True
        )
        subprocess.run(command, env=room.environment(), check=True)
        assert listener.stdout is not None
        echoed = int(listener.stdout.read().split()[-1])
        listener.wait()
        time.sleep(0.1)
    assert np.abs(heard.samples).max() > 6000
    assert 1500 < echoed < 4000


def test_microphone_and_daemon_come_back(room: Room) -> None:
    room.unplug_microphone()
    assert "mic" not in room.pactl("list", "short", "sources").split()
    room.plug_microphone()
    room.kill()
    room.start()
    assert "mic" in room.pactl("list", "short", "sources").split()
