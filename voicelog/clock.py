"""The clock of a run: that of the computer, or one that is moved by hand as fast as the work is done."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from voicelog.converse.messages import Moment


class Clock(Protocol):
    """Tells the moment; ``Moment.t`` is seconds since the clock was made."""

    def moment(self) -> Moment:
        """What the clock shows now."""

    def move_to(self, t: float) -> None:
        """Let it be at least ``t`` seconds after the start; it never goes back."""


class RealClock:
    """The computer's clock, or one as fast as it that began at ``start``."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start
        self._began = time.monotonic()
        self._skipped = 0.0

    def restart(self) -> None:
        """Let it be the start now."""
        self._began = time.monotonic()

    def moment(self) -> Moment:
        """What the clock shows now."""
        t = time.monotonic() - self._began + self._skipped
        if self._start is not None:
            return Moment(_later(self._start, t), t)
        return Moment((datetime.now(UTC) + timedelta(seconds=self._skipped)).astimezone(), t)

    def move_to(self, t: float) -> None:
        """Let it be at least ``t`` seconds after the start; it never goes back."""
        self._skipped += max(0.0, t - self.moment().t)


class HandClock:
    """Stands still at ``start`` (now, if None) until it is moved."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start or datetime.now(UTC)
        self._local = start is None
        self._t = 0.0

    def moment(self) -> Moment:
        """What the clock shows now."""
        wall = _later(self._start, self._t)
        return Moment(wall.astimezone() if self._local else wall, self._t)

    def move_to(self, t: float) -> None:
        """Let it be at least ``t`` seconds after the start; it never goes back."""
        self._t = max(self._t, t)


def _later(start: datetime, seconds: float) -> datetime:
    """So many seconds of real time after ``start``, summer time begun or ended meanwhile or not."""
    return (start.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(start.tzinfo)
