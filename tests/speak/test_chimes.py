from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import voicelog.converse.messages as messages
from voicelog.sound.chimes import CHIMES, LEVEL, RATE, chime


def test_there_is_a_chime_for_every_name_that_converse_may_use() -> None:
    documented = set(re.findall(r"``(\w+)``", str(messages.Chime.__doc__)))
    assert documented == set(CHIMES)
    assert Path(str(messages.__file__)).is_file()


@pytest.mark.parametrize("name", CHIMES)
def test_a_chime_is_short_quiet_sounds_at_once_and_ends_in_silence(name: str) -> None:
    sound = chime(name)
    assert sound.seconds < 0.6
    assert np.abs(sound.samples).max() == pytest.approx(LEVEL, rel=0.01)
    assert np.abs(sound.samples[: RATE // 50]).max() > LEVEL / 4
    assert abs(float(sound.samples[-1])) < 0.001


def test_no_two_chimes_are_alike() -> None:
    for one, other in itertools.combinations(CHIMES, 2):
        a, b = chime(one).samples, chime(other).samples
        n = min(len(a), len(b))
        likeness = float(np.dot(a[:n], b[:n]) / np.sqrt(np.dot(a, a) * np.dot(b, b)))
        assert likeness < 0.8, (one, other)
