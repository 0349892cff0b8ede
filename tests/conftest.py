"""What holds for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
REAL_TIME = (HERE / "hear", HERE / "speak")
REAL_FIXTURES = {"room", "model"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try again what runs sound through real devices, synthesiser or recogniser on a machine that others may share.

    A machine that was busy for a moment, or a voice that came out otherwise, passes then; what is broken fails every
    time.
    """
    for item in items:
        folder = item.path.parent
        if folder == HERE or folder in REAL_TIME or REAL_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=1))
