"""Locations on the body: ``[side ]part``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from voicelog.core.resources import grammars_folder

SIDES = ("left", "right", "both")


@cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """The parts of the body by their names in the diary, from the table that comes along (``_body.yaml``)."""
    text = (grammars_folder() / "_body.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["body"])


@cache
def plurals() -> Mapping[str, str]:
    """The parts that a body has two of; with ``both`` they are in the plural."""
    return {name: part["plural"] for name, part in table().items() if "plural" in part}


@cache
def _names() -> Mapping[str, str]:
    """The part that each other word for it means."""
    others = {plural: name for name, plural in plurals().items()}
    return others | {word: name for name, part in table().items() for word in part.get("also", ())}


def _holds(general: str, part: str) -> bool:
    return part in table().get(general, {}).get("holds", ())


def split(location: str) -> tuple[str, str]:
    """Side (empty where none was said) and part, in the singular where there are two of it."""
    side, _, rest = location.partition(" ")
    if side not in SIDES:
        side, rest = "", location
    return side, _names().get(rest, rest)


def join(side: str, part: str) -> str:
    """The location as the contract writes it."""
    if side == "both":
        part = plurals().get(part, part)
    return f"{side} {part}".strip()


def covers(general: str, location: str) -> bool:
    """Whether ``location`` is the same part with a side where ``general`` has none or both."""
    side, part = split(general)
    other_side, other_part = split(location)
    return part == other_part and (side == other_side or side in ("", "both"))


def added(present: Sequence[str], new: Iterable[str]) -> tuple[str, ...]:
    """The locations with new ones added; the more exact takes the place of the general."""
    result = list(present)
    for location in new:
        side, part = split(location)
        same = [old for old in result if split(old)[1] == part]
        if location in result or (same and not side):
            continue
        if not side and any(_holds(part, split(old)[1]) for old in result):
            continue
        gone = [old for old in same if _gives_way(split(old)[0], side)]
        gone = gone or [old for old in result if not split(old)[0] and _holds(split(old)[1], part)]
        if gone:
            result[result.index(gone[0])] = location
            result = [old for old in result if old not in gone]
        else:
            result.append(location)
    return tuple(dict.fromkeys(result))


def of_one_breath(locations: Iterable[str]) -> tuple[str, ...]:
    """The locations said at once: the general gives way to the particular, left and right of a pair are both."""
    result = added((), locations)
    for location in result:
        side, part = split(location)
        other = join("left" if side == "right" else "right", part)
        if side in ("left", "right") and part in plurals() and other in result:
            result = added(result, [join("both", part)])
    return result


def _gives_way(old: str, side: str) -> bool:
    """Whether what was said of one side, both or none gives way to what is now said of a side."""
    return old in ("", "both") or side == "both"


def replaced(present: Sequence[str], new: Sequence[str], last: Sequence[str]) -> tuple[str, ...]:
    """The locations with the new ones in place of what they correct.

    That is the same part with another side; else the locations said last; else all.
    """
    parts = {split(location)[1] for location in new}
    wrong = [old for old in present if split(old)[1] in parts]
    if not wrong:
        wrong = [old for old in present if old in last] or list(present)
    result: list[str] = []
    for old in present:
        if old not in wrong:
            result.append(old)
        elif not set(new) <= set(result):
            result.extend(new)
    return tuple(dict.fromkeys(result or new))


def other_side(present: Sequence[str], side: str | None, not_side: str | None) -> tuple[str, ...]:
    """The locations turned to ``side``, those of ``not_side`` alone where it is given.

    "Not the right" without a side leaves of both the left, and takes away what is right only.
    """
    result = []
    for location in present:
        old, part = split(location)
        if part not in plurals() or (not_side and old not in (not_side, "both", "")):
            result.append(location)
        elif side:
            result.append(join(side, part))
        elif old == "both" and not_side in ("left", "right"):
            result.append(join("left" if not_side == "right" else "right", part))
        elif old != not_side:
            result.append(location)
    return tuple(dict.fromkeys(result))


def without(present: Sequence[str], gone: Iterable[str]) -> tuple[str, ...]:
    """The locations less those taken away; a side alone takes away all of that side."""
    result = tuple(present)
    for away in gone:
        if away in SIDES:
            result = other_side(result, None, away)
            continue
        side, part = split(away)
        kept = []
        for location in result:
            old_side, old_part = split(location)
            if old_part != part or (side and old_side and old_side not in (side, "both")):
                kept.append(location)
            elif old_side == "both" and side in ("left", "right"):
                kept.append(join("left" if side == "right" else "right", part))
        result = tuple(kept)
    return result
