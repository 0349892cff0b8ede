"""What is said and in which order, in a thread of its own, so that a slow speaker never delays the logging."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from voicelog.core.errors import VoicelogError
from voicelog.sound.chimes import chime
from voicelog.sound.clip import Samples, Sound
from voicelog.sound.output import Output, Played
from voicelog.sound.synthesiser import Style, Synthesiser

IDLE_CLOSE_S = 600.0
"""The device is let go after this much silence: an idle logger lets the speaker sleep, yet within a conversation a
chime is there at once, since opening can take a second or two."""

RETRY_S = 5.0
"""After a failure the device or the voice is left alone this long."""

CONFIRMATION = "confirmation"
CONFIRM_AFTER_S = 0.6
"""What was said back begins no sooner than this after it was saved: whoever only draws breath goes on before."""


@dataclass(frozen=True, slots=True)
class _Job:
    sound: Sound | None
    text: str
    kind: str
    style: Style
    not_before: float = 0.0
    """When it may begin, on the monotonic clock."""


def _ignore(_: object) -> None:
    """For those who need not be told."""


def _plain(hushed: bool) -> Style:
    return Style(volume=0.3, whisper=True) if hushed else Style()


class Speaker:
    """Says sentences and plays chimes, one after the other.

    ``style(hushed)`` gives volume, rate and voice for what comes next, ``hushed`` at night. ``on_ended(interrupted)``
    is called once for every sentence that was said, given up, or could not be said; ``on_problem(text)`` once when
    sound or voice begins to fail. Both are called from the speaker's thread.
    """

    def __init__(
        self,
        style: Callable[[bool], Style] = _plain,
        on_ended: Callable[[bool], None] = _ignore,
        on_problem: Callable[[str], None] = _ignore,
        device: int | str | None = None,
        synthesiser: Synthesiser | None = None,
        output: Output | None = None,
    ) -> None:
        self._style = style
        self._on_ended = on_ended
        self._on_problem = on_problem
        self._output = output or Output(device)
        self._synthesiser = synthesiser or Synthesiser()
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._current: _Job | None = None
        self._stopped = False
        self._warm = True
        self._closing = False
        self._failing: set[str] = set()
        self._not_before = 0.0
        self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
        self._thread.start()

    def say(self, text: str, kind: str = "answer", hushed: bool = False) -> None:
        """Say this after what is being said. A confirmation takes the place of one that has not begun yet."""
        with self._wake:
            if kind == CONFIRMATION:
                self._jobs = deque(job for job in self._jobs if job.kind != CONFIRMATION)
            not_before = time.monotonic() + CONFIRM_AFTER_S if kind == CONFIRMATION else 0.0
            self._jobs.append(_Job(None, text, kind, self._style(hushed), not_before))
            self._wake.notify()

    def chime(self, name: str, hushed: bool = False) -> None:
        """Play the chime of that name. ``KeyError`` if there is none."""
        with self._wake:
            self._jobs.append(_Job(chime(name), "", "chime", self._style(hushed)))
            self._wake.notify()

    def play(self, sound: Sound) -> None:
        """Play this after what is being said; no end of it is told."""
        with self._wake:
            self._jobs.append(_Job(sound, "", "sound", self._style(False)))
            self._wake.notify()

    def stop(self) -> None:
        """Be silent at once, and forget what was still to be said."""
        with self._wake:
            unsaid = any(job.sound is None for job in self._jobs)
            self._jobs.clear()
            saying = self._current is not None and self._current.sound is None
            self._stopped = self._current is not None
            self._wake.notify()
            self._output.stop()
        if unsaid and not saying:
            self._on_ended(True)

    def prepare(self) -> None:
        """Open the device ahead: something will be said soon."""
        with self._wake:
            self._warm = True
            self._wake.notify()

    @property
    def playing(self) -> str | None:
        """The sentence that is coming out now; empty for a chime, None for silence."""
        played = self._output.playing
        return None if played is None else played.sound.text

    @property
    def busy(self) -> bool:
        """Whether anything is being said or waits to be said."""
        return self._current is not None or bool(self._jobs)

    def reference(self, start: float, end: float) -> Samples:
        """What came out between two readings of the monotonic clock, mono at 16 kHz; zeros where it was silent."""
        return self._output.reference(start, end)

    def wait(self, timeout: float) -> bool:
        """Wait until all is said, at most ``timeout`` seconds; tells whether it is."""
        until = time.monotonic() + timeout
        while self.busy and time.monotonic() < until:
            time.sleep(0.02)
        return not self.busy

    def close(self, timeout: float = 1.0) -> None:
        """Stop, and end the thread. A device that hangs is left behind after ``timeout`` seconds."""
        self.stop()
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join(timeout)
        self._synthesiser.close()

    def _run(self) -> None:
        self._attempt("voice", self._synthesiser.start)
        while True:
            with self._wake:
                quiet = not self._wake.wait_for(lambda: self._jobs or self._closing or self._warm, IDLE_CLOSE_S)
                if self._closing:
                    break
                warm, self._warm = self._warm, False
                self._current = self._jobs.popleft() if self._jobs else None
                self._stopped = False
            if self._current is not None:
                interrupted = self._do(self._current)
                sentence = self._current.sound is None
                self._current = None
                if sentence:
                    self._on_ended(interrupted)
            elif warm:
                self._attempt("speaker", self._output.open)
            elif quiet:
                self._output.close()
        self._output.close()

    def _do(self, job: _Job) -> bool:
        sound = job.sound
        if sound is None:
            made: list[Sound] = []
            self._attempt("voice", lambda: made.append(self._synthesiser.sound(job.text, job.style)))
            if not made:
                return False
            sound = made[0]
        with self._wake:
            self._wake.wait_for(lambda: self._stopped or self._closing, max(0.0, job.not_before - time.monotonic()))
        if self._stopped:
            return True
        played: list[Played] = []
        self._attempt("speaker", lambda: played.append(self._output.play(sound.scaled(job.style.volume))))
        return bool(played) and played[0].interrupted

    def _attempt(self, what: str, act: Callable[[], None]) -> None:
        if what in self._failing and time.monotonic() < self._not_before:
            return
        try:
            act()
        except VoicelogError as error:
            self._not_before = time.monotonic() + RETRY_S
            if what not in self._failing:
                self._failing.add(what)
                self._on_problem(str(error))
        else:
            self._failing.discard(what)
