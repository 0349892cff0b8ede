"""An entry of the diary: the one shape that every room shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, time
from typing import Any

from voicelog.core.fields import FIELDS, KINDS, LIST_FIELDS, NUMBER_FIELDS, TIME_FIELDS

__all__ = ["KINDS", "LIST_FIELDS", "NUMBER_FIELDS", "Change", "Entry", "day_only", "is_doubtful", "unit_for"]


NOON = time(12)
"""Where an entry stands of which only the day is known."""
_FORMS = {"text": "str | None", "number": "float | None", "time": "datetime | None", "flag": "bool | None"}


def _with_all_fields(cls: type[Entry]) -> type[Entry]:
    """The class with the fields of the table that are not written out in it, at its end."""
    for field in FIELDS:
        if field.name not in cls.__annotations__:
            cls.__annotations__[field.name] = _FORMS.get(field.form, "tuple[str, ...]")
            setattr(cls, field.name, () if field.form == "list" else None)
    return cls


@dataclass(frozen=True, slots=True)
@_with_all_fields
class Entry:
    """One thing that happened, as far as it was said.

    Times are aware datetimes; ``duration_s`` is seconds; ``severity`` is 0 to 10 in halves on a numeric rating
    scale. A field that was not said is ``None`` or empty. A field of the table has an attribute whether it is written
    out here, for those who check types, or not.
    """

    id: str
    kind: str
    at: datetime
    logged_at: datetime
    text: str = ""
    confidence: float = 1.0
    severity: float | None = None
    intensity: str | None = None
    locations: tuple[str, ...] = ()
    type: str | None = None
    sensations: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    duration_s: float | None = None
    medication: str | None = None
    dose: float | None = None
    unit: str | None = None
    treatment: str | None = None
    symptom: str | None = None
    note: str | None = None
    count: float | None = None
    """How many spasms that are not told apart; 0: a stretch said to be free of them."""
    about: bool | None = None
    """True where the count was an estimate."""
    until: datetime | None = None
    """The end of the stretch in which they came; its beginning is ``at``."""
    every_s: float | None = None
    """Seconds between two of them."""
    compared: str | None = None
    """``worse``, ``same`` or ``better`` than another; what with is in ``text``."""
    taken: bool | None = None
    """False where a medication was missed or skipped."""
    rating_of: str | None = None
    """What of a whole day or night ``severity`` rates."""
    units: float | None = None
    """How many units were injected."""
    running: bool = False
    """A spasm that has started and was not said to be over."""
    unsure: tuple[str, ...] = ()
    """Names of the fields whose value was heard with doubt and never confirmed."""

    def to_json(self) -> dict[str, Any]:
        """The entry as JSON values: times in ISO 8601 with offset, what was not said left out."""
        out: dict[str, Any] = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if value is None or value == () or (f.name == "running" and not value):
                continue
            if isinstance(value, datetime):
                value = value.isoformat()
            elif isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, float) and value.is_integer() and f.name != "confidence":
                value = int(value)
            out[f.name] = value
        return out

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """The reverse of :meth:`to_json`. Unknown keys are ignored; bad values raise ``ValueError``."""
        known = {f.name for f in fields(cls)}
        values: dict[str, Any] = {}
        for name, value in data.items():
            if name not in known or value is None:
                continue
            if name in TIME_FIELDS:
                value = datetime.fromisoformat(value)
                if value.tzinfo is None:
                    raise ValueError(f"{name} has no UTC offset")
            elif name in LIST_FIELDS or name == "unsure":
                value = tuple(value)
            elif name in NUMBER_FIELDS:
                value = float(value)
            values[name] = value
        return cls(**values)

    def with_fields(self, **changes: Any) -> Entry:
        """A copy with some fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the diary's history: an entry as it was and as it is.

    ``before`` is None for a new entry; ``after`` is None for a removed one. ``undoes`` names the change that this
    one takes back (undo) or brings back (restore, naming the undoing change).
    """

    id: str
    op: str
    """``save``, ``change``, ``remove`` or ``restore``."""
    before: Entry | None
    after: Entry | None
    at: datetime
    words: str = ""
    undoes: str | None = None

    @property
    def entry(self) -> Entry:
        """The entry concerned, as it is after the change, or as it was if it is gone."""
        entry = self.after or self.before
        assert entry is not None
        return entry


def day_only(entry: Entry) -> bool:
    """Whether only the day is known: an import gave it without a time, and it stands at noon."""
    return "at" in entry.unsure and entry.at.time() == NOON


def is_doubtful(entry: Entry) -> bool:
    """Whether a value was heard with doubt; that only the day is known is no doubt of what happened."""
    return bool(entry.unsure) and not (day_only(entry) and entry.unsure == ("at",))


def unit_for(name: str, amount: float) -> str:
    """The unit of an amount in writing: ``mg``, ``tablets``, ``puffs``; empty where none was said."""
    return f"{name}s" if amount != 1 and name in ("tablet", "puff", "drop", "unit") else name
