"""Which of the understood ways of saying a number or a time people would really say: "an hour", not "a hours"."""

from __future__ import annotations

from typing import TypeVar

from voicelog.understand.values.number_words import NumberWords
from voicelog.understand.values.patterns import Natural, Pattern, Spoken

T = TypeVar("T")


def natural(pattern: Pattern[T], words: NumberWords) -> Pattern[T]:
    """The pattern, sampled only where article, number and noun agree."""
    return Natural(pattern, _Agreement(words).holds)


class _Agreement:
    def __init__(self, words: NumberWords) -> None:
        n, t, d = words.numbers, words.times, words.days
        self._articles = frozenset(n.one)
        self._an = frozenset(n.an)
        self._after_an = frozenset(n.after_an)
        self._singular = frozenset(t.singular)
        self._plural = frozenset(t.plural)
        self._and = frozenset(n.and_)
        self._ones = frozenset(word for word, value in n.units.items() if value == 1)
        self._before_ones = frozenset((*n.tens, *n.and_, *n.point, *n.units, *n.zero, *n.oh))
        self._part_words = frozenset(word for phrase in n.parts for word in phrase.split())
        self._parts = frozenset(phrase.split()[-1] for phrase in (*n.parts, *t.part_of)) - self._articles
        self._periods = frozenset(phrase.split()[-1] for phrase in (*d.last, *d.past))
        few = (phrase.split()[-1] for phrase in (*t.few, *t.or_so))
        self._many = self._parts.union(n.units, n.teens, n.tens, n.hundred, n.thousand, n.zero, n.oh, few)
        self._adjectives = frozenset(phrase.split()[-1] for phrase in t.one)

    def holds(self, said: Spoken) -> bool:
        """Whether every noun and article fits the word before or after it."""
        return all(self._fits(said, i) for i in range(len(said)))

    def _fits(self, said: Spoken, i: int) -> bool:
        word, before = said[i], said[i - 1] if i else ""
        if before in self._articles and (before in self._an) != (word in self._after_an):
            return False
        if word in self._singular:
            return self._one_before(said, i) or self._part_alone(said, i) or before not in self._many
        if word in self._plural:
            if before in self._periods or before in self._articles or before in self._adjectives - self._ones:
                return False
            return not self._one_before(said, i) and not self._part_alone(said, i)
        return True

    def _one_before(self, said: Spoken, i: int) -> bool:
        before = said[i - 1] if i else ""
        if before in self._ones:
            return i < 2 or said[i - 2] not in self._before_ones
        return before in self._adjectives

    def _part_alone(self, said: Spoken, i: int) -> bool:
        """Whether "half" or "a quarter", without "one and" before it, stands before ``i``."""
        if not i or said[i - 1] not in self._parts:
            return False
        start = i - 1
        while start and said[start - 1] in self._part_words:
            start -= 1
        return not start or said[start - 1] not in self._and
