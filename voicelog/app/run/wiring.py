"""The wiring: opens the rooms, hands what one gives to the next, and owns the threads."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, tzinfo
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from voicelog.app.run.clock import Clock
from voicelog.app.run.controller import RECENT_CHANGES, Loop
from voicelog.app.run.shutdown import Ending
from voicelog.app.run.text_input import typed_line
from voicelog.converse import messages as m
from voicelog.converse.phrasing.replies import Replies
from voicelog.converse.session import Session
from voicelog.converse.settings import ConverseSettings
from voicelog.core.errors import DiaryError, UsageError
from voicelog.core.resources import grammars_folder
from voicelog.core.settings import Settings
from voicelog.core.threads import in_thread
from voicelog.core.utterance import Utterance
from voicelog.diary import Diary
from voicelog.diary.privacy.recordings import Sounds

if TYPE_CHECKING:
    from voicelog.recognise.events import HearEvent

HELP_TIMEOUT_S = 60.0
COMPLAINTS_S = 1.0
"""Seconds that the last words of a help command that failed are waited for."""
COMPLAINT_BYTES = 4096

SILENCE_AT_END_S = 30.0
"""After the last line or sound comes silence: what is due so soon (a question, a call for help) still happens. A spasm
that is running goes on; the next start finds it."""

ROUND_S = 2.0
"""The longest that the loop waits before it looks after settings, watchdog and backups."""

ENDING_S = 5.0
"""The longest that taking in what was just said may take when the logger is ended; mostly it takes a moment."""

NO_SPEECH = "No speech was found. Check that this is the right recording, and that it is loud enough."

MICROPHONE_BACK = "The microphone is back."

LOST = "microphone lost"
"""The state while there is none."""


# ---- opening the rooms ----------------------------------------------------------------------------------------------


def converse_settings(settings: Settings, zone: tzinfo | None = None) -> ConverseSettings:
    """What the conversation needs of the settings; ``zone`` is that of the bed, as the clock tells it."""
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
        zone=zone,
    )


def language_folder(settings: Settings) -> Path:
    """The folder of the language that comes along: its sentences and replies."""
    return grammars_folder(settings.grammar.language)


def new_session(settings: Settings, diary: Diary, zone: tzinfo | None = None) -> Session:
    """A conversation that remembers what the diary holds of the one before."""
    try:
        recent, running = diary.recent_changes(RECENT_CHANGES)[::-1], diary.running()
    except DiaryError:
        # The notices of the diary tell why; listening goes on without what was.
        recent, running = [], ()
    return Session(
        converse_settings(settings, zone),
        lambda: uuid.uuid4().hex,
        Replies.load(language_folder(settings)),
        recent=recent,
        running=running,
    )


def keep_sound(sounds: Sounds, utterance: Utterance, at: datetime, entry_ids: tuple[str, ...]) -> None:
    """Keep the sound of an utterance that has any, where the user asks for that. Raises :class:`DiaryError`."""
    if utterance.samples is not None and sounds.wanted:
        import numpy as np

        sounds.keep(np.asarray(utterance.samples, np.int16), at, entry_ids)


def tidied(sounds: Sounds, now: datetime) -> list[str]:
    """Remove the sound kept long enough; sentences on what is not as the user asks."""
    try:
        sounds.tidy(now)
    except DiaryError as error:
        return [str(error)]
    return [] if sounds.refusal is None else [sounds.refusal]


def run_help(command: str) -> m.HelpRan:
    """Run the command that calls for help, wait for it, and tell whether it worked.

    What it leaves running in the background is neither waited for nor ended.
    """
    if not command:
        return m.HelpRan(False, "no command is set up")
    try:
        running = subprocess.Popen(
            command,
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        return m.HelpRan(False, str(error.strerror))
    complaints: deque[bytes] = deque(maxlen=1)
    assert running.stderr is not None
    reader = in_thread(partial(_read_out, running.stderr, complaints), "help")
    try:
        status = running.wait(HELP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        _end_group(running)
        return m.HelpRan(False, f"the command did not end within {HELP_TIMEOUT_S:.0f} seconds")
    if status == 0:
        return m.HelpRan(True)
    with contextlib.suppress(TimeoutError):  # something in the background holds it open
        reader.result(COMPLAINTS_S)
    last = [line.decode("utf-8", "replace").strip() for line in complaints]
    return m.HelpRan(False, last[0] if last else f"the command ended with status {status}")


def _read_out(stream: IO[bytes], lines: deque[bytes]) -> None:
    """Read to the end, so that nobody who writes there is hindered; keep the last line that says something."""
    with stream:
        while line := stream.readline(COMPLAINT_BYTES):
            if line.strip():
                lines.append(line)


def _end_group(running: subprocess.Popen[bytes]) -> None:
    """End a command with all that it started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(running.pid, signal.SIGKILL)
        else:
            running.kill()
    running.wait()


