"""The first moments of a run in real time: what must be there before it may be said that it listens, and nothing else.

That is the recogniser's model, the diary, and the microphone, which takes sound in from then on; what else it takes to
understand is imported and loaded while the first words are being said.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.machine.models import installed_model
from voicelog.app.machine.watchdog import Watchdog
from voicelog.app.run.clock import RealClock
from voicelog.app.run.shutdown import Ending
from voicelog.app.view.events import Showing, Watched
from voicelog.core.sentence_files import were_read
from voicelog.core.threads import in_thread

if TYPE_CHECKING:
    from voicelog.diary import Diary
    from voicelog.recognise.loading import Likely
    from voicelog.sound.microphone import Microphone

LISTENING = "listening"


@dataclass
class Started:
    """What a run in real time has from its start.

    ``expected`` is the network being loaded, ``microphone`` one that was begun; ``told``: that it listens.
    """

    clock: RealClock
    ending: Ending
    watchdog: Watchdog
    emit: Watched
    diary: Diary
    expected: Likely | None = None
    microphone: Microphone | None = None
    told: bool = False


def start(
    stack: ExitStack,
    live: LiveSettings,
    now: datetime | None,
    showing: Showing,
    model: Future[Any],
    microphone: Callable[[], Microphone] | None = None,
) -> Started:
    """Start a run whose ``stack`` ends it, and tell that it listens as soon as nothing is left that could fail.

    ``model`` is the recogniser's, being loaded; ``microphone`` makes the one that is listened to. Raises what opening
    the diary, the microphone and the model raise, and ``KeyboardInterrupt`` at a signal.
    """
    clock, watchdog = RealClock(now), Watchdog()
    emit = Watched(showing.emit(clock), watchdog)
    ending = stack.enter_context(Ending().signals())
    with ending.breakable():
        begun = None
        if microphone is not None:
            begun = in_thread(lambda: _begun(microphone()), "microphone", awaited=True)
            stack.callback(_let_go, begun)
        from voicelog.diary import open_for_listening
        from voicelog.recognise.loading import likely

        diary = stack.enter_context(open_for_listening(live.current, showing.ask))
        started = Started(clock, ending, watchdog, emit, diary)
        if begun is not None:
            started.microphone, takes_sound = begun.result()
            model.result()
            if takes_sound and were_read(live.current):
                started.told = True
                emit("state", {"state": LISTENING})
        started.expected = likely(installed_model(live.current))
    return started


def _let_go(begun: Future[tuple[Microphone, bool]]) -> None:
    """Close the microphone, once it was opened: PortAudio is not to be left in the middle of it."""
    if begun.exception() is None:
        begun.result()[0].end()


def _begun(microphone: Microphone) -> tuple[Microphone, bool]:
    """The microphone, and whether it takes sound in already."""
    return microphone, microphone.begin()
