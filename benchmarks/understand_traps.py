"""What must not be taken for sure: an answer that is yes and no at once, and a medication that the sentences lack.

usage: python benchmarks/understand_traps.py [--every N]

In every fourth (N-th) voice of ``accents``, and needs what that says; plain answers beside it. Each is understood, not
at all, or with doubt: then it is asked about ("Did you say clonazepam?").
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

import numpy as np
from accents import accent_voices
from understand_common import Samples, loaded

from voicelog.app.run.recognition import Recognition

PLAIN = {
    "yes": "confirm",
    "yeah": "confirm",
    "that's right": "confirm",
    "yes please": "confirm",
    "no, wait, yes": "confirm",
    "no": "deny",
    "nope": "deny",
    "no thanks": "deny",
    "no, that's wrong": "deny",
    "no, sorry": "deny",
}
BOTH_AT_ONCE = ("no, that's fine", "yes, no, wait", "no, yes")
UNKNOWN = (
    "lorazepam", "nitrazepam", "temazepam", "midazolam", "hydrocodone", "codeine", "aspirin", "melatonin",
    "oxybutynin", "amitriptyline", "duloxetine", "cyclobenzaprine", "methocarbamol", "quinine", "dalfampridine",
    "topiramate", "clonidine", "valproate", "cetirizine", "fampridine", "modafinil", "amantadine", "sertraline",
)  # fmt: skip
SENTENCES = ("took {} ten milligrams", "{} two milligrams", "I took my {} an hour ago")


def main(every: int) -> None:
    voices = accent_voices()[::every]
    if not voices:
        raise SystemExit("There are no voices. Install what benchmarks/accents.py names.")
    recognition = loaded()
    right: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for i, voice in enumerate(voices):
        for text, intent in PLAIN.items():
            heard = understood(recognition, voice.speak(text), "confirm")
            right["right" if heard == (intent, True) else "wrong" if heard[1] else "asked again"] += 1
        for text in BOTH_AT_ONCE:
            taken["acted on" if understood(recognition, voice.speak(text), "confirm")[1] else "asked again"] += 1
        for k, medication in enumerate(UNKNOWN):
            text = SENTENCES[(i + k) % len(SENTENCES)].format(medication)
            named[as_medication(recognition, voice.speak(text))] += 1
    show("plain answers", right)
    show("yes and no at once", taken)
    show("medications that the sentences lack", named)


def understood(recognition: Recognition, said: Samples | None, expecting: str | None) -> tuple[str | None, bool]:
    """The intent, and whether it is acted on."""
    meaning = recognition.explain(in_quiet(said), expecting).meaning
    return meaning.intent, meaning.accepted


def as_medication(recognition: Recognition, said: Samples | None) -> str:
    """What becomes of a sentence with a medication that is not known."""
    meaning = recognition.explain(in_quiet(said)).meaning
    if not meaning.accepted:
        return "not taken"
    if "medication" not in meaning.slots:
        return "taken without it"
    return "another, asked about" if "medication" in meaning.doubtful else "another, for sure"


def in_quiet(said: Samples | None) -> Samples:
    """With quiet before and after, as an utterance is cut out."""
    sound = said if said is not None else np.zeros(0, np.int16)
    noise = np.random.default_rng(1).standard_normal(len(sound) + 16000) * 10.0
    noise[6400 : 6400 + len(sound)] += sound
    clip: Samples = noise.astype(np.int16)
    return clip


def show(name: str, counts: Counter[str]) -> None:
    """Print one line."""
    figures: Iterable[str] = (f"{what} {number}" for what, number in counts.most_common())
    print(f"{name:36} {', '.join(figures)} of {counts.total()}", flush=True)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(int(arguments[arguments.index("--every") + 1]) if "--every" in arguments else 4)
