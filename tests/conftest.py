"""What holds for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says nothing on a machine that others may share.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

HERE = Path(__file__).parent
REAL_TIME = (HERE / "hear", HERE / "speak")
REAL_FIXTURES = {"room", "model"}
DEVICES = "devices"
LONG = HERE / "diary" / "test_kill.py"


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try again what runs against the clock, and share the tests among workers, if there are more than one.

    A test that runs sound through real devices, synthesiser or recogniser on a machine that others may share is tried
    again: a machine that was busy for a moment, or a voice that came out otherwise, passes then; what is broken fails
    every time. Those with devices go to one worker, from the start, but for the files that name a group of their own:
    they mostly wait, and more than two rooms at once would be late for each other. Of the rest a file goes to a worker,
    those that take longest first.
    """
    for item in items:
        folder = item.path.parent
        fixtures = set(getattr(item, "fixturenames", ()))
        if folder == HERE or folder in REAL_TIME or REAL_FIXTURES & fixtures:
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=1))
        if item.get_closest_marker("xdist_group") is None:
            group = DEVICES if "room" in fixtures else str(item.path.relative_to(HERE))
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    fixtures = set(getattr(item, "fixturenames", ()))
    return 0 if "room" in fixtures else 1 if item.path == LONG else 2 if "model" in fixtures else 3
