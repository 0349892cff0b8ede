"""Locations on the body: ``[side ]part``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

SIDES = ("left", "right", "both")

PLURALS = {
    "leg": "legs",
    "thigh": "thighs",
    "hamstring": "hamstrings",
    "quad": "quads",
    "groin": "groins",
    "hip": "hips",
    "buttock": "buttocks",
    "knee": "knees",
    "calf": "calves",
    "shin": "shins",
    "ankle": "ankles",
    "foot": "feet",
    "heel": "heels",
    "arm": "arms",
    "shoulder": "shoulders",
    "elbow": "elbows",
    "forearm": "forearms",
    "wrist": "wrists",
    "hand": "hands",
    "thumb": "thumbs",
}
"""Parts that a body has two of; with ``both`` they are in the plural."""

_SINGULARS = {many: one for one, many in PLURALS.items()}


def split(location: str) -> tuple[str, str]:
    """Side (empty where none was said) and part, in the singular where there are two of it."""
    side, _, rest = location.partition(" ")
    if side not in SIDES:
        side, rest = "", location
    return side, _SINGULARS.get(rest, rest)


def join(side: str, part: str) -> str:
    """The location as the contract writes it."""
    if side == "both":
        part = PLURALS.get(part, part)
    return f"{side} {part}".strip()


def covers(general: str, location: str) -> bool:
    """Whether ``location`` is the same part with a side where ``general`` has none or both."""
    side, part = split(general)
    other_side, other_part = split(location)
    return part == other_part and (side == other_side or side in ("", "both"))


def added(present: Sequence[str], new: Iterable[str]) -> tuple[str, ...]:
    """The locations with new ones added; one that only makes a present one more exact takes its place."""
    result = list(present)
    for location in new:
        if location in result:
            continue
        side, part = split(location)
        for i, old in enumerate(result):
            old_side, old_part = split(old)
            if part == old_part and old_side in ("", "both") and side:
                result[i] = location
                break
            if part == old_part and not side:
                break
        else:
            result.append(location)
    return tuple(dict.fromkeys(result))


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
        if part not in PLURALS or (not_side and old not in (not_side, "both", "")):
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
