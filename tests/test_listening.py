"""When listening is said to have begun."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from tests.model import model
from voicelog.app.machine.settings_file import load_settings
from voicelog.app.run.listening_thread import Listening
from voicelog.app.run.recognition import Recognition
from voicelog.sound.stream import Block

__all__ = ["model"]


class Asked:
    """A source that ends at once, and remembers when it was asked for sound."""

    at = 0.0

    def __iter__(self) -> Iterator[Block]:
        self.at = time.monotonic()
        return iter(())

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.usefixtures("model")
def test_a_file_is_listened_to_from_when_that_is_said() -> None:
    recognition: Future[Recognition] = Future()
    recognition.set_result(Recognition.load(load_settings()))
    source, said, ended = Asked(), list[float](), Future[BaseException | None]()
    listening = Listening(
        lambda: source, recognition, lambda _: "unknown", voice=None,
        on_listening=lambda _: said.append(time.monotonic()), on_event=lambda _: None, on_end=ended.set_result,
    )  # fmt: skip
    listening.start()
    assert ended.result(30.0) is None
    listening.end(10.0)
    assert source.at - said[0] < 0.08
