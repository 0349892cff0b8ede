"""The corpus that the free reading is fitted to: sentences in people's own words, with what they mean.

A line is a JSON object: ``text`` (lower case, as a recogniser writes it), ``intent`` (``none``: not meant for the
logger), ``kind`` (the manner of the sentence: lines of one kind are never split between fitting and measuring),
``spans`` (``[words, role]`` or ``[words, role, value]`` in the order they stand), ``second`` (further events in the
same breath, each with the words it begins ``from``), and ``slots`` (what no words give).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voicelog.core.errors import GrammarError
from voicelog.understand.values.number_words import without_hesitations

NOT_FOR_US = "none"
"""The intent of a sentence that was not meant for the logger."""


@dataclass(frozen=True, slots=True)
class Span:
    """The tokens from ``start`` up to ``end`` have this role; ``value`` where the words are not its plain name."""

    start: int
    end: int
    role: str
    value: str | None = None
    has_value: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the corpus. ``events`` are the intents and first tokens of what is said, the first at 0."""

    tokens: tuple[str, ...]
    intent: str
    kind: str
    spans: tuple[Span, ...] = ()
    events: tuple[tuple[str, int], ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)


def load_corpus(folder: Path) -> list[Sentence]:
    """The sentences of all ``.jsonl`` files of a folder, in order of name. Raises :class:`GrammarError` by line."""
    return [sentence for path in sorted(folder.glob("*.jsonl")) for sentence in _read(path)]


def _read(path: Path) -> Iterator[Sentence]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                yield _sentence(json.loads(line), path.stem)
            except (ValueError, KeyError, TypeError) as error:
                raise GrammarError(f"{path.name}, line {number}: {error}. Mend the line.") from error


def _sentence(row: Mapping[str, Any], file: str) -> Sentence:
    tokens = _words(row["text"])
    spans: list[Span] = []
    at = 0
    for words, role, *value in row.get("spans", ()):
        own = _words(words)
        start = _find(own, tokens, at)
        at = start + len(own)
        given = str(value[0]) if value and value[0] is not None else None
        spans.append(Span(start, at, str(role), given, bool(value)))
    second = row.get("second") or ()
    further = [second] if isinstance(second, Mapping) else list(second)
    events = [(str(row["intent"]), 0)]
    for event in further:
        events.append((str(event["intent"]), _find(_words(event["from"]), tokens, events[-1][1])))
    return Sentence(
        tokens, str(row["intent"]), str(row.get("kind") or file), tuple(spans), tuple(events), row.get("slots") or {}
    )


def _words(text: object) -> tuple[str, ...]:
    return without_hesitations(str(text).split())


def _find(words: tuple[str, ...], tokens: tuple[str, ...], at: int) -> int:
    for start in range(at, len(tokens) - len(words) + 1):
        if tokens[start : start + len(words)] == words:
            return start
    raise ValueError(f"“{' '.join(words)}” does not stand in the text, after what comes before it")
