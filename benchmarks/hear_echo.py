"""Whether the logger takes its own voice for speech, and how soon a person is heard over it.

Its voice (clips of the development speech, in turn) comes back in the microphone after a delay and through a room, so
many decibels below the person; then a person speaks over it. Printed for each level: openings and utterances in some
minutes of its own voice alone, and the share of people heard within a third of a second, with the median.

Needs: the unpacked model and ../shared/speech. Usage: hear_echo.py MODEL [SPEECH] [--minutes 10]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hear_common import Given, clips, judge_by, loaded
from hear_sounds import RATE, Samples, Speaker, hush, to_int16

from voicelog.recognise.events import Heard, SpeechBegan
from voicelog.recognise.listener import Listener


def echoed(sound: npt.NDArray[np.float32], decibels: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """The sound as it comes back: 90 ms later, with a room's decay over a fifth of a second."""
    ring = rng.standard_normal(RATE // 5).astype(np.float32) * np.exp(-np.arange(RATE // 5) / (RATE * 0.05))
    ring[0] = 4.0
    size = len(sound) + len(ring)
    back = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(ring / np.sqrt(np.sum(ring**2)), size), size)
    delay = int(0.09 * RATE)
    out = np.concatenate([np.zeros(delay, np.float32), back.astype(np.float32)])[: len(sound)]
    return np.asarray(out * 10 ** (decibels / 20) * 32768, np.float32)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("speech", type=Path, nargs="?", default=Path("../shared/speech"))
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--levels", type=float, nargs="+", default=[-20.0, -10.0, -5.0, 0.0])
    arguments.add_argument("--every", type=int, default=2)
    given = arguments.parse_args()
    ears, understanding = loaded(given.model)
    rng = np.random.default_rng(3)
    found = list(clips(given.speech / "own", "clean"))
    voices = [clip.samples for clip in found if len(clip.said) > 25]
    people = [clip for clip in found if clip.intent in ("stop", "undo", "log_spasm")][:: given.every]

    def listened(sound: Samples, saying: Speaker | None) -> list[object]:
        listener = Listener(Given(sound), ears.listening_for(None), judge_by(understanding), voice=lambda: saying)
        return list(listener)

    seconds = given.minutes * 60
    spoken: list[Samples] = []
    while sum(map(len, spoken)) < max(seconds, 20.0) * RATE:
        spoken.append(voices[len(spoken) % len(voices)])
    played = np.concatenate(spoken)
    own = played.astype(np.float32) / np.float32(32768)
    for decibels in given.levels:
        back = echoed(own, decibels, rng)
        mic = to_int16(back + hush(len(back) / RATE + 1, rng)[: len(back)])
        for name, saying in (("nothing done", None), ("own voice known", Speaker(played))):
            events = listened(mic, saying)
            opened = sum(isinstance(event, SpeechBegan) for event in events)
            heard = [event for event in events if isinstance(event, Heard)]
            taken = sum(understanding.of_utterance(event.utterance).accepted for event in heard)
            print(
                f"echo {decibels:+.0f} dB, {name}: {opened} openings, {len(heard)} heard, {taken} accepted", flush=True
            )
        late, right = [], 0
        warm = 10 * RATE
        for clip in people:
            sound = np.resize(mic, warm + len(clip.samples) + 2 * RATE).astype(np.int32)
            sound[warm : warm + len(clip.samples)] += clip.samples
            events = listened(np.clip(sound, -32768, 32767).astype(np.int16), Speaker(played))
            times = [e.t for e in events if isinstance(e, SpeechBegan) and e.t > 10 + clip.began - 0.2]
            late.append(times[0] - 10 - clip.began if times else 9.0)
            said = [understanding.of_utterance(e.utterance) for e in events if isinstance(e, Heard) and e.t > 10]
            right += any(meaning.accepted and meaning.intent == clip.intent for meaning in said)
        share = float(np.mean(np.array(late) < 0.33))
        print(f"  people heard in .33 s: {share:.2f}, median {np.median(late):.2f} s, understood {right}/{len(people)}")


if __name__ == "__main__":
    main()
