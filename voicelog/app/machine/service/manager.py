"""What the service managers of the platforms have in common."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from voicelog.app.machine.settings_file import PASSPHRASE
from voicelog.core.errors import VoicelogError
from voicelog.core.settings import APP

ABOUT = "A spasm diary kept by voice"


@dataclass(frozen=True, slots=True)
class Task:
    """What the service runs: a command, and variables of its environment."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """How the service stands: ``text`` is a sentence."""

    installed: bool
    running: bool
    text: str


class Manager(Protocol):
    """A platform's way of running services for one user."""

    def description(self, task: Task) -> str:
        """The file that describes the service, as it is installed."""

    def install(self, task: Task) -> list[str]:
        """Install and start the service, or bring it up to date; sentences on what was done.

        Raises :class:`VoicelogError` with the remedy.
        """

    def state(self) -> State:
        """How the service stands."""

    def remove(self) -> bool:
        """Stop and remove the service; false if there was none. Raises :class:`VoicelogError`."""


def task(config: Path | None, db: Path | None) -> Task:
    """Listening as a service, with this program, these files, and the settings that are in the environment now.

    A passphrase in the environment stays out of it: the service's file can be read by others. The keyring is for that.
    """
    command = [sys.executable, "-m", APP, "listen", "--service"]
    for option, path in (("--config", config), ("--db", db)):
        if path is not None:
            command += [option, str(path.expanduser().resolve())]
    kept = {n: v for n, v in sorted(os.environ.items()) if n.startswith(f"{APP.upper()}_") and n != PASSPHRASE}
    return Task(tuple(command), kept)


def call(command: Sequence[str], environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command of the service manager. Raises :class:`VoicelogError` where it is not there."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env={**os.environ, **(environment or {})},
        )
    except OSError as error:
        raise VoicelogError(
            f"{command[0]} cannot be run: {error.strerror}. Services need it on this system."
        ) from error


def must(command: Sequence[str], environment: Mapping[str, str] | None = None, remedy: str = "") -> str:
    """Run a command that has to succeed, and give what it printed. Raises :class:`VoicelogError`."""
    done = call(command, environment)
    if done.returncode != 0:
        why = " ".join((done.stderr or done.stdout).split()) or f"status {done.returncode}"
        raise VoicelogError(f"This failed: {' '.join(command)} ({why}). {remedy}".rstrip())
    return done.stdout


def write(file: Path, content: str, encoding: str = "utf-8") -> None:
    """Write the file, whole or not at all. Raises :class:`VoicelogError`."""
    partial = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(content, encoding=encoding)
        partial.replace(file)
    except OSError as error:
        raise VoicelogError(f"{file} cannot be written: {error.strerror}. Mend that and run it again.") from error
