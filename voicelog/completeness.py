"""Whether what was said so far is a whole entry, by what it means; hear waits accordingly for the end of speech."""

from __future__ import annotations

from collections.abc import Callable

from voicelog.hear.endpoint import Completeness
from voicelog.meaning import Meaning

SURE = 0.8

_COMPLETED_BY = {
    "log_spasm": ("severity",),
    "end_spasm": ("severity",),
    "log_symptom": ("severity",),
    "log_medication": ("dose",),
    "log_treatment": ("duration_s",),
    "amend": ("severity", "duration_s", "dose"),
}
"""The slots, any of which makes an entry whole: people say the number last, and what may follow completes the entry."""

_OPEN_ENDS = frozenset(
    "a an the my your in on at of out and or with for from to into by about after before because since when while "
    "was were is are it's i i'm i've had have got took taken take left right both lower upper point started lasted "
    "very really bad severe terrible awful horrible mild moderate worst minus plus around over".split()
)
"""Words that are hardly ever a sentence's last."""


def completeness(text: str, meaning_of: Callable[[str], Meaning], expecting: str | None = None) -> Completeness:
    """Judge the words so far. ``meaning_of`` understands text; ``expecting`` is what was just asked for."""
    words = text.split()
    if expecting == "dictation":
        return "unfinished"
    if not words:
        return "unknown"
    if len(words) > 1 and words[-1] in _OPEN_ENDS and words[-2:] != ["spasm", "over"]:
        return "unfinished"
    meaning = meaning_of(text)
    if not meaning.accepted or meaning.intent is None:
        return "unfinished"
    if expecting == "confirm" and meaning.intent in ("confirm", "deny"):
        return "whole"
    if meaning.confidence >= SURE and any(slot in meaning.slots for slot in _COMPLETED_BY.get(meaning.intent, ())):
        return "whole"
    return "unknown"
