"""Which room may import which; none imports one that imports it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import voicelog

FOLDER = Path(voicelog.__file__).parent
MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "sound": {"core"},
    "understand": {"core", "sound"},
    "recognise": {"core", "sound", "understand"},
    "converse": {"core"},
    "diary": {"core", "converse"},
    "report": {"core", "converse", "diary"},
    "app": {"core", "sound", "understand", "recognise", "converse", "diary", "report"},
}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_of(path: Path) -> set[str]:
    named = {name.split(".")[1] for name in imports_of(path) if name.startswith("voicelog.")}
    return named & MAY_IMPORT.keys()


def test_the_top_level_holds_rooms_only() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and (path / "__init__.py").is_file()}
    assert folders == set(MAY_IMPORT)


def test_each_room_imports_only_those_that_it_may() -> None:
    for room, allowed in MAY_IMPORT.items():
        for path in sorted((FOLDER / room).rglob("*.py")):
            assert rooms_of(path) - {room} <= allowed, path.relative_to(FOLDER)


def test_no_room_is_imported_by_one_that_it_imports() -> None:
    assert tuple(TopologicalSorter(MAY_IMPORT).static_order())[-1] == "app"
