"""Small patterns over words, from which values are both read and spoken.

A :class:`Pattern` gives every reading that begins at a word, and, with a random generator, words that have such a
reading. Numbers and times are described once with these; what can be understood can therefore also be sampled.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Spoken = tuple[str, ...]

SAMPLING_TRIES = 2000
LONGEST_TYPED = 24
"""Signs of a token that may stand for a number or a time; the figures of a barcode do not."""


class Reading(NamedTuple, Generic[T_co]):
    """A value said by the tokens up to, and not including, index ``end``."""

    end: int
    value: T_co


class Run(tuple[str, ...]):
    """Consecutive tokens that remember what was read from them, so that nothing is read twice."""

    def __init__(self, *_: Iterable[str]) -> None:
        self.memo: dict[tuple[object, int], Any] = {}


@lru_cache(maxsize=24)
def _run(tokens: Spoken) -> Run:
    return Run(tokens)


def run_around(tokens: Sequence[str], i: int, vocabulary: frozenset[str]) -> tuple[Run, int]:
    """The tokens around ``i`` that are in the vocabulary or hold a figure, and the index of ``i`` among them.

    Hypotheses of the same sound share most of their runs, which are kept with what was read from them.
    """
    said = tuple(tokens)
    start, end = _bounds(said, i, vocabulary)
    return _run(said[start:end]), i - start


@lru_cache(maxsize=512)
def _bounds(tokens: Spoken, i: int, vocabulary: frozenset[str]) -> tuple[int, int]:
    start, end = i, i + 1
    while start > 0 and in_run(tokens[start - 1], vocabulary):
        start -= 1
    while end < len(tokens) and in_run(tokens[end], vocabulary):
        end += 1
    return start, end


def in_run(token: str, vocabulary: frozenset[str]) -> bool:
    """Whether a token belongs to a run: if it is in the vocabulary or holds a figure."""
    return token in vocabulary or not token.isalpha()


class Pattern(ABC, Generic[T_co]):
    """Words with a value.

    ``first`` are the words it may begin with; ``typed`` whether it may begin with a token that holds a digit;
    ``empty`` whether no words at all will do.
    """

    first: frozenset[str]
    typed: bool
    empty: bool

    def may_begin(self, tokens: Sequence[str], i: int) -> bool:
        """Whether a reading at ``i`` is at all possible; cheap."""
        if self.empty:
            return True
        if i >= len(tokens):
            return False
        token = tokens[i]
        return token in self.first or (self.typed and not token.isalpha())

    def at(self, tokens: Run, i: int) -> Iterable[Reading[T_co]]:
        """Every reading that begins at ``i``, in no particular order, each once."""
        if not self.may_begin(tokens, i):
            return ()
        key = (self, i)
        found: Iterable[Reading[T_co]] | None = tokens.memo.get(key)
        if found is None:
            found = tokens.memo[key] = tuple(dict.fromkeys(self._at(tokens, i)))
        return found

    def sample(self, rng: Random) -> tuple[Spoken, T_co]:
        """Random words that have a reading, and its value."""
        return self._sample(rng)

    @abstractmethod
    def _at(self, tokens: Run, i: int) -> Iterator[Reading[T_co]]: ...

    @abstractmethod
    def _sample(self, rng: Random) -> tuple[Spoken, T_co]: ...


class Phrases(Pattern[T]):
    """Fixed phrases, each with its value.

    ``weigh`` gives how likely a value is to be said (default: all alike); a phrase with one of the words in ``unsaid``
    is never sampled.
    """

    def __init__(
        self,
        table: Mapping[str, T],
        weigh: Callable[[T], float] | None = None,
        unsaid: frozenset[str] = frozenset(),
    ) -> None:
        self._by_first: dict[str, list[tuple[Spoken, T]]] = {}
        self._all: list[tuple[Spoken, T]] = []
        for phrase, value in table.items():
            words = tuple(phrase.split())
            self._all.append((words, value))
            self._by_first.setdefault(words[0], []).append((words, value))
        self._weights = [(weigh(value) if weigh else 1.0) * unsaid.isdisjoint(words) for words, value in self._all]
        self.first = frozenset(self._by_first)
        self.typed = False
        self.empty = False

    def _at(self, tokens: Run, i: int) -> Iterator[Reading[T]]:
        if i < len(tokens):
            for words, value in self._by_first.get(tokens[i], ()):
                end = i + len(words)
                if len(words) == 1 or tokens[i:end] == words:
                    yield Reading(end, value)

    def _sample(self, rng: Random) -> tuple[Spoken, T]:
        return rng.choices(self._all, self._weights)[0]


class Typed(Pattern[T]):
    """One token with a digit in it, as typed; never sampled."""

    def __init__(self, parse: Callable[[str], T | None]) -> None:
        self._parse = parse
        self.first = frozenset()
        self.typed = True
        self.empty = False

    def _at(self, tokens: Run, i: int) -> Iterator[Reading[T]]:
        if i < len(tokens) and len(tokens[i]) <= LONGEST_TYPED and not tokens[i].isalpha():
            value = self._parse(tokens[i])
            if value is not None:
                yield Reading(i + 1, value)

    def _sample(self, rng: Random) -> tuple[Spoken, T]:
        raise NotImplementedError("typed figures are not spoken")


class Maybe(Pattern[T | None]):
    """A pattern or no words (value None); ``chance`` is how often people say it."""

    def __init__(self, pattern: Pattern[T], chance: float = 0.5) -> None:
        self._pattern = pattern
        self._chance = chance
        self.first = pattern.first
        self.typed = pattern.typed
        self.empty = True

    def _at(self, tokens: Run, i: int) -> Iterator[Reading[T | None]]:
        yield from self._pattern.at(tokens, i)
        yield Reading(i, None)

    def _sample(self, rng: Random) -> tuple[Spoken, T | None]:
        return self._pattern.sample(rng) if rng.random() < self._chance else ((), None)


class Either(Pattern[T]):
    """One of several patterns, each with how often people choose it (0: understood, never sampled)."""

    def __init__(self, *choices: tuple[float, Pattern[T]]) -> None:
        self._patterns = [pattern for _, pattern in choices]
        self._weights = [weight for weight, _ in choices]
        self.first = frozenset().union(*(p.first for p in self._patterns))
        self.typed = any(p.typed for p in self._patterns)
        self.empty = any(p.empty for p in self._patterns)

    def _at(self, tokens: Run, i: int) -> Iterator[Reading[T]]:
        for pattern in self._patterns:
            yield from pattern.at(tokens, i)

    def _sample(self, rng: Random) -> tuple[Spoken, T]:
        return rng.choices(self._patterns, self._weights)[0].sample(rng)


class Chain(Pattern[T]):
    """Patterns one after the other; ``combine`` makes one value of theirs, or None where they do not go together."""

    def __init__(self, combine: Callable[..., T | None], *parts: Pattern[Any]) -> None:
        self._combine = combine
        self._parts = parts
        opening = []
        for part in parts:
            opening.append(part)
            if not part.empty:
                break
        self.first = frozenset().union(*(p.first for p in opening))
        self.typed = any(p.typed for p in opening)
        self.empty = all(p.empty for p in parts)

    def _at(self, tokens: Run, i: int) -> Iterator[Reading[T]]:
        for end, values in self._walk(tokens, i, 0):
            value = self._combine(*values)
            if value is not None:
                yield Reading(end, value)

    def _walk(self, tokens: Run, i: int, n: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
        if n == len(self._parts):
            yield i, ()
            return
        for end, value in self._parts[n].at(tokens, i):
            for last, rest in self._walk(tokens, end, n + 1):
                yield last, (value, *rest)

    def _sample(self, rng: Random) -> tuple[Spoken, T]:
        for _ in range(SAMPLING_TRIES):
            samples = [part.sample(rng) for part in self._parts]
            value = self._combine(*(value for _, value in samples))
            if value is not None:
                return tuple(word for words, _ in samples for word in words), value
        raise LookupError("no sample of these patterns goes together")


def only(pattern: Pattern[T], allowed: Callable[[T], bool]) -> Pattern[T]:
    """The pattern where its value is allowed."""
    return Chain(lambda value: value if allowed(value) else None, pattern)


class Natural(Pattern[T]):
    """A pattern that is sampled only in ways that are ``natural``, though it reads the others as well."""

    def __init__(self, pattern: Pattern[T], natural: Callable[[Spoken], bool]) -> None:
        self._pattern = pattern
        self._natural = natural
        self.first = pattern.first
        self.typed = pattern.typed
        self.empty = pattern.empty

    def _at(self, tokens: Run, i: int) -> Iterator[Reading[T]]:
        yield from self._pattern.at(tokens, i)

    def _sample(self, rng: Random) -> tuple[Spoken, T]:
        for _ in range(SAMPLING_TRIES):
            said, value = self._pattern.sample(rng)
            if self._natural(said):
                return said, value
        raise LookupError("no sample of this pattern is natural")


def readings(pattern: Pattern[T], tokens: Run, i: int) -> list[Reading[T]]:
    """Every reading of the pattern at ``i``, longest first, each once."""
    found = [reading for reading in pattern.at(tokens, i) if reading.end > i]
    return sorted(found, key=lambda reading: -reading.end)


def moved(found: Iterable[Reading[T]], by: int) -> list[Reading[T]]:
    """The readings of a run, as readings of the tokens in which it begins at index ``by``."""
    return [Reading(reading.end + by, reading.value) for reading in found]
