"""Work in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def in_thread(make: Callable[[], T], name: str, *, awaited: bool = False) -> Future[T]:
    """What ``make`` gives, made in a thread of its own.

    The program's end waits for it if ``awaited``; it must be for work inside Vosk, which ends the process with a fault
    where its thread is taken away.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(make())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=not awaited).start()
    return future
