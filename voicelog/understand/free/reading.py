"""From tagged words to meanings: one for each event that was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from voicelog.core.body import join, plurals, split
from voicelog.core.fields import FIELDS_OF
from voicelog.core.meaning import Meaning, SlotValue, When
from voicelog.understand.free.corpus import Span
from voicelog.understand.free.reference import reference_in, words_of
from voicelog.understand.free.values import Found, ValueReader
from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.rank.assemble import CONFLICT_COST, corrections_in
from voicelog.understand.values.number_words import english, number_words

SPASM = frozenset(FIELDS_OF["spasm"])
DOSED = frozenset(["medication", "dose", "unit", "taken"])
TIME = frozenset(("at", "ago_s"))
SLOTS: Mapping[str, frozenset[str]] = {
    "log_spasm": SPASM | TIME,
    "start_spasm": SPASM | TIME,
    "end_spasm": SPASM | TIME,
    "log_medication": DOSED | TIME,
    "log_treatment": frozenset(["treatment", "duration_s", "dose", "unit", "units", "locations"]) | TIME,
    "log_symptom": frozenset(["symptom", "severity", "intensity", "locations"]) | TIME,
    "log_rating": frozenset(["rating_of", "severity"]) | TIME,
    "amend": SPASM | DOSED | TIME | {"symptom", "treatment"},
    "review_medication": frozenset(("medication", "period")),
    "ask_advice": frozenset(("medication",)),
    "review_pattern": SPASM | {"pattern", "period", "medication"},
}
"""The slots that an intent may have; reviews may have those of a spasm and a period, anything else none."""
REVIEW = SPASM | {"period", "medication", "treatment", "symptom"}
FIELD = {"intensity": "intensity", "type": "type", "compared": "compared", "medication": "medication",
         "treatment": "treatment", "symptom": "symptom", "rating_of": "rating_of", "period": "period",
         "pattern": "pattern"}  # fmt: skip
"""The slot that a role's guessed value fills …"""
LISTS = {"location": "locations", "sensation": "sensations", "trigger": "triggers", "context": "context"}
"""… and those that take several."""
MANY = frozenset(LISTS.values())
NUMBERS = ("severity", "dose", "count", "duration_s", "every_s")
LEAST_LIKELY = 0.5
"""A value that is no number is left out below this probability: it is rather not what was said; the text has it …"""
LEAST_GUESSED = 0.75
"""… and below this where no list has its words: what is left out is asked for or stays in the text …"""
LEAST_NUMBER = 0.35
"""… and a number below this, which would be kept as unsure and asked about."""
MOST_TABLETS = 4.0
"""Before a medication's name so small a number counts tablets: "two ibuprofen", "two of the paracetamol"."""
RATES = ("severity", "dose")
"""Roles of one number each."""
UNDONE = ("log_spasm", "log_symptom", "log_treatment", "start_spasm")
"""What is nothing at all where it is denied."""
INJECTED = ("botox", "trial injection")
"""Treatments that have a place."""
DENIES_WITHIN = 2
"""A value is denied by a word of denial at most so many words before it."""


@dataclass(slots=True)
class _Event:
    """What was found so far of one event; ``likely`` is the least probability among the words of each slot."""

    slots: dict[str, SlotValue] = field(default_factory=dict)
    asides: dict[str, SlotValue] = field(default_factory=dict)
    likely: dict[str, float] = field(default_factory=dict)
    when: When = field(default_factory=When)
    doubtful: set[str] = field(default_factory=set)
    replaces: set[str] = field(default_factory=set)
    without: list[str] = field(default_factory=list)
    denied: bool = False
    unclear: bool = False
    """Whether two numbers were said side by side for one value: "fifteen fifty milligrams"."""
    taken_away: bool = False
    """Whether what it was is denied: the stiffness of "not stiff"."""
    unit: str | None = None
    """The usual unit of the medication."""
    counted: bool = False
    """Whether the dose was said before the medication, as tablets are."""
    unread: int = 0
    """Values whose words nothing is known for."""


