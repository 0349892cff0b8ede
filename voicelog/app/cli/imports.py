"""import: entries in, from what export wrote or from another tracker; shown beforehand, and taken back."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicelog.app.cli import options
from voicelog.app.cli.opened import agreed, entries, opened_diary, progress
from voicelog.core.errors import UsageError

if TYPE_CHECKING:
    from voicelog.core.entry import Entry
    from voicelog.diary.exchange.intake import Read, Table, Taken
    from voicelog.diary.exchange.trackers import Reading

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 10
"""Entries that a dry run shows."""
_SHOWN_FIELDS = ("logged_at", "id", "kind", "at", "confidence")


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What was said of how the file is to be read."""

    pairs: tuple[str, ...]
    kind: str | None
    date_format: str | None
    encoding: str | None
    zone: tzinfo | None


@click.command("import")
@options.db
@options.config
@options.as_json
@options.now
@click.argument("file", required=False, type=_FILE)
@click.option("--map", "pairs", multiple=True, metavar="COLUMN=FIELD", help="What a column of another tracker is.")
@click.option("--kind", metavar="KIND", help="What rows are that do not tell; spasm if they hold more than a note.")
@click.option("--date-format", metavar="FORM", help="How dates are written, such as %d/%m/%Y.")
@click.option(
    "--zone", metavar="ZONE", help="Of times that name none, such as Europe/London; this computer's if not given."
)
@click.option("--encoding", metavar="NAME", help="Of the file, such as cp1252; found out if not given.")
@click.option("--dry-run", is_flag=True, help="Show what would become of the file; change nothing.")
@click.option("--undo", is_flag=True, help="Take the last import back.")
@click.option("--yes", is_flag=True, help="Do not ask, with --undo.")
def import_(
    db: Path | None,
    config: Path | None,
    as_json: bool,
    now: datetime | None,
    file: Path | None,
    pairs: tuple[str, ...],
    kind: str | None,
    date_format: str | None,
    zone: str | None,
    encoding: str | None,
    dry_run: bool,
    undo: bool,
    yes: bool,
) -> int:
    """Take entries in from JSON or CSV that export wrote, or from another tracker's CSV.

    The same file a second time adds nothing. The columns of another tracker's CSV are mapped to fields with --map
    'Pain level=severity', or asked for on a terminal. Times without an offset are local time. What cannot be read for
    sure is named by its line and left out. A backup is made before, and --undo takes the last import back.
    """
    from voicelog.core.entry import KINDS

    moment = now or datetime.now().astimezone()
    if undo:
        if file is not None or dry_run:
            raise UsageError("--undo takes the last import back; it needs no file.")
        return _take_back(db, config, as_json, moment, yes)
    if file is None:
        raise UsageError("Say which file to import, or --undo.")
    if kind is not None and kind not in KINDS:
        raise UsageError(f'"{kind}" is not a kind of entry. Kinds: {", ".join(KINDS)}.')
    wishes = _Wishes(pairs, kind, date_format, encoding, _zone(zone))
    items, how = _reader(file, wishes, moment)
    if dry_run:
        return _show(file, items, how, as_json)
    return _import(db, config, as_json, moment, file, items, how)


def _import(
    db: Path | None,
    config: Path | None,
    as_json: bool,
    now: datetime,
    file: Path,
    items: Read,
    how: Reading | None,
) -> int:
    from voicelog.diary.exchange.intake import take_in
    from voicelog.diary.repair.backup import back_up

    settings = options.settings_of(config, db=db)
    kept: list[Path] = []
    with opened_diary(config, db) as diary:

        def keep() -> None:
            if diary.count():
                kept.append(back_up(diary.path, diary.key, keep=max(settings.diary.backups, 1)))

        with progress("Importing", file.stat().st_size // 300) as step:
            taken = take_in(diary, items, file.name, now, step, keep, foreign=how is not None)
    _tell_bad(file, taken.bad)
    _tell_unknown(how)
    options.tell(_result(taken))
    if kept:
        options.tell(f"The diary as it was before is kept as {kept[0]}. To take this back: voicelog import --undo")
    if as_json:
        backup = {"backup": str(kept[0])} if kept else {}
        options.print_json(
            {"event": "imported", "added": taken.added, "known": taken.known, "differing": taken.differing}
            | {"bad": [{"line": line, "problem": what} for line, what in taken.bad]}
            | backup
        )
    return 1 if taken.bad else 0


def _result(taken: Taken) -> str:
    known = f", {taken.known} were there already" if taken.known else ""
    differing = f" ({taken.differing} of them changed here since, and kept so)" if taken.differing else ""
    bad = f", {len(taken.bad)} could not be read" if taken.bad else ""
    return f"{taken.added} {entries(taken.added)} added{known}{differing}{bad}."


def _tell_bad(file: Path, bad: Iterable[tuple[int, str]]) -> None:
    for line, what in bad:
        options.tell(f"{file.name}, line {line}: {what}.")


def _tell_unknown(how: Reading | None) -> None:
    if how is not None and how.unknown:
        words = ", ".join(f'"{word}"' for word, _ in how.unknown.most_common(8))
        options.tell(
            f"No part of the body that is known here: {words}. They are kept as written, and counted by themselves."
        )


def _take_back(db: Path | None, config: Path | None, as_json: bool, now: datetime, yes: bool) -> int:
    from voicelog.diary.exchange.intake import last_import, take_back

    with opened_diary(config, db) as diary:
        done = last_import(diary)
        if done is None:
            options.tell("There is no import to take back.")
            return 1
        count = len(done.entries)
        what = f"the import of {done.source} on {done.at:%Y-%m-%d %H:%M}, {count} {entries(count)}"
        if not agreed(f"Take back {what}?", yes or not sys.stdin.isatty()):
            options.tell("Nothing was changed.")
            return 0
        take_back(diary, done, now)
    changed = f" {done.changed} changed or removed since were left as they are." if done.changed else ""
    options.tell(f"Taken back: {what}.{changed}")
    if as_json:
        options.print_json({"event": "import undone", "removed": count, "kept": done.changed, "source": done.source})
    return 0


def _show(file: Path, items: Read, how: Reading | None, as_json: bool) -> int:
    """What would become of the file: a table of the first entries, and everything that is refused."""
    bad: list[tuple[int, str]] = []
    shown: list[tuple[int, Entry]] = []
    count = 0
    for line, entry in items:
        if isinstance(entry, ValueError):
            bad.append((line, str(entry)))
            continue
        count += 1
        if len(shown) < _SHOWN:
            shown.append((line, entry))
        if as_json:
            options.print_json({"event": "would import", "line": line, "entry": entry.to_json()})
    if not as_json:
        _print_table(shown)
    _tell_bad(file, bad)
    _tell_unknown(how)
    more = f", {len(bad)} could not be read" if bad else ""
    options.tell(f"{count} {entries(count)} would be imported{more}. Nothing was changed.")
    if as_json:
        refused = [{"line": line, "problem": what} for line, what in bad]
        options.print_json({"event": "dry run", "entries": count, "bad": refused})
    return 1 if bad else 0


def _print_table(shown: Sequence[tuple[int, Entry]]) -> None:
    from rich.console import Console
    from rich.table import Table as Grid

    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in ("Line", "When", "Kind", "What"):
        grid.add_column(name)
    for line, entry in shown:
        when = f"{entry.at:%Y-%m-%d}" if "at" in entry.unsure else f"{entry.at:%Y-%m-%d %H:%M %z}"
        grid.add_row(str(line), when, entry.kind, _told(entry))
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 160).print(grid)


