"""Work in a process of its own: what takes seconds of Python, while somebody may be speaking.

In a thread it would hold up understanding, and leave the logger's memory full of holes for as long as it runs.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path
from typing import IO, Protocol, TypeVar

from voicelog.core.threads import in_thread

T = TypeVar("T")

NICENESS = 10
"""How far it stands back behind listening."""

LOOK_S = 0.1
"""How often it is asked whether the work is still wanted."""

_WINDOWS = ("BELOW_NORMAL_PRIORITY_CLASS", "CREATE_NO_WINDOW")


class Work(Protocol):
    """A way to have a function called."""

    def __call__(self, make: Callable[..., T], *arguments: object) -> T:
        """What ``make`` gives for the arguments."""


def here(make: Callable[..., T], *arguments: object) -> T:
    """What ``make`` gives for the arguments, made at once."""
    return make(*arguments)


def aside(make: Callable[..., T], *arguments: object, go_on: Callable[[], object] = lambda: None) -> T:
    """The same, made by a process of its own, which ends at the latest with this one; waited for.

    Function, arguments and what it gives must be picklable. What that process cannot make is made here. ``go_on`` is
    called several times a second, and may raise to give it up.
    """
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "voicelog.core.subprocess_work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment(),
            creationflags=sum(getattr(subprocess, flag, 0) for flag in _WINDOWS),
        )
    except OSError:
        return make(*arguments)
    with process:
        try:
            made = in_thread(lambda: _asked(process, (make, arguments)), "aside")
            while not wait([made], LOOK_S).done:
                go_on()
            done = process.wait() == 0
        finally:
            process.kill()
    return pickle.loads(made.result()) if done else make(*arguments)


def environment() -> dict[str, str]:
    """The environment of a process of Python's that is to find the same modules."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)}


def _asked(process: subprocess.Popen[bytes], call: object) -> bytes:
    """What the process writes when it has been given the call; its input stays open."""
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(OSError):  # it has ended
        pickle.dump(call, process.stdin)
        process.stdin.flush()
    return process.stdout.read()


def _end_with(given: IO[bytes]) -> None:
    """End this process when the one that wants its work has closed the input, or is no more."""
    given.read()
    os._exit(1)


def _main() -> None:
    given, wanted = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    make, arguments = pickle.load(given)
    threading.Thread(target=_end_with, args=(given,), daemon=True).start()
    made = pickle.dumps(make(*arguments))
    wanted.write(made)
    wanted.flush()
    os._exit(0)


if __name__ == "__main__":
    _main()
