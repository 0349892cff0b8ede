"""Parts of the body as people write them: ``L leg``, ``Leg, Left``, ``calf (R)``, part and side in two columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from voicelog.core.body import join, plurals
from voicelog.diary.exchange.vocabulary import parts, plain

_SIDES = {
    **dict.fromkeys(("left", "l", "lt", "lhs", "left-hand", "left-sided"), "left"),
    **dict.fromkeys(("right", "r", "rt", "rhs", "right-hand", "right-sided"), "right"),
    **dict.fromkeys(("both", "bilateral", "bilat", "b/l", "bil"), "both"),
}
_LIMBS = {
    "lle": "left leg",
    "rle": "right leg",
    "lue": "left arm",
    "rue": "right arm",
    "ble": "both legs",
    "bue": "both arms",
}
_BETWEEN = re.compile(r"\s*(?:[;,|&+\n]|(?<!b)/|\band\b|\bund\b)\s*")


@dataclass(frozen=True, slots=True)
class Places:
    """The locations of a cell in the contract's words, and those words that name no part that is known."""

    locations: tuple[str, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two separators: its side and its part, each empty where there is none."""

    side: str
    part: str
    known: bool


@lru_cache(maxsize=4096)
def places(text: str, sides: str = "") -> Places:
    """The locations of a cell; ``sides`` is what a column of its own says of their sides.

    A side alone is of the part before it, or else of the one after it. ``ValueError`` where sides and parts do not
    fit one another.
    """
    first, others = list(_pieces(text)), list(_pieces(sides))
    if any(piece.part for piece in others) and not any(piece.part for piece in first):
        first, others = others, first
    pieces = _with_sides(first)
    if any(piece.part for piece in others):
        pieces, others = pieces + _with_sides(others), []
    pieces = _of_column(pieces, [piece.side for piece in others], text, sides)
    found: list[str] = []
    unknown: list[str] = []
    for piece in pieces:
        location = join(piece.side, piece.part) if piece.known else f"{piece.side} {piece.part}".strip()
        if location and location not in found:
            found.append(location)
            if not piece.known:
                unknown.append(location)
    return Places(tuple(found), tuple(unknown))


def _of_column(pieces: list[_Piece], sides: list[str], text: str, said: str) -> list[_Piece]:
    """The parts with the sides of a column of their own."""
    sides = [side for side in sides if side]
    if not sides:
        return pieces
    if set(sides) == {"left", "right"} and len(pieces) == 1:
        sides = ["both"]
    if len(sides) != 1:
        raise ValueError(f'which side is which cannot be told from "{text}" and "{said}"')
    side = sides[0]
    if any(piece.side not in ("", side) and not (piece.side == "both" and piece.known) for piece in pieces):
        raise ValueError(f'"{text}" and "{said}" name different sides')
    return [_Piece(side, piece.part, piece.known) for piece in pieces]


def _with_sides(pieces: list[_Piece]) -> list[_Piece]:
    found: list[_Piece] = []
    waiting: list[str] = []
    for piece in pieces:
        if piece.part:
            if waiting and not piece.side:
                found += [_Piece(side, piece.part, piece.known) for side in waiting]
            elif waiting:
                found += [_Piece(side, piece.part, piece.known) for side in waiting if side != piece.side] + [piece]
            else:
                found.append(piece)
            waiting = []
        elif found and found[-1].side in ("", "both") and not waiting:
            found[-1] = _Piece(piece.side, found[-1].part, found[-1].known)
        elif found and not waiting and found[-1].side != piece.side:
            found.append(_Piece(piece.side, found[-1].part, found[-1].known))
        else:
            waiting.append(piece.side)
    return found + [_Piece("", f"{side} side", False) for side in waiting]


def _pieces(text: str) -> Iterator[_Piece]:
    cleaned = plain(re.sub(r"[\[\]\"“”']", " ", text))
    for piece in _BETWEEN.split(cleaned):
        if piece.strip():
            yield _piece(piece.strip())


def _piece(text: str) -> _Piece:
    if text in _LIMBS:
        text = _LIMBS[text]
    words = [word.strip("().,:") for word in re.split(r"[\s-]+", text.replace("left-hand", "left"))]
    words = [word for word in words if word and word not in ("of", "the", "my", "in", "on")]
    sides = [_SIDES[word] for word in words if word in _SIDES]
    rest = [word for word in words if word not in _SIDES]
    if sides and "side" in rest:
        rest.remove("side")
    if set(sides) == {"left", "right"}:
        sides = ["both"]
    if len(set(sides)) > 1:
        return _Piece("", text, False)
    side = sides[0] if sides else ""
    if not rest:
        return _Piece(side, "", True)
    known = parts().get(" ".join(rest)) or parts().get(text)
    if known is None:
        return _Piece("", text, False)
    both, part = known
    if part not in plurals() and side == "both":
        side = ""
    return _Piece(side or both, part, True)
