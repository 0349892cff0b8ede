"""How much is understood, of the shared recordings and of wordings and voices of our own.

usage: python benchmarks/understand_score.py [own] [beside] [coffee] [others] [standard] [words] [numbers] [accents]
       [--misses]

``own``: the logger's sentences in seven conditions; ``beside``: the same while others say such sentences too, 12 dB
softer; ``coffee``: another subject, with its grammar, clean and in the kitchen; ``others``: 400 recordings that are not
for the logger; ``standard``: the contract's sentences, ``words``: paraphrases written apart from the grammar and talk
that is not for it, ``numbers``: bare severities after "how bad?", all in synthetic voices, natural ones where they are
installed (``natural_voices``); ``accents``: such severities in natural voices of nine countries (``accents``). About an
hour on two cores for all of it. Needs what ``understand_common`` says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import numpy as np
import vosk
from accents import accent_voices
from understand_common import (
    BESIDE,
    CONDITIONS,
    LEVELS_DB,
    SHARED,
    Clip,
    Score,
    beside,
    coffee,
    in_other_words,
    in_standard_words,
    loaded,
    not_for_us,
    own,
    right,
    voices,
)

from voicelog.app.run.recognition import Recognition
from voicelog.understand.say import say_number

PARTS = ("own", "beside", "coffee", "others", "standard", "words", "numbers", "accents")
ANSWERS = {
    **{say_number(value): float(value) for value in range(11)},
    "nought": 0.0,
    "three and a half": 3.5,
    "eight and a half": 8.5,
    "ten out of ten": 10.0,
}


def main(wanted: list[str]) -> None:
    misses = "--misses" in wanted
    parts = [name for name in wanted if not name.startswith("-")] or [*PARTS]
    ours = loaded() if set(parts) - {"coffee"} else None
    if ours and "own" in parts:
        for condition in CONDITIONS:
            show(f"own/{condition}", ours, own(condition), misses=misses)
    if ours and "beside" in parts:
        for condition in BESIDE:
            show(f"others beside {condition}", ours, beside(condition), misses=misses)
    if ours and "others" in parts:
        show("not for us", ours, not_for_us(), misses=misses)
    if ours and "standard" in parts:
        show("standard words, voices", ours, in_standard_words(), misses=misses)
    if ours and "words" in parts:
        show("other words and voices", ours, in_other_words(), misses=misses)
    if ours and "numbers" in parts:
        show("bare numbers", ours, numbers(), expecting="severity", misses=misses)
    if ours and "accents" in parts:
        show("bare numbers, accents", ours, in_accents(ours.model), expecting="severity", misses=misses)
    if "coffee" in parts:
        orders = loaded(SHARED / "coffee" / "grammar")
        show("coffee, clean", orders, coffee(), misses=misses)
        for level in LEVELS_DB:
            show(f"coffee, kitchen {level} dB", orders, coffee(level), misses=misses)


def show(
    name: str, recognition: Recognition, clips: Iterable[Clip], expecting: str | None = None, *, misses: bool = False
) -> None:
    """Score one set and print it, and, if wanted, what went wrong."""
    score = Score()
    wrong = []
    for clip in clips:
        explanation = recognition.explain(clip.samples, expecting)
        score.add(clip, explanation)
        meaning = explanation.meaning
        if meaning.accepted != (clip.intent is not None) or (clip.intent and not right(meaning, clip)):
            wrong.append(
                f"    {clip.name} | {meaning.text} | {meaning.intent} {dict(meaning.slots)} {meaning.confidence}"
            )
    print(f"{name:24} {score}", flush=True)
    if misses:
        print("\n".join(wrong), flush=True)


def numbers() -> Iterator[Clip]:
    """Nought to ten and the halves, alone, in every voice there is, with a little noise."""
    rng = np.random.default_rng(1)
    for voice in voices():
        for value in np.arange(0, 10.5, 0.5):
            sound = voice.speak(say_number(float(value)))
            if sound is None:
                continue
            quiet = np.zeros(8000)
            clip = np.concatenate([quiet, sound, quiet])
            clip += rng.standard_normal(len(clip)) * np.abs(sound).max() * 10 ** (-rng.uniform(25, 45) / 20)
            yield Clip(f"{value:g} {voice.name}", clip.astype(np.int16), "amend", {"severity": float(value)})


def in_accents(model: vosk.Model) -> Iterator[Clip]:
    """Nought to ten and some halves, in every voice of every accent, as they are said at a sentence's end."""
    rng = np.random.default_rng(2)
    for voice in accent_voices():
        for text, value in ANSWERS.items():
            sound = voice.answer(text, model)
            if sound is None:
                continue
            clip = np.concatenate([np.zeros(6400), sound, np.zeros(9600)])
            clip += rng.standard_normal(len(clip)) * 10.0
            yield Clip(f"{text} {voice.name}", clip.astype(np.int16), "amend", {"severity": value})


if __name__ == "__main__":
    main(sys.argv[1:])
