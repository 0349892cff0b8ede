"""Sentence templates as a network of nodes, compiled from hassil's expressions.

A node matches whole words. ``first`` are the words it can begin with (``ANY`` if any word can, ``DIGITS`` for a token
with a digit in it); ``needs`` are clauses of words of which an utterance must hold at least one each. Both only serve
to leave out quickly what cannot match.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hassil.expression import Alternative, Expression, Permutation, RuleReference, TextChunk
from hassil.expression import Group as HassilGroup
from hassil.expression import ListReference as HassilListReference

ANY = "\0any"
DIGITS = "\0digits"
_MOST_SPELLINGS = 512
_DEEPEST_RULE = 24

Clause = frozenset[str]


@dataclass(eq=False, slots=True)
class Node:
    """A part of a sentence template."""

    first: frozenset[str] = field(default=frozenset(), init=False)
    nullable: bool = field(default=False, init=False)
    needs: tuple[Clause, ...] = field(default=(), init=False)


@dataclass(eq=False, slots=True)
class Words(Node):
    """One or more words, just so."""

    words: tuple[str, ...]

    def __post_init__(self) -> None:
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
        self.nullable = all(item.nullable for item in self.items)
        self.needs = tuple(dict.fromkeys(c for item in self.items if not item.nullable for c in item.needs))


@dataclass(eq=False, slots=True)
class Value:
    """One value of a list: how it is said, what it stands for, and its metadata."""

    node: Node
    out: Any
    metadata: Mapping[str, Any]


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


class Compiler:
    """Compiles hassil's expressions into nodes; rules are compiled once each."""

    def __init__(
        self,
        rules: Mapping[str, Expression],
        slot_node: Any,
        composed: Mapping[str, tuple[str, tuple[str, ...], str]],
    ) -> None:
        self._rules = rules
        self._slot_node = slot_node
        self._composed = composed
        self._made: dict[str, Node] = {}
        self._open: list[str] = []

    def node(self, expression: Expression) -> Node:
        """The node of an expression. Raises ``KeyError`` (rule or list unknown) or ``RecursionError``."""
        if isinstance(expression, TextChunk):
            return Words(words_of(expression.text))
        if isinstance(expression, RuleReference):
            return self._rule(expression.rule_name)
        if isinstance(expression, HassilListReference):
            made: Node = self._slot_node(expression)
            return made
        if isinstance(expression, Permutation):
            return FreeOrder(tuple(self.node(item) for item in expression.items))
        if isinstance(expression, Alternative):
            return self._choice(expression)
        assert isinstance(expression, HassilGroup)
        return self._series(expression.items)

    def _rule(self, name: str) -> Node:
        if name not in self._made:
            if name in self._open or len(self._open) > _DEEPEST_RULE:
                raise RecursionError(" → ".join([*self._open, name]))
            if name not in self._rules:
                raise KeyError(f"<{name}>")
            self._open.append(name)
            node = self.node(self._rules[name])
            self._open.pop()
            if name in self._composed:
                slot, names, template = self._composed[name]
                node = Composed(slot, names, template, node)
            self._made[name] = node
        return self._made[name]

    def _choice(self, expression: Alternative) -> Node:
        items = [self.node(item) for item in expression.items]
        kept = tuple(item for item in items if not (isinstance(item, Words) and not item.words))
        optional = expression.is_optional or len(kept) < len(items)
        if len(kept) == 1 and not optional:
            return kept[0]
        return Choice(kept, optional)

    def _series(self, items: Sequence[Expression]) -> Node:
        nodes: list[Node] = []
        for run in _runs(items):
            if len(run) == 1:
                node = self.node(run[0])
            else:
                spellings = itertools.islice(itertools.product(*(_spellings(item) for item in run)), _MOST_SPELLINGS)
                ways = dict.fromkeys(words_of("".join(parts)) for parts in spellings)
                node = Choice(tuple(Words(way) for way in ways if way), () in ways)
                if len(node.items) == 1 and not node.optional:
                    node = node.items[0]
            if isinstance(node, Words) and not node.words:
                continue
            if isinstance(node, Words) and nodes and isinstance(nodes[-1], Words):
                nodes[-1] = Words(nodes[-1].words + node.words)
            else:
                nodes.append(node)
        return nodes[0] if len(nodes) == 1 else Series(tuple(nodes))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a template's text, as the recogniser writes them."""
    return tuple(text.lower().replace("-", " ").replace("’", "'").split())


def _runs(items: Sequence[Expression]) -> Iterator[list[Expression]]:
    """Groups of items that are written together without white space: "leg[s]", "(week|month)ly"."""
    run: list[Expression] = []
    for item in items:
        if run and not (_is_text(run[-1]) and _is_text(item) and not _breaks(run[-1], item)):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _is_text(item: Expression) -> bool:
    if isinstance(item, TextChunk):
        return True
    if isinstance(item, Permutation) or not isinstance(item, HassilGroup):
        return False
    return all(_is_text(part) for part in item.items)


def _breaks(left: Expression, right: Expression) -> bool:
    ends = [text for text in _spellings(left) if text]
    begins = [text for text in _spellings(right) if text]
    return all(text[-1:].isspace() for text in ends) or all(text[:1].isspace() for text in begins)


def _spellings(item: Expression) -> list[str]:
    if isinstance(item, TextChunk):
        return [item.text]
    assert isinstance(item, HassilGroup)
    if isinstance(item, Alternative):
        return [text for part in item.items for text in _spellings(part)][:_MOST_SPELLINGS]
    parts: Iterable[tuple[str, ...]] = itertools.product(*(_spellings(part) for part in item.items))
    return ["".join(part) for part in itertools.islice(parts, _MOST_SPELLINGS)]


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
