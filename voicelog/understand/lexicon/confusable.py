"""What sounds so alike that the recogniser may take one for the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from voicelog.understand.lexicon.likeness import most_alike

TOO_ALIKE: Final = 0.82
"""Likeness above which two short phrases are mistaken for one another in noise ("double shot", "triple shot": .77)."""


@dataclass(frozen=True, slots=True)
class Confusable:
    """Something that can be said and how like it sounds, 0 to 1."""

    text: str
    likeness: float


def confusable(form: str, others: Sequence[str], likeness: float = TOO_ALIKE) -> tuple[Confusable, ...]:
    """Those of ``others`` that sound at least so much like ``form``, the likest first; never ``form`` itself."""
    distinct = [other for other in dict.fromkeys(others) if other != form]
    scored = zip(distinct, most_alike(form, distinct), strict=True)
    found = [Confusable(other, round(score, 3)) for other, score in scored if score >= likeness]
    return tuple(sorted(found, key=lambda one: (-one.likeness, one.text)))
