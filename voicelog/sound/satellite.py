"""A satellite of the Wyoming protocol as microphone and speaker: another room's ear and mouth, over the network.

Needs the ``wyoming`` package; :data:`NEEDS_PACKAGE` tells how to have it.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import numpy as np

from voicelog.core.errors import DeviceError, UsageError
from voicelog.sound.stream import FRAME, RATE, Block, Framer, MicrophoneBack, MicrophoneLost, Notice, Resampler, Samples
from voicelog.sound.wyoming_frames import FrameError, Incoming, sound_form, text_of

NEEDS_PACKAGE = (
    f"The Wyoming protocol needs one more package. Install it: {sys.executable} -m pip install 'wyoming>=1.6'"
)
"""A line that works for the environment in which the program itself is installed."""

RETRY_S = 2.0
CONNECT_S = 5.0
GAP_S = 0.25
SILENT_S = 60.0
"""A satellite from which nothing comes for so long, though it was asked, is as good as gone."""
SILENCE_AFTER = np.zeros(int(2.5 * RATE) // FRAME * FRAME, np.int16)
"""Given when the satellite stops sending, so that what was being said ends."""

AHEAD_S = 0.25
"""Sound is sent so much before its time, so that it can still be stopped."""

_PLAYED_CHUNK = 1024


def parse_address(text: str) -> tuple[str, int]:
    """``HOST:PORT``. Raises :class:`UsageError`."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise UsageError(f"“{text}” is no address. Give host and port, such as bedroom.local:10700.")
    return host.strip("[]"), int(port)


class _SilentError(Exception):
    """Nothing comes; no event is begun."""


def _always(_: int) -> bool:
    return True


def _protocol() -> Any:
    try:
        from wyoming import audio, event, ping, satellite
    except ImportError as error:
        raise UsageError(NEEDS_PACKAGE) from error
    return audio, event, ping, satellite


