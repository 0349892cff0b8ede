"""Matching words against the templates' network.

A chart over positions: for each node and start, the cheapest way to each end. Around and between the parts of a
sentence words may be skipped, at a cost that grows with their length; inside a phrase only fillers may. A cost of 0 is
a sentence as it was written; the cost is about the number of whole words left unexplained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voicelog.understand.builtins import readings
from voicelog.understand.capture import Capture, compose
from voicelog.understand.grammar import Grammar, Template
from voicelog.understand.nodes import ANY, DIGITS, BuiltIn, Choice, Composed, FreeOrder, ListSlot, Node, Series, Words

FILLER_COST = 0.02
AGAIN_COST = 0.05
CORRECTION_COST = 0.05
REPEATED_PART_COST = 0.1
FAINT_COST = 0.5
"""What using a word costs that somebody else, farther away, must have said."""
WORST_COST = 3.0
"""Matches that leave more than this unexplained are not looked for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A partial match that ends before token ``end``."""

    end: int
    cost: float
    captures: tuple[Capture, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A template matched against all the tokens."""

    template: Template
    cost: float
    captures: tuple[Capture, ...]


Pieces = dict[int, Piece]


def skip_cost(token: str) -> float:
    """What leaving a word unexplained costs: a fifth a letter, at most one."""
    return min(1.0, 0.2 * len(token))


class Matcher:
    """Finds the templates of a grammar that words match."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._fillers = _by_first(grammar.skip_words)
        self._corrections = _by_first(grammar.corrections)

    def matches(
        self, tokens: Sequence[str], worst: float = WORST_COST, audible: Sequence[float] | None = None
    ) -> list[Match]:
        """Every template that matches at a cost of at most ``worst``, cheapest first.

        ``audible`` tells for each token, from 0 to 1, how surely the person beside the microphone said it: the less,
        the cheaper to skip and the dearer to use.
        """
        if not tokens:
            return []
        chart = _Chart(tokens, self._fillers, self._corrections, worst, audible or (1.0,) * len(tokens))
        found = []
        for template in self._grammar.templates:
            if not chart.may_match(template.node):
                continue
            piece = chart.whole(template.node)
            if piece is not None:
                found.append(Match(template, piece.cost, piece.captures))
        found.sort(key=_rank)
        return found


def _rank(match: Match) -> tuple[float, int, bool, float]:
    """Of what explains the words as well and fills as many slots, a sentence that is not for us goes first."""
    return round(match.cost, 3), -_taken(match), not match.template.metadata.get("decoy"), -match.template.share


def _taken(match: Match) -> int:
    """Words that fill slots other than by free text: of two equal matches the one that knows more wins."""
    return sum(1 for capture in match.captures if capture.metadata.get("free") is None)


def _by_first(phrases: Iterable[tuple[str, ...]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        table.setdefault(phrase[0], []).append(phrase)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in table.items()}


class _Chart:
    """The pieces matched so far in one string of words."""

    def __init__(
        self,
        tokens: Sequence[str],
        fillers: Mapping[str, tuple[tuple[str, ...], ...]],
        corrections: Mapping[str, tuple[tuple[str, ...], ...]],
        worst: float,
        audible: Sequence[float],
    ) -> None:
        self.tokens = tuple(tokens)
        self.size = len(self.tokens)
        self._costs = [skip_cost(token) * heard for token, heard in zip(self.tokens, audible, strict=True)]
        self._faint = [FAINT_COST * (1.0 - heard) for heard in audible]
        self.worst = worst
        self._strict: dict[tuple[int, int], tuple[Piece, ...]] = {}
        self._loose: dict[tuple[int, int], tuple[Piece, ...]] = {}
        self._may: dict[int, bool] = {}
        self._keys = [
            frozenset((token, ANY, DIGITS) if any(c.isdigit() for c in token) else (token, ANY))
            for token in self.tokens
        ]
        self._all_keys = frozenset().union(*self._keys)
        self._skips = [self._skip_steps(i, fillers, corrections) for i in range(self.size)]
        self._starts = [self._closure(i) for i in range(self.size + 1)]
        self._openers = [
            frozenset().union(*(self._keys[at] for at, _ in starts if at < self.size)) for starts in self._starts
        ]

    def may_match(self, node: Node) -> bool:
        """Whether each clause of what the node needs has a word among the tokens."""
        known = self._may.get(id(node))
        if known is None:
            known = self._may[id(node)] = not any(clause.isdisjoint(self._all_keys) for clause in node.needs)
        return known

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
        key = (id(node), i)
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
            found: Pieces = {i: Piece(i, 0.0, ())} if node.optional else {}
            openers = self._openers[i]
            for item in node.items:
                if item.nullable or not item.first.isdisjoint(openers):
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
        for item in node.items:
            after: Pieces = {}
            for piece in reached.values():
                for more in self._exactly(item, piece.end):
                    _keep(after, Piece(more.end, piece.cost + more.cost, piece.captures + more.captures))
            reached = after
            if not reached:
                break
        return reached

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
        key = (id(node), i)
        known = self._loose.get(key)
        if known is None:
            known = self._loose[key] = tuple(self._match_loosely(node, i).values())
        return known

    def _match_loosely(self, node: Node, i: int) -> Pieces:
        if isinstance(node, FreeOrder):
            return self._match_free(node, i, loose=True)
        if isinstance(node, Choice):
            found: Pieces = {i: Piece(i, 0.0, ())} if node.optional else {}
            for item in node.items:
                if self.may_match(item):
                    for piece in self._loosely(item, i):
                        _keep(found, piece)
            return found
        items = node.items if isinstance(node, Series) else (node,)
        reached: Pieces = {i: Piece(i, 0.0, ())}
        for item in items:
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
        members = [(1 << k, item) for k, item in enumerate(node.items) if self.may_match(item)]
        if wanted & ~sum(bit for bit, _ in members):
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
                openers = self._openers[at]
                for bit, item in members:
                    if item.first.isdisjoint(openers):
                        continue
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
