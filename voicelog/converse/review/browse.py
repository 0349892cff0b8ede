"""Reading a list entry by entry: next, previous, more."""

from __future__ import annotations

from dataclasses import replace

from voicelog.converse.messages import Look
from voicelog.converse.modes import Mode, Step
from voicelog.converse.review.narrow import counted, none
from voicelog.converse.review.scope import Scope
from voicelog.converse.state import Inquiry, Reading, Talk
from voicelog.core.entry import Entry
from voicelog.core.meaning import Meaning

AT_MOST = 500
"""So many entries of a list can be read."""
_ROOM = 16
"""Words for an entry being read; "more" tells the rest."""


def begin(talk: Talk, of: Scope, order: str, text: str | None = None) -> Inquiry:
    """Say how many there are, and read the first."""
    found = yield Look(replace(of.filter, text=text), order, AT_MOST)
    if not found.entries:
        if text:
            talk.answer("none_found", words=text)
        else:
            none(talk, of)
        return
    talk.leave()
    talk.step(Step.READ)
    talk.reading = Reading(of, found.entries, 0, talk.t)
    talk.more = None
    count = counted(talk, of, found.count)
    tell(talk, found.entries[0], "read_first" if found.count > 1 else "read_one", count=count)


def following(talk: Talk, _: Meaning) -> None:
    """The next of the list."""
    _go(talk, 1)


def previous(talk: Talk, _: Meaning) -> None:
    """The one before."""
    _go(talk, -1)


def more(talk: Talk, _: Meaning) -> None:
    """All of the entry being read, or what the last answer left out."""
    if talk.mode is Mode.READING and talk.reading is not None:
        tell_all(talk, talk.reading.entries[max(talk.reading.index, 0)].id)
        talk.reading.heard = talk.t
    elif talk.more is not None:
        follow, talk.more = talk.more, None
        follow()
    else:
        talk.answer("nothing_more")


def deleted(talk: Talk) -> None:
    """The entry being read is gone: "next" reads the one that took its place."""
    reading = talk.reading
    if reading is None:
        return
    gone = reading.index
    reading.entries = reading.entries[:gone] + reading.entries[gone + 1 :]
    reading.index = gone - 1
    reading.heard = talk.t
    if not reading.entries:
        talk.leave()


def tell(talk: Talk, entry: Entry, name: str, count: str = "") -> None:
    """Say one entry with its time."""
    when = talk.describe.clock.when(entry.at, talk.now)
    said = entry.note if entry.kind == "note" else talk.describe.entry(entry, talk.now, _ROOM, leave=("at",))
    text = talk.replies.sentence(name, when=when, entry=said or "", count=count)
    talk.open(entry, logged=False)
    talk.say(_one_stop(text))


def tell_all(talk: Talk, entry_id: str) -> None:
    """Say everything an entry has."""
    entry = talk.history.entry(entry_id)
    if entry is None:
        talk.answer("nothing_more")
        return
    when = talk.describe.clock.when(entry.at, talk.now)
    said = entry.note if entry.kind == "note" else talk.describe.all_of(entry, talk.now)
    talk.say(_one_stop(talk.replies.sentence("details", when=when, entry=said or "")))


def _go(talk: Talk, by: int) -> None:
    reading = talk.reading
    talk.settle()
    if reading is None or talk.mode is not Mode.READING:
        talk.answer("not_reading")
        return
    reading.heard = talk.t
    index = reading.index + by
    if index < 0:
        reading.index = 0
        _tell_at(talk, reading, "read_beginning")
    elif index >= len(reading.entries):
        talk.answer("read_end")
    else:
        reading.index = index
        _tell_at(talk, reading, "read_last" if index == len(reading.entries) - 1 else "read_one")


def _tell_at(talk: Talk, reading: Reading, name: str) -> None:
    known = reading.entries[reading.index]
    tell(talk, talk.history.entry(known.id) or known, name)


def _one_stop(text: str) -> str:
    """Dictated text may end in a stop of its own."""
    return text.replace("..", ".").replace("?.", "?").replace("!.", "!")
