"""What the benchmarks of hearing share: the recognisers, a judge of completeness, the clips with where speech ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from hear_sounds import RATE, Samples, speech_bounds

from voicelog.app.machine.settings_file import load_settings
from voicelog.app.run.recognition import Recognition
from voicelog.recognise import recognisers as ears
from voicelog.recognise.endpoint import Completeness
from voicelog.sound.stream import FRAME, Block, Notice
from voicelog.understand import Understanding


def loaded(model_folder: Path) -> tuple[ears.Ears, Understanding]:
    """The recognisers as the logger uses them, and its understanding."""
    recognition = Recognition.load(load_settings(None, {"model.dir": ("MODEL", str(model_folder))}))
    return recognition.ears, recognition.understanding


def judge_by(understanding: Understanding) -> Callable[[str], Completeness]:
    """The judge of the words so far, as the logger has it."""
    return lambda text: ears.completeness(understanding, text, None)


class Given:
    """Samples as a source, as fast as they are taken; ``t`` counts from their beginning."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples

    def __iter__(self) -> Iterator[Block | Notice]:
        whole = len(self._samples) // FRAME * FRAME
        for at in range(0, whole, FRAME * 16):
            yield Block(at / RATE, self._samples[at : min(at + FRAME * 16, whole)])

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class Clip:
    """A labelled recording; ``ended`` is where its last word ends, in seconds."""

    file: Path
    said: str
    intent: str | None
    slots: Mapping[str, Any]
    samples: Samples
    began: float
    ended: float


def clips(own: Path, condition: str) -> Iterator[Clip]:
    """The clips of a condition, with the bounds of speech taken from where there is no noise."""
    for line in (own / "labels.jsonl").read_text().splitlines():
        row = json.loads(line)
        samples, rate = soundfile.read(own / condition / row["file"], dtype="int16")
        assert rate == RATE
        bounds_of = samples if condition == "slow" else soundfile.read(own / "clean" / row["file"], dtype="int16")[0]
        began, ended = speech_bounds(np.asarray(bounds_of), 25.0)
        yield Clip(own / condition / row["file"], row["said"], row["intent"], row["slots"], samples, began, ended)
