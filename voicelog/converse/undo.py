"""The diary's steps, as far as this conversation knows them: what can be undone and what brought back.

Every step of the user is a :class:`Change`. Taking one back is a change too, whose ``undoes`` names it; bringing it
back is another, whose ``undoes`` names the taking back. So the stack can be told from the changes alone, and outlives
the program. A step is taken back field by field, so that what was changed since is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from voicelog.core.entry import Change, Entry

MOST, KEPT = 1000, 500
"""When there are more steps than so many, all but the last are forgotten, as they are by a new start."""

_FIELDS = tuple(f.name for f in fields(Entry) if f.name != "id")


@dataclass(frozen=True, slots=True)
class Reversal:
    """What taking a change back makes of its entry: ``op`` as in :class:`Change`, ``after`` None if it goes."""

    op: str
    before: Entry | None
    after: Entry | None
    undoes: str


class History:
    """The changes in order, and every entry they concern as it is now."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self._changes: list[Change] = []
        self._seen: dict[str, Entry] = {}
        self._replay(changes)

    def _replay(self, changes: Iterable[Change]) -> None:
        self._changes = []
        self._present: dict[str, Entry | None] = {}
        self._running: dict[str, Entry] = {e.id: e for e in self._seen.values() if e.running}
        self._done: list[Change] = []
        self._taken: list[tuple[Change, Change]] = []
        for change in changes:
            self.add(change)

    def add(self, change: Change) -> None:
        """Take note of a change that was made."""
        if len(self._changes) >= MOST:
            self._forget()
        self._changes.append(change)
        self._present[change.entry.id] = change.after
        self._note_running(change.entry.id, change.after)
        if change.undoes is None:
            self._done.append(change)
            return
        for i in range(len(self._done) - 1, -1, -1):
            if self._done[i].id == change.undoes:
                self._taken.append((self._done.pop(i), change))
                return
        for i in range(len(self._taken) - 1, -1, -1):
            if self._taken[i][1].id == change.undoes:
                self._done.append(self._taken.pop(i)[0])
                return

    def _forget(self) -> None:
        for entry_id, entry in self._present.items():
            if entry is None:
                self._seen.pop(entry_id, None)
            elif entry_id in self._seen or entry.running:
                self._seen[entry_id] = entry
        self._replay(self._changes[-KEPT:])

    def drop(self, change: Change) -> None:
        """Forget a change that could not be kept: all is as before it."""
        if change.before is not None:
            self._seen[change.before.id] = change.before
        self._replay([c for c in self._changes if c.id != change.id])

    def see(self, entry: Entry) -> None:
        """Take note of an entry that the diary has shown."""
        if entry.id not in self._present:
            self._seen[entry.id] = entry
            self._note_running(entry.id, entry)

    def in_force(self, change: Change) -> bool:
        """Whether the change was made, is not taken back, and its entry is still there."""
        return change in self._done and self.entry(change.entry.id) is not None

    def entry(self, entry_id: str) -> Entry | None:
        """The entry as it is now; None where it is gone or unknown."""
        if entry_id in self._present:
            return self._present[entry_id]
        return self._seen.get(entry_id)

    def entries(self) -> list[Entry]:
        """All entries known to this conversation that are still there."""
        present = {entry_id: entry for entry_id, entry in self._seen.items() if entry_id not in self._present}
        return [*present.values(), *(entry for entry in self._present.values() if entry is not None)]

    def newest(self, fits: Callable[[Entry], bool] = lambda _: True) -> Entry | None:
        """The entry last made or changed that is still there, of those that fit."""
        for change in reversed(self._done):
            entry = self.entry(change.entry.id)
            if entry is not None and fits(entry):
                return entry
        return None

    def running(self) -> tuple[Entry, ...]:
        """The spasms that have started and not ended, oldest first."""
        return tuple(sorted(self._running.values(), key=lambda e: (e.at.timestamp(), e.id)))

    def _note_running(self, entry_id: str, entry: Entry | None) -> None:
        if entry is not None and entry.running:
            self._running[entry_id] = entry
        else:
            self._running.pop(entry_id, None)

    def to_undo(self) -> Change | None:
        """The last step that is in force."""
        return self._done[-1] if self._done else None

    def to_restore(self) -> Change | None:
        """The last loss: a step taken back, or an entry removed on purpose; the change to take back."""
        order = {change.id: i for i, change in enumerate(self._changes)}
        losses = [undoing for original, undoing in self._taken if original.op != "remove"]
        losses += [change for change in self._done if change.op == "remove"]
        return max(losses, key=lambda change: order[change.id], default=None)

    def reverse(self, change: Change) -> Reversal:
        """What taking the change back makes of its entry as it is now."""
        present = self.entry(change.entry.id)
        if change.before is None:
            return Reversal("remove", present, None, change.id)
        if change.after is None or present is None:
            return Reversal("restore", None, change.before, change.id)
        changed = {
            name: getattr(change.before, name)
            for name in _FIELDS
            if getattr(change.before, name) != getattr(change.after, name)
        }
        return Reversal("change", present, present.with_fields(**changed), change.id)
