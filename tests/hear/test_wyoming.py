from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event, read_event, write_event
from wyoming.info import Describe, Info
from wyoming.intent import Intent, NotRecognized, Recognize
from wyoming.satellite import RunSatellite

from tests.hear.sounds import spoken
from voicelog.app.run.wyoming_service import Services, serving
from voicelog.core.errors import DeviceError, UsageError
from voicelog.core.meaning import Meaning
from voicelog.sound.satellite import WyomingSource, mono, parse_address
from voicelog.sound.stream import RATE, Block, MicrophoneBack, MicrophoneLost, Notice, Samples


def chunks(samples: Samples, rate: int = RATE) -> list[Event]:
    about: dict[str, Any] = {"rate": rate, "width": 2, "channels": 1}
    cut = [AudioChunk(**about, audio=samples[at : at + 1024].tobytes()) for at in range(0, len(samples), 1024)]
    return [AudioStart(**about).event(), *(chunk.event() for chunk in cut), AudioStop().event()]


class Satellite:
    """A satellite of one connection at a time; the protocol is the package's own."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.server.getsockname()[1])
        self.played: list[Event] = []

    def accept(self) -> tuple[socket.socket, Any]:
        connection, _ = self.server.accept()
        reader = connection.makefile("rb")
        first = read_event(reader)
        assert first is not None
        assert RunSatellite.is_type(first.type)
        return connection, reader

    def send(self, connection: socket.socket, events: list[Event]) -> None:
        with connection.makefile("wb") as writer:
            for event in events:
                write_event(event, writer)


def test_sound_comes_from_a_satellite_and_goes_to_it() -> None:
    satellite = Satellite()
    said = spoken("undo that")
    source = WyomingSource("127.0.0.1", satellite.port)
    got: list[Block | Notice] = []
    thread = threading.Thread(target=lambda: got.extend(source), daemon=True)
    thread.start()
    connection, reader = satellite.accept()
    satellite.send(connection, chunks(said))
    source.play(said, RATE)
    kinds = []
    while (event := read_event(reader)) is not None:
        kinds.append(event.type)
        if AudioStop.is_type(event.type):
            break
    assert kinds[0] == "audio-start"
    assert kinds.count("audio-chunk") == -(-len(said) // 1024)

    connection.close()
    reader.close()
    again, _ = satellite.accept()
    satellite.send(again, chunks(said))
    again.shutdown(socket.SHUT_WR)
    satellite.server.close()
    while sum(isinstance(item, MicrophoneLost) for item in tuple(got)) < 2:
        thread.join(0.05)
    source.close()
    thread.join(10)
    assert not thread.is_alive()
    kept = [type(item) for item in got if not isinstance(item, Block)]
    assert kept[:3] == [MicrophoneLost, MicrophoneBack, MicrophoneLost]
    first = np.concatenate([item.samples for item in got[: got.index(next(n for n in got if type(n) is MicrophoneLost))]
                            if isinstance(item, Block)])  # fmt: skip
    assert np.array_equal(first[: len(said) // 512 * 512], said[: len(said) // 512 * 512])


@pytest.mark.parametrize("sent", [b"HTTP/1.1 400 Bad Request\r\n", b"[]\n", b'{"type": "audio-chunk"}\n'])
def test_what_is_no_wyoming_loses_the_satellite_and_it_is_tried_again(sent: bytes) -> None:
    satellite = Satellite()
    source = WyomingSource("127.0.0.1", satellite.port)
    got: list[Block | Notice] = []
    thread = threading.Thread(target=lambda: got.extend(source), daemon=True)
    thread.start()
    connection, _ = satellite.accept()
    connection.sendall(sent)
    again, _ = satellite.accept()
    satellite.send(again, chunks(spoken("undo that")))
    while not any(isinstance(item, Block) for item in tuple(got)):
        assert thread.is_alive()
        thread.join(0.05)
    source.close()
    thread.join(10)
    satellite.server.close()
    assert [type(item) for item in got[:2]] == [MicrophoneLost, MicrophoneBack]


def test_a_satellite_that_is_not_there_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    with pytest.raises(DeviceError, match="cannot be reached"):
        next(iter(WyomingSource("127.0.0.1", port)))


@pytest.mark.parametrize("text", ["bedroom", "bedroom:", ":10700", "bedroom:loud", "bedroom:99999"])
def test_an_address_needs_host_and_port(text: str) -> None:
    with pytest.raises(UsageError):
        parse_address(text)


def test_addresses() -> None:
    assert parse_address("bedroom.local:10700") == ("bedroom.local", 10700)
    assert parse_address("[::1]:10700") == ("::1", 10700)


def test_channels_and_widths_become_int16_mono() -> None:
    stereo = np.array([[100, 300], [-200, 200]], "<i2").tobytes()
    assert mono(stereo, 2, 2).tolist() == [200, 0]
    assert mono(np.array([65536 * 7], "<i4").tobytes(), 4, 1).tolist() == [7]
    with pytest.raises(DeviceError, match="8 bits"):
        mono(b"abc", 1, 1)


# ---- the services ---------------------------------------------------------------------------------------------------


def of_sound(samples: Samples) -> tuple[str, Meaning]:
    text = f"{len(samples) / RATE:.1f} seconds"
    return text, Meaning(text)


def of_text(text: str) -> Meaning:
    slots = {"severity": 8, "locations": ("both legs",)}
    return Meaning(text, "log_spasm", slots, 1.0, accepted="spasm" in text, reason="no sentence")


def talk(conversation: Callable[[AsyncTcpClient], Awaitable[None]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])

    async def both() -> None:
        serving_task = asyncio.create_task(serving(Services(of_sound, of_text), port=port))
        client = AsyncTcpClient("127.0.0.1", port)
        for _ in range(200):
            try:
                await client.connect()
                break
            except OSError:
                await asyncio.sleep(0.02)
        await conversation(client)
        await client.disconnect()
        serving_task.cancel()
        await asyncio.gather(serving_task, return_exceptions=True)

    asyncio.run(asyncio.wait_for(both(), 60))


async def answer(client: AsyncTcpClient) -> Event:
    event = await client.read_event()
    assert event is not None
    return event


def test_it_tells_what_it_offers() -> None:
    async def conversation(client: AsyncTcpClient) -> None:
        await client.write_event(Describe().event())
        info = Info.from_event(await answer(client))
        assert [program.name for program in (*info.asr, *info.intent)] == ["voicelog", "voicelog"]
        assert info.asr[0].models[0].languages == ["en"]

    talk(conversation)


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_sound_is_transcribed_and_text_understood(rate: int) -> None:
    async def conversation(client: AsyncTcpClient) -> None:
        for _ in range(2):
            await client.write_event(Transcribe(language="en").event())
            for event in chunks(np.zeros(rate * 2, np.int16), rate):
                await client.write_event(event)
            assert Transcript.from_event(await answer(client)).text == "2.0 seconds"
        await client.write_event(Recognize("bad spasm").event())
        intent = Intent.from_event(await answer(client))
        assert intent.name == "log_spasm"
        assert {entity.name: entity.value for entity in intent.entities} == {"severity": 8, "locations": ["both legs"]}
        await client.write_event(Recognize("nice weather").event())
        assert NotRecognized.is_type((await answer(client)).type)

    talk(conversation)


def test_other_machines_are_not_served_unless_asked() -> None:
    with pytest.raises(UsageError, match="other machines"):
        asyncio.run(serving(Services(of_sound, of_text), host="0.0.0.0", port=1))
