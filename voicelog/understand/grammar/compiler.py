"""From hassil's expressions to nodes.

Text written right beside a reference belongs to its words: ``{name}['s]`` matches each name as it is and with the
ending, and so does ``<rule>['s]`` with whatever the rule ends in.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hassil.expression import Alternative, Expression, ListReference, Permutation, RuleReference, TextChunk
from hassil.expression import Group as HassilGroup
from hassil.expression import Sequence as HassilSequence

from voicelog.understand.grammar.literals import literal, words_of
from voicelog.understand.grammar.nodes import BuiltIn, Choice, Composed, FreeOrder, Node, Series, Words, vocabulary
from voicelog.understand.values.number_words import english

_MOST_SPELLINGS = 512


@dataclass(frozen=True, slots=True)
class Affixes:
    """What may stand right before and right after the words of a part, without a space; "" where it may be nothing."""

    before: tuple[str, ...] = ("",)
    after: tuple[str, ...] = ("",)

    def __bool__(self) -> bool:
        return self != NO_AFFIXES

    def ways(self, text: str) -> Iterator[str]:
        """The text with each of them."""
        return ("".join(parts) for parts in itertools.product(self.before, (text,), self.after))


NO_AFFIXES = Affixes()
ComposedRule = tuple[str, tuple[str, ...], str]
SlotNode = Callable[[ListReference, Affixes], Node]


class Compiler:
    """Compiles hassil's expressions into nodes; rules are compiled once each."""

    def __init__(
        self, rules: Mapping[str, Expression], slot_node: SlotNode, composed: Mapping[str, ComposedRule]
    ) -> None:
        self._rules = rules
        self._slot_node = slot_node
        self._composed = composed
        self._made: dict[tuple[str, Affixes], Node] = {}
        self._open: list[str] = []

    def node(self, expression: Expression, affixes: Affixes = NO_AFFIXES) -> Node:
        """The node of an expression. Raises ``KeyError`` (rule or list unknown) or ``RecursionError``."""
        if isinstance(expression, TextChunk):
            return _either_of(literal(words_of(way)) for way in affixes.ways(expression.text))
        if isinstance(expression, RuleReference):
            return self._rule(expression.rule_name, affixes)
        if isinstance(expression, ListReference):
            return self._slot_node(expression, affixes)
        if isinstance(expression, Permutation):
            return FreeOrder(tuple(self.node(item) for item in expression.items))
        if isinstance(expression, Alternative):
            return self._choice(expression, affixes)
        assert isinstance(expression, HassilGroup)
        return self._with_affixes(expression.items, affixes) if affixes else self._series(expression.items)

    def _rule(self, name: str, affixes: Affixes) -> Node:
        key = name, affixes
        if key not in self._made:
            if name in self._open:
                raise RecursionError(" → ".join([*self._open, name]))
            if name not in self._rules:
                raise KeyError(f"<{name}>")
            self._open.append(name)
            node = self.node(self._rules[name], affixes)
            self._open.pop()
            if name in self._composed:
                slot, names, template = self._composed[name]
                node = Composed(slot, names, template, node)
            self._made[key] = node
        return self._made[key]

    def _choice(self, expression: Alternative, affixes: Affixes) -> Node:
        kept, optional = [], expression.is_optional
        for item in expression.items:
            if _is_nothing(item):
                optional = True
                continue
            node = self.node(item, affixes)
            if isinstance(node, Words) and not node.words:
                optional = True
            else:
                kept.append(node)
        if len(kept) == 1 and not optional:
            return kept[0]
        return Choice(tuple(kept), optional)

    def _with_affixes(self, items: Sequence[Expression], affixes: Affixes) -> Node:
        """The items, with the affixes at the first and at the last of those that are there."""
        if all(_is_text(item) for item in items):
            return self._series([_ways_of(affixes.before), *items, _ways_of(affixes.after)])
        first, last = items[0], items[-1]
        if len(items) == 1:
            return self.node(first, affixes)
        if affixes.after != ("",):
            after = Affixes(after=affixes.after)
            rest = self._with_affixes(items[:-1], Affixes(before=affixes.before))
            there = Series((rest, self.node(_needed(last), after)))
            if not _may_be_nothing(last):
                return there
            return Choice((there, self._with_affixes(items[:-1], affixes)))
        before = Affixes(before=affixes.before)
        there = Series((self.node(_needed(first), before), self._series(items[1:])))
        if not _may_be_nothing(first):
            return there
        return Choice((there, self._with_affixes(items[1:], before)))

    def _series(self, items: Sequence[Expression]) -> Node:
        nodes: list[Node] = []
        for run in _runs(items):
            for node in self._run(run):
                if isinstance(node, Words) and not node.words:
                    continue
                before = nodes[-1] if nodes else None
                if isinstance(node, Words) and isinstance(before, Words):
                    nodes[-1] = Words(before.words + node.words)
                else:
                    nodes.append(node)
        for at in range(len(nodes) - 1):
            if _begins_a_part(nodes[at + 1 :]):
                nodes[at] = _before_a_part(nodes[at])
        return nodes[0] if len(nodes) == 1 else Series(tuple(nodes))

    def _run(self, run: Sequence[Expression]) -> Iterator[Node]:
        """The nodes of items that are written together."""
        if len(run) == 1:
            yield self.node(run[0])
            return
        references = [at for at, item in enumerate(run) if not _is_text(item)]
        if not references:
            yield _either_of(literal(words_of(text)) for text in _spelled(run))
            return
        # Text belongs to the reference before it; what is before the first one, to that.
        bounds = [0, *references[1:], len(run)]
        for begin, reference, end in zip(bounds, references, bounds[1:], strict=False):
            yield self._beside(run[reference], _spelled(run[begin:reference]), _spelled(run[reference + 1 : end]))

    def _beside(self, reference: Expression, before: Sequence[str], after: Sequence[str]) -> Node:
        """A reference with text written right before and after it, each in several ways."""
        ways: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[list[str], list[str]]] = {}
        for left, right in itertools.product(before, after):
            prefix, apart = _beginning_of(left)
            suffix, further = _ending_of(right)
            prefixes, suffixes = ways.setdefault((words_of(apart), words_of(further)), ([], []))
            prefixes.append(prefix)
            suffixes.append(suffix)
        made = []
        for (words_before, words_after), (prefixes, suffixes) in ways.items():
            affixes = Affixes(tuple(dict.fromkeys(prefixes)), tuple(dict.fromkeys(suffixes)))
            parts = (literal(words_before), self.node(reference, affixes), literal(words_after))
            kept = tuple(part for part in parts if not (isinstance(part, Words) and not part.words))
            made.append(kept[0] if len(kept) == 1 else Series(kept))
        return made[0] if len(made) == 1 else Choice(tuple(made))


