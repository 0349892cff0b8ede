"""Sentences into sound, through pyttsx3 in a process of its own."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from voicelog.core.errors import VoiceError
from voicelog.core.subprocess_work import environment
from voicelog.sound.clip import Sound, trimmed

START_TIMEOUT_S = 10.0
SENTENCE_TIMEOUT_S = 5.0
"""eSpeak needs some 15 ms for a sentence; one that takes this long hangs, and is started again."""

CACHE_SECONDS = 120.0
"""Sound kept in memory, oldest use dropped first: some 10 MB."""

NO_VOICE = (
    "There is no voice: the speech synthesiser could not be started ({why}). "
    "Install eSpeak NG (sudo apt-get install espeak-ng; brew install espeak-ng); logging goes on without it."
)

BAD_SENTENCE = (
    "The voice failed ({why}); logging goes on without it. If this stays so, check voice.name in the settings."
)


@dataclass(frozen=True, slots=True)
class Style:
    """How something is said. ``volume`` 0 to 1; ``rate`` words a minute, 80 to 400; ``voice`` as pyttsx3 names it."""

    volume: float = 0.7
    rate: int = 165
    whisper: bool = False
    voice: str = ""


class Synthesiser:
    """Turns sentences into :class:`Sound`. May be used from several threads; one sentence is made at a time."""

    def __init__(self, command: Iterable[str] = (sys.executable, "-m", "voicelog.sound.synthesiser_worker")) -> None:
        self._command = list(command)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._cache: OrderedDict[tuple[str, int, bool, str], Sound] = OrderedDict()
        self._cached_s = 0.0

    def sound(self, text: str, style: Style = Style()) -> Sound:
        """The sentence as sound at full volume, silence at its ends cut off.

        Raises :class:`VoiceError` where there is no synthesiser, or it fails or hangs; it may be asked again.
        """
        key = (text, style.rate, style.whisper, style.voice)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
            sound = self._made(text, style)
            self._keep(key, sound)
            return sound

    def start(self) -> None:
        """Start the process ahead of the first sentence. Raises :class:`VoiceError`."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """End the process. A sentence being made is given up."""
        self._kill()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _made(self, text: str, style: Style) -> Sound:
        process = self._running()
        assert self._folder is not None
        path = Path(self._folder.name) / "sentence.wav"
        path.unlink(missing_ok=True)
        job = {
            "text": text, "voice": style.voice, "whisper": style.whisper, "rate": style.rate, "file": str(path),
        }  # fmt: skip
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
        except OSError as error:
            self._kill()
            raise VoiceError(NO_VOICE.format(why=str(error))) from error
        self._answer(SENTENCE_TIMEOUT_S, BAD_SENTENCE)
        try:
            data, rate = soundfile.read(path, dtype="float32", always_2d=True)
        except (OSError, RuntimeError) as error:
            raise VoiceError(BAD_SENTENCE.format(why="it wrote no sound")) from error
        finally:
            path.unlink(missing_ok=True)
        return Sound(trimmed(np.ascontiguousarray(data.mean(axis=1), np.float32), rate), rate, text)

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._kill()
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="voicelog-voice-")
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                start_new_session=True,
                cwd=self._folder.name,
                env=environment(),
            )
        except OSError as error:
            raise VoiceError(NO_VOICE.format(why=str(error))) from error
        self._answers = queue.Queue()
        threading.Thread(
            target=_forward, args=(self._process, self._answers), name="voice answers", daemon=True
        ).start()
        self._answer(START_TIMEOUT_S, NO_VOICE)
        return self._process

    def _answer(self, timeout: float, sentence: str) -> None:
        try:
            answer = json.loads(self._answers.get(timeout=timeout) or '{"error": "it ended"}')
        except queue.Empty:
            answer = {"error": "it gives no answer"}
        if "error" in answer:
            self._kill()
            raise VoiceError(sentence.format(why=" ".join(str(answer["error"]).split()).rstrip(".")))

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _keep(self, key: tuple[str, int, bool, str], sound: Sound) -> None:
        self._cache[key] = sound
        self._cached_s += sound.seconds
        while self._cached_s > CACHE_SECONDS and len(self._cache) > 1:
            _, dropped = self._cache.popitem(last=False)
            self._cached_s -= dropped.seconds


def _forward(process: subprocess.Popen[str], answers: queue.Queue[str]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line)
    except ValueError:
        pass  # closed while we were reading: the process was ended by us
    answers.put("")
