"""Understand: from an utterance's hypotheses to its meaning. Pure functions of the words and the grammar files."""

from voicelog.understand.understanding import Understanding

__all__ = ["Understanding"]
