"""Grammar folders: Home Assistant sentence files, read with hassil, made into a network to match and sample.

A folder may also hold ``slots:`` (numbers, durations, clock times, composed values, asides), ``corrections:``,
``homophones:``, ``pronouns:`` and ``roles:`` (how values of the free reading are said); a folder without them is an
ordinary Home Assistant one. The metadata of a block of sentences may hold ``weight`` (how often they are said, against
other blocks' 1), ``confidence`` (the least they are acted on with, where that is more than usual), ``expecting`` (what
must have been asked for them to be likely), ``only_answers`` (and elsewhere they are not said at all), ``decoy`` (never
acted on) and ``reply`` (what is answered to a decoy); that of a list's value may hold ``times`` (slots whose number it
multiplies).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import hassil
from hassil.expression import ListReference, TextChunk
from hassil.intents import IntentData, RangeSlotList, SlotList, TextSlotList, TextSlotValue, WildcardSlotList
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from hassil.util import is_template

from voicelog.core.errors import GrammarError
from voicelog.understand.grammar.compiler import NO_AFFIXES, Affixes, Compiler, spellings
from voicelog.understand.grammar.files import read_sentence_file
from voicelog.understand.grammar.literals import literal, words_of
from voicelog.understand.grammar.nodes import BuiltIn, Choice, ListSlot, Node, Series, Value, depth
from voicelog.understand.grammar.surroundings import Surroundings, told_by
from voicelog.understand.values.builtins import KINDS, begins

NO_SURROUNDINGS = Surroundings()
DEEPEST = 150
"""How many parts of a sentence may lie within each other, rules written out; matching goes down all of them at once."""
_FRACTIONS = {"halves": 0.5, "tenths": 0.1}
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
    surroundings: Surroundings = NO_SURROUNDINGS
    keywords: frozenset[str] = frozenset()
    """Words of which one must be said, if there are any."""


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
    unsayable: tuple[tuple[str, str], ...] = ()
    """Sentences and values without a word, with their places: signs alone."""
    roles: tuple[Template, ...] = ()
    """How a value is said that stands alone, the role in the place of the intent; empty without a free reading."""


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
        _merge(merged, read_sentence_file(path), path.name)
    if not merged.get("intents"):
        raise GrammarError(f"The grammar folder {folder} names no intents. A sentence file has 'intents:' at its top.")
    return _Builder(merged, files_key(files)).build()


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
        self._slots: dict[str, dict[str, Any]] = data.get("slots") or {}
        data.setdefault("language", "en")
        _check_templates(data)
        try:
            self._intents = hassil.Intents.from_dict(data)
        except (ParseError, KeyError, ValueError, AssertionError, AttributeError, TypeError) as error:
            raise GrammarError(f"The sentence files are not as Home Assistant's: {error}.") from error
        self._composed = {
            str(rule): (name, _fields(str(spec["template"])), str(spec["template"]))
            for name, spec in self._slots.items()
            if "template" in spec
            for rule in (spec["rule"] if isinstance(spec["rule"], list) else [spec["rule"]])
        }
        self._rules = {name: rule.expression for name, rule in self._intents.expansion_rules.items()}
        contexts = (
            value.context or {}
            for lists in [self._intents.slot_lists, *(block.slot_lists for block in self._blocks())]
            for found in lists.values()
            if isinstance(found, TextSlotList)
            for value in found.values
        )
        self._told = told_by(contexts)
        self._values_of: dict[tuple[int, Affixes, int], tuple[Value, ...]] = {}
        self._filtered: dict[tuple[object, str], tuple[Value, ...]] = {}
        self._list_slots: dict[tuple[str, str, tuple[Value, ...]], ListSlot] = {}
        self._compilers: dict[str, Compiler] = {}

    def _blocks(self) -> Iterable[IntentData]:
        return (block for intent in self._intents.intents.values() for block in intent.data)

    def build(self) -> Grammar:
        """The grammar, its templates' shares adding up to one."""
        made = [
            self._template(intent.name, block, text)
            for intent in self._intents.intents.values()
            for block in intent.data
            for text in block.sentence_texts
        ]
        total = sum(template.share for template in made) or 1.0
        return Grammar(
            language=str(self._intents.language),
            templates=tuple(replace(template, share=template.share / total) for template in made),
            slots=self._slots,
            skip_words=_phrases(self._intents.skip_words),
            corrections=_phrases(self._data.get("corrections") or []),
            homophones={str(word): str(number) for word, number in (self._data.get("homophones") or {}).items()},
            pronouns=_phrases(self._data.get("pronouns") or []),
            key=self._key,
            unsayable=tuple(
                (_where(text), str(text)) for text in _texts(self._data) if not words_of(text) and not is_template(text)
            ),
            lists={
                str(name): self._values(found, NO_AFFIXES, self._rules, self._intents.slot_lists)
                for name, found in self._intents.slot_lists.items()
                if isinstance(found, TextSlotList)
            },
            roles=tuple(self._roles()),
        )

    def _roles(self) -> Iterator[Template]:
        for role, sentences in (self._data.get("roles") or {}).items():
            block = IntentData(sentence_texts=list(sentences))
            for text in sentences:
                yield self._template(str(role), block, text)

    def _template(self, intent: str, block: IntentData, text: str) -> Template:
        where = getattr(text, "where", "a sentence file")
        surroundings = Surroundings(block.requires_context, block.excludes_context, self._told)
        try:
            node = self._compiler_for(block, surroundings).node(parse_sentence(text).expression)
            too_deep = depth(node) > DEEPEST
        except KeyError as error:
            raise GrammarError(f"{where}: {error.args[0]} is not defined, in “{text}”.") from error
        except RecursionError as error:
            if "→" in str(error):
                raise GrammarError(f"{where}: the rules refer to each other in a circle: {error}.") from error
            too_deep = True
        if too_deep:
            raise GrammarError(f"{where}: the rules of “{text}” lie more than {DEEPEST} deep within each other.")
        return Template(
            str(intent),
            str(text),
            where,
            node,
            block.slots,
            block.metadata or {},
            _number(block, "weight", 1.0) / len(block.sentence_texts),
            _number(block, "confidence", 0.0),
            surroundings if surroundings else NO_SURROUNDINGS,
            frozenset(word for keyword in block.required_keywords or () for word in words_of(keyword)),
        )

    def _compiler_for(self, block: IntentData, surroundings: Surroundings) -> Compiler:
        """The compiler of a block's sentences; blocks without rules and lists of their own share one of their kind."""
        wanted = repr((block.requires_context, block.excludes_context))
        own = bool(block.expansion_rules or block.slot_lists)
        key = f"{id(block)} {wanted}" if own else wanted
        if key in self._compilers:
            return self._compilers[key]
        rules = self._rules
        if block.expansion_rules:
            rules = {**rules, **{name: rule.expression for name, rule in block.expansion_rules.items()}}
        lists = {**self._intents.slot_lists, **block.slot_lists}

        def slot_node(reference: ListReference, affixes: Affixes) -> Node:
            slot = f"@{reference.slot_name}" if reference.is_capture else str(reference.slot_name)
            found = lists.get(reference.list_name)
            if not isinstance(found, TextSlotList):
                return self._built_in(slot, reference, found, affixes)
            values = self._values(found, affixes, rules, lists)
            return self._list_slot(slot, str(reference.list_name), self._fitting(values, surroundings, wanted))

        self._compilers[key] = Compiler(rules, slot_node, self._composed)
        return self._compilers[key]

    def _list_slot(self, slot: str, name: str, values: tuple[Value, ...]) -> ListSlot:
        """A node of its own for each place: sentences are sampled from the network place by place."""
        key = slot, name, values
        if key not in self._list_slots:
            self._list_slots[key] = ListSlot(slot, name, values)
        return copy(self._list_slots[key])

    def _fitting(self, values: tuple[Value, ...], surroundings: Surroundings, key: str) -> tuple[Value, ...]:
        """The values that may stand in such surroundings; first those that tell of them."""
        if not surroundings:
            return values
        known = self._filtered.get((values, key))
        if known is None:
            fitting = [value for value in values if surroundings.allow(value.context)]
            fitting.sort(key=lambda value: not surroundings.requires.keys() <= value.context.keys())
            known = values if fitting == list(values) else tuple(fitting)
            self._filtered[values, key] = known
        return known

    def _built_in(self, slot: str, reference: ListReference, found: SlotList | None, affixes: Affixes) -> Node:
        spec = dict(self._slots.get(reference.list_name) or {})
        if "type" not in spec:
            if isinstance(found, RangeSlotList):
                step = _FRACTIONS[found.fraction_type.value] if found.fraction_type else float(found.step)
                spec = {"type": "number", "from": found.start, "to": found.stop, "step": step}
                if found.multiplier is not None:
                    spec["multiplier"] = found.multiplier
            elif isinstance(found, WildcardSlotList):
                spec = {"type": "text"}
            elif reference.is_inline_range and (inline := reference.get_inline_range()):
                spec = {"type": "number", "from": inline[0], "to": inline[1], "step": float(inline[2])}
        kind = str(spec.get("type"))
        if kind not in KINDS:
            raise KeyError(f"{{{reference.list_name}}}")
        if kind == "text" and affixes.after != ("",):
            return BuiltIn(slot, kind, {**spec, "endings": list(affixes.after)}, begins(kind, spec))
        node = BuiltIn(slot, kind, spec, begins(kind, spec))
        if not affixes:
            return node
        ways = [
            Series(tuple(part for part in (literal(words_of(before)), node, literal(words_of(after))) if part.least))
            for before in affixes.before
            for after in affixes.after
        ]
        return ways[0] if len(ways) == 1 else Choice(tuple(ways))

    def _values(
        self, found: TextSlotList, affixes: Affixes, rules: Mapping[str, Any], lists: Mapping[str, SlotList]
    ) -> tuple[Value, ...]:
        refers = any(spellings(value.text_in) is None for value in found.values)
        key = id(found), affixes, id(rules) if refers else 0
        if key not in self._values_of:

            def inside(reference: ListReference, around: Affixes) -> Node:
                inner = lists.get(reference.list_name)
                if inner is found:
                    raise RecursionError(f"{{{found.name}}} → {{{found.name}}}")
                if isinstance(inner, TextSlotList):
                    values = self._values(inner, around, rules, lists)
                    return self._list_slot(str(reference.slot_name), str(reference.list_name), values)
                return self._built_in(str(reference.slot_name), reference, inner, around)

            compiler = Compiler(rules, inside, {})
            self._values_of[key] = tuple(made for value in found.values for made in _values(value, compiler, affixes))
        return self._values_of[key]


