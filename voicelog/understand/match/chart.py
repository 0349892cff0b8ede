"""The chart in which one string of words is matched against the templates' network.

A chart over positions: for each node and start, the cheapest way to each end. Around and between the parts of a
sentence words may be skipped, at a cost that grows with their length; inside a phrase only fillers may. Positions are
told by how many tokens are left, so that what was found holds for all hypotheses that end alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from voicelog.understand.grammar.nodes import BuiltIn, Choice, Composed, FreeOrder, ListSlot, Node, Series, Words
from voicelog.understand.match.capture import Capture, compose
from voicelog.understand.match.prefilter import Prefilter
from voicelog.understand.match.suffix import FILLER_COST, Piece, Pieces, Suffix
from voicelog.understand.values.builtins import readings

REPEATED_PART_COST = 0.1
MOST_COUNTED = 5
"""Hesitations in free text that count; a note may hold any number."""

Best = dict[int, Piece]
"""The cheapest piece for each number of tokens left."""


class Chart:
    """The pieces matched so far in one string of words, and in what it has in common with others."""

    def __init__(self, words: Suffix, prefilter: Prefilter, worst: float) -> None:
        self.size = words.left
        self.worst = worst
        self._at = list(words.chain())[::-1]
        self._possible: dict[Choice | FreeOrder, int] = {}
        self._needed = prefilter.needed
        said = self._at[:0:-1]
        self._bits = prefilter.bits_of([at.keys for at in said])
        self._lacking = self._bits.lacking
        self._prefilter = prefilter
        cheap = {left for at in said for to, _ in at.skips for left in range(to + 1, at.left + 1)}
        self._dearest = [0.0 if at.left in cheap else at.cost for at in said]

    def may_match(self) -> list[int]:
        """The indices of the templates whose needs the tokens have, without too much that is nowhere in them."""
        return self._prefilter.may_match(self._bits, self._dearest, self.worst)

    def whole(self, node: Node) -> Piece | None:
        """The cheapest match of the node with all tokens, skipping around and between its parts.

        Its captures' places are those in the tokens.
        """
        best: Piece | None = None
        for piece in self._loosely(node, self.size):
            ending = self._skip_to_end(piece)
            if ending is not None and (best is None or _better(ending, best)):
                best = ending
        return None if best is None else best._replace(captures=tuple(self._placed(best.captures)))

    def _placed(self, captures: Sequence[Capture]) -> Iterator[Capture]:
        for capture in captures:
            yield replace(capture, start=self.size - capture.start, end=self.size - capture.end)

    def _possible_items(self, node: Choice | FreeOrder) -> int:
        """The bits of the items that may match somewhere."""
        known = self._possible.get(node)
        if known is None:
            known, needed, lacking = 0, self._needed, self._lacking
            for k, item in enumerate(node.items):
                if not needed[item] & lacking:
                    known |= 1 << k
            self._possible[node] = known
        return known

    def _begun_items(self, node: Choice | FreeOrder, at: Suffix) -> Iterator[tuple[int, Node]]:
        """The items, with their bits, that may match and that a word can begin which may come first here."""
        begun, begun_by = 0, node.begun_by
        for opener in at.openers:
            begun |= begun_by.get(opener, 0)
        begun &= self._possible_items(node)
        while begun:
            bit = begun & -begun
            begun ^= bit
            yield bit, node.items[bit.bit_length() - 1]

    def _skip_to_end(self, piece: Piece) -> Piece | None:
        reached = {piece.left: piece.cost}
        for left in range(piece.left, 0, -1):
            if left in reached:
                for to, cost in self._at[left].steps():
                    reached[to] = min(reached.get(to, 99.0), reached[left] + cost)
        cost = reached[0]
        return Piece(0, cost, piece.captures) if cost <= self.worst else None

    # ---- just so ----

    def _exactly(self, node: Node, left: int) -> Pieces:
        """The ends of the node matched here without skipping anything but fillers."""
        at = self._at[left]
        if not node.nullable and node.first.isdisjoint(at.openers):
            return ()
        known = at.exact.get(node)
        if known is None:
            at.exact[node] = ()  # a rule cannot hold itself; keeps a wrong one from recursing
            known = at.exact[node] = tuple(self._match(node, at))
        return known

    def _match(self, node: Node, at: Suffix) -> Pieces:
        match node:
            case Words():
                return self._match_words(node, at)
            case Choice():
                found = {at.left: Piece(at.left, 0.0, ())} if node.nullable else {}
                for _, item in self._begun_items(node, at):
                    for piece in self._exactly(item, at.left):
                        _keep(found, piece)
                return tuple(found.values())
            case Series():
                return self._match_series(node, at)
            case FreeOrder():
                return self._match_free(node, at, loose=False)
            case Composed():
                inner = self._exactly(node.body, at.left)
                return tuple(Piece(p.left, p.cost, compose(node, p.captures)) for p in inner)
            case ListSlot():
                return self._match_list(node, at)
        assert isinstance(node, BuiltIn)
        return self._match_built_in(node, at)

    def _begun(self, at: Suffix) -> Iterator[tuple[Suffix, float]]:
        """Where a match may begin that has a word, if fillers are left out, with the cost."""
        return ((self._at[left], skipped) for left, skipped in at.starts if left)

    def _match_words(self, node: Words, at: Suffix) -> Pieces:
        reached = {at.left: 0.0}
        for word in node.words:
            after: dict[int, float] = {}
            for left, cost in reached.items():
                for begin, skipped in self._begun(self._at[left]):
                    if begin.tokens[0] == word:
                        total = cost + skipped + begin.faint
                        if total < after.get(begin.left - 1, 9.0):
                            after[begin.left - 1] = total
            reached = after
            if not reached:
                break
        return tuple(Piece(left, cost, ()) for left, cost in reached.items())

    def _match_series(self, node: Series, at: Suffix) -> Pieces:
        reached: Best = {at.left: Piece(at.left, 0.0, ())}
        for k, item in enumerate(node.items):
            reached = self._followed(reached, item)
            self._said_again(node.items[: k + 1], reached)
            if not reached:
                break
        return tuple(reached.values())

    def _followed(self, reached: Best, item: Node) -> Best:
        after: Best = {}
        for piece in reached.values():
            for more in self._exactly(item, piece.left):
                _keep(after, Piece(more.left, piece.cost + more.cost, piece.captures + more.captures))
        return after

    def _said_again(self, items: Sequence[Node], reached: Best) -> None:
        """Add to the ends of these items those where the last of them are taken back and said anew.

        "Fifteen, no, fifty milligrams"; "fifteen milligrams, no, fifty milligrams".
        """
        for piece in [piece for piece in reached.values() if self._at[piece.left].taken_back]:
            for first in range(len(items) - 1, -1, -1):
                again: Best = {piece.left: piece}
                for item in items[first:]:
                    again = self._followed(again, item)
                for more in again.values():
                    if len(more.captures) > len(piece.captures):
                        _keep(reached, more)

    def _match_list(self, node: ListSlot, at: Suffix) -> Pieces:
        found: Best = {}
        for begin, skipped in self._begun(at):
            for value in node.by_first.get(begin.tokens[0], ()):
                for piece in self._exactly(value.node, begin.left):
                    if piece.left < begin.left:
                        said = " ".join(begin.tokens[: begin.left - piece.left])
                        out = said if value.out is None else value.out
                        capture = Capture(node.slot, out, begin.left, piece.left, value.metadata, value.context)
                        _keep(found, Piece(piece.left, skipped + piece.cost, (*piece.captures, capture)))
        return tuple(found.values())

    def _match_built_in(self, node: BuiltIn, at: Suffix) -> Pieces:
        found: Best = {}
        for begin, skipped in self._begun(at):
            said = begin.of_values() if node.kind != "text" else tuple(self._at[begin.left : 0 : -1])
            tokens = begin.before + tuple(one.tokens[0] for one in said)
            for reading in readings(node.kind, node.spec, tokens, len(begin.before)):
                read = said[: reading.end - len(begin.before)]
                left = read[-1].left - 1
                capture = Capture(node.slot, reading.value, begin.left, left, reading.metadata)
                if node.kind == "text":  # else free text would take a hesitation for less than it costs to pass over
                    over = FILLER_COST * min(MOST_COUNTED, sum(one.hesitates for one in read))
                else:
                    over = FILLER_COST * (begin.left - left - len(read))
                faint = sum(one.faint for one in read)
                _keep(found, Piece(left, skipped + reading.cost + over + faint, (capture,)))
        return tuple(found.values())

    # ---- with skipping ----

    def _loosely(self, node: Node, left: int) -> Pieces:
        """The ends of the node matched here, skipping between its parts and before them."""
        return self._once(self._at[left].loose, node, lambda: self._match_loosely(node, self._at[left]))

    def _once(self, known: dict[Node, tuple[float, Pieces]], node: Node, find: Callable[[], Pieces]) -> Pieces:
        """What was found before, if it was looked for as far as now."""
        worst, pieces = known.get(node, (-math.inf, ()))
        if worst < self.worst:
            pieces = find()
            known[node] = self.worst, pieces
        return pieces

    def _match_loosely(self, node: Node, at: Suffix) -> Pieces:
        if isinstance(node, FreeOrder):
            return self._match_free(node, at, loose=True)
        if isinstance(node, Choice):
            found: Best = {at.left: Piece(at.left, 0.0, ())} if node.optional else {}
            possible = self._possible_items(node)
            for k, item in enumerate(node.items):
                if possible >> k & 1:
                    for piece in self._loosely(item, at.left):
                        _keep(found, piece)
            return tuple(found.values())
        items = node.items if isinstance(node, Series) else (node,)
        reached: Best = {at.left: Piece(at.left, 0.0, ())}
        for k, item in enumerate(items):
            after: Best = {}
            has_parts = isinstance(item, (FreeOrder, Choice, Series)) and item is not node
            inner = self._loosely if has_parts else self._skipping
            for piece in reached.values():
                for more in inner(item, piece.left):
                    total = piece.cost + more.cost
                    if total <= self.worst:
                        _keep(after, Piece(more.left, total, piece.captures + more.captures))
            reached = after
            self._said_again(items[: k + 1], reached)
            if not reached:
                break
        return tuple(reached.values())

    def _skipping(self, node: Node, left: int) -> Pieces:
        """The node matched here or, for the words skipped, later."""
        return self._once(self._at[left].skipped, node, lambda: tuple(self._match_skipping(node, left)))

    def _match_skipping(self, node: Node, start: int) -> Iterator[Piece]:
        reached = {start: 0.0}
        for left in range(start, -1, -1):
            if left not in reached:
                continue
            for piece in self._exactly(node, left):
                yield Piece(piece.left, reached[left] + piece.cost, piece.captures)
            if left:
                for to, cost in self._at[left].steps():
                    total = reached[left] + cost
                    if total <= self.worst and total < reached.get(to, 99.0):
                        reached[to] = total

    def _match_free(self, node: FreeOrder, at: Suffix, *, loose: bool) -> Pieces:
        """Members in any order, each again if it comes again; ``loose`` allows skipping between them."""
        wanted = sum(1 << k for k, item in enumerate(node.items) if not item.nullable)
        if wanted & ~self._possible_items(node):
            return ()
        worst = self.worst if loose else math.inf
        states: dict[int, dict[int, Piece]] = {at.left: {0: Piece(at.left, 0.0, ())}}
        found: Best = {}
        for left in range(at.left, -1, -1):
            here = states.pop(left, {})
            for done, piece in here.items():
                if done & wanted == wanted:
                    _keep(found, piece)
            if not here or not left:
                continue
            steps = self._at[left].steps() if loose else self._at[left].starts[1:]
            on: list[tuple[int, int, float, tuple[Capture, ...]]] = [(to, 0, cost, ()) for to, cost in steps]
            on += [(more.left, bit, more.cost, more.captures) for bit, more in self._members_at(node, left)]
            for done, piece in here.items():
                for to, bit, cost, captures in on:
                    total = piece.cost + cost + (REPEATED_PART_COST if done & bit else 0.0)
                    if total <= worst:
                        _reach(states, done | bit, Piece(to, total, piece.captures + captures))
        return tuple(found.values())

    def _members_at(self, node: FreeOrder, left: int) -> tuple[tuple[int, Piece], ...]:
        """The members that begin here, with their bits."""
        at = self._at[left]
        known = at.members.get(node)
        if known is None:
            known = at.members[node] = tuple(
                (bit, piece)
                for bit, item in self._begun_items(node, at)
                for piece in self._exactly(item, left)
                if piece.left < left
            )
        return known


def _reach(states: dict[int, dict[int, Piece]], done: int, piece: Piece) -> None:
    there = states.setdefault(piece.left, {})
    if done not in there or _better(piece, there[done]):
        there[done] = piece


def _better(one: Piece, other: Piece) -> bool:
    if abs(one.cost - other.cost) > 1e-6:
        return one.cost < other.cost
    return len(one.captures) < len(other.captures)


def _keep(pieces: Best, piece: Piece) -> None:
    known = pieces.get(piece.left)
    if known is None or _better(piece, known):
        pieces[piece.left] = piece
