"""Loading the model, with nothing else imported, so that it can begin before anything else does."""

from __future__ import annotations

from pathlib import Path

import vosk

from voicelog.errors import ModelError
from voicelog.hear.model import widened_view
from voicelog.settings import cache_folder


def load_model(view: Path) -> vosk.Model:
    """The Vosk model in the folder ``view``. Raises :class:`ModelError` if Vosk cannot load it."""
    vosk.SetLogLevel(-1)
    try:
        return vosk.Model(str(view))
    except Exception as error:  # Vosk raises a bare Exception
        raise ModelError(f"The model in {view} cannot be loaded. Run 'voicelog setup' to install it anew.") from error


def loaded(folder: Path) -> vosk.Model:
    """The model in ``folder``, with the beams that long lists of hypotheses need. Raises :class:`ModelError`."""
    return load_model(widened_view(folder, cache_folder()))
