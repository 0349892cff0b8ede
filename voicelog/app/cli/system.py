"""setup, doctor, devices, config: the machine, the model and the settings."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from voicelog.app.cli import options
from voicelog.core.errors import DeviceError


@click.command()
@options.config
@click.option("--model", "own", type=click.Path(path_type=Path), metavar="DIR", help="Use a Vosk model of one's own.")
@click.option("--from", "source", metavar="FILE|URL", help="Take the archive with the model from here.")
@click.option("--install-system", is_flag=True, help="Install what the system lacks, with sudo unless run as root.")
@click.option("--listen", is_flag=True, help="Begin to listen when all is there; without a microphone, show the demo.")
def setup(config: Path | None, own: Path | None, source: str | None, install_system: bool, listen: bool) -> int:
    """Install the recogniser's model and what the system lacks.

    An interrupted download is continued by the next run. With --from FILE nothing is fetched: the archive may come
    from a memory stick. The checksums of all files are checked either way.
    """
    from voicelog.app.machine.setup import set_up

    ready = set_up(config, own, source, install_system)
    if ready and listen:
        return _begin(config)
    return 0 if ready else 1


def _begin(config: Path | None) -> int:
    """Listen; where there is no microphone, say so and show the demonstration. The exit status."""
    settings = [] if config is None else ["--config", str(config)]
    try:
        return _run("listen", settings)
    except DeviceError as error:
        options.tell(f"{error} Here is the demonstration instead.")
        return _run("demo", settings)


def _run(name: str, args: list[str]) -> int:
    root = click.get_current_context().find_root()
    command = root.command
    assert isinstance(command, click.Group)
    called = command.get_command(root, name)
    if called is None:
        raise click.UsageError(f'There is no command "{name}".')
    result = called.main(args, prog_name=f"{root.info_name} {name}", standalone_mode=False)
    return result if isinstance(result, int) else 0


@click.command()
@options.config
@options.db
@options.as_json
@options.speak
def doctor(config: Path | None, db: Path | None, as_json: bool, speak: bool | None) -> int:
    """Check microphone, speaker, recogniser, voice, disk and settings.

    One line each, with the remedy where one fails; the exit status is then 1. --no-speak plays no chime.
    """
    from rich.console import Console
    from rich.live import Live

    from voicelog.app.machine.checks import findings

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    well = True
    with Live(console=console, transient=True, auto_refresh=False) as live:
        for finding in findings(config, db, speak is not False, lambda db: live.update(_level(db), refresh=True)):
            well = well and finding.ok
            if as_json:
                options.print_json({"check": finding.check, "ok": finding.ok, "text": finding.text})
            else:
                mark = click.style("ok   ", fg="green") if finding.ok else click.style("FAILS", fg="red")
                live.update("", refresh=True)
                options.show(f"{finding.check:<11} {mark} {finding.text}")
    return 0 if well else 1


def _level(db: float) -> str:
    """The microphone's level as a bar of 60 dB."""
    return f"microphone  {'#' * max(0, min(30, round((db + 60) / 2))):<30} {db:4.0f} dB; say something"


@click.command()
@options.config
@options.as_json
def devices(config: Path | None, as_json: bool) -> None:
    """List microphones and speakers.

    Number, or part of the name, is what the settings audio.input_device and audio.output_device take.
    """
    from dataclasses import asdict

    from voicelog.app.machine.devices import all_devices

    options.settings_of(config)
    listed = all_devices()
    for device in listed:
        if as_json:
            options.print_json(asdict(device))
        else:
            mark = ", the system's choice" if device.default else ""
            options.show(
                f"{device.kind:<10} {device.number:>3}  {device.name} ({device.system}, {device.rate} Hz{mark})"
            )
    for kind in ("microphone", "speaker"):
        if not any(device.kind == kind for device in listed):
            options.tell(f"There is no {kind}. Connect one; it must be known to the system's sound settings.")


@click.command("config")
@options.config
@options.as_json
def config_command(config: Path | None, as_json: bool) -> None:
    """Show every setting, its value, and where that comes from."""
    from voicelog.app.machine.settings_file import settings_path
    from voicelog.core.settings import specs

    settings = options.settings_of(config)
    if as_json:
        for spec in specs().values():
            value = settings.get(spec.name)
            options.print_json(
                {
                    "name": spec.name,
                    "value": list(value) if isinstance(value, tuple) else value,
                    "origin": settings.origin(spec.name),
                    "about": spec.about,
                }
            )
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from voicelog.core.settings import shown

    table = Table("Setting", "Value", "Comes from", "What it is", box=None, pad_edge=False)
    for spec in specs().values():
        origin = settings.origin(spec.name)
        style = "bold" if origin != "default" else ""
        value = shown(spec, settings.get(spec.name))
        table.add_row(spec.name, escape(value), escape(origin), spec.about, style=style)
    console = Console(width=None if sys.stdout.isatty() else 1000)
    console.print(table)
    options.tell(f"The settings file is {settings_path(config)}.")


COMMANDS = (setup, doctor, devices, config_command)
