"""A grammar as JSON text and back: what is read from disk is data, and runs nothing.

Nodes and values are numbered, each after those that it is made of, so that what was one stays one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any

from voicelog.understand.grammar.grammar import NO_SURROUNDINGS, Grammar, Template
from voicelog.understand.grammar.nodes import (
    BuiltIn,
    Choice,
    Composed,
    FreeOrder,
    ListSlot,
    Node,
    Series,
    Value,
    Words,
    parts,
)
from voicelog.understand.grammar.surroundings import Surroundings
from voicelog.understand.values.builtins import begins

_PHRASES = ("skip_words", "corrections", "pronouns", "unsayable")


def to_json(grammar: Grammar) -> str:
    """The grammar as text."""
    table = _Table()
    templates = [_template(table, template) for template in grammar.templates]
    roles = [_template(table, template) for template in grammar.roles]
    lists = {name: [table.value(value) for value in values] for name, values in grammar.lists.items()}
    plain = {name: getattr(grammar, name) for name in ("language", "slots", "homophones", "key", *_PHRASES)}
    made = {"nodes": table.nodes, "values": table.values, "templates": templates, "lists": lists, "roles": roles}
    data = {**plain, **made}
    return json.dumps(data, separators=(",", ":"))


def from_json(text: str) -> Grammar:
    """The grammar of such a text. Whatever is wrong with the text raises some exception."""
    data = json.loads(text)
    nodes: list[Node] = []
    values: list[Value] = []
    slots: dict[tuple[str, str, tuple[int, ...]], ListSlot] = {}

    def list_slot(slot: str, name: str, numbers: list[int]) -> Node:
        key = slot, name, tuple(numbers)
        if key not in slots:
            slots[key] = ListSlot(slot, name, tuple(values[number] for number in numbers))
        return copy(slots[key])

    made: dict[str, Callable[..., Node]] = {
        "Words": lambda words, written: Words(tuple(words), written),
        "Series": lambda items: Series(_picked(nodes, items)),
        "Choice": lambda items, optional: Choice(_picked(nodes, items), optional),
        "FreeOrder": lambda items: FreeOrder(_picked(nodes, items)),
        "Composed": lambda slot, names, template, body: Composed(slot, tuple(names), template, nodes[body]),
        "ListSlot": list_slot,
        "BuiltIn": lambda slot, kind, spec: BuiltIn(slot, kind, spec, begins(kind, spec)),
    }
    # A value comes right after the node that it is made of, and before those made of it.
    waiting = iter([*data["values"], None])
    value = next(waiting)
    for kind, *rest in data["nodes"]:
        while value is not None and value[0] < len(nodes):
            values.append(Value(nodes[value[0]], *value[1:]))
            value = next(waiting)
        nodes.append(made[kind](*rest))
    while value is not None:
        values.append(Value(nodes[value[0]], *value[1:]))
        value = next(waiting)
    surroundings: dict[str, Surroundings] = {}


    def made_template(template: dict[str, Any]) -> Template:
        told = template.pop("surroundings")
        if told is not None and repr(told) not in surroundings:
            surroundings[repr(told)] = Surroundings(told[0], told[1], frozenset(told[2]))
        template["surroundings"] = NO_SURROUNDINGS if told is None else surroundings[repr(told)]
        template["node"] = nodes[template["node"]]
        template["keywords"] = frozenset(template["keywords"])
        return Template(**template)

    phrases = {name: tuple(tuple(phrase) for phrase in data[name]) for name in _PHRASES}
    return Grammar(
        language=data["language"],
        templates=tuple(map(made_template, data["templates"])),
        slots=data["slots"],
        homophones=data["homophones"],
        key=data["key"],
        lists={name: tuple(values[number] for number in numbers) for name, numbers in data["lists"].items()},
        roles=tuple(map(made_template, data["roles"])),
        skip_words=phrases["skip_words"],
        corrections=phrases["corrections"],
        pronouns=phrases["pronouns"],
    )


def _template(table: _Table, template: Template) -> dict[str, Any]:
    return {
        **{name: getattr(template, name) for name in ("intent", "text", "where", "share", "confidence")},
        "node": table.node(template.node),
        "slots": template.slots,
        "metadata": template.metadata,
        "surroundings": _surroundings(template.surroundings),
        "keywords": sorted(template.keywords),
    }


def _picked(nodes: list[Node], numbers: Iterable[int]) -> tuple[Node, ...]:
    return tuple(nodes[number] for number in numbers)


def _surroundings(surroundings: Surroundings) -> list[Any] | None:
    if not surroundings:
        return None
    return [surroundings.requires, surroundings.excludes, sorted(surroundings.told)]


class _Table:
    """The nodes and values that were numbered so far."""

    def __init__(self) -> None:
        self.nodes: list[list[Any]] = []
        self.values: list[list[Any]] = []
        self._number_of: dict[Node, int] = {}
        self._number_of_value: dict[int, int] = {}

    def node(self, node: Node) -> int:
        """The number of a node."""
        if node not in self._number_of:
            if isinstance(node, ListSlot):
                inner: Any = [self.value(value) for value in node.values]
            else:
                inner = [self.node(part) for part in parts(node)]
            self.nodes.append([type(node).__name__, *self._own(node, inner)])
            self._number_of[node] = len(self.nodes) - 1
        return self._number_of[node]

    def value(self, value: Value) -> int:
        """The number of a list's value."""
        if id(value) not in self._number_of_value:
            number = self.node(value.node)
            self.values.append([number, value.out, value.metadata, value.context])
            self._number_of_value[id(value)] = len(self.values) - 1
        return self._number_of_value[id(value)]

    def _own(self, node: Node, inner: list[int]) -> list[Any]:
        if isinstance(node, Words):
            return [node.words, node.written]
        if isinstance(node, Composed):
            return [node.slot, node.fields, node.template, inner[0]]
        if isinstance(node, ListSlot):
            return [node.slot, node.list_name, inner]
        if isinstance(node, BuiltIn):
            return [node.slot, node.kind, node.spec]
        return [inner, node.optional] if isinstance(node, Choice) else [inner]
