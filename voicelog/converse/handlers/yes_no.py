"""Yes and no: to the question that waits, to one that has lapsed, or to what was just said back."""

from __future__ import annotations

from dataclasses import replace

from voicelog.converse.handlers import amend as correcting
from voicelog.converse.handlers.log_entry import tell
from voicelog.converse.merge import merged
from voicelog.converse.messages import KeepUnclear
from voicelog.converse.modes import YES_NO, Ask, Question
from voicelog.converse.review import browse as reading
from voicelog.converse.state import Talk
from voicelog.core.entry import Entry
from voicelog.core.meaning import Meaning

_TOO_LATE_S = 60.0
"""For so long after a question has lapsed a yes is still told that it comes too late."""


def confirm(talk: Talk, meaning: Meaning) -> None:
    """Yes."""
    question = talk.question
    if question is None or question.ask not in YES_NO:
        _late(talk)
        return
    entry = talk.history.entry(question.entry_id)
    talk.settle()
    if entry is None:
        return
    if question.ask is Ask.DOUBT:
        _sure(talk, entry, question, meaning)
    elif question.ask is Ask.DELETE:
        _delete(talk, entry, question, meaning)
    elif question.ask is Ask.LATE and question.meaning is not None:
        correcting.apply(talk, entry, question.meaning)
    else:
        talk.confirm("saved", talk.replies.sentence("kept_both"))


def deny(talk: Talk, meaning: Meaning) -> None:
    """No."""
    question = talk.question
    if question is None:
        _not_so(talk)
        return
    entry = talk.history.entry(question.entry_id)
    talk.settle()
    if entry is None:
        return
    if question.ask is Ask.DOUBT:
        _wrong(talk, entry, question, meaning)
    elif question.ask in (Ask.SAME, Ask.STARTED):
        _one_only(talk, entry, question, meaning)
    elif question.ask is Ask.DELETE:
        talk.answer("not_deleted")
    else:
        keep_unclear(talk, question)
        talk.answer("all_right")


def keep_unclear(talk: Talk, question: Question) -> None:
    """Keep as text what was said for an entry but, for want of a yes, not added to it."""
    if question.ask is Ask.LATE and question.meaning is not None:
        talk.actions.append(KeepUnclear(question.meaning.text))


def _sure(talk: Talk, entry: Entry, question: Question, meaning: Meaning) -> None:
    sure = entry.with_fields(unsure=tuple(name for name in entry.unsure if name != question.slot))
    talk.write("change", entry, sure, meaning.text)
    talk.open(sure)
    said = sure.with_fields(locations=question.values) if question.values else sure
    value = talk.describe.field(said, question.slot or "", talk.now)
    tell(talk, sure, talk.replies.sentence("right", changed=value))


def _wrong(talk: Talk, entry: Entry, question: Question, meaning: Meaning) -> None:
    """The value is known to be wrong: it goes, and is asked for again."""
    slot = question.slot or ""
    left = tuple(name for name in entry.unsure if name != slot)
    if slot == "at":
        changed = entry.with_fields(at=entry.logged_at, unsure=left)
    elif isinstance(getattr(entry, slot), tuple):
        kept = tuple(v for v in getattr(entry, slot) if question.values and v not in question.values)
        changed = entry.with_fields(**{slot: kept}, unsure=left)
    else:
        changed = entry.with_fields(**{slot: None}, unsure=left)
    talk.write("change", entry, changed, meaning.text)
    talk.open(changed)
    if slot == "severity":
        talk.ask_severity(changed)
    else:
        text = talk.replies.sentence("ask_again")
        talk.ask(Question(Ask.CHANGE, entry.id, 0.0, text, slot=slot))


def _one_only(talk: Talk, entry: Entry, question: Question, meaning: Meaning) -> None:
    """What was saved as a second entry was the first: it goes, and the first has what it said."""
    first = talk.history.entry(question.other_id or "")
    if first is None:
        return
    talk.write("remove", entry, None, meaning.text)
    both = merged(first, entry)
    if both != first:
        talk.write("change", first, both, meaning.text)
    talk.open(both)
    talk.confirm("changed", talk.describe.reply("merged", both, talk.now))


def _delete(talk: Talk, entry: Entry, question: Question, meaning: Meaning) -> None:
    """Delete the entry that was asked about, and those that were with it."""
    others = [other for name in question.values if (other := talk.history.entry(name)) is not None]
    for gone in others or [entry]:
        correcting.delete(talk, gone, meaning.text)
    reading.deleted(talk)


def _late(talk: Talk) -> None:
    """A yes that no question waits for."""
    lapsed, talk.lapsed = talk.lapsed, None
    if lapsed is None or lapsed.ask not in YES_NO or talk.t - lapsed.due > _TOO_LATE_S:
        return
    if talk.history.entry(lapsed.entry_id) is None:
        return
    if lapsed.ask in (Ask.SAME, Ask.STARTED):
        return
    text = lapsed.text
    if lapsed.ask is not Ask.DOUBT:
        text = talk.replies.sentence("still_ask", question=text)
    talk.ask(replace(lapsed, text=text, nudged=False))


def _not_so(talk: Talk) -> None:
    """A no to what was just said back: something in it is wrong."""
    opened = [o for o in talk.still_open() if o.logged and talk.t - o.heard <= correcting.SOON_S]
    if not opened:
        return
    talk.ask(Question(Ask.CHANGE, opened[-1].entry_id, 0.0, talk.replies.sentence("ask_change")))
