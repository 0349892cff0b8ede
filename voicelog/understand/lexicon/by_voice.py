"""New words by voice: spelled letter by letter, or said several times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from voicelog.core.errors import UsageError
from voicelog.understand.lexicon.likeness import most_alike

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        name: letter
        for letter, names in {
            "a": "ay eh alpha alfa", "b": "be bee bravo", "c": "see sea charlie", "d": "dee delta", "e": "ee echo",
            "f": "ef eff foxtrot", "g": "gee golf", "h": "aitch haitch hotel", "i": "eye india", "j": "jay juliet",
            "k": "kay okay kilo", "l": "el ell lima", "m": "em mike", "n": "en and november", "o": "oh owe oscar",
            "p": "pee pea papa", "q": "queue cue quebec", "r": "are our romeo", "s": "es ess sierra",
            "t": "tee tea tango", "u": "you uniform", "v": "vee victor", "w": "double-u whiskey", "x": "ex x-ray",
            "y": "why yankee", "z": "zed zee zulu",
        }.items()
        for name in names.split()
    }
)  # fmt: skip
_DOUBLE: Final = frozenset(("double",))
_SPACE: Final = frozenset(("space", "dash", "hyphen"))
_LEAST_LETTERS: Final = 3
_LEAST_LIKENESS: Final = 0.6


@dataclass(frozen=True, slots=True)
class SaidWord:
    """A word known only by its sound: ``text`` is what was heard most alike to all, ``also`` what else was heard."""

    text: str
    also: tuple[str, ...]


def letter_names() -> tuple[str, ...]:
    """The names of letters that are understood."""
    return tuple(_NAMES)


def from_spelling(letters: str | Sequence[str]) -> str:
    """The word that is spelled: letters, their names ("bee", "double l", "ess"), the radio alphabet, "b for bravo".

    Raises :class:`UsageError` with the word that is no letter.
    """
    tokens = letters.split() if isinstance(letters, str) else [t for item in letters for t in item.split()]
    tokens = [token.lower().strip(".,") for token in tokens]
    spelled: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if token in _SPACE:
            spelled.append(" ")
        elif token in _DOUBLE and following in ("you", "u"):
            spelled.append("w")
            at += 1
        elif token in _DOUBLE and (letter := _letter(following)):
            spelled.append(2 * letter)
            at += 1
        elif letter := _letter(token):
            spelled.append(letter)
            if following in ("for", "as") and at + 2 < len(tokens):  # "b for bravo", "b as in bravo"
                at += 3 if tokens[at + 2] == "in" else 2
        else:
            raise UsageError(f"“{token}” is no letter. Spell the word letter by letter.")
        at += 1
    word = " ".join("".join(spelled).split())
    if len(word) < _LEAST_LETTERS:
        raise UsageError("That is too short for a new word. Spell it letter by letter.")
    return word


def _letter(token: str) -> str:
    return token if len(token) == 1 and token.isalpha() and token.isascii() else _NAMES.get(token, "")


def is_spelling(text: str) -> bool:
    """Whether a whole utterance is letters, so that it spells a word rather than being it."""
    try:
        from_spelling(text)
    except UsageError:
        return False
    return True


def from_utterances(heard: Sequence[Sequence[str]]) -> SaidWord:
    """The word said several times, from what the open vocabulary made of each time (texts, the best first).

    It will answer to everything that was heard. Raises :class:`UsageError` if nothing was heard or the times do not
    sound alike, so that they cannot be the same word.
    """
    times = [[text for text in texts if text.strip()] for texts in heard]
    times = [texts for texts in times if texts]
    if len(times) < 2:
        raise UsageError("The word was not heard well enough. Say it again, or spell it.")
    best = [texts[0] for texts in times]
    candidates = list(dict.fromkeys(text for texts in times for text in texts[:3]))
    likeness = [sum(most_alike(text, best)) / len(best) for text in candidates]
    centre = max(range(len(candidates)), key=lambda i: likeness[i])
    if likeness[centre] < _LEAST_LIKENESS:
        raise UsageError("What was said did not sound like the same word each time. Spell it instead.")
    text = candidates[centre]
    return SaidWord(text, tuple(other for other in dict.fromkeys(best) if other != text))
