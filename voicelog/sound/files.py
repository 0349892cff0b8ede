"""Sound files as microphones: wav, flac, ogg and whatever libsndfile reads, any rate, any number of channels."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from voicelog.core.errors import SoundError
from voicelog.sound.stream import FRAME, RATE, Block, Framer, Notice, Samples

_FAST_FRAMES = 16
_REMEDY = "Give a wav, flac or ogg file."
_AGAIN = "Copy it again."
_STREAMED_SIZES = (0, 0x7FFF_FFFF, 0xFFFF_FFFF)
"""Lengths that programs write into a wav's header when they do not know it yet."""

_OGG_TAIL = 70_000
"""Bytes that hold at least one whole page of an ogg file."""
_OGG_LAST_PAGE = 4
_OGG_HEADER = 27


LONGEST_CLIP_S = 120.0
"""Seconds of a clip at most: what is longer is no utterance, and would be searched for one for minutes."""


def read_clip(path: Path) -> Samples:
    """All of a file as one clip: int16, mono, 16 kHz.

    Raises :class:`SoundError`, also where the file ends early, or lasts longer than :data:`LONGEST_CLIP_S`.
    """
    with FileSource(path) as source:
        if source.seconds > LONGEST_CLIP_S:
            raise SoundError(
                f"{path} lasts {source.seconds / 60:.0f} minutes, which is no single utterance. "
                f"Give it to: voicelog listen --input {path}"
            )
        blocks = [block.samples for block in source if isinstance(block, Block)]
    return np.concatenate(blocks)[: source.length] if blocks else np.empty(0, np.int16)


class FileSource:
    """A sound file, as fast as it is taken or, with ``realtime``, paced by the clock.

    Raises :class:`SoundError` at once where the file cannot be read, and at the end of what there is where the file
    ends early or is damaged, so that nothing in it is lost.
    """

    def __init__(self, path: Path, *, realtime: bool = False) -> None:
        self._path = path
        self._file = _opened(path)
        self._short = _cut_short(path)
        self._realtime = realtime
        self._closed = threading.Event()
        self.length = 0
        """Samples given so far, at 16 kHz, the filling of the last frame left out."""

    @property
    def seconds(self) -> float:
        """How long the file says it is."""
        return float(self._file.frames) / float(self._file.samplerate)

    def __enter__(self) -> FileSource:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._file.close()

    def close(self) -> None:
        """Give no more; may be called from another thread."""
        self._closed.set()

    def __iter__(self) -> Iterator[Block | Notice]:
        framer = Framer()
        began = time.monotonic()
        t = 0.0
        for samples in self._resampled():
            self.length += len(samples)
            for block in _cut(framer.push(samples), FRAME * (1 if self._realtime else _FAST_FRAMES)):
                t_end = t + len(block) / RATE
                if self._closed.wait(max(0.0, began + t_end - time.monotonic()) if self._realtime else 0):
                    return
                yield Block(t, block)
                t = t_end
        if len(rest := framer.flush()):
            yield Block(t, rest)
        if self._short:
            raise SoundError(f"{self._path} ends early: it promises more sound than there is. {_AGAIN}")

    def _resampled(self) -> Iterator[Samples]:
        rate = int(self._file.samplerate)
        resample = None if rate == RATE else soxr.ResampleStream(rate, RATE, 1, dtype="float32")
        step = max(1, rate // 4)
        last = False
        while not last:
            sound = self._read(step)
            last = len(sound) < step or self._file.tell() >= self._file.frames
            self._short |= last and self._file.tell() < self._file.frames
            if resample is not None:
                sound = resample.resample_chunk(sound, last=last)
            yield np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)

    def _read(self, frames: int) -> npt.NDArray[np.float32]:
        try:
            sound: npt.NDArray[np.float32] = self._file.read(frames, dtype="float32", always_2d=True)
        except soundfile.SoundFileError as error:
            raise SoundError(f"{self._path} is damaged: {_reason(error)}. {_AGAIN}") from error
        return np.asarray(sound.mean(axis=1), np.float32)


def _cut(samples: Samples, size: int) -> Iterator[Samples]:
    for start in range(0, len(samples), size):
        yield samples[start : start + size]


def _opened(path: Path) -> Any:
    if path.is_dir():
        raise SoundError(f"{path} is a folder, not a sound file. {_REMEDY}")
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise SoundError(f"There is no file {path}. Check its name.") from error
    except OSError as error:
        raise SoundError(f"{path} cannot be read: {error.strerror}.") from error
    if size == 0:
        raise SoundError(f"{path} is empty. {_REMEDY}")
    try:
        file = soundfile.SoundFile(str(path))
    except (soundfile.SoundFileError, TypeError) as error:
        raise SoundError(f"{path} is not a sound file that can be read: {_reason(error)}. {_REMEDY}") from error
    if file.frames == 0:
        file.close()
        raise SoundError(f"{path} ends early. {_AGAIN}" if _cut_short(path) else f"{path} holds no sound. {_REMEDY}")
    return file


def _reason(error: Exception) -> str:
    text = getattr(error, "error_string", "") or str(error)
    text = text.rsplit(": ", 1)[-1].strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _cut_short(path: Path) -> bool:
    """Whether a wav or ogg lacks its end; libsndfile says nothing of it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        magic = file.read(4)
        if magic == b"OggS":
            file.seek(max(0, size - _OGG_TAIL))
            tail = file.read()
            return not _is_last_page(tail[max(0, tail.rfind(b"OggS")) :])
        if magic != b"RIFF" or file.read(8)[4:] != b"WAVE":
            return False
        while len(header := file.read(8)) == 8:
            length = int.from_bytes(header[4:], "little")
            if header[:4] == b"data":
                return length not in _STREAMED_SIZES and file.tell() + length > size
            file.seek(length + length % 2, 1)
    return False


def _is_last_page(page: bytes) -> bool:
    """Whether this is a stream's last page in ogg, and whole."""
    if len(page) < _OGG_HEADER:
        return False
    segments = page[_OGG_HEADER : _OGG_HEADER + page[_OGG_HEADER - 1]]
    return bool(page[5] & _OGG_LAST_PAGE) and len(page) >= _OGG_HEADER + len(segments) + sum(segments)
