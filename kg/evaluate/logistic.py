"""Logistic regression over present-or-absent features, small enough to need nothing but numpy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from kg.extract.parts import Part
from kg.extract.scorer import BIAS

STRENGTH = 0.1
"""Weight of the examples against the penalty on large weights: half their squared sum."""

RARE = 4
"""A feature that fewer documents show is not learnt from."""

_ROUNDS, _INNER, _CLOSE = 30, 60, 1e-4

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """Something with features that is right or wrong, and the document it comes from.

    Its `parts` have no feature in common.
    """

    document: str
    parts: Sequence[Part]
    right: bool

    def features(self) -> Iterator[str]:
        """Yield the features of all parts."""
        return chain.from_iterable(self.parts)


class _Table:
    """A table of zeros and ones by its ones: `columns` of all rows in a row, which begins at `starts`.

    Column 0 is one in every row.
    """

    def __init__(self, rows: Sequence[Sequence[int]], width: int) -> None:
        lengths = np.array([len(row) + 1 for row in rows])
        self.width = width
        self.columns = np.fromiter(chain.from_iterable((0, *row) for row in rows), dtype=np.intp)
        self.starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        self.rows = np.repeat(np.arange(len(rows)), lengths)

    def times(self, weights: Vector) -> Vector:
        """Return the product with a vector of one number for each column."""
        product: Vector = np.add.reduceat(weights[self.columns], self.starts)
        return product

    def transposed_times(self, values: Vector) -> Vector:
        """Return the product of the transposed table with a vector of one number for each row."""
        product: Vector = np.bincount(self.columns, weights=values[self.rows], minlength=self.width).astype(np.float64)
        return product


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """Return the weight of each feature that enough documents show, and the bias under `bias`."""
    documents: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        for feature in example.features():
            documents[feature].add(example.document)
    columns = {feature: i for i, feature in enumerate(sorted(f for f, d in documents.items() if len(d) >= RARE), 1)}
    rows = [[columns[f] for f in example.features() if f in columns] for example in examples]
    right = np.array([example.right for example in examples], dtype=float)
    weights = _minimum(_Table(rows, len(columns) + 1), right)
    return {BIAS: float(weights[0])} | {feature: float(weights[i]) for feature, i in columns.items()}


def _minimum(table: _Table, right: Vector) -> Vector:
    """Return the weights of least penalised loss, by Newton's method with conjugate gradients; the bias goes free."""
    penalty = np.ones(table.width)
    penalty[0] = 1e-6
    weights = np.zeros(table.width)
    for _ in range(_ROUNDS):
        probability = 1 / (1 + np.exp(-table.times(weights)))
        gradient = penalty * weights + STRENGTH * table.transposed_times(probability - right)
        if np.abs(gradient).max() < _CLOSE:
            break
        weights = weights - _solve(table, STRENGTH * probability * (1 - probability), penalty, gradient)
    return weights


def _solve(table: _Table, curvature: Vector, penalty: Vector, gradient: Vector) -> Vector:
    """Solve (penalty + tableᵀ curvature table) x = gradient by conjugate gradients."""
    found, residual = np.zeros_like(gradient), gradient.copy()
    direction, size = residual.copy(), float(residual @ residual)
    for _ in range(_INNER):
        image = penalty * direction + table.transposed_times(curvature * table.times(direction))
        length = size / float(direction @ image)
        found += length * direction
        residual -= length * image
        last, size = size, float(residual @ residual)
        if size < _CLOSE**2 * 0.01:
            break
        direction = residual + (size / last) * direction
    return found
