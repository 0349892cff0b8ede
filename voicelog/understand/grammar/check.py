"""What is wrong, or may go wrong, with a folder of sentence files; and what can be said with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from voicelog.understand.grammar.grammar import Grammar, Template
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.grammar.phrases import unknown_words
from voicelog.understand.grammar.sample import Sampler
from voicelog.understand.lexicon.forms import SpokenForms
from voicelog.understand.lexicon.likeness import alike_pairs
from voicelog.understand.rank.readings import Reader, is_decoy

SAMPLES = 12
"""Sentences tried of each template."""
COMPARED = 30
"""Spaces in a sentence from which on it is not asked what else it may be: nobody says it in one breath."""
SHORT = 3
"""Sentences of at most this many words are compared by sound."""
TOO_ALIKE = 0.9
"""Likeness of sound, 0 to 1, from which two sentences may be taken for each other."""
SAME_COST = 0.05


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know of a grammar; ``where`` is the file and line; ``serious`` if it cannot work as it is."""

    where: str
    text: str
    serious: bool = False


def findings(grammar: Grammar, forms: SpokenForms, knows: Callable[[str], bool]) -> Iterator[Finding]:
    """All that is to be said of a grammar that could be loaded, the serious first."""
    yield from _words(grammar, forms, knows)
    said = {template: _sampled(template) for template in grammar.templates}
    yield from _never_said(said, grammar)
    yield from _taken_otherwise(said, Reader(grammar))
    yield from _sound_alike(said)


def sayable(grammar: Grammar, examples: int) -> Iterator[tuple[str, list[str]]]:
    """Each intent with sentences as examples, then each list with what can be said for its values."""
    rng = Random(1)
    sampler = Sampler(rng)
    for intent in dict.fromkeys(template.intent for template in grammar.templates):
        ours = [template for template in grammar.templates if template.intent == intent]
        drawn = (" ".join(sampler.sample(rng.choice(ours).node)) for _ in range(10 * examples))
        yield intent, list(dict.fromkeys(text for text in drawn if text))[:examples]
    for name, values in grammar.lists.items():
        yield f"{{{name}}}", [f"{' '.join(sampler.sample(value.node))} → {value.out}" for value in values]


def _words(grammar: Grammar, forms: SpokenForms, knows: Callable[[str], bool]) -> Iterator[Finding]:
    lacking = unknown_words(grammar, knows)
    first: dict[str, str] = {}
    for template in grammar.templates if lacking else ():
        for word in vocabulary([template.node]):
            first.setdefault(word, template.where)
    for word in lacking:
        where, heard = first.get(word, ""), forms.of(word)
        if heard:
            listed = ", ".join(f"“{form.text}”" for form in heard)
            yield Finding(where, f"The recogniser has no “{word}”; it will be heard as {listed}.")
        elif word not in forms:
            yield Finding(where, f"The recogniser has no “{word}”; what it hears for it is learned on first listening.")
        else:
            remedy = "Write it otherwise, or teach it with 'voicelog teach'."
            yield Finding(where, f"The recogniser has no “{word}” and will never hear it. {remedy}", True)


def _sampled(template: Template) -> tuple[str, ...]:
    sampler = Sampler(Random(template.text))
    return tuple(dict.fromkeys(text for _ in range(SAMPLES) if (text := " ".join(sampler.sample(template.node)))))


def _never_said(said: dict[Template, tuple[str, ...]], grammar: Grammar) -> Iterator[Finding]:
    for where, text in grammar.unsayable:
        yield Finding(where, f"“{text}” has no word that can be said. Write it as people say it.", True)
    for template, sentences in said.items():
        if not sentences:
            yield Finding(template.where, f"Nothing can be said by “{template.text}”.", True)


def _taken_otherwise(said: dict[Template, tuple[str, ...]], reader: Reader) -> Iterator[Finding]:
    """Sentences that another intent matches just as well."""
    told: set[tuple[str, str]] = set()
    for template, sentences in said.items():
        for sentence in sentences:
            if sentence.count(" ") > COMPARED:
                continue
            readings = reader.read(sentence.split())
            if not readings:
                continue
            best = readings[0]
            for reading in readings:
                other = reading.match.template
                pair = (template.intent, other.intent)
                if other.intent == template.intent or reading.cost > best.cost + SAME_COST or pair in told:
                    continue
                if is_decoy(reading) or template.metadata.get("decoy"):
                    continue
                told.add(pair)
                yield Finding(
                    template.where,
                    f"“{sentence}” ({template.intent}) is also a sentence of {other.intent} ({other.where}).",
                )


def _sound_alike(said: dict[Template, tuple[str, ...]]) -> Iterator[Finding]:
    """Short sentences of different intents that sound nearly the same."""
    short = [(t, s) for t, sentences in said.items() for s in sentences if len(s.split()) <= SHORT]
    told: set[frozenset[str]] = set()
    for i, k in alike_pairs([text for _, text in short], TOO_ALIKE):
        (template, text), (other, theirs) = short[i], short[k]
        if text != theirs and template.intent != other.intent and frozenset((text, theirs)) not in told:
            told.add(frozenset((text, theirs)))
            yield Finding(
                template.where, f"“{text}” ({template.intent}) sounds like “{theirs}” ({other.intent}, {other.where})."
            )
