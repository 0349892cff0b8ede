"""Where the sentence files are, and whether they were read before; without reading them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from pathlib import Path

from voicelog.core.resources import grammars_folder
from voicelog.core.settings import Settings, cache_folder, config_folder


def grammar_folder(settings: Settings) -> Path:
    """The folder of the sentence files in force: one's own, or that of the language that comes along."""
    if settings.grammar.dir:
        return Path(settings.grammar.dir).expanduser()
    return grammars_folder(settings.grammar.language)


def taught_path(settings: Settings) -> Path:
    """The file of the user's own words, beside the settings; the grammar loader takes it as an extra file."""
    del settings
    return config_folder() / "taught.yaml"


def extra_files(settings: Settings) -> tuple[Path, ...]:
    """The files read besides those of the folder: the user's own words, but where all sentences are the user's own."""
    return () if settings.grammar.dir else (taught_path(settings),)


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files of a folder and below it, in order of name."""
    return sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml") and path.is_file())


def made_by() -> list[str]:
    """What changes whenever the code does that makes something of the sentence files."""
    own = Path(__file__).parents[1] / "understand"
    known = [own.parent / "core" / "fields.py", own.parent / "converse" / "session.py"]
    return [f"{file}:{file.stat().st_mtime_ns}:{file.stat().st_size}" for file in (*known, *sorted(own.rglob("*.py")))]


def kept_file(folder: Path, extra: Iterable[Path]) -> Path:
    """Where the grammar of these files is kept once it was read, as the files and the code are now."""
    extra = list(extra)
    digest = hashlib.sha256(repr((str(folder), [str(path) for path in extra], made_by())).encode())
    for path in (*yaml_files(folder), *(path for path in extra if path.is_file())):
        with contextlib.suppress(OSError):  # whoever reads the file tells of it
            digest.update(path.read_bytes())
    return cache_folder() / f"grammar-{digest.hexdigest()[:20]}.json"


def were_read(settings: Settings) -> bool:
    """Whether the sentence files in force were read before just as they are, and so have no mistake."""
    return kept_file(grammar_folder(settings), extra_files(settings)).is_file()