@dataclass(frozen=True, slots=True)
class EventReading:
    """One event as it was read, before it is judged."""

    meaning: Meaning
    likely: Mapping[str, float]
    unread: int
    denied: bool = False
    """Whether it was said not to have happened, and nothing is left of it."""
    unclear: bool = False
    """Whether two numbers were said for one value, neither of which may be taken."""


def read_event(
    tokens: Sequence[str],
    spans: Sequence[tuple[Span, float]],
    intent: str,
    values: ValueReader,
    grammar: Grammar,
) -> EventReading:
    """The meaning of an event's tokens with these values, their roles' probabilities beside them."""
    event = _Event()
    named = reference_in(tokens, spans, values, intent)
    if named is not None:
        spans = [item for item in spans if item[0].end <= named.start or item[0].start >= named.end]
    same = words_of("again", tokens, values) if intent in ("log_spasm", "amend") else None
    if same is not None:
        event.asides["again"] = same.of.slots.get("locations", (same.of.asides["again"],))[0]
        spans = [item for item in spans if item[0].end <= same.start or item[0].start >= same.end]
    if intent == "log_medication":
        spans = _without_denied(spans)
    added = words_of("adding", tokens, values) if intent == "amend" else None
    if added is not None and (added.start == 0 or added.end == len(tokens)):
        event.asides["adds"] = added.of.asides["adds"]
    corrected = [end for _, end in corrections_in(tokens, grammar.corrections)]
    negations = [span for span, _ in spans if span.role == "negation" and _denies(span, tokens, spans, grammar)]
    allowed = _allowed(intent)
    for span, likely in spans:
        if span.role in ("negation", "number_other", "other_person"):
            event.denied |= span in negations
            continue
        if span.role == "count" and not _denies(span, tokens, spans, grammar):
            continue
        found = _value(tokens, span, values)
        event.unclear |= (
            span.role in RATES and found.reading is not None and found.reading.cost >= CONFLICT_COST
        )
        if span.role == "medication" and found.reading is not None:
            event.unit = next((c.metadata["unit"] for c in found.reading.match.captures if "unit" in c.metadata), None)
            event.counted = any(dose.role == "dose" and dose.end <= span.start for dose, _ in spans)
        dosed = intent == "log_medication" and span.role in ("medication", "dose")
        denied = not dosed and any(0 <= span.start - no.end <= DENIES_WITHIN for no in negations)
        since = [end for end in corrected if end <= span.start]
        _add(event, span, found, likely, denied=denied, correction=max(since, default=-1), allowed=allowed)
    if _two_sides(tokens, grammar):
        event.doubtful.add("locations")
    if intent == "review_pattern" and "pattern" not in event.slots:
        asked = words_of("pattern", tokens, values)
        event.slots |= dict(asked.of.slots) if asked is not None else {}
    _finish(event, intent, allowed)
    meaning = Meaning(
        text=" ".join(tokens),
        intent=intent,
        slots=event.slots,
        when=event.when,
        asides=event.asides,
        doubtful=tuple(sorted(event.doubtful & event.slots.keys())),
        replaces=tuple(sorted(event.replaces & event.slots.keys())),
        without=tuple(event.without),
        of=None if named is None else named.of,
    )
    denied = event.denied and intent in UNDONE and not meaning.slots.keys() - TIME and not meaning.without
    denied |= event.taken_away and intent in UNDONE
    return EventReading(meaning, event.likely, event.unread, denied, event.unclear or _two_at_once(tokens, spans))


def with_part_of(event: EventReading, before: EventReading) -> EventReading:
    """The event with the part of the one before it, where it names a side alone: "left knee, then the right one"."""
    side, places = event.meaning.asides.get("side"), before.meaning.slots.get("locations", ())
    placed = "locations" in event.meaning.slots or "locations" not in _allowed(event.meaning.intent or "")
    if side is None or len(places) != 1 or placed:
        return event
    place = join(str(side), split(places[0])[1])
    asides = {name: value for name, value in event.meaning.asides.items() if name != "side"}
    slots = {**event.meaning.slots, "locations": (place,)}
    return replace(event, meaning=replace(event.meaning, slots=slots, asides=asides))


