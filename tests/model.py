"""The recogniser's model for tests, as ``voicelog setup`` installed it for whoever runs them.

``from tests.model import model`` makes it a fixture: the folder, named in ``VOICELOG_MODEL_DIR`` too, so that processes
started with another home folder find it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from voicelog.system.models import installed_model
from voicelog.system.settings_file import load_settings


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the model; an error that names the remedy where there is none."""
    folder = installed_model(load_settings())
    monkeypatch.setenv("VOICELOG_MODEL_DIR", str(folder))
    return folder
