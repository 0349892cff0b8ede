"""Bytes of others: events of the Wyoming protocol, text for a terminal, files that outputs must leave alone."""

from __future__ import annotations

import json
import os
import random
import socket
import threading
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelog.core.shown import escaped, isolated, shown
from voicelog.diary.privacy.private_file import private_file
from voicelog.sound.satellite import WyomingSource
from voicelog.sound.stream import RATE, Block, MicrophoneBack, MicrophoneLost, Resampler
from voicelog.sound.wyoming_frames import FrameError, header, sound_form, with_data

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(("type", "data", "data_length", "payload_length", "rate", "width", "channels", "text")), ANY
    )
)
def test_any_header_is_taken_or_refused_with_a_sentence(values: dict[str, Any]) -> None:
    try:
        head = header(json.dumps(values).encode())
        with_data(head, b"")
        rate, width, channels = sound_form(head.data)
    except FrameError as error:
        rate, width, channels = 1, 2, str(error).endswith(".")
    assert rate > 0
    assert width in (2, 4)
    assert channels > 0


@given(st.binary(max_size=200) | st.just(b"[" * 60_000))
def test_any_line_is_taken_or_refused(line: bytes) -> None:
    why = "."
    try:
        header(line)
    except FrameError as error:
        why = str(error)
    assert why.endswith(".")


def chunk(rate: Any, width: Any = 2, channels: Any = 1, sound: bytes = b"\1\0" * 1600, length: Any = None) -> bytes:
    data = {"rate": rate, "width": width, "channels": channels}
    event = {"type": "audio-chunk", "data": data, "payload_length": len(sound) if length is None else length}
    return json.dumps(event).encode() + b"\n" + sound


BAD = (
    chunk(0), chunk(-1), chunk(10**30), chunk(1e30), chunk("fast"), chunk(RATE, 3), chunk(RATE, 2, 0),
    chunk(RATE, length=10**9), chunk(RATE, length=-1), b"a" * 200_000, b'{"type":"ping","data":5}\n', b"\xff\n", b"",
)  # fmt: skip


def test_a_bad_satellite_is_lost_once_and_back_with_its_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicelog.sound.satellite.RETRY_S", 0.01)
    server = socket.create_server(("127.0.0.1", 0))
    source = WyomingSource("127.0.0.1", int(server.getsockname()[1]))
    got: list[object] = []
    thread = threading.Thread(target=lambda: got.extend(source), daemon=True)
    thread.start()
    for bad in (*BAD, chunk(44_100, sound=b"\1\0" * 44_100)):
        connection, _ = server.accept()
        connection.sendall(bad)
        connection.shutdown(socket.SHUT_WR)
    while not any(isinstance(item, Block) for item in tuple(got)):
        assert thread.is_alive()
        thread.join(0.02)
    source.close()
    server.close()
    thread.join(10)
    assert not thread.is_alive()
    assert [type(item) for item in got[:3]] == [MicrophoneLost, MicrophoneBack, Block]


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000, 96_000])
def test_complete_silence_stays_complete_at_any_rate(rate: int) -> None:
    resampler = Resampler(rate)
    noise = np.asarray([random.Random(1).randrange(-900, 900) for _ in range(rate // 10)], np.int16)
    assert any(resampler.push(noise).any() for _ in range(5))
    pieces = [resampler.push(np.zeros(rate // 10, np.int16)) for _ in range(30)]
    assert not any(piece.any() for piece in pieces[10:])
    assert any(resampler.push(noise).any() for _ in range(5))


@given(st.text())
def test_nothing_shown_commands_a_terminal_or_turns_a_line_around(text: str) -> None:
    for out in (shown(text), isolated(text)):
        assert not any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in out)
        for line in out.split("\n"):
            depth = sum((letter in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068") for letter in line)
            assert depth == sum(letter in "\u202c\u2069" for letter in line)
    assert json.loads(escaped(json.dumps([text], ensure_ascii=False))) == [text]
    assert not any(0x7F <= ord(letter) < 0xA0 for letter in escaped(json.dumps([text], ensure_ascii=False)))


def test_an_output_leaves_links_and_pipes_as_they_are(tmp_path: Path) -> None:
    target, link, pipe = tmp_path / "target", tmp_path / "link", tmp_path / "pipe"
    target.write_text("old")
    link.symlink_to(target)
    os.mkfifo(pipe)
    with private_file(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    with pytest.raises(OSError, match="No program reads"), private_file(pipe):
        pass
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with private_file(pipe) as file:
        file.write(b"new")
    assert os.read(reader, 9) == b"new"
    os.close(reader)
    assert pipe.is_fifo()
