"""The sequences of dictionary words that sound nearest to a word.

The dictionary's pronunciations are kept as a trie. For each place in the target a column of the edit-distance table is
carried down the trie, all nodes of a depth at once, and branches too far from anything are cut. That gives the cost of
each word over each stretch of the target; a beam over the stretches then puts words together.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voicelog.understand.lexicon.phones import (
    COST_MATRIX,
    INDEL_VECTOR,
    Phones,
    indices,
    weight,
)

_WORDS_PER_STRETCH: Final = 10
_BRANCH_LIMIT: Final = 1.3
_WORD_COST: Final = 0.12
_SHORT_WORD_COST: Final = 0.1
_BEAM: Final = 400


@dataclass(frozen=True, slots=True)
class Nearest:
    """A sequence of dictionary words and how far it is from the target, 0 (the same) to 1."""

    words: tuple[str, ...]
    distance: float


@dataclass(frozen=True, slots=True)
class Trie:
    """Pronunciations as a trie, level by level; build it with :func:`build_trie`."""

    words: tuple[str, ...]
    phone: tuple[NDArray[np.int8], ...]
    """For each level, each node's phone."""
    first_child: tuple[NDArray[np.int32], ...]
    """For each level, where in the next level each node's children begin; one more entry for the end."""
    first_word: tuple[NDArray[np.int32], ...]
    """For each level, where in ``word_at`` each node's words begin; one more entry for the end."""
    word_at: tuple[NDArray[np.int32], ...]


def build_trie(pronunciations: Iterable[tuple[str, Phones]]) -> Trie:
    """The trie of (word, phones) pairs; phones that are not ARPAbet raise ``KeyError``."""
    words: dict[str, int] = {}
    entries = sorted({(tuple(indices(phones)), words.setdefault(word, len(words))) for word, phones in pronunciations})
    phone: list[NDArray[np.int8]] = []
    first_child: list[NDArray[np.int32]] = []
    first_word: list[NDArray[np.int32]] = []
    word_at: list[NDArray[np.int32]] = []
    level: list[tuple[int, int]] = [(0, len(entries))]  # the root covers all entries
    depth = 0
    phone.append(np.zeros(1, dtype=np.int8))
    while level:
        children: list[tuple[int, int]] = []
        child_phones: list[int] = []
        child_starts: list[int] = []
        word_starts: list[int] = []
        level_words: list[int] = []
        for start, end in level:
            child_starts.append(len(children))
            word_starts.append(len(level_words))
            at = start
            while at < end and len(entries[at][0]) == depth:
                level_words.append(entries[at][1])
                at += 1
            while at < end:
                code = entries[at][0][depth]
                stop = at + 1
                while stop < end and entries[stop][0][depth] == code:
                    stop += 1
                children.append((at, stop))
                child_phones.append(code)
                at = stop
        first_child.append(np.array([*child_starts, len(children)], dtype=np.int32))
        first_word.append(np.array([*word_starts, len(level_words)], dtype=np.int32))
        word_at.append(np.array(level_words, dtype=np.int32))
        if children:
            phone.append(np.array(child_phones, dtype=np.int8))
        level = children
        depth += 1
    return Trie(tuple(words), tuple(phone), tuple(first_child), tuple(first_word), tuple(word_at))


def nearest_sequences(
    target: Phones,
    trie: Trie,
    *,
    most: int = 100,
    most_words: int = 4,
    extra_cost: Callable[[str], float] | None = None,
) -> tuple[Nearest, ...]:
    """The ``most`` sequences of one to ``most_words`` words nearest to ``target``, the nearest first.

    ``extra_cost`` is added for each word (in the unit of :func:`phone_distance`, so .1 to .5 is a mild dislike).
    """
    if not target:
        return ()
    stretches = _stretches(indices(target), trie, extra_cost or _no_extra_cost)
    length = len(target)
    beams: list[list[tuple[float, tuple[str, ...]]]] = [[] for _ in range(length + 1)]
    beams[0] = [(0.0, ())]
    for start in range(length):
        beam = heapq.nsmallest(_BEAM, beams[start])
        for end in range(start + 1, length + 1):
            for cost, word in stretches.get((start, end), ()):
                for before, words in beam:
                    if len(words) < most_words:
                        beams[end].append((before + cost, (*words, word)))
    found: dict[tuple[str, ...], float] = {}
    for cost, words in heapq.nsmallest(most * 4, beams[length]):
        found.setdefault(words, cost)
    whole = weight(target)
    return tuple(Nearest(words, min(1.0, cost / whole)) for words, cost in list(found.items())[:most])


def _no_extra_cost(_: str) -> float:
    return 0.0


def _stretches(
    target: Sequence[int], trie: Trie, extra_cost: Callable[[str], float]
) -> dict[tuple[int, int], list[tuple[float, str]]]:
    found: dict[tuple[int, int], list[tuple[float, str]]] = {}
    for start in range(len(target)):
        rest = np.array(target[start:], dtype=np.intp)
        cumulative = np.concatenate([[0.0], np.cumsum(INDEL_VECTOR[rest])]).astype(np.float32)
        table = (COST_MATRIX[:, rest], cumulative)
        best: dict[int, list[tuple[float, int]]] = {}
        nodes = np.zeros(1, dtype=np.int64)
        rows = cumulative[None, :].copy()
        for depth in range(len(trie.phone)):
            if depth:
                rows = _carried(rows, trie.phone[depth][nodes], table)
                kept = rows.min(axis=1) <= _BRANCH_LIMIT
                nodes, rows = nodes[kept], rows[kept]
                _collect(nodes, rows, trie, depth, best)
            if depth + 1 == len(trie.phone) or not len(nodes):
                break
            nodes, parents = _children(nodes, trie.first_child[depth])
            rows = rows[parents]
        for length, words in best.items():
            costed = [
                (cost + _WORD_COST + (_SHORT_WORD_COST if length < 2 else 0.0) + extra_cost(trie.words[word]), word)
                for cost, word in heapq.nsmallest(4 * _WORDS_PER_STRETCH, words)
            ]
            found[(start, start + length)] = [
                (cost, trie.words[word]) for cost, word in heapq.nsmallest(_WORDS_PER_STRETCH, costed)
            ]
    return found


def _carried(
    rows: NDArray[np.float32], codes: NDArray[np.int8], table: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> NDArray[np.float32]:
    substitution, cumulative = table
    new = rows + INDEL_VECTOR[codes][:, None]
    np.minimum(new[:, 1:], rows[:, :-1] + substitution[codes], out=new[:, 1:])
    carried: NDArray[np.float32] = np.minimum.accumulate(new - cumulative, axis=1) + cumulative
    return carried


def _children(nodes: NDArray[np.int64], first: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts, ends = first[nodes].astype(np.int64), first[nodes + 1].astype(np.int64)
    counts = ends - starts
    parents = np.repeat(np.arange(len(nodes)), counts)
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts[parents] + within, parents


def _collect(
    nodes: NDArray[np.int64],
    rows: NDArray[np.float32],
    trie: Trie,
    depth: int,
    best: dict[int, list[tuple[float, int]]],
) -> None:
    starts, ends = trie.first_word[depth][nodes], trie.first_word[depth][nodes + 1]
    for at in np.flatnonzero(ends > starts):
        row = rows[at]
        for length in np.flatnonzero(row <= _BRANCH_LIMIT):
            # A word that explains nothing of its stretch is no likeness.
            if length and row[length] < 0.5 * depth + 0.2:
                for word in trie.word_at[depth][starts[at] : ends[at]]:
                    best.setdefault(int(length), []).append((float(row[length]), int(word)))
