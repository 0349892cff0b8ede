from __future__ import annotations

import queue
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.room import RATE, Room, room
from voicelog.sound import speaker as module
from voicelog.sound.speaker import Speaker
from voicelog.sound.synthesiser import Style, Synthesiser

__all__ = ["room"]

LONG = "This is a very long sentence, which goes on and on and on, until somebody who has had enough of it says stop."


@dataclass
class Told:
    ended: queue.Queue[bool] = field(default_factory=queue.Queue)
    problems: queue.Queue[str] = field(default_factory=queue.Queue)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def speaker(room: Room, told: Told) -> Iterator[Speaker]:
    with room.enter():
        made = Speaker(lambda hushed: Style(volume=0.8), told.ended.put, told.problems.put)
        yield made
        made.close()


def loud_seconds(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> float:
    """Seconds from the first to the last sound."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 150)
    return float(loud[-1] - loud[0]) / RATE if len(loud) else 0.0


def test_chime_and_sentence_come_out_of_the_speaker(room: Room, speaker: Speaker, told: Told) -> None:
    with room.recording() as heard:
        speaker.chime("saved")
        speaker.say("Spasm, both legs, eight, saved.")
        assert told.ended.get(timeout=20) is False
        time.sleep(0.3)
    assert 2.0 < loud_seconds(heard.samples) < 6.0
    assert told.problems.empty()


def test_stop_silences_at_once_and_forgets_the_rest(room: Room, speaker: Speaker, told: Told) -> None:
    speaker.say("One.")
    told.ended.get(timeout=20)
    with room.recording() as heard:
        speaker.say(LONG)
        speaker.say("And something more.")
        while not speaker.playing:
            time.sleep(0.01)
        time.sleep(1.0)
        speaker.stop()
        assert told.ended.get(timeout=5) is True
        time.sleep(0.5)
    assert 0.3 < loud_seconds(heard.samples) < 2.0
    assert not speaker.busy
    assert told.ended.empty()


def test_a_confirmation_takes_the_place_of_one_that_was_not_begun(speaker: Speaker, told: Told) -> None:
    speaker.say(LONG, "confirmation")
    while not speaker.playing:
        time.sleep(0.01)
    for n in ("Seven.", "Eight.", "Nine."):
        speaker.say(n, "confirmation")
    speaker.say("An answer.", "answer")
    assert len([job for job in speaker._jobs if job.kind == "confirmation"]) == 1
    assert [job.text for job in speaker._jobs] == ["Nine.", "An answer."]
    speaker.stop()


def test_what_was_played_is_known(room: Room, speaker: Speaker, told: Told) -> None:
    start = time.monotonic()
    speaker.say("Spasm, both legs, eight, saved.")
    told.ended.get(timeout=20)
    reference = speaker.reference(start, time.monotonic() + 0.5)
    assert np.abs(reference).max() > 0.1
    assert not speaker.reference(start - 5, start - 1).any()
    assert len(speaker.reference(start, start + 2)) == 2 * 16000


def test_a_speaker_that_fails_is_told_once_and_works_again_when_it_is_back(
    room: Room, speaker: Speaker, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.2)
    speaker.say(LONG)
    while not speaker.playing:
        time.sleep(0.01)
    room.kill()
    assert told.ended.get(timeout=20) is False
    assert "speaker" in told.problems.get(timeout=5)
    for _ in range(3):
        speaker.say("Nobody hears this.")
        told.ended.get(timeout=10)
    assert told.problems.empty()
    room.start()
    time.sleep(0.3)
    with room.recording() as heard:
        speaker.say("Spasm, both legs, eight, saved.")
        told.ended.get(timeout=20)
        time.sleep(0.3)
    assert loud_seconds(heard.samples) > 1.0


def test_without_a_voice_the_chimes_still_come(room: Room, told: Told) -> None:
    with room.enter():
        mute = Speaker(
            on_ended=told.ended.put,
            on_problem=told.problems.put,
            synthesiser=Synthesiser([sys.executable, "-c", "raise SystemExit(1)"]),
        )
        with room.recording() as heard:
            assert "eSpeak" in told.problems.get(timeout=10)
            mute.chime("saved")
            mute.say("Nothing.")
            assert told.ended.get(timeout=10) is False
            time.sleep(0.5)
        mute.close()
    assert loud_seconds(heard.samples) > 0.1
    assert told.problems.empty()
