"""Days and periods as people say them, under their normalised names (``last night``, ``last 3 days``, ``monday``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from voicelog.understand.number_words import NumberWords, vocabulary
from voicelog.understand.numbers import exact
from voicelog.understand.patterns import (
    Chain,
    Either,
    Maybe,
    Pattern,
    Phrases,
    Reading,
    any_of,
    moved,
    only,
    readings,
    run_around,
)


def days_at(tokens: Sequence[str], i: int, words: NumberWords) -> list[Reading[str]]:
    """Every day or period that begins at ``i``, longest first.

    Names: those of the contract (``today`` … ``last month``, ``last N days``), ``last N hours``, ``N days ago``,
    ``this morning|afternoon|evening``, ``yesterday morning|afternoon|evening``, ``this|last weekend``,
    ``this|last year``, ``the night before last``, a weekday alone or with a part of the day (``monday``,
    ``monday night``; "last monday" is ``monday``), and ``since`` before a name or weekday. Weeks are counted as 7
    days, months as 30, years as 365.
    """
    pattern = day(words)
    if not pattern.may_begin(tokens, i):
        return []
    run, at = run_around(tokens, i, vocabulary(words))
    return moved(readings(pattern, run, at), i - at)


@lru_cache(maxsize=8)
def day(tables: NumberWords) -> Pattern[str]:
    """What is said for a day or a period."""
    n, d, few = tables.numbers, tables.days, tables.times.few
    names = Phrases(dict(d.names), lambda name: 3 if len(name.split()) < 3 else 1)
    weekday: Pattern[str] = Phrases({name: name for name in d.weekdays})
    weekdays = Chain(
        lambda _, name, part: f"{name} {part}" if part else name,
        Maybe(any_of(*d.last), 0.2),
        weekday,
        Maybe(Phrases(dict(d.parts)), 0.4),
    )
    count = Either(
        (6, Phrases({word: float(v) for word, v in {**n.units, **n.teens}.items()})),
        (2, only(exact(tables), lambda value: 0 < value < 1000 and value == int(value))),
        (1, Phrases({phrase: float(value) for phrase, value in few.items()})),
    )
    span = Phrases({word: float(v) for word, v in d.spans.items()}, lambda v: 1.5 if v <= 30 else 0.5)
    hours = any_of(*d.hours)
    last = any_of(*d.last, *d.past)
    past = any_of(*d.past)
    counted: Pattern[str] = Either(
        (5, Chain(lambda _, value, size: f"last {int(value * size)} days", last, count, span)),
        (1, Chain(lambda _, size: f"last {int(size)} days" if size > 1 else None, past, span)),
        (1, Chain(lambda _, value, __: f"last {int(value)} hours", last, count, hours)),
        (0.3, Chain(lambda *_: "last 1 hours", last, hours)),
        (1, Chain(lambda value, size, _: f"{int(value * size)} days ago", count, span, any_of(*d.ago))),
        (0.5, Chain(lambda _, size, __: f"{int(size)} days ago", any_of(*n.one), span, any_of(*d.ago))),
    )
    period = Either((8, names), (3, weekdays), (4, counted))
    since = Chain(lambda _, name: f"since {name}", any_of(*d.since), Either((2, names), (2, weekdays)))
    return Either((8, period), (1, since))