def _two_at_once(tokens: Sequence[str], spans: Sequence[tuple[Span, float]]) -> bool:
    """Whether a number that rates has another right beside it: neither may be taken.

    The same said again is no other, and one that is denied is none ("not eight, seven").
    """
    denied = {i for span, _ in spans if span.role == "negation" for i in range(span.end, span.end + DENIES_WITHIN)}
    for span, _ in spans:
        own = tokens[span.start : span.end]
        if span.role not in RATES or not all(number_words(word) for word in own):
            continue
        for i in {span.start - 1, span.end} & set(range(len(tokens))):
            other = number_words(tokens[i]) and tokens[i] not in (*own, *english().times.one)
            if other and i not in denied and span.start not in denied:
                return True
    return False


def _without_denied(spans: Sequence[tuple[Span, float]]) -> list[tuple[Span, float]]:
    """The values less the medication that is denied beside another: the baclofen of "tizanidine, not baclofen"."""
    named = [span for span, _ in spans if span.role == "medication"]
    denials = [span for span, _ in spans if span.role == "negation"]
    denied = [(no, span) for span in named for no in denials if 0 <= span.start - no.end <= DENIES_WITHIN]
    if len(denied) == 0 or len({span for _, span in denied}) == len(named):
        return list(spans)
    gone = {span for pair in denied for span in pair}
    return [item for item in spans if item[0] not in gone]


def _two_sides(tokens: Sequence[str], grammar: Grammar) -> bool:
    """Whether two different sides were said side by side: which of them it is is asked."""
    sides = vocabulary(value.node for value in grammar.lists.get("side", ()))
    return any(a in sides and b in sides and a != b for a, b in pairwise(tokens))


def _denies(
    span: Span, tokens: Sequence[str], spans: Sequence[tuple[Span, float]], grammar: Grammar
) -> bool:
    """Whether a word of denial is one, and no correction of a value before it: "legs, no, arms"."""
    after = any(other.end <= span.start and other.role != "negation" for other, _ in spans)
    return not (after and tuple(tokens[span.start : span.end]) in grammar.corrections)


def _allowed(intent: str) -> frozenset[str]:
    if intent in SLOTS:
        return SLOTS[intent]
    return REVIEW if intent.startswith("review_") else frozenset()


def _value(tokens: Sequence[str], span: Span, values: ValueReader) -> Found:
    if span.has_value:
        return Found(None, span.value, 1.0)
    return values.read(span.role, tokens[span.start : span.end])


def _add(
    event: _Event, span: Span, found: Found, likely: float, *, denied: bool, correction: int, allowed: frozenset[str]
) -> None:
    slots, asides, when = _slots_of(span.role, found)
    if not slots and not asides and when == When():
        event.unread += 1
        return
    if when != When():
        event.when = When(
            ago_s=when.ago_s if when.ago_s is not None else event.when.ago_s,
            clock=when.clock or event.when.clock,
            half_day=when.half_day or event.when.half_day,
            day=when.day or event.when.day,
        )
    for name, value in slots.items():
        if name == "count" and value == 0 and name not in allowed:
            event.denied = event.taken_away = True
        if name not in allowed:
            continue
        sure = likely * found.likely
        least = LEAST_GUESSED if found.reading is None else LEAST_LIKELY
        if sure < (LEAST_NUMBER if name in NUMBERS else least):
            event.unread += 1
            continue
        if denied and name in ("type", "symptom", "treatment"):
            event.taken_away = True
        if denied and name != "count":
            _deny(event, name, value)
            continue
        event.likely[name] = min(event.likely.get(name, 1.0), sure)
        corrected = correction > event.asides.get("\0" + name, span.start)
        event.asides["\0" + name] = span.end
        if name in MANY:
            before = tuple(event.slots.get(name, ()))
            if corrected:
                event.replaces.add(name)
                before = ()
            event.slots[name] = tuple(dict.fromkeys((*before, *value)))
        elif name in event.slots and event.slots[name] != value:
            if corrected:
                event.replaces.add(name)
                event.slots[name] = value
            elif name in NUMBERS:
                event.slots[name] = max(event.slots[name], value)
                event.doubtful.add(name)
        else:
            event.slots[name] = value
    event.asides.update({name: value for name, value in asides.items() if name == "again"})
    if "side" in asides:
        _turn(event, str(asides["side"]), corrected=correction > event.asides.get("\0locations", span.start))