class WyomingSource:
    """Takes sound from the satellite at ``host:port`` and plays sound to it; its clock is ``time.monotonic()``.

    Raises :class:`DeviceError` where the satellite cannot be reached at first, unless ``patient``; later it is tried
    again until it can.
    """

    def __init__(self, host: str, port: int, *, patient: bool = False) -> None:
        self._address = (host, port)
        self._patient = patient
        self._audio, self._event, self._ping, self._satellite = _protocol()
        self._closed = threading.Event()
        self._writing = threading.Lock()
        self._socket: socket.socket | None = None
        self._out: BinaryIO | None = None

    def close(self) -> None:
        """Give no more; may be called from another thread."""
        self._closed.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def play(self, samples: Samples, rate: int, goes_on: Callable[[int], bool] = _always) -> None:
        """Play int16 mono samples on the satellite, and come back when they are out; may be called from any thread.

        ``goes_on(sent)`` is told how many were sent, and may stop it. Raises :class:`DeviceError`.
        """
        about = {"rate": rate, "width": 2, "channels": 1}
        began = time.monotonic()
        self._send(self._audio.AudioStart(**about))
        for at in range(0, len(samples), _PLAYED_CHUNK):
            self._send(self._audio.AudioChunk(**about, audio=samples[at : at + _PLAYED_CHUNK].tobytes()))
            sent = min(at + _PLAYED_CHUNK, len(samples))
            time.sleep(max(0.0, began + sent / rate - AHEAD_S - time.monotonic()))
            if not goes_on(sent):
                break
        self._send(self._audio.AudioStop())

    def __iter__(self) -> Iterator[Block | Notice]:
        incoming = self._first()
        lost_at: float | None = None
        while not self._closed.is_set():
            why = f"The satellite {self._name} is gone. Check that it is switched on."
            try:
                for item in self._sound(incoming):
                    if isinstance(item, MicrophoneLost):
                        if lost_at is None:
                            lost_at = item.t
                            yield item
                        continue
                    if lost_at is not None:
                        # Only sound shows that it is back: one that sends nonsense is reached anew for ever.
                        yield MicrophoneBack(time.monotonic(), time.monotonic() - lost_at)
                        lost_at = None
                    yield item
            except FrameError as error:
                why = f"The satellite {self._name} sends what is not understood. {error}"
            except (OSError, DeviceError, ValueError):
                # Reset, or closed from the other side or from another thread.
                pass
            self._disconnect()
            if self._closed.is_set():
                return
            if lost_at is None:
                lost_at = time.monotonic()
                yield MicrophoneLost(lost_at, why)
            while not self._closed.wait(RETRY_S):
                with contextlib.suppress(DeviceError):
                    incoming = self._connect()
                    break
        self._disconnect()

    def _first(self) -> Incoming:
        try:
            return self._connect()
        except DeviceError:
            if not self._patient:
                raise
            return Incoming(None)

    @property
    def _name(self) -> str:
        return f"{self._address[0]}:{self._address[1]}"

    def _connect(self) -> Incoming:
        try:
            connection = socket.create_connection(self._address, CONNECT_S)
        except OSError as error:
            raise DeviceError(
                f"The satellite {self._name} cannot be reached ({error.strerror or error}). Is it switched on?"
            ) from error
        connection.settimeout(None)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in (("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 3), ("TCP_KEEPCNT", 3)):
            if hasattr(socket, option):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
        self._socket = connection
        self._out = connection.makefile("wb")
        self._send(self._satellite.RunSatellite())
        return Incoming(connection, self._silent)

    def _silent(self) -> None:
        """Nothing has come for a moment."""
        if self._closed.is_set():
            raise DeviceError(f"The satellite {self._name} was let go.")
        raise _SilentError

    def _disconnect(self) -> None:
        connection, self._socket, self._out = self._socket, None, None
        if connection is not None:
            connection.close()

    def _send(self, what: Any) -> None:
        with self._writing:
            if self._out is None:
                raise DeviceError(f"The satellite {self._name} is gone. Check that it is switched on.")
            try:
                self._event.write_event(what.event(), self._out)
            except OSError as error:
                raise DeviceError(f"The satellite {self._name} takes no sound: {error.strerror or error}.") from error

    def _sound(self, incoming: Incoming) -> Iterator[Block | MicrophoneLost]:
        """Blocks until the connection ends; a notice where nothing comes over it. Raises :class:`FrameError`."""
        framer = Framer()
        rate = RATE
        resampler = Resampler(rate)
        expected = 0.0
        heard_at, asked = time.monotonic(), False
        while True:
            try:
                event = incoming.event()
            except _SilentError:
                now = time.monotonic()
                if now - heard_at > SILENT_S:
                    yield MicrophoneLost(now, f"The satellite {self._name} sends nothing. Check that it listens.")
                    heard_at, asked = now, False
                elif now - heard_at > SILENT_S / 2 and not asked:
                    asked = True
                    self._send(self._ping.Ping(text=""))
                continue
            if event is None:
                return
            heard_at, asked = time.monotonic(), False
            head, data, payload = event
            if self._ping.Ping.is_type(head.type):
                self._send(self._ping.Pong(text=text_of(data)))
            elif self._audio.AudioStop.is_type(head.type) or self._satellite.StreamingStopped.is_type(head.type):
                yield Block(max(expected, time.monotonic()), SILENCE_AFTER)
            if not self._audio.AudioChunk.is_type(head.type):
                continue
            new_rate, width, channels = sound_form(data)
            samples = mono(payload, width, channels)
            if new_rate != rate:
                rate = new_rate
                resampler = Resampler(rate)
            t = time.monotonic() - len(samples) / rate
            expected = t if abs(t - expected) > GAP_S else expected
            began = expected - framer.waiting / RATE
            expected += len(samples) / rate
            # Piece by piece, so that a long piece at a low rate does not grow all at once.
            for at in range(0, len(samples), RATE):
                whole = framer.push(resampler.push(samples[at : at + RATE]))
                if len(whole):
                    yield Block(began, whole)
                    began += len(whole) / RATE


class Satellite:
    """A satellite for as long as the logger runs: its sound may be opened anew."""

    def __init__(self, host: str, port: int, *, patient: bool) -> None:
        self._address = (host, port)
        self._patient = patient
        self._source = WyomingSource(host, port, patient=patient)

    def source(self) -> WyomingSource:
        """Its sound, from now on."""
        self._source = WyomingSource(*self._address, patient=self._patient)
        return self._source

    def play(self, samples: Samples, rate: int, goes_on: Callable[[int], bool]) -> None:
        """As :meth:`WyomingSource.play`."""
        self._source.play(samples, rate, goes_on)


def mono(audio: bytes, width: int, channels: int) -> Samples:
    """Raw little-endian samples of 16 or 32 bits as int16 mono. Raises :class:`DeviceError` for other widths."""
    if width not in (2, 4):
        raise DeviceError(f"Sound of {8 * width} bits a sample is not understood. Set the satellite to 16 bits.")
    if channels < 1:
        raise DeviceError("Sound without a channel is not understood. Set the satellite to one.")
    kind = np.dtype("<i2" if width == 2 else "<i4")
    samples = np.frombuffer(audio[: len(audio) // (width * channels) * width * channels], kind)
    if width == 4:
        samples = samples >> 16
    return np.asarray(samples.reshape(-1, channels).astype(np.int32).mean(axis=1), np.int16)
