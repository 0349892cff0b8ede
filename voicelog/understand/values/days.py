"""Days and periods as people say them, under their normalised names (``last night``, ``last 3 days``, ``monday``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from voicelog.understand.values.agreement import natural
from voicelog.understand.values.number_patterns import usual
from voicelog.understand.values.number_words import NumberWords, vocabulary
from voicelog.understand.values.numbers import exact
from voicelog.understand.values.patterns import (
    Chain,
    Either,
    Maybe,
    Pattern,
    Reading,
    moved,
    only,
    readings,
    run_around,
)


def days_at(tokens: Sequence[str], i: int, words: NumberWords) -> list[Reading[str]]:
    """Every day or period that begins at ``i``, longest first.

    Names: those of the contract (``today`` … ``last month``, ``last N days``), ``last N hours``, ``N days ago``,
    ``day before yesterday``, ``this morning|afternoon|evening``, ``yesterday morning|afternoon|evening``,
    ``this|last weekend``, ``this|last year``, ``the night before last``, a weekday alone or with a part of the day
    (``monday``, ``monday night``; "last monday" is ``monday``), and ``since`` before a name or weekday. Weeks are
    counted as 7 days, months as 30, years as 365.
    """
    pattern = day(words)
    if not pattern.may_begin(tokens, i):
        return []
    run, at = run_around(tokens, i, vocabulary(words))
    return moved(readings(pattern, run, at), i - at)


@lru_cache(maxsize=8)
def day(words: NumberWords) -> Pattern[str]:
    """What is said for a day or a period."""
    n, d, few = words.numbers, words.days, words.times.few
    names = words.phrases(dict(d.names), lambda name: 3 if len(name.split()) < 3 else 1)
    weekday = Chain(
        lambda _, name, part: f"{name} {part}" if part else name,
        Maybe(words.any_of(d.last), 0.2),
        words.phrases({name: name for name in d.weekdays}),
        Maybe(words.phrases(dict(d.parts)), 0.4),
    )
    count = Either(
        (6, words.figures(n.units, weigh=lambda value: 3 if value < 4 else 1)),
        (1, words.figures(n.teens, weigh=usual)),
        (1, only(exact(words), lambda value: 0 < value < 1000 and value == int(value))),
        (1, words.ranked(few, lambda _: 1.0)),
    )
    span = words.figures(d.spans, weigh=lambda value: 6 if value < 30 else 2 if value < 300 else 0.3)
    hours, ago = words.any_of(d.hours), words.any_of(d.ago)
    past = words.any_of(d.past)
    last = Either((1, words.any_of(d.last)), (1, past))
    counted: Pattern[str] = Either(
        (5, Chain(lambda _, value, size: f"last {int(value * size)} days", last, count, span)),
        (1, Chain(lambda _, size: f"last {int(size)} days" if size > 1 else None, past, span)),
        (1, Chain(lambda _, value, __: f"last {int(value)} hours", last, count, hours)),
        (0.3, Chain(lambda *_: "last 1 hours", last, hours)),
        (1, Chain(lambda value, size, _: f"{int(value * size)} days ago", count, span, ago)),
        (0.5, Chain(lambda _, size, __: f"{int(size)} days ago", words.any_of(n.one), span, ago)),
    )
    period = Either((8, names), (3, weekday), (4, counted))
    since = Chain(lambda _, name: f"since {name}", words.any_of(d.since), Either((2, names), (2, weekday)))
    return natural(Either((8, period), (1, since)), words)
