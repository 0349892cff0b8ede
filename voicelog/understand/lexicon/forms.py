"""Spoken forms: words of the recogniser's dictionary that stand for a word that it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Final

from voicelog.understand.lexicon.likeness import most_alike

_MOST_COMBINATIONS: Final = 64
_MIXTURE_LIKENESS: Final = 0.68
_MIXTURE_LEAD: Final = 0.04
_RIVAL_LETTERS: Final = 6
_MOST_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class SpokenForm:
    """A sequence of dictionary words that the recogniser returns for a word.

    ``weight`` is the share of the word's recordings, 0 to 1, in which this form was the best of the word's forms; the
    weights of one word's forms add up to at most 1.
    """

    words: tuple[str, ...]
    weight: float

    @property
    def text(self) -> str:
        """The words with one space between them."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A word that the recogniser lacks (or hears badly): its forms, the best first.

    ``heard`` are what the open vocabulary made of the word where it was spoken alone: too loose to stand for it, but
    good enough to bear out what the recogniser with the grammar says. ``recognised`` is the share of the recordings,
    0 to 1, in which one of the forms won against everything else that can be said.
    """

    word: str
    forms: tuple[SpokenForm, ...]
    heard: tuple[str, ...] = ()
    recognised: float = 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """Words ``start`` to ``end`` (exclusive) of a hypothesis that are a spoken form of ``word``."""

    start: int
    end: int
    word: str


@dataclass(frozen=True)
class SpokenForms:
    """The spoken forms of all words that need them.

    ``own`` are the words that the grammar itself uses. With them, mixtures of forms' pieces are recognised too: see
    :meth:`spans`.
    """

    lexemes: Mapping[str, Lexeme] = field(default_factory=dict)
    own: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    _by_first: dict[str, list[tuple[tuple[str, ...], str]]] = field(init=False, repr=False, compare=False)
    _nearest: dict[str, str | None] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        by_first: dict[str, list[tuple[float, tuple[str, ...], str]]] = {}
        for word, lexeme in self.lexemes.items():
            for form in lexeme.forms:
                by_first.setdefault(form.words[0], []).append((form.weight, form.words, word))
        # The longest first; of two words with the same form, the one it is likelier to stand for.
        ordered = {
            first: [(words, word) for _, words, word in sorted(entries, key=lambda e: (-len(e[1]), -e[0], e[2]))]
            for first, entries in by_first.items()
        }
        object.__setattr__(self, "_by_first", ordered)

    def __contains__(self, word: object) -> bool:
        return word in self.lexemes

    def __bool__(self) -> bool:
        return bool(self.lexemes)

    def of(self, word: str) -> tuple[SpokenForm, ...]:
        """The forms of ``word``, the best first; empty where it needs none."""
        lexeme = self.lexemes.get(word)
        return lexeme.forms if lexeme else ()

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All dictionary words that occur in a form."""
        return frozenset(w for lexeme in self.lexemes.values() for form in lexeme.forms for w in form.words)

    def expand(self, phrases: Iterable[str]) -> list[str]:
        """Each phrase with every combination of its words' forms, at most 64 for each phrase; for few phrases."""
        expanded: list[str] = []
        for phrase in phrases:
            choices = [[form.text for form in self.of(word)] or [word] for word in phrase.split()]
            for i, combination in enumerate(product(*choices)):
                if i == _MOST_COMBINATIONS:
                    break
                expanded.append(" ".join(combination))
        return expanded

    def expand_in_turn(self, phrases: Iterable[str]) -> list[str]:
        """Each phrase once, with one form for each word that has some, so that over many phrases each form is as
        frequent as its weight says; for thousands of sampled phrases, whose number then stays the same.
        """
        used: dict[str, list[float]] = {}
        expanded: list[str] = []
        for phrase in phrases:
            words = phrase.split()
            for i, word in enumerate(words):
                forms = self.of(word)
                if forms:
                    counts = used.setdefault(word, [0.0] * len(forms))
                    turn = min(range(len(forms)), key=lambda k: (counts[k] + 1) / max(forms[k].weight, 0.02))
                    counts[turn] += 1
                    words[i] = forms[turn].text
            expanded.append(" ".join(words))
        return expanded

    def spans(self, tokens: Sequence[str]) -> list[Span]:
        """Where forms occur among ``tokens``, from left to right, the longest first, not overlapping.

        A recogniser with a bigram grammar also mixes the forms' pieces ("satay vex" from "satay mex" and "sacha vex").
        A run of words that occur in forms but not in the grammar itself is therefore taken for the word that sounds
        nearest to it, if one clearly does; that may be a word without forms.
        """
        found: list[Span] = []
        at = 0
        while at < len(tokens):
            span = self._exact(tokens, at) or (self._mixed(tokens, at) if self.own else None)
            if span is not None:
                found.append(span)
            at = span.end if span is not None else at + 1
        return found

    def _exact(self, tokens: Sequence[str], at: int) -> Span | None:
        for words, word in self._by_first.get(tokens[at], ()):
            if tuple(tokens[at : at + len(words)]) == words:
                return Span(at, at + len(words), word)
        return None

    def _mixed(self, tokens: Sequence[str], at: int) -> Span | None:
        if not self._foreign(tokens[at]):
            return None
        last = at
        for i in range(at + 1, len(tokens)):
            if self._foreign(tokens[i]):
                last = i
            elif i > last + 1:  # one small word of the grammar's own may have got into the mixture ("satay of vex")
                break
        for stop in range(last + 1, at, -1):
            if self._foreign(tokens[stop - 1]) and (word := self.nearest(" ".join(tokens[at:stop]))):
                return Span(at, stop, word)
        return None

    def _foreign(self, token: str) -> bool:
        return token in self.vocabulary and token not in self.own

    def nearest(self, text: str) -> str | None:
        """The word that ``text`` sounds like, by its pronunciation or one of its forms; None if none clearly is.

        It may be a word with forms or a longer one of ``own``.
        """
        if text not in self._nearest:
            if len(self._nearest) > _MOST_REMEMBERED:
                self._nearest.clear()
            self._nearest[text] = self._find_nearest(text)
        return self._nearest[text]

    def _find_nearest(self, text: str) -> str | None:
        likeness: dict[str, float] = {}
        words, spoken = self._spoken
        for word, score in zip(words, most_alike(text, spoken), strict=True):
            likeness[word] = max(score, likeness.get(word, 0.0))
        ranked = sorted(likeness.items(), key=lambda item: (-item[1], item[0]))[:2]
        if not ranked or ranked[0][1] < _MIXTURE_LIKENESS:
            return None
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _MIXTURE_LEAD:
            return None
        return ranked[0][0]

    @cached_property
    def _spoken(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        pairs = [(word, word) for word in self.lexemes]
        pairs += [(word, form.text) for word, lexeme in self.lexemes.items() for form in lexeme.forms]
        pairs += [(word, word) for word in sorted(self.own - self.lexemes.keys()) if len(word) >= _RIVAL_LETTERS]
        return tuple(word for word, _ in pairs), tuple(text for _, text in pairs)

    def collapse(self, tokens: Sequence[str]) -> list[str]:
        """The tokens with each form replaced by the word that it stands for."""
        collapsed: list[str] = []
        at = 0
        for span in self.spans(tokens):
            collapsed.extend(tokens[at : span.start])
            collapsed.append(span.word)
            at = span.end
        collapsed.extend(tokens[at:])
        return collapsed

    def heard_as(self, text: str) -> tuple[str, ...]:
        """The words for which the open vocabulary has been heard to say ``text``."""
        return tuple(word for word, lexeme in self.lexemes.items() if text in lexeme.heard)

    def merged(self, other: SpokenForms) -> SpokenForms:
        """Both together; where both have a word, ``other`` counts."""
        return SpokenForms({**self.lexemes, **other.lexemes}, self.own | other.own)
