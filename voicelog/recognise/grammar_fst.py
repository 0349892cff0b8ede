"""The network of all that can be said, as the recogniser's file: made of words alone, with no recogniser there."""

from __future__ import annotations

from collections.abc import Mapping

from voicelog.recognise.language_model import language_model
from voicelog.recognise.openfst import const_fst
from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.phrases import recogniser_phrases
from voicelog.understand.lexicon.forms import SpokenForms

SENTENCES = 60_000
"""Sampled for the network."""


def network_file(grammar: Grammar, forms: SpokenForms, numbers: Mapping[str, int]) -> bytes:
    """The network as an OpenFst file; ``numbers`` are those that the recogniser's words have."""
    phrases = recogniser_phrases(grammar, numbers.__contains__, forms, None, SENTENCES, marked=True)
    return const_fst(language_model(phrase.split() for phrase in phrases), numbers.__getitem__, numbers)
