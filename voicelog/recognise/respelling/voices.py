"""Synthetic voices that speak words to the recogniser, to learn what it makes of them."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from voicelog.understand.lexicon.phones import VOWELS, Phones

RATE: Final = 16_000
Samples = NDArray[np.int16]

_SECONDS: Final = 20.0
_QUIET: Final = 0.01
# The phone mnemonics of espeak-ng's English voices.
_MNEMONICS: Final = {
    "AA": "A:", "AE": "a", "AO": "O:", "AW": "aU", "AY": "aI", "EH": "E", "ER": "3:", "EY": "eI", "IH": "I",
    "IY": "i:", "OW": "oU", "OY": "OI", "UH": "U", "UW": "u:", "CH": "tS", "DH": "D", "HH": "h", "JH": "dZ",
    "NG": "N", "SH": "S", "TH": "T", "Y": "j", "ZH": "Z",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SyntheticVoice:
    """One voice of one synthesiser; ``speed`` in words a minute, ``pitch`` 0 to 99, both for espeak-ng only."""

    program: str
    name: str
    speed: int = 150
    pitch: int = 50

    @property
    def installed(self) -> bool:
        """Whether the synthesiser is there."""
        return shutil.which(self.program) is not None

    def speak(self, text: str) -> Samples | None:
        """``text`` spoken, mono at 16 kHz; None where the synthesiser is missing or fails."""
        if not self.installed:
            return None
        try:
            sound, rate = self._espeak(text) if self.program == "espeak-ng" else self._flite(text)
        except (OSError, subprocess.SubprocessError, soundfile.LibsndfileError):
            return None
        resampled = soxr.resample(sound, rate, RATE)
        loudest = float(np.abs(resampled).max())
        audible = np.flatnonzero(np.abs(resampled) > _QUIET * loudest)
        if not len(audible):
            return None
        return np.asarray(resampled[audible[0] : audible[-1] + 1] / loudest * 16_000, dtype=np.int16)

    def _espeak(self, text: str) -> tuple[NDArray[np.float32], int]:
        run = subprocess.run(
            ["espeak-ng", "-v", self.name, "-s", str(self.speed), "-p", str(self.pitch), "--stdout", "--stdin"],
            input=text.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
        # The header's length is that of a stream without end; what follows it is the sound.
        header = run.stdout.find(b"data") + 8
        rate = int.from_bytes(run.stdout[24:28], "little")
        samples = np.frombuffer(run.stdout[header : len(run.stdout) - (len(run.stdout) - header) % 2], dtype="<i2")
        return samples.astype(np.float32) / np.float32(32768), rate

    def _flite(self, text: str) -> tuple[NDArray[np.float32], int]:
        with tempfile.TemporaryDirectory(prefix="voicelog-") as folder:
            path = Path(folder) / "said.wav"
            subprocess.run(
                ["flite", "-voice", self.name, "-t", text, "-o", str(path)],
                capture_output=True,
                timeout=_SECONDS,
                check=True,
            )
            sound, rate = soundfile.read(io.BytesIO(path.read_bytes()), dtype="float32")
        return np.asarray(sound, dtype=np.float32), int(rate)


LEARNING_VOICES: Final = (
    SyntheticVoice("espeak-ng", "en-us", 150),
    SyntheticVoice("espeak-ng", "en-gb-x-rp", 140),
    SyntheticVoice("espeak-ng", "en-us+f2", 160, 60),
    SyntheticVoice("espeak-ng", "en-gb+m3", 130, 40),
    SyntheticVoice("flite", "slt"),
    SyntheticVoice("flite", "rms"),
    SyntheticVoice("flite", "awb"),
)
"""The voices that words are learned from; those of flite count only where it is installed."""


def espeak_text(phones: Phones, stressed: int = 0) -> str:
    """Text that makes espeak-ng say exactly these phones, with the main stress on the vowel number ``stressed``."""
    vowels = sum(phone in VOWELS for phone in phones)
    stressed = min(stressed, max(0, vowels - 1))
    signs: list[str] = []
    vowel = 0
    for phone in phones:
        if phone in VOWELS:
            sign = _MNEMONICS.get(phone, phone.lower())
            if phone == "AH":
                sign = "V" if vowel == stressed else "@"
            signs.append(("'" if vowel == stressed else "") + sign)
            vowel += 1
        else:
            signs.append(_MNEMONICS.get(phone, phone.lower()))
    return f"[[{'_'.join(signs)}]]".replace("_", "|")
