"""What understanding costs: real-time factor of both recognisers, milliseconds of choosing and matching, memory.

usage: python benchmarks/understand_cost.py

Plays ``own/clean`` and ``own/noise5`` on one core, to bare Vosk (the model and one recogniser with the open vocabulary)
as well, whose own share of real time shows how fast the machine is at that hour. Needs what ``understand_common`` says.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time

from understand_common import loaded, own

from voicelog.core.utterance import Utterance
from voicelog.recognise.decoder import RATE, padded_with_quiet

CONDITIONS = ("clean", "noise5")


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    recognition = loaded()
    recognition.understanding.forms.nearest("")  # how all words sound: as the logger does after its start …
    gc.freeze()  # … and this too
    pair = recognition.ears.listening_for(None)
    seconds, decoding, matching = 0.0, 0.0, []
    for condition in CONDITIONS:
        for clip in own(condition):
            sound = padded_with_quiet(clip.samples)
            seconds += len(sound) / RATE
            before = time.process_time()
            pair.grammar.accept(sound)
            pair.open.accept(sound)
            utterance = Utterance(grammar=pair.grammar.finish(), open=pair.open.finish(), samples=sound)
            decoding += time.process_time() - before
            before = time.process_time()
            recognition.understanding.explain(utterance)
            matching.append(1000 * (time.process_time() - before))
            recognition.ears.second_look(utterance, None, doubtful=True)  # for the memory that it needs
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bare_share, bare = bare_vosk()
    print(
        json.dumps(
            {
                "both recognisers, of real time": round(decoding / seconds, 3),
                "bare Vosk, of real time": round(bare_share, 3),
                "choosing and matching, median ms": round(statistics.median(matching), 1),
                "worst ms": round(max(matching), 1),
                "memory MB": round(peak),
                "bare Vosk MB": round(bare),
                "memory against bare Vosk": round(peak / bare, 2),
            }
        )
    )


def bare_vosk() -> tuple[float, float]:
    """Share of real time that bare Vosk takes for the same clips, and the MB that it takes at most."""
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    code = f"CONDITIONS = {CONDITIONS!r}\n{BARE}"
    said = subprocess.run([sys.executable, "-c", code], env=here, capture_output=True, text=True, check=True).stdout
    share, peak = said.split()
    return float(share), float(peak)


BARE = """
import re, time, vosk
from understand_common import own
from voicelog.recognise.decoder import RATE, padded_with_quiet
from voicelog.app.machine.models import installed_model
from voicelog.app.machine.settings_file import load_settings
vosk.SetLogLevel(-1)
recogniser = vosk.KaldiRecognizer(vosk.Model(str(installed_model(load_settings()))), 16000)
seconds, decoding = 0.0, 0.0
for condition in CONDITIONS:
    for clip in own(condition):
        sound = padded_with_quiet(clip.samples)
        seconds += len(sound) / RATE
        before = time.process_time()
        recogniser.AcceptWaveform(sound.tobytes())
        recogniser.FinalResult()
        decoding += time.process_time() - before
print(decoding / seconds, int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024)
"""


if __name__ == "__main__":
    main()
