"""The logger offered to others over the Wyoming protocol, as speech-to-text and intent services (Home Assistant).

Saves nothing: what was said is recognised and understood as ``voicelog understand`` does. Needs the ``wyoming``
package.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import soxr

from voicelog import __version__
from voicelog.core.errors import UsageError, VoicelogError
from voicelog.core.faults import unexpected
from voicelog.core.meaning import Meaning
from voicelog.sound.satellite import NEEDS_PACKAGE, mono
from voicelog.sound.stream import RATE, Samples
from voicelog.sound.wyoming_frames import EVENT_S, FrameError, header, sound_form, text_of, with_data

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
    raise UsageError(NEEDS_PACKAGE) from error

PORT = 10_300
LONGEST_S = 120.0
"""Seconds of sound in one utterance; what comes after is not kept."""
LONGEST_TEXT = 4000
SOUND_KEPT = 32 << 20
"""Bytes of sound kept for all clients together."""
CLIENTS = 200
"""So many may be connected; the one that has been silent longest goes for a new one."""
ANSWER_S = 10.0
"""Seconds in which a client must take its answer."""
PIECE = 1 << 16
"""Samples that are converted at a time."""
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
    shared = _Shared()
    server = AsyncTcpServer(host, port)
    try:
        await server.run(lambda reader, writer: _Conversation(reader, writer, services, shared))
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


@dataclass
class _Shared:
    """What the clients share: whose turn it is, the bytes of sound kept for all of them, who is there."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    kept: int = 0
    clients: dict[_Conversation, float] = field(default_factory=dict)
    """Each client, and when it was last heard of."""

    def keep(self, size: int) -> None:
        """Make room for so many bytes. Raises :class:`FrameError` where there is none."""
        if self.kept + size > SOUND_KEPT:
            raise FrameError("Too much sound comes at once. Try again in a moment.")
        self.kept += size


class _Conversation(AsyncEventHandler):
    """One client."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, services: Services, shared: _Shared
    ) -> None:
        super().__init__(reader, writer)
        self._services = services
        self._shared = shared
        self._sound: list[Samples] = []
        self._resampler: Any = None
        self._rate = RATE
        self._seconds = 0.0

    async def run(self) -> None:
        """Answer events until the client goes, or sends what cannot be understood."""
        clients = self._shared.clients
        clients[self] = time.monotonic()
        if len(clients) > CLIENTS:
            await min(clients, key=clients.__getitem__).stop()
        try:
            while (event := await self._next()) is not None:
                clients[self] = time.monotonic()
                await self.handle_event(event)
        except FrameError as error:
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(self.write_event(Error(text=str(error)).event()), ANSWER_S)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            # It went in the midst of it, or takes no answer.
            pass
        finally:
            clients.pop(self, None)
            self._forget()
            await self.disconnect()
            self.writer.close()

    async def _next(self) -> Event | None:
        """The next event; None at the end. Raises :class:`FrameError` where the rest cannot be understood."""
        first = await self.reader.read(1)
        if not first:
            return None
        reserved = 0
        try:
            async with asyncio.timeout(EVENT_S):
                line = first if first == b"\n" else first + await self.reader.readuntil(b"\n")
                head = header(line)
                self._shared.keep(head.data_length + head.payload_length)
                reserved = head.data_length + head.payload_length
                more = await self.reader.readexactly(head.data_length)
                payload = await self.reader.readexactly(head.payload_length)
        except asyncio.LimitOverrunError as error:
            raise FrameError("A line does not end, so this is not the Wyoming protocol.") from error
        except TimeoutError as error:
            raise FrameError("An event that was begun did not come to its end.") from error
        finally:
            self._shared.kept -= reserved
        return Event(type=head.type, data=dict(with_data(head, more)), payload=payload or None)

    async def handle_event(self, event: Event) -> bool:
        try:
            answer = await self._answer(event)
        except (VoicelogError, FrameError) as error:
            answer = Error(text=str(error)).event()
        except Exception as error:
            # A fault of ours in what one client asked for is told to that client.
            answer = Error(text=unexpected(error)).event()
        if answer is not None:
            await asyncio.wait_for(self.write_event(answer), ANSWER_S)
        return True

    async def _answer(self, event: Event) -> Event | None:
        data = event.data or {}
        if Describe.is_type(event.type):
            return self._services.info().event()
        if Ping.is_type(event.type):
            return Pong(text=text_of(data)).event()
        if AudioStart.is_type(event.type) or Transcribe.is_type(event.type):
            self._forget()
            if AudioStart.is_type(event.type):
                sound_form(data)
        elif AudioChunk.is_type(event.type):
            await self._take(data, event.payload or b"")
        elif AudioStop.is_type(event.type):
            sound = self._joined()
            self._forget()
            text, _ = await self._in_turn(self._services.of_sound, sound)
            return Transcript(text=text, language=self._services.language).event()
        elif Recognize.is_type(event.type):
            text = text_of(data) or ""
            if len(text) > LONGEST_TEXT:
                raise FrameError(f"A text of more than {LONGEST_TEXT} letters is not understood.")
            return _intent(await self._in_turn(self._services.of_text, text))
        return None

    async def _take(self, data: Mapping[str, Any], audio: bytes) -> None:
        rate, width, channels = sound_form(data)
        left = LONGEST_S - self._seconds
        frame = width * channels
        samples = mono(audio[: max(0, int(left * rate)) * frame], width, channels)
        self._seconds += len(samples) / rate
        if self._resampler is None or rate != self._rate:
            self._rate = rate
            self._resampler = None if rate == RATE else soxr.ResampleStream(rate, RATE, 1, dtype="int16")
        for at in range(0, len(samples), PIECE):
            piece = samples[at : at + PIECE]
            self._keep(piece if self._resampler is None else self._resampler.resample_chunk(piece))
            await asyncio.sleep(0)  # others are answered meanwhile

    def _keep(self, sound: Samples) -> None:
        self._shared.keep(sound.nbytes)
        self._sound.append(np.array(sound, np.int16))

    def _joined(self) -> Samples:
        if self._resampler is not None:
            self._keep(self._resampler.resample_chunk(np.empty(0, np.int16), last=True))
        return np.concatenate(self._sound) if self._sound else np.zeros(0, np.int16)

    def _forget(self) -> None:
        self._shared.kept -= sum(piece.nbytes for piece in self._sound)
        self._sound, self._seconds, self._resampler = [], 0.0, None

    async def _in_turn(self, work: Callable[[Any], Any], what: object) -> Any:
        async with self._shared.turn:
            return await asyncio.to_thread(work, what)


def _intent(meaning: Meaning) -> Event:
    if not meaning.accepted or meaning.intent is None:
        return NotRecognized(text=meaning.reason or None).event()
    entities = [
        Entity(name=name, value=list(value) if isinstance(value, tuple) else value)
        for name, value in meaning.slots.items()
    ]
    return Intent(name=meaning.intent, entities=entities, text=meaning.text).event()
