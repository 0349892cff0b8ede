"""A text file of unknown making: in which encoding it is, and the records of a table in it, line by line.

The encoding is told by a byte order mark, by the zero bytes of UTF-16, or by whether all of it is UTF-8. What is none
of these is one of many encodings of one byte a letter. Nothing tells them apart for sure; Windows-1252 is taken only
where the letters then stand as letters do in words, and is told; else the person is asked.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from voicelog.core.errors import UsageError

_SAMPLE = 1 << 16
_MOST_LINES = 50
"""Lines that one cell can have; a quotation mark not closed by then was a mistake."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "a spreadsheet's own file (or another archive)"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet's own file"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "a database"),
    (b"\x1f\x8b", "a packed file"),
)
UNREADABLE = "\ufffd"
"""Stands in a text where bytes were none of its encoding."""
_ODD_IN_WORDS = re.compile(r"[^\W\d_][\x80-\xbf†‡ˆ‰‹›€„…™˜][^\W\d_]|[a-zß-öø-ÿ][À-ÖØ-ÞŠŒŽŸ]|[À-ÖØ-öø-ÿ]{3}")
_MIDWORD = "ªº·­’‘–—'"
"""Signs that do stand within words or between them."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """In which encoding a file is read, and the sentence that tells of it where that was not certain."""

    name: str
    notice: str = ""


UTF_8 = Encoding("utf-8")


def encoding_of(path: Path, wanted: str | None = None) -> Encoding:
    """The encoding of a file, ``wanted`` if that is one.

    :class:`UsageError` where it is no text at all, or where its encoding has to be said.
    """
    if wanted is not None:
        try:
            return Encoding(codecs.lookup(wanted).name)
        except LookupError:
            raise UsageError(f'"{wanted}" is no encoding that is known here, such as utf-8 or cp1252.') from None
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return Encoding(name)
    for mark, name in _OTHER_FILES:
        if start.startswith(mark):
            raise UsageError(f"{path} is {name}, not a text. Open it in its program and save it as CSV.")
    if b"\0" in start:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        if max(even, odd) * 2.5 > len(start) / 2 and min(even, odd) * 20 < max(even, odd):
            return Encoding("utf-16-le" if odd > even else "utf-16-be")
        raise UsageError(f"{path} is neither JSON nor CSV with a line of column names.")
    return _of_bytes(path)


def open_text(path: Path, encoding: Encoding | None = None) -> IO[str]:
    """The file as text, line ends as they are; bytes that are none of the encoding become :data:`UNREADABLE`."""
    name = (encoding or UTF_8).name
    return path.open(encoding="utf-8-sig" if name == "utf-8" else name, errors="replace", newline="")


def records(
    file: IO[str], delimiter: str, skip: int = 0, *, exact: bool = False
) -> Iterator[tuple[int, list[str] | ValueError]]:
    """The records of a table after ``skip`` lines, each with the number of its first line, or what is wrong with it.

    Empty lines are left out, and unless ``exact`` the spaces before a cell. After a quotation mark that is never closed
    the next line is a record again.
    """
    waiting: list[str] = []
    number = skip
    lines = iter(file)
    for _ in range(skip):
        next(lines, "")
    while True:
        line = waiting.pop(0) if waiting else next(lines, "")
        if not line:
            return
        number += 1
        if not line.strip(" \t\r\n\ufeff"):
            continue
        taken = [line]
        while True:
            cells = _parsed(taken, delimiter, exact=exact)
            if cells is not None:
                break
            more = (waiting.pop(0) if waiting else next(lines, "")) if len(taken) < _MOST_LINES else ""
            if not more:
                cells = ValueError("a quotation mark is opened and not closed; close it or take it out")
                break
            taken.append(more)
        if isinstance(cells, ValueError) and len(taken) > 1:
            waiting[:0] = taken[1:]
            del taken[1:]
        elif not isinstance(cells, ValueError) and not taken[-1].endswith(("\n", "\r")):
            cells.append(_LAST)
        yield number, cells
        number += len(taken) - 1


_LAST = "\0end"
"""Stands after the cells of a line that has no end: the file may have been cut off there."""


def cut_off(cells: list[str]) -> bool:
    """Whether these are the cells of a last line without an end; takes the mark of it away."""
    if cells and cells[-1] == _LAST:
        cells.pop()
        return True
    return False


def _parsed(lines: list[str], delimiter: str, *, exact: bool) -> list[str] | ValueError | None:
    """The cells of one record; None where a quoted one goes on in the next line."""
    try:
        return next(
            csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=not exact and delimiter != "\t")
        )
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return None
        if "expected after" in str(error):
            return ValueError("a quotation mark stands in the middle of a cell; double it or take it out")
        return ValueError(f"the line cannot be read: {error}")


def _of_bytes(path: Path) -> Encoding:
    """UTF-8 if all of the file is, else one of one byte a letter."""
    utf8, single, decoder = 0, 0, codecs.getincrementaldecoder("utf-8")("surrogateescape")
    odd = False
    with path.open("rb") as file:
        while block := file.read(_SAMPLE * 16):
            text = decoder.decode(block)
            if not text.isascii():
                single += len(re.findall(r"[\udc80-\udcff]", text))
                utf8 += len(re.findall(r"[\x80-\ud7ff\ue000-\U0010ffff]", text))
                odd = odd or _is_odd(text)
    single += len(decoder.decode(b"", final=True))
    if not single:
        return UTF_8
    if utf8:
        # Both: UTF-8 that was damaged. The rows that hold the damage are refused one by one.
        return UTF_8
    if odd:
        raise UsageError(
            f"{path} is no UTF-8, and in which encoding it is cannot be told. Save it as UTF-8, or say it: "
            "--encoding cp1250 (Windows, central Europe), cp1251 (Cyrillic), mac_roman, cp437 or another."
        )
    return Encoding(
        "cp1252", "The file is no UTF-8; it was read as Windows-1252. If letters are wrong, give --encoding."
    )


def _is_odd(text: str) -> bool:
    """Whether single bytes, read as Windows-1252, stand as no letter or sign of a text does."""
    data = text.encode("utf-8", "surrogateescape")
    try:
        read = data.decode("cp1252")
    except UnicodeDecodeError:
        return True
    return any(not set(match[0]) & set(_MIDWORD) for match in _ODD_IN_WORDS.finditer(read))
