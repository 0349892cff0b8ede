"""What a conversation of months remembers of its steps."""

from __future__ import annotations

from datetime import UTC, datetime

from voicelog.converse.undo import KEPT, MOST, History
from voicelog.core.entry import Change, Entry

AT = datetime(2026, 3, 14, 2, 5, tzinfo=UTC)


def spasm(number: int, **fields: object) -> Entry:
    return Entry(id=f"e{number}", kind="spasm", at=AT, logged_at=AT, text="", confidence=1.0).with_fields(**fields)


def saved(entry: Entry) -> Change:
    return Change(f"save {entry.id}", "save", None, entry, AT)


def test_after_many_steps_the_first_are_forgotten_but_not_what_goes_on() -> None:
    history = History()
    history.see(spasm(-1))
    worse = Change("worse", "change", spasm(-1), spasm(-1, severity=9), AT)
    going_on = saved(spasm(0, running=True))
    for change in (worse, going_on, *(saved(spasm(number)) for number in range(1, 3 * MOST))):
        history.add(change)
    assert history.running() == (spasm(0, running=True),)
    assert history.entry("e-1") == spasm(-1, severity=9)
    assert history.entry("e1") is None
    assert not history.in_force(worse)
    for number in range(3 * MOST - 1, 3 * MOST - KEPT, -1):
        step = history.to_undo()
        assert step is not None
        assert step.entry == spasm(number)
        history.add(Change(f"undo {number}", "remove", step.after, None, AT, undoes=step.id))
