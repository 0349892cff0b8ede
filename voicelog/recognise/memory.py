"""Memory as the C library keeps it: a logger runs for months, and what it does not need is given back."""

from __future__ import annotations

import ctypes
import gc
import sys

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h
_LARGE = 128 * 1024
_STORES = 4


def keep_memory_small() -> None:
    """To be called before there are threads: large blocks go back when they are freed, and threads share few stores.

    In one store for all, what hearing takes and gives back lies among what stays, as holes; with one for each thread,
    every store has holes of its own.
    """
    adjust = _libc("mallopt")
    if adjust is not None:
        adjust(_M_MMAP_THRESHOLD, _LARGE)
        adjust(_M_ARENA_MAX, _STORES)


def give_back_memory() -> None:
    """Give freed memory back to the system, where Python and the C library keep it otherwise."""
    gc.collect()  # empties Python's lists of spare objects, tens of thousands of tuples
    trim = _libc("malloc_trim")
    if trim is not None:
        trim(0)


def _libc(name: str) -> ctypes._NamedFuncPointer | None:
    """A function of glibc, None elsewhere."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
