"""A sentence said in pieces: what the first piece led to gives way to what all of it means."""

from __future__ import annotations

from collections.abc import Sequence

from voicelog.converse.handlers.log_entry import KIND_OF, tell
from voicelog.converse.merge import entry_from
from voicelog.converse.state import Talk
from voicelog.core.entry import Change
from voicelog.core.meaning import Meaning, When


def replaced(talk: Talk, meaning: Meaning, earlier: Sequence[Change]) -> bool:
    """Make room for the meaning of a whole sentence, of which ``earlier`` are the changes that a part of it led to.

    An entry of the same kind becomes what the whole says, and nothing is left to do; else the changes are taken back,
    and False tells that the meaning is still to be acted on.
    """
    earlier = [change for change in earlier if talk.history.in_force(change)]
    first = earlier[0] if len(earlier) == 1 else None
    if first is not None and first.op == "save" and first.entry.kind == KIND_OF.get(meaning.intent or ""):
        _become(talk, meaning, first)
        return True
    for change in reversed(earlier):
        talk.reverse(talk.history.reverse(change), meaning.text)
    return False


def _become(talk: Talk, meaning: Meaning, first: Change) -> None:
    entry = talk.history.entry(first.entry.id)
    assert entry is not None
    whole = entry_from(meaning, entry.id, entry.kind, talk.now)
    timed = meaning.when != When() or {"ago_s", "at"} & meaning.slots.keys()
    whole = whole.with_fields(
        at=whole.at if timed else entry.at, logged_at=entry.logged_at, running=meaning.intent == "start_spasm"
    )
    talk.settle()
    talk.write("change", entry, whole, meaning.text)
    talk.open(whole, locations=whole.locations)
    talk.later_ask_severity(whole)
    tell(talk, whole, talk.describe.reply("started" if whole.running else "saved", whole, talk.now))
