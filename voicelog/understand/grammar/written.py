"""A text of a sentence file with its place."""

from __future__ import annotations

from typing import Any


class Written(str):
    """A word of a YAML file as it is written; ``where`` is its file and line, ``value`` what YAML makes of it."""

    __slots__ = ("value", "where")
    value: Any
    where: str
