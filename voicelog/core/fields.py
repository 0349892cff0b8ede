"""The one table of an entry's kinds and fields: what each kind may have, and of what form each field is.

Schema, checks, import and export, what a sentence gives an entry and what is told of it derive from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Form = Literal["text", "number", "time", "flag", "list"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entry that not all kinds have: its form, the kinds that have it, and its greatest number."""

    name: str
    form: Form
    kinds: tuple[str, ...]
    most: float = math.inf
    """A number is from 0 up to this."""
    one_of: tuple[str, ...] = ()
    """The only texts it can be, if there are any such."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry: the intents that log it, the field that says what it is, and what is said of it, in order."""

    name: str
    logged_by: tuple[str, ...]
    said: tuple[str, ...]
    named_by: str = ""


KIND_TABLE = (
    Kind(
        "spasm",
        ("log_spasm", "start_spasm"),
        (
            "locations", "severity", "at", "until", "every_s", "duration_s", "intensity", "triggers", "context",
            "sensations", "compared",
        ),
    ),
    Kind("medication", ("log_medication",), ("taken", "dose", "at"), "medication"),
    Kind("treatment", ("log_treatment",), ("duration_s", "at"), "treatment"),
    Kind("symptom", ("log_symptom",), ("locations", "severity", "at", "intensity"), "symptom"),
    Kind("rating", ("log_rating",), ("severity", "at"), "rating_of"),
    Kind("note", (), ("at",), "note"),
)  # fmt: skip
KIND_NAMED = {kind.name: kind for kind in KIND_TABLE}
KINDS = tuple(KIND_NAMED)
KIND_LOGGED_BY = {intent: kind.name for kind in KIND_TABLE for intent in kind.logged_by}
"""The kind of entry that each intent makes."""
KIND_NAMED_BY = {kind.named_by: kind.name for kind in KIND_TABLE if kind.named_by}
"""The kind of entry that each field tells by itself: what has a medication is a medication."""

FIELDS = (
    Field("severity", "number", ("spasm", "symptom", "rating"), 10),
    Field("intensity", "text", ("spasm", "symptom")),
    Field("locations", "list", ("spasm", "symptom", "treatment")),
    Field("type", "text", ("spasm",)),
    Field("sensations", "list", ("spasm",)),
    Field("triggers", "list", ("spasm",)),
    Field("context", "list", ("spasm",)),
    Field("duration_s", "number", ("spasm", "treatment")),
    Field("medication", "text", ("medication",)),
    Field("dose", "number", ("medication", "treatment")),
    Field("unit", "text", ("medication", "treatment")),
    Field("treatment", "text", ("treatment",)),
    Field("symptom", "text", ("symptom",)),
    Field("note", "text", ("note",)),
    Field("count", "number", ("spasm",)),
    Field("about", "flag", ("spasm",)),
    Field("until", "time", ("spasm",)),
    Field("every_s", "number", ("spasm",)),
    Field("compared", "text", ("spasm", "symptom"), one_of=("worse", "same", "better")),
    Field("taken", "flag", ("medication",)),
    Field(
        "rating_of", "text", ("rating",), one_of=("spasticity", "spasms", "pain", "sleep", "fatigue", "day")
    ),
    Field("units", "number", ("treatment",)),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}

FIELDS_OF = {kind: tuple(field.name for field in FIELDS if kind in field.kinds) for kind in KINDS}
"""The fields that each kind of entry may have, besides those that all have."""
LIST_FIELDS = tuple(field.name for field in FIELDS if field.form == "list")
NUMBER_FIELDS = (*(field.name for field in FIELDS if field.form == "number"), "confidence")
TEXT_FIELDS = tuple(field.name for field in FIELDS if field.form == "text")
FLAG_FIELDS = tuple(field.name for field in FIELDS if field.form == "flag")
INDEXED_FIELDS = (
    "severity", "intensity", "locations", "type", "sensations", "triggers", "context", "duration_s", "medication",
    "dose", "unit", "treatment", "symptom", "note",
)  # fmt: skip
"""Those that looks narrow by in tables of their own; by others they narrow in the entries themselves."""
OTHER_FIELDS = tuple(field.name for field in FIELDS if field.name not in INDEXED_FIELDS)
TIME_FIELDS = ("at", "logged_at", *(field.name for field in FIELDS if field.form == "time"))
