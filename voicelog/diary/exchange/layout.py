"""Where the table is in a CSV file: what separates its cells, which line has the names of its columns.

Programs write lines before the table (a title, another table), a first line ``sep=;``, or no names at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from voicelog.core.errors import UsageError
from voicelog.diary.exchange.table import is_own
from voicelog.diary.exchange.text_file import UTF_8, Encoding, cut_off, encoding_of, open_text, records

_LOOKED_AT = 60
"""Records from which the layout is told."""
_DELIMITERS = ",;\t|"
_DATA = re.compile(r"[-+]?\d[\d.,:/ \-]*(\s?[ap]\.?m\.?)?|\d{4}-\d\d-\d\d[T ].*|.*\d{1,2}:\d\d.*|\d.*\d{4}", re.I)
"""A cell that holds a number, a date or a time, as no column's name does."""


@dataclass(frozen=True, slots=True)
class Table:
    """The head of a CSV file: its columns, what separates the cells, and how many lines stand before the first row."""

    columns: tuple[str, ...]
    delimiter: str
    own: bool
    skip: int = 1
    encoding: Encoding = UTF_8
    named: bool = True
    """Whether the file names its columns; else they are ``column 1`` and so on."""


def table_of(path: Path, encoding: str | None = None, wanted: Collection[str] = ()) -> Table:
    """The head of a CSV file; where columns are ``wanted`` it is the first line that names them all.

    :class:`UsageError` where the file has no table.
    """
    read = encoding_of(path, encoding)
    delimiter, start = _delimiter(path, read)
    lines = _first(path, read, delimiter, start)
    width = Counter(len(cells) for _, _, cells in lines).most_common()
    if not lines or max(len(cells) for _, _, cells in lines) < 2 or any("\0" in cell for cell in lines[0][2]):
        raise UsageError(f"{path} is neither JSON nor CSV with a line of column names.")
    names = {_key(name) for name in wanted}
    for _, end, cells in lines:
        if names and names <= {_key(cell) for cell in cells}:
            if any(_DATA.fullmatch(cell.strip()) for cell in cells if _key(cell) in names):
                raise UsageError(f"{path} does not name its columns. Map them by their numbers: --map '1=at'.")
            return Table(_unlike(cells), delimiter, is_own(cells), end, read)
    usual = max((count, columns) for columns, count in width if columns > 1)[1]
    widest = max(len(cells) for _, _, cells in lines)
    first_data: int | None = None
    for first, end, cells in lines:
        if len(cells) != widest and (len(cells) != usual or usual * 2 <= widest):
            continue
        sparse = sum(1 for cell in cells if cell.strip()) * 2 < len(cells)
        if any(_DATA.fullmatch(cell.strip()) for cell in cells):
            first_data = first_data or first
            if not sparse:
                numbered = tuple(f"column {number}" for number in range(1, len(cells) + 1))
                return Table(numbered, delimiter, False, first_data - 1, read, named=False)
        elif not sparse:
            # Lines with little in them before it were a title, or the time of the export.
            return Table(_unlike(cells), delimiter, is_own(cells), end, read)
    raise UsageError(f"{path} has no line with the names of its columns. Add one above the first row.")


def rows_of(path: Path, table: Table) -> Iterator[tuple[int, dict[str, str] | ValueError]]:
    """The rows, each with its line and by the names of the columns, or what is wrong with it."""
    width = len(table.columns)
    with open_text(path, table.encoding) as file:
        for number, cells in records(file, table.delimiter, table.skip, exact=table.own):
            if isinstance(cells, ValueError):
                yield number, cells
                continue
            last = cut_off(cells)
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > width:
                yield number, ValueError(_too_many(len(cells), width, table.delimiter))
            elif last and len(cells) < width:
                yield (
                    number,
                    ValueError(
                        f"the file ends in the middle of it, with {len(cells)} of {width} cells; export the file anew"
                    ),
                )
            else:
                cells += [""] * (width - len(cells))
                yield number, dict(zip(table.columns, cells, strict=True))


def column_named(name: str, table: Table) -> str | None:
    """The column that somebody means: by its name, in whatever letters, or by its number."""
    for column in table.columns:
        if column == name:
            return column
    for number, column in enumerate(table.columns, 1):
        if _key(column) == _key(name) or (not table.named and name.strip() == str(number)):
            return column
    return None


def _too_many(cells: int, width: int, delimiter: str) -> str:
    name = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(delimiter, f'"{delimiter}"')
    return f"it has {cells} cells for {width} columns; put a text with a {name} in quotation marks"


def _key(name: str) -> str:
    return re.sub(r"\s+", " ", name.strip("\ufeff \t\r\n\xa0")).casefold()


def _unlike(cells: list[str]) -> tuple[str, ...]:
    """The names of the columns, a number after those that were there before, and a name for those without."""
    seen: Counter[str] = Counter()
    names = []
    for number, cell in enumerate(cells, 1):
        name = re.sub(r"\s+", " ", cell.strip("\ufeff \t\r\n\xa0")) or f"column {number}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _delimiter(path: Path, encoding: Encoding) -> tuple[str, int]:
    """What separates the cells, and how many lines stand before anything else."""
    with open_text(path, encoding) as file:
        first = file.readline()
    said = re.fullmatch(r'\ufeff?"?sep=(.)"?[\r\n]*', first, re.IGNORECASE)
    if said:
        return said[1], 1
    return max(_DELIMITERS, key=lambda each: _fit(path, encoding, each)), 0


def _fit(path: Path, encoding: Encoding, delimiter: str) -> tuple[float, float]:
    """How well a delimiter fits: cells in records that have as many as most, and the share of these."""
    lines = _first(path, encoding, delimiter, 0)
    counts = Counter(len(cells) for _, _, cells in lines if len(cells) > 1)
    if not counts:
        return 0.0, 0.0
    columns, times = max(counts.items(), key=lambda item: (item[1], item[0]))
    return times / len(lines), float(columns)


def _first(path: Path, encoding: Encoding, delimiter: str, skip: int) -> list[tuple[int, int, list[str]]]:
    """The first records: their first line, the line after them, their cells."""
    with open_text(path, encoding) as file:
        found = list(islice(records(file, delimiter, skip), _LOOKED_AT + 1))
    lines = []
    for at, (number, cells) in enumerate(found[:_LOOKED_AT]):
        if isinstance(cells, ValueError):
            continue
        cut_off(cells)
        end = found[at + 1][0] - 1 if at + 1 < len(found) else number
        lines.append((number, end, cells))
    return lines
