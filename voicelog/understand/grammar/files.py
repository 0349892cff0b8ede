"""Sentence files as they are written: YAML read with the place of each text, and told where its shape is wrong.

Where a text is wanted (a sentence, a value's ``in``, a rule) it is what stands in the file, whatever YAML would make of
it: unquoted ``on``, ``no``, ``5`` and ``12:30`` are words. Where a value is wanted (``out``, a fixed slot, a context)
``on``, ``off``, ``yes`` and ``no`` are words too, since that is what those who write them mean; numbers, ``true`` and
``false`` are what YAML says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml

from voicelog.core.errors import GrammarError
from voicelog.understand.grammar.body_lists import SIDES, body_lists
from voicelog.understand.grammar.written import Written

LARGEST = 2_000_000
"""Values that a file may hold once what it refers to is written out; a house with 1,500 names has some 10,000."""
DEEPEST = 60
"""How deep brackets and lists of a file may lie within each other."""
SECTIONS = (
    "body", "corrections", "expansion_rules", "homophones", "intents", "language", "lists", "pronouns", "roles",
    "settings", "skip_words", "slots",
)  # fmt: skip
ELSEWHERE = ("numbers", "replies", "responses")
"""Sections that other parts of the program, or of Home Assistant, read."""

_PLAIN_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
_TRUE_OR_FALSE = ("true", "false")


def read_sentence_file(path: Path) -> dict[str, Any]:
    """The sections of a sentence file. Raises :class:`GrammarError` that names file and line of the first mistake."""
    data = _load(path)
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise GrammarError(f"{path.name}, line 1: a sentence file is a mapping with 'language:' and 'intents:'.")
    if "numbers" in data:
        return {}
    sections = {}
    for key, value in data.items():
        if key in SECTIONS:
            sections[key] = _SHAPES[key](value, key)
        elif key not in ELSEWHERE:
            raise GrammarError(f"{key.where}: '{key}' is no section; there are {', '.join(SECTIONS)}.")
    if "body" in sections:
        sections["lists"] = {**body_lists(sections.pop("body")), **sections.get("lists", {})}
    return sections


# ---- YAML ----


def _load(path: Path) -> Any:
    loader: Any = None
    try:
        loader = _loader(path.name)(path.read_text(encoding="utf-8-sig"))
        node = loader.get_single_node()
        if node is None:
            return None
        _check_size(node, path.name)
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise GrammarError(f"{path.name}, line {line}: this is not YAML ({error.problem}). Mend the line.") from error
    except RecursionError as error:
        raise GrammarError(f"{path.name}: its brackets or lists lie too deep within each other.") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GrammarError(f"{path.name} cannot be read: {error}.") from error
    finally:
        if loader is not None:
            loader.dispose()


def _loader(name: str) -> Any:
    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    def written(loader: Any, node: yaml.ScalarNode) -> Written:
        make: Callable[[Any, Any], Any] = _VALUES.get(node.tag, yaml.SafeLoader.construct_yaml_str)
        made = Written(node.value)
        made.where, made.value = f"{name}, line {node.start_mark.line + 1}", make(loader, node)
        return made

    for tag in ("str", *(tag.rpartition(":")[2] for tag in _VALUES)):
        Loader.add_constructor(f"tag:yaml.org,2002:{tag}", written)
    return Loader


_VALUES: dict[str, Callable[[Any, Any], Any]] = {
    "tag:yaml.org,2002:bool": yaml.SafeLoader.construct_yaml_bool,
    "tag:yaml.org,2002:int": yaml.SafeLoader.construct_yaml_int,
    "tag:yaml.org,2002:float": yaml.SafeLoader.construct_yaml_float,
    "tag:yaml.org,2002:null": yaml.SafeLoader.construct_yaml_null,
    "tag:yaml.org,2002:timestamp": yaml.SafeLoader.construct_yaml_str,
    "tag:yaml.org,2002:value": yaml.SafeLoader.construct_yaml_str,
}


def _check_size(root: yaml.Node, name: str) -> None:
    """Refuse a file that refers to itself, or that grows beyond all measure once its references are written out."""
    sizes: dict[int, int] = {}
    within: set[int] = set()

    def size(node: yaml.Node, depth: int) -> int:
        where = f"{name}, line {node.start_mark.line + 1}"
        if id(node) in within:
            raise GrammarError(f"{where}: what is named here with '&' holds itself. Write it out, without '*'.")
        if id(node) in sizes:
            return sizes[id(node)]
        if depth > DEEPEST:
            raise GrammarError(f"{where}: this lies more than {DEEPEST} deep in brackets and lists.")
        within.add(id(node))
        total = 1 + sum(size(part, depth + 1) for part in _parts(node))
        within.discard(id(node))
        if total > LARGEST:
            raise GrammarError(f"{where}: with all its '*' written out this is larger than a sentence file may be.")
        sizes[id(node)] = total
        return total

    size(root, 0)


def _parts(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


# ---- shapes ----

Key = str


def _wrong(key: Any, what: str) -> NoReturn:
    raise GrammarError(f"{getattr(key, 'where', 'a sentence file')}: {what}")


def _mapping(value: Any, key: Key, of: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        if isinstance(value, Written) and value.value is None:
            return {}
        _wrong(key, f"'{key}:' is a mapping of {of}.")
    return value


def _list(value: Any, key: Key, of: str) -> list[Any]:
    if isinstance(value, Written) and value.value is None:
        return []
    if not isinstance(value, list):
        _wrong(key, f"'{key}' is a list of {of}, a dash before each.")
    return value


def _text(value: Any, key: Key, what: str) -> Written:
    if not isinstance(value, Written):
        _wrong(key, f"{what} of '{key}' is a text; put it in quotation marks.")
    if value.value is None or not value.strip():
        _wrong(value, f"{what} of '{key}' is empty. Write something, in quotation marks.")
    return value


def _texts(what: str) -> Callable[[Any, Key], list[Written]]:
    return lambda value, key: [_text(item, key, f"a {what}") for item in _list(value, key, f"{what}s")]


def _table_of_texts(value: Any, key: Key) -> dict[str, Written]:
    return {name: _text(text, name, "the text") for name, text in _mapping(value, key, "names and texts").items()}


def _plain(value: Any) -> Any:
    """What YAML says."""
    if isinstance(value, Written):
        return value if isinstance(value.value, str) else value.value
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _plain_mapping(value: Any, key: Key) -> dict[str, Any]:
    return dict(_plain(_mapping(value, key, "names and values")))


def _value(value: Any) -> Any:
    """What YAML says, but that words are words."""
    if isinstance(value, Written):
        if isinstance(value.value, bool) and value.lower() not in _TRUE_OR_FALSE:
            return value
        if isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
            return value.value if _PLAIN_NUMBER.fullmatch(value) else value
        return _plain(value)
    if isinstance(value, dict):
        return {name: _value(item) for name, item in value.items()}
    return [_value(item) for item in value] if isinstance(value, list) else value


def _values(value: Any, key: Key) -> dict[str, Any]:
    return {name: _value(item) for name, item in _mapping(value, key, "names and values").items()}


def _rest(data: Mapping[str, Any], shapes: Mapping[str, Callable[[Any, Key], Any]]) -> dict[str, Any]:
    """A mapping whose parts are shaped as told; others are what YAML says."""
    return {key: shapes[key](value, key) if key in shapes else _plain(value) for key, value in data.items()}


def _lists(value: Any, key: Key) -> dict[str, Any]:
    return {name: _one_list(data, name) for name, data in _mapping(value, key, "names and lists").items()}


def _one_list(data: Any, name: Key) -> dict[str, Any]:
    if not isinstance(data, dict) or not {"values", "range", "wildcard"} & data.keys():
        _wrong(name, f"the list '{name}' needs 'values:', 'range:' or 'wildcard:'.")
    return _rest(data, {"values": lambda value, key: _list_values(value, key, name), "range": _range})


def _list_values(value: Any, key: Key, name: Key) -> list[Any]:
    made: list[Any] = []
    for item in _list(value, key, "values"):
        if not isinstance(item, dict):
            made.append(_text(item, name, "a value"))
            continue
        if "in" not in item:
            _wrong(next(iter(item), name), f"a value of '{name}' needs 'in:', what is said for it.")
        shapes = {
            "in": lambda said, _: _text(said, name, "a value"),
            "out": lambda out, _: _value(out),
            "context": _values,
            "metadata": _plain_mapping,
        }
        made.append(_rest(item, shapes))
    return made


def _range(value: Any, key: Key) -> dict[str, Any]:
    data = dict(_plain(_mapping(value, key, "'from:' and 'to:'")))
    for end in ("from", "to"):
        if not _is_number(data.get(end)):
            _wrong(key, f"a range needs '{end}:', a whole number.")
    if data["from"] > data["to"]:
        _wrong(key, f"the range is from {data['from']} to {data['to']}: 'from:' must not be greater.")
    if not _is_number(data.get("step", 1)) or data.get("step", 1) < 1:
        _wrong(key, "the 'step:' of a range is a whole number, 1 or more.")
    multiplier = data.get("multiplier")
    if multiplier is not None and (isinstance(multiplier, bool) or not isinstance(multiplier, (int, float))):
        _wrong(key, "the 'multiplier:' of a range is a number.")
    if data.get("fractions") not in (None, "halves", "tenths"):
        _wrong(key, "the 'fractions:' of a range are 'halves' or 'tenths'.")
    return data


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value)


def _intents(value: Any, key: Key) -> dict[str, Any]:
    return {name: _intent(data, name) for name, data in _mapping(value, key, "names and sentences").items()}


def _intent(data: Any, name: Key) -> dict[str, Any]:
    if not isinstance(data, dict) or not isinstance(data.get("data"), list):
        _wrong(name, f"the intent '{name}' needs 'data:' with a list of blocks.")
    return {**_plain(data), "data": [_block(block, name) for block in data["data"]]}


def _block(block: Any, intent: Key) -> dict[str, Any]:
    if not isinstance(block, dict) or not isinstance(block.get("sentences"), list):
        where = next(iter(block), intent) if isinstance(block, dict) else intent
        _wrong(where, f"a block of the intent '{intent}' needs 'sentences:' with a list of sentences.")
    return _rest(block, _BLOCK)


_BLOCK: dict[str, Callable[[Any, Key], Any]] = {
    "sentences": _texts("sentence"),
    "slots": _values,
    "requires_context": _values,
    "excludes_context": _values,
    "expansion_rules": _table_of_texts,
    "lists": _lists,
    "required_keywords": _texts("keyword"),
    "name_domains": _texts("domain"),
    "metadata": _plain_mapping,
}


def _body(value: Any, key: Key) -> dict[str, Any]:
    """The table of the body's parts."""
    table = {}
    for name, part in _mapping(value, key, "parts").items():
        if not isinstance(part, dict) or "said" not in part:
            _wrong(name, f"the part '{name}' needs 'said:', how it is said.")
        text = {
            field: lambda said, field: _text(said, field, "the text")
            for field in ("said", "plural", "said_plural", "said_both")
        }
        table[name] = _rest(part, text)
        unknown = [field for field in part if field not in (*text, "weight", "also", "holds", "sides")]
        if unknown:
            _wrong(unknown[0], f"a part of the body has no '{unknown[0]}:'.")
        if table[name].get("sides", "usual") not in SIDES:
            _wrong(name, f"the 'sides:' of '{name}' are {', '.join(SIDES)}.")
    return table


def _slots(value: Any, key: Key) -> dict[str, Any]:
    data = _plain_mapping(value, key)
    for name, spec in data.items():
        if not isinstance(spec, dict):
            _wrong(name, f"the slot '{name}' is a mapping, as 'type: number'.")
        if "template" in spec and "rule" not in spec:
            _wrong(name, f"the slot '{name}' has a 'template:', and needs the 'rule:' that it is made of.")
    return data


_SHAPES: dict[str, Callable[[Any, Key], Any]] = {
    "body": _body,
    "language": lambda value, key: _text(value, key, "the code"),
    "intents": _intents,
    "lists": _lists,
    "expansion_rules": _table_of_texts,
    "skip_words": _texts("phrase"),
    "corrections": _texts("phrase"),
    "pronouns": _texts("phrase"),
    "homophones": _table_of_texts,
    "roles": lambda value, key: {
        role: _texts("phrase")(texts, role) for role, texts in _mapping(value, key, "roles and phrases").items()
    },
    "settings": _plain_mapping,
    "slots": _slots,
}
