"""Whatever file of the data folder is damaged, it listens or says why, and help can be called."""

from __future__ import annotations

import diary_damage


def test_no_damage_stops_it_or_is_kept_quiet() -> None:
    result = diary_damage.run(20, 20260314)
    assert result.trials == 20
    assert result.wrong == {}
    assert not result.refused
