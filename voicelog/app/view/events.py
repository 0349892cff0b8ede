"""How a run is shown to whoever watches it: as events, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from voicelog.app.machine.watchdog import Watchdog

if TYPE_CHECKING:
    from voicelog.app.run.clock import Clock
    from voicelog.core.entry import Change


class Emit(Protocol):
    """Takes one event of the stream: its name, its values, and the change it tells of, if it does."""

    def __call__(self, event: str, values: dict[str, Any], change: Change | None = None) -> None:
        """Tell whoever watches."""


class Watched:
    """Takes events for whoever shows them, and keeps what ``voicelog status`` wants to know."""

    def __init__(self, show: Emit, watchdog: Watchdog | None = None) -> None:
        self._show = show
        self._watchdog = watchdog or Watchdog()
        self.state = "starting"
        self.problem = ""
        self.told = 0
        """Events so far."""

    def __call__(self, event: str, values: dict[str, Any], change: Change | None = None) -> None:
        """Take one event."""
        self.told += 1
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
    ``ask`` asks for a passphrase, ``unanswered`` takes why nothing came of a typed line.
    """

    emit: Callable[[Clock], Emit]
    partial: Callable[[str], None] = lambda _: None
    tell: Callable[[str], None] = lambda _: None
    ask: Callable[..., str | None] | None = None
    unanswered: Callable[[str], None] = lambda _: None
