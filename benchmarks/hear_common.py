"""What the benchmarks of hearing share: the recognisers, a judge of completeness, the clips with where speech ends."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import vosk
from hear_sounds import RATE, Samples, speech_bounds

from voicelog.completeness import completeness
from voicelog.hear.endpoint import Completeness
from voicelog.hear.model import widened_view
from voicelog.hear.recognise import Recognisers, knows, load_model
from voicelog.understand import Understanding
from voicelog.understand.lexicon.forms import SpokenForms
from voicelog.understand.phrases import recogniser_phrases

GRAMMARS = Path(__file__).parent.parent / "grammars" / "en"


def recognisers_of(model_folder: Path) -> tuple[vosk.Model, Recognisers, Understanding]:
    """The recognisers as the logger uses them, and its understanding."""
    model = load_model(widened_view(model_folder, Path(tempfile.mkdtemp())))
    understanding = Understanding.from_folder(GRAMMARS)
    phrases = recogniser_phrases(understanding.grammar, lambda word: knows(model, word), SpokenForms({}))
    return model, Recognisers(model, phrases), understanding


def completeness_by(understanding: Understanding) -> Callable[[str], Completeness]:
    """The judge of the words so far, as the logger has it."""
    return lambda text: completeness(text, understanding.of_text)


@dataclass(frozen=True)
class Clip:
    """A labelled recording; ``ended`` is where its last word ends, in seconds."""

    file: Path
    said: str
    intent: str | None
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
        yield Clip(own / condition / row["file"], row["said"], row["intent"], samples, began, ended)
