"""What the logger would make of recordings or text, and what the sentence files hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicelog.app.cli import options
from voicelog.core.errors import UsageError, VoicelogError
from voicelog.core.settings import Settings

if TYPE_CHECKING:
    from voicelog.understand.rank.explanation import Explanation


@click.command()
@click.argument("audio", nargs=-1, type=click.Path(path_type=Path), metavar="[AUDIO]…")
@click.option("--text", "texts", multiple=True, metavar="T", help="Text instead of a recording; may be given again.")
@click.option(
    "--grammar", type=click.Path(path_type=Path), metavar="DIR", help="Only the sentence files in this folder."
)
@click.option("--expecting", metavar="SLOT", help='What was just asked, such as "severity".')
@click.option("--explain", is_flag=True, help="Show the hypotheses, their scores, and why it was accepted or not.")
@options.config
@options.as_json
def understand(
    audio: tuple[Path, ...],
    texts: tuple[str, ...],
    grammar: Path | None,
    expecting: str | None,
    *,
    explain: bool,
    config: Path | None,
    as_json: bool,
) -> int:
    """Show what each recording (one file, one utterance) or text would be understood as. Saves nothing."""
    from voicelog.app.run.recognition import Recognition, understanding_for
    from voicelog.core.utterance import Utterance

    if not audio and not texts:
        raise UsageError("There is nothing to understand. Name sound files, or give --text.")
    others = {"grammar.dir": ("--grammar", str(grammar))} if grammar else {}
    settings: Settings = options.settings_of(config, others=others)
    wrong = False
    if texts:
        understanding = understanding_for(settings)
        for text in texts:
            _show(text, understanding.explain(Utterance(typed=text), expecting), as_json=as_json, explain=explain)
    if audio:
        recognition = Recognition.load(settings, options.learning)
        for path in audio:
            try:
                _show(str(path), recognition.explain_file(path, expecting), as_json=as_json, explain=explain)
            except VoicelogError as error:
                wrong = True
                if as_json:
                    options.print_json({"source": str(path), "error": str(error)})
                else:
                    options.tell(str(error) if str(path) in str(error) else f"{path}: {error}")
    return 1 if wrong else 0


def _show(source: str, explanation: Explanation, *, as_json: bool, explain: bool) -> None:
    meaning = explanation.meaning
    if as_json:
        extra: dict[str, Any] = {"explanation": explanation.to_json()} if explain else {}
        options.print_json({"source": source, **meaning.to_json(), **extra})
        return
    options.show(f"{source}: {meaning.text or '(nothing heard)'}")
    if meaning.accepted:
        slots = ", ".join(f"{name} {_plain(value)}" for name, value in meaning.slots.items())
        options.show(f"  {meaning.intent}{': ' + slots if slots else ''}   (sure to {100 * meaning.confidence:.0f} %)")
    else:
        options.show(f"  not taken: {meaning.reason}")
    if meaning.doubtful:
        options.show(f"  in doubt: {', '.join(meaning.doubtful)}")
    if explain:
        _show_why(explanation)


def _show_why(explanation: Explanation) -> None:
    why = explanation.to_json()
    for candidate in why["candidates"]:
        slots = " ".join(f"{name}={_plain(value)}" for name, value in candidate["slots"].items())
        options.show(
            f"    -{candidate['behind']:<6} {candidate['unexplained']:>4} unexplained  “{candidate['text']}”"
            f" → {candidate['intent']} {slots}  [{candidate['sentence']}]"
        )
    for text in why["open"]:
        options.show(f"    open vocabulary: “{text}”")
    for name, value in why["evidence"].items():
        options.show(f"    {name:18} {value:+.2f}")


def _plain(value: Any) -> str:
    return " + ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


@click.group()
def grammar() -> None:
    """The sentence files: check them, list what can be said."""


@grammar.command("check")
@click.option("--grammar", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Another folder.")
@options.config
@options.as_json
def check(folder: Path | None, config: Path | None, *, as_json: bool) -> int:
    """Tell of mistakes, of words the recogniser lacks, and of sentences that sound alike."""
    from voicelog.app.run.recognition import Recognition
    from voicelog.understand.grammar.check import findings

    others = {"grammar.dir": ("--grammar", str(folder))} if folder else {}
    recognition = Recognition.load(options.settings_of(config, others=others), learn=False)
    serious = False
    for finding in findings(recognition.understanding.grammar, recognition.forms, recognition.knows):
        serious = serious or finding.serious
        if as_json:
            options.print_json({"where": finding.where, "text": finding.text, "serious": finding.serious})
        else:
            options.show(f"{finding.where}: {finding.text}" if finding.where else finding.text)
    return 1 if serious else 0


@grammar.command("list")
@click.option("--grammar", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Another folder.")
@click.option("--examples", default=3, show_default=True, help="Examples for each intent.")
@options.config
@options.as_json
def list_(folder: Path | None, examples: int, config: Path | None, *, as_json: bool) -> None:
    """List what can be said: each intent with examples, each list with its values."""
    from voicelog.app.run.recognition import understanding_for
    from voicelog.understand.grammar.check import sayable

    others = {"grammar.dir": ("--grammar", str(folder))} if folder else {}
    for name, lines in sayable(understanding_for(options.settings_of(config, others=others)).grammar, examples):
        if as_json:
            options.print_json({"name": name, "examples": lines})
        else:
            options.show(name)
            for line in lines:
                options.show(f"    {line}")


COMMANDS = (understand, grammar)
