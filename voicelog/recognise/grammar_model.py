"""The model with the grammar's own network in place of its language model: four words of context, not two.

Made once for each grammar, model and set of spoken forms, some seconds, and kept on disk.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import vosk

from voicelog.core.sentence_files import made_by
from voicelog.core.settings import cache_folder
from voicelog.core.subprocess_work import Work, here
from voicelog.recognise.decoder import GARBAGE
from voicelog.recognise.grammar_fst import network_file
from voicelog.recognise.loading import Likely, load_model
from voicelog.recognise.model_view import network_view
from voicelog.understand import Understanding
from voicelog.understand.grammar.phrases import words_asked_for


def network(
    folder: Path,
    understanding: Understanding,
    model: vosk.Model,
    expected: Likely | None = None,
    *,
    make: Work | None = here,
) -> vosk.Model | None:
    """The model in ``folder`` with the network of what is understood; None if there is none yet and nothing to ``make``
    it.

    ``model`` is the model as it is. Raises :class:`ModelError`, and what ``make`` raises.
    """
    grammar, forms = understanding.grammar, understanding.forms

    def made(make: Work) -> bytes:
        numbers = {word: int(model.vosk_model_find_word(word)) for word in {GARBAGE, *words_asked_for(grammar, forms)}}
        known = {word: number for word, number in numbers.items() if number >= 0}
        return make(network_file, grammar, forms, known)

    key = hashlib.sha256("\n".join([grammar.key, repr(forms), *made_by()]).encode()).hexdigest()
    view = network_view(folder, cache_folder(), key, (lambda: made(make)) if make is not None else None)
    if view is None:
        return None
    return expected.loading.result() if expected is not None and expected.view == view else load_model(view)
