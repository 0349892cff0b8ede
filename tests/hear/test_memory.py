"""Memory that is no longer needed is given back."""

from __future__ import annotations

import sys

from voicelog.recognise.memory import give_back_memory


def blocks_at_rest() -> int:
    give_back_memory()
    return sys.getallocatedblocks()


def test_python_keeps_no_spare_objects() -> None:
    before = blocks_at_rest()
    many = [tuple(range(size)) for size in range(1, 20) for _ in range(3000)]
    assert sys.getallocatedblocks() > before + len(many) - 1000
    del many
    assert blocks_at_rest() < before + 1000
