"""The words of numbers and times in one language, read from the sentence files' ``numbers.yaml``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import yaml

from voicelog.core.errors import GrammarError
from voicelog.core.resources import grammars_folder
from voicelog.understand.values.patterns import Chain, Either, Pattern, Phrases

Phrase = tuple[str, ...]
Table = Mapping[str, float]

FILE = "numbers.yaml"
_NOT_OF_VALUES = ("hesitation", "signs")
"""Tables of what numbers and times are not made of."""

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

T = TypeVar("T")


@dataclass(frozen=True, eq=False, slots=True)
class NumberTables:
    """Phrases (several that mean the same) and tables from a phrase to its number; see ``grammars/en/numbers.yaml``."""

    written: Phrase
    zero: Phrase
    oh: Phrase
    units: Table
    teens: Table
    tens: Table
    hundred: Phrase
    thousand: Phrase
    million: Phrase
    one: Phrase
    an: Phrase
    after_an: Phrase
    and_: Phrase
    point: Phrase
    parts: Table
    fractions: Table
    amounts: Table
    range_: Phrase
    between: Phrase
    scale: Phrase
    on_scale: Phrase
    to_top: Phrase
    about: Phrase
    minus: Phrase
    hesitation: Phrase
    signs: Mapping[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class TimeTables:
    """The words of durations (tables give seconds) and of the clock; see ``grammars/en/numbers.yaml``."""

    units: Table
    singular: Phrase
    plural: Phrase
    one: Phrase
    good: Phrase
    typed_units: Table
    few: Table
    part_of: Table
    or_so: Phrase
    or_two: Phrase
    past: Phrase
    to: Phrase
    half_past: Phrase
    half: Phrase
    quarter: Phrase
    minutes: Phrase
    oclock: Phrase
    hundred_hours: Phrase
    noon: Phrase
    midnight: Phrase
    am: Phrase
    pm: Phrase
    parts: Mapping[str, str]


@dataclass(frozen=True, eq=False, slots=True)
class DayTables:
    """The words of days and periods, each with its normalised name; see ``grammars/en/numbers.yaml``."""

    names: Mapping[str, str]
    weekdays: Phrase
    parts: Mapping[str, str]
    last: Phrase
    past: Phrase
    since: Phrase
    ago: Phrase
    spans: Table
    hours: Phrase


@dataclass(frozen=True, eq=False, slots=True)
class NumberWords:
    """All word tables of a language. Compared by identity, so that what is made from it can be cached."""

    numbers: NumberTables
    times: TimeTables
    days: DayTables

    def phrases(self, table: Mapping[str, T], weigh: Callable[[T], float] | None = None) -> Phrases[T]:
        """The phrases of a table; ``weigh`` gives how likely a value is to be said."""
        return Phrases(table, weigh, frozenset(self.numbers.written))

    def any_of(self, phrases: Iterable[str]) -> Phrases[str]:
        """Any of these phrases, the first most often; the value is the phrase."""
        rank = {phrase: n for n, phrase in enumerate(phrases, 1)}
        return self.phrases({phrase: phrase for phrase in rank}, lambda phrase: rank[phrase] ** -1.5)

    def figures(self, *tables: Table, weigh: Callable[[float], float] | None = None) -> Phrases[float]:
        """The phrases of these tables, their values as floats."""
        return self.phrases({phrase: float(value) for table in tables for phrase, value in table.items()}, weigh)

    def ranked(self, table: Table, weigh: Callable[[float], float]) -> Pattern[float]:
        """The phrases of a table; of those with the same value the first is said most often."""
        by_value: dict[float, dict[str, float]] = {}
        for phrase, value in table.items():
            by_value.setdefault(float(value), {})[phrase] = float(value)
        return Either(*((weigh(value), self._ranked(same)) for value, same in by_value.items()))

    def _ranked(self, same: Mapping[str, float]) -> Pattern[float]:
        said = self.any_of(same)
        return Chain(lambda phrase: same[phrase], said)


def load_words(path: Path) -> NumberWords:
    """The tables in a YAML file; raises :class:`GrammarError` naming what is missing or wrong."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GrammarError(
            f"{path} cannot be read: {error}. Mend the file or put back the one that came with it."
        ) from error
    return words_from(data, str(path))


def words_from(data: Any, source: str) -> NumberWords:
    """The tables in the content of a YAML file; ``source`` names it in errors."""
    return NumberWords(
        numbers=_tables(NumberTables, data, "numbers", source),
        times=_tables(TimeTables, data, "times", source),
        days=_tables(DayTables, data, "days", source),
    )


Tables = TypeVar("Tables", NumberTables, TimeTables, DayTables)


@lru_cache(maxsize=1)
def english() -> NumberWords:
    """The tables that come with voicelog."""
    return load_words(grammars_folder("en") / FILE)


@lru_cache(maxsize=8)
def vocabulary(words: NumberWords) -> frozenset[str]:
    """Every word that numbers, times and days are said with."""
    found: set[str] = set()
    for tables in (words.numbers, words.times, words.days):
        for field in fields(tables):
            for phrase in getattr(tables, field.name) if field.name not in _NOT_OF_VALUES else ():
                found.update(phrase.split())
    return frozenset(found)


def number_words(text: str) -> tuple[str, ...]:
    """The words of a text that are numbers in themselves, in order: "fifty", "two", but neither "half" nor "a"."""
    tables = english().numbers
    return tuple(w for w in text.split() if w in tables.units or w in tables.teens or w in tables.tens)


def _tables(kind: type[Tables], data: Any, key: str, source: str) -> Tables:
    section = data.get(key) if isinstance(data, dict) else None
    if not isinstance(section, dict):
        raise GrammarError(f'{source}: "{key}:" with its word tables is missing.')
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in fields(kind):
        name = field.name.rstrip("_")
        where = f'{source}: "{key}: {name}:"'
        value = section.get(name)
        if hints[field.name] == Phrase:
            if not isinstance(value, list) or not value:
                raise GrammarError(f"{where} should be a list of phrases.")
            values[field.name] = tuple(_phrase(phrase, where) for phrase in value)
        else:
            if not isinstance(value, dict) or not value:
                raise GrammarError(f"{where} should be a table of phrases and what they mean.")
            wanted: type | tuple[type, ...] = (int, float) if hints[field.name] == Table else str
            for phrase, meaning in value.items():
                if not isinstance(meaning, wanted):
                    raise GrammarError(f'{where} "{phrase}" has the meaning {meaning!r}, which does not fit.')
            values[field.name] = {_phrase(phrase, where): meaning for phrase, meaning in value.items()}
    return kind(**values)


def _phrase(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.split():
        raise GrammarError(f"{where} holds {value!r}, which is no phrase; put it in quotation marks.")
    return " ".join(value.lower().split())


def without_hesitations(tokens: Sequence[str]) -> tuple[str, ...]:
    """The words without those of hesitation ("um"), which change nothing; all of them if there are no others."""
    hesitation = english().numbers.hesitation
    return tuple(token for token in tokens if token not in hesitation) or tuple(tokens)
