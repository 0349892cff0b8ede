"""What a review is about."""

from __future__ import annotations

from dataclasses import dataclass

from voicelog.converse.messages import Filter
from voicelog.converse.review.periods import Period


@dataclass(frozen=True)
class Scope:
    """The entries a review concerns, and the words for them."""

    filter: Filter
    period: Period | None
    qualifiers: tuple[str, ...]
    """How it is narrowed, in words."""
    name: str | None
    """The medication, treatment or symptom asked about."""
    noun: str
