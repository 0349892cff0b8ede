"""Forgetting what was deleted for good by another program, in a conversation that goes on."""

from __future__ import annotations

from collections.abc import Sequence

from voicelog.converse.modes import Mode
from voicelog.converse.session import Session
from voicelog.converse.undo import History
from voicelog.core.entry import Change, Entry


def begin_anew(session: Session, recent: Sequence[Change], running: Sequence[Entry]) -> None:
    """Forget every entry but these, and whatever waits because of others; a call for help goes on."""
    talk = session._talk
    if talk.mode is not Mode.ASLEEP:
        talk.leave()
    talk.inquiry = talk.more = talk.lapsed = talk.ask_severity_of = talk.last_said = None
    talk.opened.clear()
    talk.missed.clear()
    talk.history = History(recent)
    for entry in running:
        talk.history.see(entry)
    session._led_to = []
