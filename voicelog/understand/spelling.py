"""Words spelled letter by letter: what the recogniser listens for, and whether that is what was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voicelog.core.utterance import Hypothesis
from voicelog.understand.lexicon.by_voice import from_spelling, is_spelling, letter_names

SPELLING = "spelling"
"""Where this is expected, a word is spelled, or said as it is."""

LEAST_RATIO = -2.5
"""Log-likelihood a second that letters may fall short of the open vocabulary's words; said words are at -5 and below,
or heard as one or two letters."""

_SHORTEST_S = 0.5


def spelling_phrases(knows: Callable[[str], bool]) -> list[str]:
    """Phrases for the recogniser's grammar: any letter after any other. ``knows`` tells whether it has a word."""
    letters = [letter for letter in "abcdefghijklmnopqrstuvwxyz" if knows(letter)]
    pairs = [f"{first} {second}" for first in letters for second in letters]
    doubled = [f"double {letter}" for letter in letters]
    return [*letters, *pairs, *doubled, *(name for name in letter_names() if len(name) > 3 and knows(name))]


def spelled(letters: Sequence[Hypothesis], free: Sequence[Hypothesis]) -> str | None:
    """The letters, with spaces between them, if a word was spelled; None if it was something else."""
    for hypothesis in letters[:1]:
        words = hypothesis.words
        if not words or not is_spelling(hypothesis.text):
            return None
        seconds = max(_SHORTEST_S, words[-1].end - words[0].start)
        if free and (hypothesis.score - free[0].score) / seconds < LEAST_RATIO:
            return None
        return spaced(hypothesis.text)
    return None


def spaced(text: str) -> str:
    """The letters that a spelling names, with spaces between them: ``b a r`` of "bee ay r"."""
    return " ".join(from_spelling(text).replace(" ", ""))
