"""From the end of the last word to the decision, in real time, against bare Vosk's final result on the same clips.

Every clip of the development speech that the logger is to save (``--every N`` takes each Nth) is played in real time,
in its own noise, into the listener and into bare Vosk, in turn. The listener's time includes understanding; what
saving adds is measured by ``diary_speed.py``. Prints median and 95 % for both, the ratio of the medians, how many clips
of each condition were cut into several utterances and in two entries, and how many were right in one piece.

With ``--fast`` the sound is given as fast as it is taken, the decision's place on the sound's clock is what
counts, and bare Vosk is left out. With ``--explain`` each clip that was cut or late is shown.

Needs: the unpacked model and ../shared/speech.
Usage: hear_latency.py MODEL [SPEECH] [--conditions clean slow] [--every 1] [--fast]
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

from voicelog.recognise.events import Heard
from voicelog.recognise.listener import Listener
from voicelog.sound.stream import FRAME, FRAME_S, Block, Notice

SAVED = ("log_", "start_", "end_", "amend", "add_")
LEAD_S = 1.0
TAIL_S = 2.5


class Paced:
    """Samples in real time, or as fast as they are taken."""

    def __init__(self, samples: Samples, *, fast: bool = False) -> None:
        self._samples = samples
        self._fast = fast
        self._began = 0.0

    @property
    def now(self) -> float:
        """Seconds since the sound began."""
        return time.monotonic() - self._began

    def __iter__(self) -> Iterator[Block | Notice]:
        self._began = time.monotonic()
        for number in range(len(self._samples) // FRAME):
            if not self._fast:
                time.sleep(max(0.0, (number + 1) * FRAME_S - self.now))
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
            times.append(source.now)
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
    arguments.add_argument("--fast", action="store_true")
    arguments.add_argument("--explain", action="store_true")
    given = arguments.parse_args()
    ears, understanding = loaded(given.model)
    pair, judge = ears.listening_for(None), judge_by(understanding)
    model = vosk.Model(str(given.model))
    rng = np.random.default_rng(2)
    ours: list[float] = []
    theirs: list[float] = []
    for condition in given.conditions:
        pieces = cut = right = missed = total = 0
        late: list[float] = []
        for clip in list(clips(given.speech / "own", condition))[:: given.every]:
            if clip.intent is None or not clip.intent.startswith(SAVED):
                continue
            around = room_around(clip.samples, LEAD_S + TAIL_S, rng)
            around = to_int16(around + hush(LEAD_S + TAIL_S, rng))
            lead = int(LEAD_S * RATE)
            sound = np.concatenate([around[:lead], clip.samples, around[lead:]])
            ended = LEAD_S + clip.ended
            times, entries, heard = [], 0, []
            source = Paced(sound, fast=given.fast)
            for event in Listener(source, pair, judge):
                if isinstance(event, Heard):
                    meaning = understanding.of_utterance(event.utterance)
                    heard.append(meaning)
                    if meaning.accepted and meaning.intent is not None and meaning.intent.startswith(SAVED):
                        times.append((event.t if given.fast else source.now) - ended)
                        entries += meaning.intent.startswith("log_")
            total += 1
            cut += entries > 1
            pieces += len(heard) > 1
            right += len(heard) == 1 and heard[0].accepted and heard[0].intent == clip.intent
            if given.explain and (len(heard) > 1 or not times or times[-1] > 0.6):
                print(f"  {clip.said!r}: {[m.text for m in heard]} {np.round(times, 2)}", flush=True)
            if times:
                late.append(times[-1])
                if not given.fast and (finals := bare_vosk(model, sound)):
                    theirs.append(finals[-1] - ended)
            else:
                missed += 1
        figures(condition, late)
        print(
            f"{'':10} of {total}: {pieces} in several utterances, {cut} in two entries; "
            f"{right} with the right intent in one piece, {missed} not understood",
            flush=True,
        )
        ours += late
    median = figures("listener", ours)
    if theirs:
        print(f"ratio of the medians {median / figures('bare Vosk', theirs):.2f}")


if __name__ == "__main__":
    main()
