"""What the commands that open the diary share."""

from __future__ import annotations

import glob
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicelog.app.cli import options
from voicelog.core.errors import UsageError

if TYPE_CHECKING:
    from voicelog.diary import Diary


_EVERY = 500


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, where that is a terminal; what is yielded is called for each item done."""
    with click.progressbar(length=max(total, 1), label=label, file=sys.stderr, hidden=total < _EVERY) as bar:
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            if done % _EVERY == 0:
                bar.update(_EVERY)

        yield step


@contextmanager
def opened_diary(config: Path | None, db: Path | None, *, read_only: bool = False) -> Iterator[Diary]:
    """The diary of the options, opened; what opening it found is told, a passphrase asked for where needed."""
    from voicelog.diary import open_for

    with open_for(options.settings_of(config, db=db), read_only=read_only, ask=ask_passphrase) as diary:
        for notice in diary.notices:
            options.tell(notice)
        yield diary


def ask_passphrase(*, new: bool) -> str | None:
    """Ask for the diary's passphrase on the terminal; None where there is none to ask on."""
    if not sys.stdin.isatty():
        return None
    text = "Passphrase for the new diary" if new else "Passphrase of the diary"
    answer: str = click.prompt(text, hide_input=True, confirmation_prompt=new, err=True)
    return answer


def no_diary(output: Path | None, diary: Path) -> None:
    """:class:`UsageError` for an output that is the diary itself, by whatever name, or what belongs to it."""
    if output is None or not output.exists():
        return
    if any(
        file.exists() and file.samefile(output) for file in (diary, *diary.parent.glob(f"{glob.escape(diary.name)}-*"))
    ):
        raise UsageError(f"{output} is the diary itself. Give another file with -o.")


def agreed(question: str, yes: bool) -> bool:
    """Whether the person agrees; :class:`UsageError` where nobody can be asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Add --yes to agree without being asked.")
    return click.confirm(question, err=True)


def entries(count: int) -> str:
    """``entry`` or ``entries``."""
    return "entry" if count == 1 else "entries"
