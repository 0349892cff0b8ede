"""The logger offered to others over the Wyoming protocol, as speech-to-text and intent services (Home Assistant).

Saves nothing: what was said is recognised and understood as ``voicelog understand`` does. Needs the ``wyoming``
package.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import soxr

from voicelog import __version__
from voicelog.core.errors import UsageError, VoicelogError
from voicelog.core.meaning import Meaning
from voicelog.sound.satellite import mono
from voicelog.sound.stream import RATE, Samples

try:
    from wyoming.asr import Transcribe, Transcript
    from wyoming.audio import AudioChunk, AudioStart, AudioStop
    from wyoming.error import Error
    from wyoming.event import Event
    from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info, IntentModel, IntentProgram
    from wyoming.intent import Entity, Intent, NotRecognized, Recognize
    from wyoming.ping import Ping, Pong
    from wyoming.server import AsyncEventHandler, AsyncTcpServer
except ImportError as error:
    raise UsageError("Wyoming services need one more package. Install it: pip install 'voicelog[wyoming]'.") from error

PORT = 10_300
LONGEST_S = 120.0
NAME = "voicelog"


@dataclass(frozen=True)
class Services:
    """What is offered: ``of_sound`` gives text and meaning of a clip, ``of_text`` the meaning of text.

    Each is called in a thread, one at a time.
    """

    of_sound: Callable[[Samples], tuple[str, Meaning]]
    of_text: Callable[[str], Meaning]
    language: str = "en"

    def info(self) -> Info:
        """What the service tells about itself."""
        by = Attribution(name=NAME, url="")
        about: dict[str, Any] = {"attribution": by, "installed": True, "version": __version__}
        languages = [self.language]
        hears = AsrModel(name=NAME, description="Spasm diary, offline", languages=languages, **about)
        knows = IntentModel(name=NAME, description="Spasm diary", languages=languages, **about)
        return Info(
            asr=[AsrProgram(name=NAME, description="Spasm diary, offline", models=[hears], **about)],
            intent=[IntentProgram(name=NAME, description="Spasm diary", models=[knows], **about)],
        )


def serve(services: Services, host: str = "127.0.0.1", port: int = PORT, *, beyond: bool = False) -> None:
    """Serve until interrupted. Other machines are served only with ``beyond``. Raises :class:`UsageError`."""
    asyncio.run(serving(services, host, port, beyond=beyond))


async def serving(services: Services, host: str = "127.0.0.1", port: int = PORT, *, beyond: bool = False) -> None:
    """Serve until cancelled. Raises :class:`UsageError`."""
    check_reach(host, beyond=beyond)
    one_at_a_time = asyncio.Lock()
    server = AsyncTcpServer(host, port)
    try:
        await server.run(lambda reader, writer: _Conversation(reader, writer, services, one_at_a_time))
    except OSError as error:
        raise UsageError(f"Port {port} of {host} cannot be served: {error.strerror}. Choose another port.") from error


def check_reach(host: str, *, beyond: bool) -> None:
    """Raise :class:`UsageError` for an address that other machines can reach, unless they are to."""
    if not beyond and not _is_loopback(host):
        raise UsageError(f"{host} can be reached from other machines. Give --beyond if that is meant, else 127.0.0.1.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Conversation(AsyncEventHandler):
    """One client."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, services: Services, turn: asyncio.Lock
    ) -> None:
        super().__init__(reader, writer)
        self._services = services
        self._turn = turn
        self._sound: list[Samples] = []
        self._rate = RATE
        self._seconds = 0.0

    async def handle_event(self, event: Event) -> bool:
        try:
            answer = await self._answer(event)
        except (VoicelogError, ValueError, KeyError) as error:
            answer = Error(text=str(error)).event()
        if answer is not None:
            await self.write_event(answer)
        return True

    async def _answer(self, event: Event) -> Event | None:
        if Describe.is_type(event.type):
            return self._services.info().event()
        if Ping.is_type(event.type):
            return Pong(text=Ping.from_event(event).text).event()
        if AudioStart.is_type(event.type) or Transcribe.is_type(event.type):
            self._sound, self._seconds = [], 0.0
        elif AudioChunk.is_type(event.type):
            self._take(AudioChunk.from_event(event))
        elif AudioStop.is_type(event.type):
            sound, self._sound = self._sound, []
            text, _ = await self._in_turn(self._services.of_sound, _joined(sound, self._rate))
            return Transcript(text=text, language=self._services.language).event()
        elif Recognize.is_type(event.type):
            return _intent(await self._in_turn(self._services.of_text, Recognize.from_event(event).text))
        return None

    def _take(self, chunk: AudioChunk) -> None:
        samples = mono(chunk.audio, chunk.width, chunk.channels)
        self._rate = chunk.rate
        self._seconds += len(samples) / chunk.rate
        if self._seconds <= LONGEST_S:
            self._sound.append(samples)

    async def _in_turn(self, work: Callable[[Any], Any], what: object) -> Any:
        async with self._turn:
            return await asyncio.to_thread(work, what)


def _joined(sound: list[Samples], rate: int) -> Samples:
    if not sound:
        return np.zeros(0, np.int16)
    joined = np.concatenate(sound)
    return joined if rate == RATE else np.asarray(soxr.resample(joined, rate, RATE), np.int16)


def _intent(meaning: Meaning) -> Event:
    if not meaning.accepted or meaning.intent is None:
        return NotRecognized(text=meaning.reason or None).event()
    entities = [
        Entity(name=name, value=list(value) if isinstance(value, tuple) else value)
        for name, value in meaning.slots.items()
    ]
    return Intent(name=meaning.intent, entities=entities, text=meaning.text).event()
