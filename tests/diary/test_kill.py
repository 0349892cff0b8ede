from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_nothing_confirmed_is_lost_to_a_thousand_kills(tmp_path: Path) -> None:
    """Half of them on a disk, where most hit it waiting, half in memory, where they hit the program's own work."""
    import diary_kill

    total = diary_kill.run(tmp_path, kills=500, seed=3, lanes=4)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else tmp_path) as folder:
        total += diary_kill.run(Path(folder), kills=500, seed=4, lanes=4)
    assert total.kills == 1000
    assert total.confirmed > 500
