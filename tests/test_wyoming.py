"""The Wyoming protocol, its own package at the other end: the services, and a satellite as microphone and speaker."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import read_event, write_event
from wyoming.intent import Intent, Recognize
from wyoming.satellite import RunSatellite

from tests.hear.sounds import in_noise, silence, spoken
from tests.model import model
from voicelog.diary import open_diary
from voicelog.sound.stream import RATE, Samples

__all__ = ["model"]

ABOUT: dict[str, Any] = {"rate": RATE, "width": 2, "channels": 1}
PATIENCE_S = 60.0

CLIPS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "Spasm, left leg, seven out of ten.": ("spasm left leg seven out of ten", "log_spasm", {"severity": 7}),
    "Bad spasm, both legs, eight out of ten.": ("bad spasm both legs eight out of ten", "log_spasm", {"severity": 8}),
    "Headache, five out of ten.": ("headache five out of ten", "log_symptom", {"symptom": "headache", "severity": 5}),
    "How many spasms today?": ("how many spasms today", "review_count", {"period": "today"}),
    "Massage for ten minutes.": ("massage for ten minutes", "log_treatment", {"duration_s": 600}),
    "Cramp in my left foot, four out of ten.": (
        "cramp in my left foot four out of ten", "log_spasm", {"severity": 4, "locations": ["left foot"]},
    ),
    "Spasm in my right arm, six, it lasted two minutes.": (
        "spasm in my right arm six it lasted two minutes", "log_spasm", {"severity": 6, "duration_s": 120},
    ),
    "It lasted two minutes.": ("it lasted two minutes", "amend", {"duration_s": 120}),
    "When did I last take my baclofen?": (
        "when did i last take my baclofen", "review_medication", {"medication": "baclofen"},
    ),
    "Read last night's entries.": ("read last night's entries", "review_list", {"period": "last night"}),
}  # fmt: skip


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "voicelog", *arguments]
    by_day = {**os.environ, "VOICELOG_NIGHT_MODE": "off"}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=by_day)
    try:
        yield running
    finally:
        running.terminate()
        running.communicate(timeout=PATIENCE_S)


async def connected(port: int, running: subprocess.Popen[str]) -> AsyncTcpClient:
    client = AsyncTcpClient("127.0.0.1", port)
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            await client.connect()
        except OSError:
            assert running.poll() is None
            assert time.monotonic() < until
            await asyncio.sleep(0.1)
        else:
            return client


def test_a_client_gets_transcripts_and_intents(model: Path) -> None:
    async def conversation(running: subprocess.Popen[str]) -> None:
        client = await connected(port, running)
        for said, (transcript, name, slots) in CLIPS.items():
            await client.write_event(Transcribe(language="en").event())
            await client.write_event(AudioStart(**ABOUT).event())
            sound = spoken(said)
            for at in range(0, len(sound), 1024):
                await client.write_event(AudioChunk(**ABOUT, audio=sound[at : at + 1024].tobytes()).event())
            await client.write_event(AudioStop().event())
            answer = await client.read_event()
            assert answer is not None
            text = Transcript.from_event(answer).text
            assert text == transcript
            await client.write_event(Recognize(text).event())
            answer = await client.read_event()
            assert answer is not None
            intent = Intent.from_event(answer)
            assert intent.name == name
            assert slots.items() <= {entity.name: entity.value for entity in intent.entities}.items()
        await client.disconnect()

    del model
    port = free_port()
    with process("wyoming", "--port", str(port)) as running:
        asyncio.run(asyncio.wait_for(conversation(running), PATIENCE_S * 2))


def test_the_services_are_for_this_machine_unless_asked() -> None:
    with process("wyoming", "--host", "0.0.0.0") as running:
        _, told = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 2
    assert "other machines" in told


class Satellite:
    """A satellite that sends a sound in real time, over a room's noise, and keeps what it is to play."""

    def __init__(self, sound: Samples) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._sound = in_noise(sound)
        self.played: list[Samples] = []
        self._done = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self._done.set()
        self._server.close()

    def _run(self) -> None:
        connection, _ = self._server.accept()
        reader = connection.makefile("rb")
        first = read_event(reader)
        assert first is not None
        assert RunSatellite.is_type(first.type)
        threading.Thread(target=self._listen, args=(reader,), daemon=True).start()
        # The logger may be ended while this still speaks.
        with suppress(BrokenPipeError, ConnectionResetError), connection, connection.makefile("wb") as writer:
            write_event(AudioStart(**ABOUT).event(), writer)
            began, at = time.monotonic(), 0
            while not self._done.is_set():
                piece = np.take(self._sound, range(at, at + 1024), mode="wrap")
                write_event(AudioChunk(**ABOUT, audio=piece.tobytes()).event(), writer)
                at += 1024
                time.sleep(max(0.0, began + at / RATE - time.monotonic()))

    def _listen(self, reader: Any) -> None:
        while (event := read_event(reader)) is not None:
            if AudioChunk.is_type(event.type):
                self.played.append(np.frombuffer(AudioChunk.from_event(event).audio, np.int16))


def test_a_satellite_is_microphone_and_speaker(model: Path, tmp_path: Path) -> None:
    del model
    db = tmp_path / "diary.db"
    said = spoken("Bad spasm, both legs, eight out of ten.")
    satellite = Satellite(np.concatenate([silence(1.5), said, silence(60.0)]))
    with process("listen", "--json", "--speak", "--db", str(db), "--wyoming", f"127.0.0.1:{satellite.port}") as running:
        assert running.stdout is not None
        seen = []
        for line in running.stdout:
            seen.append(json.loads(line))
            if seen[-1]["event"] in ("said", "problem"):
                break
        until = time.monotonic() + PATIENCE_S
        while sum(map(len, satellite.played)) < RATE and time.monotonic() < until:
            time.sleep(0.05)
    satellite.close()
    assert [event for event in seen if event["event"] == "problem"] == []
    saved = [event["entry"] for event in seen if event["event"] == "saved"]
    assert [(entry["kind"], entry["severity"]) for entry in saved] == [("spasm", 8)]
    with open_diary(db, read_only=True) as diary:
        assert [entry.severity for entry in diary.entries()] == [8]
    assert np.abs(np.concatenate(satellite.played).astype(int)).max() > 1000


def test_a_satellite_that_is_not_there_is_told(model: Path, tmp_path: Path) -> None:
    del model
    with process("listen", "--db", str(tmp_path / "d.db"), "--wyoming", f"127.0.0.1:{free_port()}") as running:
        _, told = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 1
    assert "cannot be reached" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("other", [["--from-text"], ["--input", "a.wav"]])
def test_a_satellite_is_the_only_source(other: list[str]) -> None:
    with process("listen", "--wyoming", "127.0.0.1:10700", *other) as running:
        _, told = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 2
    assert "together" in told
