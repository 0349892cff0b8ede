"""Listening: sound from a source, through the voice gate, into the recognisers, until speech has ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from voicelog.core.utterance import Hypothesis, Utterance
from voicelog.recognise.decoding import Decoding, Recognisers
from voicelog.recognise.endpoint import RECOGNISER_LAG_S, Completeness, Quiet, Room, Waits
from voicelog.recognise.events import Heard, HearEvent, Level, Likely, Partial, SpeechBegan, SpeechDropped, Trouble
from voicelog.sound.echo import OwnVoice, Voice
from voicelog.sound.level_check import SILENCE_DB, MicrophoneCheck, decibels
from voicelog.sound.stream import FRAME, FRAME_S, RATE, Block, Samples, Source
from voicelog.sound.voice_activity import Gate

BEFORE_S = 0.5
"""Sound kept from before the first frame that may be speech."""

BEFORE_OVER_OWN_S = 0.07
"""The same where the logger spoke: what came earlier is its own voice."""

REMEMBERED_S = 3.0
LEVEL_EVERY = 8
OWN_WORDS = 2
OWN_SHARE = 0.6
"""Of at least so many words heard while the logger speaks, such a share of its own makes them its own."""

PARTIAL_EVERY = 8

NO_SPEECH = 0.1
"""Frames less probably speech than this tell how loud the room is."""

REST_S = 10.0
"""After so long without speech the recognisers give back the memory that hearing took."""

LEAD_S = 0.1
"""So long before an utterance would end, what was said is made out: the decision finds it done."""

MURMUR_S = 0.15
"""Words that end so much later than the gate's last voice were said too softly for it."""

TORN_S = 0.5
"""What begins so soon after a hole in what was being said is its end: alone, "… out of ten" would be a ten."""

AS_LIKELY = 1.5
"""Words that the recogniser has so little behind the best (natural logarithm) may be what was said: where those say
nothing ("feet five hours") and these are a sentence's beginning ("feet five out of"), the rest is waited for."""

SOON_S = 0.35
"""What ends sooner than this is made out once, at the first look."""


def _unknown(text: str) -> Completeness:
    del text
    return "unknown"


