"""A weighted acceptor of words: what understand makes of a grammar, for the recogniser of hear."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arc:
    """One word (None: backing off to a shorter context) at a cost (negated natural logarithm), leading to a state."""

    word: str | None
    cost: float
    to: int


@dataclass(frozen=True, slots=True)
class Acceptor:
    """A weighted acceptor; state 0 is where it starts.

    ``final`` holds for each state the cost of ending there (infinite where no sentence ends), ``arcs`` those that
    leave it.
    """

    final: tuple[float, ...]
    arcs: tuple[tuple[Arc, ...], ...]
