"""What holds for all tests."""

from __future__ import annotations

import pytest

REAL_TIME = {"room", "model"}
"""Fixtures of tests that run sound through real devices or the real recogniser, on a machine that may be shared."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try again where a machine that was busy for a moment may be the cause; what is broken fails every time."""
    for item in items:
        if REAL_TIME & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=1))
