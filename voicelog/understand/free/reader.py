"""The free reading of words: the events in them, and how likely they were meant for the logger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from voicelog.understand.free.corpus import NOT_FOR_US, Span
from voicelog.understand.free.features import WordClasses, sentence_features
from voicelog.understand.free.fitted import Fitted
from voicelog.understand.free.linear import LinearModel
from voicelog.understand.free.reading import EventReading, read_event, with_part_of
from voicelog.understand.free.reference import words_of
from voicelog.understand.free.tagger import Tagger, spans_of
from voicelog.understand.free.values import ValueReader
from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.rank.assemble import corrections_in

LONGEST = 120
"""So many words of an utterance are read at most; more is no sentence said to a logger."""
DENIAL = 0.5
"""How likely a word of denial denies, that was not tagged so."""
SAME = "same"
"""What is said of another spasm like the one before."""
LOGS = ("log_", "start_", "end_", "amend")


@dataclass(frozen=True, slots=True)
class Read:
    """What words would mean: the events in their order, and probabilities from 0 to 1.

    ``intent_likely`` is that of the first event's intent among those meant for the logger, ``addressed`` that of being
    meant for it at all, ``tags_likely`` that of the least sure value, ``tags_mean`` the mean of all.
    """

    tokens: tuple[str, ...]
    events: tuple[EventReading, ...]
    addressed: float
    intent_likely: float
    tags_likely: float
    tags_mean: float
    roles: tuple[tuple[int, int, str, float], ...] = ()
    """Every value found: first token, end, role and probability."""


class FreeReader:
    """Reads words freely."""

    def __init__(
        self, grammar: Grammar, tagger: Tagger, intents: LinearModel, values: ValueReader, known: WordClasses
    ) -> None:
        self._grammar, self._tagger, self._intents, self._values = grammar, tagger, intents, values
        self._known = known
        self._denials = vocabulary(role.node for role in grammar.roles if role.intent == "negation")

    @classmethod
    def of(cls, grammar: Grammar, fitted: Fitted) -> FreeReader:
        """The reader of what was fitted for a grammar."""
        known = WordClasses.of(grammar, fitted.classes)
        tagger = Tagger(fitted.roles, fitted.events, known)
        return cls(grammar, tagger, fitted.intents, ValueReader(grammar, fitted.values, known), known)

    def read(self, tokens: Sequence[str]) -> Read | None:
        """The likeliest reading; None of no words, or of more than make a sentence."""
        words = tuple(tokens)
        if not words or len(words) > LONGEST:
            return None
        tagged = self._tagger.tag(words)
        labels = [tag.label for tag in tagged]
        spans = self._whole(self._with_denials(spans_of(tagged), words), words)
        whole = self._probabilities(words, labels)
        theirs = whole.pop(NOT_FOR_US, 0.0)
        intent = max(whole, key=lambda name: (whole[name], name))
        repeated = words_of("again", words, self._values) if intent == "amend" else None
        if repeated is not None and repeated.of.asides["again"] == SAME:
            intent = "log_spasm"  # "the same again but a six" is another
            whole[intent] = whole.get(intent, 0.0) + whole.pop("amend")
        starts = self._tagger.events(words, labels) if intent.startswith(LOGS) else [0]
        if intent == "log_medication":
            further = self._further_medications(words, [span for span, _ in spans])
            starts = _with_values(sorted({*starts, *further}), [span.start for span, _ in spans], len(words))
        ends = [*starts[1:], len(words)]
        events: list[EventReading] = []
        for start, end in zip(starts, ends, strict=True):
            own = self._own_intent(words[start:end], labels[start:end], intent) if len(starts) > 1 else intent
            within = [(span, likely) for span, likely in spans if start <= span.start < end]
            event = read_event(words, within, own, self._values, self._grammar)
            events.append(with_part_of(event, events[-1]) if events else event)
        marginals = [likely for span, likely in spans if span.role != "negation"] or [1.0]
        return Read(
            words,
            tuple(events),
            1.0 - theirs,
            whole[intent] / max(1e-9, 1.0 - theirs),
            min(marginals),
            sum(marginals) / len(marginals),
            tuple((span.start, span.end, span.role, likely) for span, likely in spans),
        )

    def _further_medications(self, words: Sequence[str], spans: Sequence[Span]) -> list[int]:
        """Where each further medication begins, with its dose: two in one breath are never one.

        One that takes back the one before is none: "tizanidine, not baclofen", "baclofen, no, tizanidine".
        """
        named = [i for i, span in enumerate(spans) if span.role == "medication"]
        if len(named) < 2:
            return []
        dose_first = any(span.role == "dose" for span in spans[: named[0]])
        found = []
        for before, i in pairwise(named):
            between = spans[before + 1 : i]
            taken_back = any(span.role == "negation" for span in between)
            taken_back |= bool(corrections_in(words[spans[before].end : spans[i].start], self._grammar.corrections))
            same = words[spans[before].start : spans[before].end] == words[spans[i].start : spans[i].end]
            if taken_back or same:
                continue
            own = [span for span in between if span.role == "dose"] if dose_first else []
            found.append(own[-1].start if own else spans[i].start)
        return found

    def _with_denials(self, spans: list[tuple[Span, float]], words: Sequence[str]) -> list[tuple[Span, float]]:
        """The values, and the words of denial among those that have no role: none is ever left out."""
        sighed = self._fillers(words)
        spans = [item for item in spans if item[0].role != "negation" or item[0].start not in sighed]
        taken = {i for span, _ in spans for i in range(span.start, span.end)} | sighed
        denials = [
            (Span(i, i + 1, "negation"), DENIAL)
            for i, word in enumerate(words)
            if word in self._denials and i not in taken
        ]
        return sorted((*spans, *denials), key=lambda item: item[0].start)

    def _fillers(self, words: Sequence[str]) -> set[int]:
        """Where the words of longer fillers stand: the "no" of "oh no" denies nothing."""
        found: set[int] = set()
        for phrase in self._grammar.skip_words:
            size = len(phrase)
            for i in range(len(words) - size + 1) if size > 1 else ():
                if tuple(words[i : i + size]) == phrase:
                    found.update(range(i, i + size))
        return found

    def _whole(self, spans: list[tuple[Span, float]], words: Sequence[str]) -> list[tuple[Span, float]]:
        """The values with the words beside them that are part of them, those that are one value made one."""
        role = [""] * len(words)
        for span, _ in spans:
            role[span.start : span.end] = [span.role] * (span.end - span.start)
        found: list[tuple[Span, float]] = []
        for span, likely in spans:
            if found and span.start < found[-1][0].end:
                continue
            since = found[-1][0].end if found else 0
            free = [i >= since and (not name or name == span.role) for i, name in enumerate(role)]
            found.append((self._values.settled(span, words, free), likely))
        return found

    def _probabilities(self, words: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
        return self._intents.probabilities(sentence_features(words, labels, self._known))

    def _own_intent(self, words: Sequence[str], labels: Sequence[str], whole: str) -> str:
        """The intent of one of several events; never one that logs nothing."""
        found = self._probabilities(words, labels)
        logs = {name: p for name, p in found.items() if name.startswith(LOGS)}
        return max(logs, key=lambda name: (logs[name], name)) if logs else whole


def _with_values(starts: Sequence[int], values: Sequence[int], end: int) -> list[int]:
    """The starts of pieces, those without a value of their own made one with the next."""
    kept = [starts[0]]
    for start in starts[1:]:
        if any(kept[-1] <= value < start for value in values):
            kept.append(start)
    return [start for start in kept if start < end]
