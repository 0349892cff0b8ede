"""The recogniser's model for tests, as ``voicelog setup`` installed it for whoever runs them.

``from tests.model import model`` makes it a fixture: the folder, named in ``VOICELOG_MODEL_DIR`` too, so that processes
started with another home folder find it. They find the cache folder too, in which setup has put what it learned.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from voicelog.app.machine.models import installed_model
from voicelog.app.machine.settings_file import load_settings
from voicelog.core.errors import VoicelogError
from voicelog.core.settings import cache_folder


def _installed() -> Path | VoicelogError:
    try:
        return installed_model(load_settings())
    except VoicelogError as error:
        return error


# Now, before a test puts another home folder in place.
_INSTALLED = _installed()
CACHE = cache_folder().parent


def model_folder() -> Path:
    """The folder of the model; an error that names the remedy where there is none."""
    if isinstance(_INSTALLED, VoicelogError):
        raise _INSTALLED
    return _INSTALLED


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the model; an error that names the remedy where there is none."""
    folder = model_folder()
    monkeypatch.setenv("VOICELOG_MODEL_DIR", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(CACHE))
    return folder