def _turn(event: _Event, side: str, *, corrected: bool) -> None:
    """A side alone: of the part said before it, where that has none or another that is taken back.

    Where it has another, and nothing takes that back ("right, left foot"), which of them it is is in doubt.
    """
    places = event.slots.get("locations", ())
    last = split(places[-1]) if places else None
    if last is None or last[1] not in plurals():
        event.asides["side"] = side
    elif not last[0] or corrected:
        event.slots["locations"] = (*places[:-1], join(side, last[1]))
    elif last[0] != side:
        event.doubtful.add("locations")


def _deny(event: _Event, name: str, value: SlotValue) -> None:
    """What is said not to be so takes its value away, and leaves the room for another."""
    if name in MANY:
        event.without += [part for part in value if part not in event.without]
        event.slots[name] = tuple(known for known in event.slots.get(name, ()) if known not in value)
    elif event.slots.get(name) == value:
        del event.slots[name]
        event.replaces.add(name)


def _slots_of(role: str, found: Found) -> tuple[dict[str, SlotValue], dict[str, SlotValue], When]:
    if found.reading is not None:
        meaning = found.reading.meaning
        slots = dict(meaning.slots)
        return slots, dict(meaning.asides), meaning.when
    if found.value is None:
        return {}, {}, When()
    return _guessed(role, found.value)


def _guessed(role: str, value: str) -> tuple[dict[str, SlotValue], dict[str, SlotValue], When]:
    if role == "location" and value in ("left", "right", "both"):
        return {}, {"side": value}, When()
    if role in LISTS:
        return {LISTS[role]: tuple(part.strip() for part in value.split(","))}, {}, When()
    if role in FIELD:
        return {FIELD[role]: value}, {}, When()
    if role == "dose":
        amount, _, unit = value.partition(" ")
        return _numbers("dose", amount) | ({"unit": unit} if unit else {}), {}, When()
    if role in ("severity", "count"):
        return _numbers(role, value), {}, When()
    if role in ("duration", "every"):
        return _numbers("duration_s" if role == "duration" else "every_s", value), {}, When()
    if role == "ago":
        seconds = _numbers("ago_s", value)
        return seconds, {}, When(ago_s=float(seconds["ago_s"]) if seconds else None)
    if role == "at":
        return {}, {}, When(day=value) if not value[:1].isdigit() else When(clock=value)
    return {}, {}, When()


def _numbers(name: str, text: str) -> dict[str, SlotValue]:
    try:
        number = float(text)
    except ValueError:
        return {}
    return {name: int(number) if number.is_integer() else number}


def _finish(event: _Event, intent: str, allowed: frozenset[str]) -> None:
    event.asides = {name: value for name, value in event.asides.items() if not name.startswith("\0")}
    for name in [name for name in event.slots if name in MANY and not event.slots[name]]:
        del event.slots[name]
    if intent == "log_medication" and event.denied:
        event.slots["taken"] = False
    if event.slots.get("count") == 1:  # which is the entry itself
        del event.slots["count"]
    if intent == "log_treatment" and event.slots.get("treatment") not in INJECTED:
        event.slots.pop("locations", None)
    if "dose" not in event.slots:
        event.slots.pop("unit", None)
    elif "unit" not in event.slots and event.unit is not None:
        tablets = event.counted and float(event.slots["dose"]) <= MOST_TABLETS
        event.slots["unit"] = "tablet" if tablets else event.unit
    when = event.when
    if when.clock and "at" in allowed:
        event.slots["at"] = when.clock
    if when.ago_s is not None and "ago_s" in allowed:
        event.slots["ago_s"] = int(when.ago_s)


def plain(meaning: Meaning) -> Any:
    """A meaning's intent and slots in a form that can be compared."""
    slots = (
        (name, repr(sorted(value) if isinstance(value, tuple) else value)) for name, value in meaning.slots.items()
    )
    return meaning.intent, tuple(sorted(slots))


__all__ = ["EventReading", "plain", "read_event", "replace"]
