"""The words of a template's own text, as people type them and as they say them: "channel 5", "3D", "tom & jerry"."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from voicelog.understand.grammar.nodes import Choice, Node, Series, Words
from voicelog.understand.match.tokens import tokens_of
from voicelog.understand.say import say_number
from voicelog.understand.values.number_words import english

_PIECE = re.compile(r"\d+(?:\.\d+)?|[^\W\d]+|\W")
_MOST_WAYS = 12
_LETTERS = 3
"""Letters beside figures that are said one by one if they are no more: "mp3"."""
_LONGEST_FIGURE = 6
"""Figures that are said as a number if they are no more; longer ones are read out one by one."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, as typed text is taken: the same marks divide and are left out."""
    return tokens_of(text)


def literal(words: tuple[str, ...]) -> Node:
    """The node of these words; figures among them may also be said."""
    nodes: list[Node] = []
    for word in words:
        said = _said(word) if any(c.isdigit() for c in word) else ()
        if said:
            nodes.append(Choice((Words((word,), written=True), *(Words(way) for way in said))))
        elif nodes and isinstance(nodes[-1], Words):
            nodes[-1] = Words((*nodes[-1].words, word))
        else:
            nodes.append(Words((word,)))
    if not nodes:
        return Words(())
    return nodes[0] if len(nodes) == 1 else Series(tuple(nodes))


@lru_cache(maxsize=4096)
def _said(word: str) -> tuple[tuple[str, ...], ...]:
    """How a word with figures is said, the most usual way first."""
    figures, apostrophe, ending = word.partition("'")
    ways = [_piece(piece) for piece in _PIECE.findall(figures)]
    together = itertools.islice(itertools.product(*ways), _MOST_WAYS)
    said = dict.fromkeys(tuple(word for part in parts for word in part) for parts in together)
    return tuple((*words[:-1], words[-1] + apostrophe + ending) for words in said if words)


def _piece(piece: str) -> list[tuple[str, ...]]:
    if piece.isalpha():
        return [tuple(piece), (piece,)] if 1 < len(piece) <= _LETTERS else [(piece,)]
    if not piece.isascii() or not piece[0].isdigit():
        return [()]
    whole, _, part = piece.partition(".")
    one_by_one = tuple(word for figure in whole for word in say_number(int(figure)).split())
    if part or len(whole) > _LONGEST_FIGURE:
        point = (*english().numbers.point[:1], *(say_number(int(figure)) for figure in part)) if part else ()
        before = tuple(say_number(int(whole)).split()) if len(whole) <= _LONGEST_FIGURE else one_by_one
        return [(*before, *point)]
    ways = [tuple(say_number(int(whole)).split())]
    if len(whole) == 4 and whole[2] != "0":
        ways.append((*say_number(int(whole[:2])).split(), *say_number(int(whole[2:])).split()))
    if len(whole) > 1:
        ways = [one_by_one, *ways] if whole[0] == "0" else [*ways, one_by_one]
    return ways
