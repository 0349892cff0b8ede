"""Lines of the journal beside an encrypted diary, which must be no easier to read than the diary."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import os
from collections.abc import Mapping
from typing import Any

_COST = {"n": 2**14, "r": 8, "p": 1}
"""Of scrypt: 16 MB and some 50 ms a line, which only a diary that cannot be written ever costs."""


def sealed(record: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """The record as it goes into the journal: as it is without a key, else encrypted with one made from it."""
    if key is None:
        return dict(record)
    salt = os.urandom(16)
    token = _cipher(key, salt).encrypt(json.dumps(record, ensure_ascii=False).encode())
    return {"salt": salt.hex(), "sealed": token.decode()}


def opened(record: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """The reverse of :func:`sealed`; ``ValueError`` for what was sealed with another key."""
    if "sealed" not in record:
        return dict(record)
    if key is None:
        raise ValueError("sealed")
    try:
        text = _cipher(key, bytes.fromhex(record["salt"])).decrypt(record["sealed"].encode())
    except Exception as error:
        raise ValueError("sealed with another passphrase") from error
    result: dict[str, Any] = json.loads(text)
    return result


def _cipher(key: str, salt: bytes) -> Any:
    fernet = importlib.import_module("cryptography.fernet").Fernet
    return fernet(base64.urlsafe_b64encode(hashlib.scrypt(key.encode(), salt=salt, dklen=32, **_COST)))