@dataclass(slots=True)
class _Speech:
    """An utterance that goes on."""

    began: float
    last: float
    quiet: Quiet
    frames: int = 0
    loudest: float = SILENCE_DB
    looked: bool = False
    """Whether the words were looked at in this pause."""
    murmured: str | None = None
    """The words of this pause's last look, by which the next tells whether more came."""
    wait: float = 0.0
    whole: bool = False
    words: str = ""
    partial: Future[str] | None = None
    likely: Likely | None = None
    """What was said, if nothing follows."""
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
        self._before: deque[tuple[Samples, bool]] = deque(maxlen=int(REMEMBERED_S / FRAME_S))
        """Frames, and whether each was the logger's own voice."""
        self._speech: _Speech | None = None
        self._frames = 0
        self._resting = 0
        self._room = Room()
        self._torn_until = 0.0
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
                    torn = self._speech is not None
                    yield from self._interrupted(item.t)
                    yield item
                    if torn:
                        self._torn_until = item.t + TORN_S
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
            self._before.append((frame, bool(own)))
            self._resting += 1
            if self._resting == int(REST_S / FRAME_S):
                self._decoding.rest()
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
        kept = self._kept(self._gate.since)
        began = t - (self._gate.since - 1) * FRAME_S
        speech = _Speech(began, t + FRAME_S, Quiet(self._room.decibels), over_own=over_own)
        self._speech = speech
        self._decoding.begin(self._recognisers)
        self._decoding.accept(np.concatenate(kept))
        speech.loudest = max(map(decibels, kept))
        speech.quiet.push(1.0, speech.loudest)
        return SpeechBegan(began)

    def _kept(self, since: int) -> list[Samples]:
        """What came before: ``since`` frames that may be speech, and those just before, but the logger's own voice."""
        before = list(self._before)
        self._before.clear()
        others = [place for place, (_, own) in enumerate(before) if not own]
        first = others[-since] if 0 < since <= len(others) else len(before) - since
        near = first - int(BEFORE_OVER_OWN_S / FRAME_S)
        return [
            np.zeros_like(frame) if own and place < near else frame
            for place, (frame, own) in enumerate(before)
            if place >= first - int(BEFORE_S / FRAME_S)
        ]

    def _go_on(
        self, speech: _Speech, frame: Samples, t: float, probability: float, level: float
    ) -> Iterator[HearEvent]:
        """One more frame of an utterance; ``level`` is how loud it is, the logger's own sound left out."""
        speech.frames += 1
        speech.loudest = max(speech.loudest, level)
        if speech.quiet.push(probability, level):
            speech.last = t + FRAME_S
        self._decoding.accept(frame)
        if speech.quiet.seconds < self._waits.look:
            self._speak_on(speech)
            yield from self._partials(speech, t)
        else:
            yield from self._pause(speech, t)
            if speech.likely is not None and self._is_over(speech, speech.wait):
                yield from self._finish(speech, t + FRAME_S)
                return
        if speech.frames * FRAME_S >= self._waits.longest:
            yield from self._finish(speech, t + FRAME_S)

    def _speak_on(self, speech: _Speech) -> None:
        """No pause, or none any more."""
        speech.looked = False
        speech.murmured = None
        if speech.likely is not None:
            speech.likely.went_on.set()
            speech.likely = None
        if self._decoding.is_finished:
            self._decoding.resume()

    def _pause(self, speech: _Speech, t: float) -> Iterator[HearEvent]:
        """It is quiet: make out what was said, as soon as that may have been all."""
        if not speech.looked:
            speech.looked = True
            speech.wait = self._waits.unknown
            if self._decoding.is_patient:
                yield from self._make_out(speech, t)
        elif speech.likely is None:
            yield from self._soft_words(speech, t)
            if self._is_over(speech, speech.wait - (LEAD_S if self._decoding.is_patient else 0.0)):
                yield from self._make_out(speech, t)

    def _soft_words(self, speech: _Speech, t: float) -> Iterator[HearEvent]:
        """Words that the recogniser hears in what the gate takes for quiet."""
        if speech.quiet.seconds <= RECOGNISER_LAG_S:
            return
        before, speech.murmured = speech.murmured, self._decoding.partial().result()
        if speech.murmured != before is not None:
            speech.quiet.words_came()
            speech.last = t
            self._judge(speech, speech.murmured)
            yield Partial(t, speech.words)

    def _make_out(self, speech: _Speech, t: float) -> Iterator[HearEvent]:
        """What was said, if that was all; else what is said so far, which goes on."""
        speech.partial = None
        found = self._decoding.finish_grammar()
        words = found[0].text if found else ""
        if words and (ago := self._decoding.seconds - found[0].words[-1].end) < speech.quiet.seconds - MURMUR_S:
            speech.quiet.words_came(max(0.0, ago))
            speech.last = t - ago
        if words != speech.words:
            yield Partial(t, words)
        near = [other.text for other in found[1:] if other.score > found[0].score - AS_LIKELY]
        self._judge(speech, words, near)
        if not self._decoding.is_patient:
            speech.wait = min(speech.wait, self._waits.unknown)
        if speech.wait > SOON_S and not self._is_over(speech, speech.wait - LEAD_S):
            self._decoding.resume()
            return
        grammar, free = self._decoding.finish()
        utterance = Utterance(grammar, free, None, speech.began, speech.last, self._decoding.sound)
        speech.likely = Likely(t, utterance)
        yield speech.likely

    def _judge(self, speech: _Speech, words: str, near: Sequence[str] = ()) -> None:
        """How long quiet must last after these words, which may as well have been those ``near``."""
        speech.words = words
        judged = self._completeness(words) if words else "unknown"
        if judged == "unknown" and any(self._completeness(other) == "unfinished" for other in near):
            judged = "unfinished"
        speech.wait = self._waits.after(judged)
        speech.whole = judged == "whole"

    def _is_over(self, speech: _Speech, wait: float) -> bool:
        """Whether it was quiet for so long; a gasp after what is whole is quiet too."""
        return speech.quiet.lasted(wait, wait if speech.whole else self._waits.gasping)

    def _partials(self, speech: _Speech, t: float) -> Iterator[HearEvent]:
        if speech.partial is None:
            if speech.frames % PARTIAL_EVERY == 0 and speech.quiet.seconds == 0.0:
                speech.partial = self._decoding.partial()
        elif speech.partial.done():
            words, speech.partial = speech.partial.result(), None
            if words != speech.words:
                speech.words = words
                yield Partial(t, words)

    def _finish(self, speech: _Speech, t: float) -> Iterator[HearEvent]:
        if speech.likely is not None:
            utterance = speech.likely.utterance
        else:
            grammar, free = self._decoding.finish()
            utterance = Utterance(grammar, free, None, speech.began, speech.last, self._decoding.sound)
        self._speech = None
        self._resting = 0
        self._gate.close()
        heard = any(hypothesis.words for hypothesis in (*utterance.grammar, *utterance.open))
        torn = speech.began < self._torn_until
        if not heard or torn or self._is_own(speech, utterance.open):
            yield SpeechDropped(t)
            if not heard and (text := self._check.unheard(speech.began, speech.last, speech.loudest)):
                yield Trouble(t, text)
            return
        if text := self._check.utterance(self._decoding.sound, speech.loudest):
            yield Trouble(t, text)
        yield Heard(t, utterance)

    def _is_own(self, speech: _Speech, free: tuple[Hypothesis, ...]) -> bool:
        """Whether what was heard while the logger spoke are mostly its own words."""
        if not speech.over_own or self._own is None or not free:
            return False
        words = free[0].text.split()
        return len(words) >= OWN_WORDS and sum(word in self._own.words for word in words) >= OWN_SHARE * len(words)
