"""The lists of the body's parts, made of a language's table of the body (``body:`` in a sentence file)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voicelog.understand.grammar.written import Written

BOTH_SINGULAR_WEIGHT = 0.2
"""How often "both leg" is said for "both legs", against other values of the list."""
SIDES = {"usual": "part", "seldom": "middle", "never": "whole_body"}
"""The lists of the parts, by how often a side is said of them."""


def body_lists(body: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The lists ``part``, ``middle`` (sides seldom said), ``whole_body`` (never) and ``pair`` (both of them)."""
    lists: dict[str, dict[str, list[Any]]] = {}
    for name, part in body.items():
        sides = part.get("sides", "usual")
        metadata: dict[str, Any] = {} if sides == "usual" else {"side": ""}
        weight = {"weight": part["weight"]} if "weight" in part else {}
        value = {"in": part["said"], "out": name, "metadata": {**metadata, **weight}}
        lists.setdefault(SIDES[sides], {"values": []})["values"].append(value)
        if "plural" in part:
            lists.setdefault("pair", {"values": []})["values"] += _pair(name, part, weight)
    return lists


def _pair(name: str, part: Mapping[str, Any], weight: Mapping[str, Any]) -> list[Any]:
    plural = part.get("said_plural", part["plural"])
    both = f"both [of] [my|the] {part.get('said_both', plural)}"
    said = both if "said_both" in part else f"({plural}|{both})"
    out = f"both {part['plural']}"
    return [
        {"in": _at(said, part), "out": out, "metadata": {"side": "", **weight}},
        {
            "in": _at(f"(both|left and right) {name}", part),
            "out": out,
            "metadata": {"side": "", "weight": BOTH_SINGULAR_WEIGHT},
        },
    ]


def _at(said: str, part: Mapping[str, Any]) -> str:
    """The text, with the file and line of the part that it is made of."""
    written = Written(said)
    written.where, written.value = part["said"].where, said
    return written
