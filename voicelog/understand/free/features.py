"""What the models see of words: themselves, their neighbours, their classes and the lists they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from voicelog.understand.grammar.grammar import Grammar
from voicelog.understand.grammar.nodes import vocabulary
from voicelog.understand.values.number_words import english
from voicelog.understand.values.number_words import vocabulary as number_vocabulary

STEM_LETTERS = 4
COMMON_LISTS = 6
"""A word that stands in more lists than so many ("the", "my") tells nothing by it."""
LONG = 12
"""Sentences of so many words or more count as equally long."""


@dataclass(frozen=True, slots=True)
class WordClasses:
    """What is known of single words: the lists they stand in, and classes of words that are used alike.

    ``classes`` gives for a word the names of its classes, coarse to fine.
    """

    lists: Mapping[str, tuple[str, ...]]
    numbers: frozenset[str]
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, grammar: Grammar, classes: Mapping[str, tuple[str, ...]]) -> WordClasses:
        """The classes of a grammar's words, and these."""
        lists: dict[str, list[str]] = {}
        for name, values in grammar.lists.items():
            for word in vocabulary(value.node for value in values):
                lists.setdefault(word, []).append(name)
        kept = {word: tuple(sorted(names)) for word, names in lists.items() if len(names) <= COMMON_LISTS}
        return cls(kept, number_vocabulary(english()), classes)

    def of_word(self, word: str) -> tuple[str, ...]:
        """The names of a word's lists and classes."""
        number = ("#number",) if word in self.numbers or word[:1].isdigit() else ()
        plain = word.removesuffix("'s") if word not in self.classes else word
        return (*number, *self.lists.get(word, self.lists.get(plain, ())), *self.classes.get(plain, ()))


def token_features(tokens: Sequence[str], known: WordClasses) -> list[list[str]]:
    """For each token its features: the word, its stem and ending, its classes, and those of its neighbours."""
    classes = [known.of_word(token) for token in tokens]
    features = []
    for i, token in enumerate(tokens):
        here = ["bias", "w=" + token, "s=" + token[:STEM_LETTERS], "e=" + token[-3:]]
        here += ["c=" + name for name in classes[i]]
        for step in (-3, -2, -1, 1, 2, 3):
            j = i + step
            if not 0 <= j < len(tokens):
                if step in (-1, 1):
                    here.append(f"{step}:edge")
                continue
            here.append(f"{step}:w={tokens[j]}")
            if abs(step) <= 2:
                here += [f"{step}:c={name}" for name in classes[j]]
        if i:
            here.append(f"-1,0={tokens[i - 1]} {token}")
        if i + 1 < len(tokens):
            here.append(f"0,1={token} {tokens[i + 1]}")
        if 0 < i < len(tokens) - 1:
            here.append(f"-1,1={tokens[i - 1]} {tokens[i + 1]}")
        features.append(here)
    return features


def sentence_features(tokens: Sequence[str], tags: Sequence[str], known: WordClasses) -> list[str]:
    """The features of a whole sentence: its words, pairs of words, their classes, and its skeleton of roles."""
    padded = ["^", *tokens, "$"]
    skeleton = _skeleton(tokens, tags)
    features = ["bias", f"long={min(len(tokens), LONG) // 2}", *("w=" + token for token in tokens)]
    features += [f"2={a} {b}" for a, b in pairwise(padded)]
    features += [f"3={a} {b} {c}" for a, b, c in zip(padded, padded[1:], padded[2:], strict=False)]
    features += ["c=" + name for token in tokens for name in known.of_word(token)]
    features += [f"r={a} {b}" for a, b in pairwise(skeleton)]
    features += [f"r3={a} {b} {c}" for a, b, c in zip(skeleton, skeleton[1:], skeleton[2:], strict=False)]
    roles = [item for item in skeleton if item.startswith("<")]
    features += ["role=" + role for role in dict.fromkeys(roles)]
    features.append("roles=" + "".join(dict.fromkeys(roles)))
    if not roles:
        features.append("no role")
    return sorted(set(features))


def _skeleton(tokens: Sequence[str], tags: Sequence[str]) -> list[str]:
    """The words, with those of a value replaced by the name of its role."""
    out = ["^"]
    for token, tag in zip(tokens, tags, strict=True):
        if tag == "O":
            out.append(token)
        elif tag.startswith("B-"):
            out.append(f"<{tag[2:]}>")
    return [*out, "$"]


def span_features(words: Sequence[str], known: WordClasses) -> list[str]:
    """The features of the words of one value, from which its value is told where no list has them."""
    features = ["bias", *("w=" + word for word in words), *("s=" + word[:STEM_LETTERS] for word in words)]
    features += [f"2={a} {b}" for a, b in pairwise(words)]
    features += ["c=" + name for word in words for name in known.of_word(word)]
    return sorted(set(features))


def distinct(features: Iterable[Sequence[str]]) -> dict[str, int]:
    """How many of the samples have each feature."""
    counts: dict[str, int] = {}
    for sample in features:
        for name in set(sample):
            counts[name] = counts.get(name, 0) + 1
    return counts
