from __future__ import annotations

import numpy as np
import pytest

from tests.hear.sounds import in_noise, noise, silence, spoken
from voicelog.sound.stream import FRAME, RATE, Samples
from voicelog.sound.voice_activity import Gate


def opened_at(gate: Gate, sound: Samples) -> float | None:
    """When the gate opens (seconds), less what it says to have missed."""
    for at in range(0, len(sound) - FRAME, FRAME):
        gate.push(sound[at : at + FRAME])
        if gate.is_open:
            return at / RATE - (gate.since - 1) * FRAME / RATE
    return None


@pytest.mark.parametrize("level", [0.3, 0.03, 0.01])
def test_speech_opens_the_gate_near_its_beginning_at_any_level(level: float) -> None:
    quiet = noise(3.0, rms=2000 * level * 0.05)
    sound = np.concatenate([quiet, in_noise(spoken("bad spasm, both legs, eight", level), rms=2000 * level * 0.05)])
    at = opened_at(Gate(), sound)
    assert at is not None
    assert 2.5 < at < 3.45


@pytest.mark.parametrize("rms", [0.0, 5.0, 60.0, 800.0])
def test_noise_does_not_open_it_and_hardly_ever_wakes_the_network(rms: float) -> None:
    gate = Gate()
    sound = noise(60.0, rms)
    assert opened_at(gate, sound) is None
    assert gate.network_frames < 0.05 * len(sound) / FRAME


def test_noise_that_comes_and_goes_becomes_familiar() -> None:
    gate = Gate()
    puff = np.concatenate([noise(1.5, 500.0), silence(2.0)])
    for _ in range(6):
        assert opened_at(gate, puff) is None
    before = gate.network_frames
    for _ in range(6):
        assert opened_at(gate, puff) is None
    assert gate.network_frames - before < 0.1 * 6 * len(puff) / FRAME
    assert opened_at(gate, in_noise(spoken("stop"), rms=30.0)) is not None


def test_a_bang_does_not_deafen_it() -> None:
    gate = Gate()
    assert opened_at(gate, noise(3.0, 10.0)) is None
    assert opened_at(gate, np.concatenate([noise(0.1, 9000.0), noise(2.0, 10.0)])) is None
    assert opened_at(gate, in_noise(spoken("spasm, left leg", 0.05), rms=10.0)) is not None


def test_closed_it_opens_again() -> None:
    gate = Gate()
    assert opened_at(gate, in_noise(spoken("help"), rms=20.0)) is not None
    gate.close()
    assert opened_at(gate, noise(2.0)) is None
    assert opened_at(gate, in_noise(spoken("undo that"), rms=20.0)) is not None


def test_the_gasp_before_a_sentence_is_not_taken_for_a_familiar_noise() -> None:
    gate, quiet = Gate(), noise(2.5)
    for _ in range(20):
        gasped = np.concatenate([noise(0.15, 3000.0), spoken("spasm, toes, one out of ten", 0.5)])
        assert opened_at(gate, np.concatenate([quiet, in_noise(gasped)])) is not None
        gate.close()
    assert opened_at(gate, np.concatenate([quiet, in_noise(spoken("took one tablet of diazepam", 0.1))])) is not None
