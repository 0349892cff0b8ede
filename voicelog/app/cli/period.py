"""``--since`` and ``--until``: a stretch of time as people write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_FORM = "2026-03-01, 2026-03-01T22:00, today, yesterday, 30 days, 6 weeks, 3 months or 1 year"


def since(function: F) -> F:
    """``--since TIME``, inclusive, as ``since: str | None``; for :func:`resolved`."""
    text = "From this day or time on: an ISO date or time, today, yesterday, or how long back, such as '30 days'."
    return click.option("--since", metavar="TIME", help=text)(function)


def until(function: F) -> F:
    """``--until TIME`` as ``until: str | None``; for :func:`resolved`."""
    text = "Up to this time, or to the end of this day; written as for --since."
    return click.option("--until", metavar="TIME", help=text)(function)


def resolved(
    since: str | None, until: str | None, now: datetime | None = None
) -> tuple[datetime | None, datetime | None]:
    """Start (inclusive) and end (exclusive) as aware times; a day as the end is included whole.

    ``click.BadParameter`` for what cannot be read, and for an end before the start.
    """
    now = now or datetime.now().astimezone()
    start = None if since is None else moment(since, now, "--since")
    end = None if until is None else moment(until, now, "--until", end=True)
    if start is not None and end is not None and end <= start:
        raise click.BadParameter(f"{until} is not after {since}.", param_hint="--until")
    return start, end


def moment(text: str, now: datetime, option: str, *, end: bool = False) -> datetime:
    """One time: the beginning of a day, or with ``end`` the end of it."""
    cleaned = text.strip().lower()
    today = datetime(now.year, now.month, now.day)
    back = re.fullmatch(r"(\d{1,5}) *(d|w|m|y|day|week|month|year)s?(?: ago)?", cleaned)
    try:
        if cleaned in ("now",):
            return now
        if cleaned in ("today", "yesterday"):
            day = today - timedelta(days=cleaned == "yesterday")
        elif back:
            unit = next(days for name, days in _DAYS.items() if name.startswith(back[2][0]))
            day = today - timedelta(days=unit * int(back[1]))
        elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", cleaned):
            day = datetime.fromisoformat(cleaned)
        else:
            time = datetime.fromisoformat(text.strip())
            return _aware(time, now)
        return _aware(day + timedelta(days=1) if end else day, now)
    except (ValueError, OverflowError):
        raise click.BadParameter(f'"{text}" is no time such as {_FORM}.', param_hint=option) from None


def _aware(time: datetime, now: datetime) -> datetime:
    """Local time, by the zone of ``now`` where that has one that knows summer time, else by this machine's."""
    if time.tzinfo is not None:
        return time
    if getattr(now.tzinfo, "key", None):
        return time.replace(tzinfo=now.tzinfo)
    return time.astimezone()
