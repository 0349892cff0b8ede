"""The speaker as PortAudio gives it: plays one sound at a time, and knows what it played and when."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from voicelog.core.errors import DeviceError
from voicelog.sound import portaudio
from voicelog.sound.clip import Samples, Sound

REFERENCE_RATE = 16000
LATENCY_S = 0.06
"""Sound handed to the system ahead of time: what is still heard after :meth:`Output.stop`."""

MOST_LATENCY_S = 0.24
UNDERFLOWS = 3
"""A computer too slow to hand sound over in time, so often within one sound, gets twice as much time, up to that."""

FADE_S = 0.01
STALLED_POLLS = 40
POLL_S = 0.1
"""A stream that takes nothing for this many polls has failed; polls, not seconds, so that a suspended machine is not
taken for one. A PulseAudio sink that was idle may take two seconds to begin."""

REMEMBERED = 8

_FAILED = (
    "The speaker {name} failed ({why}). Check that it is connected and switched on; logging goes on without sound."
)


@dataclass(slots=True, eq=False)
class Played:
    """One sound on its way out: ``began`` and ``ended`` on the monotonic clock (seconds), as far as they are known."""

    sound: Sound
    began: float | None = None
    ended: float | None = None
    interrupted: bool = False
    position: int = 0
    stopping: bool = False
    done: threading.Event = field(default_factory=threading.Event, repr=False)
    _reference: npt.NDArray[np.float32] | None = field(default=None, repr=False)

    def reference(self) -> Samples:
        """What went out so far, at 16 kHz."""
        if self._reference is None:
            self._reference = self.sound.at_rate(REFERENCE_RATE).samples
        return self._reference[: int(self.position * REFERENCE_RATE / self.sound.rate)]


class Output:
    """A stream to one output device, opened when needed. Used by one thread, but for :meth:`stop` and what reads."""

    def __init__(self, device: int | str | None = None) -> None:
        self._device = device
        self._stream: Any = None
        self._rate = 0
        self._now: Played | None = None
        self._latency = LATENCY_S
        self._underflows = 0
        self._recent: deque[Played] = deque(maxlen=REMEMBERED)
        portaudio.before_looking_again(self._let_go)

    @property
    def playing(self) -> Played | None:
        """The sound that is on its way out now."""
        return self._now

    def open(self) -> None:
        """Open the device unless it is open. Raises :class:`DeviceError`."""
        with portaudio.lock, portaudio.hushed():
            if self._stream is not None and self._stream.active:
                return
            self.close()
            sounddevice = portaudio.library()
            try:
                info = sounddevice.query_devices(self._device, "output")
            except (sounddevice.PortAudioError, ValueError) as error:
                self.close()
                raise DeviceError(self._missing()) from error
            try:
                self._rate = int(info["default_samplerate"])
                self._stream = sounddevice.OutputStream(
                    device=self._device,
                    samplerate=self._rate,
                    channels=min(2, int(info["max_output_channels"])),
                    dtype="float32",
                    latency=self._latency,
                    callback=self._fill,
                )
                self._stream.start()
            except (sounddevice.PortAudioError, ValueError) as error:
                self.close()
                raise self._failure(_why(error)) from error

    def play(self, sound: Sound) -> Played:
        """Play the sound and come back when it is out, or stopped. Raises :class:`DeviceError` if the device fails."""
        self.open()
        played = Played(sound.at_rate(self._rate))
        self._underflows = 0
        self._recent.append(played)
        self._now = played
        stalled, before = 0, 0
        while not played.done.wait(POLL_S):
            stalled = stalled + 1 if played.position == before else 0
            before = played.position
            stream = self._stream
            if stream is None:  # let go of just before
                self.open()
            elif stalled >= STALLED_POLLS or not stream.active:
                self._now = None
                played.ended = time.monotonic()
                self.close()
                raise self._failure("it takes no more sound")
        if played.interrupted:
            self.close()  # what was handed over ahead of time is not heard either
        elif self._underflows >= UNDERFLOWS and self._latency < MOST_LATENCY_S:
            self._latency *= 2
            self.close()
        return played

    def stop(self) -> None:
        """Be silent at once: what is playing is faded out."""
        played = self._now
        if played is not None:
            played.stopping = True

    def reference(self, start: float, end: float) -> Samples:
        """What came out between two readings of the monotonic clock, mono at 16 kHz; zeros where it was silent."""
        out = np.zeros(max(0, round((end - start) * REFERENCE_RATE)), np.float32)
        for played in tuple(self._recent):
            if played.began is None:
                continue
            samples = played.reference()
            at = round((played.began - start) * REFERENCE_RATE)
            first, last = max(0, at), min(len(out), at + len(samples))
            if first < last:
                out[first:last] += samples[first - at : last - at]
        return out

    def close(self) -> None:
        """Let go of the device."""
        with portaudio.lock:
            stream, self._stream = self._stream, None
            if stream is not None:
                portaudio.end(stream)

    def _let_go(self) -> bool:
        if self._now is not None:
            return False
        self.close()
        return True

    def _missing(self) -> str:
        there = "is no speaker" if self._device is None else f"is no speaker “{self._device}”, or more than one"
        return f"There {there}. 'voicelog devices' lists those there are; logging goes on without sound."

    def _failure(self, why: str) -> DeviceError:
        name = f"“{self._device}”" if self._device not in (None, "") else "of the system"
        return DeviceError(_FAILED.format(name=name, why=why))

    def _fill(self, out: npt.NDArray[np.float32], frames: int, times: Any, status: Any) -> None:
        out.fill(0)
        self._underflows += bool(status)
        played = self._now
        if played is None:
            return
        if played.began is None:
            ahead = max(0.0, float(times.outputBufferDacTime) - float(times.currentTime))
            played.began = time.monotonic() + min(ahead, 1.0)
        samples = played.sound.samples
        block = samples[played.position : played.position + frames]
        if played.stopping:
            block = block[: int(FADE_S * self._rate)]
            block = block * np.linspace(1.0, 0.0, len(block), dtype=np.float32)
        out[: len(block)] = block[:, None]
        played.position += len(block)
        if played.stopping or played.position >= len(samples):
            played.interrupted = played.stopping
            played.ended = played.began + played.position / self._rate
            self._now = None
            played.done.set()


def _why(error: Exception) -> str:
    text = str(error.args[0] if error.args else error)
    return " ".join(text.split()).rstrip(".").lower()
