"""What a meaning makes of an entry: a new one, or the one that it completes or corrects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from voicelog.converse.when import is_whole_day, resolve, same_clock, seconds_between
from voicelog.core import body as parts
from voicelog.core.entry import Entry
from voicelog.core.fields import FIELDS_OF, LIST_FIELDS, NUMBER_FIELDS
from voicelog.core.meaning import Meaning, When

TIMED_S = 60.0
"""An entry this far from when it was logged had its time said."""


@dataclass(frozen=True, slots=True)
class Completed:
    """An entry as a meaning leaves it.

    ``said`` are the fields that were spoken of, changed or not; ``gone`` is whether something was only taken away.
    ``new_locations`` are those spoken of, for saying them back.
    """

    entry: Entry
    said: tuple[str, ...]
    replaced: bool = False
    gone: bool = False
    new_locations: tuple[str, ...] = ()


def when_of(meaning: Meaning) -> When:
    """When it was, from ``when`` or, where that is empty, from the slots ``ago_s`` and ``at``."""
    if meaning.when != When():
        return meaning.when
    ago, clock = meaning.slots.get("ago_s"), meaning.slots.get("at")
    return When(ago_s=None if ago is None else float(ago), clock=clock)


def fields_of(meaning: Meaning, kind: str) -> dict[str, Any]:
    """The slots that an entry of this kind can have, as its fields hold them."""
    fields = {name: _as_field(name, meaning.slots[name]) for name in FIELDS_OF[kind] if name in meaning.slots}
    return fields | ({"locations": parts.of_one_breath(fields["locations"])} if "locations" in fields else {})


def takes(kind: str, meaning: Meaning) -> int:
    """How many of the things said an entry of this kind can take; none where something does not go with it."""
    names = set(meaning.slots) - {"ago_s", "at", "period"}
    if names - set(FIELDS_OF[kind]):
        return 0
    sided = bool(meaning.without or meaning.asides.get("side") or meaning.asides.get("not_side"))
    if sided and "locations" not in FIELDS_OF[kind]:
        return 0
    return len(names) + sided + (when_of(meaning) != When())


def entry_from(meaning: Meaning, entry_id: str, kind: str, now: datetime) -> Entry:
    """A new entry."""
    fields = fields_of(meaning, kind)
    until = resolve(When(clock=fields["until"]), now) if "until" in fields else None
    fields |= {"until": until} if "until" in fields else {}
    return Entry(
        id=entry_id,
        kind=kind,
        at=resolve(when_of(meaning), now) or now,
        logged_at=now,
        text=meaning.text,
        confidence=meaning.confidence,
        unsure=tuple(name for name in _doubtful(meaning) if name in fields or name == "at"),
        **fields,
    )


def completed(entry: Entry, meaning: Meaning, now: datetime, last: Sequence[str] = ()) -> Completed:
    """The entry with what was said added, or in place of what it corrects.

    ``last`` are the locations said last, which a correction without the same part means.
    """
    fields = fields_of(meaning, entry.kind)
    changes: dict[str, Any] = dict(fields)
    if "until" in fields:
        changes["until"] = resolve(When(clock=fields["until"]), now)
    for name in LIST_FIELDS:
        value = _many(entry, name, fields.get(name, ()), meaning, last)
        if value != getattr(entry, name) or name in fields:
            changes[name] = value
    at = _time_of(when_of(meaning), entry, now)
    if at is not None:
        changes["at"] = at
    said = tuple(changes)
    unsure = tuple(name for name in entry.unsure if name not in said)
    unsure += tuple(name for name in _doubtful(meaning) if name in said and name not in unsure)
    gone = bool(said) and not meaning.slots and not meaning.asides.get("side")
    lost = set(entry.locations) - set(changes.get("locations", entry.locations))
    return Completed(
        entry.with_fields(**changes, unsure=unsure),
        said,
        replaced=bool(meaning.replaces or lost or at is not None),
        gone=gone and at is None,
        new_locations=fields.get("locations", changes.get("locations", ())),
    )


def _many(entry: Entry, name: str, new: Sequence[str], meaning: Meaning, last: Sequence[str]) -> tuple[str, ...]:
    """The values of a field that may have many, with new ones added or in place of others, and some taken away."""
    had: tuple[str, ...] = getattr(entry, name)
    if name != "locations":
        kept = tuple(v for v in had if v not in meaning.without)
        if name in meaning.replaces and kept == had:
            return tuple(new)
        return tuple(dict.fromkeys((*kept, *new)))
    kept = parts.without(had, meaning.without)
    side, not_side = meaning.asides.get("side"), meaning.asides.get("not_side")
    if not new:
        return parts.other_side(kept, side, not_side) if side or not_side else kept
    if not_side:
        kept = parts.without(kept, [parts.join(not_side, parts.split(location)[1]) for location in new])
    if name in meaning.replaces and kept == had:
        return parts.replaced(had, new, last)
    return parts.added(kept, new)


def merged(entry: Entry, other: Entry) -> Entry:
    """The entry with what another, that was meant to be the same, says besides."""
    changes: dict[str, Any] = {}
    for name in FIELDS_OF[entry.kind]:
        value = getattr(other, name)
        if value is None or value == ():
            continue
        if name == "locations":
            changes[name] = parts.added(entry.locations, value)
        elif name in LIST_FIELDS:
            changes[name] = tuple(dict.fromkeys((*getattr(entry, name), *value)))
        else:
            changes[name] = value
    return entry.with_fields(**changes)


def _time_of(when: When, entry: Entry, now: datetime) -> datetime | None:
    """When it was by what is said now; where that is but another day, at the time of day that was said before."""
    timed = abs(seconds_between(entry.at, entry.logged_at)) >= TIMED_S
    if timed and when.day is not None and when.clock is None and when.ago_s is None and is_whole_day(when.day):
        return same_clock(when.day, entry.at, now)
    return resolve(when, now)


def _doubtful(meaning: Meaning) -> tuple[str, ...]:
    """The fields in doubt; how long ago it was decides when it was, and a dose is asked about with its unit."""
    fields = dict.fromkeys("at" if name == "ago_s" else name for name in meaning.doubtful)
    return tuple(name for name in fields if name != "unit" or "dose" not in fields)


def _as_field(name: str, value: Any) -> Any:
    if name in NUMBER_FIELDS:
        return float(value)
    if name in LIST_FIELDS:
        return (value,) if isinstance(value, str) else tuple(value)
    return value
