"""Linear models over named features, small enough to be kept as text-free arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """Multinomial logistic regression: ``weights`` has a row for each feature and a column for each label."""

    labels: tuple[str, ...]
    index: Mapping[str, int]
    weights: NDArray[np.float32]

    def probabilities(self, features: Sequence[str]) -> dict[str, float]:
        """The probability of each label, 0 to 1, adding up to 1; features that were never seen tell nothing."""
        rows = [row for name in features if (row := self.index.get(name)) is not None]
        scores = self.weights[rows].sum(axis=0, dtype=np.float64)
        scores = np.exp(scores - scores.max())
        return dict(zip(self.labels, (scores / scores.sum()).tolist(), strict=True))


def logistic(value: float) -> float:
    """The logistic function, safe for any value."""
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, value))))
