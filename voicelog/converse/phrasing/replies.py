"""The replies of one language: sentences with their variants, and the words that sentences are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from voicelog.core.errors import GrammarError

FILE = "replies.yaml"

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FIELD = re.compile(r"\{\w+\}")
_BEGINNING = re.compile(r"(?:^|[.?!] )\w")


class Replies:
    """Sentences by name. With ``vary`` the variants of a sentence take turns; without, it is always the first."""

    def __init__(self, language: str, table: Mapping[str, Any], vary: bool = True) -> None:
        self.language = language
        self.table = table
        self._vary = vary
        self._turns: dict[str, int] = {}

    @classmethod
    def load(cls, folder: Path, vary: bool = True) -> Replies:
        """Read ``replies.yaml`` of a language's folder; :class:`GrammarError` where it cannot be used."""
        path = folder / FILE
        try:
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        except OSError as error:
            raise GrammarError(f"{path} cannot be read: {error.strerror}. Every language needs its replies.") from error
        except yaml.YAMLError as error:
            raise GrammarError(f"{path} is not YAML: {error}. Mend that place, or put the file back.") from error
        try:
            return cls(data["language"], data["replies"], vary)
        except (KeyError, TypeError) as error:
            raise GrammarError(f"{path} lacks its language: or replies: section. Put the file back.") from error

    def variants(self, name: str) -> tuple[str, ...]:
        """The templates of a sentence."""
        found = self.table["sentences"][name]
        return (found,) if isinstance(found, str) else tuple(found)

    def sentence(self, name: str, /, **fields: str) -> str:
        """The sentence, or several, with fields filled in, each beginning with a capital."""
        templates = self.variants(name)
        turn = self._turns.get(name, 0)
        if self._vary:
            self._turns[name] = turn + 1
        return _BEGINNING.sub(lambda m: m[0].upper(), templates[turn % len(templates)].format(**fields))

    def fragment(self, name: str, /, **fields: str) -> str:
        """A part of a sentence with its fields filled in."""
        template: str = self.table["fragments"][name]
        return template.format(**fields)

    def room(self, name: str) -> int:
        """How many words the longest variant of a sentence has of its own, fields left out."""
        return max(len(re.findall(r"\w+", _FIELD.sub("", template))) for template in self.variants(name))


def capitalised(text: str) -> str:
    """The text with its first letter a capital, the rest as it is."""
    return text[:1].upper() + text[1:]
