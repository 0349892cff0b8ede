"""The model with the grammar's own network in place of its language model: four words of context, not two.

Made once for each grammar, model and set of spoken forms, some seconds, and kept on disk.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import vosk

from voicelog.hear.graph import const_fst
from voicelog.hear.loading import Likely, load_model
from voicelog.hear.model import network_view
from voicelog.hear.recognise import GARBAGE, knows
from voicelog.sentence_files import made_by
from voicelog.settings import cache_folder
from voicelog.understand import Understanding
from voicelog.understand.language_model import language_model
from voicelog.understand.nodes import vocabulary
from voicelog.understand.phrases import recogniser_phrases

SENTENCES = 60_000
"""Sampled for the network."""


def network(
    folder: Path, understanding: Understanding, model: vosk.Model, expected: Likely | None = None, *, make: bool = True
) -> vosk.Model | None:
    """The model in ``folder`` with the network of what is understood; None if there is none yet and not to ``make``.

    ``model`` is the model as it is. Raises :class:`ModelError`.
    """
    grammar, forms = understanding.grammar, understanding.forms

    def made() -> bytes:
        phrases = recogniser_phrases(grammar, lambda word: knows(model, word), forms, None, SENTENCES, marked=True)
        every = {GARBAGE, *vocabulary(template.node for template in grammar.templates), *forms.vocabulary}
        return const_fst(
            language_model(phrase.split() for phrase in phrases),
            lambda word: int(model.vosk_model_find_word(word)),
            (word for word in every if knows(model, word)),
        )

    key = hashlib.sha256("\n".join([grammar.key, repr(forms), *made_by()]).encode()).hexdigest()
    view = network_view(folder, cache_folder(), key, made if make else None)
    if view is None:
        return None
    return expected.loading.result() if expected is not None and expected.view == view else load_model(view)
