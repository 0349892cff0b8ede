"""Converse knows nothing of the rooms before and after it, nor of clock, disk and sound."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import voicelog.converse

FOLDER = Path(voicelog.converse.__file__).parent
OTHER_ROOMS = ("sound", "recognise", "understand", "diary", "report", "app")
OUTSIDE = {"time", "threading", "subprocess", "socket", "sqlite3", "os", "asyncio", "random", "uuid", "logging"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_converse_imports_no_other_room() -> None:
    files = sorted(FOLDER.rglob("*.py"))
    assert len(files) > 10
    for path in files:
        for name in imported(path):
            parts = name.split(".")
            assert not (parts[0] == "voicelog" and len(parts) > 1 and parts[1] in OTHER_ROOMS), f"{path.name}: {name}"
            assert parts[0] not in OUTSIDE, f"{path.name}: {name}"


def test_nothing_of_it_comes_along_when_it_runs() -> None:
    code = (
        "import sys, voicelog.converse.session\n"
        f"print([m for m in sys.modules if m.startswith('voicelog.') and m.split('.')[1] in {OTHER_ROOMS!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=FOLDER.parent.parent
    )
    assert done.stdout.strip() == "[]"


def test_no_clock_of_its_own() -> None:
    for path in FOLDER.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert ".now()" not in text, path.name
        assert ".today()" not in text, path.name
