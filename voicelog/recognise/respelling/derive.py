"""Spoken forms found: sequences that sound near, and which of them the recogniser really returns for the word."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Final, Protocol

from voicelog.recognise.respelling.voices import LEARNING_VOICES, Samples, SyntheticVoice, espeak_text
from voicelog.understand.lexicon.forms import Lexeme, SpokenForm
from voicelog.understand.lexicon.nearest import Trie, build_trie, nearest_sequences
from voicelog.understand.lexicon.phones import Phones, normalised_distance
from voicelog.understand.lexicon.pronunciation import (
    all_of_cmudict,
    is_regular,
    normalised,
    pronounce,
    pronounce_many,
)
from voicelog.understand.lexicon.spelling_rules import from_letters, with_long_first_vowel

MOST_FORMS: Final = 6
_CANDIDATES: Final = 120
_BACKGROUND: Final = 300
_CONTEXTS: Final = 2
_MISSING: Final = 8.0
_LEAST_GAIN: Final = 0.15
_AVOIDED_COST: Final = 0.25
_HEARD: Final = 8
_KNOWN_WEIGHT: Final = 0.1
_HEARD_CLIPS: Final = 3
_HEARD_WELL: Final = 0.8
_VARIANT_DISTANCE: Final = 0.45
_VARIANT_VOICES: Final = 2


class Ear(Protocol):
    """What is needed of the recogniser."""

    def knows(self, word: str) -> bool:
        """Whether its dictionary has the word."""

    def hear(self, clips: Sequence[Samples], phrases: Sequence[str] | None) -> list[list[tuple[str, float]]]:
        """For each clip, hypotheses and scores (natural logarithm), best first; None: the open vocabulary."""


def dictionary(ear: Ear, avoid: Collection[str] = ()) -> Trie:
    """The recogniser's words that have a pronunciation in cmudict.

    Of words that sound the same only one or two are kept: one that is in ``avoid`` (words of the grammar that mean
    something themselves) only beside one that is not.
    """
    same: dict[Phones, list[tuple[bool, bool, int, str]]] = {}
    for word, phones in all_of_cmudict():
        if ear.knows(word):
            same.setdefault(phones, []).append((word in avoid, "'" in word, len(word), word))
    kept: list[tuple[str, Phones]] = []
    for phones, words in same.items():
        words.sort()
        kept.append((words[0][3], phones))
        kept.extend((entry[3], phones) for entry in words[1:] if entry[0] and not words[0][0])
    return build_trie(kept)


def variants(word: str) -> tuple[Phones, ...]:
    """How people who only know the word in writing may say it: by its letters, with a long or a short first vowel.

    Without the pronunciations that :func:`pronounce` gives, and nothing far from all of them.
    """
    plain = normalised(word)
    known = pronounce(plain)
    found: list[Phones] = []
    for phones in (from_letters(plain), with_long_first_vowel(plain)):
        nearest = min((normalised_distance(phones, other) for other in known), default=0.0)
        if phones and phones not in found and 0.0 < nearest <= _VARIANT_DISTANCE:
            found.append(phones)
    return tuple(found)


def needing_forms(
    words: Iterable[str],
    ear: Ear,
    phrases: Sequence[str] = (),
    voices: Sequence[SyntheticVoice] = LEARNING_VOICES,
) -> tuple[str, ...]:
    """Those of ``words`` that the recogniser lacks, and those that it has but hears badly.

    A word in cmudict, or an inflection of one, is taken to be heard well. Others were put into the recogniser's
    dictionary with a guessed pronunciation: they are spoken to it, against ``phrases``.
    """
    unsure = {word for word in words if pronounce(word) and not (ear.knows(word) and is_regular(word))}
    lacking = {word for word in unsure if not ear.knows(word)}
    guessed = sorted(unsure - lacking)
    said = [(word, samples) for word in guessed for voice in voices if (samples := voice.speak(word)) is not None]
    grammar = [*guessed, *_usable(_sampled(phrases), ear)]
    heard = ear.hear([samples for _, samples in said], grammar) if said else []
    right = Counter(word for (word, _), found in zip(said, heard, strict=True) if found and word in found[0][0].split())
    spoken = Counter(word for word, _ in said)
    badly = {word for word in guessed if spoken[word] and right[word] < _HEARD_WELL * spoken[word]}
    return tuple(sorted(lacking | badly))


def derive(
    word: str,
    ear: Ear,
    trie: Trie,
    *,
    sounds_like: Sequence[str] = (),
    phrases: Sequence[str] = (),
    avoid: Collection[str] = (),
    voices: Sequence[SyntheticVoice] = LEARNING_VOICES,
    with_open_vocabulary: bool = False,
) -> Lexeme:
    """The spoken forms of ``word``.

    ``sounds_like`` are respellings of how it is said, in place of what a synthesiser makes of its letters. ``phrases``
    are what else can be said: those that hold ``word`` are spoken, the others compete. ``avoid`` are words that mean
    something themselves and are better not part of a form. ``with_open_vocabulary`` also asks the open vocabulary
    (:attr:`Lexeme.heard`), which takes as long again. Without any synthesiser the nearest in sound are taken
    unheard, with ``recognised`` 0.
    """
    pronunciations = _pronunciations(word, sounds_like)
    # What people may say for something else cannot stand for the word.
    sayable = "".join(f" {phrase} \n" for phrase in phrases)
    candidates = [words for words in _candidates(pronunciations, trie, avoid) if f" {' '.join(words)} " not in sayable]
    if ear.knows(word):
        candidates.insert(0, (word,))
    if not candidates:
        return Lexeme(word, ())
    clips, contexts = _spoken(word, sounds_like, _contexts(word, phrases, ear), voices)
    if not clips:
        return _unheard(word, candidates)
    background = [phrase for phrase in _usable(_sampled(phrases), ear) if word not in phrase.split()]
    texts = [" ".join(words) for words in candidates]
    grammar = [_put(context, text) for context in dict.fromkeys(contexts) for text in texts]
    heard = ear.hear(clips, [*grammar, *background])
    scores = [_scores(hypotheses, context) for hypotheses, context in zip(heard, contexts, strict=True)]
    own = {*avoid} - {word}
    forms = _chosen([{k: v for k, v in s.items() if not own.issuperset(k.split())} for s in scores])
    if ear.knows(word) and all(form.words != (word,) for form in forms):
        forms = (*forms, SpokenForm((word,), _KNOWN_WEIGHT))
    alone = [clip for clip, context in zip(clips, contexts, strict=True) if context == "{}"][:_HEARD_CLIPS]
    openly = ear.hear(alone, None) if with_open_vocabulary else []
    open_texts = Counter(text for hypotheses in openly for text, _ in hypotheses[:3] if text)
    winners = {form.text for form in forms}
    recognised = sum(bool(s) and max(s, key=lambda text: s[text]) in winners for s in scores) / len(scores)
    return Lexeme(word, forms, tuple(text for text, _ in open_texts.most_common(_HEARD)), recognised)


def nearest_in_sound(word: str, trie: Trie, sounds_like: Sequence[str] = (), avoid: Collection[str] = ()) -> Lexeme:
    """The forms nearest to ``word`` in sound, without asking the recogniser; ``recognised`` is 0."""
    said = _pronunciations(word, sounds_like) if sounds_like else pronounce(word)
    candidates = _candidates(said, trie, avoid)
    return _unheard(word, [words for words in candidates if not set(words) <= set(avoid)])


def _unheard(word: str, candidates: Sequence[tuple[str, ...]]) -> Lexeme:
    return Lexeme(word, tuple(SpokenForm(words, round(1 / MOST_FORMS, 3)) for words in candidates[:MOST_FORMS]))


def _pronunciations(word: str, sounds_like: Sequence[str]) -> tuple[Phones, ...]:
    if not sounds_like:
        return (*pronounce(word), *variants(word))
    spelled = (pronounce_many(text.split()) for text in sounds_like)
    return tuple(tuple(phone for said in words if said for phone in said[0]) for words in spelled)


def _candidates(pronunciations: Iterable[Phones], trie: Trie, avoid: Collection[str]) -> list[tuple[str, ...]]:
    best: dict[tuple[str, ...], float] = {}
    for phones in pronunciations:
        nearest = nearest_sequences(
            phones, trie, most=_CANDIDATES, extra_cost=lambda word: _AVOIDED_COST if word in avoid else 0.0
        )
        for sequence in nearest:
            best[sequence.words] = min(sequence.distance, best.get(sequence.words, 1.0))
    return sorted(best, key=lambda words: (best[words], words))[: 2 * _CANDIDATES]


def _contexts(word: str, phrases: Sequence[str], ear: Ear) -> list[str]:
    found = {phrase for phrase in phrases if phrase.split().count(word) == 1 and phrase != word}
    # Beginning, end and middle of what is said, in few words.
    contexts: dict[bool, str] = {}
    for phrase in sorted(found, key=lambda p: (len(p.split()), p)):
        if len(phrase.split()) > 2 and all(w == word or ear.knows(w) for w in phrase.split()):
            contexts.setdefault(phrase.split()[0] == word, phrase)
    return ["{}", *(" ".join("{}" if w == word else w for w in p.split()) for p in list(contexts.values())[:_CONTEXTS])]


def _put(context: str, text: str) -> str:
    return context.replace("{}", text)


def _spoken(
    word: str, sounds_like: Sequence[str], contexts: Sequence[str], voices: Sequence[SyntheticVoice]
) -> tuple[list[Samples], list[str]]:
    said: list[tuple[SyntheticVoice, str, str]] = []
    for i, voice in enumerate(voices):
        for text in sounds_like or (word,):
            said.append((voice, text, "{}"))
        if len(contexts) > 1:
            said.append((voice, (sounds_like or (word,))[0], contexts[1 + i % (len(contexts) - 1)]))
    if not sounds_like:
        phonetic = [voice for voice in voices if voice.program == "espeak-ng"][:_VARIANT_VOICES]
        for phones in variants(word):
            said.extend((voice, espeak_text(phones, stressed), "{}") for stressed, voice in enumerate(phonetic))
    clips: list[Samples] = []
    kept: list[str] = []
    for voice, text, context in said:
        samples = voice.speak(_put(context, text))
        if samples is not None:
            clips.append(samples)
            kept.append(context)
    return clips, kept


def _sampled(phrases: Sequence[str]) -> list[str]:
    unique = sorted(set(phrases))
    return unique if len(unique) <= _BACKGROUND else random.Random(1).sample(unique, _BACKGROUND)


def _usable(phrases: Iterable[str], ear: Ear) -> list[str]:
    return [phrase for phrase in phrases if all(map(ear.knows, phrase.split()))]


def _scores(hypotheses: Sequence[tuple[str, float]], context: str) -> dict[str, float]:
    """The score of each form heard in its context, and of everything else under its whole text."""
    before, _, after = context.partition("{}")
    found: dict[str, float] = {}
    for text, score in hypotheses:
        if text.startswith(before) and text.endswith(after) and len(text) > len(before) + len(after):
            key = text[len(before) : len(text) - len(after) or None]
        else:
            key = f"| {text}"
        found.setdefault(key, score)
    return found


def _chosen(scores: Sequence[dict[str, float]]) -> tuple[SpokenForm, ...]:
    """The forms that together come nearest to the best hypothesis of each recording, added one by one."""
    keys = {key for s in scores for key in s if not key.startswith("|") and len(key.split()) <= 5}
    heard = [s for s in scores if s]
    if not keys or not heard:
        return ()
    # How far each form is behind the best of the recording; at most _MISSING, also where it is not in the list.
    behind = {key: [min(_MISSING, max(s.values()) - s[key]) if key in s else _MISSING for s in heard] for key in keys}
    chosen: list[str] = []
    now = [_MISSING] * len(heard)
    while len(chosen) < MOST_FORMS:
        best = min(keys, key=lambda key: (sum(map(min, behind[key], now)), len(key), key))
        new = list(map(min, behind[best], now))
        if (sum(now) - sum(new)) / len(heard) < _LEAST_GAIN:
            break
        chosen.append(best)
        now = new
    wins = Counter(
        min(chosen, key=lambda key: behind[key][i])
        for i in range(len(heard))
        if any(behind[k][i] < _MISSING for k in chosen)
    )
    forms = (SpokenForm(tuple(key.split()), round(wins[key] / len(heard), 3)) for key in chosen)
    return tuple(sorted(forms, key=lambda form: -form.weight))
