"""The main job: listen; and its demonstration and state."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicelog.app.cli import options
from voicelog.app.machine.last_good import words_made_good

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from contextlib import ExitStack

    from voicelog.app.view.events import Showing
    from voicelog.core.settings import Settings, Value
    from voicelog.sound.microphone import Microphone
    from voicelog.sound.satellite_output import Send
    from voicelog.sound.stream import Source

SOUND = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--input", "file", type=SOUND, metavar="FILE", help="A sound file as the microphone.")
@click.option("--realtime", is_flag=True, help="Take the sound file at the pace of life, not as fast as can be.")
@click.option("--from-text", is_flag=True, help="One utterance a line on standard input; [+90] before it waits 90 s.")
@click.option("--wyoming", "satellite", metavar="HOST:PORT", help="A Wyoming satellite as microphone and speaker.")
@click.option("--service", is_flag=True, help="Run unattended: wait for the microphone, write a log.")
@options.db
@options.config
@options.as_json
@options.speak
@options.now
def listen(
    *,
    file: Path | None,
    realtime: bool,
    from_text: bool,
    satellite: str | None,
    service: bool,
    db: Path | None,
    config: Path | None,
    as_json: bool,
    speak: bool | None,
    now: datetime | None,
) -> int:
    """Log what is said."""
    from contextlib import ExitStack

    if from_text and file is not None:
        raise click.UsageError("--from-text and --input cannot be used together.")
    if satellite and (from_text or file is not None):
        raise click.UsageError("--wyoming cannot be used together with --input or --from-text.")
    if realtime and file is None:
        raise click.UsageError("--realtime is for a sound file: add --input FILE.")
    gc.disable()  # until it listens: what is made while starting stays
    live = options.live_settings_of(config, db=db, speak=speak, forgiving=True)
    words = words_made_good(live.current)
    live.problem = " ".join(filter(None, (live.problem, words)))
    paced = not from_text and (file is None or realtime)
    model = _model(live.current) if paced else None  # begun before anything else is even imported
    with ExitStack() as stack:
        stack.callback(gc.enable)
        if paced:
            stack.enter_context(_native_noise_hushed())
        showing = _showing(stack, live.current, as_json=as_json, service=service, view=paced)
        if from_text:
            from voicelog.app.run import batch as run
            from voicelog.app.run.text_input import decoded

            return 1 if run.listen_to_text(live, decoded(sys.stdin.buffer), now, showing) else 0
        if file is not None and not realtime:
            from voicelog.app.run import batch as run

            run.listen_fast(live, _file(file), now, showing, learning=options.learning)
            return 0
        satellite = satellite or live.current.wyoming.satellite
        source, name, send = _live_source(file, satellite, service)
        assert model is not None
        try:
            from voicelog.app.run.startup import start

            microphone = None if file is not None or satellite else partial(_microphone, service, live.current)
            started = start(stack, live, now, showing, model, microphone)
            from voicelog.app.run.live import listen_live

            listen_live(live, source, name, started, showing, model=model, early=file is None, send=send)
        except KeyboardInterrupt:  # before it listened: there is nothing to finish
            return 0
    return 0


def _model(settings: Settings) -> Future[Any]:
    """The recogniser's model, being loaded."""
    from voicelog.recognise.memory import keep_memory_small

    keep_memory_small()
    from voicelog.recognise.vosk_import import import_vosk

    import_vosk()
    from voicelog.app.machine.models import installed_model
    from voicelog.core.threads import in_thread
    from voicelog.recognise.loading import loaded

    folder = installed_model(settings)
    return in_thread(lambda: loaded(folder), "model", awaited=True)


@contextmanager
def _native_noise_hushed() -> Iterator[None]:
    """Keep what ALSA, PortAudio and Kaldi print by themselves from the terminal; what we say ourselves is shown."""
    try:
        ours = sys.stderr.fileno() == 2
    except (OSError, ValueError):
        ours = False
    if not ours:
        yield
        return
    before, kept, nowhere = sys.stderr, os.dup(2), os.open(os.devnull, os.O_WRONLY)
    before.flush()
    os.dup2(nowhere, 2)
    os.close(nowhere)
    with os.fdopen(kept, "w", encoding=before.encoding, errors="backslashreplace", buffering=1) as shown:
        sys.stderr = shown
        try:
            yield
        finally:
            sys.stderr = before
            shown.flush()
            os.dup2(kept, 2)


def _file(path: Path, *, realtime: bool = False) -> Source:
    from voicelog.sound.files import FileSource

    return FileSource(path, realtime=realtime)


