"""Nodes that match alike, made one: the parts that sentences have in common are then matched once for all of them.

The sentence files' own network stays as it is: a language model is sampled from it, place by place.
"""

from __future__ import annotations

from voicelog.understand.grammar.nodes import BuiltIn, Choice, Composed, FreeOrder, ListSlot, Node, Series, Words


class Sharing:
    """Makes networks of nodes in which hardly any two match alike."""

    def __init__(self) -> None:
        self._done: dict[Node, Node] = {}
        self._known: dict[tuple[object, ...], Node] = {}

    def of(self, node: Node) -> Node:
        """The node that matches as this one does."""
        done = self._done.get(node)
        if done is None:
            done = self._done[node] = self._one(node)
        return done

    def _one(self, node: Node) -> Node:
        if isinstance(node, (Series, Choice, FreeOrder)):
            items = tuple(self.of(item) for item in node.items)
            optional = isinstance(node, Choice) and node.optional
            key = type(node), optional, items
            if key not in self._known:
                self._known[key] = node if items == node.items else _of_items(node, items)
            return self._known[key]
        if isinstance(node, Composed):
            return Composed(node.slot, node.fields, node.template, self.of(node.body))
        if isinstance(node, Words):
            return self._known.setdefault((Words, node.words), node)
        if isinstance(node, ListSlot):
            return self._known.setdefault((ListSlot, node.slot, node.list_name, node.values), node)
        assert isinstance(node, BuiltIn)
        return self._known.setdefault((BuiltIn, node.slot, node.kind, str(node.spec)), node)


def _of_items(node: Series | Choice | FreeOrder, items: tuple[Node, ...]) -> Node:
    return Choice(items, node.optional) if isinstance(node, Choice) else type(node)(items)
