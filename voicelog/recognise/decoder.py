"""Vosk: one model, two recognisers on the same sound.

One listens with the grammar, in a network of its own or as a bigram model of sampled sentences; the other with the
model's own open vocabulary. Both give lists of hypotheses. Vosk's own endpoints are ignored: an utterance ends where
hear says it ends, since half a sentence cannot be matched.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import vosk

from voicelog.core.utterance import Hypothesis, Utterance, Word
from voicelog.recognise.memory import give_back_memory
from voicelog.sound.bandwidth import UpperBand

RATE = 16_000
"""Samples a second that the recognisers take."""

GARBAGE = "[unk]"
"""The recogniser's word for what is none of its words."""

GRAMMAR_HYPOTHESES = 30
OPEN_HYPOTHESES = 10

RENEWED_S = 60.0
"""Vosk keeps what it has looked up of its graph, without end: after so much sound a recogniser is let go, even where
utterance follows utterance."""

Samples = npt.NDArray[np.int16]


def knows(model: vosk.Model, word: str) -> bool:
    """Whether the model's dictionary has the word; a grammar silently drops those it has not."""
    return int(model.vosk_model_find_word(word)) >= 0


def vocabulary(phrases: Sequence[str]) -> str:
    """The phrases that may be heard, as Vosk wants them."""
    return json.dumps([*phrases, GARBAGE])


class Decoder:
    """One recogniser over a stream of sound; :meth:`finish` gives its hypotheses and makes it ready for the next.

    ``may_be_said`` is its :func:`vocabulary`; without one it hears all that its model has. May be used from several
    threads.
    """

    def __init__(self, model: vosk.Model, hypotheses: int, may_be_said: str | None = None) -> None:
        self._model = model
        self._hypotheses = hypotheses
        self._may_be_said = may_be_said
        self._recogniser: vosk.KaldiRecognizer | None = self._made()
        self._band = UpperBand()
        self._before = 0  # samples before this utterance: Vosk's times count from the first of all
        self._taken = 0
        self._busy = threading.RLock()

    def _made(self) -> vosk.KaldiRecognizer:
        arguments = () if self._may_be_said is None else (self._may_be_said,)
        recogniser = vosk.KaldiRecognizer(self._model, RATE, *arguments)
        recogniser.SetMaxAlternatives(self._hypotheses)
        recogniser.SetWords(True)
        return recogniser

    def accept(self, samples: Samples) -> None:
        """Decode the next int16 samples (16 kHz, mono)."""
        with self._busy:
            if self._before > RENEWED_S * RATE:
                self.rest()
            self._recogniser = self._recogniser or self._made()
            self._recogniser.AcceptWaveform(self._band.filled(samples).tobytes())
            self._taken += len(samples)

    def rest(self) -> None:
        """Between utterances: give back the memory that hearing took, and that of being ready for the next.

        Making it ready again takes less than a tenth of a second of the next utterance.
        """
        with self._busy:
            if self._before and not self._taken:
                self._recogniser, self._before = None, 0
                give_back_memory()

    def partial(self) -> str:
        """The best words so far."""
        with self._busy:
            return str(json.loads(self._recogniser.PartialResult()).get("partial", "")) if self._recogniser else ""

    def hear(self, samples: Samples) -> tuple[Hypothesis, ...] | None:
        """The hypotheses of a whole clip; None in the middle of an utterance.

        What it has heard shortly before it hears several times faster than a new recogniser does, since it remembers
        what it has looked up.
        """
        with self._busy:
            if self._taken:
                return None
            self.accept(samples)
            return self.finish()

    def finish(self) -> tuple[Hypothesis, ...]:
        """The hypotheses of all sound since the last finish, best first."""
        with self._busy:
            if self._recogniser is None:
                return ()
            result = json.loads(self._recogniser.FinalResult())
            self._recogniser.Reset()
            self._band.begin()
            began = self._before / RATE
            self._before += self._taken
            self._taken = 0
        found = [_hypothesis(alternative, began) for alternative in result.get("alternatives", [])]
        unique: dict[str, Hypothesis] = {}
        for hypothesis in found:
            unique.setdefault(hypothesis.text, hypothesis)
        return tuple(unique.values())


def hypotheses(decoder: Decoder, samples: Samples) -> tuple[Hypothesis, ...]:
    """What it hears in the whole of a clip, best first."""
    decoder.accept(samples)
    return decoder.finish()


def recognise(grammar: Decoder, open_: Decoder, samples: Samples, *, padded: bool = True) -> Utterance:
    """The hypotheses of a whole clip (int16, 16 kHz, mono) taken as one utterance, pauses and all.

    Quiet is put around it unless it is not to be ``padded``.
    """
    samples = padded_with_quiet(samples) if padded else samples
    with ThreadPoolExecutor(2) as pool:  # Vosk lets go of Python's lock
        ours, theirs = pool.map(hypotheses, (grammar, open_), (samples, samples))
    return Utterance(grammar=ours, open=theirs, ended=len(samples) / RATE, samples=samples)


def padded_with_quiet(samples: Samples, before: float = 0.2, after: float = 0.4) -> Samples:
    """The sound with quiet around it (seconds), so that a clip cut close loses no first or last word."""
    start = np.zeros(int(before * RATE), np.int16)
    end = np.zeros(int(after * RATE), np.int16)
    return np.concatenate([start, samples, end])


def _hypothesis(alternative: dict[str, Any], began: float) -> Hypothesis:
    words = tuple(
        Word(str(item["word"]), float(item["start"]) - began, float(item["end"]) - began)
        for item in alternative.get("result", [])
        if item["word"] != GARBAGE
    )
    return Hypothesis(words, float(alternative["confidence"]))
