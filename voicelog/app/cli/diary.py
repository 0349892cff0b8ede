"""export, import, history: the diary out, in, and how it came to be so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicelog.app.cli import options, period
from voicelog.app.cli.keeping import backup, delete, restore
from voicelog.app.cli.opened import entries, opened_diary
from voicelog.core.errors import DiaryError, UsageError

if TYPE_CHECKING:
    from voicelog.core.entry import Change, Entry
    from voicelog.diary.exchange.intake import Read

FORMATS = ("json", "csv", "fhir", "ics")
_FILE = click.Path(dir_okay=False, path_type=Path)
_EVERY = 500


@contextmanager
def _progress(label: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, where that is a terminal; what is yielded is called for each item done."""
    with click.progressbar(length=max(total, 1), label=label, file=sys.stderr, hidden=total < _EVERY) as bar:
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            if done % _EVERY == 0:
                bar.update(_EVERY)

        yield step


@click.command()
@options.db
@options.config
@options.as_json
@options.now
@click.option("--format", "form", type=click.Choice(FORMATS), default="json", show_default=True)
@period.since
@period.until
@click.option("-o", "--output", type=_FILE, metavar="FILE", help="Where to; standard output if not given.")
def export(
    db: Path | None,
    config: Path | None,
    as_json: bool,
    now: datetime | None,
    form: str,
    since: str | None,
    until: str | None,
    output: Path | None,
) -> None:
    """Write the diary out: JSON, CSV for a spreadsheet, FHIR R4 for a clinic, or a calendar.

    Entries come by time, oldest first; removed ones are left out. With --json and no file, an entry a line.
    """
    from voicelog.diary.exchange import FORMATS as WRITERS

    start, end = period.resolved(since, until, now)
    with opened_diary(config, db, read_only=True) as diary:
        total = diary.count()
        with _progress("Exporting", total if output else 0) as step:
            count = 0

            def counted() -> Iterator[Entry]:
                nonlocal count
                for entry in diary.entries(start, end):
                    yield entry
                    count += 1
                    step()

            if as_json and output is None:
                for entry in counted():
                    options.print_json(entry.to_json())
            else:
                _write_out(WRITERS[form](counted()), output)
    if output is not None:
        options.tell(f"{count} {entries(count)} written to {output}.")
        if as_json:
            options.print_json({"event": "exported", "entries": count, "file": str(output)})


def _write_out(pieces: Iterator[str], output: Path | None) -> None:
    from voicelog.diary.privacy.private_file import private_file

    if output is None or str(output) == "-":
        # Bytes, as CSV and iCalendar have line ends of their own that no platform may change.
        out = sys.stdout.buffer
        for piece in pieces:
            out.write(piece.encode("utf-8", "replace"))
        out.flush()
        return
    with private_file(output) as file:
        for piece in pieces:
            file.write(piece.encode("utf-8", "replace"))


