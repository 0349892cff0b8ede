"""Spoken forms kept: derived once for each word and model, then read from the cache folder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from voicelog.core.settings import cache_folder
from voicelog.recognise.respelling.derive import Ear, derive, dictionary, nearest_in_sound, needing_forms
from voicelog.recognise.respelling.voices import LEARNING_VOICES
from voicelog.understand.lexicon.forms import Lexeme, SpokenForm, SpokenForms
from voicelog.understand.lexicon.pronunciation import is_regular

_VERSION: Final = 1
"""To be raised when forms come to be derived in another way: what was derived before is then derived anew."""

_MODEL_FILES: Final = ("am/final.mdl", "graph/Gr.fst", "graph/HCLr.fst", "graph/HCLG.fst")

Progress = Callable[[str, int, int], None]
"""Told before each word is learned: the word, how many are done, how many there are to do."""


def load_or_derive(
    words: Iterable[str],
    ear: Ear,
    model_dir: Path,
    *,
    phrases: Callable[[], Sequence[str]] = tuple,
    sounds_like: Mapping[str, Sequence[str]] | None = None,
    cache_dir: Path | None = None,
    progress: Progress | None = None,
    learn: bool = True,
    makeshift: bool = True,
) -> SpokenForms:
    """The spoken forms of those of ``words`` that need them, from the cache, and derived where it has none yet.

    One or two seconds for each new word; each is kept as soon as it is known, so that nothing is lost when it is
    interrupted. Nothing is worked out when all are cached. ``phrases`` are sentences of the grammar, asked for only if
    something must be derived. ``sounds_like`` are respellings for words that are not said as written. ``cache_dir`` is
    the platform's cache folder where not given; if it cannot be written, everything is derived again the next time.
    Without ``learn`` nothing is spoken: words that are not in the cache and that the recogniser lacks get the forms
    nearest in sound, a fifth of a second each, and those are not kept; without ``makeshift`` either, they get none.
    """
    respelled = {word: tuple(said) for word, said in (sounds_like or {}).items()}
    cache = FormsCache(_cache_file(model_dir, cache_dir or cache_folder()))
    wanted = sorted(set(words))
    missing = [word for word in wanted if not cache.has(word, respelled.get(word, ()))]
    if learn:
        plain = {word for word in missing if word not in respelled and ear.knows(word) and is_regular(word)}
        cache.keep_plain(plain)
        missing = [word for word in missing if word not in plain]
    unheard: dict[str, Lexeme] = {}
    if missing and learn:
        spoken = list(phrases())
        avoid = {*wanted, *(word for phrase in spoken for word in phrase.split())}
        cache.keep_own(avoid)
        to_learn = sorted({*needing_forms(missing, ear, spoken), *(word for word in missing if word in respelled)})
        cache.keep_plain(word for word in missing if word not in to_learn)
        _learn(to_learn, ear, cache, spoken, avoid, respelled, progress)
    elif makeshift and (lacking_words := [word for word in missing if not ear.knows(word)]):
        trie = dictionary(ear, wanted)
        unheard = {word: nearest_in_sound(word, trie, respelled.get(word, ()), wanted) for word in lacking_words}
    lexemes = {word: lexeme for word in wanted if (lexeme := cache.lexeme(word) or unheard.get(word)) is not None}
    lacking = {word for word in lexemes if not ear.knows(word)}
    return SpokenForms(lexemes, frozenset({*wanted, *cache.own} - lacking))


def _learn(
    words: Sequence[str],
    ear: Ear,
    cache: FormsCache,
    phrases: Sequence[str],
    avoid: Collection[str],
    sounds_like: Mapping[str, Sequence[str]],
    progress: Progress | None,
) -> None:
    if not words:
        return
    trie = dictionary(ear, avoid)
    for done, word in enumerate(words):
        if progress is not None:
            progress(word, done, len(words))
        said = sounds_like.get(word, ())
        cache.keep(derive(word, ear, trie, sounds_like=said, phrases=phrases, avoid=avoid), said)


def _cache_file(model_dir: Path, folder: Path) -> Path:
    """The cache's file for this model and these voices."""
    digest = hashlib.sha256(f"{_VERSION}".encode())
    for path in (model_dir / name for name in _MODEL_FILES if (model_dir / name).is_file()):
        digest.update(f"{path.name} {path.stat().st_size} ".encode())
        with path.open("rb") as file:
            digest.update(file.read(65536))
    digest.update(repr([voice for voice in LEARNING_VOICES if voice.installed]).encode())
    return folder / f"spoken-forms-{digest.hexdigest()[:16]}.json"


class FormsCache:
    """The file of derived forms. A damaged file counts as none; it is only a cache."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._words: dict[str, dict[str, Any]] = {}
        self._plain: set[str] = set()
        self._own: set[str] = set()
        try:
            data = json.loads(path.read_text("utf-8"))
            self._words = {word: dict(forms) for word, forms in data["words"].items()}
            self._plain = set(data["plain"])
            self._own = set(data["own"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self._words, self._plain, self._own = {}, set(), set()

    def has(self, word: str, sounds_like: Sequence[str] = ()) -> bool:
        """Whether it is known what ``word`` needs, said as ``sounds_like`` says."""
        if word in self._words:
            return list(self._words[word].get("sounds_like", ())) == list(sounds_like)
        return word in self._plain and not sounds_like

    def lexeme(self, word: str) -> Lexeme | None:
        """The word's forms; None where it needs none or is not known."""
        entry = self._words.get(word)
        if entry is None:
            return None
        forms = tuple(SpokenForm(tuple(text.split()), float(weight)) for text, weight in entry["forms"])
        return Lexeme(word, forms, tuple(entry["heard"]), float(entry["recognised"])) if forms else None

    def keep(self, lexeme: Lexeme, sounds_like: Sequence[str] = ()) -> None:
        """Keep a word's forms."""
        self._words[lexeme.word] = {
            "forms": [[form.text, form.weight] for form in lexeme.forms],
            "heard": list(lexeme.heard),
            "recognised": lexeme.recognised,
            "sounds_like": list(sounds_like),
        }
        self._plain.discard(lexeme.word)
        self._write()

    def keep_plain(self, words: Iterable[str]) -> None:
        """Keep that these words need no forms."""
        new = set(words) - self._plain
        if new:
            self._plain |= new
            self._write()

    @property
    def own(self) -> frozenset[str]:
        """The words of the grammars that forms have been derived for."""
        return frozenset(self._own)

    def keep_own(self, words: Iterable[str]) -> None:
        """Keep that a grammar uses these words."""
        self._own |= set(words)

    def _write(self) -> None:
        data = {"words": self._words, "plain": sorted(self._plain), "own": sorted(self._own)}
        partial = self._path.with_suffix(f".{os.getpid()}.part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(data), "utf-8")
            partial.replace(self._path)
        except OSError:
            partial.unlink(missing_ok=True)
