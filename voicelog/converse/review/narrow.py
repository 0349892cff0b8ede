"""What a review is about: which entries, of which time, and how that is said back."""

from __future__ import annotations

from typing import Any

from voicelog.converse.messages import Filter
from voicelog.converse.review.periods import period
from voicelog.converse.review.scope import Scope
from voicelog.converse.state import Talk
from voicelog.converse.when import DAY_PARTS
from voicelog.core.body import split
from voicelog.core.fields import BY_NAME, KIND_NAMED_BY, KINDS, OTHER_FIELDS
from voicelog.core.meaning import Meaning

_STEP = 0.5
"""Severities come in halves, so "over seven" is seven and a half or more."""


class UnknownPeriodError(Exception):
    """A time that converse does not know."""


def scope(talk: Talk, meaning: Meaning, default_period: str | None, default_kind: str = "spasm") -> Scope:
    """The scope of a review; :class:`UnknownPeriodError` for a time that is not known."""
    slots, asides = meaning.slots, meaning.asides
    name = str(slots.get("period") or default_period or "")
    about = period(name, talk.now) if name else None
    if name and about is None:
        raise UnknownPeriodError(name)
    kinds = _kinds(meaning, default_kind)
    low, high = _bounds(slots, asides)
    part = asides.get("time_of_day")
    narrowed = Filter(
        kinds=kinds,
        since=about.since if about else None,
        until=about.until if about else None,
        severity_min=low,
        severity_max=high,
        intensity=slots.get("intensity"),
        type=slots.get("type"),
        medication=slots.get("medication"),
        treatment=slots.get("treatment"),
        symptom=slots.get("symptom"),
        hours=DAY_PARTS.get(part) if part else None,
        locations=_tuple(slots.get("locations", ())),
        sensations=_tuple(slots.get("sensations", ())),
        triggers=_tuple(slots.get("triggers", ())),
        context=_tuple(slots.get("context", ())),
        others=tuple((name, value) for name in _others(slots) for value in _tuple(slots[name])),
    )
    noun = str(slots.get("type") or (kinds[0] if len(kinds) == 1 else "entry"))
    names = [str(slots[s]) for s in KIND_NAMED_BY if s in slots]
    if names and kinds != ("medication",):
        noun = "entry"
    return Scope(narrowed, about, tuple(_qualifiers(talk, meaning)), names[0] if names else None, noun)


def counted(talk: Talk, of: Scope, n: int) -> str:
    """``three spasms in the left leg over seven``, ``two doses of baclofen``."""
    return " ".join((talk.describe.phrases.counted(n, of.noun), *_named(talk, of), *of.qualifiers))


def plural(talk: Talk, of: Scope) -> str:
    """``spasms in the left leg``: for saying that there are none."""
    return " ".join((talk.describe.phrases.noun(of.noun, True), *_named(talk, of), *of.qualifiers))


def period_said(talk: Talk, name: str) -> str:
    """``last night``, ``in the last three days``, ``on Monday``."""
    return talk.describe.clock.period(name)


def none(talk: Talk, of: Scope) -> None:
    """A kind sentence for no entries."""
    what = plural(talk, of)
    if of.period is None or of.period.since is None:
        talk.answer("none_ever", what=what)
    else:
        talk.answer("none", what=what, period=period_said(talk, of.period.name))


def _named(talk: Talk, of: Scope) -> tuple[str, ...]:
    return (talk.replies.fragment("of_name", name=talk.describe.phrases.value(of.name)),) if of.name else ()


def _kinds(meaning: Meaning, default: str) -> tuple[str, ...]:
    about = meaning.asides.get("about")
    if about in KINDS:
        return (str(about),)
    for slot, kind in KIND_NAMED_BY.items():
        if slot in meaning.slots:
            return (kind,)
    if about == "entry":
        return ()
    narrows = set(meaning.slots) - {"period"}
    for name in _others(meaning.slots):
        return BY_NAME[name].kinds
    return ("spasm",) if narrows or default == "spasm" else ()


def _others(slots: Any) -> tuple[str, ...]:
    """The fields that narrow by their value alone."""
    return tuple(name for name in OTHER_FIELDS if name in slots and BY_NAME[name].form in ("text", "list"))


def _bounds(slots: Any, asides: Any) -> tuple[float | None, float | None]:
    if "severity" in slots:
        return float(slots["severity"]), float(slots["severity"])
    low = asides.get("severity_least")
    if "severity_over" in asides:
        low = float(asides["severity_over"]) + _STEP
    high = asides.get("severity_most")
    if "severity_under" in asides:
        high = float(asides["severity_under"]) - _STEP
    return (None if low is None else float(low)), (None if high is None else float(high))


def _qualifiers(talk: Talk, meaning: Meaning) -> list[str]:
    fragment, phrases = talk.replies.fragment, talk.describe.phrases
    said = []
    for location in _tuple(meaning.slots.get("locations", ())):
        side, _ = split(location)
        said.append(fragment("in_both" if side == "both" else "in_part", part=phrases.value(location)))
    if "severity" in meaning.slots:
        said.append(fragment("exactly", severity=phrases.number(float(meaning.slots["severity"]))))
    for name in ("over", "under", "least", "most"):
        bound = meaning.asides.get(f"severity_{name}")
        if bound is not None:
            said.append(fragment(name, severity=phrases.number(float(bound))))
    for trigger in _tuple(meaning.slots.get("triggers", ())):
        value = phrases.value(trigger)
        said.append(value if value != trigger else fragment("from_trigger", trigger=trigger))
    said += [fragment("with", value=phrases.value(v)) for v in _tuple(meaning.slots.get("sensations", ()))]
    said += [phrases.qualifier(v) for v in _tuple(meaning.slots.get("context", ()))]
    if "intensity" in meaning.slots:
        said.append(fragment("rated", value=phrases.value(str(meaning.slots["intensity"]))))
    for name in _others(meaning.slots):
        if name not in KIND_NAMED_BY:
            said += [phrases.qualifier(v) for v in _tuple(meaning.slots[name])]
    part = meaning.asides.get("time_of_day")
    if part in DAY_PARTS:
        said.append(fragment(phrases.part_of_day(str(part)), part=str(part)))
    return said


def _tuple(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
