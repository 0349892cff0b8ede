"""Which words are which value, and where a further event begins: conditional random fields (Lafferty et al., 2001).

Labels are ``B-role`` for the first token of a value, ``I-role`` for the rest of it and ``O`` for everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pycrfsuite

from voicelog.understand.free.corpus import Span
from voicelog.understand.free.features import WordClasses, token_features

BEGINS, GOES_ON = "E", "-"
"""The labels of a token with which a further event begins, and of any other."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A token's label with its probability, 0 to 1."""

    label: str
    likely: float


class Tagger:
    """Tags tokens with roles, and tells where a further event begins."""

    def __init__(self, roles: bytes, events: bytes, known: WordClasses) -> None:
        self._kept = roles, events  # the taggers read these bytes where they lie
        self._roles, self._events = pycrfsuite.Tagger(), pycrfsuite.Tagger()
        self._roles.open_inmemory(roles)
        self._events.open_inmemory(events)
        self._known = known

    def tag(self, tokens: Sequence[str]) -> list[Tagged]:
        """The likeliest labels of the tokens, all together."""
        if not tokens:
            return []
        labels = self._roles.tag(token_features(tokens, self._known))
        return [Tagged(label, self._roles.marginal(label, i)) for i, label in enumerate(labels)]

    def events(self, tokens: Sequence[str], tags: Sequence[str]) -> list[int]:
        """The first token of each event; the first of all is 0."""
        if not tokens:
            return [0]
        labels = self._events.tag(event_features(tokens, tags, self._known))
        return [0, *(i for i, label in enumerate(labels) if label == BEGINS and i)]


def event_features(tokens: Sequence[str], tags: Sequence[str], known: WordClasses) -> list[list[str]]:
    """The features of tokens for where an event begins: the words around, and the values that came and are to come."""
    roles = [tag[2:] if tag.startswith("B-") else "" for tag in tags]
    features = []
    for i, here in enumerate(token_features(tokens, known)):
        before = {role for role in roles[:i] if role}
        after = [role for role in roles[i:] if role]
        again = [role for role in after if role in before]
        here = [f for f in here if f[:2] != "c=" or tags[i] == "O"]
        here += [f"before={role}" for role in sorted(before)]
        here += [f"after={role}" for role in dict.fromkeys(after)]
        here += [f"again={role}" for role in dict.fromkeys(again)]
        here.append(f"t={tags[i]}")
        here.append(f"next={after[0] if after else ''}")
        here.append(f"last={next((role for role in reversed(roles[:i]) if role), '')}")
        features.append(here)
    return features


def labels_of(length: int, spans: Sequence[Span]) -> list[str]:
    """The labels of so many tokens with these values."""
    labels = ["O"] * length
    for span in spans:
        labels[span.start : span.end] = [f"B-{span.role}", *[f"I-{span.role}"] * (span.end - span.start - 1)]
    return labels


def spans_of(tags: Sequence[Tagged]) -> list[tuple[Span, float]]:
    """The values that labels tell of, each with the least probability of its labels."""
    found: list[tuple[Span, float]] = []
    start = 0
    while start < len(tags):
        label = tags[start].label
        end = start + 1
        if label != "O":
            role = label[2:]
            while end < len(tags) and tags[end].label == f"I-{role}":
                end += 1
            found.append((Span(start, end, role), min(tag.likely for tag in tags[start:end])))
        start = end
    return found
