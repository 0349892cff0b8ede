"""What understanding costs: real-time factor of both recognisers, milliseconds of choosing and matching, memory.

usage: python benchmarks/understand_cost.py

Plays ``own/clean`` and ``own/noise5`` on one core. Needs what ``understand_common`` says.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time

from understand_common import loaded, own

from voicelog.hear.recognise import RATE, padded_with_quiet
from voicelog.utterance import Utterance


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    recognition = loaded()
    pair = recognition.ears.listening_for(None)
    seconds, decoding, matching = 0.0, 0.0, []
    for condition in ("clean", "noise5"):
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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bare = float(subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=True).stdout)
    print(
        json.dumps(
            {
                "both recognisers, of real time": round(decoding / seconds, 3),
                "choosing and matching, median ms": round(statistics.median(matching), 1),
                "worst ms": round(max(matching), 1),
                "memory MB": round(peak),
                "against bare Vosk": round(peak / bare, 2),
            }
        )
    )


BARE = """
import re, vosk
from voicelog.system.models import installed_model
from voicelog.system.settings_file import load_settings
vosk.SetLogLevel(-1)
recogniser = vosk.KaldiRecognizer(vosk.Model(str(installed_model(load_settings()))), 16000)
recogniser.AcceptWaveform(bytes(320000)); recogniser.FinalResult()
print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024)
"""


if __name__ == "__main__":
    main()
