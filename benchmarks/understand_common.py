"""What the benchmarks of understanding share: labelled recordings, noise, and scoring.

Needs the model that ``voicelog setup`` installs and the recordings in ../shared/speech (see there); the wordings in
voices of our own making need espeak-ng and flite.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import yaml
from natural_voices import NATURAL_VOICES, NaturalVoice

from voicelog.app.machine.settings_file import load_settings
from voicelog.app.run.recognition import Recognition
from voicelog.core.meaning import Meaning
from voicelog.recognise.respelling.voices import SyntheticVoice
from voicelog.sound.files import read_clip
from voicelog.sound.stream import RATE
from voicelog.understand.rank.explanation import Explanation

Samples = npt.NDArray[np.int16]
SHARED = Path(__file__).resolve().parents[2] / "shared" / "speech"
SENTENCES = Path(__file__).resolve().parents[1] / "tests" / "understand" / "sentences"
BESIDE = ("whisper", "slow", "noise10", "far")
CONDITIONS = ("clean", "noise10", "noise5", "far", "whisper", "slow", "tv")
STANDARD = ("contract", "log_spasm", "medication", "amend", "timing", "symptom", "treatment", "review", "undo")
LEVELS_DB = (6, 9, 12, 15, 18, 21, 24)
VOICES = (
    *(SyntheticVoice("flite", name) for name in ("slt", "rms", "awb", "kal16")),
    SyntheticVoice("espeak-ng", "en-us+f3", 145, 55),
    SyntheticVoice("espeak-ng", "en-gb", 150, 45),
    SyntheticVoice("espeak-ng", "en-us+m2", 140, 40),
    SyntheticVoice("espeak-ng", "en-gb-x-rp+f4", 150, 60),
)


@dataclass(frozen=True)
class Clip:
    """A recording and what it must be understood as; ``intent`` None: not for the logger."""

    name: str
    samples: Samples
    intent: str | None
    slots: Mapping[str, Any]


def labels(file: Path) -> list[dict[str, Any]]:
    """The rows of a labels file."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def own(condition: str) -> Iterator[Clip]:
    """The clips of one condition of ``own``."""
    for row in labels(SHARED / "own" / "labels.jsonl"):
        samples = read_clip(SHARED / "own" / condition / row["file"])
        yield Clip(row["said"], samples, row["intent"], row["slots"])


