"""What a run that listens for months does besides: settings, sentences, watchdog, standing, backups."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from voicelog.app.machine.watchdog import Watchdog
from voicelog.app.run import wiring as app
from voicelog.app.view.status_file import Standing, write_standing
from voicelog.converse import messages as m
from voicelog.core.errors import VoicelogError
from voicelog.core.threads import in_thread
from voicelog.diary import Diary

if TYPE_CHECKING:
    from voicelog.app.run.batch import Opened
    from voicelog.app.run.listening_thread import Listening
    from voicelog.app.run.reload import Renewal

STANDING_EVERY_S = 60.0
BACKUP_LOOK_S = 3600.0
DIARY_LOOK_S = 10.0
"""Seconds between two looks at whether the diary is in its place, and can take in what waits for it."""

MISTAKE = "There is a mistake in the settings. They stay as they were."
"""What is said of a broken settings file; the problem event has the whole sentence, with its path and line."""

AT_NEXT_START = ("diary.", "model.", "grammar.language")
"""Settings that a run does not change under way."""


@dataclass
class Rounds:
    """What a run that listens for months does besides, every few seconds."""

    run: Opened
    listening: Listening
    watchdog: Watchdog
    source_name: str
    renewal: Renewal
    standing_due: float = 0.0
    backup_due: float = 30.0
    diary_due: float = 10.0
    _since: str = ""
    _shown: tuple[str, str] = ("", "")
    _untidy: str = ""
    _device: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._device = self.run.live.current.audio.input_device

    def __call__(self) -> None:
        """Go round once."""
        moment = self.run.clock.moment()
        self.watchdog.alive()
        self._settings()
        self.renewal.look()
        if moment.t >= self.diary_due:
            self.diary_due = moment.t + DIARY_LOOK_S
            self.run.diary.look_after()
            self.run.loop.tell_news()
        shown = (self.run.emit.state, self.run.emit.problem)
        if moment.t >= self.standing_due or shown != self._shown:
            self.standing_due, self._shown = moment.t + STANDING_EVERY_S, shown
            self._write_standing(moment.wall)
        if moment.t >= self.backup_due:
            self.backup_due = moment.t + BACKUP_LOOK_S
            keep = self.run.live.current.diary.backups
            in_thread(lambda: back_up(self.run.diary, keep, moment.wall), "backup")
            self._tidy(moment.wall)

    def _settings(self) -> None:
        found = self.run.live.refresh()
        if found.problem:
            self.run.loop.handle(m.Problem(found.problem, spoken=MISTAKE))
        if not found.changed:
            return
        if "audio.keep_days" in found.changed:
            self._tidy(self.run.clock.moment().wall)
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
                    round(self.listening.lost_s, 2), self.run.emit.problem,
                ),
            )  # fmt: skip

    def _tidy(self, wall: datetime) -> None:
        for sentence in app.tidied(self.run.sounds, wall):
            if sentence != self._untidy:
                self.run.emit("problem", {"text": sentence})
            self._untidy = sentence


def back_up(diary: Diary, keep: int, wall: datetime) -> None:
    """Make the backup of the day, if it is due; a failure is tried again with the next look."""
    from voicelog.diary.repair.backup import back_up_if_due

    with contextlib.suppress(VoicelogError):  # doctor tells of it
        back_up_if_due(diary.path, diary.key, keep=keep, now=wall)
