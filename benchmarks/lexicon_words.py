"""How well each medication is heard, from voices that it was not learned from, in quiet and in noise.

Needs the model (``voicelog setup``) and Festival with any English voices (Debian: festival, festvox-us-slt-hts,
festvox-kallpc16k, festvox-kdlpc16k); voices of espeak-ng that words are not learned from come in addition.
Run: ``python -m benchmarks.lexicon_words [DB …]`` where DB are signal-to-noise ratios; a minute for each.

Prints for each word how often it was in the best hypothesis, and how often in any of the thirty.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import soundfile
import soxr

from voicelog.app.machine.models import installed_model
from voicelog.app.machine.settings_file import load_settings
from voicelog.app.run.teach_words import spoken_forms
from voicelog.core.resources import grammars_folder
from voicelog.recognise.loading import loaded_wide
from voicelog.recognise.respelling.voices import RATE, Samples, SyntheticVoice
from voicelog.recognise.trial import Ear
from voicelog.understand.grammar.grammar import load_grammar
from voicelog.understand.grammar.phrases import recogniser_phrases

MEDICATIONS = [
    "baclofen", "lioresal", "carbamazepine", "tegretol", "oxcarbazepine", "diazepam", "valium", "clonazepam",
    "klonopin", "tizanidine", "zanaflex", "dantrolene", "dantrium", "gabapentin", "neurontin", "pregabalin", "lyrica",
    "lamotrigine", "phenytoin", "dilantin", "levetiracetam", "keppra", "nabiximols", "sativex", "morphine",
    "oxycodone", "tramadol", "paracetamol", "acetaminophen", "tylenol", "ibuprofen", "naproxen", "magnesium",
    "prednisone",
]  # fmt: skip
SENTENCES = ("took twenty milligrams of {}", "{} fifteen milligrams", "i just took my {}")
OTHERS = {
    "clonus": ("clonus left ankle four out of ten", "bad clonus right foot", "clonus"),
    "lhermitte's": ("lhermitte's sign", "lhermitte's sign this morning", "had lhermitte's sign"),
}
FESTIVAL_VOICES = ("kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts")
ESPEAK_VOICES = (
    SyntheticVoice("espeak-ng", "en-us+f4", 165, 65),
    SyntheticVoice("espeak-ng", "en-gb-scotland+m7", 145, 35),
)


def said() -> list[tuple[str, str]]:
    sentences = [(word, sentence.format(word)) for word in MEDICATIONS for sentence in SENTENCES]
    return sentences + [(word, sentence) for word, theirs in OTHERS.items() for sentence in theirs]


def by_festival(voice: str, texts: list[str]) -> list[Samples | None]:
    if shutil.which("festival") is None:
        return [None] * len(texts)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{i}.wav" for i in range(len(texts))]
        script = Path(folder) / "say.scm"
        lines = [
            f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{file}" \'riff)'
            for text, file in zip(texts, files, strict=True)
        ]
        script.write_text("\n".join([f"(voice_{voice})", *lines]))
        if subprocess.run(["festival", "-b", str(script)], capture_output=True, check=False).returncode:
            return [None] * len(texts)
        return [read(file) for file in files]


def read(file: Path) -> Samples:
    sound, rate = soundfile.read(file, dtype="float32")
    resampled = soxr.resample(sound, rate, RATE)
    return np.asarray(resampled / np.abs(resampled).max() * 16_000, dtype=np.int16)


def with_noise(samples: Samples, db: float, rng: np.random.Generator) -> Samples:
    """Low-pass noise, as of a fan, ``db`` below the speech's mean power."""
    noise = rng.standard_normal(len(samples) + 1)
    noise = noise[1:] + 0.9 * noise[:-1]
    speech = samples.astype(np.float64)
    mixed = speech + noise * np.sqrt(np.mean(speech**2) / np.mean(noise**2)) * 10 ** (-db / 20)
    return np.asarray(mixed * min(1.0, 32_000 / np.abs(mixed).max()), dtype=np.int16)


def main(levels: list[float]) -> None:
    settings = load_settings()
    folder = installed_model(settings)
    model = loaded_wide(folder)
    ear = Ear(model)
    grammar = load_grammar(grammars_folder())
    forms = spoken_forms(settings, grammar, model, folder, lambda word, done, of: print(f"{done}/{of} {word}"))
    phrases = recogniser_phrases(grammar, ear.knows, forms)
    sentences = said()
    texts = [text for _, text in sentences]
    clips = [
        (word, clip) for v in FESTIVAL_VOICES for (word, _), clip in zip(sentences, by_festival(v, texts), strict=True)
    ]
    clips += [(word, voice.speak(text)) for voice in ESPEAK_VOICES for word, text in sentences]
    there = [(word, clip) for word, clip in clips if clip is not None]
    rng = np.random.default_rng(1)
    for level in (None, *levels):
        sounds = [clip if level is None else with_noise(clip, level, rng) for _, clip in there]
        best: dict[str, list[bool]] = defaultdict(list)
        any_of: dict[str, list[bool]] = defaultdict(list)
        for (word, _), hypotheses in zip(there, ear.hear(sounds, phrases), strict=True):
            found = [word in forms.collapse(text.split()) for text, _ in hypotheses]
            best[word].append(bool(found) and found[0])
            any_of[word].append(any(found))
        print("quiet" if level is None else f"{level:g} dB")
        for word, right in best.items():
            mark = "" if ear.knows(word) else "  not in the dictionary"
            print(f"  {word:15s} {np.mean(right):.2f} {np.mean(any_of[word]):.2f} of {len(right)}{mark}")
        everything = [right for rights in best.values() for right in rights]
        anywhere = [right for rights in any_of.values() for right in rights]
        print(f"  all             {np.mean(everything):.3f} {np.mean(anywhere):.3f} of {len(everything)}")


if __name__ == "__main__":
    main([float(argument) for argument in sys.argv[1:]])
