"""Both recognisers on the same sound at the same time, each in a thread of its own; Vosk lets go of Python's lock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Protocol

import numpy as np

from voicelog.core.utterance import Hypothesis
from voicelog.recognise.memory import give_back_memory
from voicelog.sound.stream import RATE, Samples


class Decoder(Protocol):
    """A recogniser over a stream of sound."""

    def accept(self, samples: Samples) -> None:
        """Decode the next samples."""

    def partial(self) -> str:
        """The best words so far."""

    def finish(self) -> tuple[Hypothesis, ...]:
        """The hypotheses, best first; the next sound begins anew."""

    def rest(self) -> None:
        """Between utterances: give back the memory that hearing took."""


class Recognisers(Protocol):
    """The recogniser with the grammar, and the one with the open vocabulary."""

    @property
    def grammar(self) -> Decoder:
        """Listens with the grammar."""

    @property
    def open(self) -> Decoder:
        """Listens with the open vocabulary."""


AGAIN_S, AGAIN_SHARE, AGAIN_UNTIL_S = 10.0, 3.0, 15.0
"""Hearing again from the beginning is worth so many seconds of sound, and so many times those of the utterance, until
it is so long: talk that goes on and on, in which each pause would have all of it heard again, is not for us."""

_MOST_WAITING = 64
"""Pieces of sound handed over and not yet decoded, before the listener waits: some two seconds."""


class _Track:
    """A recogniser in a thread of its own; ``final`` are its hypotheses, once they were asked for."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, name)
        self._decoder: Decoder | None = None
        self._used: dict[int, Decoder] = {}
        self._waiting: deque[Future[None]] = deque()
        self.final: Future[tuple[Hypothesis, ...]] | None = None

    def begin(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._used[id(decoder)] = decoder
        self.final = None

    def accept(self, samples: Samples) -> None:
        if self._decoder is None or self.final is not None:
            return
        self._waiting.append(self._thread.submit(self._decoder.accept, samples))
        while self._waiting and (self._waiting[0].done() or len(self._waiting) > _MOST_WAITING):
            self._waiting.popleft().result()

    def partial(self) -> Future[str]:
        assert self._decoder is not None
        return self._thread.submit(self._decoder.partial)

    def finish(self) -> tuple[Hypothesis, ...]:
        assert self._decoder is not None
        if self.final is None:
            self.final = self._thread.submit(self._decoder.finish)
        while self._waiting:
            self._waiting.popleft().result()
        return self.final.result()

    def rest(self) -> list[Future[None]]:
        """Let all recognisers rest that were used; the one for an answer may then go, once nothing is asked."""
        resting = [self._thread.submit(decoder.rest) for decoder in self._used.values()]
        self._used.clear()
        self._decoder = self.final = None
        return resting

    def afterwards(self, act: Callable[[], None]) -> None:
        self._thread.submit(act)

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)


class Decoding:
    """Feeds the sound of an utterance to both recognisers; what is asked is answered after all sound given before.

    A recogniser finishes only once. What it found holds as long as nothing but quiet follows; if the utterance goes on
    after all, :meth:`resume` has it hear everything again from the beginning, which takes it a small part of the time
    that it took to say.
    """

    def __init__(self) -> None:
        self._grammar = _Track("grammar")
        self._open = _Track("open")
        self._fed: list[Samples] = []
        self._again_s = 0.0

    @property
    def is_patient(self) -> bool:
        """Whether it may still be finished in the hope that it was all."""
        seconds = self.seconds
        return seconds <= AGAIN_UNTIL_S and self._again_s <= AGAIN_S + AGAIN_SHARE * seconds

    @property
    def sound(self) -> Samples:
        """The sound of the utterance."""
        return np.concatenate(self._fed)

    @property
    def seconds(self) -> float:
        """How long that sound is."""
        return sum(map(len, self._fed)) / RATE

    @property
    def is_finished(self) -> bool:
        """Whether a recogniser was asked for its hypotheses, and takes no more sound."""
        return self._grammar.final is not None

    def begin(self, recognisers: Recognisers) -> None:
        """The sound that follows is a new utterance."""
        self._fed = []
        self._again_s = 0.0
        self._grammar.begin(recognisers.grammar)
        self._open.begin(recognisers.open)

    def accept(self, samples: Samples) -> None:
        """Decode the next samples; waits where decoding is far behind."""
        self._fed.append(samples)
        self._grammar.accept(samples)
        self._open.accept(samples)

    def partial(self) -> Future[str]:
        """The words so far by the grammar."""
        return self._grammar.partial()

    def finish_grammar(self) -> tuple[Hypothesis, ...]:
        """The grammar's hypotheses, best first."""
        return self._grammar.finish()

    def finish(self) -> tuple[tuple[Hypothesis, ...], tuple[Hypothesis, ...]]:
        """The hypotheses of both, best first."""
        return self._grammar.finish(), self._open.finish()

    def resume(self) -> None:
        """The utterance goes on: decode all of it anew where a recogniser had finished."""
        for track in (self._grammar, self._open):
            if track.final is not None:
                track.final = None
                track.accept(self.sound)
                self._again_s += self.seconds

    def rest(self) -> None:
        """Nobody has spoken for a while: give back the memory that hearing took, and looking again."""
        self._fed = []
        resting = self._grammar.rest()
        self._open.rest()

        def give_back() -> None:
            wait(resting)
            give_back_memory()

        self._open.afterwards(give_back)

    def close(self) -> None:
        """End the threads."""
        self._grammar.close()
        self._open.close()
