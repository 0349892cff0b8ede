"""What hear hands to understand: an utterance and the recognisers' hypotheses of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word; times in seconds from the start of the utterance's sound."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One reading of the sound by one recogniser.

    ``score`` is the recogniser's log-likelihood (acoustic and language model together, natural logarithm, higher is
    better); only differences between scores of the same sound mean anything.
    """

    words: tuple[Word, ...]
    score: float

    @property
    def text(self) -> str:
        """The words with one space between them."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech.

    ``grammar`` are the hypotheses of the recogniser that listens with the grammar, best first; ``open`` those of the
    open vocabulary. ``typed`` is text from a keyboard: certain, and the hypotheses stay empty.
    ``began`` and ``ended`` are seconds on the listener's clock.
    """

    grammar: tuple[Hypothesis, ...] = ()
    open: tuple[Hypothesis, ...] = ()
    typed: str | None = None
    began: float = 0.0
    ended: float = 0.0
    samples: object | None = field(default=None, compare=False, repr=False)
    """int16 mono sound at 16 kHz (numpy array), for a second look where the first answer is in doubt."""


@dataclass(frozen=True, slots=True)
class Hushed:
    """The softer talk in an utterance that was put to silence to hear it again.

    ``seconds`` of it, of which ``before_s`` came before the person began; its loudest moment was at ``peak_db`` from
    the person's loud ones (below 0). What is not ``voiced`` is rather a gasp than talk.
    """

    seconds: float
    before_s: float
    peak_db: float
    voiced: bool


@dataclass(frozen=True, slots=True)
class LessNoise:
    """What is heard with the grammar in an utterance's sound without its steady noise.

    ``alone`` tells that nobody else talked.
    """

    grammar: tuple[Hypothesis, ...]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class OneVoice:
    """What the recognisers hear in the sound of the person alone.

    The open vocabulary takes longest, and is waited for by ``wait_for_open`` where it matters. ``hushed`` tells what
    was put to silence; without, only noise or talk under the words was taken away. ``told_apart`` tells whether the
    person was told from others by more than level; if the voice was separated from another's, ``by_level`` are the
    hypotheses of what was told by level alone beside that, and ``nearest`` is the voice's sound (int16, 16 kHz, mono).
    """

    grammar: tuple[Hypothesis, ...]
    wait_for_open: Callable[[], tuple[Hypothesis, ...]]
    hushed: Hushed | None = None
    told_apart: bool = False
    by_level: tuple[Hypothesis, ...] = ()
    nearest: object | None = field(default=None, compare=False, repr=False)


Again = LessNoise | OneVoice
"""What is heard in an utterance's sound when it is made clearer."""
