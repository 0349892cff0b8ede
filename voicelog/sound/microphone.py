"""The microphone, through PortAudio: opened at a rate it offers, resampled, and found again when it was lost."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from voicelog.core.errors import DeviceError
from voicelog.sound import portaudio
from voicelog.sound.default_input import default_source, is_speaker
from voicelog.sound.stream import (
    RATE,
    Block,
    Dropped,
    Framer,
    MicrophoneBack,
    MicrophoneLost,
    Notice,
    Resampler,
    Samples,
)

DEAD_AFTER_S = 3.0
"""Without a callback for so long, a stream that opened is dead. A null sink that was idle takes two to begin."""

RETRY_S = 1.0
_LOOK_AGAIN = (1, 2, 4, 8, 16)
"""The tries before which PortAudio looks anew, and then every sixteenth: it silences the speaker too."""

ZEROS_S = 2.0
"""After so long of nothing but zeros, the sound server is asked whether there is a microphone at all."""

BLOCK_S = 0.032
QUEUE_S = 30.0
"""Sound kept for a computer that is slow for a while; more is dropped, and counted."""

GAP_S = 0.25
"""A hole in the clock of more than this means that sound was lost."""

_RATES = (16_000, 48_000, 44_100, 32_000, 96_000, 22_050, 8_000)
_MAX_CHANNELS = 2


SILENT = "The microphone gives no more sound. Check that it is connected and switched on."


class _OnlySpeakerError(DeviceError):
    """The sound server is there, but would give what the speaker plays."""


@dataclass(frozen=True, slots=True)
class Device:
    """An input device: ``number`` and ``name`` as PortAudio has them."""

    number: int
    name: str
    system: str
    channels: int
    rate: int
    is_default: bool


def devices() -> list[Device]:
    """All input devices. Raises :class:`DeviceError` where PortAudio is not installed."""
    sounddevice = portaudio.library()
    with portaudio.lock:
        found = sounddevice.query_devices()
        systems = sounddevice.query_hostapis()
        default = sounddevice.default.device[0]
    return [
        Device(
            number,
            str(info["name"]),
            str(systems[info["hostapi"]]["name"]),
            int(info["max_input_channels"]),
            int(info["default_samplerate"]),
            number == default,
        )
        for number, info in enumerate(found)
        if info["max_input_channels"] > 0
    ]


def find_device(wanted: str | int | None) -> Device:
    """The device of that number or (part of a) name; the default one for None. Raises :class:`DeviceError`."""
    found = devices()
    if not found:
        raise DeviceError("There is no microphone. Connect one; 'voicelog devices' lists what the system sees.")
    if wanted is None or wanted == "":
        return next((device for device in found if device.is_default), found[0])
    text = str(wanted).strip()
    if text.isdigit():
        matches = [device for device in found if device.number == int(text)]
    else:
        matches = [device for device in found if device.name.casefold() == text.casefold()]
        matches = matches or [device for device in found if text.casefold() in device.name.casefold()]
    if not matches:
        raise DeviceError(f"There is no microphone “{text}”. 'voicelog devices' lists those there are.")
    return matches[0]


class Microphone:
    """A microphone as a source of blocks, whose clock is ``time.monotonic()``.

    It is opened by :meth:`begin`, or by the first step of iterating; that raises :class:`DeviceError` if it fails,
    unless ``patient``: then it is waited for like one that was lost.
    """

    def __init__(self, device: str | int | None = None, *, patient: bool = False) -> None:
        self._wanted = device
        self._patient = patient
        self._closed = threading.Event()
        self._queue: queue.Queue[tuple[float, bytes]] = queue.Queue(int(QUEUE_S / BLOCK_S))
        self._stream: Any = None
        self._rate = RATE
        self._channels = 1
        self._overflows = 0
        self._real_source = False
        self.dropped_s = 0.0
        """Seconds of sound lost since the beginning."""
        portaudio.before_looking_again(self._let_go)

    def close(self) -> None:
        """Give no more; may be called from another thread."""
        self._closed.set()

    def end(self) -> None:
        """Close one that may never have been iterated."""
        self.close()
        self._let_go()

    def be_patient(self) -> None:
        """From now on wait for it where it cannot be opened."""
        self._patient = True

    def begin(self) -> bool:
        """Take in sound from now on; False for a ``patient`` one that cannot yet, and is waited for when iterated."""
        try:
            if self._stream is None:
                self._open()
        except DeviceError:
            self._let_go()
            if not self._patient:
                raise
            return False
        return True

    def __iter__(self) -> Iterator[Block | Notice]:
        try:
            if self._stream is not None:
                pass
            elif self._patient:
                yield from self._until_open(time.monotonic(), lost=False)
            else:
                self._open()
            while not self._closed.is_set():
                why = yield from self._while_alive()
                if why is None:
                    return
                lost_at = time.monotonic()
                self._let_go()
                yield MicrophoneLost(lost_at, why)
                yield from self._until_open(lost_at, lost=True)
        finally:
            self._let_go()

    # ---- opening ----------------------------------------------------------------------------------------------------

    def _until_open(self, since: float, *, lost: bool) -> Iterator[Notice]:
        tries = 0
        while not self._closed.is_set():
            try:
                if tries in _LOOK_AGAIN or (tries and tries % max(_LOOK_AGAIN) == 0):
                    portaudio.look_again()
                self._open()
            except DeviceError as error:
                self._let_go()
                if not lost:
                    lost = True
                    yield MicrophoneLost(time.monotonic(), str(error))
                tries += not isinstance(error, _OnlySpeakerError)
                self._closed.wait(RETRY_S)
                continue
            if not self._gives_sound():
                # It opens, and is suspended: only sound shows that it is back.
                self._let_go()
                if self._closed.is_set():
                    return
                if not lost:
                    lost = True
                    yield MicrophoneLost(time.monotonic(), SILENT)
                tries += 1
                self._closed.wait(RETRY_S)
                continue
            if lost:
                yield MicrophoneBack(time.monotonic(), time.monotonic() - since)
            return

    def _gives_sound(self) -> bool:
        """Whether a stream just opened gives any sound within :data:`DEAD_AFTER_S`; False at once when closed."""
        until = time.monotonic() + DEAD_AFTER_S
        while self._queue.empty():
            if time.monotonic() > until or self._closed.wait(0.05):
                return False
        return True

    def _open(self) -> None:
        device = find_device(self._wanted)
        source = default_source() if device.name in ("default", "pulse", "pipewire") else None
        if self._real_source and is_speaker(source):
            raise _OnlySpeakerError("There is no microphone any more. Connect it again.")
        sounddevice = portaudio.library()
        channels = device.channels if device.channels <= _MAX_CHANNELS else 1
        with portaudio.lock, portaudio.hushed():
            for rate in dict.fromkeys((device.rate, *_RATES)):
                try:
                    self._stream = sounddevice.RawInputStream(
                        samplerate=rate, blocksize=round(rate * BLOCK_S), device=device.number, channels=channels,
                        dtype="int16", callback=self._arrived,
                    )  # fmt: skip
                    break
                except (sounddevice.PortAudioError, ValueError) as error:
                    failure = error
            else:
                raise _cannot_open(device, failure) from failure
            self._rate, self._channels = rate, channels
            try:
                self._stream.start()
            except sounddevice.PortAudioError as error:
                raise _cannot_open(device, error) from error
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
        self._real_source = source is not None and not is_speaker(source)

    def _let_go(self) -> bool:
        with portaudio.lock:
            stream, self._stream = self._stream, None
            if stream is not None:
                portaudio.end(stream)
        return True

    # ---- while it gives sound ---------------------------------------------------------------------------------------

    def _arrived(self, data: Any, frames: int, times: Any, status: Any) -> None:
        """PortAudio's callback: copies, and nothing else."""
        del times
        if self._closed.is_set():
            return
        if status.input_overflow:
            self._overflows += 1
        try:
            self._queue.put_nowait((time.monotonic() - frames / self._rate, bytes(data)))
        except queue.Full:
            self._overflows += 1

    def _while_alive(self) -> Generator[Block | Notice, None, str | None]:
        """Blocks until the stream is dead; returns why, or None when closed."""
        resampler = Resampler(self._rate)
        framer = Framer()
        expected: float | None = None
        overflows = self._overflows
        silent_since = time.monotonic()
        zeros_s, ask_at = 0.0, ZEROS_S
        while True:  # closed, what was already said is still given
            try:
                t, data = self._queue.get(timeout=0.0 if self._closed.is_set() else 0.5)
            except queue.Empty:
                if self._closed.is_set():
                    return None
                stream = self._stream
                if stream is None or not stream.active:
                    return "The microphone was lost. Connect it again; what was said before is safe."
                if time.monotonic() - silent_since > DEAD_AFTER_S:
                    return SILENT
                continue
            silent_since = time.monotonic()
            samples = _mono(data, self._channels)
            zeros_s = 0.0 if samples.any() else zeros_s + len(samples) / self._rate
            ask_at = ask_at if zeros_s else ZEROS_S
            if self._real_source and zeros_s >= ask_at:
                if is_speaker(default_source()):
                    return "The microphone was taken away. Connect it again; what was said before is safe."
                ask_at = min(2 * ask_at, zeros_s + 30)
            if expected is not None and (t - expected > GAP_S or self._overflows > overflows):
                overflows = self._overflows
                lost = max(t - expected, BLOCK_S)
                self.dropped_s += lost
                expected = t
                yield Dropped(t, lost)
            if expected is None or abs(t - expected) > GAP_S:
                expected = t
            began = expected - framer.waiting / RATE
            expected += len(samples) / self._rate
            # The clock of the blocks follows the samples, drawn slowly to the system's: callbacks come in clusters.
            expected += 0.01 * (t + len(samples) / self._rate - expected)
            if len(whole := framer.push(resampler.push(samples))):
                yield Block(began, whole)


def _mono(data: bytes, channels: int) -> Samples:
    samples: Samples = np.frombuffer(data, np.int16)
    if channels == 1:
        return samples
    return np.asarray(samples.reshape(-1, channels).astype(np.int32).sum(axis=1) // channels, np.int16)


def _cannot_open(device: Device, error: Exception) -> DeviceError:
    text = str(error.args[0] if error.args else error)
    if "unavailable" in text.casefold() or "busy" in text.casefold():
        return DeviceError(
            f"The microphone “{device.name}” is busy. Close the program that uses it, or choose another."
        )
    return DeviceError(
        f"The microphone “{device.name}” cannot be opened ({' '.join(text.split())}). "
        "Check that it is connected; 'voicelog devices' lists those there are."
    )
