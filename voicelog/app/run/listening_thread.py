"""The thread that listens: opens the sound, waits for the recognisers, and hands over what is heard."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from voicelog.app.run.recognition import Recognition
from voicelog.recognise.endpoint import Completeness
from voicelog.recognise.events import HearEvent, Level
from voicelog.recognise.listener import Listener
from voicelog.sound.echo import Voice
from voicelog.sound.microphone import Microphone
from voicelog.sound.stream import Dropped, Source


class Listening:
    """Listens to what ``source()`` opens, with the recognisers of ``recognition`` once it is there.

    All three callbacks are called from the listening thread: ``on_listening(there)`` when sound can be understood, and
    whether it is there yet; ``on_event(event)`` for all that is heard, but not how loud it is; ``on_end(error)`` when
    the sound has ended, by itself, by :meth:`close` or by an error. ``voice`` gives the speaker, which is not to be
    heard. A microphone takes sound in from the very start, before it can be understood.
    """

    def __init__(
        self,
        source: Callable[[], Source],
        recognition: Future[Recognition],
        judge: Callable[[str], Completeness],
        *,
        voice: Callable[[], Voice | None] | None,
        on_listening: Callable[[bool], None],
        on_event: Callable[[HearEvent], None],
        on_end: Callable[[BaseException | None], None],
    ) -> None:
        self._open = source
        self._loading = recognition
        self._recognition: Recognition | None = None
        self._judge = judge
        self._voice = voice
        self._on_listening = on_listening
        self._on_event = on_event
        self._on_end = on_end
        self._source: Source | None = None
        self.lost_s = 0.0
        """Seconds of sound that the system lost, or this computer was too slow for."""
        self._listener: Listener | None = None
        self._expecting: str | None = None
        self._closing = False
        self._again = False
        self._makers = ThreadPoolExecutor(1, "recognisers")
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)

    @property
    def recognition(self) -> Recognition:
        """What it listens with; waited for while it is loaded, whose errors it raises."""
        return self._recognition or self._loading.result()

    def use(self, recognition: Recognition) -> None:
        """Listen with this from the next utterance on."""
        self._recognition = recognition
        self.expect(self._expecting)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def expect(self, what: str | None) -> None:
        """Listen for this from the next utterance on, as soon as there are recognisers for it."""
        self._expecting = what
        if not self._closing:
            self._makers.submit(self._use, what)

    def reopen(self) -> None:
        """Open the sound anew: another device is wanted."""
        self._again = True
        if self._source is not None:
            self._source.close()

    def close(self) -> None:
        """Take no more sound; what was being said is still heard, then ``on_end`` is called."""
        self._closing = True
        self._makers.shutdown(wait=False, cancel_futures=True)
        if self._source is not None:
            self._source.close()

    def end(self, timeout: float) -> None:
        """Close, and wait for the thread's end, at most so many seconds."""
        self.close()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            self._listen()
            while self._again and not self._closing:
                self._again = False
                self._listen(again=True)
        except BaseException as caught:
            error = caught
        self._on_end(error)

    def _listen(self, *, again: bool = False) -> None:
        source = self._open()
        self._source = source
        if self._closing:
            return
        there = True
        if isinstance(source, Microphone):
            if again:  # a name mistyped in the settings ends nothing that runs
                source.be_patient()
            there = source.begin()
        ears = self.recognition.ears
        if not isinstance(source, Microphone):  # only that takes sound in while the recognisers are made
            ears.listening_for(self._expecting)
        self._on_listening(there)
        listener = Listener(source, ears.listening_for(self._expecting), self._judge, voice=self._voice)
        self._listener = listener
        for event in listener:
            if isinstance(event, Dropped):
                self.lost_s += event.seconds
            elif not isinstance(event, Level):
                self._on_event(event)

    def _use(self, what: str | None) -> None:
        pair = self.recognition.ears.listening_for(what)
        listener = self._listener
        if listener is not None and what == self._expecting:
            listener.use(pair)
