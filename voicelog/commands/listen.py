"""The main job: listen; and its demonstration and state."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from voicelog.commands import options


@click.command()
@click.option("--from-text", is_flag=True, help="One utterance a line on standard input; [+90] before it waits 90 s.")
@options.db
@options.config
@options.as_json
@options.speak
@options.now
def listen(
    *,
    from_text: bool,
    db: Path | None,
    config: Path | None,
    as_json: bool,
    speak: bool | None,
    now: datetime | None,
) -> int:
    """Log what is said."""
    from voicelog import app
    from voicelog.clock import HandClock
    from voicelog.loop import Loop
    from voicelog.telling import JsonLines, PlainLines
    from voicelog.typed import decoded

    live = options.live_settings_of(config, db=db, speak=speak)
    understanding = app.understanding_of(live.current)
    clock = HandClock(now)
    emit = JsonLines(clock, options.print_json) if as_json else PlainLines(clock, options.tell)
    with app.diary_for_listening(live.current) as diary, app.Ending().signals() as ending:
        for notice in diary.notices:
            emit("problem", {"text": notice})
        loop = Loop(
            app.new_session(live.current, diary), diary, understanding, clock, emit,
            keep_setting=live.keep,
            call_help=lambda: app.run_help(live.current.help.command),
            teach=lambda kind, word: None,
            expect=lambda what: None,
        )  # fmt: skip
        emit("state", {"state": "listening"})
        wrong = app.run_typed(loop, clock, decoded(sys.stdin.buffer), ending, options.tell)
    return 1 if wrong else 0


@click.command()
@options.db
@options.config
@options.as_json
def status(db: Path | None, config: Path | None, *, as_json: bool) -> int:
    """Whether a logger listens, how it stands, and what was logged last."""
    from dataclasses import asdict

    from voicelog.app import is_listening
    from voicelog.converse.messages import Filter, Look
    from voicelog.diary import open_diary
    from voicelog.standing import read_standing
    from voicelog.telling import describe

    settings = options.settings_of(config, db=db)
    path = settings.diary_path
    listens = is_listening(path)
    standing = read_standing(path) if listens else None
    count, last = 0, None
    if path.exists():
        with open_diary(path, read_only=True) as diary:
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
    options.tell(f"{count} entries in {path}." + (f" The last: {last.at:%Y-%m-%d} {describe(last)}." if last else ""))
    return 0


COMMANDS = (listen, status)
