"""The recognisers for whatever may be expected, and the listener's view of what is whole and what is unfinished."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import vosk

from voicelog.core.meaning import Meaning
from voicelog.core.subprocess_work import Work, aside, here
from voicelog.core.threads import in_thread
from voicelog.core.utterance import Again, Hypothesis, LessNoise, OneVoice, Utterance
from voicelog.recognise.decoder import (
    GRAMMAR_HYPOTHESES,
    OPEN_HYPOTHESES,
    Decoder,
    Samples,
    hypotheses,
    knows,
    padded_with_quiet,
    vocabulary,
)
from voicelog.recognise.endpoint import Completeness
from voicelog.recognise.phrase_cache import kept_vocabulary
from voicelog.sound.denoise import without_steady_noise
from voicelog.sound.foreground import foreground
from voicelog.sound.separation import Separator
from voicelog.understand import Understanding
from voicelog.understand.grammar.phrases import recogniser_phrases, words_asked_for
from voicelog.understand.grammar.sample import expects
from voicelog.understand.lexicon.by_voice import is_spelling
from voicelog.understand.spelling import SPELLING, spelling_phrases
from voicelog.understand.understanding import DICTATION

NUMBERED = {"log_spasm": "severity", "end_spasm": "severity", "log_medication": "dose", "log_treatment": "duration_s"}
"""Intents that are whole only with a number, and the slot that it is in."""

AFTER_A_NUMBER = {"severity": "out of ten", "dose": "milligrams"}
"""What may still come after a number; cut off, it would be taken for another one."""

ENTRIES = ("log_", "start_", "end_", "amend", "add_")
"""How intents begin that make or change an entry; all others are orders and questions, of which there is no half."""

QUESTIONS, PERIOD = "review_", "period"
"""How the intents of questions begin, and the slot that most often comes last in them: "how many spasms … today"."""

ANSWERS = frozenset(("confirm", "deny"))
"""Intents that are whole only where something was asked: else "no" may be the beginning of anything."""

WHILE_SPELLING = frozenset(("end_note", "stop", "call_help"))
"""Intents that are listened for besides the letters of a word."""

FEW = 60
"""Sentences for them."""

WORTHLESS = 0.1
"""A last word without which so much more is explained says nothing yet."""

DANGLING = frozenset(
    (
        "a", "about", "after", "an", "and", "at", "both", "by", "during", "for", "from", "in", "into", "it", "its",
        "lasted", "left", "lower", "my", "of", "on", "or", "our", "out", "right", "since", "some", "the", "to", "took",
        "upper", "was", "while", "with", "without",
    )
)  # fmt: skip
"""Words after which something more is to come."""


@dataclass(frozen=True)
class Pair:
    """A recogniser with the grammar, and the one with the open vocabulary."""

    grammar: Decoder
    open: Decoder


class Ears:
    """Recognisers over one model. May be used from several threads.

    ``network`` is the same model with the grammar's network in place of its language model; without one, Vosk makes a
    bigram model of sampled sentences. ``separator`` tells the nearest voice from others.
    """

    def __init__(
        self,
        model: vosk.Model,
        folder: Path,
        understanding: Understanding,
        network: vosk.Model | None = None,
        separator: Separator | None = None,
    ) -> None:
        self._model = model
        self._network = network
        self.separator = separator
        self._folder = folder
        self._understanding = understanding
        self._lock = threading.Lock()
        self._open: Decoder | None = None
        self._answered = {what for template in understanding.grammar.templates for what in expects(template)}
        self._pairs: dict[str | None, Pair] = {}

    @property
    def whole(self) -> bool:
        """Whether the grammar's network is there."""
        return self._network is not None

    def listening_for(self, expecting: str | None) -> Pair:
        """The recognisers where this is expected.

        Made when asked for, and kept until something else is expected; those where nothing is are kept for good.
        """
        what = expecting if expecting in self._answered or expecting == SPELLING else None
        with self._lock:
            self._open = self._open or Decoder(self._model, OPEN_HYPOTHESES)
            kept = {known: pair for known, pair in self._pairs.items() if known in (what, None)}
            if what not in kept:
                kept[what] = Pair(self._decoder(what), self._open)
            self._pairs = kept
            return kept[what]

    def prepare(self) -> None:
        """Load what a second look needs, and have on disk, once, what recognisers for answers are made of."""
        if self.separator is not None:
            self.separator.prepare()
        for what in self._answered:
            self._may_be_said(what, aside)

    def second_look(self, utterance: Utterance, expecting: str | None, doubtful: bool) -> Again | None:
        """The utterance's sound heard once more, made clearer; None without sound, or if there is no need.

        Where somebody else talks in the pauses it is the foreground alone, heard by both recognisers. Else, where the
        first look left it ``doubtful``, it is the foreground too where others talk under the words or the room is
        noisy, and otherwise the sound without its steady noise.
        """
        if utterance.samples is None:
            return None
        samples = np.asarray(utterance.samples, dtype=np.int16)
        separated = self.separator.nearest_voice if self.separator is not None else None
        near = foreground(samples, separated, doubtful=doubtful)
        if (near is None or near.hushed is None) and not doubtful:
            return None
        what = expecting if expecting in self._answered else None
        if near is None or near.alone:
            return LessNoise(self._hear(what, without_steady_noise(samples)), near is not None)
        free = in_thread(partial(self._hear_open, near.samples), "second look", awaited=True)
        clearer = self._hear(what, near.samples)
        by_level = self._hear(what, near.by_level) if near.by_level is not None else ()
        return OneVoice(clearer, free.result, near.hushed, near.told_apart, by_level, near.nearest)

    def as_one(self, utterance: Utterance, expecting: str | None = None) -> Utterance:
        """The utterance with the hypotheses of its sound, heard from the beginning."""
        what = expecting if expecting in self._answered else None
        samples = padded_with_quiet(np.asarray(utterance.samples, dtype=np.int16))
        free = in_thread(partial(self._hear_open, samples), "as one", awaited=True)
        return replace(utterance, grammar=self._hear(what, samples), open=free.result(), samples=samples)

    def _hear(self, what: str | None, samples: Samples) -> tuple[Hypothesis, ...]:
        """What is heard in a clip with the grammar, by the recogniser that listens unless that is hearing already."""
        with self._lock:
            listening = self._pairs.get(what)
        heard = listening.grammar.hear(samples) if listening is not None else None
        return heard if heard is not None else hypotheses(self._decoder(what), samples)

    def _hear_open(self, samples: Samples) -> tuple[Hypothesis, ...]:
        """The same with the open vocabulary."""
        with self._lock:
            listening = self._open
        heard = listening.hear(samples) if listening is not None else None
        return heard if heard is not None else hypotheses(Decoder(self._model, OPEN_HYPOTHESES), samples)

    def _decoder(self, what: str | None) -> Decoder:
        if self._network is None or what == SPELLING:
            return Decoder(self._model, GRAMMAR_HYPOTHESES, self._may_be_said(what))
        return Decoder(self._network, GRAMMAR_HYPOTHESES, None if what is None else self._may_be_said(what))

    def _may_be_said(self, expecting: str | None, make: Work = here) -> str:
        more = f"{expecting}\n{self._understanding.forms!r}"
        return kept_vocabulary(
            self._understanding.grammar, self._folder, more, lambda: vocabulary(self._phrases(expecting, make))
        )

    def _phrases(self, expecting: str | None, make: Work) -> list[str]:
        grammar, forms = self._understanding.grammar, self._understanding.forms
        if expecting == SPELLING:
            few = replace(grammar, templates=tuple(t for t in grammar.templates if t.intent in WHILE_SPELLING))
            letters = spelling_phrases(self._knows)
            return letters + (recogniser_phrases(few, self._knows, forms, None, FEW) if few.templates else [])
        known = frozenset(filter(self._knows, words_asked_for(grammar, forms)))
        return make(recogniser_phrases, grammar, known.__contains__, forms, expecting)

    def _knows(self, word: str) -> bool:
        return knows(self._model, word)


