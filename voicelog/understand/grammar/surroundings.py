"""What a block of sentences wants of its surroundings: Home Assistant's ``requires_context`` and ``excludes_context``.

The values that were said tell of them: the ceiling fan is a fan. What no list of the folder tells of, and of which no
certain value is wanted (``area: {slot: true}``), is where the speaker stands: not known here, and taken as right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Surroundings:
    """What must be, and what must not; ``told`` are the things that the values of the folder's lists tell of."""

    requires: Mapping[str, Any] = field(default_factory=dict)
    excludes: Mapping[str, Any] = field(default_factory=dict)
    told: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.requires or self.excludes)

    def allow(self, context: Mapping[str, Any]) -> bool:
        """Whether a value with this context may stand in the block; another may tell what it does not."""
        fits = (name not in context or _is_wanted(context[name], wanted) for name, wanted in self.requires.items())
        return all(fits) and not any(
            name in context and _is_unwanted(context[name], unwanted) for name, unwanted in self.excludes.items()
        )

    def are_met(self, context: Mapping[str, Any]) -> bool:
        """Whether all that was said together makes it so."""
        missing = (name for name in self.requires if name not in context)
        return self.allow(context) and all(self._goes_without_saying(name) for name in missing)

    def slots(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """The slots that are filled with what is told of the surroundings."""
        named = (name for name, wanted in self.requires.items() if isinstance(wanted, Mapping) and wanted.get("slot"))
        return {name: _plain(context[name]) for name in named if name in context}

    def _goes_without_saying(self, name: str) -> bool:
        return _plain(self.requires[name]) is None and name not in self.told


def told_by(contexts: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The things that any of the contexts tells of."""
    return frozenset(name for context in contexts for name in context)


def _plain(value: Any) -> Any:
    return value.get("value") if isinstance(value, Mapping) else value


def _is_wanted(value: Any, wanted: Any) -> bool:
    value, wanted = _plain(value), _plain(wanted)
    return wanted is None or _is_among(value, wanted)


def _is_unwanted(value: Any, unwanted: Any) -> bool:
    return _is_among(_plain(value), _plain(unwanted))


def _is_among(value: Any, values: Any) -> bool:
    if isinstance(values, Collection) and not isinstance(values, str):
        return value in values
    return bool(value == values)
