"""stats, report: the diary in figures, and as a page for the doctor."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicelog.app.cli import options, period
from voicelog.app.cli.opened import entries, no_diary, opened_diary
from voicelog.core.errors import UsageError

if TYPE_CHECKING:
    from voicelog.report.figures import Figures
    from voicelog.report.reading import Material

_FILE = click.Path(dir_okay=False, path_type=Path)
_STANDARD_OUTPUT = Path("-")
_NOTHING = "The diary has no entries in this period. Give another --since or --until."


@click.command()
@options.db
@options.config
@options.as_json
@options.now
@period.since
@period.until
@click.option("--by", type=click.Choice(["day", "week", "month"]), help="A line for each of these, not for the whole.")
def stats(
    db: Path | None,
    config: Path | None,
    as_json: bool,
    now: datetime | None,
    since: str | None,
    until: str | None,
    by: str | None,
) -> None:
    """Show the diary in figures: how many spasms, how bad, when, where, what set them off, nights, doses.

    With --since they are compared with as many days before, with --by each line with the one above.
    """
    material = _read(config, db, now, since, until, keep=0)
    if material is None:
        options.tell(_NOTHING)
        return
    if by is None:
        _show_whole(material, as_json)
    else:
        _show_rows(material, by, as_json)


def _show_whole(material: Material, as_json: bool) -> None:
    from voicelog.report import as_json as json_form

    if as_json:
        options.print_json(json_form.figures_to_json(material.figures, material.before))
        return
    from voicelog.report import as_text

    _print(as_text.whole(material.figures, material.before))


def _show_rows(material: Material, by: str, as_json: bool) -> None:
    from voicelog.report import as_json as json_form
    from voicelog.report.figures import figures
    from voicelog.report.spans import spans

    rows: Iterator[Figures] = (figures(material.days, span.first, span.last) for span in spans(material.period, by))
    if not as_json:
        from voicelog.report import as_text

        _print(as_text.rows(rows))
        return
    before = None
    for row in rows:
        options.print_json(json_form.figures_to_json(row, before))
        before = row


def _print(what: object) -> None:
    from rich.console import Console

    Console(highlight=False, width=None if sys.stdout.isatty() else 160).print(what)


def _read(
    config: Path | None, db: Path | None, now: datetime | None, since: str | None, until: str | None, *, keep: int
) -> Material | None:
    """Read the period of the options; the diary stays open no longer than that."""
    from voicelog.report.reading import read

    moment = now or datetime.now().astimezone()
    start, end = period.resolved(since, until, moment)
    night = options.settings_of(config, db=db).night
    hours = (time.fromisoformat(night.from_), time.fromisoformat(night.until))
    with opened_diary(config, db, read_only=True) as diary:
        return read(diary, start, end, today=moment.date(), night=hours, keep=keep)


@click.command()
@options.db
@options.config
@options.as_json
@options.now
@period.since
@period.until
@click.option(
    "-o",
    "--output",
    type=_FILE,
    metavar="FILE",
    default="report.html",
    show_default=True,
    help="Where to; - for standard output.",
)
@click.option(
    "--pdf", is_flag=True, help="Write a PDF too, beside the page; needs Chromium. A FILE in .pdf is only that."
)
@click.option("--paper", type=click.Choice(["A4", "Letter"], case_sensitive=False), default="A4", show_default=True)
@click.option("--name", default="", metavar="TEXT", help="Whose diary it is, for the heading.")
@click.option("--print-list/--no-print-list", default=None, help="Print all entries too, not only where they are few.")
def report(
    db: Path | None,
    config: Path | None,
    as_json: bool,
    now: datetime | None,
    since: str | None,
    until: str | None,
    output: Path,
    pdf: bool,
    paper: str,
    name: str,
    print_list: bool | None,
) -> int:
    """Write a page for the doctor, to be read in two minutes: one file, to be mailed, printed or opened anywhere.

    With --since it is compared with as many days before.
    """
    from voicelog.report.page import LISTED, Wishes, page

    on_paper = _pdf_file(output, pdf)
    for file in (output, on_paper):
        no_diary(file, options.settings_of(config, db=db).diary_path)
    material = _read(config, db, now, since, until, keep=LISTED)
    if material is None:
        options.tell(_NOTHING)
        return 1
    made = now or datetime.now().astimezone()
    text = "".join(page(material, made, Wishes(name=name, print_list=print_list)))
    files = []
    if output != on_paper:
        _write(text, output)
        files.append(str(output))
    if on_paper is not None:
        from voicelog.report.pdf import write_pdf

        write_pdf(text, on_paper, paper)
        files.append(str(on_paper))
    count = material.figures.entries
    options.tell(f"A report on {count} {entries(count)} written to {' and '.join(files)}.")
    if as_json:
        options.print_json({"event": "reported", "entries": count, "files": files})
    return 0


def _pdf_file(output: Path, wanted: bool) -> Path | None:
    """Where the PDF goes: beside the page, or in its place where the file given ends in .pdf."""
    if output == _STANDARD_OUTPUT:
        if wanted:
            raise UsageError("A PDF cannot go to standard output. Give a file with -o.")
        return None
    return output.with_suffix(".pdf") if wanted or output.suffix.lower() == ".pdf" else None


def _write(text: str, output: Path) -> None:
    from voicelog.diary.privacy.private_file import private_file

    data = text.encode("utf-8", "replace")
    if output == _STANDARD_OUTPUT:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    with private_file(output) as file:
        file.write(data)


COMMANDS = (stats, report)
