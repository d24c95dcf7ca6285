"""Logistic regression over present-or-absent features, small enough to need nothing but numpy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.extract.proposals import BIAS

STRENGTH = 0.1
"""Weight of the examples against the penalty on large weights: half their squared sum."""

RARE = 4
"""A feature that fewer documents show is not learnt from."""

_ROUNDS, _INNER, _CLOSE = 30, 60, 1e-4

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """Something with features that is right or wrong, and the document it comes from."""

    document: str
    features: Set[str]
    right: bool


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """Return the weight of each feature that enough documents show, and the bias under `bias`."""
    documents: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        for feature in example.features:
            documents[feature].add(example.document)
    columns = {feature: i for i, feature in enumerate(sorted(f for f, d in documents.items() if len(d) >= RARE), 1)}
    table = np.zeros((len(examples), len(columns) + 1))
    table[:, 0] = 1.0
    for row, example in enumerate(examples):
        table[row, [columns[feature] for feature in example.features if feature in columns]] = 1.0
    weights = _minimum(table, np.array([example.right for example in examples], dtype=float))
    return {BIAS: float(weights[0])} | {feature: float(weights[i]) for feature, i in columns.items()}


def _minimum(table: Vector, right: Vector) -> Vector:
    """Return the weights of least penalised loss, by Newton's method with conjugate gradients; the bias goes free."""
    penalty = np.ones(table.shape[1])
    penalty[0] = 1e-6
    weights = np.zeros(table.shape[1])
    for _ in range(_ROUNDS):
        probability = 1 / (1 + np.exp(-table @ weights))
        gradient = penalty * weights + STRENGTH * (table.T @ (probability - right))
        if np.abs(gradient).max() < _CLOSE:
            break
        weights = weights - _solve(table, STRENGTH * probability * (1 - probability), penalty, gradient)
    return weights


def _solve(table: Vector, curvature: Vector, penalty: Vector, gradient: Vector) -> Vector:
    """Solve (penalty + tableᵀ curvature table) x = gradient by conjugate gradients."""
    found, residual = np.zeros_like(gradient), gradient.copy()
    direction, size = residual.copy(), float(residual @ residual)
    for _ in range(_INNER):
        image = penalty * direction + table.T @ (curvature * (table @ direction))
        length = size / float(direction @ image)
        found += length * direction
        residual -= length * image
        last, size = size, float(residual @ residual)
        if size < _CLOSE**2 * 0.01:
            break
        direction = residual + (size / last) * direction
    return found