def _told(entry: Entry) -> str:
    what = {name: value for name, value in entry.to_json().items() if name not in _SHOWN_FIELDS}
    if "at" in entry.unsure:
        what.pop("unsure")
    return "; ".join(f"{name} {', '.join(map(str, v)) if isinstance(v, list) else v}" for name, v in what.items())


def _zone(name: str | None) -> tzinfo | None:
    from voicelog.diary.exchange.dates import zone_named

    if name is None:
        return None
    zone = zone_named(name)
    if zone is None:
        raise UsageError(f'"{name}" is no zone that is known here. Write it as Europe/London or as +01:00.')
    return zone


def _reader(file: Path, wishes: _Wishes, now: datetime) -> tuple[Read, Reading | None]:
    """The entries of the file, and how it is read where another tracker wrote it."""
    from voicelog.diary.exchange import intake, trackers

    if intake.is_json(file, wishes.encoding):
        return intake.read_json(file, wishes.encoding), None
    split = _pairs(wishes.pairs)
    table = intake.table_of(file, wishes.encoding, [column for column, _ in split])
    if table.encoding.notice:
        options.tell(table.encoding.notice)
    if table.own and not split:
        return intake.read_own_csv(file, table), None
    mapped = trackers.Mapped(_mapping(file, table, split), wishes.kind, wishes.date_format, wishes.zone)
    how = intake.reading_of(file, table, mapped, now)
    return intake.read_rows(file, table, how), how


def _pairs(pairs: Iterable[str]) -> list[tuple[str, str]]:
    split = []
    for pair in pairs:
        column, _, name = pair.rpartition("=")
        if not column.strip():
            raise UsageError(f'"{pair}" is not COLUMN=FIELD.')
        split.append((column.strip(), name.strip()))
    return split


def _mapping(file: Path, table: Table, pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    from voicelog.diary.exchange import intake, layout, trackers

    if pairs:
        mapping: dict[str, str] = {}
        for name, wanted in pairs:
            column = layout.column_named(name, table)
            if column in mapping:
                raise UsageError(f'The column "{column}" is mapped twice. Leave one out.')
            mapping[column or name] = wanted
        return mapping
    rows = intake.first_rows(file, table)
    guessed = trackers.guess(table.columns, rows)
    own = trackers.own_columns(table.columns)
    if own:
        left = [column for column in table.columns if column not in own]
        if left:
            options.tell(f"Left out, as no field has such a name: {', '.join(left)}.")
        return own
    if not sys.stdin.isatty():
        raise UsageError(_advice(table, rows, guessed))
    options.tell(f"What are the columns? One of: {', '.join(trackers.FIELDS)}; or - to leave one out.")
    mapping = {}
    for column in table.columns:
        choice = click.Choice([*trackers.FIELDS, "-"])
        default = guessed.get(column, "-")
        name = click.prompt(f'"{column}"', type=choice, default=default, show_choices=False, err=True)
        if name != "-":
            mapping[column] = name
    return mapping


def _advice(table: Table, rows: Sequence[dict[str, str]], guessed: dict[str, str]) -> str:
    likely = " ".join(f"--map {_quoted(f'{column}={name}')}" for column, name in guessed.items())
    if not table.named:
        first = "; ".join(f"{column}: {value}" for row in islice(rows, 1) for column, value in row.items())
        return (
            f"This file does not name its columns. Say what they are, by their numbers. The first row has {first}."
            + (f" Likely: {likely}" if likely else "")
        )
    unknown = f"The columns of this file are unknown: {', '.join(table.columns)}. Say what they are"
    if not {"at", "date"} & set(guessed.values()):
        return f"{unknown}, with --map 'COLUMN=FIELD' for each; none has a date in every row, and one has to tell when."
    return f"{unknown}, likely: {likely}"


def _quoted(text: str) -> str:
    """A word for the shell, in quotes whether it needs them or not."""
    return shlex.quote(text) if "'" in text else f"'{text}'"
