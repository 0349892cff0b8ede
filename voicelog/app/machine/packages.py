"""What the system lacks beside Python, and the command that installs it."""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from voicelog.core.errors import VoicelogError

OS_RELEASE = Path("/etc/os-release")


@dataclass(frozen=True, slots=True)
class Part:
    """Something of the system that the logger uses, and its package by package manager."""

    name: str
    use: str
    present: Callable[[], bool]
    packages: Mapping[str, str]
    needed: bool = True
    """False for what only makes it better."""


def _has_portaudio() -> bool:
    try:
        import sounddevice  # noqa: F401
    except OSError:  # the wheels for macOS and Windows bring it along
        return False
    return True


def _has_espeak() -> bool:
    if sys.platform in ("darwin", "win32"):  # they have voices of their own
        return True
    if shutil.which("espeak-ng") is None:
        return False
    try:
        ctypes.CDLL("libespeak-ng.so.1")
    except OSError:
        return False
    return True


def _has_flite() -> bool:
    return sys.platform in ("darwin", "win32") or shutil.which("flite") is not None


PARTS = (
    Part(
        "PortAudio",
        "microphone and speaker",
        _has_portaudio,
        {"apt-get": "libportaudio2", "dnf": "portaudio", "zypper": "libportaudio2", "pacman": "portaudio"},
    ),
    Part(
        "eSpeak NG",
        "the voice that answers",
        _has_espeak,
        {"apt-get": "espeak-ng", "dnf": "espeak-ng", "zypper": "espeak-ng", "pacman": "espeak-ng"},
    ),
    Part(
        "Flite",
        "a second voice to learn from how words sound",
        _has_flite,
        {"apt-get": "flite", "dnf": "flite", "zypper": "flite", "pacman": "flite"},
        needed=False,
    ),
)

_INSTALL = {
    "apt-get": (("apt-get", "update"), ("apt-get", "install", "-y", "--no-install-recommends")),
    "dnf": (("dnf", "install", "-y"),),
    "zypper": (("zypper", "--non-interactive", "install"),),
    "pacman": (("pacman", "-S", "--needed", "--noconfirm"),),
}
_MANAGERS = {
    "debian": "apt-get",
    "ubuntu": "apt-get",
    "fedora": "dnf",
    "rhel": "dnf",
    "suse": "zypper",
    "opensuse": "zypper",
    "arch": "pacman",
}


def lacking() -> tuple[Part, ...]:
    """The parts that the system has not."""
    return tuple(part for part in PARTS if not part.present())


def package_manager(os_release: Path = OS_RELEASE) -> str | None:
    """The package manager of this distribution or of the one it is like; None if it is not one we know."""
    try:
        lines = os_release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    like = f"{values.get('ID', '')} {values.get('ID_LIKE', '')}".replace('"', "")
    return next((_MANAGERS[name] for name in like.split() if name in _MANAGERS), None)


def install_commands(parts: Sequence[Part], manager: str, prefix: Sequence[str] = ()) -> tuple[tuple[str, ...], ...]:
    """The commands, one after the other, that install ``parts``; ``prefix`` is ``sudo`` where that is needed."""
    *before, last = _INSTALL[manager]
    packages = [part.packages[manager] for part in parts]
    return (*((*prefix, *command) for command in before), (*prefix, *last, *packages))


def remedy(parts: Sequence[Part]) -> str:
    """What to type to install ``parts``, or what to look for where the package manager is not known."""
    manager = package_manager()
    if manager is None:
        return f"Install {' and '.join(part.name for part in parts)} with the package manager of your system."
    commands = install_commands(parts, manager, _prefix() or ())
    rights = "" if _prefix() is not None else " as root"
    return f"Install it{rights} with: {' && '.join(shlex.join(command) for command in commands)}"


def install(parts: Sequence[Part]) -> None:
    """Install ``parts`` now, asking for the password where sudo does. Raises :class:`VoicelogError`."""
    manager, prefix = package_manager(), _prefix()
    if manager is None or prefix is None:
        raise VoicelogError(remedy(parts))
    for command in install_commands(parts, manager, prefix):
        try:
            done = subprocess.run(command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        except OSError as error:
            raise VoicelogError(f"{command[0]} cannot be run: {error.strerror}. {remedy(parts)}") from error
        if done.returncode != 0:
            raise VoicelogError(f"This failed: {shlex.join(command)}. See what it wrote above, then try again.")


def _prefix() -> tuple[str, ...] | None:
    """What a command that needs root begins with; None where there is no way."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return ()
    return ("sudo",) if shutil.which("sudo") else None
