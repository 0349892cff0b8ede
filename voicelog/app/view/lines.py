"""The stream of events, told in JSON lines to programs or in plain lines to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from voicelog.app.run.clock import Clock
from voicelog.core.entry import Change, Entry, unit_for
from voicelog.core.fields import KIND_NAMED, OTHER_FIELDS
from voicelog.core.shown import isolated, shown

_FIELDS = (
    "count", "medication", "taken", "dose", "treatment", "units", "symptom", "rating_of", "intensity", "type",
    "locations", "severity", "duration_s", "every_s", "until", "compared", "sensations", "triggers", "context", "note",
)  # fmt: skip
_ALL_FIELDS = (*_FIELDS, *(name for name in OTHER_FIELDS if name not in (*_FIELDS, "about")))


class JsonLines:
    """Each event as one JSON object, ``t`` seconds since the start."""

    def __init__(self, clock: Clock, write: Callable[[Mapping[str, Any]], None]) -> None:
        self._clock = clock
        self._write = write

    def __call__(self, event: str, values: dict[str, Any], change: Change | None = None) -> None:
        """Write the event, at once."""
        del change
        self._write({"t": round(self._clock.moment().t, 3), "event": event, **values})


class PlainLines:
    """Each event as a short line with the time of day, for people without a terminal to look at."""

    def __init__(self, clock: Clock, write: Callable[[str], None]) -> None:
        self._clock = clock
        self._write = write

    def __call__(self, event: str, values: dict[str, Any], change: Change | None = None) -> None:
        """Write the event, if it is one that concerns people."""
        text = line_of(event, values, change)
        if text:
            self._write(f"{self._clock.moment().wall:%H:%M:%S}  {text}")


def line_of(event: str, values: Mapping[str, Any], change: Change | None) -> str:
    """The event as a line; empty for one that concerns nobody (talk that was not for the logger)."""
    match event:
        case "heard":
            return f"heard    {isolated(values['text'])}" if values["accepted"] else ""
        case "said":
            return f"said     {isolated(values['text'])}"
        case "state":
            return f"now      {values['state']}"
        case "problem":
            return f"problem  {shown(values['text'])}"
    return "" if change is None else f"{event:8} {describe(change.entry)}"


def describe(entry: Entry) -> str:
    """The entry in a few words, as a person may check it at a glance; what is unsure with a question mark."""
    named_by = KIND_NAMED[entry.kind].named_by
    named = entry.kind != "note" and named_by and getattr(entry, named_by)
    parts = [f"{entry.at:%H:%M}" + ("?" if "at" in entry.unsure else ""), "" if named else entry.kind]
    for name in _ALL_FIELDS:
        value = getattr(entry, name)
        if value in (None, (), ""):
            continue
        unit = unit_for(entry.unit, value) if name == "dose" and entry.unit else ""
        parts.append(f"{_shown(name, value)} {unit}".strip() + ("?" if name in entry.unsure else ""))
    if entry.running:
        parts.append("running")
    return ", ".join(part for part in parts if part)


def _shown(name: str, value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(isolated, value))
    if name == "count":
        return f"{value:g} ×"
    if name == "taken":
        return "taken" if value else "not taken"
    if isinstance(value, datetime):
        return f"until {value:%H:%M}"
    if name == "every_s":
        return f"every {_shown('duration_s', value)}"
    if name == "severity":
        return f"{value:g}/10"
    if name == "duration_s":
        return f"{value / 60:g} min" if value >= 60 and value % 30 == 0 else f"{value:g} s"
    return f"{value:g}" if isinstance(value, float) else isolated(str(value))
