"""A wake phrase, where one is set: only what is said after it, or within an open conversation, counts."""

from __future__ import annotations

OPEN_S = 30.0


class Wakefulness:
    """Whether an utterance counts; times are seconds on the listener's clock."""

    def __init__(self, open_s: float = OPEN_S) -> None:
        self._open_s = open_s
        self._open_until = float("-inf")

    def counts(self, began: float, *, woken: bool) -> bool:
        """Whether an utterance that began at ``began`` is for the logger; ``woken``: it began with the wake phrase."""
        if woken or began <= self._open_until:
            self.conversed(began)
            return True
        return False

    def conversed(self, t: float) -> None:
        """The logger was spoken to, or spoke, at ``t``: the conversation stays open for a while."""
        self._open_until = max(self._open_until, t + self._open_s)

    def close(self) -> None:
        """The conversation is over."""
        self._open_until = float("-inf")
