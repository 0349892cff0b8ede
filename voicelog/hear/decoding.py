"""Both recognisers on the same sound at the same time, each in a thread of its own; Vosk lets go of Python's lock."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from voicelog.hear.blocks import Samples
from voicelog.utterance import Hypothesis


class Decoder(Protocol):
    """A recogniser over a stream of sound."""

    def accept(self, samples: Samples) -> None:
        """Decode the next samples."""

    def partial(self) -> str:
        """The best words so far."""

    def finish(self) -> tuple[Hypothesis, ...]:
        """The hypotheses, best first; the next sound begins anew."""


class Recognisers(Protocol):
    """The recogniser with the grammar, and the one with the open vocabulary."""

    @property
    def grammar(self) -> Decoder:
        """Listens with the grammar."""

    @property
    def open(self) -> Decoder:
        """Listens with the open vocabulary."""


_MOST_WAITING = 64
"""Pieces of sound handed over and not yet decoded, before the listener waits: some two seconds."""


class Decoding:
    """Feeds sound to both recognisers; what is asked is answered after all sound given before."""

    def __init__(self) -> None:
        self._threads = (ThreadPoolExecutor(1, "grammar"), ThreadPoolExecutor(1, "open"))
        self._decoders: tuple[Decoder, ...] = ()
        self._waiting: tuple[deque[Future[None]], ...] = (deque(), deque())

    def begin(self, recognisers: Recognisers) -> None:
        """The sound that follows is a new utterance."""
        self._decoders = (recognisers.grammar, recognisers.open)

    def accept(self, samples: Samples) -> None:
        """Decode the next samples; waits where decoding is far behind."""
        for thread, decoder, waiting in zip(self._threads, self._decoders, self._waiting, strict=True):
            waiting.append(thread.submit(decoder.accept, samples))
            while waiting and (waiting[0].done() or len(waiting) > _MOST_WAITING):
                waiting.popleft().result()

    def partial(self) -> Future[str]:
        """The words so far by the grammar."""
        return self._threads[0].submit(self._decoders[0].partial)

    def partial_open(self) -> Future[str]:
        """The words so far by the open vocabulary."""
        return self._threads[1].submit(self._decoders[1].partial)

    def finish(self) -> tuple[tuple[Hypothesis, ...], tuple[Hypothesis, ...]]:
        """The hypotheses of both, best first."""
        answers = [thread.submit(decoder.finish) for thread, decoder in zip(self._threads, self._decoders, strict=True)]
        for waiting in self._waiting:
            while waiting:
                waiting.popleft().result()
        return answers[0].result(), answers[1].result()

    def close(self) -> None:
        """End the threads."""
        for thread in self._threads:
            thread.shutdown(cancel_futures=True)
