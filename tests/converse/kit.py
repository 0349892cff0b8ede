"""A session driven by meanings instead of words, with a diary in memory that answers looks."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from voicelog.converse import messages as m
from voicelog.converse.phrasing.replies import Replies
from voicelog.converse.session import Session
from voicelog.converse.settings import ConverseSettings
from voicelog.core.body import covers
from voicelog.core.entry import Change, Entry
from voicelog.core.meaning import Meaning, When
from voicelog.core.resources import grammars_folder

START = datetime(2026, 3, 14, 15, 10, tzinfo=UTC)


def meaning(intent: str | None, text: str = "", **slots: Any) -> Meaning:
    """A meaning, accepted if it has an intent; ``doubtful``, ``replaces``, ``asides`` … go to its own fields."""
    own = {n: slots.pop(n) for n in ("doubtful", "replaces", "without", "asides", "when") if n in slots}
    if "when" in own and isinstance(own["when"], dict):
        own["when"] = When(**own["when"])
    return Meaning(text or intent or "mumbling", intent, slots, 0.9, intent is not None, **own)


@dataclass
class MemoryDiary:
    """The entries as the changes leave them, and the changes."""

    entries: dict[str, Entry] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def write(self, change: Change) -> None:
        entry_id = change.entry.id
        assert self.entries.get(entry_id) == change.before, "a change must begin from what is in the diary"
        self.changes.append(change)
        if change.after is None:
            del self.entries[entry_id]
        else:
            self.entries[entry_id] = change.after

    def look(self, look: m.Look) -> m.Found:
        """The entries by kind, time, severity, place and name; what no test here needs does not narrow."""
        f = look.filter
        found = [
            e
            for e in self.entries.values()
            if (not f.kinds or e.kind in f.kinds)
            and (f.since is None or e.at >= f.since)
            and (f.until is None or e.at < f.until)
            and (f.severity_min is None or (e.severity is not None and e.severity >= f.severity_min))
            and (f.severity_max is None or (e.severity is not None and e.severity <= f.severity_max))
            and all(any(covers(place, p) for p in e.locations) for place in f.locations)
            and (f.medication is None or e.medication == f.medication)
            and (not f.unsure or e.unsure)
            and (f.text is None or f.text in (e.note or ""))
        ]
        keys = {
            "newest": lambda e: -e.at.timestamp(),
            "oldest": lambda e: e.at.timestamp(),
            "worst": lambda e: -(-1 if e.severity is None else e.severity),
            "longest": lambda e: -(e.duration_s or 0),
        }
        found.sort(key=keys[look.order])
        severities = [e.severity for e in found if e.severity is not None]
        mean = sum(severities) / len(severities) if severities else None
        return m.Found(look, tuple(found[: look.limit]), len(found), mean, len(severities))


class Bench:
    """A session, its diary and its clock."""

    def __init__(
        self, settings: ConverseSettings | None = None, start: datetime = START, recent: Sequence[Change] = ()
    ) -> None:
        ids = itertools.count()
        self.start = start
        self.t = 0.0
        self.diary = MemoryDiary()
        self.failing = False
        self.session = Session(
            settings or ConverseSettings(),
            lambda: f"id{next(ids)}",
            Replies.load(grammars_folder("en"), vary=False),
            recent,
        )
        self.actions: list[m.Action] = []

    @property
    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.t)

    def handle(self, event: m.Event) -> list[m.Action]:
        """Hand over the event, carry out what comes of it; all actions that were carried out."""
        done: list[m.Action] = []
        events = deque([event])
        while events:
            failed = False
            for action in self.session.handle(events.popleft(), m.Moment(self.now, self.t)):
                if failed and not isinstance(action, m.Write):
                    continue
                done.append(action)
                if isinstance(action, m.Write) and self.failing:
                    failed = True
                    events.append(m.WriteFailed(action.change, "The disk is full."))
                elif isinstance(action, m.Write):
                    self.diary.write(action.change)
                elif isinstance(action, m.Look):
                    events.append(self.diary.look(action))
        self.actions = done
        return done

    def wait(self, seconds: float) -> list[m.Action]:
        """Let time pass, with the ticks that fall due."""
        done: list[m.Action] = []
        until = self.t + seconds
        while (due := self.session.deadline) is not None and due <= until:
            self.t = max(self.t, due)
            done += self.handle(m.Tick())
            assert self.session.deadline != due, "what was due has not been done"
        self.t = until
        return done

    def hear(self, intent: str | None, text: str = "", after: float = 1.0, **slots: Any) -> list[m.Action]:
        """Something is said ``after`` seconds."""
        done = self.wait(after)
        return done + self.handle(m.Understood(meaning(intent, text, **slots)))

    @property
    def said(self) -> list[str]:
        """What was said because of the last event."""
        return [action.text for action in self.actions if isinstance(action, m.Say)]

    @property
    def only(self) -> Entry:
        """The one entry of the diary."""
        (entry,) = self.diary.entries.values()
        return entry
