"""service: the logger started with the computer, and watched."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import click

from voicelog.app.cli import options


@click.group()
def service() -> None:
    """Let the logger start with the computer, and start again if it ends."""


@service.command()
@options.config
@options.db
@click.option("--print", "only_print", is_flag=True, help="Only show the file that would be installed.")
def install(config: Path | None, db: Path | None, only_print: bool) -> None:
    """Install and start the service, or bring it up to date.

    On Linux a systemd unit of this user, which needs no login; on macOS a launchd agent; on Windows a scheduled task.
    """
    from voicelog.app.machine.models import installed_model
    from voicelog.app.machine.service import manager, task

    settings = options.settings_of(config, db=db)
    listening = task(config, db)
    if only_print:
        options.show(manager().description(listening), nl=False)
        return
    installed_model(settings)  # a service that cannot start is better refused now
    for sentence in manager().install(listening):
        options.tell(sentence)


@service.command()
@options.config
@options.db
@options.as_json
def status(config: Path | None, db: Path | None, as_json: bool) -> int:
    """Tell whether the service runs, and what the logger does; the exit status is 1 if it does not run."""
    from voicelog.app.machine.service import manager
    from voicelog.app.view.status_file import read_standing

    state = manager().state()
    standing = read_standing(options.settings_of(config, db=db).diary_path)
    if as_json:
        options.print_json({**asdict(state), "logger": None if standing is None else asdict(standing)})
        return 0 if state.running else 1
    options.show(state.text)
    if state.running and standing is not None:
        lost = f" {standing.lost_s:.1f} s of sound were lost." if standing.lost_s else ""
        options.show(f"The logger: {standing.state}, as of {standing.updated}.{lost} {standing.problem}".rstrip())
    return 0 if state.running else 1


@service.command()
@click.option("-n", "--lines", type=click.IntRange(0, 100_000), default=50, show_default=True, help="How many lines.")
@click.option("-f", "--follow", is_flag=True, help="Go on showing what is added, until Ctrl-C.")
def logs(lines: int, follow: bool) -> None:
    """Show the service's log. It holds what was said only if the setting log.words is true."""
    from voicelog.app.view import service_log

    shown = service_log.last_lines(lines)
    for line in shown:
        options.show(line)
    if not shown:
        options.tell(f"There is no log yet; the service writes it to {service_log.service_log_path()}.")
    if follow:
        for line in service_log.follow(wait=lambda: time.sleep(0.5)):
            options.show(line)


@service.command()
def remove() -> None:
    """Stop the service and take it away; the diary stays."""
    from voicelog.app.machine.service import manager

    removed = manager().remove()
    options.tell("The service is removed; the diary stays." if removed else "There is no service to remove.")


COMMANDS = (service,)
