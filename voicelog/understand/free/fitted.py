"""The fitted models as files: written by ``benchmarks/fit_free_reading.py``, read when the sentences are loaded."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicelog.core.errors import GrammarError
from voicelog.understand.free.linear import LinearModel

FOLDER = "fitted"
ROLES, EVENTS, CLASSES, LINEAR, COSTS = "roles.crf.gz", "events.crf.gz", "classes.txt", "linear.npz", "judgement.json"


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What was fitted: the taggers' bytes, the models of intents and of values by role, and the judgement's weights."""

    roles: bytes
    events: bytes
    intents: LinearModel
    values: Mapping[str, LinearModel]
    classes: Mapping[str, tuple[str, ...]]
    judgement: Mapping[str, Mapping[str, float]]


def load_fitted(folder: Path) -> Fitted | None:
    """The models in a sentence folder; None where it has none. Raises :class:`GrammarError` for damaged ones."""
    where = folder / FOLDER
    if not (where / LINEAR).is_file():
        return None
    try:
        models = read_linear(where / LINEAR)
        return Fitted(
            gzip.decompress((where / ROLES).read_bytes()),
            gzip.decompress((where / EVENTS).read_bytes()),
            models.pop("intent"),
            models,
            read_classes(where / CLASSES),
            json.loads((where / COSTS).read_text(encoding="utf-8")),
        )
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise GrammarError(
            f"The fitted models in {where} cannot be read: {error}. Install the program again, or make them again with "
            "benchmarks/fit_free_reading.py."
        ) from error


def read_classes(path: Path) -> dict[str, tuple[str, ...]]:
    """The classes of words, a word and its classes in each line."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {word: tuple(classes) for word, *classes in rows}


def write_linear(path: Path, models: Mapping[str, LinearModel]) -> None:
    """Writes linear models by name; features in order of name, weights as eighths of bytes' fineness."""
    arrays: dict[str, np.ndarray] = {}
    for name, model in sorted(models.items()):
        scale = float(np.abs(model.weights).max()) / 127.0 or 1.0
        names = sorted(model.index, key=lambda feature: model.index[feature])
        arrays[f"{name}/names"] = np.frombuffer("\n".join(names).encode(), np.uint8)
        arrays[f"{name}/labels"] = np.frombuffer("\n".join(model.labels).encode(), np.uint8)
        arrays[f"{name}/weights"] = np.round(model.weights / scale).astype(np.int8)
        arrays[f"{name}/scale"] = np.array(scale, np.float32)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def read_linear(path: Path) -> dict[str, LinearModel]:
    """The reverse of :func:`write_linear`."""
    models: dict[str, LinearModel] = {}
    with np.load(path, allow_pickle=False) as arrays:
        for name in sorted({key.rsplit("/", 1)[0] for key in arrays.files}):
            names = arrays[f"{name}/names"].tobytes().decode().split("\n")
            labels = tuple(arrays[f"{name}/labels"].tobytes().decode().split("\n"))
            weights = arrays[f"{name}/weights"].astype(np.float32) * float(arrays[f"{name}/scale"])
            models[name] = LinearModel(labels, {feature: i for i, feature in enumerate(names)}, weights)
    return models
