"""Grammar folders: Home Assistant sentence files, read with hassil, made into a network to match and sample.

A folder may also hold ``slots:`` (numbers, durations, clock times, composed values, asides), ``corrections:``,
``homophones:`` and ``pronouns:``; a folder without them is an ordinary Home Assistant one. The metadata of a block of
sentences may hold ``weight`` (how often they are said, against other blocks' 1), ``confidence`` (the least they are
acted on with, where that is more than usual), ``expecting`` (what must have been asked for them to be likely),
``decoy`` (never acted on) and ``reply`` (what is answered to a decoy); that of a list's value may hold ``times`` (slots
whose number it multiplies).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hassil
import yaml
from hassil.expression import ListReference, Sentence
from hassil.intents import IntentData, RangeSlotList, SlotList, TextSlotList, WildcardSlotList
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from voicelog.core.errors import GrammarError
from voicelog.understand.grammar.nodes import BuiltIn, Compiler, ListSlot, Node, Value, words_of
from voicelog.understand.values.builtins import KINDS, begins

_SECTIONS = {
    "language", "intents", "lists", "expansion_rules", "skip_words", "settings", "slots", "corrections", "homophones",
    "pronouns",
}  # fmt: skip
_PHRASES = {"skip_words", "corrections", "pronouns"}
_ELSEWHERE = {"replies", "numbers", "responses"}
_BUILT_IN = set(KINDS)


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One sentence template of an intent, with what its block says of it."""

    intent: str
    text: str
    where: str
    node: Node
    slots: Mapping[str, Any]
    metadata: Mapping[str, Any]
    share: float
    """How likely this sentence is among all, for sampling."""
    confidence: float = 0.0
    """The least confidence that it is acted on with, where that is more than usual."""


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """All that can be said: the templates, and how their captures become slots."""

    language: str
    templates: tuple[Template, ...]
    slots: Mapping[str, Mapping[str, Any]]
    skip_words: tuple[tuple[str, ...], ...]
    corrections: tuple[tuple[str, ...], ...]
    homophones: Mapping[str, str]
    """Little words that sound as a number does, and that number: "for" and "four"."""
    pronouns: tuple[tuple[str, ...], ...]
    """Phrases whose last word is no value there: "that one"."""
    key: str
    """Changes whenever any of the files does."""
    lists: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)


class _Text(str):
    """A string of a YAML file that knows its place."""

    __slots__ = ("where",)
    where: str


def _loader(name: str) -> type[yaml.SafeLoader]:
    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    def text(loader: Any, node: yaml.ScalarNode) -> str:
        made = _Text(loader.construct_scalar(node))
        made.where = f"{name}, line {node.start_mark.line + 1}"
        return made

    Loader.add_constructor("tag:yaml.org,2002:str", text)
    return Loader


def grammar_files(folder: Path) -> list[Path]:
    """The YAML files of a grammar folder, in order of name. Raises :class:`GrammarError` if there are none."""
    if not folder.is_dir():
        raise GrammarError(f"There is no grammar folder {folder}. Name a folder with sentence files (.yaml).")
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml") and path.is_file())
    if not files:
        raise GrammarError(f"The grammar folder {folder} holds no sentence files (.yaml).")
    return files


