"""What understand hands to converse: the meaning of an utterance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SlotValue = Any  # str, int or float, or a tuple of str for slots that take many values


@dataclass(frozen=True, slots=True)
class When:
    """When it happened, as far as it was said; converse resolves it against the clock.

    ``clock`` is ``"HH:MM"``; ``half_day`` tells whether morning or afternoon was said ("two a m", "fourteen thirty")
    so that the clock time is certain. ``day`` is a period's name (``today``, ``yesterday``, ``last night``,
    ``this morning``, ``monday`` …). ``ago_s`` is seconds before now.
    """

    ago_s: float | None = None
    clock: str | None = None
    half_day: bool = False
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """The best reading of one utterance.

    ``slots`` are those of the contract. ``accepted`` false: not meant for the logger, or not understood well enough to
    act on; ``reason`` then says why. ``doubtful`` names the slots whose value is uncertain though the rest is
    understood; something to log is then kept and asked about even where it is not accepted. ``replaces`` names slots
    that a correction puts in place of the former value rather than adding to it ("no, the left arm"); ``without`` are
    list values taken away ("not the right"). ``reply`` names what to answer where it is not acted on, if anything.
    ``of`` describes the entry that was named ("the leg one", "the spasm at eleven"), where one was.
    ``asides`` are captures that the grammar declares to be no slots of the contract (``about``, ``order``,
    ``severity_over`` …). ``confidence`` is a calibrated probability from 0 to 1 that intent and slots are all
    right.
    """

    text: str
    intent: str | None = None
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    confidence: float = 0.0
    accepted: bool = False
    doubtful: tuple[str, ...] = ()
    when: When = When()
    asides: Mapping[str, SlotValue] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    reason: str = ""
    reply: str | None = None
    also: tuple[Meaning, ...] = ()
    addressed: float | None = None
    of: Meaning | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON values: the words, intent, slots, confidence, whether it is accepted, and what there is besides."""
        out: dict[str, Any] = {
            "text": self.text,
            "intent": self.intent,
            "slots": self._slots_to_json(),
            "confidence": round(self.confidence, 3),
            "accepted": self.accepted,
        }
        if self.doubtful:
            out["doubtful"] = list(self.doubtful)
        if self.also:
            out["also"] = [
                {"intent": other.intent, "slots": other._slots_to_json(), "confidence": round(other.confidence, 3)}
                for other in self.also
            ]
        if self.of is not None:
            out["of"] = {**self.of._slots_to_json(), **dict(self.of.asides)}
        if self.addressed is not None:
            out["addressed"] = round(self.addressed, 3)
        return out

    def _slots_to_json(self) -> dict[str, SlotValue]:
        return {name: _plain(value) for name, value in self.slots.items()}


def _plain(value: SlotValue) -> SlotValue:
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value
