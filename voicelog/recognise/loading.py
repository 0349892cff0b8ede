"""Loading the model, with nothing else imported, so that it can begin before anything else does."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import vosk

from voicelog.core.errors import ModelError
from voicelog.core.settings import cache_folder
from voicelog.core.threads import in_thread
from voicelog.recognise.model_view import OPEN, WIDE, used_last, view


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


@dataclass(frozen=True)
class Likely:
    """The network that was used last, being loaded: most likely the one that is needed."""

    view: Path
    loading: Future[vosk.Model]


def likely(folder: Path) -> Likely | None:
    """Begin to load the network of the model in ``folder`` that was used last."""
    view = used_last(folder, cache_folder())
    return Likely(view, in_thread(lambda: load_model(view), "network", awaited=True)) if view is not None else None
