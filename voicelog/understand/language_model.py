"""A language model of sampled sentences: an n-gram acceptor with backing off.

Vosk's own grammars are bigrams, which know nothing of what was said two words ago: "or of ten" is as good to them as
"out of ten". Four words of context make what no sentence holds unlikely, without forbidding it.
Witten-Bell smoothing (Witten & Bell, 1991; the form with backing off of Chen & Goodman, 1998).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from voicelog.acceptor import Acceptor, Arc

ORDER = 4
"""Words of an n-gram."""

Context = tuple[str, ...]
_START = "<s>"
_END = "</s>"


def language_model(sentences: Iterable[Sequence[str]], order: int = ORDER) -> Acceptor:
    """The n-gram model of sentences given as words; an empty one accepts nothing."""
    counts: list[dict[Context, dict[str, int]]] = [defaultdict(dict) for _ in range(order)]
    for words in sentences:
        padded = (_START, *words, _END)
        for at in range(1, len(padded)):
            for length in range(min(order - 1, at) + 1):
                following = counts[length][padded[at - length : at]]
                following[padded[at]] = following.get(padded[at], 0) + 1
    return _acceptor([dict(level) for level in counts])


def _acceptor(counts: Sequence[dict[Context, dict[str, int]]]) -> Acceptor:
    known = {context for level in counts for context in level}
    states = {context: number for number, context in enumerate(sorted(known, key=lambda c: c != (_START,)))}
    final: list[float] = [math.inf] * len(states)
    arcs: list[tuple[Arc, ...]] = [()] * len(states)
    longest = len(counts) - 1
    chances: dict[Context, dict[str, float]] = {}
    for level in counts:
        for context, following in level.items():
            state = states[context]
            total = sum(following.values())
            kept = total + (len(following) if context else 0)
            seen = {word: count / kept for word, count in following.items()}
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
