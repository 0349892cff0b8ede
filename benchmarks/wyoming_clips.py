"""The Wyoming services, asked by a client of the ``wyoming`` package: transcript and intent of labelled clips.

Starts ``voicelog wyoming``, sends it clips of the development speech that are for the logger, spread over all of them
(``--clips 0`` takes every one), and counts those whose transcript is word for word what was said, and those whose
intent and every slot are as labelled. Each that is not is shown.

Needs the installed model and ../shared/speech.
Usage: wyoming_clips.py [SPEECH] [--condition clean] [--clips 10]
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hear_common import Clip, clips
from hear_sounds import RATE
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.intent import Intent, Recognize

ABOUT: dict[str, Any] = {"rate": RATE, "width": 2, "channels": 1}
CHUNK = 1024
START_S = 60.0


async def connected(port: int) -> AsyncTcpClient:
    client, until = AsyncTcpClient("127.0.0.1", port), time.monotonic() + START_S
    while True:
        try:
            await client.connect()
        except OSError:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.1)
        else:
            return client


async def answered(client: AsyncTcpClient, *events: Event) -> Event:
    for event in events:
        await client.write_event(event)
    answer = await client.read_event()
    assert answer is not None
    return answer


async def ask(port: int, chosen: Sequence[Clip]) -> None:
    client = await connected(port)
    words = meant = 0
    seconds = 0.0
    for clip in chosen:
        pieces = [clip.samples[at : at + CHUNK].tobytes() for at in range(0, len(clip.samples), CHUNK)]
        chunks = [AudioChunk(**ABOUT, audio=piece).event() for piece in pieces]
        began = time.monotonic()
        sent = (Transcribe(language="en").event(), AudioStart(**ABOUT).event(), *chunks, AudioStop().event())
        text = Transcript.from_event(await answered(client, *sent)).text
        answer = await answered(client, Recognize(text).event())
        seconds += time.monotonic() - began
        intent = Intent.from_event(answer) if Intent.is_type(answer.type) else None
        slots = {entity.name: entity.value for entity in intent.entities} if intent else {}
        same = text.split() == clip.said.lower().replace(",", "").replace("?", "").split()
        right = intent is not None and intent.name == clip.intent and slots == dict(clip.slots)
        words, meant = words + same, meant + right
        if not (same and right):
            print(f"  {clip.said!r}: {text!r} {intent.name if intent else None} {slots}", flush=True)
    await client.disconnect()
    count = len(chosen)
    print(f"of {count} clips: transcript right {words}, intent and slots right {meant}; {seconds / count:.2f} s each")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("speech", type=Path, nargs="?", default=Path("../shared/speech"))
    arguments.add_argument("--condition", default="clean")
    arguments.add_argument("--clips", type=int, default=10)
    given = arguments.parse_args()
    ours = [clip for clip in clips(given.speech / "own", given.condition) if clip.intent is not None]
    step = max(1, len(ours) // given.clips) if given.clips else 1
    chosen = ours[::step][: given.clips or None]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    service = subprocess.Popen([sys.executable, "-m", "voicelog", "wyoming", "--port", str(port)])
    try:
        asyncio.run(ask(port, chosen))
    finally:
        service.terminate()
        service.wait()


if __name__ == "__main__":
    main()
