"""From utterances to meanings: the one door to this room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from voicelog.meaning import Meaning
from voicelog.understand.grammar import Grammar, load_grammar
from voicelog.understand.readings import Reader, unexplained_share
from voicelog.understand.tokens import tokens_of
from voicelog.utterance import Utterance

TYPED_COST = 1.2
"""The most that a typed sentence may leave unexplained, in words …"""
TYPED_SHARE = 0.3
"""… and as a share of its length."""


class Understanding:
    """Understands utterances by a grammar."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self._reader = Reader(grammar)

    @classmethod
    def from_folder(cls, folder: Path, extra: tuple[Path, ...] = ()) -> Understanding:
        """The understanding of the sentence files in ``folder``; raises :class:`GrammarError`."""
        return cls(load_grammar(folder, extra))

    def of_text(self, text: str, expecting: str | None = None) -> Meaning:
        """The meaning of typed text."""
        tokens = self._reader.mend_typing(tokens_of(text))
        if not tokens:
            return Meaning(text="", reason="nothing was said")
        if expecting == "dictation":
            heard = " ".join(tokens_of(text))
        else:
            heard = " ".join(tokens)
        readings = self._reader.read(tokens, expecting)
        if not readings:
            return Meaning(text=heard, reason="no sentence of the grammar is like it")
        best = readings[0]
        share = unexplained_share(best, tokens)
        accepted = best.cost <= TYPED_COST and share <= TYPED_SHARE
        return replace(
            best.meaning,
            text=heard,
            confidence=round(max(0.0, 1.0 - share), 3),
            accepted=accepted,
            reason="" if accepted else f"{best.cost:.1f} words are not explained",
        )

    def of_utterance(self, utterance: Utterance, expecting: str | None = None) -> Meaning:
        """The meaning of what the recognisers heard, or of typed text."""
        if utterance.typed is not None:
            return self.of_text(utterance.typed, expecting)
        heard = utterance.grammar[0].text if utterance.grammar else ""
        return self.of_text(heard, expecting)