def _values(value: TextSlotValue, compiler: Compiler, affixes: Affixes) -> Iterable[Value]:
    """A value as it may be said; what stands for what is said is one value for each way, where endings may come."""
    said = spellings(value.text_in) if value.value_out is None and affixes else None
    for out, expression in [(value.value_out, value.text_in)] if said is None else [(s, TextChunk(s)) for s in said]:
        node = compiler.node(expression, affixes)
        if node.least:
            yield Value(node, out, value.metadata or {}, value.context or {})


def _check_templates(data: Mapping[str, Any]) -> None:
    """Raise :class:`GrammarError` at the first text that is no template: brackets that do not match."""
    for text in _texts(data):
        try:
            parse_sentence(text)
        except (ParseError, AssertionError, ValueError) as error:
            raise GrammarError(f"{_where(text)}: {_problem(error)} in “{text}”.") from error
        except RecursionError as error:
            raise GrammarError(f"{_where(text)}: the brackets lie too deep within each other.") from error


def _texts(data: Mapping[str, Any]) -> Iterable[str]:
    """All templates, rules and values of a folder."""
    yield from (data.get("expansion_rules") or {}).values()
    for values in (data.get("lists") or {}).values():
        for value in values.get("values") or []:
            yield value["in"] if isinstance(value, dict) else value
    for intent in (data.get("intents") or {}).values():
        for block in intent["data"]:
            yield from block["sentences"]
            yield from _texts({name: part for name, part in block.items() if name in ("expansion_rules", "lists")})


def _where(text: object) -> str:
    return getattr(text, "where", "a sentence file")


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


def _problem(error: Exception) -> str:
    return str(error).split("\n")[0].rstrip(".") or "the brackets do not match"
