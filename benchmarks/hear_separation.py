"""How well the separation of voices tells the person from a television.

The clips of ``own/tv`` beside the same ones of ``own/clean``, in which the person is alone: those tell which hundredths
of a second are the person's and which only another's. Printed is the area under the curve for telling them apart by
level, of the sound as it comes and of the nearest voice as it was separated; how near each comes to the clean sound
(scale-invariant signal-to-distortion ratio: Le Roux, Wisdom, Erdogan and Hershey, 2019); and what separation costs.

Needs: the model that ``voicelog setup`` installs and ../shared/speech. Usage: hear_separation.py [--clips 98]
"""

from __future__ import annotations

import argparse
import time
from itertools import islice

import numpy as np
import numpy.typing as npt
from understand_common import Samples, own

from voicelog.app.machine.models import installed_model, installed_separation
from voicelog.app.machine.settings_file import load_settings
from voicelog.sound.levels import RATE, levels
from voicelog.sound.separation import Separator

Floats = npt.NDArray[np.float64]

THEIRS_DB, AUDIBLE_DB, NOTHING_DB = 25.0, 35.0, 45.0
"""So far below their loudest the person's moments are speech, the mixture's are sound, and the person's are none."""


def area(those: Floats, others: Floats) -> float:
    """The area under the receiver operating characteristic: how often one of those is above one of the others."""
    rank = np.argsort(np.argsort(np.concatenate([those, others])))
    return float((rank[: len(those)].mean() - (len(those) - 1) / 2) / len(others))


def distortion_db(clean: Samples, heard: Samples) -> float:
    """The scale-invariant signal-to-distortion ratio."""
    one, other = clean.astype(np.float64), heard.astype(np.float64)
    target = (one @ other) / (one @ one) * one
    return float(10.0 * np.log10((target @ target) / np.sum((other - target) ** 2)))


def smoothed(samples: Samples) -> Floats:
    """The level over nine hundredths of a second, from the clip's loud moments."""
    level = np.convolve(levels(samples), np.ones(9) / 9, "same")
    return level - np.percentile(level, 90)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--clips", type=int, default=98)
    given = arguments.parse_args()
    folder = installed_separation(installed_model(load_settings()))
    if folder is None:
        raise SystemExit("The model that separates voices is not installed. Run 'voicelog setup'.")
    separator = Separator(folder)
    separator.prepare()
    person: dict[str, list[Floats]] = {"as it comes": [], "separated": []}
    others: dict[str, list[Floats]] = {"as it comes": [], "separated": []}
    ratios: dict[str, list[float]] = {"as it comes": [], "separated": []}
    took = seconds = 0.0
    for clean, mixed in islice(zip(own("clean"), own("tv"), strict=True), given.clips):
        length = min(len(clean.samples), len(mixed.samples))
        alone, heard = clean.samples[:length], mixed.samples[:length]
        began = time.process_time()
        near = separator.nearest_voice(heard)
        took, seconds = took + time.process_time() - began, seconds + length / RATE
        theirs, all_sound = levels(alone), levels(heard)
        speech = theirs > theirs.max() - THEIRS_DB
        another = (theirs < theirs.max() - NOTHING_DB) & (all_sound > all_sound.max() - AUDIBLE_DB)
        for name, sound in (("as it comes", heard), ("separated", near)):
            level = smoothed(sound)
            person[name].append(level[speech])
            others[name].append(level[another])
            ratios[name].append(distortion_db(alone, sound))
    for name in person:
        found = area(np.concatenate(person[name]), np.concatenate(others[name]))
        print(f"{name:12} area under the curve {found:.3f}, distortion {np.mean(ratios[name]):.1f} dB")
    print(f"cost {took / seconds:.3f} of real time, one core")


if __name__ == "__main__":
    main()
