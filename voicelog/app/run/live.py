"""A run that listens in real time: to a microphone, or to a file at the pace of life."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.run import wiring as app
from voicelog.app.run.batch import Expect, settled, speak_out, warmed_up, wired
from voicelog.app.run.clock import RealClock
from voicelog.app.run.controller import Loop
from voicelog.app.run.housekeeping import Rounds
from voicelog.app.run.startup import Started
from voicelog.app.run.voice_output import Aloud
from voicelog.app.view.events import Showing
from voicelog.converse import messages as m
from voicelog.core.settings import Settings
from voicelog.core.threads import in_thread

if TYPE_CHECKING:
    from voicelog.app.run.listening_thread import Listening
    from voicelog.app.run.recognition import Recognition
    from voicelog.app.run.reload import Renewal
    from voicelog.sound.satellite_output import Send
    from voicelog.sound.stream import Source


def listen_live(
    live: LiveSettings,
    source: Callable[[Settings], Source],
    source_name: str,
    started: Started,
    showing: Showing,
    *,
    model: Future[Any],
    early: bool,
    send: Send | None = None,
) -> None:
    """Listen to what ``source`` opens, in real time, until it ends or a signal comes.

    ``model`` is the recogniser's, being loaded. ``early``: sound is taken in meanwhile, and understood then.
    ``send`` plays what is said, where that is no speaker of this machine. Raises what opening the source raises.
    """
    from voicelog.app.run.listening_thread import Listening
    from voicelog.app.run.recognition import Recognition
    from voicelog.app.run.reload import MISTAKE, Renewal
    from voicelog.app.run.teach_words import keep_word_by_voice
    from voicelog.recognise.recognisers import completeness

    clock, ending, watchdog, emit = started.clock, started.ending, started.watchdog, started.emit
    inbox = app.Inbox()
    ending.wake = lambda: inbox.put(lambda: None)
    with contextlib.ExitStack() as stack:
        expect = Expect()
        with ending.breakable():
            renewal = Renewal(
                lambda: live.current,
                lambda: listening.recognition,
                lambda renewed: use(renewed),
                lambda text: inbox.put(lambda: run.loop.handle(m.Problem(text, spoken=MISTAKE))),
            )
            stack.callback(renewal.end)
            recognition = in_thread(
                lambda: Recognition.load(live.current, learn=False, model=model, expected=started.expected),
                "recognition",
                awaited=True,
            )
            aloud = Aloud(
                lambda: live.current,
                lambda interrupted: inbox.put(lambda: run.loop.handle(m.SayingEnded(interrupted))),
                lambda text: inbox.put(lambda: emit("problem", {"text": text})),
                send,
            )
            stack.callback(aloud.close)
            listening = Listening(
                lambda: _begun_source(started) or source(live.current),
                recognition,
                lambda text: completeness(run.loop.understanding, text, run.loop.expecting),
                voice=(lambda: aloud.speaker) if early else None,
                on_listening=lambda there: _begun(clock, inbox, lambda: begun(there), early),
                on_event=lambda event: inbox.put(lambda: app.take_in(run.loop, event, showing.partial)),
                on_end=lambda error: _ended(inbox, error),
            )
            stack.callback(listening.end, app.ENDING_S)

            def use(renewed: Recognition) -> None:
                listening.use(renewed)
                inbox.put(_understand_by(run.loop, renewed))

            def teach(new: m.TeachWord) -> None:
                def learn() -> str:
                    return keep_word_by_voice(live.current, new.kind, new.word, new.said)

                renewal.begin(learn, lambda word: inbox.put(lambda: run.loop.handle(m.Taught(word))))

            def call_help() -> None:
                def help_ran(outcome: m.HelpRan) -> None:
                    inbox.put(lambda: run.loop.handle(outcome))

                command = live.current.help.command
                in_thread(lambda: help_ran(app.run_help(command)), "calling for help")

            def begun(there: bool) -> None:
                settled()
                watchdog.ready()
                if there and emit.state == app.LOST:
                    run.loop.handle(m.Problem(app.MICROPHONE_BACK, run.loop.state))
                elif there and not started.told:
                    emit("state", {"state": run.loop.state})
                started.told = False
                aloud.prepare()
                renewal.begin()
                warmed_up(recognition)

            if early:
                listening.start()
            run = wired(
                live,
                clock,
                emit,
                started.diary,
                lambda: recognition.result().understanding,
                mouth=aloud,
                expect=expect,
                call_help=call_help,
                teach=teach,
                second_look=lambda *of: listening.recognition.ears.second_look(*of),
                as_one=lambda utterance, what: listening.recognition.ears.as_one(utterance, what),
            )
            expect.act = listening.expect
            if not early:
                listening.start()
        rounds = Rounds(run, listening, watchdog, source_name, renewal)
        finished = inbox.run(run.loop, clock, ending, rounds, lambda: _close(renewal, listening))
        watchdog.stopping()
        if finished:
            app.fall_silent(run.loop, clock)
            speak_out(aloud, ending)


def _begun_source(started: Started) -> Source | None:
    """The microphone that was begun with the run, the first time that one is wanted."""
    source, started.microphone = started.microphone, None
    return source


def _begun(clock: RealClock, inbox: app.Inbox, begun: Callable[[], None], early: bool) -> None:
    if not early:
        clock.restart()
    inbox.put(begun)


def _ended(inbox: app.Inbox, error: BaseException | None) -> None:
    if error is not None:

        def fail() -> None:
            raise error

        inbox.put(fail)
    inbox.end()


def _understand_by(loop: Loop, recognition: Recognition) -> Callable[[], None]:
    return lambda: loop.understand_by(recognition.understanding)


def _close(renewal: Renewal, listening: Listening) -> None:
    renewal.end()
    listening.close()
