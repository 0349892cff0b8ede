"""A language model of sampled sentences: an n-gram acceptor with backing off.

Vosk's own grammars are bigrams, which know nothing of what was said two words ago: "or of ten" is as good to them as
"out of ten". Four words of context make what no sentence holds unlikely, without forbidding it.
What is sampled is never all: where one value of a list stood, the others are made as likely as they are anywhere, as
in a model of classes of words (Brown et al., 1992).
Witten-Bell smoothing (Witten & Bell, 1991; the form with backing off of Chen & Goodman, 1998).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from voicelog.recognise.acceptor import Acceptor, Arc
from voicelog.understand.grammar.sample import MARK

ORDER = 4
"""Words of an n-gram."""
SEEN = 2
"""How often the longest n-grams must have been sampled to count."""
SPREAD = 2
"""Words of context after which all values of a list are told from each other; longer ones leave it to these."""

Context = tuple[str, ...]
_START = "<s>"
_END = "</s>"


@dataclass(slots=True)
class _Following:
    """What was sampled after a context: words, and values of lists by the lists' marks."""

    words: dict[str, float] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    """Different words that were sampled."""
    left: float = 0.0
    """How often it was what a shorter context tells as well."""


Counts = list[dict[Context, _Following]]


def language_model(sentences: Iterable[Sequence[str]], order: int = ORDER) -> Acceptor:
    """The n-gram model of sentences given as words; an empty one accepts nothing.

    A word that begins with :data:`~voicelog.understand.grammar.sample.MARK` is not said: it tells of which list the
    next is.
    After "set off by" each cause is as likely as it is among the causes of all the sentences, and not only those that
    happened to be drawn there.
    """
    counts: Counts = [defaultdict(_Following) for _ in range(order)]
    values: dict[str, dict[str, float]] = defaultdict(dict)
    for marked in sentences:
        words, lists = [_START], [""]
        for word in (*marked, _END):
            if word.startswith(MARK):
                lists[-1] = word
            else:
                words.append(word)
                lists.append("")
        _count(counts, tuple(words), lists)
        for value_of, word in zip(lists, words[1:], strict=False):
            if value_of:
                values[value_of][word] = values[value_of].get(word, 0.0) + 1.0
    for level in counts:
        for following in level.values():
            for value_of, times in following.lists.items():
                every = values[value_of]
                each = times / sum(every.values())
                for word, count in every.items():
                    following.words[word] = following.words.get(word, 0.0) + each * count
    _forget_chance(counts[-1])
    return _acceptor(counts)


def _forget_chance(longest: dict[Context, _Following]) -> None:
    """Leave to shorter contexts what came only once after the longest: by chance, and it is most of a model's size."""
    for context, following in list(longest.items()):
        for word in [word for word, times in following.words.items() if times < SEEN]:
            following.left += following.words.pop(word)
        if not following.words:
            del longest[context]


def _count(counts: Counts, words: Context, lists: Sequence[str]) -> None:
    """Count one sentence's n-grams; ``lists`` hold for each word of which list the next one is, or nothing."""
    for at in range(1, len(words)):
        for length in range(min(len(counts) - 1, at) + 1):
            following = counts[length][words[at - length : at]]
            following.kinds.add(words[at])
            if not lists[at - 1]:
                following.words[words[at]] = following.words.get(words[at], 0.0) + 1.0
            elif length <= SPREAD:
                following.lists[lists[at - 1]] = following.lists.get(lists[at - 1], 0) + 1
            else:
                following.left += 1.0


def _acceptor(counts: Counts) -> Acceptor:
    known = {context for level in counts for context in level}
    states = {context: number for number, context in enumerate(sorted(known, key=lambda c: c != (_START,)))}
    final: list[float] = [math.inf] * len(states)
    arcs: list[tuple[Arc, ...]] = [()] * len(states)
    longest = len(counts) - 1
    chances: dict[Context, dict[str, float]] = {}
    for level in counts:
        for context, following in level.items():
            state = states[context]
            total = sum(following.words.values()) + following.left
            kept = total + (len(following.kinds) if context else 0)
            seen = {word: count / kept for word, count in following.words.items()}
            chances[context] = seen
            leaving = [
                Arc(word, -math.log(chance), states[_reached((*context, word), states, longest)])
                for word, chance in seen.items()
                if word != _END
            ]
            if _END in seen:
                final[state] = -math.log(seen[_END])
            if context:
                shorter = chances[context[1:]]
                left = 1.0 - sum(shorter.get(word, 0.0) for word in seen)
                if left > 1e-6:
                    cost = -math.log((1.0 - sum(seen.values())) / left)
                    leaving.append(Arc(None, cost, states[context[1:]]))
            arcs[state] = tuple(leaving)
    return Acceptor(tuple(final), tuple(arcs))


def _reached(context: Context, states: dict[Context, int], longest: int) -> Context:
    """The longest end of the context that is one of the states."""
    context = context[len(context) - longest :] if len(context) > longest else context
    while context not in states:
        context = context[1:]
    return context
