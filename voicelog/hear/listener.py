"""Listening: sound from a source, through the voice gate, into the recognisers, until speech has ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

from voicelog.hear.blocks import FRAME, FRAME_S, RATE, Block, Samples, Source
from voicelog.hear.decoding import Decoding, Recognisers
from voicelog.hear.endpoint import RECOGNISER_LAG_S, Completeness, Quiet, Room, Waits
from voicelog.hear.events import Heard, HearEvent, Level, Partial, SpeechBegan, SpeechDropped, Trouble
from voicelog.hear.gate import Gate
from voicelog.hear.loudness import SILENCE_DB, MicrophoneCheck, decibels
from voicelog.hear.own_voice import OwnVoice, Voice
from voicelog.utterance import Hypothesis, Utterance

BEFORE_S = 0.5
"""Sound kept from before the first frame that may be speech."""

REMEMBERED_S = 3.0
LEVEL_EVERY = 8
OWN_WORDS = 2
OWN_SHARE = 0.6
"""Of at least so many words heard while the logger speaks, such a share of its own makes them its own."""

PARTIAL_EVERY = 8

NO_SPEECH = 0.1
"""Frames less probably speech than this tell how loud the room is."""

STABLE = 2
"""Looks in a row that must find the same words before they can be the last."""


def _unknown(text: str) -> Completeness:
    del text
    return "unknown"


@dataclass(slots=True)
class _Speech:
    """An utterance that goes on."""

    began: float
    last: float
    quiet: Quiet
    fed: list[Samples] = field(default_factory=list)
    frames: int = 0
    loudest: float = SILENCE_DB
    wait: float = 0.0
    same: int = 0
    words: str = ""
    partial: Future[str] | None = None
    over_own: bool = False


class Listener:
    """Turns the sound of a source into :data:`HearEvent`.

    ``completeness`` judges the words so far, which decides how long quiet must last before the utterance ends; it is
    called in the thread that iterates. ``voice`` gives the speaker, whose sound is not taken for speech; the clock of
    the source must then be ``time.monotonic()``. Each event is given in the order of its time; with a file that is read
    as fast as possible nothing runs ahead of whoever takes the events.
    """

    def __init__(
        self,
        source: Source,
        recognisers: Recognisers,
        completeness: Callable[[str], Completeness] = _unknown,
        waits: Waits | None = None,
        voice: Callable[[], Voice | None] | None = None,
    ) -> None:
        self._source = source
        self._recognisers = recognisers
        self._completeness = completeness
        self._waits = waits or Waits()
        self._gate = Gate()
        self._check = MicrophoneCheck()
        self._decoding = Decoding()
        self._before: deque[Samples] = deque(maxlen=int(REMEMBERED_S / FRAME_S))
        self._speech: _Speech | None = None
        self._frames = 0
        self._room = Room()
        self._own = OwnVoice(voice) if voice is not None else None

    def use(self, recognisers: Recognisers) -> None:
        """Listen with these from the next utterance on; may be called from any thread."""
        self._recognisers = recognisers

    def close(self) -> None:
        """End the source, and with it the iterating; may be called from any thread."""
        self._source.close()

    def __iter__(self) -> Iterator[HearEvent]:
        t = 0.0
        try:
            for item in self._source:
                if isinstance(item, Block):
                    for at in range(0, len(item.samples), FRAME):
                        t = item.t + at / RATE
                        yield from self._frame(item.samples[at : at + FRAME], t)
                else:
                    yield from self._interrupted(item.t)
                    yield item
            yield from self._interrupted(t + FRAME_S)
            if text := self._check.end():
                yield Trouble(t, text)
        finally:
            if self._speech is not None:  # the recognisers are used again: what they were hearing is over
                self._speech = None
                self._decoding.finish()
            self._decoding.close()

    def _interrupted(self, t: float) -> Iterator[HearEvent]:
        """The sound has a hole, or is at its end: what was being said ends with it."""
        if self._speech is not None:
            yield from self._finish(self._speech, t)
        self._before.clear()

    # ---- frame by frame ---------------------------------------------------------------------------------------------

    def _frame(self, frame: Samples, t: float) -> Iterator[HearEvent]:
        self._frames += 1
        own = self._own.explains(frame, t) if self._own is not None else None
        probability = 0.0 if own else self._gate.push(frame)
        if self._speech is not None:
            yield from self._go_on(self._speech, frame, t, probability, SILENCE_DB if own else decibels(frame))
        else:
            self._before.append(np.zeros_like(frame) if own else frame)
            if own is None and probability < NO_SPEECH:
                self._room.push(decibels(frame))
            if self._gate.is_open:
                yield self._begin(t, over_own=own is not None)
        if self._frames % LEVEL_EVERY == 0:
            level = decibels(frame)
            yield Level(t, level)
            if text := self._check.level(level, LEVEL_EVERY * FRAME_S):
                yield Trouble(t, text)

    def _begin(self, t: float, *, over_own: bool) -> SpeechBegan:
        kept = list(self._before)[-(self._gate.since + int(BEFORE_S / FRAME_S)) :]
        self._before.clear()
        began = t - (self._gate.since - 1) * FRAME_S
        speech = _Speech(began, t + FRAME_S, Quiet(self._room.decibels), over_own=over_own)
        self._speech = speech
        self._decoding.begin(self._recognisers)
        self._feed(speech, np.concatenate(kept))
        speech.loudest = max(map(decibels, kept))
        speech.quiet.push(1.0, speech.loudest)
        return SpeechBegan(began)

    def _go_on(
        self, speech: _Speech, frame: Samples, t: float, probability: float, level: float
    ) -> Iterator[HearEvent]:
        """One more frame of an utterance; ``level`` is how loud it is, the logger's own sound left out."""
        speech.frames += 1
        speech.loudest = max(speech.loudest, level)
        if speech.quiet.push(probability, level):
            speech.last = t + FRAME_S
        self._feed(speech, frame)
        if speech.quiet.seconds < self._waits.look:
            speech.same = 0
        else:
            yield from self._look(speech, t)
            if speech.same >= STABLE and speech.quiet.lasted(speech.wait, self._waits.gasping):
                yield from self._finish(speech, t + FRAME_S)
                return
        if speech.frames * FRAME_S >= self._waits.longest:
            yield from self._finish(speech, t + FRAME_S)
            return
        yield from self._partials(speech, t)

    def _look(self, speech: _Speech, t: float) -> Iterator[HearEvent]:
        """The words so far, and what they say about how long to wait."""
        words = self._decoding.partial().result()
        speech.partial = None
        if words == speech.words and speech.same:
            speech.same += 1
            return
        if speech.same and speech.quiet.seconds > RECOGNISER_LAG_S:
            speech.quiet.words_came()
            speech.last = t
        speech.same = 1
        speech.wait = self._waits.after(self._completeness(words) if words else "unknown")
        if words != speech.words:
            speech.words = words
            yield Partial(t, words)

    def _partials(self, speech: _Speech, t: float) -> Iterator[HearEvent]:
        if speech.partial is None:
            if speech.frames % PARTIAL_EVERY == 0 and speech.quiet.seconds == 0.0:
                speech.partial = self._decoding.partial()
        elif speech.partial.done():
            words, speech.partial = speech.partial.result(), None
            if words != speech.words:
                speech.words = words
                yield Partial(t, words)

    def _feed(self, speech: _Speech, samples: Samples) -> None:
        speech.fed.append(samples)
        self._decoding.accept(samples)

    def _finish(self, speech: _Speech, t: float) -> Iterator[HearEvent]:
        grammar, free = self._decoding.finish()
        self._speech = None
        self._gate.close()
        if not any(hypothesis.words for hypothesis in (*grammar, *free)) or self._is_own(speech, free):
            yield SpeechDropped(t)
            return
        samples = np.concatenate(speech.fed)
        if text := self._check.utterance(samples, speech.loudest):
            yield Trouble(t, text)
        yield Heard(t, Utterance(grammar, free, None, speech.began, speech.last, samples))

    def _is_own(self, speech: _Speech, free: tuple[Hypothesis, ...]) -> bool:
        """Whether what was heard while the logger spoke are mostly its own words."""
        if not speech.over_own or self._own is None or not free:
            return False
        words = free[0].text.split()
        return len(words) >= OWN_WORDS and sum(word in self._own.words for word in words) >= OWN_SHARE * len(words)