@click.command("import")
@options.db
@options.config
@options.as_json
@options.now
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "pairs", multiple=True, metavar="COLUMN=FIELD", help="What a column of another tracker is.")
@click.option("--kind", default="spasm", show_default=True, help="What rows are that do not tell.")
@click.option("--date-format", metavar="FORM", help="How dates are written, such as %d/%m/%Y.")
def import_(
    db: Path | None,
    config: Path | None,
    as_json: bool,
    now: datetime | None,
    file: Path,
    pairs: tuple[str, ...],
    kind: str,
    date_format: str | None,
) -> int:
    """Take entries in from JSON or CSV that export wrote, or from another tracker's CSV.

    The same file a second time adds nothing. The columns of another tracker's CSV are mapped to fields with --map
    'Pain level=severity', or asked for on a terminal. Times without an offset are local time.
    """
    from voicelog.core.entry import KINDS
    from voicelog.diary.exchange.intake import take_in

    if kind not in KINDS:
        raise UsageError(f'"{kind}" is not a kind of entry. Kinds: {", ".join(KINDS)}.')
    moment = now or datetime.now().astimezone()
    items = _reader(file, pairs, kind, date_format, moment)
    with opened_diary(config, db) as diary, _progress("Importing", file.stat().st_size // 300) as step:
        taken = take_in(diary, items, file.name, moment, step)
    for line, what in taken.bad:
        options.tell(f"{file.name}, line {line}: {what}.")
    known = f", {taken.known} were there already" if taken.known else ""
    differing = f" ({taken.differing} of them changed here since, and kept so)" if taken.differing else ""
    bad = f", {len(taken.bad)} could not be read" if taken.bad else ""
    options.tell(f"{taken.added} {entries(taken.added)} added{known}{differing}{bad}.")
    if as_json:
        options.print_json(
            {"event": "imported", "added": taken.added, "known": taken.known, "differing": taken.differing}
            | {"bad": [{"line": line, "problem": what} for line, what in taken.bad]}
        )
    return 1 if taken.bad else 0


def _reader(file: Path, pairs: tuple[str, ...], kind: str, date_format: str | None, moment: datetime) -> Read:
    from voicelog.diary.exchange import intake, trackers

    if intake.is_json(file):
        return intake.read_json(file)
    table = intake.table_of(file)
    if table.own and not pairs:
        return intake.read_own_csv(file, table)
    mapped = trackers.Mapped(_mapping(table.columns, pairs), kind, date_format)
    trackers.check(mapped, table.columns)
    return intake.read_other_csv(file, table, mapped, moment)


def _mapping(columns: tuple[str, ...], pairs: tuple[str, ...]) -> dict[str, str]:
    from voicelog.diary.exchange import trackers

    if pairs:
        split = [pair.rpartition("=") for pair in pairs]
        wrong = [pair for pair, (column, _, _) in zip(pairs, split, strict=True) if not column]
        if wrong:
            raise UsageError(f'"{wrong[0]}" is not COLUMN=FIELD.')
        return {column.strip(): field.strip() for column, _, field in split}
    guessed = trackers.guess(columns)
    if not sys.stdin.isatty():
        guesses = guessed or {columns[0]: "at"}
        likely = " ".join(f"--map '{column}={field}'" for column, field in guesses.items())
        raise UsageError(
            f"The columns of this file are unknown: {', '.join(columns)}. Say what they are, likely: {likely}"
        )
    options.tell(f"What are the columns? One of: {', '.join(trackers.FIELDS)}; or - to leave one out.")
    mapping: dict[str, str] = {}
    for column in columns:
        choice = click.Choice([*trackers.FIELDS, "-"])
        default = guessed.get(column, "-")
        field = click.prompt(f'"{column}"', type=choice, default=default, show_choices=False, err=True)
        if field != "-":
            mapping[column] = field
    return mapping


@click.command()
@options.db
@options.config
@options.as_json
@click.argument("entry_id", metavar="ID")
def history(db: Path | None, config: Path | None, as_json: bool, entry_id: str) -> None:
    """Every change of an entry: what, when, and by which words.

    ID may be only its beginning, as long as no other entry begins so.
    """
    with opened_diary(config, db, read_only=True) as diary:
        found = diary.find(entry_id)
        exact = [entry for entry in found if entry.id == entry_id] or found
        if not exact:
            raise DiaryError(f'No entry has an id that begins with "{entry_id}". voicelog export shows them.')
        if len(exact) > 1:
            ids = ", ".join(entry.id for entry in exact[:5])
            raise UsageError(f'More than one entry has an id that begins with "{entry_id}": {ids}. Give more of it.')
        changes = diary.history(exact[0].id)
    for change in changes:
        if as_json:
            from voicelog.diary.store.documents import change_to_json

            options.print_json(change_to_json(change))
        else:
            click.echo(_told(change))


def _told(change: Change) -> str:
    before = {} if change.before is None else change.before.to_json()
    after = {} if change.after is None else change.after.to_json()
    what = [
        f"{name}: {_value(after.get(name))}"
        if change.before is None
        else f"{name}: {_value(before.get(name))} → {_value(after.get(name))}"
        for name in after | before
        if before.get(name) != after.get(name) and name not in ("id", "logged_at", "confidence", "text")
    ]
    words = f' ("{change.words}")' if change.words else ""
    detail = "; ".join(what) if change.after is not None else "removed"
    return f"{change.at:%Y-%m-%d %H:%M:%S} {change.op}{words}: {detail}"


def _value(value: object) -> str:
    if value is None:
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


COMMANDS = (export, import_, history, backup, restore, delete)
