"""Whether all that sentence files name is known to the program: their intents to a handler, their slots to a field."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from voicelog.core.errors import GrammarError
from voicelog.understand.grammar.grammar import Grammar, Template
from voicelog.understand.grammar.nodes import BuiltIn, Composed, ListSlot, Node, parts

WITHOUT_FIELD = ("ago_s", "at", "period", "pattern")
"""Slots of the contract that are no fields of an entry by themselves."""


def check_names(grammar: Grammar, intents: Collection[str], fields: Collection[str]) -> None:
    """Raise :class:`GrammarError` at the first intent that nothing handles, or slot that no field takes.

    Intents that are only turned away (``decoy``), slots that the files declare to be no slots of the contract
    (``aside``) and the parts of a composed value need neither.
    """
    asides = {name for name, spec in grammar.slots.items() if spec.get("aside")}
    slots = {*fields, *WITHOUT_FIELD, *asides}
    found: dict[Node, frozenset[str]] = {}
    for template in grammar.templates:
        if template.metadata.get("decoy"):
            continue
        if template.intent not in intents:
            raise GrammarError(
                f"{template.where}: nothing handles the intent '{template.intent}'{_nearest(template.intent, intents)}"
            )
        for name in _slots_of(template, found):
            if name not in slots and not name.startswith("@"):
                raise GrammarError(
                    f"{template.where}: no entry has a field '{name}', in “{template.text}”{_nearest(name, slots)}"
                )


def _slots_of(template: Template, found: dict[Node, frozenset[str]]) -> Iterator[str]:
    yield from template.slots
    yield from sorted(_captured(template.node, found))


def _captured(node: Node, found: dict[Node, frozenset[str]]) -> frozenset[str]:
    """The slots that a node's captures go to; ``found`` are those of nodes seen before."""
    known = found.get(node)
    if known is None:
        inner: frozenset[str] = frozenset().union(*(_captured(part, found) for part in parts(node)))
        if isinstance(node, ListSlot | BuiltIn):
            inner |= {node.slot}
        if isinstance(node, Composed):
            inner = (inner - set(node.fields)) | {node.slot}
        known = found[node] = inner
    return known


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    return f". The nearest is '{near[0]}'." if near else "."
