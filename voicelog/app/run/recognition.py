"""The wiring of sound to meaning: model, recognisers, sentence files and spoken forms, as the settings ask for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import vosk

from voicelog.app.machine.models import installed_model, installed_separation
from voicelog.app.run.teach_words import spoken_forms
from voicelog.core.fields import BY_NAME
from voicelog.core.meaning import Meaning
from voicelog.core.sentence_files import extra_files, grammar_folder
from voicelog.core.settings import Settings
from voicelog.core.subprocess_work import Work, aside, here
from voicelog.core.threads import in_thread
from voicelog.core.utterance import Utterance
from voicelog.recognise.decoder import Samples, knows, recognise
from voicelog.recognise.grammar_model import network
from voicelog.recognise.loading import Likely, likely, loaded
from voicelog.recognise.phrase_cache import kept_grammar
from voicelog.recognise.recognisers import Ears
from voicelog.recognise.respelling.store import Progress
from voicelog.sound.files import read_clip
from voicelog.sound.separation import Separator
from voicelog.understand import Understanding
from voicelog.understand.free.fitted import load_fitted
from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.known_names import check_names
from voicelog.understand.grammar.wake_phrase import with_wake_phrase
from voicelog.understand.lexicon.forms import SpokenForms
from voicelog.understand.rank.explanation import Explanation


def grammar_for(settings: Settings) -> Grammar:
    """The sentence files in force: a folder of one's own alone, or those that come along with the user's own words.

    The wake phrase, where one is set, may come before each sentence. Raises :class:`GrammarError`.
    """
    check = _check_handled if not settings.grammar.dir else lambda _: None
    return with_wake_phrase(kept_grammar(grammar_folder(settings), extra_files(settings), check), settings.wake.phrase)


def _check_handled(grammar: Grammar) -> None:
    """Raise :class:`GrammarError` for an intent that the conversation does not handle, or a field no entry has."""
    from voicelog.converse.session import HANDLERS

    check_names(grammar, HANDLERS, BY_NAME)


def understanding_for(settings: Settings) -> Understanding:
    """The understanding of typed text. Raises :class:`GrammarError`."""
    return Understanding(grammar_for(settings), fitted=load_fitted(grammar_folder(settings)))


def _understanding(settings: Settings, grammar: Grammar, forms: SpokenForms) -> Understanding:
    return Understanding(grammar, forms, load_fitted(grammar_folder(settings)))


@dataclass(frozen=True)
class Recognition:
    """Everything between a sound and its meaning."""

    model: vosk.Model
    understanding: Understanding
    ears: Ears

    @classmethod
    def load(
        cls,
        settings: Settings,
        progress: Progress | None = None,
        *,
        learn: bool = True,
        model: Future[vosk.Model] | None = None,
        expected: Likely | None = None,
    ) -> Recognition:
        """Load the model and the sentence files, and learn words of theirs that the recogniser lacks.

        ``progress`` is told of each word learned (a second or two each, once). ``model`` and ``expected`` are being
        loaded already.
        Without ``learn``, words not learned yet have no spoken forms. Raises :class:`ModelError`,
        :class:`GrammarError`.
        """
        folder = installed_model(settings)
        if model is None:
            model = in_thread(lambda: loaded(folder), "model", awaited=True)
        expected = expected or likely(folder)
        grammar = grammar_for(settings)
        forms = spoken_forms(settings, grammar, model.result(), folder, progress, learn=learn, makeshift=False)
        make = here if learn else None
        separation = installed_separation(folder)
        separator = Separator(separation) if separation is not None else None
        return cls._of(folder, _understanding(settings, grammar, forms), model.result(), expected, separator, make)

    def renewed(
        self, settings: Settings, go_on: Callable[[], None] = lambda: None, *, learn: bool = True
    ) -> Recognition:
        """The same with the user's words as they are now, and all words learned; this one if nothing is new.

        Meanwhile this one may listen. Without ``learn``, words not learned yet get makeshift forms. ``go_on`` is called
        now and then, and may raise to give it up. Raises :class:`GrammarError` too.
        """
        grammar, folder = grammar_for(settings), installed_model(settings)
        forms = spoken_forms(settings, grammar, self.model, folder, lambda *_: go_on(), learn=learn, makeshift=True)
        if grammar.key == self.understanding.grammar.key and forms == self.forms and (self.ears.whole or not learn):
            return self
        make = partial(aside, go_on=go_on) if learn else None
        return self._of(folder, _understanding(settings, grammar, forms), self.model, None, self.ears.separator, make)

    @classmethod
    def _of(
        cls,
        folder: Path,
        understanding: Understanding,
        model: vosk.Model,
        expected: Likely | None,
        separator: Separator | None,
        make: Work | None,
    ) -> Recognition:
        own = network(folder, understanding, model, expected, make=make)
        return cls(model, understanding, Ears(model, folder, understanding, own, separator))

    @property
    def forms(self) -> SpokenForms:
        """The spoken forms of words that the recogniser lacks."""
        return self.understanding.forms

    def knows(self, word: str) -> bool:
        """Whether the recogniser's dictionary has the word."""
        return knows(self.model, word)

    def explain_file(self, path: Path, expecting: str | None = None) -> Explanation:
        """What a sound file, taken as one utterance, would be understood as. Raises :class:`SoundError`."""
        return self.explain(read_clip(path), expecting)

    def transcript(self, samples: Samples) -> tuple[str, Meaning]:
        """What a clip (int16, 16 kHz, mono) is understood as: its words, and its meaning."""
        utterance, explanation = self._heard(samples, None)
        meaning = explanation.meaning
        return (self.understanding.words_of(utterance, meaning) if meaning.accepted else meaning.text), meaning

    def explain(self, samples: Samples, expecting: str | None = None) -> Explanation:
        """What a clip (int16, 16 kHz, mono) would be understood as."""
        return self._heard(samples, expecting)[1]

    def _heard(self, samples: Samples, expecting: str | None) -> tuple[Utterance, Explanation]:
        pair = self.ears.listening_for(expecting)
        utterance = recognise(pair.grammar, pair.open, samples)
        look = self.ears.second_look
        return utterance, self.understanding.explain(
            utterance, expecting, lambda heard, doubt: look(heard, expecting, doubt)
        )
