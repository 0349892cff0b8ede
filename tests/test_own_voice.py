"""The logger's own voice in its microphone: no entry comes of it, and a person is heard over it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from hear_sounds import Speaker

from tests.hear.sounds import Given, noise, silence, spoken
from tests.logger import Logger, Samples, env
from tests.model import model
from tests.room import RATE, Recording, Room, room
from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.run import wiring as app
from voicelog.app.run.batch import wired
from voicelog.app.run.clock import HandClock
from voicelog.app.run.controller import Silence
from voicelog.app.run.recognition import Recognition
from voicelog.app.run.shutdown import Ending
from voicelog.app.view.events import Watched
from voicelog.diary import open_for_listening
from voicelog.recognise.listener import Listener
from voicelog.recognise.recognisers import completeness

__all__ = ["env", "model", "room"]

TOLD = [
    "Spasm, both legs, eight, saved.", "Baclofen, ten milligrams, saved.", "How bad, nought to ten?",
    "Left leg, spasm, eight, changed.", "Three spasms today.", "Spasm over, two and a half minutes, saved.",
    "You last took baclofen at quarter past two, ten milligrams.", "Did you say eight?",
    "You can say: bad spasm, legs, eight out of ten. Or: took baclofen ten milligrams.",
]  # fmt: skip
pytestmark = pytest.mark.xdist_group("a logger all to itself")

MINUTES = 10
ECHO_DB = -10.0
DELAY_S = 0.09
STOPS = 3
A_THIRD_S = 1 / 3
ONSET = 600
"""A sample of the person this loud is the beginning of the word."""


def entries_of(recognition: Recognition, sound: Samples, voice: Speaker | None, diary: Path) -> int:
    """How many entries the sound makes, given as fast as it can be understood."""
    live = LiveSettings(None, {"diary.path": ("test", str(diary))})
    clock = HandClock()
    with open_for_listening(live.current) as kept:
        loop = wired(
            live, clock, Watched(lambda *_: None), kept, lambda: recognition.understanding, mouth=Silence(),
            expect=lambda _: None, call_help=lambda: None, teach=lambda _: None,
        ).loop  # fmt: skip
        listener = Listener(
            Given(sound),
            recognition.ears.listening_for(None),
            lambda text: completeness(recognition.understanding, text, loop.expecting),
            voice=lambda: voice,
        )
        app.run_sound(loop, clock, listener, Ending(), lambda _: None)
        return sum(1 for _ in kept.entries())


def test_ten_minutes_of_its_own_voice_make_no_entry(model: Path, tmp_path: Path) -> None:
    pieces = [piece for text in TOLD for piece in (spoken(text, 0.8), silence(0.3))]
    once = np.concatenate(pieces)
    said = np.resize(once, MINUTES * 60 * RATE)
    late = np.concatenate([silence(DELAY_S), said])[: len(said)]
    heard = (late * 10 ** (ECHO_DB / 20) + np.resize(noise(20), len(said))).astype(np.int16)
    recognition = Recognition.load(LiveSettings().current)
    speaker = Speaker(said, " ".join(TOLD))
    assert entries_of(recognition, heard, speaker, tmp_path / "own.db") == 0
    assert entries_of(recognition, heard[: 12 * RATE], None, tmp_path / "others.db") > 0


@pytest.fixture
def talkative(room: Room, env: dict[str, str], tmp_path: Path) -> Iterator[Logger]:
    """A logger that hears itself, ten decibels softer than a person."""
    with room.echo(ECHO_DB):
        logger = Logger(tmp_path / "diary.db", "--speak", env=room.environment(**env))
        logger.until("state", state="listening")
        yield logger
        logger.end()


def silent_since(heard: Recording, at: int) -> float:
    """Seconds from a sample of the recording on until it is silent, if it was not at that sample."""
    level = np.abs(heard.samples[at:].astype(int))
    frames = level[: len(level) // 320 * 320].reshape(-1, 320).max(axis=1) > 200
    assert frames[:10].any(), "it did not talk when it was to be stopped"
    for frame in range(len(frames) - 15):
        if not frames[frame : frame + 15].any():
            return frame * 320 / RATE
    raise AssertionError("it talks on")


def test_it_hears_stop_over_its_own_voice_and_nothing_else(room: Room, talkative: Logger) -> None:
    ask, stop = spoken("What can I say?", 0.6), spoken("Stop.", 0.6)
    room.play(ask)
    talkative.until("said")
    took: list[float] = []
    with room.recording() as heard, room.recording("mouth.monitor") as mouth:
        time.sleep(9.0)  # all that it says, heard by itself
        for _ in range(STOPS):
            room.play(ask)
            talkative.until("said")
            time.sleep(2.0)
            before = len(mouth.samples)
            room.play(stop)
            time.sleep(1.5)
            alone = np.correlate(mouth.samples[before:].astype(float), stop.astype(float), "valid")
            onset = before + int(alone.argmax()) + int(np.flatnonzero(np.abs(stop) > ONSET)[0])
            took.append(silent_since(heard, onset + heard.ahead_of(mouth)))
    talkative.end()
    told = talkative.rest()
    accepted = [event["intent"] for event in told if event["event"] == "heard" and event["accepted"]]
    assert set(accepted) == {"help", "stop"}, told
    assert accepted.count("help") == STOPS + 1
    assert not [event for event in told if event["event"] in ("saved", "changed")]
    assert median(took) <= A_THIRD_S, took
