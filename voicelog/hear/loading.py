"""Loading the model, with nothing else imported, so that it can begin before anything else does."""

from __future__ import annotations

from pathlib import Path

import vosk

from voicelog.errors import ModelError
from voicelog.hear.model import OPEN, WIDE, view
from voicelog.settings import cache_folder


def load_model(folder: Path) -> vosk.Model:
    """The Vosk model in ``folder``. Raises :class:`ModelError` if Vosk cannot load it."""
    vosk.SetLogLevel(-1)
    try:
        return vosk.Model(str(folder))
    except Exception as error:  # Vosk raises a bare Exception
        raise ModelError(f"The model in {folder} cannot be loaded. Run 'voicelog setup' to install it anew.") from error


def loaded(folder: Path) -> vosk.Model:
    """The model in ``folder``, for the open vocabulary. Raises :class:`ModelError`."""
    return load_model(view(folder, cache_folder(), OPEN))


def loaded_wide(folder: Path) -> vosk.Model:
    """The same with the beams that long lists of hypotheses need. Raises :class:`ModelError`."""
    return load_model(view(folder, cache_folder(), WIDE))
