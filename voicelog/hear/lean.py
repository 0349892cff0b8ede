"""Imports Vosk without what it downloads models and writes subtitles with.

We do neither through it, and these take four times as long to import as Vosk itself, at every start.
"""

from __future__ import annotations

import sys
from types import ModuleType

_UNUSED = ("requests", "srt", "tqdm", "urllib.request")


class _Unused(ModuleType):
    """Has every name, for ``from … import``; none is ever used."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


def import_vosk() -> None:
    """Import it, if it is not imported yet."""
    if "vosk" in sys.modules:
        return
    places = {name: _Unused(name) for name in _UNUSED if name not in sys.modules}
    sys.modules.update(places)
    try:
        import vosk  # noqa: F401
    finally:
        for name in places:
            del sys.modules[name]
