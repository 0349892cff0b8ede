"""Options shared by the commands, and the two ways of writing out: JSON lines, and sentences for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from voicelog.app.machine.live_settings import LiveSettings
from voicelog.app.machine.settings_file import load_settings
from voicelog.core.settings import Settings, Value
from voicelog.core.shown import escaped, shown

F = TypeVar("F", bound=Callable[..., Any])


def _iso_time(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
        return time if time.tzinfo else time.astimezone()
    except (ValueError, OverflowError):
        message = f'"{value}" is no time in ISO 8601, such as 2026-03-01T03:10:00+01:00.'
        raise click.BadParameter(message, ctx, param) from None


def db(function: F) -> F:
    """``--db PATH``, as ``db: Path | None``."""
    path = click.Path(dir_okay=False, path_type=Path)
    return click.option("--db", type=path, metavar="PATH", help="The diary's file.")(function)


def config(function: F) -> F:
    """``--config PATH``, as ``config: Path | None``."""
    path = click.Path(dir_okay=False, path_type=Path)
    return click.option("--config", type=path, metavar="PATH", help="The settings file.")(function)


def as_json(function: F) -> F:
    """``--json``, as ``as_json: bool``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line on standard output.")(function)


def speak(function: F) -> F:
    """``--speak/--no-speak``, as ``speak: bool | None``; None leaves it to the settings."""
    return click.option("--speak/--no-speak", default=None, help="Answer aloud, or not.")(function)


def now(function: F) -> F:
    """``--now ISO``, as an aware ``now: datetime | None``; without a UTC offset it is local time."""
    return click.option("--now", callback=_iso_time, metavar="ISO", help="Where the clock starts.")(function)


def settings_of(
    config: Path | None,
    *,
    db: Path | None = None,
    speak: bool | None = None,
    others: Mapping[str, tuple[str, Value]] | None = None,
) -> Settings:
    """The settings in force, the options of the command line among them.

    ``others``: a setting's name → the option's name and its value (``{"model.dir": ("--model", "/my/model")}``).
    """
    return load_settings(config, {**_given(db, speak), **(others or {})})


def live_settings_of(
    config: Path | None,
    *,
    db: Path | None = None,
    speak: bool | None = None,
    others: Mapping[str, tuple[str, Value]] | None = None,
    forgiving: bool = False,
) -> LiveSettings:
    """The same, for a command that runs long: they follow the file, and can be changed by voice.

    ``forgiving``: a file that is damaged since it was last used stops nothing.
    """
    return LiveSettings(config, {**_given(db, speak), **(others or {})}, forgiving=forgiving)


def _given(db: Path | None, speak: bool | None) -> dict[str, tuple[str, Value]]:
    given: dict[str, tuple[str, Value]] = {}
    if db is not None:
        given["diary.path"] = ("--db", str(db))
    if speak is not None:
        given["voice.enabled"] = ("--speak" if speak else "--no-speak", speak)
    return given


def print_json(values: Mapping[str, Any]) -> None:
    """One JSON object as a line on standard output, at once."""
    click.echo(escaped(json.dumps(values, ensure_ascii=False)))


def show(text: str, *, err: bool = False, nl: bool = True) -> None:
    """A line for people, on standard output or error, with nothing in it that could command their terminal."""
    click.echo(shown(text), err=err, nl=nl)


def tell(text: str) -> None:
    """A sentence for people, on standard error."""
    show(text, err=True)


def learning(word: str, done: int, words: int) -> None:
    """Tell that a word which the recogniser lacks is being learned; once for each word and model."""
    tell(f"Learning how the recogniser hears “{word}” ({done + 1} of {words}) …")
