"""The synthesiser's own process: sentences in as JSON lines, sound files out.

pyttsx3 prints while it saves, its engines can hang, and a missing eSpeak voice folder makes the library end the
process; here none of that reaches the logger. Run by :mod:`voicelog.sound.synthesiser`, never by hand.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import Any, TextIO

WHISPER = "+whisper"
ESPEAK_VOICE = "en-us"
SENTENCE_TIMEOUT_S = 4.0


def _voice(engine: Any, wanted: str, whisper: bool) -> str | None:
    if engine.driver_name != "espeak":
        return wanted or None
    return (wanted or ESPEAK_VOICE) + (WHISPER if whisper else "")


def _settle(engine: Any) -> None:
    """Wait until eSpeak has taken the properties: runAndWait cancels whatever is still queued when it begins."""
    if engine.driver_name == "espeak":
        from pyttsx3.drivers import _espeak

        _espeak.Synchronize()


def _save(engine: Any, job: dict[str, Any]) -> None:
    failures: list[object] = []
    finished = threading.Event()
    tokens = [
        engine.connect("error", lambda **what: failures.append(what["exception"])),
        engine.connect("finished-utterance", lambda **_: finished.set()),
    ]
    try:
        voice = _voice(engine, job["voice"], job["whisper"])
        if voice is not None:
            engine.setProperty("voice", voice)
        engine.setProperty("rate", int(job["rate"]))
        _settle(engine)
        engine.save_to_file(job["text"], job["file"])
        engine.runAndWait()
        # eSpeak works in a thread of its own, and its driver comes back from runAndWait before the file is written.
        if engine.driver_name == "espeak" and not finished.wait(SENTENCE_TIMEOUT_S):
            raise TimeoutError("it gives no sound")
    finally:
        for token in tokens:
            engine.disconnect(token)
    if failures:
        raise RuntimeError(str(failures[0]))


def serve(lines: TextIO, answers: TextIO) -> None:
    """Answer every job (``text``, ``voice``, ``whisper``, ``rate`` in words a minute, ``file``) until the end."""

    def answer(**values: object) -> None:
        answers.write(json.dumps(values) + "\n")
        answers.flush()

    try:
        import pyttsx3

        engine = pyttsx3.init()
    except Exception as error:
        answer(error=str(error) or type(error).__name__)
        return
    answer(ready=True, driver=engine.driver_name)
    for line in lines:
        try:
            _save(engine, json.loads(line))
        except TimeoutError as error:
            answer(error=str(error))
            return  # the engine is stuck; a new process is quicker than any cure
        except Exception as error:
            answer(error=str(error) or type(error).__name__)
        else:
            answer(ok=True)


def main() -> None:
    """Keep standard output for the answers alone; whatever else is printed goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
