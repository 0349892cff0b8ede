"""The recognisers for what may be expected."""

from __future__ import annotations

from pathlib import Path
from weakref import ref

from tests.model import model
from voicelog.recognition import Recognition
from voicelog.system.live_settings import LiveSettings

__all__ = ["model"]


def test_recognisers_for_what_is_expected_no_more_are_let_go(model: Path) -> None:
    del model
    ears = Recognition.load(LiveSettings().current).ears
    usual = ears.listening_for(None)
    asked = ref(ears.listening_for("severity").grammar)
    assert asked() is ears.listening_for("severity").grammar
    assert ears.listening_for(None) is usual
    assert asked() is None
