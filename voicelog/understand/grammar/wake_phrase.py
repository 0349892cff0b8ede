"""The wake phrase as part of the grammar: it may come before every sentence, and alone wakes the logger."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from voicelog.core.meaning import Meaning
from voicelog.understand.grammar.grammar import Grammar, Template
from voicelog.understand.grammar.nodes import Choice, Series, Words
from voicelog.understand.match.tokens import tokens_of

WAKE = "wake"
"""The intent of the phrase alone."""

_SHARE = 0.03


def with_wake_phrase(grammar: Grammar, phrase: str) -> Grammar:
    """The grammar with the phrase, if it has words, optional before each sentence; it is learned as all words are."""
    words = tokens_of(phrase)
    if not words:
        return grammar
    before = Choice((Words(words),), optional=True)
    templates = tuple(replace(template, node=Series((before, template.node))) for template in grammar.templates)
    alone = Template(WAKE, phrase, "the setting wake.phrase", Words(words), {}, {}, _SHARE)
    key = hashlib.sha256(f"{grammar.key}\n{words}".encode()).hexdigest()[:16]
    return replace(grammar, templates=(*templates, alone), key=key)


def is_woken(meaning: Meaning, phrase: str) -> bool:
    """Whether what was understood began with the phrase."""
    words, said = tokens_of(phrase), tokens_of(meaning.text)
    return meaning.accepted and said[: len(words)] == words
