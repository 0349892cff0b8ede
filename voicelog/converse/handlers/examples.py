""" "What can I say": three examples for this moment, then more."""

from __future__ import annotations

from collections.abc import Sequence

from voicelog.converse.modes import Ask, Mode
from voicelog.converse.state import Talk
from voicelog.core.meaning import Meaning

AT_ONCE = 3


def examples(talk: Talk, _: Meaning) -> None:
    """Give three examples; "more" gives the next."""
    _give(talk, _of_this_moment(talk), 0)


def _of_this_moment(talk: Talk) -> tuple[str, ...]:
    table = talk.replies.table["examples"]
    if talk.mode is Mode.READING:
        first = "reading"
    elif talk.question is not None:
        first = "severity" if talk.question.ask is Ask.SEVERITY else "asking"
    elif talk.history.running():
        first = "running"
    elif talk.still_open():
        first = "logged"
    else:
        return tuple(table["listening"])
    return tuple(dict.fromkeys((*table[first], *table["listening"])))


def _give(talk: Talk, of: Sequence[str], start: int) -> None:
    these = of[start : start + AT_ONCE]
    if len(these) < AT_ONCE:
        talk.more = None
        talk.answer("nothing_more")
        return
    one, two, three = these
    talk.answer("examples", one=one, two=two, three=three)
    talk.more = lambda: _give(talk, of, start + AT_ONCE)
