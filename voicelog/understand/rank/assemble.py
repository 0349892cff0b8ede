"""From a template's captures to a meaning's slots, asides and time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from voicelog.core.meaning import Meaning, SlotValue, When
from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.match.capture import Capture, context_of
from voicelog.understand.match.match import Match
from voicelog.understand.values.number_words import english, number_words

CONFLICT_COST = 0.8
"""What it costs if a slot is given two values and no correction between them, or a number has another one beside it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand some words: the meaning they would have, and what it leaves unexplained."""

    meaning: Meaning
    cost: float
    match: Match

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for readings that come to the same entry."""
        return meaning_key(self.meaning)

    @property
    def said(self) -> tuple[Any, ...]:
        """Equal for readings of the same intent and values, whether these add to an entry or correct it."""
        return meaning_key(replace(self.meaning, replaces=()))


def meaning_key(meaning: Meaning) -> tuple[Any, ...]:
    """Intent, slots and asides in a form that can be compared and hashed."""
    slots = tuple(sorted((name, _plain(value)) for name, value in meaning.slots.items()))
    asides = tuple(sorted((name, _plain(value)) for name, value in meaning.asides.items()))
    return meaning.intent, slots, asides, meaning.without, meaning.replaces


def _plain(value: SlotValue) -> str:
    return repr(sorted(value)) if isinstance(value, tuple) else repr(value)


def assemble(match: Match, tokens: Sequence[str], grammar: Grammar) -> Reading:
    """The meaning of a match. ``confidence`` and ``accepted`` are left for the choice between hypotheses."""
    template = match.template
    corrected = [end for _, end in corrections_in(tokens, grammar.corrections)]
    values: dict[str, list[Capture]] = {}
    replaced: set[str] = set()
    said = sorted(match.captures, key=lambda capture: capture.start)
    cost = match.cost + (CONFLICT_COST if _another_number_beside(said, tokens) else 0.0)
    for capture in _not_taken_back(said, tokens, grammar.corrections):
        if capture.slot.startswith("@"):
            continue  # Home Assistant's way to name what only the answer wants
        many = bool(grammar.slots.get(capture.slot, {}).get("many"))
        before = values.setdefault(capture.slot, [])
        if capture.value == "" or capture.value is None:
            continue
        since = before[-1].end if before else 0
        if any(since <= end <= capture.start for end in corrected):
            before.clear()
            replaced.add(capture.slot)
        if many:
            if all(known.value != capture.value for known in before):
                before.append(capture)
        elif not before:
            before.append(capture)
        elif before[-1].value != capture.value:
            cost += CONFLICT_COST
    slots: dict[str, SlotValue] = {}
    asides: dict[str, SlotValue] = {}
    for name, fixed in template.slots.items():
        _put(name, tuple(fixed) if isinstance(fixed, list) else fixed, grammar, slots, asides)
    for name, captures in values.items():
        if captures:
            many = bool(grammar.slots.get(name, {}).get("many"))
            value = tuple(str(c.value) for c in captures) if many else captures[0].value
            _put(name, value, grammar, slots, asides)
    if template.surroundings:
        for name, told in template.surroundings.slots(context_of(match.captures)).items():
            slots.setdefault(name, told)
    _scale(slots, values)
    _fill_defaults(slots, values, grammar)
    when = _when(slots, asides, values)
    replaces = tuple(sorted(slots)) if template.metadata.get("replaces") else tuple(sorted(replaced & slots.keys()))
    without = tuple(str(v) for v in asides.pop("without", ()))
    meaning = Meaning(
        text=" ".join(tokens),
        intent=template.intent,
        slots=slots,
        when=when,
        asides=asides,
        replaces=replaces,
        without=without,
    )
    return Reading(meaning, cost, match)


def _put(
    name: str, value: SlotValue, grammar: Grammar, slots: dict[str, SlotValue], asides: dict[str, SlotValue]
) -> None:
    into = asides if grammar.slots.get(name, {}).get("aside") else slots
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, tuple) and isinstance(into.get(name), tuple):
        value = tuple(dict.fromkeys((*into[name], *value)))
    into[name] = value


def _scale(slots: dict[str, SlotValue], values: Mapping[str, list[Capture]]) -> None:
    """Multiply the numbers that a value's metadata name under ``times``: two grams are 2000 of its ``mg``."""
    for captures in values.values():
        for capture in captures:
            for name, factor in capture.metadata.get("times", {}).items():
                if name in slots:
                    scaled = round(float(slots[name]) * float(factor), 6)
                    slots[name] = int(scaled) if scaled.is_integer() else scaled


def _fill_defaults(slots: dict[str, SlotValue], values: Mapping[str, list[Capture]], grammar: Grammar) -> None:
    for name, spec in grammar.slots.items():
        source = spec.get("default_from")
        if source and name not in slots and spec.get("when", source) in slots:
            for capture in values.get(str(source), ()):
                if name in capture.metadata:
                    slots[name] = capture.metadata[name]


def _when(slots: dict[str, SlotValue], asides: dict[str, SlotValue], values: Mapping[str, list[Capture]]) -> When:
    clock = slots.get("at")
    half_day = bool(values.get("at") and values["at"][0].metadata.get("half_day"))
    ago = slots.get("ago_s")
    day = asides.pop("day", None)
    return When(
        ago_s=float(ago) if ago is not None else None,
        clock=str(clock) if clock is not None else None,
        half_day=half_day,
        day=str(day) if day is not None else None,
    )


def _not_taken_back(
    captures: Sequence[Capture], tokens: Sequence[str], corrections: Sequence[tuple[str, ...]]
) -> Iterator[Capture]:
    """The captures but for bare numbers corrected by a number of something else: "ten, no, twenty minutes ago"."""
    for capture, after in zip_longest(captures, captures[1:]):
        between = tuple(tokens[capture.end : after.start]) if after is not None else ()
        number = after is not None and after.slot != capture.slot and isinstance(after.value, (int, float))
        if not (number and between in corrections and _is_bare_number(capture, tokens)):
            yield capture


def _another_number_beside(captures: Sequence[Capture], tokens: Sequence[str]) -> bool:
    """Whether a bare number has another right beside it that was left out: "fifteen fifty milligrams".

    "One" may be no number: "had one, seven".
    """
    captured = {i for capture in captures for i in range(capture.start, capture.end)}
    for capture in captures:
        if _is_bare_number(capture, tokens):
            said = tokens[capture.start : capture.end]
            for i in {capture.start - 1, capture.end} & set(range(len(tokens))) - captured:
                if number_words(tokens[i]) and tokens[i] not in (*said, *english().times.one):
                    return True
    return False


def _is_bare_number(capture: Capture, tokens: Sequence[str]) -> bool:
    """Whether it is a number without a word that tells of what."""
    said = tokens[capture.start : capture.end]
    return isinstance(capture.value, (int, float)) and len(number_words(" ".join(said))) == len(said)


def corrections_in(tokens: Sequence[str], corrections: Sequence[tuple[str, ...]]) -> list[tuple[int, int]]:
    """Where each correction begins and ends that is no part of a longer one: "no wait" is not "no"."""
    found: list[tuple[int, int]] = []
    if _first_words(tuple(corrections)).isdisjoint(tokens):
        return found
    start = 0
    while start < len(tokens):
        longest = max((len(p) for p in corrections if tuple(tokens[start : start + len(p)]) == p), default=0)
        if longest:
            found.append((start, start + longest))
        start += longest or 1
    return found


@lru_cache(maxsize=8)
def _first_words(phrases: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in phrases)
