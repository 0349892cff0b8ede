"""What a sentence captures: the values of its slots, and how parts of a value are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from voicelog.understand.grammar.nodes import Composed


@dataclass(frozen=True, slots=True)
class Capture:
    """A slot's value as matched in ``tokens[start:end]``."""

    slot: str
    value: Any
    start: int
    end: int
    metadata: Mapping[str, Any]
    context: Mapping[str, Any] = field(default_factory=dict)
    """What the value tells of its surroundings."""


def compose(node: Composed, captures: tuple[Capture, ...]) -> tuple[Capture, ...]:
    """Join the captures of a composed rule into values of its slot.

    The template's last field is the head: one value for each of its captures. A modifier belongs to the head right
    after it, or right before it if the rule's captures begin with a head; one said once carries over to the heads that
    follow without their own, unless the head's metadata says otherwise.
    """
    *modifiers, head = node.fields
    own = [capture for capture in captures if capture.slot in node.fields]
    rest = tuple(capture for capture in captures if capture.slot not in node.fields)
    heads_first = bool(own) and own[0].slot == head and own[-1].slot != head
    ordered = list(reversed(own)) if heads_first else own
    made: list[Capture] = []
    direct: dict[str, str] = {}
    carried: dict[str, str] = {}
    for capture in ordered:
        if capture.slot != head:
            direct[capture.slot] = carried[capture.slot] = str(capture.value)
            continue
        values = {head: str(capture.value)}
        for name in modifiers:
            values[name] = direct.get(name) or str(capture.metadata.get(name, carried.get(name, "")))
        direct = {}
        text = node.template
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        made.append(replace(capture, slot=node.slot, value=" ".join(text.split())))
    if heads_first:
        made.reverse()
    return rest + tuple(made)


def context_of(captures: Sequence[Capture]) -> dict[str, Any]:
    """What all the values together tell of their surroundings, the last of them most."""
    said = sorted(captures, key=lambda capture: capture.start)
    return {name: value for capture in said for name, value in capture.context.items()}
