"""One run of the logger, and those as fast as can be: of lines of text, of a file, of sentences that it speaks."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.run import wiring as app
from voicelog.app.run.clock import Clock, HandClock
from voicelog.app.run.controller import UNWOKEN, Loop, Mouth, Silence
from voicelog.app.run.shutdown import Ending
from voicelog.app.run.voice_output import Aloud
from voicelog.app.view.events import Showing, Watched
from voicelog.converse import messages as m
from voicelog.core.errors import VoicelogError
from voicelog.core.settings import Settings
from voicelog.core.threads import in_thread
from voicelog.core.utterance import Again, Utterance
from voicelog.diary import Diary, open_for_listening
from voicelog.diary.privacy.recordings import Sounds
from voicelog.understand import Understanding
from voicelog.understand.continuation import AsOne

if TYPE_CHECKING:
    from voicelog.app.run.recognition import Recognition
    from voicelog.app.run.reload import SentenceFiles
    from voicelog.sound.stream import Source

T = TypeVar("T")

SPEAK_OUT_S = 15.0
"""The longest that the last sentence is waited for at the end of a file."""

DAMAGED = "The settings or the taught words were damaged. The last good ones are used."
"""What is said where they cannot be read at the start; the problem event has the whole sentence."""

NOT_UNDERSTOOD = "Not understood. Type: what can I say"
WITHOUT_WAKE_PHRASE = "Not taken: it came without the wake phrase."
"""What whoever types is told. Aloud nothing is said: it was somebody else's talk."""

TAKES_ANYTHING = ("asleep", "dictation", "spelling")
"""Where these are expected, a line that is not understood is as it should be."""


def warmed_up(recognition: Future[Recognition]) -> Future[object]:
    """In the background: what the first unclear word, and the first question, would wait for."""

    def warm_up() -> None:
        there = recognition.result()
        there.understanding.forms.nearest("")  # how all that can be said sounds
        there.ears.prepare()

    return in_thread(warm_up, "warming up")


@dataclass
class Opened:
    """What is open during a run."""

    live: LiveSettings
    clock: Clock
    emit: Watched
    diary: Diary
    loop: Loop
    sounds: Sounds
    choose: Callable[[Settings], None]


def settled() -> None:
    """All is there that a run needs: from now on garbage is collected, but never looked for in all that."""
    gc.enable()
    gc.freeze()


def wired(
    live: LiveSettings,
    clock: Clock,
    emit: Watched,
    diary: Diary,
    understanding: Callable[[], Understanding],
    *,
    mouth: Mouth,
    expect: Callable[[str | None], object],
    call_help: Callable[[], m.HelpRan | None],
    teach: Callable[[m.TeachWord], m.Event | None],
    second_look: Callable[[Utterance, str | None, bool], Again | None] | None = None,
    as_one: AsOne | None = None,
) -> Opened:
    """Open the conversation, and wire it with the diary; ``understanding`` is asked for when something is heard."""
    session = app.new_session(live.current, diary, clock.zone)
    sounds = Sounds(diary.path, lambda: live.current.audio.keep_days, encrypted=diary.key is not None)
    loop = Loop(
        session,
        diary,
        understanding,
        clock,
        emit,
        mouth=mouth,
        keep_setting=live.keep,
        call_help=call_help,
        teach=teach,
        expect=expect,
        second_look=second_look,
        as_one=as_one,
        wake_phrase=lambda: live.current.wake.phrase,
        keep_sound=lambda utterance, ids: app.keep_sound(sounds, utterance, clock.moment().wall, ids),
    )

    def choose(settings: Settings) -> None:
        session.choose(app.converse_settings(settings, clock.zone))

    if live.problem:
        loop.handle(m.Problem(live.problem, spoken=DAMAGED, lasting=True))
    loop.tell_news()
    for notice in app.tidied(sounds, clock.moment().wall):
        emit("problem", {"text": notice})
    return Opened(live, clock, emit, diary, loop, sounds, choose)


