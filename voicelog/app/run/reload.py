"""The sentence files and the user's own words may change while the logger runs: they take effect at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from voicelog.core.errors import GrammarError, VoicelogError
from voicelog.core.sentence_files import grammar_folder, taught_path
from voicelog.core.settings import Settings
from voicelog.core.threads import in_thread

if TYPE_CHECKING:
    from voicelog.app.run.recognition import Recognition

T = TypeVar("T")

HALF_WRITTEN_S = 0.5
"""A file with a mistake is read again after this long: it may have been only half written."""

KEPT = "The sentences stay as they were."

MISTAKE = f"Something is wrong with the sentence files. {KEPT}"
"""What is said of it; the problem event has the whole sentence, with its path and line."""


def _nothing(_: str) -> None:
    """Nobody need be told."""


_Wanted = tuple[Callable[[], str] | None, Callable[[str], object]]


class SentenceFiles:
    """The files in force: those of the grammar, and the user's own words. A look costs a ``stat`` for each."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._seen = self._state()

    def changed(self) -> bool:
        """Whether a file has changed, come or gone since the last look, or the wake phrase is another."""
        stamps = self._state()
        changed = stamps != self._seen
        self._seen = stamps
        return changed

    def _state(self) -> tuple[dict[Path, tuple[int, int, int]], str]:
        return self._stamps(), self._settings().wake.phrase

    def _stamps(self) -> dict[Path, tuple[int, int, int]]:
        settings = self._settings()
        found: dict[Path, tuple[int, int, int]] = {}
        for path in (*grammar_folder(settings).rglob("*.y*ml"), taught_path(settings)):
            try:
                stat = path.stat()
            except OSError:
                continue
            found[path] = stat.st_mtime_ns, stat.st_size, stat.st_ino
        return found


def read_settled(read: Callable[[], T]) -> T:
    """What ``read`` gives, tried again after :data:`HALF_WRITTEN_S` where it finds a mistake.

    Raises :class:`GrammarError` that says, too, that nothing has changed.
    """
    try:
        return read()
    except GrammarError:
        time.sleep(HALF_WRITTEN_S)
    try:
        return read()
    except GrammarError as error:
        raise GrammarError(f"{KEPT} {error}") from error


class _SupersededError(Exception):
    """What is being learned is no longer wanted: the run ends, or the files have changed again."""


class Renewal:
    """Makes new recognisers in a thread beside the listening, one at a time, from the files as they are now.

    ``now()`` gives those in use and ``use(new)`` puts others in their place; ``problem(text)`` is told what is wrong
    with the files, which changes nothing. All are called in that thread.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        now: Callable[[], Recognition],
        use: Callable[[Recognition], None],
        problem: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._now = now
        self._use = use
        self._problem = problem
        self._files = SentenceFiles(settings)
        self._lock = threading.Lock()
        self._wanted: list[_Wanted] = []
        self._working = False
        self._ended = False

    def look(self) -> None:
        """See whether the files have changed, and if so renew."""
        if self._files.changed():
            self.begin()

    def begin(self, first: Callable[[], str] | None = None, done: Callable[[str], object] = _nothing) -> None:
        """Renew; what is being learned meanwhile is left for after that.

        ``first`` comes before; ``done`` is called with what it gave as soon as what came of it is in use.
        """
        with self._lock:
            self._wanted.append((first, done))
            if self._working or self._ended:
                return
            self._working = True
        in_thread(self._work, "renewal", awaited=True)

    def end(self) -> None:
        """Give up what is under way."""
        self._ended = True

    def _work(self) -> None:
        while True:
            with self._lock:
                wanted, self._wanted = self._wanted, []
                if not wanted or self._ended:
                    self._working = False
                    return
            try:
                outcomes = [(done, first()) for first, done in wanted if first is not None]
                read_settled(lambda: self._renew(learn=False))
                for done, outcome in outcomes:
                    done(outcome)
                self._renew(learn=True)
            except _SupersededError:
                continue
            except Exception as error:  # whatever it is, what is in use goes on
                self._problem(str(error) if isinstance(error, VoicelogError) else f"{KEPT} {error!r}")

    def _renew(self, *, learn: bool) -> None:
        now = self._now()
        new = now.renewed(self._settings(), self._go_on, learn=learn)
        if new is not now:
            self._use(new)

    def _go_on(self) -> None:
        if self._wanted or self._ended:
            raise _SupersededError