# ---- what is heard --------------------------------------------------------------------------------------------------


def take_in(loop: Loop, event: HearEvent, on_partial: Callable[[str], None]) -> None:
    """Hand over what was heard."""
    from voicelog.recognise import events
    from voicelog.sound import stream as blocks

    match event:
        case events.Heard(_, utterance):
            loop.heard(utterance)
        case events.Likely(_, utterance, went_on):
            loop.foresee(utterance, went_on.is_set)
        case events.Partial(_, text):
            on_partial(text)
        case events.SpeechBegan():
            loop.handle(m.SpeechBegan())
        case events.SpeechDropped():
            on_partial("")
            loop.handle(m.SpeechDropped())
        case events.Trouble(_, text):
            loop.handle(m.Problem(text))
        case blocks.MicrophoneLost(_, why):
            loop.handle(m.Problem(why, LOST))
        case blocks.MicrophoneBack():
            loop.handle(m.Problem(MICROPHONE_BACK, loop.state))


def told_of_no_speech(heard: Iterable[HearEvent]) -> Iterator[HearEvent]:
    """What is heard of a recording; where nobody spoke and nothing else was amiss, that is told at its end."""
    from voicelog.recognise import events

    t, told = 0.0, False
    for event in heard:
        t, told = event.t, told or isinstance(event, events.SpeechBegan | events.Trouble)
        yield event
    if not told:
        yield events.Trouble(t, NO_SPEECH)


# ---- running --------------------------------------------------------------------------------------------------------


def run_typed(
    loop: Loop,
    clock: Clock,
    lines: Iterable[str],
    ending: Ending,
    tell: Callable[[str], None],
    hear: Callable[[Utterance], object],
) -> int:
    """Lines of text as utterances to ``hear``, the clock moved by their pauses; how many were not understood as lines.

    After the last line there is silence for :data:`SILENCE_AT_END_S` seconds.
    """
    wrong = number = 0
    source = iter(lines)
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
            said = Utterance(typed=typed.text, began=t, ended=t)
            loop.safely(partial(hear, said))
            loop.tell_news()
    if not ending.asked:
        fall_silent(loop, clock)
    return wrong


def run_sound(
    loop: Loop, clock: Clock, heard: Iterable[HearEvent], ending: Ending, on_partial: Callable[[str], None]
) -> None:
    """Sound as fast as it can be understood, its own time moving the clock; silence follows it as in text."""
    try:
        for event in heard:
            pass_time(loop, clock, event.t)
            loop.safely(partial(take_in, loop, event, on_partial))
            loop.tell_news()
            if ending.asked:
                return
    finally:  # a file that ends in an error was heard as far as it goes
        if not ending.asked:
            fall_silent(loop, clock)


def fall_silent(loop: Loop, clock: Clock) -> None:
    """Let the silence at the end pass, as far as anything is due in it."""
    until = clock.moment().t + SILENCE_AT_END_S
    while (due := loop.deadline) is not None and due <= until and _tick_at(loop, clock, due):
        pass


def pass_time(loop: Loop, clock: Clock, until: float) -> None:
    """Move the clock, stopping at whatever is due on the way."""
    while (due := loop.deadline) is not None and due <= until and _tick_at(loop, clock, due):
        pass
    clock.move_to(until)


def _tick_at(loop: Loop, clock: Clock, due: float) -> bool:
    """Let what is due happen; False where it waits for something else than time."""
    before = clock.moment().t
    clock.move_to(due)
    loop.safely(loop.tick)
    return loop.deadline != due or clock.moment().t > before


class Inbox:
    """What the threads want done by the loop's own; a signal's handler may use it too."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def put(self, act: Callable[[], None]) -> None:
        """Have this done next."""
        self._queue.put(act)

    def end(self) -> None:
        """Nothing more will come."""
        self._queue.put(None)

    def run(
        self, loop: Loop, clock: Clock, ending: Ending, on_round: Callable[[], None], close: Callable[[], None]
    ) -> bool:
        """Do what comes, and what time brings, until the end; whether that came by itself.

        ``on_round`` is called every few seconds; ``close`` once when a signal asks for the end, after which what was
        being said is still taken in.
        """
        closing: float | None = None
        while True:
            if ending.asked and closing is None:
                close()
                closing = clock.moment().t + ENDING_S
            on_round()
            due = closing if closing is not None else loop.deadline
            left = ROUND_S if due is None else max(0.0, min(ROUND_S, due - clock.moment().t))
            try:
                act = self._queue.get(timeout=left)
            except queue.Empty:
                if closing is None:
                    if due is not None and clock.moment().t >= due:
                        loop.safely(loop.tick)
                    continue
                if clock.moment().t >= closing:
                    return False
                continue
            if act is None:
                return closing is None
            loop.safely(act)
            loop.tell_news()
