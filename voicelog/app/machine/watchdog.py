"""Telling systemd that the logger is ready, what it does, and that it is alive (sd_notify)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping


class Watchdog:
    """Speaks to the service manager named in the environment; says nothing where there is none.

    :meth:`alive` is to be called by what would hang if the logger hung, as often as it likes.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        self._address = environ.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]
        self._interval = _interval(environ)
        self._next = 0.0
        self._said: set[str] = set()

    def ready(self) -> None:
        """Listening has begun; told once."""
        if "READY=1" not in self._said:
            self._tell("READY=1")
            self._said.add("READY=1")

    def state(self, text: str) -> None:
        """What the logger does now, shown by ``systemctl status``."""
        self._tell(f"STATUS={text}")

    def alive(self) -> None:
        """The logger has come round once more; passed on four times in the interval after which it would be ended."""
        now = time.monotonic()
        if self._interval and now >= self._next:
            self._next = now + self._interval / 4
            self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """Listening ends."""
        self._tell("STOPPING=1")

    def _tell(self, message: str) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.setblocking(False)
            try:
                channel.sendto(message.encode(), self._address)
            except OSError:  # the manager is restarting or slow; the next message will do
                return


def _interval(environ: Mapping[str, str]) -> float:
    """Seconds after which silence is taken for a fault; 0 where nobody watches this process."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    text = environ.get("WATCHDOG_USEC", "")
    return int(text) / 1e6 if text.isdigit() else 0.0
