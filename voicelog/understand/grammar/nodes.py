"""Sentence templates as a network of nodes.

A node matches whole words. ``first`` are the words it can begin with (``ANY`` if any word can, ``DIGITS`` for a token
with a digit in it); ``needs`` are clauses of words of which an utterance must hold at least one each. Both only serve
to leave out quickly what cannot match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ANY = "\0any"
DIGITS = "\0digits"

Clause = frozenset[str]


@dataclass(eq=False, slots=True)
class Node:
    """A part of a sentence template."""

    first: frozenset[str] = field(default=frozenset(), init=False)
    nullable: bool = field(default=False, init=False)
    needs: tuple[Clause, ...] = field(default=(), init=False)
    least: int = field(default=0, init=False)
    """The words of its shortest match."""


@dataclass(eq=False, slots=True)
class Words(Node):
    """One or more words, just so; ``written`` if they are only typed, and said in another way: "3"."""

    words: tuple[str, ...]
    written: bool = False

    def __post_init__(self) -> None:
        self.least = len(self.words)
        self.first = frozenset(self.words[:1])
        self.nullable = not self.words
        self.needs = tuple(frozenset((word,)) for word in self.words)


@dataclass(eq=False, slots=True)
class Series(Node):
    """Items one after the other."""

    items: tuple[Node, ...]

    def __post_init__(self) -> None:
        first: set[str] = set()
        for item in self.items:
            first |= item.first
            if not item.nullable:
                break
        self.first = frozenset(first)
        self.least = sum(item.least for item in self.items)
        self.nullable = all(item.nullable for item in self.items)
        self.needs = tuple(dict.fromkeys(clause for item in self.items for clause in item.needs))


@dataclass(eq=False, slots=True)
class Choice(Node):
    """One of several items; ``optional`` if also none."""

    items: tuple[Node, ...]
    optional: bool = False
    begun_by: Mapping[str, int] = field(init=False, default_factory=dict)
    """The items that can begin with a word, by their bits: 1, 2, 4 …"""

    def __post_init__(self) -> None:
        self.begun_by = _begun_by(self.items)
        self.first = frozenset().union(*(item.first for item in self.items))
        self.least = 0 if self.optional else min((item.least for item in self.items), default=0)
        self.nullable = self.optional or any(item.nullable for item in self.items)
        self.needs = () if self.nullable else _either(self.items)


@dataclass(eq=False, slots=True)
class FreeOrder(Node):
    """Items in any order; nullable ones may be missing, and each may come again."""

    items: tuple[Node, ...]
    begun_by: Mapping[str, int] = field(init=False, default_factory=dict)
    """The items that can begin with a word, by their bits: 1, 2, 4 …"""

    def __post_init__(self) -> None:
        self.begun_by = _begun_by(self.items)
        self.first = frozenset().union(*(item.first for item in self.items))
        self.least = sum(item.least for item in self.items if not item.nullable)
        self.nullable = all(item.nullable for item in self.items)
        self.needs = tuple(dict.fromkeys(c for item in self.items if not item.nullable for c in item.needs))


@dataclass(eq=False, slots=True)
class Value:
    """One value of a list: how it is said, what it stands for, its metadata, and what it tells of its surroundings."""

    node: Node
    out: Any
    metadata: Mapping[str, Any]
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class ListSlot(Node):
    """A slot filled from a list."""

    slot: str
    list_name: str
    values: tuple[Value, ...]
    by_first: dict[str, tuple[Value, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        table: dict[str, list[Value]] = {}
        for value in self.values:
            for word in value.node.first:
                table.setdefault(word, []).append(value)
        self.by_first = {word: tuple(values) for word, values in table.items()}
        self.first = frozenset(self.by_first)
        self.least = min((value.node.least for value in self.values), default=0)
        self.needs = (self.first,) if self.first else ()


@dataclass(eq=False, slots=True)
class BuiltIn(Node):
    """A slot that reads numbers, durations, clock times or free text; ``spec`` is its entry under ``slots:``."""

    slot: str
    kind: str
    spec: Mapping[str, Any]
    begins: frozenset[str]

    def __post_init__(self) -> None:
        self.first = self.begins
        self.least = 1
        self.needs = () if ANY in self.begins else (self.begins,)


@dataclass(eq=False, slots=True)
class Composed(Node):
    """A rule whose captures make up values of one slot (``{side} {part}``)."""

    slot: str
    fields: tuple[str, ...]
    template: str
    body: Node

    def __post_init__(self) -> None:
        self.first, self.nullable, self.needs = self.body.first, self.body.nullable, self.body.needs
        self.least = self.body.least


def _begun_by(items: Sequence[Node]) -> dict[str, int]:
    table: dict[str, int] = {}
    for k, item in enumerate(items):
        for word in item.first:
            table[word] = table.get(word, 0) | 1 << k
    return table


def _either(items: Sequence[Node]) -> tuple[Clause, ...]:
    """What at least one of the items needs: the narrowest clause of each, put together."""
    if not items or any(not item.needs for item in items):
        return ()
    return (frozenset().union(*(min(item.needs, key=len) for item in items)),)


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes that a node is made of."""
    if isinstance(node, (Series, Choice, FreeOrder)):
        return node.items
    if isinstance(node, ListSlot):
        return tuple(value.node for value in node.values)
    return (node.body,) if isinstance(node, Composed) else ()


def below(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes and all that they are made of, each once."""
    seen: set[Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            yield node
            waiting.extend(parts(node))


def vocabulary(nodes: Iterable[Node]) -> frozenset[str]:
    """Every word that stands in the nodes or in anything below them."""
    words: set[str] = set()
    for node in below(nodes):
        if isinstance(node, Words):
            words.update(node.words)
        elif isinstance(node, BuiltIn):
            words.update(word for word in node.begins if word[0] != "\0")
    return frozenset(words)


def depth(node: Node) -> int:
    """How many nodes lie within each other, at most."""
    known: dict[Node, int] = {}

    def below_it(node: Node) -> int:
        if node not in known:
            known[node] = 1 + max((below_it(part) for part in parts(node)), default=0)
        return known[node]

    return below_it(node)
