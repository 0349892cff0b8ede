"""Text of others, made fit to be shown on a terminal: it can neither command it nor turn the rest of a line around."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_BEGIN = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"} | dict.fromkeys(
    "\u2066\u2067\u2068", "\u2069"
)
"""What begins a stretch of another direction, and what ends it."""
_MARKS = frozenset((*_BEGIN, "\u202c", "\u2069", "\u061c", "\u200e", "\u200f"))
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """The text with a sign in the place of each control character but line ends and tabs; no direction outlasts its
    line.
    """
    text = _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))
    return "\n".join(map(_balanced, text.split("\n"))) if _MARKS & set(text) else text


def isolated(text: str) -> str:
    """A text that stands among others in a line: where it has marks of direction, it is kept apart from those."""
    text = shown(text)
    return f"\u2068{text}\u2069" if _MARKS & set(text) else text


def escaped(json_text: str) -> str:
    """JSON with what cannot be seen, and may command a terminal, written as escapes; it means the same."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def _balanced(line: str) -> str:
    """The line with every stretch of another direction ended, and no end without a beginning."""
    out: list[str] = []
    ends: list[str] = []
    for letter in line:
        if letter in _BEGIN:
            ends.append(_BEGIN[letter])
        elif letter in ("\u202c", "\u2069"):
            if not ends or ends[-1] != letter:
                continue
            ends.pop()
        out.append(letter)
    return "".join((*out, *reversed(ends)))
