"""The passphrase of an encrypted diary: from the environment, the system's keyring, or whoever can be asked."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any, Protocol

from voicelog.core.errors import DiaryError
from voicelog.core.settings import APP
from voicelog.diary.repair.check import looks_encrypted
from voicelog.diary.store import driver

VARIABLE = "VOICELOG_DIARY_PASSPHRASE"


class Ask(Protocol):
    """Asks a person for the passphrase; ``new`` where one is to be chosen. None where nobody can be asked."""

    def __call__(self, *, new: bool) -> str | None:
        """The passphrase."""


def key_for(path: Path, ask: Ask | None = None, *, encrypt_new: bool = False) -> str | None:
    """The passphrase for the diary at ``path``; None where it is not encrypted.

    One asked for is put into the keyring, where there is one. :class:`DiaryError` where none can be had.
    """
    exists = path.exists() and path.stat().st_size > 0
    if not (looks_encrypted(path) if exists else encrypt_new):
        return None
    driver.cipher()
    found = os.environ.get(VARIABLE) or _from_keyring(path)
    if found:
        return found
    found = ask(new=not exists) if ask else None
    if not found:
        raise DiaryError(
            f"The diary {path} is encrypted (or no diary) and its passphrase is not known. Run a command such as "
            f"voicelog history in a terminal, which asks for it and keeps it in the keyring, or set {VARIABLE}."
        )
    return found


def remember(path: Path, key: str) -> bool:
    """Put a passphrase that opened the diary into the keyring; whether there is one that took it."""
    keyring = _keyring()
    if keyring is None:
        return False
    try:
        if keyring.get_password(APP, str(path.absolute())) != key:
            keyring.set_password(APP, str(path.absolute()), key)
    except Exception:
        # Each system's keyring has errors of its own; without it the passphrase is asked for again.
        return False
    return True


def _from_keyring(path: Path) -> str | None:
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        found: str | None = keyring.get_password(APP, str(path.absolute()))
    except Exception:
        # As above.
        return None
    return found


class _Keyring(Protocol):
    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...


def _keyring() -> _Keyring | None:
    try:
        module: Any = importlib.import_module("keyring")
    except ImportError:
        return None
    found: _Keyring = module
    return found
