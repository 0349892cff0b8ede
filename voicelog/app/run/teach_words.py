"""The wiring of words to the recogniser: the spoken forms of the grammar's words and of those that the user teaches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import vosk

from voicelog.app.machine.models import installed_model
from voicelog.core.errors import UsageError
from voicelog.core.resources import grammars_folder
from voicelog.core.sentence_files import taught_path
from voicelog.core.settings import Settings
from voicelog.recognise.loading import loaded, loaded_wide
from voicelog.recognise.respelling.store import Progress, load_or_derive
from voicelog.recognise.trial import Ear
from voicelog.understand.grammar.grammar import Grammar, load_grammar
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.grammar.sample import sample_sentences
from voicelog.understand.lexicon.by_voice import from_utterances
from voicelog.understand.lexicon.confusable import Confusable, confusable
from voicelog.understand.lexicon.forms import SpokenForms
from voicelog.understand.lexicon.taught import KINDS, Taught, add_taught, checked, read_taught

_SENTENCES = 3000


def spoken_forms(
    settings: Settings,
    grammar: Grammar,
    model: vosk.Model,
    folder: Path,
    progress: Progress | None = None,
    *,
    learn: bool = True,
    makeshift: bool = True,
    only: Collection[str] | None = None,
) -> SpokenForms:
    """The spoken forms for a grammar on the model in ``folder``: from the cache, or learned, a second or two a word.

    ``progress`` is told before each word that is learned: the word, how many are done, how many there are. Without
    ``learn``, words not in the cache get the forms nearest in sound, unheard, at a fifth of a second each, or none
    without ``makeshift``. ``only`` names words of the grammar that alone are asked for.
    """
    respelled = {
        taught.word: taught.sounds_like
        for taught in read_taught(taught_path(settings))
        if taught.sounds_like and len(taught.word.split()) == 1
    }
    words = {word for word in vocabulary(t.node for t in grammar.templates) if word.replace("'", "").isalpha()}
    return load_or_derive(
        words if only is None else words & set(only),
        Ear(model, lambda: loaded_wide(folder)),
        folder,
        phrases=lambda: sample_sentences(grammar, _SENTENCES),
        sounds_like=respelled,
        progress=progress,
        learn=learn,
        makeshift=makeshift,
    )


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of teaching a word.

    ``answers_to`` are the recogniser's words that stand for it, the likeliest first; empty where its dictionary has the
    word. ``recognised`` is the share of synthetic recordings, 0 to 1, in which it was heard, 1 where the dictionary has
    the word. ``alike`` are values of the same list that sound so alike that they may be taken for it.
    """

    taught: Taught
    answers_to: tuple[str, ...]
    recognised: float
    alike: tuple[Confusable, ...]


def lesson(taught: Taught, grammar: Grammar, forms: SpokenForms) -> Lesson:
    """What the user's word answers to; ``grammar`` and ``forms`` already hold it."""
    words = taught.word.split()
    heard = [lexeme for word in words if (lexeme := forms.lexemes.get(word)) is not None]
    said = forms.expand([taught.word]) if heard else []
    others = sorted(_values(grammar) - {taught.word, *taught.also})
    return Lesson(
        taught,
        tuple(said),
        min((lexeme.recognised for lexeme in heard), default=1.0),
        confusable(taught.word, others),
    )


def keep_word(
    settings: Settings,
    word: str,
    kind: str,
    sounds_like: tuple[str, ...] = (),
    unit: str = "mg",
    also: tuple[str, ...] = (),
) -> Taught:
    """Keep a word of the user's own; how it sounds is learned when it is first listened for.

    Raises :class:`UsageError` for a word that cannot be said or that the grammar has already, and
    :class:`GrammarError`; the word is then not kept.
    """
    if settings.grammar.dir:
        raise UsageError(
            f"Sentence files of your own are in force, in {settings.grammar.dir}. Add the word to a list there, or "
            "unset grammar.dir."
        )
    respelled = tuple(checked(text) for text in sounds_like)
    taught = Taught(checked(word), kind, respelled, also, unit=unit if kind == "medication" else "")
    there = load_grammar(grammars_folder(settings.grammar.language))
    if kind not in there.lists:
        raise UsageError(f"There is no list “{kind}” that a word could be added to.")
    if taught.word in {str(value.out) for value in there.lists[kind]} and not respelled:
        raise UsageError(f"“{taught.word}” is a {kind} already; it needs no teaching.")
    add_taught(taught_path(settings), taught)
    return taught


def teach_word(settings: Settings, word: str, kind: str, sounds_like: tuple[str, ...] = (), unit: str = "mg") -> Lesson:
    """Keep a word of the user's own, and learn at once what it answers to.

    Raises what :func:`keep_word` raises, and :class:`ModelError`; the word is then not kept.
    """
    folder = installed_model(settings)
    taught = keep_word(settings, word, kind, sounds_like, unit)
    grammar = load_grammar(grammars_folder(settings.grammar.language), (taught_path(settings),))
    forms = spoken_forms(settings, grammar, loaded(folder), folder, only=taught.word.split())
    return lesson(taught, grammar, forms)


def keep_word_by_voice(settings: Settings, kind: str, word: str, said: tuple[str, ...] = ()) -> str:
    """Keep a word that was spelled, or ``said`` several times and heard as this; the word as it is kept.

    It answers to everything that it was heard as. Raises what :func:`keep_word` raises, and :class:`UsageError` where
    it did not sound like the same word each time.
    """
    also: tuple[str, ...] = ()
    if said:
        heard = from_utterances([[text] for text in said])
        word, also = heard.text, tuple(checked(text) for text in heard.also)
    return keep_word(settings, word, kind, also=also).word


def _values(grammar: Grammar) -> set[str]:
    return {str(value.out) for name in KINDS for value in grammar.lists.get(name, ())}