def beside(condition: str, level_db: float = 12.0) -> Iterator[Clip]:
    """The clips of one condition of ``own``, others saying sentences for the logger too, so much softer."""
    rng = np.random.default_rng(11)
    said = [clip.samples for clip in own("clean")]
    for i, clip in enumerate(own(condition)):
        length = len(clip.samples)
        talk = np.zeros(0)
        while len(talk) < length + RATE // 2:
            other = int(rng.integers(len(said)))
            if other != i:
                talk = np.concatenate([talk, said[other]])
        start = int(rng.integers(0, RATE // 2))
        speech, talk = clip.samples.astype(np.float64), talk[start : start + length]
        mixed = speech + talk * np.sqrt((speech @ speech) / (talk @ talk + 1.0) / 10 ** (level_db / 10))
        loudest = max(1.0, np.abs(mixed).max() / 30000)
        yield Clip(clip.name, (mixed / loudest).astype(np.int16), clip.intent, clip.slots)


def coffee(level_db: int | None = None) -> Iterator[Clip]:
    """The coffee orders, clean or with the kitchen at a level."""
    kitchen = soundfile.read(SHARED / "coffee" / "kitchen.flac", dtype="int16")[0] if level_db is not None else None
    for seed, row in enumerate(labels(SHARED / "coffee" / "labels.jsonl")):
        samples = read_clip(SHARED / "coffee" / "clips" / row["file"])
        if kitchen is not None and level_db is not None:
            samples = in_the_kitchen(samples, kitchen, level_db, seed)
        yield Clip(row["file"], samples, row["intent"], row["slots"])


def not_for_us() -> Iterator[Clip]:
    """Single words and coffee orders, none of which are for the logger."""
    for file in sorted((SHARED / "others").glob("*.flac")):
        yield Clip(file.name, read_clip(file), None, {})
    for clip in coffee():
        yield Clip(clip.name, clip.samples, None, {})


def in_the_kitchen(samples: Samples, kitchen: Samples, level_db: float, seed: int) -> Samples:
    """Speech with kitchen noise as the coffee benchmark mixes it: by the loudest frames, the sum at half scale."""
    start = np.random.default_rng(seed).integers(0, len(kitchen) - len(samples) - 1)
    speech, noise = samples.astype(np.float64), kitchen[start : start + len(samples)].astype(np.float64)
    gain = np.sqrt(_loudest(speech) / _loudest(noise) / 10 ** (level_db / 10))
    mixed = speech + gain * noise
    scaled: Samples = (mixed / np.abs(mixed).max() * 16384).astype(np.int16)
    return scaled


def _loudest(sound: npt.NDArray[np.float64], frame: int = 2048) -> float:
    return float((sound[: len(sound) // frame * frame].reshape(-1, frame) ** 2).sum(axis=1).max())


def in_other_words() -> Iterator[Clip]:
    """Paraphrases written apart from the grammar, and every fourth sentence that is not for the logger, clean."""
    ours = list(_sentences("in_other_words.yaml"))
    yield from _spoken([*ours, *list(_sentences("not_ours.yaml"))[::4]])


def in_standard_words(every: int = 4) -> Iterator[Clip]:
    """Every so many of the contract's sentences, clean."""
    rows = [row for name in STANDARD for row in _sentences(f"{name}.yaml") if row[1]]
    yield from _spoken(rows[::every])


def voices() -> tuple[SyntheticVoice | NaturalVoice, ...]:
    """The natural voices where they are installed, else the others."""
    return tuple(v for v in NATURAL_VOICES if v.installed) or tuple(v for v in VOICES if v.installed)


def _sentences(file: str) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """Text, intent and slots of the sentences of a file of the tests."""
    block = yaml.safe_load((SENTENCES / file).read_text())
    for row in block["sentences"]:
        said: dict[str, Any] = {"said": row} if isinstance(row, str) else row
        yield said["said"], said.get("intent", block.get("intent")), dict(said.get("slots") or {})


def _spoken(rows: Sequence[tuple[str, str | None, dict[str, Any]]]) -> Iterator[Clip]:
    every = voices()
    quiet = np.zeros(8000, np.int16)
    for i, (said, intent, slots) in enumerate(rows if every else ()):
        sound = every[i % len(every)].speak(said)
        if sound is not None:
            yield Clip(said, np.concatenate([quiet, sound, quiet]), intent, slots)


def loaded(grammar: Path | None = None) -> Recognition:
    """Model, recognisers and sentence files as they are installed, or with those of another folder."""
    given = {"grammar.dir": ("--grammar", str(grammar))} if grammar else {}
    return Recognition.load(load_settings(None, given))


def right(meaning: Meaning, clip: Clip) -> bool:
    """Whether intent and every slot are as labelled."""
    names = set(meaning.slots) | set(clip.slots)
    return meaning.intent == clip.intent and all(_same(meaning.slots.get(name), clip.slots.get(name)) for name in names)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, (list, tuple)) or isinstance(other, (list, tuple)):
        return sorted(map(str, one or ())) == sorted(map(str, other or ()))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) < 1e-6
    return bool(one == other)


@dataclass
class Score:
    """Counts of one set of recordings."""

    ours: int = 0
    exact: int = 0
    wrong: int = 0
    theirs: int = 0
    taken: int = 0

    def add(self, clip: Clip, explanation: Explanation) -> None:
        """Count one clip."""
        meaning = explanation.meaning
        if clip.intent is None:
            self.theirs += 1
            self.taken += meaning.accepted
        else:
            self.ours += 1
            self.exact += meaning.accepted and right(meaning, clip)
            self.wrong += meaning.accepted and not right(meaning, clip)

    def __str__(self) -> str:
        rates = f"exact {self.exact / self.ours:.3f}  wrong {self.wrong / self.ours:.3f}" if self.ours else " " * 25
        return f"{rates}  of {self.ours:3}   taken {self.taken} of {self.theirs} not for us"
