"""The clock of a run: that of the computer, or one that is moved by hand as fast as the work is done."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from voicelog.converse.messages import Moment


class SystemZone(tzinfo):
    """The computer's time zone, with its summer time then and now: what its C library makes of any local time.

    (``datetime.astimezone()`` gives an offset that stays as it is, an hour out beyond the next change.)
    """

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """The offset of a local time from UTC."""
        return None if moment is None else self._local(moment).utcoffset()

    def dst(self, moment: datetime | None) -> timedelta | None:
        """Not known: C libraries do not tell how much of the offset it is."""
        del moment
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """The zone's abbreviation at a local time."""
        return None if moment is None else self._local(moment).tzname()

    def fromutc(self, moment: datetime) -> datetime:
        """The local time of a UTC time that is marked as being of this zone."""
        there = moment.replace(tzinfo=UTC).astimezone()
        local = there.replace(tzinfo=self, fold=0)
        return local if local.utcoffset() == there.utcoffset() else local.replace(fold=1)

    @staticmethod
    def _local(moment: datetime) -> datetime:
        return moment.replace(tzinfo=None).astimezone()


def zone_at(start: datetime | None) -> tzinfo | None:
    """The computer's time zone, if a clock that begins so is in it; else None, for the offset that was given."""
    zone = SystemZone()
    return zone if start is None or start.astimezone(zone).utcoffset() == start.utcoffset() else None


class Clock(Protocol):
    """Tells the moment; ``Moment.t`` is seconds since the clock was made."""

    @property
    def zone(self) -> tzinfo | None:
        """The time zone with its summer time; None where only the offset of each moment is known."""

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
        self.zone = zone_at(start)

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
        self.zone = zone_at(start)

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
