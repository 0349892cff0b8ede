"""The recogniser's language model as the file it reads: an acceptor in OpenFst's binary format.

Vosk composes ``graph/HCLr.fst`` (sounds and dictionary) with ``graph/Gr.fst`` (what can be said) as it decodes; the
latter carries the symbol table that gives words their numbers.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable

import numpy as np

from voicelog.recognise.acceptor import Acceptor

_MAGIC = 2125659606
_SYMBOLS_MAGIC = 2125658996
_HAS_OUTPUT_SYMBOLS = 2
_CONST_VERSION = 2
# fst/properties.h: expanded, acceptor, epsilons (all, input, output), input and output labels sorted, weighted
_PROPERTIES = 0x1 | 0x10000 | 0x400000 | 0x1000000 | 0x4000000 | 0x10000000 | 0x40000000 | 0x100000000

_STATE = np.dtype([("final", "<f4"), ("first", "<u4"), ("arcs", "<u4"), ("in_eps", "<u4"), ("out_eps", "<u4")])
_ARC = np.dtype([("input", "<i4"), ("output", "<i4"), ("cost", "<f4"), ("to", "<i4")])


def const_fst(acceptor: Acceptor, number_of: Callable[[str], int], more: Iterable[str] = ()) -> bytes:
    """The acceptor as an OpenFst ``const`` file; ``number_of`` gives a word's number in the model (1 or more).

    Its symbol table holds the acceptor's words and ``more`` words of the model.
    """
    words = {arc.word for leaving in acceptor.arcs for arc in leaving if arc.word is not None}
    numbers = {word: number_of(word) for word in sorted({*words, *more})}
    states = np.zeros(len(acceptor.arcs), _STATE)
    rows: list[tuple[int, int, float, int]] = []
    for state, leaving in enumerate(acceptor.arcs):
        labelled = sorted((0 if arc.word is None else numbers[arc.word], arc.cost, arc.to) for arc in leaving)
        epsilons = sum(label == 0 for label, _, _ in labelled)
        states[state] = (acceptor.final[state], len(rows), len(labelled), epsilons, epsilons)
        rows += [(label, label, cost, to) for label, cost, to in labelled]
    header = struct.pack("<i", _MAGIC) + _text("const") + _text("standard")
    header += struct.pack("<iiQqqq", _CONST_VERSION, _HAS_OUTPUT_SYMBOLS, _PROPERTIES, 0, len(states), len(rows))
    return header + _symbols(numbers.items()) + states.tobytes() + np.array(rows, _ARC).tobytes()


def _symbols(words: Iterable[tuple[str, int]]) -> bytes:
    table = [("<eps>", 0), *words]
    head = struct.pack("<i", _SYMBOLS_MAGIC) + _text("words")
    head += struct.pack("<qq", max(number for _, number in table) + 1, len(table))
    return head + b"".join(_text(word) + struct.pack("<q", number) for word, number in table)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<i", len(encoded)) + encoded