def _live_source(
    file: Path | None, satellite: str, patient: bool
) -> tuple[Callable[[Settings], Source], str, Send | None]:
    """What is listened to in real time, its name, and what plays to a satellite."""
    if file is not None:
        return lambda _: _file(file, realtime=True), str(file), None
    if not satellite:
        return partial(_microphone, patient), "the microphone", None
    from voicelog.sound.satellite import Satellite, parse_address

    there = Satellite(*parse_address(satellite), patient=patient)
    return lambda _: there.source(), f"the satellite {satellite}", there.play


def _microphone(patient: bool, settings: Settings) -> Microphone:
    from voicelog.sound.microphone import Microphone

    return Microphone(settings.audio.input_device or None, patient=patient)


def _showing(stack: ExitStack, settings: Settings, *, as_json: bool, service: bool, view: bool) -> Showing:
    """JSON for programs, the log for a service, the live view on a terminal, else plain lines."""
    from voicelog.app.cli.opened import ask_passphrase
    from voicelog.app.view.events import Showing
    from voicelog.app.view.lines import JsonLines, PlainLines

    if as_json:
        return Showing(lambda clock: JsonLines(clock, options.print_json), tell=options.tell, ask=ask_passphrase)
    if service:
        from voicelog.app.view.service_log import ServiceLog, logging_to_file

        stack.enter_context(logging_to_file())
        log = ServiceLog(lambda: settings.log)
        return Showing(lambda _: log, tell=options.tell)
    if view and sys.stderr.isatty():
        from rich.console import Console

        from voicelog.app.view.terminal import LiveView

        live = stack.enter_context(LiveView(Console(stderr=True)))
        return Showing(lambda _: live, live.hearing, options.tell, ask_passphrase)
    tell = options.tell
    return Showing(lambda clock: PlainLines(clock, tell), tell=tell, ask=ask_passphrase, unanswered=tell)


@click.command()
@options.config
@options.as_json
@options.speak
@options.now
def demo(*, config: Path | None, as_json: bool, speak: bool | None, now: datetime | None) -> int:
    """Show the main job with a spoken example, in a diary that is thrown away; needs no microphone."""
    from voicelog.app.machine.live_settings import LiveSettings
    from voicelog.app.run.demo import demonstrate
    from voicelog.app.view.events import Showing
    from voicelog.app.view.lines import JsonLines

    def settings(db: Path) -> LiveSettings:
        plain: dict[str, tuple[str, Value]] = {"diary.encrypted": ("demo", False), "audio.keep_days": ("demo", 0)}
        return options.live_settings_of(config, db=db, speak=speak, others=plain)

    showing = Showing(lambda clock: JsonLines(clock, options.print_json)) if as_json else None
    with _native_noise_hushed():
        demonstrate(settings, options.tell, showing, now)
    options.tell("Nothing of this is kept. Start the logger with: voicelog listen")
    return 0


@click.command()
@options.db
@options.config
@options.as_json
def status(db: Path | None, config: Path | None, *, as_json: bool) -> int:
    """Whether a logger listens, how it stands, and what was logged last."""
    from dataclasses import asdict

    from voicelog.app.cli.opened import ask_passphrase
    from voicelog.app.view.lines import describe
    from voicelog.app.view.status_file import read_standing
    from voicelog.converse.messages import Filter, Look
    from voicelog.diary import open_for
    from voicelog.diary.store.lock import is_listening

    settings = options.settings_of(config, db=db)
    path = settings.diary_path
    listens = is_listening(path)
    standing = read_standing(path) if listens else None
    count, last = 0, None
    if path.exists():
        with open_for(settings, read_only=True, ask=ask_passphrase) as diary:
            found = diary.look(Look(Filter()))
            count, last = found.count, next(iter(found.entries), None)
    if as_json:
        values = {"listening": listens, "diary": str(path), "entries": count}
        values |= {"last": last.to_json()} if last else {}
        options.print_json(values | (asdict(standing) if standing else {}))
        return 0
    if standing is None:
        options.tell(f"{'A logger listens' if listens else 'No logger listens'} for the diary {path}.")
    else:
        since = datetime.fromisoformat(standing.since)
        options.tell(f"Process {standing.process} has listened since {since:%Y-%m-%d %H:%M}: {standing.state}.")
        options.tell(f"Sound from {standing.source}; {standing.lost_s:.1f} s of it lost.")
        if standing.problem:
            options.tell(f"Last problem: {standing.problem}")
    options.tell(
        f"{count} {'entry' if count == 1 else 'entries'} in {path}."
        + (f" The last: {last.at:%Y-%m-%d} {describe(last)}." if last else "")
    )
    return 0


COMMANDS = (listen, demo, status)
