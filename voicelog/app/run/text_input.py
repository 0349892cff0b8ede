"""Text instead of sound: one utterance a line, ``[+90] spasm over`` 90 seconds after the line before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from voicelog.core.errors import UsageError

_PAUSE = re.compile(r"\s*\[\s*\+\s*([0-9]+(?:\.[0-9]+)?)\s*s?\s*\]\s*(.*)", re.DOTALL)
_LOOKS_LIKE_ONE = re.compile(r"\s*\[")
LONGEST_S = 366 * 86400.0


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One line: ``text`` (may be empty: nothing is said, time passes), ``pause_s`` seconds after the line before."""

    text: str
    pause_s: float = 0.0


def typed_line(line: str) -> TypedLine | None:
    """The line as it is meant; None for an empty one. Raises :class:`UsageError` if it is neither."""
    line = line.strip().lstrip("\ufeff")
    if not line:
        return None
    match = _PAUSE.fullmatch(line)
    if match is None:
        if _LOOKS_LIKE_ONE.match(line):
            raise UsageError(f"“{line}” is not understood: a pause is written as in “[+90] spasm over”, in seconds.")
        return TypedLine(line)
    pause = float(match[1])
    if pause > LONGEST_S:
        raise UsageError(f"“{line}” waits for more than a year; a pause is in seconds.")
    return TypedLine(match[2].strip(), pause)


def decoded(lines: Iterable[bytes]) -> Iterable[str]:
    """Lines of UTF-8; what is not is replaced, so that the rest of it is still understood."""
    for line in lines:
        yield line.decode("utf-8", errors="replace")
