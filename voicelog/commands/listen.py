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
        )  # fmt: skip
        emit("state", {"state": "listening"})
        wrong = app.run_typed(loop, clock, decoded(sys.stdin.buffer), ending, options.tell)
    return 1 if wrong else 0


COMMANDS = (listen,)
