"""An entry as a phrase: what it is, where, how bad, and as much more as there is room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from voicelog.converse.clock_phrases import ClockPhrases
from voicelog.converse.phrases import Phrases
from voicelog.converse.replies import Replies
from voicelog.converse.timing import seconds_between
from voicelog.entry import Entry

CONFIRMATION_WORDS = 12
"""The most words a confirmation may have."""
JUST_NOW_S = 90.0
"""An entry logged within this time of its happening is said without its time."""


def words(text: str) -> int:
    """How many words the text has."""
    return len(text.split())


def fitted(parts: Sequence[str], room: int) -> tuple[str, ...]:
    """The first parts, and of the rest those that fit, in at most ``room`` words; always at least the first."""
    kept: list[str] = []
    for part in parts:
        if not kept or words(" ".join((*kept, part))) <= room:
            kept.append(part)
    return tuple(kept)


class Describer:
    """Describes entries in one language."""

    def __init__(self, replies: Replies) -> None:
        self.replies = replies
        self.phrases = Phrases(replies.language, replies.table)
        self.clock = ClockPhrases(self.phrases, replies.table)

    def entry(self, entry: Entry, room: int = CONFIRMATION_WORDS, leave: Iterable[str] = ()) -> str:
        """``spasm, both legs, eight``; the fields in ``leave`` are left out."""
        return ", ".join(fitted(self._parts(entry, frozenset(leave), None), room))

    def entry_at(self, entry: Entry, room: int = CONFIRMATION_WORDS) -> str:
        """``spasm, left leg, three ten``: as people tell entries apart."""
        clock = self.clock.short(entry.at)
        parts = self._parts(entry, frozenset({"at", "duration_s", "severity", "intensity"}), None)
        return ", ".join((*fitted(parts, room - words(clock)), clock))

    def all_of(self, entry: Entry) -> str:
        """Everything the entry has but its time."""
        return ", ".join(self._parts(entry, frozenset({"at"}), None))

    def reply(self, name: str, entry: Entry, leave: Iterable[str] = (), **fields: str) -> str:
        """A confirmation about an entry in at most twelve words."""
        room = CONFIRMATION_WORDS - self.replies.room(name) - sum(words(f) for f in fields.values())
        said = fitted(self._parts(entry, frozenset(leave), None), max(room, 1))
        details = "".join(f", {part}" for part in said[1:])
        return self.replies.sentence(name, entry=", ".join(said), kind=said[0], details=details, **fields)

    def field(self, entry: Entry, name: str, now: datetime) -> str:
        """The value of one field as it is said; empty where there is none."""
        if name == "at":
            return self.clock.at(entry.at, now)
        return self._field(entry, name)

    def values(self, values: Sequence[str]) -> str:
        """Several values joined: ``left leg and back``."""
        return self.phrases.joined([self.phrases.value(v) for v in values])

    def kind(self, entry: Entry) -> str:
        """What it is: ``clonus``, ``spasm``, ``baclofen``, ``fatigue``, ``note``."""
        if entry.kind == "spasm":
            return self.phrases.noun(entry.type or "spasm", False)
        name = {"medication": entry.medication, "treatment": entry.treatment, "symptom": entry.symptom}.get(entry.kind)
        return self.phrases.value(name) if name else self.phrases.noun(entry.kind, False)

    def _parts(self, entry: Entry, leave: frozenset[str], now: datetime | None) -> list[str]:
        order = {
            "spasm": ("locations", "severity", "at", "duration_s", "intensity", "triggers", "context", "sensations"),
            "medication": ("dose", "at"),
            "treatment": ("duration_s", "at"),
            "symptom": ("locations", "severity", "at", "intensity"),
            "note": (),
        }[entry.kind]
        parts = [self.kind(entry)]
        for name in order:
            if name in leave or (name == "at" and seconds_between(entry.at, entry.logged_at) < JUST_NOW_S):
                continue
            if name == "intensity" and entry.severity is not None:
                continue
            text = self.clock.at(entry.at, now or entry.logged_at) if name == "at" else self._field(entry, name)
            if text:
                parts.append(text)
        return parts

    def _field(self, entry: Entry, name: str) -> str:
        value = getattr(entry, name)
        if value is None or value == ():
            return ""
        if name == "severity":
            return self.phrases.number(value)
        if name == "duration_s":
            return self.phrases.duration(value)
        if name in ("dose", "unit"):
            return "" if entry.dose is None else self.phrases.amount(entry.dose, entry.unit)
        if name == "triggers":
            said = [
                self.phrases.value(v)
                if self.phrases.value(v) != v
                else self.replies.fragment("from_trigger", trigger=v)
                for v in value
            ]
            return self.phrases.joined(said)
        if name == "type":
            return self.phrases.noun(value, False)
        if isinstance(value, tuple):
            return self.values(value)
        return self.phrases.value(str(value))
