"""export, history: the diary out, and how it came to be so."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicelog.app.cli import options, period
from voicelog.app.cli.imports import import_
from voicelog.app.cli.keeping import backup, delete, restore
from voicelog.app.cli.opened import entries, no_diary, opened_diary, progress
from voicelog.core.errors import DiaryError, UsageError

if TYPE_CHECKING:
    from voicelog.core.entry import Change, Entry

FORMATS = ("json", "csv", "fhir", "ics")
_FILE = click.Path(dir_okay=False, path_type=Path)


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
    no_diary(output, options.settings_of(config, db=db).diary_path)
    with opened_diary(config, db, read_only=True) as diary:
        total = diary.count()
        with progress("Exporting", total if output else 0) as step:
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
        if sys.stdout.isatty():
            for piece in pieces:
                options.show(piece, nl=False)
            return
        out = sys.stdout.buffer
        for piece in pieces:
            out.write(piece.encode("utf-8", "replace"))
        out.flush()
        return
    with private_file(output) as file:
        for piece in pieces:
            file.write(piece.encode("utf-8", "replace"))


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
            options.show(_told(change))


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
