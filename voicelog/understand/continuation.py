"""A sentence said in pieces, with long breaths between them, is understood as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from voicelog.core.fields import KIND_LOGGED_BY as KIND_OF
from voicelog.core.meaning import Meaning
from voicelog.core.utterance import Utterance

TOGETHER_S = 2.0
"""What follows within so many seconds of quiet may be the rest of a sentence."""

LONGEST_S = 15.0
"""No sentence takes longer than this."""

OURS = 0.05
"""Of two pieces that by themselves are nothing, one must be at least so likely meant for the logger."""

COMPLETING = ("amend", "end_spasm")
NUMBERS = ("severity", "dose")

AsOne = Callable[[Utterance, str | None], Utterance]
"""Hears the sound of an utterance once more from the beginning, as one that is expected to be this."""


@dataclass(frozen=True)
class _Piece:
    utterance: Utterance
    meaning: Meaning
    expecting: str | None


class Joining:
    """Remembers the last utterance, and tells what it and the next one are together."""

    def __init__(self, as_one: AsOne, understood: Callable[[Utterance, str | None], Meaning]) -> None:
        self._as_one = as_one
        self._understood = understood
        self._last: _Piece | None = None

    def whole(self, utterance: Utterance, meaning: Meaning) -> tuple[Utterance, Meaning] | None:
        """The utterance before and this one, whose own meaning this is, as one; None if they are none."""
        last = self._last
        if last is None or not _may_go_on(last, utterance, meaning):
            return None
        import numpy as np

        samples = np.concatenate([np.asarray(piece.samples) for piece in (last.utterance, utterance)])
        sound = Utterance(began=last.utterance.began, ended=utterance.ended, samples=samples)
        heard = self._as_one(sound, last.expecting)
        found = self._understood(heard, last.expecting)
        return (heard, found) if _gains(last.meaning, meaning, found) else None

    def by_itself(self, utterance: Utterance, meaning: Meaning) -> Meaning:
        """Its own meaning, where the two are not one: a number that was another a moment ago is in doubt.

        "Baclofen fif-", "teen milligrams", heard as "baclofen fifty" and "ten milligrams", corrects nothing.
        """
        last = self._last
        if last is None or not meaning.accepted or meaning.intent not in COMPLETING or meaning.replaces:
            return meaning
        if not last.meaning.accepted or utterance.began - last.utterance.ended > TOGETHER_S:
            return meaning
        before, now = last.meaning.slots, meaning.slots
        changed = {name for name in NUMBERS if name in before and name in now and before[name] != now[name]}
        return replace(meaning, doubtful=tuple(sorted({*meaning.doubtful, *changed})))

    def keep(self, utterance: Utterance, meaning: Meaning, expecting: str | None) -> None:
        """This was the last utterance, and what it was taken for; ``expecting`` is what had been expected."""
        self._last = _Piece(utterance, meaning, expecting)


def _may_go_on(last: _Piece, utterance: Utterance, meaning: Meaning) -> bool:
    """Whether it is worth hearing the two together."""
    if last.utterance.samples is None or utterance.samples is None:
        return False
    if utterance.began - last.utterance.ended > TOGETHER_S or utterance.ended - last.utterance.began > LONGEST_S:
        return False
    first = last.meaning
    if any(piece.accepted and piece.intent not in (*KIND_OF, *COMPLETING) for piece in (first, meaning)):
        return False
    if not first.accepted and not meaning.accepted:
        return max(first.confidence, meaning.confidence) >= OURS
    if first.accepted and meaning.accepted and meaning.intent in COMPLETING:
        return bool(first.slots.keys() & meaning.slots.keys()) or first.intent == "amend"
    both = [any(name in piece.slots for name in NUMBERS) for piece in (first, meaning) if piece.intent in KIND_OF]
    return both != [True, True]


def _gains(first: Meaning, second: Meaning, whole: Meaning) -> bool:
    """Whether the whole is an entry that says all that its pieces say, and more than the second alone."""
    if not whole.accepted or whole.intent not in KIND_OF:
        return False
    pieces = [piece for piece in (first, second) if piece.accepted]
    said = {name for piece in pieces for name in piece.slots}
    kinds = {piece.intent for piece in pieces if piece.intent in KIND_OF}
    news = all((whole.intent, whole.slots) != (piece.intent, piece.slots) for piece in pieces)
    return news and said <= whole.slots.keys() and kinds <= {whole.intent}
