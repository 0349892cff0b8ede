"""Another day said of an entry whose time of day was said before."""

from __future__ import annotations

from datetime import datetime

from voicelog.converse.when import _on_named_day, _split_day, earlier


def is_whole_day(name: str) -> bool:
    """Whether the name is of a day before this, rather than of a part of one or of a night."""
    return name not in ("today", "tonight", "now") and _split_day(name)[1] is None


def same_clock(name: str, at: datetime, now: datetime) -> datetime:
    """The day of that name at the time of day of ``at``: the day is corrected, the time stays. Never after ``now``."""
    clock = at.astimezone(now.tzinfo).time()
    return earlier(_on_named_day(name, clock, (clock,), now), now)
