from __future__ import annotations

from itertools import groupby

import numpy as np
import numpy.typing as npt
from hear_sounds import Speaker

from tests.hear.sounds import noise, silence, spoken
from voicelog.sound.chimes import chime
from voicelog.sound.echo import OwnVoice
from voicelog.sound.stream import FRAME, RATE

SAID = "Spasm, both legs, eight. Saved."


def echo_of(sound: npt.NDArray[np.int16], decibels: float) -> npt.NDArray[np.int16]:
    late = np.concatenate([np.zeros(RATE // 10, np.int16), sound])[: len(sound)]
    return np.asarray(late * 10 ** (decibels / 20) + noise(len(sound) / RATE)[: len(sound)], np.int16)


def explained(own: OwnVoice, heard: npt.NDArray[np.int16]) -> list[bool | None]:
    return [own.explains(heard[at : at + FRAME], at / RATE) for at in range(0, len(heard) - FRAME, FRAME)]


def longest_run(explanations: list[bool | None]) -> int:
    """The most frames in a row that are not explained."""
    return max(len(list(frames)) if kind is False else 0 for kind, frames in groupby(explanations))


def test_its_own_voice_is_explained_and_a_person_over_it_is_not() -> None:
    said = np.concatenate([spoken(SAID)] * 5)
    heard = echo_of(said, -10)
    own = OwnVoice(lambda: playing)
    playing = Speaker(said, SAID)
    alone = explained(own, heard)
    assert longest_run(alone) <= 1
    assert {"spasm", "saved"} <= own.words

    begins = len(said) * 4 // 5 // FRAME
    person = spoken("stop, stop")
    heard[begins * FRAME :][: len(person)] += person[: len(heard) - begins * FRAME]
    interrupted = explained(OwnVoice(lambda: playing), heard)
    assert longest_run(interrupted[:begins]) <= 1
    assert interrupted[begins : begins + 15].count(False) >= 3


def test_a_chime_tells_enough_for_a_person_to_be_heard_over_the_very_first_sentence() -> None:
    before = np.concatenate([np.asarray(chime("saved").at_rate(RATE).samples * 32767, np.int16), silence(0.3)])
    said = np.concatenate([before, spoken(SAID, 0.8)])
    heard = echo_of(said, -10)
    playing = Speaker(said, SAID)
    assert longest_run(explained(OwnVoice(lambda: playing), heard)) <= 1
    begins = (len(before) + RATE // 10) // FRAME
    person = spoken("stop, stop", 0.5)
    heard[begins * FRAME :][: len(person)] += person[: len(heard) - begins * FRAME]
    assert explained(OwnVoice(lambda: playing), heard)[begins : begins + 10].count(False) >= 3


def test_a_silent_speaker_explains_nothing() -> None:
    own = OwnVoice(lambda: None)
    assert set(explained(own, spoken(SAID))) == {None}
