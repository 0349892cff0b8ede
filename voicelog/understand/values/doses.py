"""Doses that can be: what is far from any single dose of a medication is doubted, and small numbers count tablets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from voicelog.core.meaning import Meaning
from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.nodes import vocabulary

MOST_TABLETS = 4.0
"""More tablets than these are hardly taken at once."""
QUARTERS = 4
"""Tablets are broken into so many parts at most."""
IN_MILLIGRAMS = {"mg": 1.0, "mcg": 0.001}
TABLET = "tablet"


@dataclass(frozen=True, slots=True)
class Single:
    """The single doses of a medication that are given, from ``least`` to ``most`` of its usual ``unit``."""

    unit: str
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Doses:
    """What is known of doses: the single doses by medication, and the words that name a unit.

    The aside ``usual_unit`` of a medication without its dose is the unit of a dose said later.
    """

    single: Mapping[str, Single]
    units: frozenset[str]

    @classmethod
    def of(cls, grammar: Grammar) -> Doses:
        """What a grammar's lists tell: the ``unit`` and the ``single`` doses in its medications' metadata."""
        single = {
            str(value.out): Single(str(value.metadata["unit"]), *map(float, value.metadata["single"]))
            for values in grammar.lists.values()
            for value in values
            if {"unit", "single"} <= value.metadata.keys()
        }
        return cls(single, vocabulary(value.node for value in grammar.lists.get("unit", ())))

    def settled(self, meaning: Meaning) -> Meaning:
        """The meaning with its dose in tablets where it can be nothing else, and in doubt where it can hardly be.

        No unit was said in "baclofen one and a half": of milligrams nobody takes so few. "Tizanidine four hundred" is
        rather misheard or misspoken; it is kept and asked about.
        """
        also = tuple(self.settled(other) for other in meaning.also)
        return self._one(replace(meaning, also=also) if also != meaning.also else meaning)

    def _one(self, meaning: Meaning) -> Meaning:
        known = self.single.get(str(meaning.slots.get("medication")))
        dose, unit = meaning.slots.get("dose"), meaning.slots.get("unit")
        if known is not None and dose is None and meaning.intent == "log_medication":
            return replace(meaning, asides={**meaning.asides, "usual_unit": known.unit})
        if known is None or dose is None or meaning.slots.get("taken") is False:
            return meaning
        amount = float(dose)
        named = not self.units.isdisjoint(meaning.text.split())
        if not named and unit == known.unit and amount < known.least and _tablets(amount):
            return replace(meaning, slots={**meaning.slots, "unit": TABLET})
        if unit != known.unit:
            if unit not in IN_MILLIGRAMS or known.unit not in IN_MILLIGRAMS:
                return meaning
            amount *= IN_MILLIGRAMS[str(unit)] / IN_MILLIGRAMS[known.unit]
        if known.least <= amount <= known.most:
            return meaning
        return replace(meaning, doubtful=tuple(sorted({*meaning.doubtful, "dose"})))


def _tablets(amount: float) -> bool:
    return amount <= MOST_TABLETS and (amount * QUARTERS).is_integer()