def files_key(files: Iterable[Path]) -> str:
    """A digest of the files' contents."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def load_grammar(folder: Path, extra: Sequence[Path] = ()) -> Grammar:
    """The grammar of a folder, with the lists of ``extra`` files (the user's own words) added.

    Raises :class:`GrammarError` that names file and line of the first mistake.
    """
    files = [*grammar_files(folder), *(path for path in extra if path.is_file())]
    merged: dict[str, Any] = {}
    for path in files:
        part = _read(path)
        _merge(merged, part, path.name)
    if not merged.get("intents"):
        raise GrammarError(f"The grammar folder {folder} names no intents. A sentence file has 'intents:' at its top.")
    return _Builder(merged, files_key(files)).build()


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_loader(path.name))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise GrammarError(f"{path.name}, line {line}: this is not YAML ({error.problem}). Mend the line.") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GrammarError(f"{path.name} cannot be read: {error}.") from error
    if not isinstance(data, dict):
        raise GrammarError(f"{path.name}, line 1: a sentence file is a mapping with 'language:' and 'intents:'.")
    if _ELSEWHERE & data.keys():
        return {}
    if unknown := sorted(map(str, data.keys() - _SECTIONS)):
        where = getattr(next(k for k in data if k == unknown[0]), "where", path.name)
        raise GrammarError(f"{where}: '{unknown[0]}' is no section; there are {', '.join(sorted(_SECTIONS))}.")
    for key in data:
        if key in _PHRASES and not isinstance(data[key] or [], list):
            raise GrammarError(f"{getattr(key, 'where', path.name)}: '{key}' is a list of phrases, a dash before each.")
    return data


def _merge(into: dict[str, Any], part: Mapping[str, Any], name: str) -> None:
    for key, value in part.items():
        if key not in into:
            into[key] = value
        elif isinstance(value, dict) and isinstance(into[key], dict):
            _merge(into[key], value, name)
        elif isinstance(value, list) and isinstance(into[key], list):
            into[key] = [*into[key], *value]
        elif key not in ("language", "settings") and into[key] != value:
            where = getattr(value, "where", getattr(key, "where", name))
            raise GrammarError(f"{where}: '{key}' is given twice with different contents. Remove one of them.")


class _Builder:
    """Turns merged sentence files into a :class:`Grammar`."""

    def __init__(self, data: dict[str, Any], key: str) -> None:
        self._data = data
        self._key = key
        self._slots: dict[str, dict[str, Any]] = dict(data.get("slots") or {})
        data.setdefault("language", "en")
        try:
            self._intents = hassil.Intents.from_dict(data)
        except (ParseError, KeyError, ValueError, AssertionError, AttributeError, TypeError) as error:
            raise GrammarError(self._first_mistake(error)) from error
        self._composed = {
            str(rule): (name, _fields(str(spec["template"])), str(spec["template"]))
            for name, spec in self._slots.items()
            if "template" in spec
            for rule in (spec["rule"] if isinstance(spec["rule"], list) else [spec["rule"]])
        }
        self._lists: dict[int, tuple[Value, ...]] = {}
        self._compiler = self._make_compiler({}, {})

    def build(self) -> Grammar:
        """The grammar, its templates' shares adding up to one."""
        made: list[tuple[str, str, Node, IntentData, float]] = []
        for intent in self._intents.intents.values():
            for block in intent.data:
                weight = _number(block, "weight", 1.0)
                compiler = (
                    self._make_compiler(block.expansion_rules, block.slot_lists)
                    if block.expansion_rules or block.slot_lists
                    else self._compiler
                )
                for text in block.sentence_texts:
                    node = self._template(compiler, text)
                    made.append((intent.name, text, node, block, weight / len(block.sentence_texts)))
        total = sum(weight for *_, weight in made) or 1.0
        return Grammar(
            language=str(self._intents.language),
            templates=tuple(
                Template(
                    intent,
                    str(text),
                    getattr(text, "where", ""),
                    node,
                    block.slots,
                    block.metadata or {},
                    share / total,
                    _number(block, "confidence", 0.0),
                )
                for intent, text, node, block, share in made
            ),
            slots=self._slots,
            skip_words=_phrases(self._intents.skip_words),
            corrections=_phrases(self._data.get("corrections") or []),
            homophones={str(word): str(number) for word, number in (self._data.get("homophones") or {}).items()},
            pronouns=_phrases(self._data.get("pronouns") or []),
            key=self._key,
            lists={
                name: self._values(found)
                for name, found in self._intents.slot_lists.items()
                if isinstance(found, TextSlotList)
            },
        )

    def _template(self, compiler: Compiler, text: str) -> Node:
        where = getattr(text, "where", "a sentence file")
        try:
            return compiler.node(parse_sentence(text).expression)
        except ParseError as error:
            raise GrammarError(f"{where}: {_problem(error)} in “{text}”.") from error
        except KeyError as error:
            raise GrammarError(f"{where}: {error.args[0]} is not defined, in “{text}”.") from error
        except RecursionError as error:
            raise GrammarError(f"{where}: the rules refer to each other in a circle: {error}.") from error

    def _make_compiler(self, rules: Mapping[str, Sentence], lists: Mapping[str, SlotList]) -> Compiler:
        every = {name: rule.expression for name, rule in {**self._intents.expansion_rules, **rules}.items()}
        known = {**self._intents.slot_lists, **lists}

        def slot_node(reference: ListReference) -> Node:
            return self._slot_node(reference, known)

        return Compiler(every, slot_node, self._composed)

    def _slot_node(self, reference: ListReference, lists: Mapping[str, SlotList]) -> Node:
        name, slot = reference.list_name, reference.slot_name
        found = lists.get(name)
        if isinstance(found, TextSlotList):
            return ListSlot(slot, name, self._values(found))
        spec = self._slots.get(name) or {}
        kind = spec.get("type")
        if kind is None and isinstance(found, RangeSlotList):
            step = 0.5 if found.fraction_type and found.fraction_type.value == "halves" else float(found.step)
            spec = {"type": "number", "from": found.start, "to": found.stop, "step": step}
            kind = "number"
        elif kind is None and isinstance(found, WildcardSlotList):
            spec, kind = {"type": "text"}, "text"
        elif kind is None and reference.is_inline_range:
            inline = reference.get_inline_range()
            assert inline is not None
            spec, kind = {"type": "number", "from": inline[0], "to": inline[1], "step": inline[2]}, "number"
        if kind not in _BUILT_IN:
            raise KeyError(f"{{{name}}}")
        return BuiltIn(slot, str(kind), spec, begins(str(kind), spec))

    def _values(self, found: TextSlotList) -> tuple[Value, ...]:
        if id(found) not in self._lists:
            self._lists[id(found)] = tuple(
                Value(self._compiler_of_values().node(value.text_in), value.value_out, value.metadata or {})
                for value in found.values
            )
        return self._lists[id(found)]

    def _compiler_of_values(self) -> Compiler:
        if not hasattr(self, "_plain"):
            rules = {name: rule.expression for name, rule in self._intents.expansion_rules.items()}
            self._plain = Compiler(rules, lambda reference: _no_list(reference), {})
        return self._plain

    def _first_mistake(self, error: Exception) -> str:
        for name, intent in (self._data.get("intents") or {}).items():
            where = getattr(name, "where", "a sentence file")
            if not isinstance(intent, dict) or not isinstance(intent.get("data"), list):
                return f"{where}: the intent '{name}' needs 'data:' with a list of blocks."
            for block in intent["data"]:
                if not isinstance(block, dict) or not isinstance(block.get("sentences"), list):
                    return f"{where}: a block of the intent '{name}' needs 'sentences:' with a list of sentences."
        for name, values in (self._data.get("lists") or {}).items():
            where = getattr(name, "where", "a sentence file")
            if not isinstance(values, dict) or not {"values", "range", "wildcard"} & values.keys():
                return f"{where}: the list '{name}' needs 'values:', 'range:' or 'wildcard:'."
        for text in _template_texts(self._data):
            try:
                parse_sentence(text)
            except ParseError as mistake:
                return f"{getattr(text, 'where', 'a sentence file')}: {_problem(mistake)}."
        return f"The sentence files are not as Home Assistant's: {error}."


def _no_list(reference: ListReference) -> Node:
    raise KeyError(f"{{{reference.list_name}}} inside a list")


def _number(block: IntentData, name: str, default: float) -> float:
    """A number in a block's metadata, nought or more; raises :class:`GrammarError`."""
    value = (block.metadata or {}).get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        where = (
            getattr(block.sentence_texts[0], "where", "a sentence file") if block.sentence_texts else "a sentence file"
        )
        raise GrammarError(f"{where}: the {name} of the block is “{value}”, and must be a number, nought or more.")
    return float(value)


def _fields(template: str) -> tuple[str, ...]:
    return tuple(part.split("}")[0] for part in template.split("{")[1:])


def _phrases(texts: Iterable[Any]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(words for text in texts if (words := words_of(str(text)))))


def _template_texts(data: Mapping[str, Any]) -> Iterable[str]:
    yield from (data.get("expansion_rules") or {}).values()
    for values in (data.get("lists") or {}).values():
        for value in values.get("values") or []:
            yield value["in"] if isinstance(value, dict) else value


def _problem(error: Exception) -> str:
    return str(error).split("\n")[0].rstrip(".") or "the brackets do not match"
