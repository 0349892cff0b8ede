"""The live view on a terminal: what the logger does, what it hears, the last entries; calm, dark, and large."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from pyfiglet import Figlet
from rich.align import Align
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from voicelog.app.view.lines import describe
from voicelog.core.entry import Change, Entry
from voicelog.core.shown import shown

SHOWN = 6
"""Entries shown, the newest first."""

_DIM, _PLAIN, _BRIGHT, _WARNING = "grey42", "grey66", "grey85", "dark_orange3"


class LiveView:
    """Shows the stream of events on a terminal, on a screen of its own; it is drawn anew only when something changes.

    A context manager; used by one thread.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False)
        self._font = Figlet(font="small", width=1000)
        self._state = "starting"
        self._hearing = ""
        self._said = ""
        self._problem = ""
        self._entries: OrderedDict[str, Change] = OrderedDict()

    def __enter__(self) -> LiveView:
        self._live.start()
        self._draw()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def __call__(self, event: str, values: dict[str, Any], change: Change | None = None) -> None:
        """Take in one event."""
        match event:
            case "state":
                self._state = values["state"]
                if self._state == "listening":
                    self._problem = ""
            case "heard":
                self._hearing = values["text"] if values["accepted"] else ""
            case "said":
                self._said = values["text"]
            case "problem":
                self._problem = values["text"]
            case _ if change is not None:
                self._entries.pop(change.entry.id, None)
                self._entries[change.entry.id] = change
                while len(self._entries) > SHOWN:
                    self._entries.popitem(last=False)
        self._draw()

    def remember(self, entries: list[Entry]) -> None:
        """Show these entries, oldest first, as the last ones."""
        for entry in entries:
            self._entries[entry.id] = Change(entry.id, "save", None, entry, entry.logged_at)
        self._draw()

    def hearing(self, text: str) -> None:
        """Show the words that are being heard."""
        if text != self._hearing:
            self._hearing = text
            self._draw()

    def render(self) -> RenderableType:
        """The whole screen."""
        rows = max(8, self._console.size.height)
        lines: list[RenderableType] = [Text(), self._headline(), Text()]
        lines.append(Align.center(Text(shown(self._hearing) or " ", f"italic {_BRIGHT}")))
        lines.append(Align.center(Text(shown(self._said) or " ", f"bold {_PLAIN}")))
        lines.append(Align.center(Text(shown(self._problem) or " ", _WARNING)))
        lines.append(Text())
        room = rows - self._height() - 8
        for change in list(reversed(self._entries.values()))[: max(1, min(SHOWN, room))]:
            lines.append(Align.center(self._entry(change, newest=len(lines) == 7)))
        return Group(*lines)

    def _headline(self) -> RenderableType:
        style = _WARNING if "lost" in self._state else _PLAIN
        big = self._big()
        return Align.center(Text(big or self._state.upper(), style if big else f"bold {style}", no_wrap=True))

    def _big(self) -> str:
        """The state in large letters, or nothing where the terminal is too small for them."""
        lines = [line.rstrip() for line in self._font.renderText(self._state).splitlines() if line.strip()]
        fits = lines and max(map(len, lines)) < self._console.size.width and self._console.size.height >= 16
        return "\n".join(lines) if fits else ""

    def _height(self) -> int:
        return max(1, self._big().count("\n") + 1)

    def _entry(self, change: Change, *, newest: bool) -> Text:
        gone = change.after is None
        style = f"strike {_DIM}" if gone else f"bold {_BRIGHT}" if newest else _DIM
        return Text(describe(change.entry), style, no_wrap=True, overflow="ellipsis")

    def _draw(self) -> None:
        self._live.update(self.render(), refresh=True)
