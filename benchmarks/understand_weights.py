"""Fits the weights of the confidence on one half of the recordings and shows how well it holds on the other.

usage: python benchmarks/understand_weights.py

Prints the weights for :mod:`voicelog.understand.rank.acceptance` and the reliability curve: of the meanings given a
confidence between two bounds, how many were right. A sentence is in the same half in all conditions. Ten minutes on two
cores. Needs what ``understand_common`` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from understand_common import CONDITIONS, Clip, loaded, not_for_us, own, right

from voicelog.understand.rank.acceptance import WEIGHTS

BOUNDS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
Array = npt.NDArray[np.float64]


def main() -> None:
    """Fit, and show."""
    recognition = loaded()
    evidence, correct, half, weight = [], [], [], []
    for number, clip, share in clips():
        explanation = recognition.explain(clip.samples)
        if explanation.evidence:
            evidence.append([explanation.evidence[name] for name in WEIGHTS])
            correct.append(clip.intent is not None and right(explanation.meaning, clip))
            half.append(number % 2)
            weight.append(share)
    x, y = np.array(evidence), np.array(correct, dtype=float)
    halves, shares = np.array(half), np.array(weight)
    fitted = fit(x[halves == 0], y[halves == 0], shares[halves == 0])
    print("weights fitted on one half:")
    for name, value in zip(WEIGHTS, fitted, strict=True):
        print(f"    {name:18} {value:+.2f}")
    shown = 1 / (1 + np.exp(-x[halves == 1] @ fitted))
    print("reliability on the other half:")
    for low, high in pairwise(BOUNDS):
        inside = (shown >= low) & (shown < high + (high == 1.0))
        if inside.any():
            print(f"    {low:.2f} – {high:.2f}: {inside.sum():4} given, {y[halves == 1][inside].mean():.3f} right")


def clips() -> Iterator[tuple[int, Clip, float]]:
    """Each clip with its sentence's number and its weight in the fit."""
    for condition in CONDITIONS:
        for number, clip in enumerate(own(condition)):
            yield number, clip, 1.0
    for number, clip in enumerate(not_for_us()):
        yield number, clip, 0.5


def fit(x: Array, y: Array, shares: Array, ridge: float = 0.001) -> Array:
    """Logistic regression by Newton's method, with a small ridge on all weights but the first."""
    shares = shares / shares.sum()
    free = 2 * ridge * np.array([0.0, *[1.0] * (x.shape[1] - 1)])
    weights: Array = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (shares * (p - y)) + free * weights
        curvature = (x * (shares * p * (1 - p))[:, None]).T @ x + np.diag(free + 1e-9)
        weights = weights - np.linalg.solve(curvature, slope)
    return weights


if __name__ == "__main__":
    main()