def listen_to_text(live: LiveSettings, lines: Iterable[str], now: datetime | None, showing: Showing) -> int:
    """Lines of text; how many were not understood as lines. Speaks only if ``--speak`` was given."""
    from voicelog.app.run.recognition import understanding_for
    from voicelog.app.run.reload import SentenceFiles
    from voicelog.app.run.teach_words import keep_word_by_voice

    clock = HandClock(now)
    files = SentenceFiles(lambda: live.current)
    understanding = understanding_for(live.current)

    def renew() -> None:
        run.loop.understand_by(understanding_for(live.current))

    def teach(new: m.TeachWord) -> m.Taught:
        word = keep_word_by_voice(live.current, new.kind, new.word, new.said)
        renew()
        return m.Taught(word)

    def hear(utterance: Utterance) -> None:
        told = run.emit.told
        meaning = run.loop.heard(utterance)
        silent = run.emit.told == told + 1 and run.loop.expecting not in TAKES_ANYTHING
        if silent and not meaning.accepted:
            showing.unanswered(WITHOUT_WAKE_PHRASE if meaning.reason == UNWOKEN else NOT_UNDERSTOOD)

    with (
        Ending().signals() as ending,
        _aloud(live) as mouth,
        open_for_listening(live.current, showing.ask) as diary,
    ):
        run = wired(
            live,
            clock,
            Watched(showing.emit(clock)),
            diary,
            lambda: understanding,
            mouth=mouth,
            expect=_nothing,
            call_help=_help_now(live),
            teach=teach,
        )
        settled()
        run.emit("state", {"state": run.loop.state})
        wrong = app.run_typed(run.loop, clock, _fresh(lines, files, renew, run.loop), ending, showing.tell, hear)
        speak_out(mouth, ending)
    return wrong


def listen_fast(
    live: LiveSettings,
    source: Source,
    now: datetime | None,
    showing: Showing,
    mouth: Mouth | None = None,
    learning: Callable[[str, int, int], None] | None = None,
) -> None:
    """Sound as fast as it can be understood; its own time moves the clock.

    Speaks through ``mouth``; without one, only if ``--speak`` was given. ``learning`` is told of each word that must be
    learned first.
    """
    from voicelog.app.run.recognition import Recognition
    from voicelog.app.run.reload import SentenceFiles
    from voicelog.app.run.teach_words import keep_word_by_voice
    from voicelog.recognise.listener import Listener
    from voicelog.recognise.memory import keep_memory_small
    from voicelog.recognise.recognisers import completeness

    keep_memory_small()
    files = SentenceFiles(lambda: live.current)
    recognition = in_thread(lambda: Recognition.load(live.current, learning), "recognition", awaited=True)
    clock = HandClock(now)
    expect = Expect()

    def teach(new: m.TeachWord) -> m.Taught:
        word = keep_word_by_voice(live.current, new.kind, new.word, new.said)
        renew()
        return m.Taught(word)

    def renew() -> None:
        nonlocal recognition
        renewed = recognition.result().renewed(live.current)
        if renewed is recognition.result():
            return
        recognition = Future()
        recognition.set_result(renewed)
        run.loop.understand_by(renewed.understanding)
        listener.use(renewed.ears.listening_for(run.loop.expecting))

    with (
        Ending().signals() as ending,
        contextlib.nullcontext(mouth) if mouth is not None else _aloud(live) as spoken,
        open_for_listening(live.current, showing.ask) as diary,
    ):
        run = wired(
            live,
            clock,
            Watched(showing.emit(clock)),
            diary,
            lambda: recognition.result().understanding,
            mouth=spoken,
            expect=expect,
            call_help=_help_now(live),
            teach=teach,
            second_look=lambda *of: recognition.result().ears.second_look(*of),
            as_one=lambda utterance, what: recognition.result().ears.as_one(utterance, what),
        )
        loop = run.loop
        listener = Listener(
            source,
            recognition.result().ears.listening_for(loop.expecting),
            lambda text: completeness(loop.understanding, text, loop.expecting),
        )
        expect.act = lambda what: listener.use(recognition.result().ears.listening_for(what))
        settled()
        run.emit("state", {"state": loop.state})
        warmed_up(recognition)
        heard = app.told_of_no_speech(_fresh(listener, files, renew, loop))
        app.run_sound(loop, clock, heard, ending, showing.partial)
        speak_out(spoken, ending)


def _fresh(items: Iterable[T], files: SentenceFiles, renew: Callable[[], None], loop: Loop) -> Iterator[T]:
    """The items, each only when all sentence files are as they are on disk; one with a mistake changes nothing."""
    from voicelog.app.run.reload import MISTAKE, read_settled

    for item in items:
        if files.changed():
            try:
                read_settled(renew)
            except VoicelogError as error:
                loop.handle(m.Problem(str(error), spoken=MISTAKE))
        yield item


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


def _nothing(_: object) -> None:
    """Nobody need be told."""


def speak_out(mouth: Mouth, ending: Ending) -> None:
    """Wait until the last sentence has been said, at most :data:`SPEAK_OUT_S`."""
    if isinstance(mouth, Aloud) and not ending.asked:
        with contextlib.suppress(KeyboardInterrupt), ending.breakable():
            mouth.wait(SPEAK_OUT_S)


@dataclass
class Expect:
    """Passed to the conversation before there is a listener to tell."""

    act: Callable[[str | None], object] = _nothing

    def __call__(self, what: str | None) -> None:
        """Pass it on."""
        self.act(what)
