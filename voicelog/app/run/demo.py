"""The main job on any machine: sentences spoken by the synthesiser take the very way that a person's do."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.run import batch as run
from voicelog.app.run.voice_output import Aloud
from voicelog.app.view.events import Showing
from voicelog.app.view.lines import describe
from voicelog.core.entry import Change
from voicelog.sound.clip import Sound
from voicelog.sound.stream import FRAME, RATE, Block, Notice, Samples
from voicelog.sound.synthesiser import Style, Synthesiser

SENTENCES = (
    "Bad spasm, legs, eight out of ten.",
    "It lasted two minutes.",
    "Ibuprofen, two tablets.",
    "How many spasms today?",
)
USER = Style(volume=1.0, rate=140)
"""The voice of the demonstration's user, slower than the logger's."""

PAUSE_S = 2.5
HISS = 8.0
"""Noise of the made room, RMS of 32768."""

ANSWER_S = 15.0


class Spoken:
    """Sentences as a source of sound; each is made, told to ``begin``, and followed by a pause."""

    def __init__(self, sentences: Sequence[str], synthesiser: Synthesiser, begin: Callable[[str, Sound], None]) -> None:
        self._sentences = sentences
        self._synthesiser = synthesiser
        self._begin = begin
        self._closed = False

    def __iter__(self) -> Iterator[Block | Notice]:
        noise = np.random.default_rng(1)
        t = 0.0
        for sentence in self._sentences:
            if self._closed:
                return
            sound = self._synthesiser.sound(sentence, USER)
            self._begin(sentence, sound)
            said = sound.at_rate(RATE).samples * 20000
            quiet = np.zeros(int(PAUSE_S * RATE))
            room = np.concatenate([quiet[: RATE // 2], said, quiet])
            for block in _frames((room + noise.normal(0, HISS, len(room))).astype(np.int16)):
                yield Block(t, block)
                t += len(block) / RATE

    def close(self) -> None:
        """Give no more."""
        self._closed = True


def _frames(samples: Samples) -> Iterator[Samples]:
    whole = len(samples) // FRAME * FRAME
    for start in range(0, whole, 16 * FRAME):
        yield samples[start : min(start + 16 * FRAME, whole)]


class Steps:
    """Each step as a line for people."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def __call__(self, event: str, values: dict[str, Any], change: Change | None = None) -> None:
        """Tell of one event."""
        match event:
            case "heard":
                self._tell(f"  it hears    {values['text']}")
            case "said":
                self._tell(f"  it answers  “{values['text']}”")
            case "problem":
                self._tell(f"  problem     {values['text']}")
            case _ if change is not None:
                verb = {"saved": "it saves", "changed": "it changes"}.get(event, event)
                self._tell(f"  {verb:11} {describe(change.entry)}")


def demonstrate(
    live_settings: Callable[[Path], LiveSettings],
    tell: Callable[[str], None],
    emit: Showing | None = None,
    now: datetime | None = None,
) -> None:
    """Speak, listen, save and answer, in a diary that is thrown away; heard where there is a speaker.

    ``live_settings`` gives the settings for a diary's file. Raises :class:`VoiceError` where there is no synthesiser.
    """
    now = now or datetime.now().astimezone().replace(hour=15, minute=0, second=0, microsecond=0)
    with tempfile.TemporaryDirectory(prefix="voicelog-demo-") as folder:
        live = live_settings(Path(folder) / "diary.db")
        synthesiser = Synthesiser()
        mouth = Aloud(lambda: live.current, lambda _: None, tell)

        def begin(sentence: str, sound: Sound) -> None:
            mouth.wait(ANSWER_S)
            tell(f"You say       “{sentence}”")
            if mouth.speaker is not None:
                mouth.speaker.play(sound)
                mouth.wait(ANSWER_S)

        try:
            synthesiser.start()
            mouth.prepare()
            run.listen_fast(
                live, Spoken(SENTENCES, synthesiser, begin), now, emit or Showing(lambda _: Steps(tell)), mouth
            )
        finally:
            mouth.close()
            synthesiser.close()
