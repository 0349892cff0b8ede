"""An entry as a phrase: what it is, where, how bad, and as much more as there is room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from voicelog.converse.phrasing.numbers import Phrases
from voicelog.converse.phrasing.replies import Replies
from voicelog.converse.phrasing.times import ClockPhrases
from voicelog.converse.when import seconds_between
from voicelog.core.entry import Entry
from voicelog.core.fields import KIND_NAMED

CONFIRMATION_WORDS = 12
"""The most words a confirmation may have."""
JUST_NOW_S = 90.0
"""An entry logged within this time of its happening is said without its time."""


def words(text: str) -> int:
    """How many words the text has."""
    return len(text.split())


LONG_AGO_S = 6 * 3600.0
"""An entry logged longer ago is said with its time."""

MOST_PLACES = 3
"""More than these are counted, not named."""

Part = tuple[str, str]
"""A part of a description: the field it tells of (``kind`` for what it is), and how it is said."""

_FIRST = ("kind", "severity", "dose", "locations", "at", "duration_s")
"""What matters most to have said back, where there is not room for all; a wrong number is the worst mistake."""


def fitted(parts: Sequence[Part], room: int) -> tuple[Part, ...]:
    """The parts that fit in at most ``room`` words, the most important first, but always at least one."""
    ranked = sorted(parts, key=lambda part: _FIRST.index(part[0]) if part[0] in _FIRST else len(_FIRST))
    kept: list[Part] = []
    for part in ranked:
        if not kept or sum(words(text) for _, text in kept) + words(part[1]) <= room:
            kept.append(part)
    return tuple(part for part in parts if part in kept)


def _said(parts: Iterable[Part]) -> str:
    return ", ".join(text for _, text in parts)


class Describer:
    """Describes entries in one language; ``now`` is when it is said."""

    def __init__(self, replies: Replies) -> None:
        self.replies = replies
        self.phrases = Phrases(replies.language, replies.table)
        self.clock = ClockPhrases(self.phrases, replies.table)

    def entry(self, entry: Entry, now: datetime, room: int = CONFIRMATION_WORDS, leave: Iterable[str] = ()) -> str:
        """``spasm, both legs, eight``; the fields in ``leave`` are left out."""
        return _said(fitted(self._parts(entry, frozenset(leave), now), room))

    def entry_at(self, entry: Entry, now: datetime, room: int = CONFIRMATION_WORDS) -> str:
        """``spasm, left leg, three ten``: as people tell entries apart."""
        clock = self.clock.short(entry.at)
        parts = self._parts(entry, frozenset({"at", "duration_s", "severity", "intensity"}), now)
        return _said((*fitted(parts, room - words(clock)), ("at", clock)))

    def all_of(self, entry: Entry, now: datetime) -> str:
        """Everything the entry has but its time."""
        return _said(self._parts(entry, frozenset({"at"}), now))

    def reply(
        self,
        name: str,
        entry: Entry,
        now: datetime,
        leave: Iterable[str] = (),
        changed: Sequence[Part] = (),
        **fields: str,
    ) -> str:
        """A confirmation about an entry in at most twelve words; ``changed`` are the parts said first."""
        room = CONFIRMATION_WORDS - self.replies.room(name) - sum(words(f) for f in fields.values())
        what, *rest = self._parts(entry, frozenset(leave), now)
        first = fitted(changed, room - words(what[1])) if changed else ()
        room -= sum(words(text) for _, text in first)
        said = fitted((what, *rest), max(room, 1))
        details = "".join(f", {text}" for _, text in said[1:])
        return self.replies.sentence(
            name, entry=_said(said), kind=what[1], details=details, changed=_said(first) or what[1], **fields
        )

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
        if entry.kind == "spasm" and entry.count is not None:
            several = self.phrases.counted(int(entry.count), entry.type or "spasm")
            return self.replies.fragment("about", value=several) if entry.about else several
        if entry.kind == "spasm":
            return self.phrases.noun(entry.type or "spasm", False)
        named_by = KIND_NAMED[entry.kind].named_by
        name = getattr(entry, named_by) if named_by and entry.kind != "note" else None
        return self.phrases.value(name) if name else self.phrases.noun(entry.kind, False)

    def _parts(self, entry: Entry, leave: frozenset[str], now: datetime) -> list[Part]:
        parts = [("kind", self.kind(entry))]
        for name in KIND_NAMED[entry.kind].said:
            if name in leave or (name == "at" and self._time_is_plain(entry, now)):
                continue
            if name == "intensity" and entry.severity is not None:
                continue
            text = self.field(entry, name, now)
            if text:
                parts.append((name, text))
        return parts

    @staticmethod
    def _time_is_plain(entry: Entry, now: datetime) -> bool:
        live = abs(seconds_between(entry.at, entry.logged_at)) < JUST_NOW_S
        return live and seconds_between(entry.logged_at, now) < LONG_AGO_S

    def _field(self, entry: Entry, name: str) -> str:
        value = getattr(entry, name)
        if value is None or value == ():
            return ""
        if name == "severity":
            return self.phrases.number(value)
        if name == "duration_s":
            return self.phrases.duration(value)
        if name == "every_s":
            return self.replies.fragment("every", value=self.phrases.duration(value))
        if name == "until":
            return self.replies.fragment("until", value=self.clock.short(value))
        if name == "taken":
            return "" if value else self.replies.fragment("not_taken")
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
        if name == "locations" and len(value) > MOST_PLACES:
            return self.phrases.counted(len(value), "place")
        if isinstance(value, tuple):
            return self.values(value)
        return self._other(value)

    def _other(self, value: Any) -> str:
        if isinstance(value, datetime):
            return self.clock.short(value)
        if isinstance(value, float):
            return self.phrases.number(value)
        return self.phrases.value(str(value))
