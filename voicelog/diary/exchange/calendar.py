"""The diary as an iCalendar file: an event for each entry, as long as it lasted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, timedelta

from icalendar import Calendar, Event

from voicelog.entry import Entry

_END = "END:VCALENDAR\r\n"
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def to_calendar(entries: Iterable[Entry]) -> Iterator[str]:
    """The calendar, in UTC, which every program turns into its own time zone."""
    calendar = Calendar()
    calendar.add("prodid", "-//voicelog//diary//EN")
    calendar.add("version", "2.0")
    yield calendar.to_ical().decode().removesuffix(_END)
    for entry in entries:
        yield _event(entry).to_ical().decode()
    yield _END


def _event(entry: Entry) -> Event:
    event = Event()
    start = entry.at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", f"{_clean(entry.id)}@voicelog")
    event.add("dtstamp", entry.logged_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", start)
    if entry.duration_s:
        event.add("duration", timedelta(seconds=max(1, round(entry.duration_s))))
    event.add("summary", _clean(title(entry)))
    event.add("description", _clean("\n".join(_lines(entry))))
    event.add("categories", [entry.kind])
    return event


def title(entry: Entry) -> str:
    """The entry in a line: ``spasm, both legs, 8/10``."""
    said = [entry.medication, entry.treatment, entry.symptom]
    dose = None if entry.dose is None else f"{entry.dose:g} {entry.unit or ''}".strip()
    severity = None if entry.severity is None else f"{entry.severity:g}/10"
    name = next((text for text in said if text), entry.note or entry.kind)
    return ", ".join(text for text in (name, dose, entry.intensity, *entry.locations, severity) if text)


def _lines(entry: Entry) -> Iterator[str]:
    for name, value in entry.to_json().items():
        if name not in ("id", "kind", "at", "logged_at") and value not in ("", []):
            yield f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"


def _clean(text: str) -> str:
    return _UNWANTED.sub("", text)
