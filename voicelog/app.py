"""The wiring: opens the rooms, hands what one gives to the next, and owns the threads and the signals."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from types import FrameType

from voicelog.clock import HandClock
from voicelog.converse.messages import HelpRan
from voicelog.converse.replies import Replies
from voicelog.converse.session import Session
from voicelog.converse.settings import ConverseSettings
from voicelog.diary import Diary, open_diary
from voicelog.diary.lock import listening_lock
from voicelog.errors import DiaryError, UsageError
from voicelog.loop import Loop
from voicelog.resources import grammars_folder
from voicelog.settings import Settings
from voicelog.typed import typed_line
from voicelog.understand import Understanding
from voicelog.utterance import Utterance

RECENT_CHANGES = 500
"""Steps of the diary that can be taken back by voice after a new start."""

HELP_TIMEOUT_S = 60.0

SILENCE_AT_END_S = 30.0
"""After the last line or sound comes silence: what is due so soon (a question, a call for help) still happens. A spasm
that is running goes on; the next start finds it."""


def converse_settings(settings: Settings) -> ConverseSettings:
    """What the conversation needs of the settings."""
    return ConverseSettings(
        complete_within_s=settings.conversation.complete_within,
        ask_severity=settings.questions.severity,
        ask_severity_after_s=settings.questions.severity_after,
        ask_unsure=settings.questions.unsure,
        close_running_after_s=settings.conversation.close_running_after,
        same_medication_s=settings.medication.window,
        night_mode=settings.night.mode,
        night_from=time.fromisoformat(settings.night.from_),
        night_until=time.fromisoformat(settings.night.until),
        volume=settings.voice.volume,
        rate=settings.voice.rate,
        help_set_up=bool(settings.help.command),
        help_phrases=settings.help.phrases,
    )


def understanding_of(settings: Settings) -> Understanding:
    """The understanding that the settings ask for. Raises :class:`GrammarError`."""
    return Understanding.from_folder(grammar_folder(settings))


def grammar_folder(settings: Settings) -> Path:
    """The sentence files in force."""
    return Path(settings.grammar.dir).expanduser() if settings.grammar.dir else language_folder(settings)


def language_folder(settings: Settings) -> Path:
    """The folder of the language that comes along: its sentences and replies."""
    return grammars_folder(settings.grammar.language)


def new_session(settings: Settings, diary: Diary) -> Session:
    """A conversation that remembers what the diary holds of the one before."""
    running = diary.running()
    return Session(
        converse_settings(settings),
        lambda: uuid.uuid4().hex,
        Replies.load(language_folder(settings)),
        recent=diary.recent_changes(RECENT_CHANGES)[::-1],
        running=() if running is None else (running,),
    )


@contextlib.contextmanager
def diary_for_listening(settings: Settings) -> Iterator[Diary]:
    """The diary, opened, and no other listener with it. Raises :class:`DiaryError`."""
    with open_diary(settings.diary_path) as diary, diary.listening():
        yield diary


def is_listening(diary: Path) -> bool:
    """Whether a logger listens for this diary now."""
    if not diary.exists():
        return False
    try:
        with listening_lock(diary):
            return False
    except DiaryError:
        return True


def run_help(command: str) -> HelpRan:
    """Run the command that calls for help, wait for it, and tell whether it worked."""
    if not command:
        return HelpRan(False, "no command is set up")
    try:
        done = subprocess.run(
            command,
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=HELP_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return HelpRan(False, f"the command did not end within {HELP_TIMEOUT_S:.0f} seconds")
    except OSError as error:
        return HelpRan(False, str(error.strerror))
    if done.returncode == 0:
        return HelpRan(True)
    last = done.stderr.strip().splitlines()[-1:] or [f"the command ended with status {done.returncode}"]
    return HelpRan(False, last[0])


@dataclass
class Ending:
    """Asked to end, by Ctrl-C or SIGTERM. What is being done is finished first; only waiting is broken off."""

    asked: bool = False
    _waiting: bool = False

    @contextlib.contextmanager
    def signals(self, wake: Callable[[], None] = lambda: None) -> Iterator[Ending]:
        """Take the signals over; ``wake`` is called from the handler. A second signal ends at once."""

        def handler(number: int, frame: FrameType | None) -> None:
            del number, frame
            again, self.asked = self.asked, True
            wake()
            if self._waiting or again:
                raise KeyboardInterrupt

        numbers = [signal.SIGINT, signal.SIGTERM]
        before = {number: signal.signal(number, handler) for number in numbers}
        try:
            yield self
        finally:
            for number, old in before.items():
                signal.signal(number, old)

    @contextlib.contextmanager
    def breakable(self) -> Iterator[None]:
        """While waiting for input: a signal breaks it off with ``KeyboardInterrupt``."""
        self._waiting = True
        try:
            if self.asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._waiting = False


def run_typed(loop: Loop, clock: HandClock, lines: Iterable[str], ending: Ending, tell: Callable[[str], None]) -> int:
    """Lines of text as utterances, the clock moved by their pauses; how many lines were not understood as lines.

    After the last line there is silence for :data:`SILENCE_AT_END_S` seconds.
    """
    wrong = 0
    source = iter(lines)
    number = 0
    while not ending.asked:
        try:
            with ending.breakable():
                line = next(source)
        except (StopIteration, KeyboardInterrupt):
            break
        number += 1
        try:
            typed = typed_line(line)
        except UsageError as error:
            tell(f"Line {number}: {error}")
            wrong += 1
            continue
        if typed is None:
            continue
        pass_time(loop, clock, clock.moment().t + typed.pause_s)
        if typed.text:
            t = clock.moment().t
            loop.heard(Utterance(typed=typed.text, began=t, ended=t))
    if not ending.asked:
        pass_time(loop, clock, clock.moment().t + SILENCE_AT_END_S, settled=True)
    return wrong


def pass_time(loop: Loop, clock: HandClock, until: float, *, settled: bool = False) -> None:
    """Move the clock, stopping at whatever is due on the way; with ``settled`` not further than the last of it."""
    while (due := loop.deadline) is not None and due <= until:
        before = clock.moment().t
        clock.move_to(due)
        loop.tick()
        if loop.deadline == due and clock.moment().t == before:
            break  # nothing moved: what is due waits for something else than time
    if not settled:
        clock.move_to(until)
