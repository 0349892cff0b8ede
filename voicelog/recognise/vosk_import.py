"""Imports Vosk without what it downloads models and writes subtitles with.

We do neither through it, and these take as long to import as all else that a start needs before the model can be
loaded. Whoever does use them through Vosk still can: they are imported then.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

_SELDOM_USED = ("requests", "srt", "tqdm", "urllib.request")


class _Later(ModuleType):
    """Stands for a module that is imported when one of its functions is first called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *given, **named: getattr(import_module(self.__name__), name)(*given, **named)


def import_vosk() -> None:
    """Import it, if it is not imported yet."""
    if "vosk" in sys.modules:
        return
    later = {name: _Later(name) for name in _SELDOM_USED if name not in sys.modules}
    sys.modules.update(later)
    try:
        import vosk  # noqa: F401
    finally:
        for name in later:
            del sys.modules[name]
