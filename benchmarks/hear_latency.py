"""From the end of the last word to the decision, in real time, against bare Vosk's final result on the same clips.

Every clip of the development speech that the logger is to save (``--every N`` takes each Nth) is played in real time,
in its own noise, into the listener and into bare Vosk, in turn. The listener's time includes understanding; what
saving adds is measured by ``diary_speed.py``. Prints median and 95 % for both, the ratio of the medians, and how many
clips of each condition were cut in two entries.

Needs: the unpacked model and ../shared/speech.
Usage: hear_latency.py MODEL [SPEECH] [--conditions clean slow] [--every 1]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import vosk
from hear_common import clips, judge_by, loaded
from hear_sounds import RATE, Samples, hush, room_around, to_int16

from voicelog.hear.blocks import FRAME, FRAME_S, Block, Notice
from voicelog.hear.events import Heard
from voicelog.hear.listener import Listener

SAVED = ("log_", "start_", "end_", "amend", "add_")
LEAD_S = 1.0
TAIL_S = 2.5


class Paced:
    """Samples in real time; remembers when it began."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self.began = 0.0

    def __iter__(self) -> Iterator[Block | Notice]:
        self.began = time.monotonic()
        for number in range(len(self._samples) // FRAME):
            ready = self.began + (number + 1) * FRAME_S
            time.sleep(max(0.0, ready - time.monotonic()))
            yield Block(number * FRAME_S, self._samples[number * FRAME : (number + 1) * FRAME])

    def close(self) -> None:
        """Nothing is open."""


def bare_vosk(model: vosk.Model, samples: Samples) -> list[float]:
    """When bare Vosk gave each final result with words, seconds since the beginning."""
    recogniser = vosk.KaldiRecognizer(model, RATE)
    source, times = Paced(samples), []
    for block in source:
        assert isinstance(block, Block)
        if recogniser.AcceptWaveform(block.samples.tobytes()) and json.loads(recogniser.Result())["text"]:
            times.append(time.monotonic() - source.began)
    return times


def figures(name: str, late: list[float]) -> float:
    """Print and give the median."""
    median = float(np.median(late))
    print(f"{name:10} median {median:.2f} s, 95 % {np.quantile(late, 0.95):.2f} s, of {len(late)}", flush=True)
    return median


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("speech", type=Path, nargs="?", default=Path("../shared/speech"))
    arguments.add_argument("--conditions", nargs="+", default=["clean", "slow", "noise10", "far", "whisper"])
    arguments.add_argument("--every", type=int, default=1)
    given = arguments.parse_args()
    ears, understanding = loaded(given.model)
    pair, judge = ears.listening_for(None), judge_by(understanding)
    model = vosk.Model(str(given.model))
    rng = np.random.default_rng(2)
    ours: list[float] = []
    theirs: list[float] = []
    for condition in given.conditions:
        cut = missed = total = 0
        late: list[float] = []
        for clip in list(clips(given.speech / "own", condition))[:: given.every]:
            if clip.intent is None or not clip.intent.startswith(SAVED):
                continue
            around = room_around(clip.samples, LEAD_S + TAIL_S, rng)
            around = to_int16(around + hush(LEAD_S + TAIL_S, rng))
            lead = int(LEAD_S * RATE)
            sound = np.concatenate([around[:lead], clip.samples, around[lead:]])
            ended = LEAD_S + clip.ended
            times, entries = [], 0
            source = Paced(sound)
            for event in Listener(source, pair, judge):
                if isinstance(event, Heard):
                    meaning = understanding.of_utterance(event.utterance)
                    if meaning.accepted and meaning.intent is not None and meaning.intent.startswith(SAVED):
                        times.append(time.monotonic() - source.began - ended)
                        entries += meaning.intent.startswith("log_")
            total += 1
            cut += entries > 1
            if times:
                late.append(times[-1])
                if finals := bare_vosk(model, sound):
                    theirs.append(finals[-1] - ended)
            else:
                missed += 1
        figures(condition, late)
        print(f"{'':10} {cut} of {total} cut in two entries, {missed} not understood", flush=True)
        ours += late
    ratio = figures("listener", ours) / figures("bare Vosk", theirs)
    print(f"ratio of the medians {ratio:.2f}")


if __name__ == "__main__":
    main()
