"""The words of hypotheses, seen from their ends: hypotheses that end alike share what was found there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from voicelog.understand.grammar.nodes import ANY, DIGITS, FreeOrder, Node
from voicelog.understand.match.capture import Capture
from voicelog.understand.values.builtins import is_looked_back_at, may_interrupt

FILLER_COST = 0.02
AGAIN_COST = 0.05
CORRECTION_COST = 0.05
FAINT_COST = 0.5
"""What using a word costs that somebody else, farther away, must have said."""
STAMMER_LETTERS = 2
"""A beginning of the next word of at most so many letters is a stammer, unless it is a word of its own …"""
NO_STAMMER = ("a", "i")
"""… as these are."""
HEARD_DIGITS = 2
"""Hypotheses time the same word a little differently; how audible it is is told no finer than that."""


class Piece(NamedTuple):
    """A partial match that leaves the last ``left`` tokens; its captures' places count from the end too."""

    left: int
    cost: float
    captures: tuple[Capture, ...]


Pieces = tuple[Piece, ...]
Step = tuple[int, float]
"""To where so many tokens are left, at what cost."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """What may be left out cheaply, by first words: fillers ("um"), and corrections ("no")."""

    fillers: Mapping[str, tuple[tuple[str, ...], ...]]
    hesitations: frozenset[str]
    """Fillers that may stand even inside a number or a time."""
    corrections: Mapping[str, tuple[tuple[str, ...], ...]]

    @classmethod
    def of(cls, fillers: Iterable[tuple[str, ...]], corrections: Iterable[tuple[str, ...]]) -> Phrases:
        """These phrases."""
        fillers = tuple(fillers)
        hesitations = frozenset(word for (word, *more) in fillers if not more and may_interrupt(word))
        return cls(_by_first(fillers), hesitations, _by_first(corrections))


class Suffix:
    """Some tokens up to the end of a hypothesis, and what has been found to begin with the first of them.

    ``before`` are those that numbers, times and the like look back at: "an hour" of "half an hour" is none.
    """

    __slots__ = (
        "_longer",
        "_of_values",
        "_phrases",
        "after",
        "before",
        "cost",
        "exact",
        "faint",
        "keys",
        "left",
        "loose",
        "members",
        "openers",
        "skipped",
        "skips",
        "starts",
        "taken_back",
        "tokens",
    )

    def __init__(
        self, phrases: Phrases, before: tuple[str, ...], first: tuple[str, ...], after: Suffix | None, heard: float
    ) -> None:
        self._phrases = phrases
        self._longer: dict[tuple[str, float, tuple[str, ...]], Suffix] = {}
        self.before = before
        tokens: tuple[str, ...] = first + (after.tokens if after is not None else ())
        self.tokens: tuple[str, ...] = tokens
        self.left = len(tokens)
        self.after: Suffix | None = after
        self.cost = skip_cost(tokens[0]) * heard if tokens else 0.0
        """What leaving the first token out costs."""
        self.faint = FAINT_COST * (1.0 - heard)
        """What using it costs."""
        self.keys = _keys(tokens[0]) if tokens else frozenset()
        self.taken_back = _begins(tokens, phrases.corrections)
        self.skips = self._skips()
        """Cheap steps: over a filler, a stammer or a word said again."""
        self.starts = self._starts()
        """Where a match may begin if fillers are left out."""
        begun = {left for left, _ in self.starts}
        self.openers: frozenset[str] = frozenset().union(*(at.keys for at in self.chain() if at.left in begun))
        """What any such beginning may be looked up by."""
        self._of_values: tuple[Suffix, ...] | None = None
        self.exact: dict[Node, Pieces] = {}
        self.members: dict[FreeOrder, tuple[tuple[int, Piece], ...]] = {}
        self.loose: dict[Node, tuple[float, Pieces]] = {}
        self.skipped: dict[Node, tuple[float, Pieces]] = {}

    @classmethod
    def end(cls, phrases: Phrases) -> Suffix:
        """The end of all hypotheses of an utterance."""
        return cls(phrases, (), (), None, 1.0)

    def ending(self, tokens: Sequence[str], audible: Sequence[float]) -> Suffix:
        """These tokens before this; ``audible`` tells for each, 0 to 1, how surely the person said it."""
        suffix = self
        every = _before_each(tokens, self._phrases.hesitations)
        for token, heard, before in zip(reversed(tokens), reversed(audible), reversed(every), strict=True):
            key = token, round(heard, HEARD_DIGITS), before
            if key not in suffix._longer:
                suffix._longer[key] = Suffix(self._phrases, before, (token,), suffix, key[1])
            suffix = suffix._longer[key]
        return suffix

    def chain(self) -> Iterator[Suffix]:
        """This and all shorter ones, longest first."""
        at: Suffix | None = self
        while at is not None:
            yield at
            at = at.after

    @property
    def hesitates(self) -> bool:
        """Whether the first token is a hesitation."""
        return self.tokens[:1] != () and self.tokens[0] in self._phrases.hesitations

    def of_values(self) -> tuple[Suffix, ...]:
        """This and the shorter ones that do not begin with a hesitation: what numbers and times are read from."""
        if self._of_values is None:
            self._of_values = tuple(at for at in self.chain() if at.left and not at.hesitates)
        return self._of_values

    def steps(self) -> tuple[Step, ...]:
        """Over the first token, or cheaply over it and more."""
        return ((self.left - 1, self.cost), *self.skips)

    def _skips(self) -> tuple[Step, ...]:
        steps = []
        for table, cost in ((self._phrases.fillers, FILLER_COST), (self._phrases.corrections, CORRECTION_COST)):
            for phrase in table.get(self.tokens[0], ()) if self.tokens else ():
                if self.tokens[: len(phrase)] == phrase:
                    steps.append((self.left - len(phrase), cost))
        if self.left > 1 and _is_said_again(*self.tokens[:2]):
            steps.append((self.left - 1, AGAIN_COST))
        return tuple(steps)

    def _starts(self) -> tuple[Step, ...]:
        reached = {self.left: 0.0}
        for at in self.chain():
            if at.left in reached:
                for to, cost in at.skips:
                    reached[to] = min(reached.get(to, 9.0), reached[at.left] + cost)
        return tuple(reached.items())


def _before_each(tokens: Sequence[str], hesitations: frozenset[str]) -> list[tuple[str, ...]]:
    """For each token those right before it that values look back at, hesitations left out."""
    every: list[tuple[str, ...]] = []
    before: tuple[str, ...] = ()
    for token in tokens:
        every.append(before)
        if token in hesitations:
            continue
        before = (*before, token) if is_looked_back_at(token) else ()
    return every


def skip_cost(token: str) -> float:
    """What leaving a word unexplained costs: a fifth a letter, at most one."""
    return min(1.0, 0.2 * len(token))


def _is_said_again(token: str, following: str) -> bool:
    stammer = len(token) <= STAMMER_LETTERS < len(following) and following.startswith(token)
    return token == following or (stammer and token not in NO_STAMMER)


def _begins(tokens: tuple[str, ...], phrases: Mapping[str, tuple[tuple[str, ...], ...]]) -> bool:
    return bool(tokens) and any(tokens[: len(phrase)] == phrase for phrase in phrases.get(tokens[0], ()))


def _keys(token: str) -> frozenset[str]:
    """What a token may be looked up by."""
    return frozenset((token, ANY, DIGITS) if any(c.isdigit() for c in token) else (token, ANY))


def _by_first(phrases: Iterable[tuple[str, ...]]) -> dict[str, tuple[tuple[str, ...], ...]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        table.setdefault(phrase[0], []).append(phrase)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in table.items()}
