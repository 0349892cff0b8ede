"""PortAudio is one library for the whole process: not made for two threads at once, and it sees new devices only when
begun anew, which ends every stream.

Whoever opens or closes a stream holds :data:`lock` meanwhile; whoever keeps one open says with
:func:`before_looking_again` how to let go of it, or that it cannot be spared now.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from voicelog.core.errors import DeviceError

lock = threading.RLock()
ENDING_S = 3.0
"""A stream that takes longer to end is left behind: ALSA may wait for ever for a sound server that has gone."""

_closers: list[Callable[[], bool]] = []
_left_behind: list[Any] = []


def library() -> ModuleType:
    """The ``sounddevice`` module. Raises :class:`DeviceError` where PortAudio is not installed."""
    try:
        import sounddevice
    except OSError as error:
        raise DeviceError(
            "PortAudio is not installed, so there is no microphone and no speaker. Install it "
            "(Debian and Ubuntu: 'sudo apt install libportaudio2'; macOS: 'brew install portaudio')."
        ) from error
    module: ModuleType = sounddevice
    return module


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Keep what PortAudio and ALSA print on standard error by themselves from the person's terminal."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def end(stream: Any) -> None:
    """Abort and close a stream; one that does not end in :data:`ENDING_S` is left as it is.

    PortAudio cannot be begun anew then, nor ended with the process: either would wait for that stream.
    """

    def ending() -> None:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)

    thread = threading.Thread(target=ending, name="ending a stream", daemon=True)
    thread.start()
    thread.join(ENDING_S)
    if thread.is_alive():
        _left_behind.append(stream)
        atexit.unregister(library()._exit_handler)


def left_behind() -> bool:
    """Whether a stream did not end, so that PortAudio can neither be begun anew nor ended."""
    return bool(_left_behind)


def before_looking_again(close: Callable[[], bool]) -> None:
    """``close`` is called, from another thread, before all streams end, and closes its own; False puts it off."""
    with lock:
        _closers.append(close)


def look_again() -> bool:
    """Let PortAudio look for devices anew, every stream of the process being closed. False if that was put off, or
    cannot be since a stream was left behind.

    Raises :class:`DeviceError` if PortAudio does not start again.
    """
    sounddevice = library()
    with lock, hushed():
        if not all(close() for close in _closers) or _left_behind:
            return False
        with contextlib.suppress(sounddevice.PortAudioError):
            sounddevice._terminate()
        try:
            sounddevice._initialize()
        except sounddevice.PortAudioError as error:
            raise DeviceError(f"PortAudio does not start: {error}. Is a sound server running?") from error
    return True