def completeness(understanding: Understanding, text: str, expecting: str | None) -> Completeness:
    """Whether the words so far, as the recogniser hears them, are an entry with all it needs, or plainly go on."""
    words = understanding.forms.collapse(text.split())
    text = " ".join(words)
    meaning = understanding.of_text(text, expecting)
    if words and words[-1] in DANGLING and (not meaning.accepted or str(meaning.intent).startswith(ENTRIES)):
        return "unfinished"
    if expecting == SPELLING and is_spelling(text):
        return "unfinished"
    if expecting in (DICTATION, SPELLING):
        return "unknown"
    if not meaning.accepted or meaning.intent == "add_note":
        return "unknown"
    if expecting is None and (meaning.intent in ANSWERS or (len(words) == 1 and meaning.intent != "stop")):
        return "unknown"
    if meaning.confidence < 1.0 and str(meaning.intent).startswith(ENTRIES):
        shorter = understanding.of_text(" ".join(words[:-1]), expecting)
        gained = shorter.confidence - meaning.confidence
        if shorter.accepted and shorter.slots == meaning.slots and gained > WORTHLESS:
            return "unknown"  # "eight over …": its last word is the beginning of something
    number = NUMBERED.get(str(meaning.intent), "severity")
    if number not in meaning.slots:
        return _without_number(meaning)
    if number not in AFTER_A_NUMBER:
        return "whole"
    longer = understanding.of_text(f"{text} {AFTER_A_NUMBER[number]}", expecting)
    goes_on = longer.accepted and longer.slots == meaning.slots and longer.confidence >= meaning.confidence
    return "extensible" if goes_on else "whole"


def _without_number(meaning: Meaning) -> Completeness:
    if meaning.intent == "amend" and not meaning.slots:
        return "unfinished"
    if meaning.intent in ("amend", "end_spasm"):
        return "extensible"
    asked = str(meaning.intent).startswith(QUESTIONS) and PERIOD not in meaning.slots
    return "unknown" if asked or str(meaning.intent).startswith("log_") else "whole"
