"""How a run ends: by Ctrl-C or SIGTERM, at once, and with nothing lost."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType


@dataclass
class Ending:
    """Asked to end. What is being done is finished first; only waiting is broken off."""

    asked: bool = False
    wake: Callable[[], object] = lambda: None
    """Called from the signal's handler."""
    _waiting: bool = False

    @contextlib.contextmanager
    def signals(self) -> Iterator[Ending]:
        """Take the signals over. A second signal ends at once."""

        def handler(number: int, frame: FrameType | None) -> None:
            del number, frame
            again, self.asked = self.asked, True
            self.wake()
            if self._waiting or again:
                raise KeyboardInterrupt

        before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield self
        finally:
            for number, old in before.items():
                signal.signal(number, old)

    @contextlib.contextmanager
    def breakable(self) -> Iterator[None]:
        """While waiting for input: a signal breaks it off with ``KeyboardInterrupt``."""
        self._waiting = True
        try:
            if self.asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._waiting = False
