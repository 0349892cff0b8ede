"""Entries that are named by what is known of them: which one "the leg one", "the spasm at eleven" is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time

from voicelog.converse.review.periods import period
from voicelog.converse.state import Talk
from voicelog.converse.when import seconds_between
from voicelog.core import body as parts
from voicelog.core.entry import Entry
from voicelog.core.meaning import Meaning, When

NEAR_S = 35 * 60.0
"""An entry this near to the hour that was said is meant by it."""
LATELY_S = 36 * 3600.0
"""Without a day an entry is meant that is no older than this."""
_HALF_DAY_S, _DAY_S = 12 * 3600.0, 24 * 3600.0
_BY_NAME = ("medication", "treatment", "symptom")
_TURN = {"last": -1, "before": -2, "first": 0, "second": 1, "third": 2}
"""The place of an entry among those of its kind, the oldest first."""


@dataclass(frozen=True, slots=True)
class Named:
    """The entries that a description fits, the likeliest first; ``sure`` if it can be but the first, or all of them."""

    entries: tuple[Entry, ...]
    sure: bool
    every: bool = False
    """Whether all of them are meant: "the last two"."""


def named(talk: Talk, of: Meaning) -> Named:
    """The entries of this conversation and the days before it that are described so; none where none fits."""
    kind = next((name for name in _BY_NAME if name in of.slots), of.asides.get("about"))
    which, count = of.asides.get("which"), of.slots.get("count")
    if kind is None and count is None:
        kind = "spasm"
    near = _near(talk, of.when)
    fitting = [e for e in _lately(talk, of.when) if (kind is None or e.kind == kind) and _fits(e, of) and near(e)]
    if count is not None:
        return Named(tuple(_by_turn(fitting)[-int(count) :][::-1]), sure=True, every=True)
    if which is not None:
        ordered = _by_turn(fitting) if which in ("last", "before") else sorted(fitting, key=_begun)
        turn = _TURN[str(which)]
        inside = -len(ordered) <= turn < len(ordered)
        return Named((ordered[turn],) if inside else (), sure=True)
    newest = tuple(_by_turn(fitting)[::-1])
    described = of.slots.keys() - set(_BY_NAME) or of.asides.keys() - {"about"} or of.when != When()
    return Named(newest, sure=len(newest) < 2 or not described)


def as_said_of(entry: Entry, meaning: Meaning) -> Meaning:
    """The meaning with its bare number as the number that this kind of entry has: "the baclofen was twenty"."""
    had, has = ("severity", "dose") if entry.kind == "medication" else ("dose", "severity")
    slots = dict(meaning.slots)
    if had in slots and has not in slots and "unit" not in slots:
        slots[has] = slots.pop(had)
    replaces = tuple(sorted({*meaning.replaces, *({"locations"} & slots.keys())}))
    doubtful = tuple(has if name == had else name for name in meaning.doubtful)
    return replace(meaning, slots=slots, of=None, replaces=replaces, doubtful=doubtful)


def _begun(entry: Entry) -> float:
    return entry.at.timestamp()


def _by_turn(entries: list[Entry]) -> list[Entry]:
    """In the order in which they were logged."""
    return sorted(entries, key=lambda e: e.logged_at.timestamp())


def _lately(talk: Talk, when: When) -> list[Entry]:
    """The entries of the day that was said, or of the last ones."""
    said = period(when.day, talk.now) if when.day is not None else None
    if said is None or said.since is None or said.until is None:
        return [e for e in talk.history.entries() if abs(seconds_between(e.at, talk.now)) <= LATELY_S]
    since, until = said.since.timestamp(), said.until.timestamp()
    return [e for e in talk.history.entries() if since <= e.at.timestamp() < until]


def _near(talk: Talk, when: When) -> Callable[[Entry], bool]:
    """Whether an entry is of about the hour that was said, in either half of the day if it was not said which."""
    if when.ago_s is not None:
        then, within = talk.now.timestamp() - when.ago_s, max(NEAR_S, when.ago_s / 4)
        return lambda entry: abs(entry.at.timestamp() - then) <= within
    if when.clock is None:
        return lambda _: True
    clock, turn = time.fromisoformat(when.clock), _DAY_S if when.half_day else _HALF_DAY_S
    said = clock.hour * 3600.0 + clock.minute * 60.0

    def near(entry: Entry) -> bool:
        local: datetime = entry.at.astimezone(talk.now.tzinfo)
        apart = abs(local.hour * 3600.0 + local.minute * 60.0 - said) % turn
        return min(apart, turn - apart) <= NEAR_S

    return near


def _fits(entry: Entry, of: Meaning) -> bool:
    """Whether all that the description tells is so of the entry."""
    side = of.asides.get("side")
    if side is not None and not any(parts.split(place)[0] in (side, "both") for place in entry.locations):
        return False
    for place in of.slots.get("locations", ()):
        if not any(_is_of(place, known) for known in entry.locations):
            return False
    if not set(of.slots.get("context", ())) <= set(entry.context):
        return False
    return all(getattr(entry, name) == of.slots[name] for name in (*_BY_NAME, "severity") if name in of.slots)


def _is_of(place: str, known: str) -> bool:
    (side, part), (known_side, known_part) = parts.split(place), parts.split(known)
    return (part == known_part and (not side or side == known_side)) or parts.covers(place, known)
