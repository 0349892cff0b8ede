"""The wiring of sound to meaning: model, recognisers, sentence files and spoken forms, as the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import vosk

from voicelog.ears import Ears, loaded
from voicelog.hear.files import read_clip
from voicelog.hear.recognise import Samples, knows, recognise
from voicelog.resources import grammars_folder
from voicelog.settings import Settings
from voicelog.system.models import installed_model
from voicelog.understand import Understanding
from voicelog.understand.explanation import Explanation
from voicelog.understand.lexicon.forms import SpokenForms


def understanding_for(settings: Settings, forms: SpokenForms | None = None) -> Understanding:
    """The understanding of the sentence files in force. Raises :class:`GrammarError`."""
    folder = Path(settings.grammar.dir).expanduser() if settings.grammar.dir else None
    return Understanding.from_folder(folder or grammars_folder(settings.grammar.language), (), forms or SpokenForms())


@dataclass(frozen=True)
class Recognition:
    """Everything between a sound and its meaning."""

    model: vosk.Model
    understanding: Understanding
    forms: SpokenForms
    ears: Ears

    @classmethod
    def load(cls, settings: Settings) -> Recognition:
        """Load the model and the sentence files. Raises :class:`ModelError`, :class:`GrammarError`."""
        folder = installed_model(settings)
        model = loaded(folder)
        understanding = understanding_for(settings)
        return cls(model, understanding, understanding.forms, Ears(model, folder, understanding))

    def knows(self, word: str) -> bool:
        """Whether the recogniser's dictionary has the word."""
        return knows(self.model, word)

    def explain_file(self, path: Path, expecting: str | None = None) -> Explanation:
        """What a sound file, taken as one utterance, would be understood as. Raises :class:`SoundError`."""
        return self.explain(read_clip(path), expecting)

    def explain(self, samples: Samples, expecting: str | None = None) -> Explanation:
        """What a clip (int16, 16 kHz, mono) would be understood as."""
        pair = self.ears.listening_for(expecting)
        return self.understanding.explain(recognise(pair.grammar, pair.open, samples), expecting)
