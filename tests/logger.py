"""``voicelog listen --json`` as a process of its own, for tests in real time."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.model import CACHE, model
from tests.room import RATE
from voicelog.sound.synthesiser import Style, Synthesiser

__all__ = ["Logger", "env", "model", "say"]

SEVEN = "Spasm in my left arm, seven out of ten."
EIGHT = "Bad spasm, both legs, eight out of ten."
PATIENCE_S = 30.0

Samples = npt.NDArray[np.int16]


@pytest.fixture(scope="module")
def say() -> Iterator[dict[str, Samples]]:
    """Sentences as sound, 16 kHz."""
    synthesiser = Synthesiser()
    made = {text: synthesiser.sound(text, Style(rate=140)).at_rate(RATE).samples for text in (SEVEN, EIGHT)}
    yield {text: (samples * 20000).astype(np.int16) for text, samples in made.items()}
    synthesiser.close()


class Logger:
    """``voicelog listen --json`` as a process of its own."""

    def __init__(self, db: Path, *options: str, env: dict[str, str]) -> None:
        command = [sys.executable, "-m", "voicelog", "listen", "--json", "--db", str(db), *options]
        self.process = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        self.seen: list[dict[str, Any]] = []
        self._queue: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(json.loads(line))
        self._queue.put(None)

    def _next(self, awaited: str) -> dict[str, Any]:
        try:
            told = self._queue.get(timeout=PATIENCE_S)
        except queue.Empty:
            pytest.fail(f"no {awaited}, only: {self.seen}")
        assert told is not None, f"ended before {awaited}: {self.seen} {self.errors()}"
        return told

    def until(self, event: str, **values: Any) -> dict[str, Any]:
        """The next event of that name and those values."""
        while True:
            told = self._next(event)
            self.seen.append(told)
            if told["event"] == event and all(told.get(name) == value for name, value in values.items()):
                return told

    def until_rated(self) -> None:
        """Until an entry with its severity is on disk, in one breath or two: a pause may end the first."""
        while True:
            told = self._next("a severity")
            self.seen.append(told)
            if told["event"] in ("saved", "changed") and "severity" in told["entry"]:
                return

    def rest(self) -> list[dict[str, Any]]:
        """Whatever else it tells until it ends."""
        while (told := self._queue.get(timeout=PATIENCE_S)) is not None:
            self.seen.append(told)
        self.process.wait(PATIENCE_S)
        return self.seen

    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_S)


@pytest.fixture
def env(model: Path) -> dict[str, str]:
    """Of this machine's own, only what setup made: the model, and what was learned of it."""
    return environment(model)


def environment(model: Path) -> dict[str, str]:
    """The same, for a model in this folder."""
    return {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "XDG_CACHE_HOME": str(CACHE),
        "VOICELOG_MODEL_DIR": str(model),
        "VOICELOG_NIGHT_MODE": "off",
        "VOICELOG_QUESTIONS_UNSURE": "no",
    }
