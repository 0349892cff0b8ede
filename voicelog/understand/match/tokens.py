"""Words as the matcher takes them, from typed text and from the recognisers."""

from __future__ import annotations

import re

from voicelog.understand.values.number_words import english

_ALIKE = str.maketrans({"’": "'", "‘": "'", "−": "-", "\0": " "})
_SCALE = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)\s*/\s*10\b")
_NUMBER_AND_UNIT = re.compile(r"\b(\d+(?:\.\d+)?)([a-z]+)\b")
_DOTTED_HALF_DAY = re.compile(r"\b([ap])\.\s?m\b\.?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_SIGNED = re.compile(r"(?:^|(?<=\s))-(?=\d)")
_SIGN = "\0"
"""What stands for a minus sign while other strokes are taken out."""
_PUNCTUATION = re.compile(r"[^\w\s'./:\0-]|_|(?<!\d)[./:]|[./:](?!\d)")


def tokens_of(text: str) -> tuple[str, ...]:
    """The lower-cased words of a text, without punctuation; numbers keep their point, colon, stroke or minus.

    >>> tokens_of("Spasm – left leg, 7.5/10 at 2:30 p.m.!")
    ('spasm', 'left', 'leg', '7.5', 'out', 'of', 'ten', 'at', '2:30', 'p', 'm')
    >>> tokens_of("Tom & Jerry: -5 °")
    ('tom', 'and', 'jerry', '-5', 'degrees')
    """
    text = text.lower().translate(_ALIKE)
    text = _SIGNED.sub(_SIGN, text)
    for sign, word in english().numbers.signs.items():
        if sign in text:
            text = text.replace(sign, f" {word} ")
    text = _THOUSANDS.sub("", text)
    text = _SCALE.sub(r"\1 out of ten ", text)
    text = _DOTTED_HALF_DAY.sub(r"\1 m", text)
    text = _NUMBER_AND_UNIT.sub(r"\1 \2", text)
    text = _PUNCTUATION.sub(" ", text)
    words = (word.strip("'-") for word in re.sub(r"(?<!\d)-|-(?!\d)", " ", text).split())
    return tuple(word.replace(_SIGN, "-") for word in words if word)
