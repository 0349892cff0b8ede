"""Which values of an utterance are in doubt though the rest is understood: they are saved as unsure and asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voicelog.core.meaning import SlotValue
from voicelog.core.utterance import Hypothesis, Utterance, Word
from voicelog.understand.lexicon import sounds_like
from voicelog.understand.rank.candidates import Candidate
from voicelog.understand.values.number_words import number_words

SURE = 0.85
"""Below this confidence, values are in doubt that another candidate has otherwise or the open words do not bear out."""
NEAR_BEHIND = 3.0
"""A candidate at most this far behind the best may be what was said …"""
TOO_CLOSE = 0.55
"""… and at most this far behind it is as likely, whatever the confidence."""
LONG_LETTERS, ALIKE = 8, 0.75
"""A word of so many letters may be another as long that sounds so much alike (0 to 1): "klonopin", "clonidine"."""


def otherwise(ours: Sequence[Candidate], confidence: float) -> tuple[str, ...]:
    """Slots of the best candidate that were taken back, or that a near one of the same intent has otherwise."""
    near = NEAR_BEHIND if confidence < SURE else TOO_CLOSE
    best = ours[0].reading.meaning
    doubtful = set(best.doubtful)
    for other in ours[1:]:
        if ours[0].total - other.total <= near and other.reading.meaning.intent == best.intent:
            theirs = other.reading.meaning.slots
            doubtful |= {name for name in {*best.slots, *theirs} if theirs.get(name) != best.slots.get(name)}
    return tuple(sorted(doubtful))


def spoken_against(
    best: Candidate, theirs: Sequence[Candidate], utterance: Utterance, confidence: float
) -> frozenset[str]:
    """Slots whose value was taken back, or the words heard otherwise speak against.

    ``theirs`` are the candidates of the recogniser with the open vocabulary.
    """
    slots = best.reading.meaning.slots
    taken_back = best.reading.meaning.doubtful
    doubtful = {*taken_back, *_other_numbers(best, utterance.grammar), *_other_words(best, utterance.open)}
    if confidence < SURE:
        heard = {(name, _unordered(value)) for other in theirs for name, value in other.reading.meaning.slots.items()}
        doubtful |= {name for name, value in slots.items() if (name, _unordered(value)) not in heard}
    return frozenset(doubtful & slots.keys())


def _unordered(value: SlotValue) -> object:
    return frozenset(value) if isinstance(value, tuple) else value


def _other_numbers(best: Candidate, heard: Sequence[Hypothesis]) -> tuple[str, ...]:
    """The slots with a number, where a likelier hypothesis that makes no sense has others: "fifty ten", "fifty two"."""
    said = number_words(best.hypothesis.text)
    likelier = (h for h in heard if h.score > best.hypothesis.score and len(h.words) == len(best.hypothesis.words))
    if all(len(number_words(h.text)) != len(said) or number_words(h.text) == said for h in likelier):
        return ()
    numbers = {c.slot for c in best.reading.match.captures if isinstance(c.value, (int, float))}
    return tuple(name for name in best.reading.meaning.slots if name in numbers)


def _other_words(best: Candidate, heard: Sequence[Hypothesis]) -> Iterator[str]:
    """The slots whose word is long, and another long one nearly like it where all words may come.

    Names that the sentences lack, of medications above all, are heard as those that they have.
    """
    words = {word.text: word for word in best.hypothesis.words}
    for capture in best.reading.match.captures:
        word = words.get(" ".join(best.tokens[capture.start : capture.end]))
        other = _heard_during(word, heard[0]) if word is not None and heard else None
        if word is None or other is None or min(len(word.text), len(other)) < LONG_LETTERS:
            continue
        inflected = word.text.startswith(other) or other.startswith(word.text)
        if not inflected and ALIKE <= sounds_like(word.text, other) < 1.0:
            yield capture.slot


def _heard_during(word: Word, hypothesis: Hypothesis) -> str | None:
    """The only word of the hypothesis that lies mostly within the word's time."""
    during = [w for w in hypothesis.words if min(w.end, word.end) - max(w.start, word.start) > 0.5 * (w.end - w.start)]
    return during[0].text if len(during) == 1 else None
