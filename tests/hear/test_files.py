from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicelog.core.errors import SoundError
from voicelog.sound.files import FileSource, read_clip
from voicelog.sound.stream import FRAME, RATE, Block


def tone(seconds: float, rate: int, hertz: float = 440.0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize(("suffix", "channels"), [("wav", 1), ("flac", 2), ("ogg", 1)])
def test_any_rate_and_kind_comes_out_the_same(tmp_path: Path, rate: int, suffix: str, channels: int) -> None:
    path = tmp_path / f"a.{suffix}"
    sound = tone(1.0, rate)
    soundfile.write(path, np.stack([sound] * channels, axis=1), rate)
    clip = read_clip(path)
    assert clip.dtype == np.int16
    assert abs(len(clip) - RATE) <= RATE // 100
    strongest = np.argmax(np.abs(np.fft.rfft(clip[:RATE]))) * RATE / len(clip[:RATE])
    assert abs(strongest - 440) < 5
    assert 15_000 < np.abs(clip[1000:-1000].astype(int)).max() < 18_000


def test_channels_are_mixed(tmp_path: Path) -> None:
    left = tone(0.5, RATE)
    soundfile.write(tmp_path / "a.wav", np.stack([left, 0 * left], axis=1), RATE)
    assert 7_500 < np.abs(read_clip(tmp_path / "a.wav")).max() < 8_500


def broken(folder: Path) -> dict[str, Path]:
    files = {
        name: folder / name
        for name in ("empty.wav", "text.wav", "cut.wav", "cut.ogg", "cut.flac", "header.wav", "long.flac")
    }
    for suffix in ("wav", "ogg", "flac"):
        soundfile.write(folder / f"whole.{suffix}", tone(3.0, RATE), RATE)
        data = (folder / f"whole.{suffix}").read_bytes()
        files[f"cut.{suffix}"].write_bytes(data[: len(data) * 2 // 3])
    soundfile.write(folder / "long.flac", np.zeros(20 * 60 * RATE, np.int16), RATE)
    files["empty.wav"].write_bytes(b"")
    files["text.wav"].write_text("this is a letter, not a sound\n" * 50)
    files["header.wav"].write_bytes((folder / "whole.wav").read_bytes()[:44])
    return files


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("empty.wav", "is empty"),
        ("text.wav", "is not a sound file"),
        ("cut.wav", "ends early"),
        ("cut.ogg", "ends early"),
        ("cut.flac", "is damaged"),
        ("header.wav", "ends early"),
        ("long.flac", "lasts 20 minutes, which is no single utterance. Give it to: voicelog listen --input"),
        ("missing.wav", "There is no file"),
        ("folder", "is a folder"),
    ],
)
def test_a_bad_file_is_named_and_its_fault_said(tmp_path: Path, name: str, says: str) -> None:
    path = broken(tmp_path).get(name, tmp_path / name)
    if name == "folder":
        path.mkdir()
    with pytest.raises(
        SoundError, match=re.escape(str(path)) + ".*" + says + r"|" + says + ".*" + re.escape(str(path))
    ):
        read_clip(path)


def test_what_a_truncated_file_holds_is_heard_before_its_fault_is_told(tmp_path: Path) -> None:
    path = broken(tmp_path)["cut.wav"]
    heard: list[Block] = []
    with FileSource(path) as source, pytest.raises(SoundError):
        heard.extend(block for block in source if isinstance(block, Block))
    assert sum(len(block.samples) for block in heard) > 1.9 * RATE


def test_blocks_are_whole_frames_in_order_of_time(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(1.01, 44_100), 44_100)
    with FileSource(tmp_path / "a.wav") as source:
        blocks = [block for block in source if isinstance(block, Block)]
    assert all(len(block.samples) % FRAME == 0 for block in blocks)
    ends = [block.t + len(block.samples) / RATE for block in blocks]
    assert [block.t for block in blocks[1:]] == pytest.approx(ends[:-1])
