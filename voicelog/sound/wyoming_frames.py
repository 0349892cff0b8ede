"""Events of the Wyoming protocol as they come from others: every length and number is checked before it is used.

An event is a line of JSON, then so many bytes of more JSON, then so many bytes of sound. What announces more than the
limits here is refused before anything is kept of it.
"""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LINE = 1 << 16
"""Bytes of the line that begins an event."""
DATA = 1 << 20
"""Bytes of the JSON that follows it."""
PAYLOAD = 8 << 20
"""Bytes of sound in one event."""
EVENT_S = 30.0
"""Seconds in which an event that has begun must be there whole."""
RATES = (1_000, 384_000)
"""Samples a second that sound may have."""
CHANNELS = 32
_POLL_S = 0.5


class FrameError(Exception):
    """What came is no event, or one that cannot be taken; ``str()`` of it is a sentence."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of an event: its type and data, and how many bytes of data and of sound follow it."""

    type: str
    data: Mapping[str, Any]
    data_length: int
    payload_length: int


def header(line: bytes) -> Header:
    """The header in a line. Raises :class:`FrameError`."""
    values = _object(line)
    name, data = values.get("type"), values.get("data")
    if not isinstance(name, str):
        raise FrameError('An event has no "type" that is a text.')
    if data is not None and not isinstance(data, dict):
        raise FrameError(f"The data of {name[:40]!r} is not an object.")
    lengths = []
    for field, most in (("data_length", DATA), ("payload_length", PAYLOAD)):
        length = values.get(field)
        length = 0 if length is None else length
        if not isinstance(length, int) or isinstance(length, bool) or not 0 <= length <= most:
            raise FrameError(f"{field} of {name[:40]!r} is not a whole number from 0 to {most}.")
        lengths.append(length)
    return Header(name, data or {}, lengths[0], lengths[1])


def with_data(head: Header, more: bytes) -> Mapping[str, Any]:
    """The data of an event, with those that followed its line. Raises :class:`FrameError`."""
    return {**head.data, **(_object(more) if more else {})}


def sound_form(data: Mapping[str, Any]) -> tuple[int, int, int]:
    """Rate, width in bytes and channels of sound. Raises :class:`FrameError` for what no sound has."""
    rate, width, channels = (_whole(data, name) for name in ("rate", "width", "channels"))
    if not RATES[0] <= rate <= RATES[1]:
        raise FrameError(f"Sound of that rate is not understood. From {RATES[0]} to {RATES[1]} samples a second are.")
    if width not in (2, 4):
        raise FrameError("Sound of that width is not understood. Give 2 or 4 bytes a sample.")
    if not 1 <= channels <= CHANNELS:
        raise FrameError(f"Sound of so many channels is not understood. From 1 to {CHANNELS} are.")
    return rate, width, channels


def text_of(data: Mapping[str, Any]) -> str | None:
    """The text of an event, None where it has none. Raises :class:`FrameError` for one that is no text."""
    text = data.get("text")
    if text is not None and not isinstance(text, str):
        raise FrameError('"text" is not a text.')
    return text


def _whole(data: Mapping[str, Any], name: str) -> int:
    value = data.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise FrameError(f'"{name}" is not a whole number.')
    return value


def _object(text: bytes) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FrameError("What came is no JSON, so not the Wyoming protocol.") from error
    if not isinstance(values, dict):
        raise FrameError("What came is no object, so not the Wyoming protocol.")
    return values


class Incoming:
    """The events that come over a connection; used by one thread. ``idle()`` is called twice a second between them."""

    def __init__(self, connection: socket.socket | None, idle: Callable[[], None] = lambda: None) -> None:
        self._connection = connection
        self._idle = idle
        self._begun = bytearray()

    def event(self) -> tuple[Header, Mapping[str, Any], bytes] | None:
        """The next event: header, data, sound; None at the end. Raises :class:`FrameError` and ``OSError``."""
        if self._connection is None or not self._more(None):
            return None
        until = time.monotonic() + EVENT_S
        while (end := self._begun.find(b"\n")) < 0:
            if len(self._begun) > LINE:
                raise FrameError("A line does not end, so this is not the Wyoming protocol.")
            if not self._more(until, also=True):
                return None
        if end > LINE:
            raise FrameError("A line is too long, so this is not the Wyoming protocol.")
        line = bytes(self._begun[:end])
        del self._begun[: end + 1]
        head = header(line)
        data, payload = self._exactly(head.data_length, until), self._exactly(head.payload_length, until)
        if data is None or payload is None:
            return None
        return head, with_data(head, data), payload

    def _exactly(self, length: int, until: float) -> bytes | None:
        while len(self._begun) < length:
            if not self._more(until, also=True):
                return None
        found = bytes(self._begun[:length])
        del self._begun[:length]
        return found

    def _more(self, until: float | None, *, also: bool = False) -> bool:
        """Wait for bytes, unless some are there; False at the end of the connection."""
        if self._begun and not also:
            return True
        assert self._connection is not None
        while not select.select([self._connection], [], [], _POLL_S)[0]:
            if until is None:
                self._idle()
            elif time.monotonic() > until:
                raise FrameError("An event that was begun did not come to its end.")
        if until is not None and time.monotonic() > until:
            raise FrameError("An event that was begun did not come to its end.")
        received = self._connection.recv(1 << 16)
        self._begun += received
        return bool(received)
