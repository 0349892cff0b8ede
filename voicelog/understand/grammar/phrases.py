"""The phrases that the recogniser's grammar is made of: sampled sentences in words that its dictionary has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from random import Random

from voicelog.core.errors import GrammarError
from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.nodes import BuiltIn, below, vocabulary
from voicelog.understand.grammar.sample import MARK, SENTENCES, sample_sentences
from voicelog.understand.lexicon.forms import SpokenForms
from voicelog.understand.values.builtins import vocabulary_of

FILLED = 0.02
"""The share of the sentences that is said with a filler ("um", "mostly"); without, the recogniser hears a like word."""

LISTED = 5
"""Words named in a message."""


def recogniser_phrases(
    grammar: Grammar,
    knows: Callable[[str], bool],
    forms: SpokenForms,
    expecting: str | None = None,
    count: int = SENTENCES,
    *,
    marked: bool = False,
) -> list[str]:
    """``count`` or fewer phrases for the recogniser's grammar, likely ones repeated.

    ``knows`` tells whether the recogniser's dictionary has a word. Words that it lacks stand in their spoken forms;
    sentences with a word that has none are left out, since the recogniser would silently drop the word. ``marked`` as
    in :func:`~voicelog.understand.grammar.sample.sample_sentences`. Raises :class:`GrammarError` if there are none at
    all: a recogniser can't be made of nothing.
    """
    known: dict[str, bool] = {}

    def usable(word: str) -> bool:
        if word not in known:
            known[word] = word.startswith(MARK) or knows(word)
        return known[word]

    sampled = list(filled(sample_sentences(grammar, count, expecting, marked=marked), hesitations(grammar)))
    spoken = forms.expand_in_turn(sampled) if forms else sampled
    phrases = [phrase for phrase in spoken if all(usable(word) for word in phrase.split())]
    if not any(not word.startswith(MARK) for phrase in phrases for word in phrase.split()):
        raise GrammarError(
            _nothing_can_be_said(grammar, {word for word, known_word in known.items() if not known_word})
        )
    return phrases


def _nothing_can_be_said(grammar: Grammar, lacking: Collection[str]) -> str:
    where = next((f"{template.where}: " for template in grammar.templates if template.where), "")
    words = ", ".join(f"“{word}”" for word in sorted(lacking)[:LISTED])
    why = f"the recogniser has no {words}" if words else "no sentence has a word, or none that its block allows"
    return (
        f"{where}none of the sentences can be said: {why}. Write them otherwise; 'voicelog grammar check' tells more."
    )


def words_asked_for(grammar: Grammar, forms: SpokenForms) -> frozenset[str]:
    """All words that :func:`recogniser_phrases` may ask about whether the recogniser knows them."""
    nodes = [template.node for template in grammar.templates]
    read = (vocabulary_of(node.kind) for node in below(nodes) if isinstance(node, BuiltIn))
    return vocabulary(nodes) | forms.vocabulary | frozenset().union(*read, *grammar.skip_words)


def hesitations(grammar: Grammar) -> list[tuple[str, ...]]:
    """The fillers with a word that no sentence has: what would be heard as a word that it is not."""
    words = set(vocabulary(template.node for template in grammar.templates))
    return [filler for filler in grammar.skip_words if not words.issuperset(filler)]


def filled(sentences: Iterable[str], fillers: Sequence[Sequence[str]], seed: int = 1) -> Iterator[str]:
    """The sentences, :data:`FILLED` of them with a filler somewhere."""
    rng = Random(seed)
    for sentence in sentences:
        if not fillers or rng.random() >= FILLED:
            yield sentence
            continue
        words = sentence.split()
        at = rng.choice([i for i in range(len(words) + 1) if not i or not words[i - 1].startswith(MARK)])
        yield " ".join([*words[:at], *rng.choice(fillers), *words[at:]])


def unknown_words(grammar: Grammar, knows: Callable[[str], bool]) -> list[str]:
    """The grammar's words that the recogniser's dictionary lacks, in order."""
    words = vocabulary(template.node for template in grammar.templates)
    return sorted(word for word in words if word.replace("'", "").isalpha() and not knows(word))
