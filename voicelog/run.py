"""One run of the logger, whatever it listens to: a microphone, a file, lines of text, or sentences that it speaks."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from voicelog import app
from voicelog.aloud import Aloud
from voicelog.clock import Clock, HandClock, RealClock
from voicelog.converse import messages as m
from voicelog.diary import Diary
from voicelog.ending import Ending
from voicelog.entry import Change
from voicelog.errors import UsageError, VoicelogError
from voicelog.loop import Emit, Loop, Mouth, Silence
from voicelog.settings import Settings
from voicelog.standing import Standing, write_standing
from voicelog.system.live_settings import LiveSettings
from voicelog.system.watchdog import Watchdog
from voicelog.understand import Understanding

if TYPE_CHECKING:
    from voicelog.ears import Ears
    from voicelog.hear.blocks import Source
    from voicelog.hear.events import HearEvent
    from voicelog.listening import Listening

STANDING_EVERY_S = 60.0
BACKUP_LOOK_S = 3600.0
BACKUP_AFTER = timedelta(days=1)
SPEAK_OUT_S = 15.0
"""The longest that the last sentence is waited for at the end of a file."""

AT_NEXT_START = ("diary.", "model.", "grammar.")
"""Settings that a run does not change under way."""


class Watched:
    """Takes events for whoever shows them, and keeps what ``voicelog status`` wants to know."""

    def __init__(self, show: Emit, watchdog: Watchdog | None = None) -> None:
        self._show = show
        self._watchdog = watchdog or Watchdog()
        self.state = "starting"
        self.problem = ""

    def __call__(self, event: str, values: dict[str, Any], change: Change | None = None) -> None:
        """Take one event."""
        if event == "state":
            self.state = values["state"]
            self.problem = "" if self.state == "listening" else self.problem
            self._watchdog.state(self.state)
        elif event == "problem":
            self.problem = values["text"]
        self._show(event, values, change)


@dataclass
class Showing:
    """How a run is shown: ``emit`` takes its events, ``partial`` the words being heard, ``tell`` sentences for people;
    ``ask`` asks for a passphrase.
    """

    emit: Callable[[Clock], Emit]
    partial: Callable[[str], None] = lambda _: None
    tell: Callable[[str], None] = lambda _: None
    ask: Callable[..., str | None] | None = None


@dataclass
class Opened:
    """What is open during a run."""

    live: LiveSettings
    clock: Clock
    emit: Watched
    diary: Diary
    understanding: Understanding
    loop: Loop
    choose: Callable[[Settings], None]


@contextlib.contextmanager
def opened(
    live: LiveSettings,
    clock: Clock,
    showing: Showing,
    *,
    mouth: Mouth,
    expect: Callable[[str | None], object],
    call_help: Callable[[], m.HelpRan | None],
    watchdog: Watchdog | None = None,
) -> Iterator[Opened]:
    """Open understanding, diary and conversation, and wire them."""
    understanding = app.understanding_of(live.current)
    with app.diary_for_listening(live.current, showing.ask) as diary:
        emit = Watched(showing.emit(clock), watchdog)
        session = app.new_session(live.current, diary)
        loop = Loop(
            session,
            diary,
            understanding,
            clock,
            emit,
            mouth=mouth,
            keep_setting=live.keep,
            call_help=call_help,
            teach=_no_teaching,
            expect=expect,
        )

        def choose(settings: Settings) -> None:
            session.choose(app.converse_settings(settings))

        for notice in diary.notices:
            emit("problem", {"text": notice})
        yield Opened(live, clock, emit, diary, understanding, loop, choose)


# ---- as fast as can be ----------------------------------------------------------------------------------------------


def listen_to_text(live: LiveSettings, lines: Iterable[str], now: datetime | None, showing: Showing) -> int:
    """Lines of text; how many were not understood as lines. Speaks only if ``--speak`` was given."""
    clock = HandClock(now)
    with (
        Ending().signals() as ending,
        _aloud(live) as mouth,
        opened(live, clock, showing, mouth=mouth, expect=_nothing, call_help=_help_now(live)) as run,
    ):
        run.emit("state", {"state": run.loop.state})
        wrong = app.run_typed(run.loop, clock, lines, ending, showing.tell)
        _speak_out(mouth, ending)
    return wrong


def listen_fast(
    live: LiveSettings, source: Source, now: datetime | None, showing: Showing, mouth: Mouth | None = None
) -> None:
    """Sound as fast as it can be understood; its own time moves the clock.

    Speaks through ``mouth``; without one, only if ``--speak`` was given.
    """
    from voicelog.ears import Ears, completeness, loaded
    from voicelog.hear.listener import Listener
    from voicelog.system.models import installed_model

    folder = installed_model(live.current)
    model = app.in_thread(lambda: loaded(folder), "model", awaited=True)
    clock = HandClock(now)
    expect = _Expect()
    with (
        Ending().signals() as ending,
        contextlib.nullcontext(mouth) if mouth is not None else _aloud(live) as mouth,
        opened(live, clock, showing, mouth=mouth, expect=expect, call_help=_help_now(live)) as run,
    ):
        loop, understanding = run.loop, run.understanding
        ears = Ears(model.result(), folder, understanding)
        listener = Listener(
            source,
            ears.listening_for(loop.expecting),
            lambda text: completeness(understanding, text, loop.expecting),
        )
        expect.act = lambda what: listener.use(ears.listening_for(what))
        run.emit("state", {"state": loop.state})
        app.run_sound(loop, clock, listener, ending, showing.partial)
        _speak_out(mouth, ending)


@contextlib.contextmanager
def _aloud(live: LiveSettings) -> Iterator[Mouth]:
    """A mouth for sound and text that are faster than life: silent unless ``--speak`` asks for it."""
    if live.current.origin("voice.enabled") != "option --speak":
        yield Silence()
        return
    aloud = Aloud(lambda: live.current, _nothing, _nothing)
    aloud.prepare()
    try:
        yield aloud
    finally:
        aloud.close()


def _help_now(live: LiveSettings) -> Callable[[], m.HelpRan]:
    return lambda: app.run_help(live.current.help.command)


def _no_teaching(kind: str, word: str) -> None:
    raise UsageError(f"The new {kind} “{word}” cannot be taught by voice yet; say it to the carer.")


def _nothing(_: object) -> None:
    """Nobody need be told."""


def _speak_out(mouth: Mouth, ending: Ending) -> None:
    if isinstance(mouth, Aloud) and not ending.asked:
        with contextlib.suppress(KeyboardInterrupt), ending.breakable():
            mouth.wait(SPEAK_OUT_S)


@dataclass
class _Expect:
    """Passed to the conversation before there is a listener to tell."""

    act: Callable[[str | None], object] = _nothing

    def __call__(self, what: str | None) -> None:
        self.act(what)


# ---- in real time ---------------------------------------------------------------------------------------------------


def listen_live(
    live: LiveSettings,
    source: Callable[[Settings], Source],
    source_name: str,
    now: datetime | None,
    showing: Showing,
    *,
    early: bool,
) -> None:
    """Listen to what ``source`` opens, in real time, until it ends or a signal comes.

    ``early``: sound is taken in while the model is still being loaded, and understood then. Raises what opening the
    source raises.
    """
    from voicelog.ears import Ears, completeness, loaded
    from voicelog.listening import Listening
    from voicelog.system.models import installed_model

    clock = RealClock(now)
    inbox = app.Inbox()
    watchdog = Watchdog()
    with contextlib.ExitStack() as stack:
        ending = stack.enter_context(Ending().signals(lambda: inbox.put(lambda: None)))
        expect = _Expect()
        with ending.breakable():
            folder = installed_model(live.current)
            model = app.in_thread(lambda: loaded(folder), "model", awaited=True)
            aloud = Aloud(
                lambda: live.current,
                lambda interrupted: inbox.put(lambda: run.loop.handle(m.SayingEnded(interrupted))),
                lambda text: inbox.put(lambda: run.emit("problem", {"text": text})),
            )
            stack.callback(aloud.close)
            ears: Future[Ears] = Future()
            listening = Listening(
                lambda: source(live.current),
                ears,
                lambda text: completeness(run.understanding, text, run.loop.expecting),
                voice=(lambda: aloud.speaker) if early else None,
                early=early,
                on_listening=lambda: _begun(clock, inbox, begun, early),
                on_event=lambda event: _arrived(inbox, event, taken),
                on_end=lambda error: _ended(inbox, error),
            )

            stack.callback(listening.end, app.ENDING_S)

            def taken(event: HearEvent) -> None:
                app.take_in(run.loop, event, showing.partial)

            def help_ran(outcome: m.HelpRan) -> None:
                inbox.put(lambda: run.loop.handle(outcome))

            def call_help() -> None:
                command = live.current.help.command
                app.in_thread(lambda: help_ran(app.run_help(command)), "help")

            def begun() -> None:
                watchdog.ready()
                run.emit("state", {"state": run.loop.state})
                rounds.standing_due = 0.0

            if early:
                listening.start()
            aloud.prepare()
            run = stack.enter_context(
                opened(live, clock, showing, mouth=aloud, expect=expect, call_help=call_help, watchdog=watchdog)
            )
            _promise(ears, lambda: Ears(model.result(), folder, run.understanding))
            expect.act = listening.expect
            if not early:
                listening.start()
        rounds = Rounds(run, listening, watchdog, source_name)
        finished = inbox.run(run.loop, clock, ending, rounds, listening.close)
        watchdog.stopping()
        if finished:
            app.fall_silent(run.loop, clock)
            _speak_out(aloud, ending)


def _begun(clock: RealClock, inbox: app.Inbox, begun: Callable[[], None], early: bool) -> None:
    if not early:
        clock.restart()
    inbox.put(begun)


def _arrived(inbox: app.Inbox, event: HearEvent, taken: Callable[[HearEvent], None]) -> None:
    inbox.put(lambda: taken(event))


def _ended(inbox: app.Inbox, error: BaseException | None) -> None:
    if error is not None:

        def fail() -> None:
            raise error

        inbox.put(fail)
    inbox.end()


def _promise(future: Future[Ears], make: Callable[[], Ears]) -> None:
    def keep(done: Future[Ears]) -> None:
        error = done.exception()
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(done.result())

    app.in_thread(make, "recognisers", awaited=True).add_done_callback(keep)


@dataclass
class Rounds:
    """What a run that listens for months does besides, every few seconds."""

    run: Opened
    listening: Listening
    watchdog: Watchdog
    source_name: str
    standing_due: float = 0.0
    backup_due: float = 30.0
    _since: str = ""
    _shown: tuple[str, str] = ("", "")
    _device: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._device = self.run.live.current.audio.input_device

    def __call__(self) -> None:
        """Go round once."""
        moment = self.run.clock.moment()
        self.watchdog.alive()
        self._settings()
        shown = (self.run.emit.state, self.run.emit.problem)
        if moment.t >= self.standing_due or shown != self._shown:
            self.standing_due, self._shown = moment.t + STANDING_EVERY_S, shown
            self._write_standing(moment.wall)
        if moment.t >= self.backup_due:
            self.backup_due = moment.t + BACKUP_LOOK_S
            app.in_thread(lambda: self._back_up(moment.wall), "backup")

    def _settings(self) -> None:
        found = self.run.live.refresh()
        if found.problem:
            self.run.loop.handle(m.Problem(found.problem))
        if not found.changed:
            return
        self.run.choose(self.run.live.current)
        if self.run.live.current.audio.input_device != self._device:
            self._device = self.run.live.current.audio.input_device
            self.listening.reopen()
        later = [name for name in found.changed if name.startswith(AT_NEXT_START)]
        if later:
            names = ", ".join(later)
            self.run.emit("problem", {"text": f"The change of {names} takes effect when voicelog is next started."})

    def _write_standing(self, wall: datetime) -> None:
        self._since = self._since or wall.isoformat()
        with contextlib.suppress(OSError):  # only for showing
            write_standing(
                self.run.live.current.diary_path,
                Standing(
                    os.getpid(), self._since, wall.isoformat(), self.run.emit.state, self.source_name,
                    0.0, self.run.emit.problem,
                ),
            )  # fmt: skip

    def _back_up(self, wall: datetime) -> None:
        from voicelog.diary.backup import back_up, backup_time, backups

        settings = self.run.live.current
        if not settings.diary.backups:
            return
        newest = next(iter(backups(settings.diary_path)), None)
        if newest is not None and wall - backup_time(newest) < BACKUP_AFTER:
            return
        with contextlib.suppress(VoicelogError):  # the next hour tries again; doctor tells of it
            back_up(settings.diary_path, keep=settings.diary.backups)
