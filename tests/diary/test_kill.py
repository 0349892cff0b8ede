from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_nothing_confirmed_is_lost_to_a_kill(tmp_path: Path) -> None:
    import diary_kill

    tally = diary_kill.run(tmp_path, kills=300, seed=3)
    assert tally.kills == 300
    assert tally.confirmed
