"""The diary in other programs' formats: out as JSON, CSV, FHIR and iCalendar, in from JSON and CSV.

Everything is streamed, an entry at a time, so that a diary of a million entries needs no more memory than a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from voicelog.core.entry import Entry
from voicelog.diary.exchange.calendar import to_calendar
from voicelog.diary.exchange.fhir import to_fhir
from voicelog.diary.exchange.json_form import to_json
from voicelog.diary.exchange.table import to_csv

FORMATS: dict[str, Callable[[Iterable[Entry]], Iterator[str]]] = {
    "json": to_json,
    "csv": to_csv,
    "fhir": to_fhir,
    "ics": to_calendar,
}
"""What ``export --format`` offers: each turns entries into pieces of text, lines ended as the format wants them."""

__all__ = ["FORMATS"]
