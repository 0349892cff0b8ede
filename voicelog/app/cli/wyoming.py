"""The logger offered to other programs, such as Home Assistant, over the Wyoming protocol."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicelog.app.cli import options

if TYPE_CHECKING:
    pass


@click.command()
@click.option("--host", metavar="HOST", help="The address to serve on; 127.0.0.1 if nothing else is set.")
@click.option("--port", type=click.IntRange(1, 65535), metavar="PORT", help="The port; 10300 if nothing else is set.")
@click.option("--beyond", is_flag=True, help="Serve other machines too: whoever reaches the port may use it.")
@options.config
def wyoming(*, host: str | None, port: int | None, beyond: bool, config: Path | None) -> None:
    """Offer speech-to-text and intents over the Wyoming protocol. Saves nothing."""
    from voicelog.app.run import wyoming_service as service
    from voicelog.app.run.recognition import Recognition
    from voicelog.sound.satellite import parse_address

    settings = options.settings_of(config)
    set_host, set_port = parse_address(settings.wyoming.serve) if settings.wyoming.serve else ("127.0.0.1", None)
    host, port = host or set_host, port or set_port or service.PORT
    service.check_reach(host, beyond=beyond)
    recognition = Recognition.load(settings, options.learning)

    options.tell(f"Speech-to-text and intents are offered at {host}, port {port}. Ctrl-C ends it.")
    services = service.Services(recognition.transcript, recognition.understanding.of_text, settings.grammar.language)
    service.serve(services, host, port, beyond=beyond)


COMMANDS = (wyoming,)
