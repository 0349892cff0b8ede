"""Loading the model, with little else, so that it can begin before anything else does."""

from __future__ import annotations

from pathlib import Path

import vosk

from voicelog.hear.model import widened_view
from voicelog.hear.recognise import load_model
from voicelog.settings import cache_folder


def loaded(folder: Path) -> vosk.Model:
    """The model in ``folder``, with the beams that long lists of hypotheses need. Raises :class:`ModelError`."""
    return load_model(widened_view(folder, cache_folder()))
