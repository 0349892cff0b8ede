"""The user's own words: taught, listed and forgotten."""

from __future__ import annotations

from pathlib import Path

import click

from voicelog.app.cli import options
from voicelog.core.errors import UsageError
from voicelog.core.settings import Settings

KINDS = ("medication", "treatment", "symptom", "trigger", "part")
DOUBTFUL = 0.4
"""Share of recordings heard below which a word is better respelled."""


@click.command()
@click.argument("words", nargs=-1, metavar="WORD")
@click.option("--as", "kind", type=click.Choice(KINDS), help="What it is.")
@click.option(
    "--sounds-like",
    "sounds_like",
    multiple=True,
    metavar="TEXT",
    help='How it is said, as "tie zan a deen"; may be given again.',
)
@click.option("--unit", default="mg", show_default=True, metavar="UNIT", help="A medication's usual unit.")
@click.option("--list", "listed", is_flag=True, help="Show the words that have been taught.")
@click.option("--forget", metavar="WORD", help="Forget a word that has been taught.")
@options.config
@options.as_json
def teach(
    words: tuple[str, ...],
    kind: str | None,
    sounds_like: tuple[str, ...],
    unit: str,
    *,
    listed: bool,
    forget: str | None,
    config: Path | None,
    as_json: bool,
) -> int:
    """Teach a word of your own, such as a medication; it is heard from then on."""
    settings = options.settings_of(config)
    if listed + (forget is not None) + bool(words) != 1:
        raise UsageError("Name a word to teach, or --list, or --forget WORD.")
    if listed:
        return _list(settings, as_json=as_json)
    if forget is not None:
        return _forget(settings, forget)
    if kind is None:
        raise UsageError(f"Say what “{' '.join(words)}” is: --as {'|'.join(KINDS)}.")
    return _teach(settings, " ".join(words), kind, sounds_like, unit, as_json=as_json)


def _list(settings: Settings, *, as_json: bool) -> int:
    from voicelog.core.sentence_files import taught_path
    from voicelog.understand.lexicon.taught import read_taught

    taught = read_taught(taught_path(settings))
    for one in taught:
        if as_json:
            options.print_json({"word": one.word, "kind": one.kind, "sounds_like": list(one.sounds_like)})
        else:
            respelled = f" (said “{'”, “'.join(one.sounds_like)}”)" if one.sounds_like else ""
            options.show(f"{one.word}: {one.kind}{respelled}", err=True)
    if not taught and not as_json:
        options.show("No words have been taught yet.", err=True)
    return 0


def _forget(settings: Settings, word: str) -> int:
    from voicelog.core.sentence_files import taught_path
    from voicelog.understand.lexicon.taught import forget_taught

    if not forget_taught(taught_path(settings), word):
        raise UsageError(f"“{word}” has not been taught. 'voicelog teach --list' shows the words that have.")
    options.show(f"“{word}” is forgotten.", err=True)
    return 0


def _teach(settings: Settings, word: str, kind: str, sounds_like: tuple[str, ...], unit: str, *, as_json: bool) -> int:
    from voicelog.app.run.teach_words import teach_word

    lesson = teach_word(settings, word, kind, sounds_like, unit)
    taught = lesson.taught
    if as_json:
        options.print_json(
            {
                "word": taught.word,
                "kind": kind,
                "answers_to": list(lesson.answers_to),
                "recognised": round(lesson.recognised, 2),
                "alike": [{"text": one.text, "likeness": one.likeness} for one in lesson.alike],
            }
        )
        return 0
    options.show(f"“{taught.word}” is now a {kind}.", err=True)
    if lesson.answers_to:
        options.show(f"It answers to {', '.join(f'“{text}”' for text in lesson.answers_to)}.", err=True)
        if lesson.recognised < DOUBTFUL:
            options.show(
                "It was hard to hear. If it is not said as it is written, teach it again with --sounds-like.", err=True
            )
    for one in lesson.alike:
        options.show(f"It sounds like “{one.text}”; the one may be taken for the other.", err=True)
    return 0


COMMANDS = [teach]