def _ending_of(text: str) -> tuple[str, str]:
    """The part of the text after a word that belongs to that word, and the rest: "'s" and " lamp" of "'s lamp".

    What is no letter begins a word of its own: "%", "2".
    """
    own = re.match(r"['’]?[^\W\d_]*", text)
    assert own is not None
    return own[0], text[own.end() :]


def _beginning_of(text: str) -> tuple[str, str]:
    """The same of the text before a word: "un" and "very " of "very un"."""
    own = re.search(r"[^\W\d_]*['’]?$", text)
    assert own is not None
    return own[0], text[: own.start()]


def _begins_a_part(nodes: Sequence[Node]) -> bool:
    """Whether "and a half" may come first in these nodes, in words of its own."""
    n = english().numbers
    if nodes[0].first.isdisjoint(n.and_):
        return False
    return not vocabulary(nodes[:3] if isinstance(nodes[0], Words) else nodes[:1]).isdisjoint(n.parts)


def _before_a_part(node: Node) -> Node:
    """The node where "and a half" comes after it, in words of its own: a number in it may end before them."""
    if isinstance(node, BuiltIn) and node.kind == "number":
        return BuiltIn(node.slot, node.kind, {**node.spec, "part_apart": True}, node.begins)
    if isinstance(node, Series) and node.items:
        last = _before_a_part(node.items[-1])
        return node if last is node.items[-1] else Series((*node.items[:-1], last))
    if isinstance(node, Choice):
        items = tuple(_before_a_part(item) for item in node.items)
        return node if items == node.items else Choice(items, node.optional)
    return node


def _either_of(nodes: Iterable[Node]) -> Node:
    """Any of the nodes; those without words make the whole optional."""
    every = list(nodes)
    kept = _unlike(node for node in every if not (isinstance(node, Words) and not node.words))
    nothing = any(isinstance(node, Words) and not node.words for node in every)
    if not kept:
        return Words(())
    return kept[0] if len(kept) == 1 and not nothing else Choice(tuple(kept), nothing)


def _unlike(nodes: Iterable[Node]) -> list[Node]:
    found: dict[object, Node] = {}
    for node in nodes:
        found.setdefault(node.words if isinstance(node, Words) else node, node)
    return list(found.values())


def _ways_of(texts: Sequence[str]) -> Expression:
    return Alternative(items=[TextChunk(text) for text in texts])


def _is_nothing(item: Expression) -> bool:
    return isinstance(item, TextChunk) and not item.text.strip()


def _may_be_nothing(item: Expression) -> bool:
    if isinstance(item, Alternative):
        return item.is_optional or any(_is_nothing(part) for part in item.items)
    return _is_nothing(item)


def _needed(item: Expression) -> Expression:
    """The item where it must be there."""
    if isinstance(item, Alternative) and _may_be_nothing(item):
        return Alternative(items=[part for part in item.items if not _is_nothing(part)])
    return item


def _runs(items: Sequence[Expression]) -> Iterator[list[Expression]]:
    """Groups of items that are written together without white space: "leg[s]", "(week|month)ly", "{name}['s]"."""
    run: list[Expression] = []
    for item in items:
        if run and not _are_together(run[-1], item):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _are_together(left: Expression, right: Expression) -> bool:
    if _is_text(left) and _is_text(right):
        return not _breaks(left, right)
    if isinstance(left, Permutation) or isinstance(right, Permutation):
        return False
    if _is_text(right):
        return any(text and not text[0].isspace() for text in _spellings(right))
    return _is_text(left) and any(text and not text[-1].isspace() for text in _spellings(left))


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


def spellings(expression: Expression) -> list[str] | None:
    """All texts that an expression of text alone stands for; None if it refers to anything."""
    return list(dict.fromkeys(_spellings(expression))) if _is_text(expression) else None


def _spelled(items: Sequence[Expression]) -> list[str]:
    return _spellings(HassilSequence(items=list(items)))


def _spellings(item: Expression) -> list[str]:
    if isinstance(item, TextChunk):
        return [item.text]
    assert isinstance(item, HassilGroup)
    if isinstance(item, Alternative):
        return [text for part in item.items for text in _spellings(part)][:_MOST_SPELLINGS]
    parts: Iterable[tuple[str, ...]] = itertools.product(*(_spellings(part) for part in item.items))
    return ["".join(part) for part in itertools.islice(parts, _MOST_SPELLINGS)]
