"""An entry that is named by what is known of it: "the leg one", "the spasm at eleven", "the baclofen"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from voicelog.core.meaning import Meaning
from voicelog.understand.free.corpus import Span
from voicelog.understand.free.values import NOTHING_LEFT, ValueReader

ROLE = "reference"
LONGEST = 9
"""Words by which an entry is named, at most."""
NAMING = ("amend", "undo")
"""Intents for which an entry may be named."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The tokens from ``start`` up to ``end`` name an entry; ``of`` has what they tell of it."""

    start: int
    end: int
    of: Meaning


def reference_in(
    tokens: Sequence[str], spans: Sequence[tuple[Span, float]], values: ValueReader, intent: str
) -> Reference | None:
    """The longest words that name an entry, the first of several; None where none is named, or none may be.

    What something is compared with is not what is changed ("worse than the one before"). A side alone names an entry
    only where something else is said of it: "the left one woke me", but not "no, the left one".
    """
    if intent not in NAMING:
        return None
    compared = {i for span, _ in spans if span.role == "compared" for i in range(span.start, span.end)}
    found = words_of(ROLE, tokens, values, compared)
    if found is None:
        return None
    says = any(
        (span.end <= found.start or span.start >= found.end) and span.role not in ("number_other", "other_person")
        for span, _ in spans
    )
    if not found.of.slots and dict(found.of.asides) == {"which": "last"}:
        return None  # which is what is changed anyway
    alone = not found.of.slots and set(found.of.asides) <= {"side"}
    return found if intent == "undo" or says or not alone else None


def words_of(
    role: str, tokens: Sequence[str], values: ValueReader, taken: Collection[int] = frozenset()
) -> Reference | None:
    """The longest words that the lists have for a role, the first of several; none of those ``taken``."""
    found: Reference | None = None
    for start, word in enumerate(tokens):
        if word not in values.begins(role):
            continue
        for end in range(min(len(tokens), start + LONGEST), start + (found.end - found.start if found else 0), -1):
            reading = values.by_lists(role, tokens[start:end])
            if reading is not None and reading.cost <= NOTHING_LEFT and not set(taken).intersection(range(start, end)):
                found = Reference(start, end, reading.meaning)
                break
    return found
