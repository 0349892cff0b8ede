"""The diary as an iCalendar file: an event for each entry, as long as it lasted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, vDatetime, vDuration, vText
from icalendar.parser import Contentline

from voicelog.core.entry import Entry
from voicelog.core.fields import KIND_NAMED_BY

_END = "END:VCALENDAR\r\n"
_FOLDED = 75
"""Bytes from which on a line is folded (RFC 5545)."""
_UNTYPED: Any = Contentline
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def to_calendar(entries: Iterable[Entry]) -> Iterator[str]:
    """The calendar, in UTC, which every program turns into its own time zone."""
    calendar = Calendar()
    calendar.add("prodid", "-//voicelog//diary//EN")
    calendar.add("version", "2.0")
    yield calendar.to_ical().decode().removesuffix(_END)
    for entry in entries:
        yield "\r\n".join(_event(entry)) + "\r\n"
    yield _END


def _event(entry: Entry) -> Iterator[str]:
    # Line by line: an Event made and sorted for each of a hundred thousand entries takes the library a minute.
    yield "BEGIN:VEVENT"
    yield _line("SUMMARY", vText(_clean(title(entry))))
    yield _line("DTSTART", vDatetime(_whole(entry.at)))
    if entry.duration_s:
        yield _line("DURATION", vDuration(timedelta(seconds=max(1, round(entry.duration_s)))))
    yield _line("DTSTAMP", vDatetime(_whole(entry.logged_at)))
    yield _line("UID", vText(f"{_clean(entry.id)}@voicelog"))
    yield _line("CATEGORIES", vText(entry.kind))
    yield _line("DESCRIPTION", vText(_clean("\n".join(_lines(entry)))))
    yield "END:VEVENT"


def _line(name: str, value: vText | vDatetime | vDuration) -> str:
    line = f"{name}:{value.to_ical().decode()}"
    if len(line) < _FOLDED and line.isascii():
        return line
    folded: bytes = _UNTYPED(line).to_ical()
    return folded.decode()


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def title(entry: Entry) -> str:
    """The entry in a line, what is unsure with a question mark: ``spasm, both legs, 8/10?``."""
    said = {name: getattr(entry, name) for name in KIND_NAMED_BY if name != "rating_of"} | {"kind": entry.kind}
    name = next(name for name, text in said.items() if text)
    fields = {
        name: said[name],
        "dose": None if entry.dose is None else f"{entry.dose:g} {entry.unit or ''}".strip(),
        "intensity": entry.intensity,
        "locations": ", ".join(entry.locations),
        "severity": None if entry.severity is None else f"{entry.severity:g}/10",
    }
    return ", ".join(f"{text}{'?' if field in entry.unsure else ''}" for field, text in fields.items() if text)


def _lines(entry: Entry) -> Iterator[str]:
    for name, value in entry.to_json().items():
        if name not in ("id", "kind", "at", "logged_at") and value not in ("", []):
            yield f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"


def _clean(text: str) -> str:
    return _UNWANTED.sub("", text)
