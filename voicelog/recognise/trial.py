"""The recogniser put to the question: what would it make of these clips, were this all that could be said?"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import vosk

from voicelog.recognise.decoder import Decoder, Samples, knows, padded_with_quiet, vocabulary

_HYPOTHESES = 30


class Ear:
    """One model, for trying out vocabularies; not for listening.

    ``wide`` loads the same with wide beams, when something is first heard; without, ``model`` itself hears.
    """

    def __init__(self, model: vosk.Model, wide: Callable[[], vosk.Model] | None = None) -> None:
        self._model = model
        self._wide = wide
        self._hearing = model if wide is None else None

    def knows(self, word: str) -> bool:
        """Whether the model's dictionary has the word."""
        return knows(self._model, word)

    def hear(self, clips: Sequence[Samples], phrases: Sequence[str] | None) -> list[list[tuple[str, float]]]:
        """For each clip (int16, 16 kHz, mono) the hypotheses' texts and scores, best first; on all processors.

        ``phrases`` is the grammar, None the open vocabulary. Scores are natural logarithms; only their differences
        within a clip mean anything.
        """
        if not clips:
            return []
        workers = min(len(clips), os.cpu_count() or 1)
        shares = [clips[i::workers] for i in range(workers)]
        if self._hearing is None and self._wide is not None:
            self._hearing = self._wide()
        with ThreadPoolExecutor(workers) as pool:
            answers = list(pool.map(lambda share: self._hear(share, phrases), shares))
        return [answers[i % workers][i // workers] for i in range(len(clips))]

    def _hear(self, clips: Sequence[Samples], phrases: Sequence[str] | None) -> list[list[tuple[str, float]]]:
        decoder = Decoder(self._hearing, _HYPOTHESES, None if phrases is None else vocabulary(phrases))
        heard: list[list[tuple[str, float]]] = []
        for clip in clips:
            decoder.accept(padded_with_quiet(clip))
            heard.append([(hypothesis.text, hypothesis.score) for hypothesis in decoder.finish()])
        return heard
