"""The chart in which one string of words is matched against the templates' network.

A chart over positions: for each node and start, the cheapest way to each end. Around and between the parts of a
sentence words may be skipped, at a cost that grows with their length; inside a phrase only fillers may.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from voicelog.understand.builtins import readings
from voicelog.understand.capture import Capture, compose
from voicelog.understand.nodes import ANY, DIGITS, BuiltIn, Choice, Composed, FreeOrder, ListSlot, Node, Series, Words
from voicelog.understand.prefilter import Prefilter

FILLER_COST = 0.02
AGAIN_COST = 0.05
CORRECTION_COST = 0.05
REPEATED_PART_COST = 0.1
FAINT_COST = 0.5
"""What using a word costs that somebody else, farther away, must have said."""


class Piece(NamedTuple):
    """A partial match that ends before token ``end``."""

    end: int
    cost: float
    captures: tuple[Capture, ...]


Pieces = dict[int, Piece]


def skip_cost(token: str) -> float:
    """What leaving a word unexplained costs: a fifth a letter, at most one."""
    return min(1.0, 0.2 * len(token))


class Chart:
    """The pieces matched so far in one string of words."""

    def __init__(
        self,
        tokens: Sequence[str],
        fillers: Mapping[str, tuple[tuple[str, ...], ...]],
        corrections: Mapping[str, tuple[tuple[str, ...], ...]],
        prefilter: Prefilter,
        worst: float,
        audible: Sequence[float],
    ) -> None:
        self.tokens = tuple(tokens)
        self.size = len(self.tokens)
        self._costs = [skip_cost(token) * heard for token, heard in zip(self.tokens, audible, strict=True)]
        self._faint = [FAINT_COST * (1.0 - heard) for heard in audible]
        self.worst = worst
        self._strict: dict[tuple[Node, int], tuple[Piece, ...]] = {}
        self._loose: dict[tuple[Node, int], tuple[Piece, ...]] = {}
        self._possible: dict[Choice | FreeOrder, tuple[tuple[int, Node], ...]] = {}
        self._keys = [
            frozenset((token, ANY, DIGITS) if any(c.isdigit() for c in token) else (token, ANY))
            for token in self.tokens
        ]
        self._prefilter = prefilter
        self._needed = prefilter.needed
        self._bits = prefilter.bits_of(self._keys)
        self._skips = [self._skip_steps(i, fillers, corrections) for i in range(self.size)]
        self._taken_back = [self._begins(i, corrections) for i in range(self.size)] + [False]
        cheap = {k for i, steps in enumerate(self._skips) for to, _ in steps for k in range(i, to)}
        self._dearest = [0.0 if i in cheap else cost for i, cost in enumerate(self._costs)]
        self._starts = [self._closure(i) for i in range(self.size + 1)]
        self._openers = [
            frozenset().union(*(self._keys[at] for at, _ in starts if at < self.size)) for starts in self._starts
        ]

    def may_match(self, template: Node) -> bool:
        """Whether the tokens have all that the template needs, and not too much that is nowhere in it."""
        if not self._is_possible(template):
            return False
        return self._prefilter.least_cost(template, self._bits, self._dearest) <= self.worst

    def _is_possible(self, node: Node) -> bool:
        return not self._needed[node] & self._bits.lacking

    def _possible_items(self, node: Choice | FreeOrder) -> tuple[tuple[int, Node], ...]:
        """The items that may match somewhere, with their bits."""
        known = self._possible.get(node)
        if known is None:
            items = ((1 << k, item) for k, item in enumerate(node.items))
            known = self._possible[node] = tuple(pair for pair in items if self._is_possible(pair[1]))
        return known

    def _begun_items(self, node: Choice | FreeOrder, i: int) -> Iterator[tuple[int, Node]]:
        """The items, with their bits, that may match and that a word can begin which may come first at ``i``."""
        begun = 0
        for opener in self._openers[i]:
            begun |= node.begun_by.get(opener, 0)
        while begun:
            bit = begun & -begun
            begun ^= bit
            item = node.items[bit.bit_length() - 1]
            if self._is_possible(item):
                yield bit, item

    def whole(self, node: Node) -> Piece | None:
        """The cheapest match of the node with all tokens, skipping around and between its parts."""
        best: Piece | None = None
        for piece in self._loosely(node, 0):
            ending = self._skip_to_end(piece)
            if ending is not None and (best is None or _better(ending, best)):
                best = ending
        return best

    # ---- skipping ----

    def _skip_steps(
        self,
        i: int,
        fillers: Mapping[str, tuple[tuple[str, ...], ...]],
        corrections: Mapping[str, tuple[tuple[str, ...], ...]],
    ) -> tuple[tuple[int, float], ...]:
        """Cheap steps from token ``i``: over a filler, a stammer or a word said again."""
        token = self.tokens[i]
        steps = []
        for table, cost in ((fillers, FILLER_COST), (corrections, CORRECTION_COST)):
            for phrase in table.get(token, ()):
                if self.tokens[i : i + len(phrase)] == phrase:
                    steps.append((i + len(phrase), cost))
        if i + 1 < self.size and (
            self.tokens[i + 1] == token
            or (
                len(token) <= 2 < len(self.tokens[i + 1])
                and self.tokens[i + 1].startswith(token)
                and token not in ("a", "i")
            )
        ):
            steps.append((i + 1, AGAIN_COST))
        return tuple(steps)

    def _begins(self, i: int, phrases: Mapping[str, tuple[tuple[str, ...], ...]]) -> bool:
        return any(self.tokens[i : i + len(phrase)] == phrase for phrase in phrases.get(self.tokens[i], ()))

    def _closure(self, i: int) -> tuple[tuple[int, float], ...]:
        """Where a match may begin if fillers from ``i`` on are left out, with the cost."""
        reached = {i: 0.0}
        for at in range(i, self.size):
            if at in reached:
                for to, cost in self._skips[at]:
                    reached[to] = min(reached.get(to, 9.0), reached[at] + cost)
        return tuple(reached.items())

    def _skip_one(self, i: int) -> Iterable[tuple[int, float]]:
        yield i + 1, self._costs[i]
        yield from self._skips[i]

    def _skip_to_end(self, piece: Piece) -> Piece | None:
        reached = {piece.end: piece.cost}
        for at in range(piece.end, self.size):
            if at in reached:
                for to, cost in self._skip_one(at):
                    reached[to] = min(reached.get(to, 99.0), reached[at] + cost)
        cost = reached[self.size]
        return Piece(self.size, cost, piece.captures) if cost <= self.worst else None

    # ---- just so ----

    def _exactly(self, node: Node, i: int) -> tuple[Piece, ...]:
        """The ends of the node matched at ``i`` without skipping anything but fillers."""
        key = (node, i)
        known = self._strict.get(key)
        if known is None:
            self._strict[key] = ()  # a rule cannot hold itself; keeps a wrong one from recursing
            known = self._strict[key] = tuple(self._match(node, i).values())
        return known

    def _match(self, node: Node, i: int) -> Pieces:
        if not node.nullable and node.first.isdisjoint(self._openers[i]):
            return {}
        if isinstance(node, Words):
            return self._match_words(node, i)
        if isinstance(node, Choice):
            found: Pieces = {i: Piece(i, 0.0, ())} if node.nullable else {}
            for _, item in self._begun_items(node, i):
                for piece in self._exactly(item, i):
                    _keep(found, piece)
            return found
        if isinstance(node, Series):
            return self._match_series(node, i)
        if isinstance(node, FreeOrder):
            return self._match_free(node, i, loose=False)
        if isinstance(node, Composed):
            return {p.end: Piece(p.end, p.cost, compose(node, p.captures)) for p in self._exactly(node.body, i)}
        if isinstance(node, ListSlot):
            return self._match_list(node, i)
        assert isinstance(node, BuiltIn)
        return self._match_built_in(node, i)

    def _match_words(self, node: Words, i: int) -> Pieces:
        reached = {i: 0.0}
        for word in node.words:
            after: dict[int, float] = {}
            for at, cost in reached.items():
                for begin, skipped in self._starts[at]:
                    if begin < self.size and self.tokens[begin] == word:
                        total = cost + skipped + self._faint[begin]
                        if total < after.get(begin + 1, 9.0):
                            after[begin + 1] = total
            reached = after
            if not reached:
                break
        return {end: Piece(end, cost, ()) for end, cost in reached.items()}

    def _match_series(self, node: Series, i: int) -> Pieces:
        reached: Pieces = {i: Piece(i, 0.0, ())}
        for k, item in enumerate(node.items):
            reached = self._followed(reached, item)
            self._said_again(node.items[: k + 1], reached)
            if not reached:
                break
        return reached

    def _followed(self, reached: Pieces, item: Node) -> Pieces:
        after: Pieces = {}
        for piece in reached.values():
            for more in self._exactly(item, piece.end):
                _keep(after, Piece(more.end, piece.cost + more.cost, piece.captures + more.captures))
        return after

    def _said_again(self, items: Sequence[Node], reached: Pieces) -> None:
        """Add to the ends of these items those where the last of them are taken back and said anew.

        "Fifteen, no, fifty milligrams"; "fifteen milligrams, no, fifty milligrams".
        """
        for piece in [piece for piece in reached.values() if self._taken_back[piece.end]]:
            for first in range(len(items) - 1, -1, -1):
                again: Pieces = {piece.end: piece}
                for item in items[first:]:
                    again = self._followed(again, item)
                for more in again.values():
                    if len(more.captures) > len(piece.captures):
                        _keep(reached, more)

    def _match_list(self, node: ListSlot, i: int) -> Pieces:
        found: Pieces = {}
        for begin, skipped in self._starts[i]:
            if begin >= self.size:
                continue
            for value in node.by_first.get(self.tokens[begin], ()):
                for piece in self._exactly(value.node, begin):
                    if piece.end > begin:
                        out = " ".join(self.tokens[begin : piece.end]) if value.out is None else value.out
                        capture = Capture(node.slot, out, begin, piece.end, value.metadata)
                        _keep(found, Piece(piece.end, skipped + piece.cost, (capture,)))
        return found

    def _match_built_in(self, node: BuiltIn, i: int) -> Pieces:
        found: Pieces = {}
        for begin, skipped in self._starts[i]:
            if begin >= self.size:
                continue
            for reading in readings(node.kind, node.spec, self.tokens, begin):
                capture = Capture(node.slot, reading.value, begin, reading.end, reading.metadata)
                faint = sum(self._faint[begin : reading.end])
                _keep(found, Piece(reading.end, skipped + reading.cost + faint, (capture,)))
        return found

    # ---- with skipping ----

    def _loosely(self, node: Node, i: int) -> tuple[Piece, ...]:
        key = (node, i)
        known = self._loose.get(key)
        if known is None:
            known = self._loose[key] = tuple(self._match_loosely(node, i).values())
        return known

    def _match_loosely(self, node: Node, i: int) -> Pieces:
        if isinstance(node, FreeOrder):
            return self._match_free(node, i, loose=True)
        if isinstance(node, Choice):
            found: Pieces = {i: Piece(i, 0.0, ())} if node.optional else {}
            for _, item in self._possible_items(node):
                for piece in self._loosely(item, i):
                    _keep(found, piece)
            return found
        items = node.items if isinstance(node, Series) else (node,)
        reached: Pieces = {i: Piece(i, 0.0, ())}
        for k, item in enumerate(items):
            after: Pieces = {}
            inner = (
                self._loosely if isinstance(item, (FreeOrder, Choice, Series)) and item is not node else self._skipping
            )
            for piece in reached.values():
                for more in inner(item, piece.end):
                    total = piece.cost + more.cost
                    if total <= self.worst:
                        _keep(after, Piece(more.end, total, piece.captures + more.captures))
            reached = after
            self._said_again(items[: k + 1], reached)
            if not reached:
                break
        return reached

    def _skipping(self, node: Node, i: int) -> Iterable[Piece]:
        """The node matched at ``i`` or, for the words skipped, later."""
        reached = {i: 0.0}
        for at in range(i, self.size + 1):
            if at not in reached:
                continue
            if not node.nullable and node.first.isdisjoint(self._openers[at]):
                pieces: tuple[Piece, ...] = ()
            else:
                pieces = self._exactly(node, at)
            for piece in pieces:
                yield Piece(piece.end, reached[at] + piece.cost, piece.captures)
            if at < self.size:
                for to, cost in self._skip_one(at):
                    total = reached[at] + cost
                    if total <= self.worst and total < reached.get(to, 99.0):
                        reached[to] = total

    def _match_free(self, node: FreeOrder, i: int, *, loose: bool) -> Pieces:
        """Members in any order, each again if it comes again; ``loose`` allows skipping between them."""
        wanted = sum(1 << k for k, item in enumerate(node.items) if not item.nullable)
        if wanted & ~sum(bit for bit, _ in self._possible_items(node)):
            return {}
        states: dict[int, dict[int, Piece]] = {i: {0: Piece(i, 0.0, ())}}
        found: Pieces = {}
        for at in range(i, self.size + 1):
            for done, piece in states.pop(at, {}).items():
                if done & wanted == wanted:
                    _keep(found, piece)
                if at == self.size:
                    continue
                steps = self._skip_one(at) if loose else (s for s in self._starts[at] if s[0] > at)
                for to, cost in steps:
                    self._reach(states, to, done, Piece(to, piece.cost + cost, piece.captures))
                for bit, item in self._begun_items(node, at):
                    again = REPEATED_PART_COST if done & bit else 0.0
                    for more in self._exactly(item, at):
                        if more.end > at:
                            total = piece.cost + more.cost + again
                            self._reach(
                                states, more.end, done | bit, Piece(more.end, total, piece.captures + more.captures)
                            )
        return found

    def _reach(self, states: dict[int, dict[int, Piece]], at: int, done: int, piece: Piece) -> None:
        if piece.cost <= self.worst:
            there = states.setdefault(at, {})
            if done not in there or _better(piece, there[done]):
                there[done] = piece


def _better(one: Piece, other: Piece) -> bool:
    if abs(one.cost - other.cost) > 1e-6:
        return one.cost < other.cost
    return len(one.captures) < len(other.captures)


def _keep(pieces: Pieces, piece: Piece) -> None:
    known = pieces.get(piece.end)
    if known is None or _better(piece, known):
        pieces[piece.end] = piece
