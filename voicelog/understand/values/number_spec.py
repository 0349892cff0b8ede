"""Which numbers a slot takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class NumberSpec:
    """Which numbers a slot takes.

    Values lie in ``minimum`` … ``maximum`` (both included) and are ``minimum`` plus whole multiples of ``step``;
    without a step they are whole, or, with ``fractions``, any. ``prefer`` (``highest`` or ``lowest``) tells which
    value a range ("a seven or eight") stands for; without it a range is no reading. ``part_apart`` is for a number that
    words of its own follow for its part: "{n} and a {half}".
    """

    minimum: float = 0
    maximum: float = math.inf
    step: float | None = None
    fractions: bool = False
    prefer: str | None = None
    part_apart: bool = False

    @classmethod
    def from_slot(cls, slot: Mapping[str, Any]) -> NumberSpec:
        """The spec of a slot declared in the sentence files (``from``, ``to``, ``step``, ``fractions``, ``prefer``)."""
        step = slot.get("step")
        return cls(
            minimum=float(slot.get("from", 0)),
            maximum=float(slot.get("to", math.inf)),
            step=None if step is None else float(step),
            fractions=bool(slot.get("fractions", False)),
            prefer=slot.get("prefer"),
            part_apart=bool(slot.get("part_apart", False)),
        )

    @property
    def mirrored(self) -> NumberSpec:
        """The spec of what stands after "minus"."""
        return replace(self, minimum=0, maximum=-self.minimum, step=None, fractions=True)

    def takes(self, value: float) -> bool:
        """Whether the slot may have this value."""
        if not self.minimum <= value <= self.maximum:
            return False
        if self.step is not None:
            steps = (value - self.minimum) / self.step
            return abs(steps - round(steps)) < 1e-6
        return self.fractions or value == int(value)


ANY_NUMBER = NumberSpec(fractions=True)
SEVERITY = NumberSpec(0, 10, 0.5, prefer="highest")
"""The numeric rating scale: nought to ten in halves; of "a seven or eight" the higher."""
