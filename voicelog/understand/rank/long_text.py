"""Lines of text that are longer than anything one says in a breath: a text in free words, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from voicelog.core.meaning import Meaning

LEAST_FREE = 0.5
"""How much of the words read must be the free text that goes on after them."""


def of_long_text(tokens: Sequence[str], begun: Meaning, read: int) -> Meaning:
    """The meaning of all the words, where ``begun`` is that of the first ``read`` of them.

    Time and memory then grow no faster than the text does.
    """
    text, beginning = " ".join(tokens), " ".join(tokens[:read])
    for name, value in begun.slots.items():
        goes_on = isinstance(value, str) and beginning.endswith(value) and len(value) > LEAST_FREE * len(beginning)
        if begun.accepted and goes_on:
            whole = f"{value} {' '.join(tokens[read:])}"
            return replace(begun, text=text, slots={**begun.slots, name: whole})
    return Meaning(text=text, reason=f"it is longer than {read} words and is no note")
