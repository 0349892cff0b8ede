"""The data that comes along: sentence files and the list of models, in the installed package or the source tree."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def grammars_folder(language: str = "en") -> Path:
    """The sentence files of a language; the folder need not exist for every language."""
    return _folder("grammars") / language


def model_list() -> Path:
    """The list of models: where they come from and the checksums of their files (TOML)."""
    return _folder("models") / "models.toml"


def separation_list() -> Path:
    """The list of models that separate voices, of the same form."""
    return _folder("models") / "separation.toml"


def _folder(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
