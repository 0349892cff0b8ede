"""The command line: finds the command, runs it, and sees to it that every error ends as a sentence."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

import click

from voicelog import __version__
from voicelog.core.errors import VoicelogError
from voicelog.core.faults import unexpected
from voicelog.core.settings import APP
from voicelog.core.shown import shown

MODULES = {
    "listen": ("listen", "demo", "status"),
    "understand": ("understand", "grammar"),
    "teach": ("teach",),
    "diary": ("export", "import", "backup", "restore", "history", "delete"),
    "report": ("report", "stats"),
    "system": ("setup", "doctor", "devices", "config"),
    "service": ("service",),
    "wyoming": ("wyoming",),
}
"""Where each command is, so that only its own module is imported; one not named here is looked for in all."""


class Commands(click.Group):
    """The commands of all modules, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of the modules."""
        del ctx
        return [name for module in MODULES for name in _commands(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None if there is none."""
        del ctx
        likely = [module for module, names in MODULES.items() if cmd_name in names]
        for module in (*likely, *(m for m in MODULES if m not in likely)):
            command = _commands(module).get(cmd_name)
            if command is not None:
                return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command called; the error for an unknown one names the nearest."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from rapidfuzz import process

            near = process.extractOne(args[0], self.list_commands(ctx), score_cutoff=60)
            hint = f'Did you mean "{near[0]}"?' if near else '"voicelog --help" lists them.'
            ctx.fail(f'There is no command "{args[0]}". {hint}')
        return super().resolve_command(ctx, args)


def _commands(module: str) -> dict[str, click.Command]:
    name = f"voicelog.app.cli.{module}"
    try:
        commands: Sequence[click.Command] = importlib.import_module(name).COMMANDS
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return {}
    return {command.name or "": command for command in commands}


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name=APP)
def cli() -> None:
    """A spasm diary kept by voice, offline, by the bed."""


def run(args: Sequence[str]) -> int:
    """Run a command and return its exit status: 0 done, 1 something was wrong, 2 used wrongly."""
    try:
        result = cli.main(args=list(args), prog_name=APP, standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except VoicelogError as error:
        click.echo(shown(str(error)), err=True)
        return error.exit_status
    except (KeyboardInterrupt, click.Abort):
        return 130
    except BrokenPipeError:
        # What reads our output has gone; the interpreter would complain once more when it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(shown(f"{where}{error.strerror or error}."), err=True)
        return 1
    except Exception as error:
        click.echo(unexpected(error), err=True)
        return 1
    return result if isinstance(result, int) else 0


def _thread_failed(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        click.echo(unexpected(args.exc_value), err=True)


def main() -> NoReturn:
    """The program ``voicelog``."""
    threading.excepthook = _thread_failed
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
