"""Runs a conversation written as plain text through the real understanding, conversation and diary.

A script says first when and where it is, then who says what when, and what is expected::

    Two words at a time.
    It is 2026-03-14 15:10 in Europe/London.

    15:10:00 patient: spasm
             logger: Spasm, saved.
    15:10:10 logger: How bad, nought to ten?
    15:10:14 patient: four
             logger: Four, spasm, saved.
    diary:
      15:10 spasm: severity 4

Times only ever go on: an earlier one is of the next day; ``+90`` is ninety seconds later. Everything that the logger
says must stand there, word for word, and what it does besides: ``(setting voice.volume 0.95)``, ``(now asleep)``.
``(chime saved)`` stands for a sound, ``(kept as unclear)`` for text kept; these are compared only where one is written.
Every entry of the diary must stand in a ``diary:`` list, in the order of their times.

``[unsure of severity]`` after what is said is a value heard with doubt, ``[very unsure of severity]`` with so much that
the whole is not accepted. Further lines: ``(a restart)`` starts the
logger anew on the same diary, ``(speech begins)`` is somebody beginning to speak, ``(diary full)`` and
``(diary mended)`` make every write fail and work again. Before the conversation may stand settings:
``Help is set up.``, ``Help fails once.``, ``No questions.``, ``"I need Anna" calls for help.``
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from voicelog.converse import messages as m
from voicelog.converse.phrasing.replies import Replies
from voicelog.converse.session import Session
from voicelog.converse.settings import ConverseSettings
from voicelog.core.entry import Change, Entry
from voicelog.core.errors import DiaryError
from voicelog.core.resources import grammars_folder
from voicelog.diary import Diary, open_diary
from voicelog.understand import Understanding

_PLACE = re.compile(r"It is (\d{4}-\d\d-\d\d) (\d\d:\d\d(?::\d\d)?) in ([\w/+-]+)\.")
_ENTRY = re.compile(r"  \S")
_LINE = re.compile(r"(?:(\d\d:\d\d(?::\d\d)?|\+\d+)\s+)?(?:([a-z ]+):\s*(.*)|\((.*)\))")
_IF_WRITTEN = ("(chime", "(kept")
_OWN = ("chime", "setting", "now", "learns", "kept", "help command")
_PHRASE = re.compile(r'"(.+)" calls for help\.')


@cache
def understanding() -> Understanding:
    return Understanding.from_folder(grammars_folder("en"))


@dataclass
class FillingDiary:
    """The real diary, on a disk that can be made to be full."""

    diary: Diary
    full: bool = False

    def write(self, change: Change) -> Any:
        if self.full:
            raise DiaryError("The disk is full.")
        return self.diary.write(change)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.diary, name)


@dataclass
class Stage:
    """One run of a script."""

    folder: Path
    start: datetime
    settings: ConverseSettings
    fails: int = 0
    t: float = 0.0
    heard: list[str] = field(default_factory=list)
    expecting: str | None = None
    ids: Iterator[int] = field(default_factory=itertools.count)
    diary: FillingDiary = field(init=False)
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.start.timestamp() + self.t, self.start.tzinfo)

    def restart(self) -> None:
        if hasattr(self, "diary"):
            self.diary.close()
        self.diary = FillingDiary(open_diary(self.folder / "diary.db"))
        self.session = Session(
            self.settings,
            lambda: f"id{next(self.ids)}",
            Replies.load(grammars_folder("en"), vary=False),
            recent=self.diary.recent_changes(500)[::-1],
            running=self.diary.running(),
        )

    def move_to(self, moment: datetime, on_tick: Callable[[], None] = lambda: None) -> None:
        until = moment.timestamp() - self.start.timestamp()
        while (due := self.session.deadline) is not None and due <= until:
            self.t = max(self.t, due)
            self.handle(m.Tick())
            on_tick()
            assert self.session.deadline != due, "what was due has not been done"
        self.t = until

    def said(self, text: str) -> None:
        text, _, doubt = text.rstrip("]").partition(" [")
        degree, _, slots = doubt.partition("unsure of ")
        meaning = understanding().of_text(text, expecting=self.expecting)
        meaning = replace(
            meaning, doubtful=(*meaning.doubtful, *slots.split()), accepted=meaning.accepted and degree != "very "
        )
        self.handle(m.Understood(meaning))

    def handle(self, event: m.Event) -> None:
        events = deque([event])
        while events:
            failed = False
            for action in self.session.handle(events.popleft(), m.Moment(self.now, self.t)):
                if failed and not isinstance(action, m.Write):
                    continue
                answer = self._do(action)
                failed = failed or isinstance(answer, m.WriteFailed)
                if answer is not None:
                    events.append(answer)

    def _do(self, action: m.Action) -> m.Event | None:
        match action:
            case m.Write(change):
                try:
                    self.diary.write(change)
                except DiaryError as error:
                    return m.WriteFailed(change, str(error))
            case m.Look():
                found: m.Found = self.diary.look(action)
                return found
            case m.Say(text):
                self.heard.append(text)
                return m.SayingEnded()
            case m.Chime(name):
                self.heard.append(f"(chime {name})")
            case m.Set(name, value):
                self.heard.append(f"(setting {name} {value})")
            case m.State(name):
                self.heard.append(f"(now {name})")
            case m.TeachWord(kind, word):
                self.heard.append(f"(learns {kind} {word})")
                return m.Taught(word)
            case m.KeepUnclear(text):
                self.heard.append("(kept as unclear)")
            case m.Expect(what):
                self.expecting = what
            case m.CallHelp():
                self.heard.append("(help command runs)")
                self.fails -= 1
                return m.HelpRan(self.fails < 0, "the bell did not answer")
        return None

    def take(self) -> list[str]:
        heard, self.heard = self.heard, []
        return heard

    def entries(self) -> list[str]:
        now = self.now
        found = sorted(self.diary.entries(), key=lambda e: (e.at.timestamp(), e.logged_at.timestamp(), e.id))
        return [written(entry, now) for entry in found]


def written(entry: Entry, now: datetime) -> str:
    """The entry as a line of a script."""
    at = entry.at.astimezone(now.tzinfo)
    when = f"{at:%H:%M}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}"
    name = entry.medication or entry.treatment or entry.symptom or entry.type
    head = f"{when} {entry.kind}" + (f" {name}" if name else "")
    parts = []
    if entry.locations:
        parts.append(", ".join(entry.locations))
    if entry.severity is not None:
        parts.append(f"severity {entry.severity:g}")
    if entry.intensity:
        parts.append(entry.intensity)
    if entry.dose is not None:
        parts.append(f"{entry.dose:g} {entry.unit or ''}".strip())
    if entry.duration_s is not None:
        parts.append(f"{entry.duration_s:g} seconds")
    parts += [", ".join(v) for v in (entry.sensations, entry.triggers, entry.context) if v]
    if entry.note:
        parts.append(f'"{entry.note}"')
    if entry.running:
        parts.append("running")
    if entry.unsure:
        parts.append("unsure of " + ", ".join(entry.unsure))
    return head + (": " + "; ".join(parts) if parts else "")


def settings_and_start(lines: list[str], folder: Path) -> tuple[Stage, list[str]]:
    """The stage as the head of the script describes it, and the lines after the head."""
    settings, fails = ConverseSettings(), 0
    for i, line in enumerate(lines):
        place = _PLACE.fullmatch(line.strip())
        if place is None:
            continue
        start = datetime.fromisoformat(f"{place[1]}T{place[2]}").replace(tzinfo=ZoneInfo(place[3]))
        for j in range(i + 1, len(lines)):
            said = lines[j].strip()
            phrase = _PHRASE.fullmatch(said)
            if said == "Help is set up.":
                settings = replace(settings, help_set_up=True)
            elif said.startswith("Help fails"):
                fails = {"once": 1, "always": 99}[said.removeprefix("Help fails ").rstrip(".")]
            elif said == "No questions.":
                settings = replace(settings, ask_severity=False, ask_unsure=False)
            elif phrase is not None:
                settings = replace(settings, help_phrases=(phrase[1],))
            elif said:
                return Stage(folder, start, settings, fails), lines[j:]
    raise AssertionError("the script does not say when and where it is")


def play(text: str, folder: Path) -> list[str]:
    """Run a script; the script as it went, line by line, to compare with the script as it is written."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    stage, rest = settings_and_start(lines, folder)
    went = lines[: len(lines) - len(rest)]
    now = stage.start
    sounds = False

    def told(stamp: str) -> None:
        for said in stage.take():
            if sounds or not said.startswith(_IF_WRITTEN):
                went.append(f"{stamp:8} {said if said.startswith('(') else 'logger: ' + said}")
                stamp = ""

    for i, line in enumerate(rest):
        if _ENTRY.match(line):
            continue
        if line == "diary:":
            went += [line, *(f"  {entry}" for entry in stage.entries())]
            continue
        match = _LINE.fullmatch(line.strip())
        assert match is not None, f"not understood: {line}"
        stamp, who, said, doing = match.groups()
        own = who == "logger" or (doing or "").startswith(_OWN)
        sounds = any(said.strip().startswith(_IF_WRITTEN) for said in _block(rest[i if own else i + 1 :]))
        if stamp is not None:
            now = _later(now, stamp)
            stage.move_to(now, lambda: told(f"{stage.now:%H:%M:%S}"))
        if own:
            continue
        went.append(line)
        if who is not None:
            stage.said(said)
        else:
            _do(stage, doing)
        told("")
    stage.diary.close()
    return went


def _block(lines: list[str]) -> Iterator[str]:
    """The lines of the logger that answer one line of somebody else."""
    for i, line in enumerate(lines):
        if not ("logger:" in line or line.strip().startswith(tuple(f"({own}" for own in _OWN))) or (
            i > 0 and not line.startswith(" ")
        ):
            return
        yield line


def _do(stage: Stage, doing: str) -> None:
    if doing == "a restart":
        stage.restart()
    elif doing == "speech begins":
        stage.handle(m.SpeechBegan())
    elif doing == "diary full":
        stage.diary.full = True
    elif doing == "diary mended":
        stage.diary.full = False
    else:
        assert doing == "silence", f"not understood: ({doing})"


def _later(now: datetime, stamp: str) -> datetime:
    if stamp.startswith("+"):
        return datetime.fromtimestamp(now.timestamp() + int(stamp), now.tzinfo)
    clock = time.fromisoformat(stamp)
    day = now.date() if clock >= now.time() else now.date() + timedelta(days=1)
    return datetime.combine(day, clock, tzinfo=now.tzinfo)
