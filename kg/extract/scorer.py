"""A linear model over present-or-absent features, which come in parts: what `schema/scorer.yaml` holds, put to use."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

from kg.extract import data
from kg.extract.parts import Part

BIAS = "bias"
EXACT = 2**20
"""Weights are added as whole numbers of this part of one: the sum is the same in whichever order a set gives them."""

Vector = npt.NDArray[np.float64]
Mask = tuple[bool, ...]


class Scorer:
    """Weighs proposals: `weights` by key (`phrase.demands`, `name.target`) and feature, the bias under `bias`.

    `thresholds` say by key from which probability on a proposal is taken. `floors` say from which weight of its
    parts but the last it is looked at further; without one, all are. `doubts` weighs what the rules found, which is
    dropped where it is less probable than its threshold there. `rows` number the features from 1, for scorers that
    weigh the same parts.
    """

    def __init__(
        self,
        weights: Mapping[str, Mapping[str, float]],
        thresholds: Mapping[str, float],
        floors: Mapping[str, float] | None = None,
        doubts: Scorer | None = None,
        *,
        rows: Mapping[str, int] | None = None,
    ) -> None:
        self.thresholds, self.doubts = thresholds, doubts
        self.keys = sorted(weights)
        self.column = {key: column for column, key in enumerate(self.keys)}
        self._row = numbered(weights) if rows is None else rows
        self._table = np.zeros((len(self._row) + 1, len(self.keys)))  # the first row is that of no feature
        for key, known in weights.items():
            for feature in known.keys() - {BIAS}:
                self._table[self._row[feature], self.column[key]] = round(known[feature] * EXACT)
        self._bias = np.array([weights[key][BIAS] for key in self.keys])
        self._floor = np.array([(floors or {}).get(key, -math.inf) for key in self.keys])

    def weigh(self, shown: Sequence[Sequence[Part]]) -> Vector:
        """Return for each one shown, by one part or more, the sums of the weights, one column for each of `keys`.

        A part that several share is summed up once.
        """
        places = {part: place for place, part in enumerate(dict.fromkeys(chain.from_iterable(shown)))}
        known = [part.rows(self._row) for part in places]
        sums = _sums(self._table, chain.from_iterable(known), map(len, known))
        found: Vector = _sums(sums, map(places.__getitem__, chain.from_iterable(shown)), map(len, shown)) / EXACT
        return found

    def probabilities(self, weights: Vector) -> Vector:
        """Return how probable fillers of those total weights are, in 0..1, one column for each of `keys`."""
        found: Vector = 1 / (1 + np.exp(-np.clip(weights + self._bias, -30.0, 30.0)))
        return found

    def enough(self, weights: Vector, asked: Sequence[Mask]) -> list[int]:
        """Return the places of those whose weights of all parts but the last are worth a look at the last.

        They are where one of the keys that they are `asked` for is above its floor.
        """
        worth: list[int] = np.flatnonzero(((weights >= self._floor) & asked).any(axis=1)).tolist()
        return worth

    def mask(self, keys: Iterable[str]) -> Mask:
        """Return which of the scorer's keys are among `keys`."""
        wanted = set(keys)
        return tuple(key in wanted for key in self.keys)


def numbered(*weights: Mapping[str, Mapping[str, float]]) -> dict[str, int]:
    """Return the features that have weights, in order, each with its number from 1."""
    features = {feature for known in chain.from_iterable(w.values() for w in weights) for feature in known}
    return {feature: row for row, feature in enumerate(sorted(features - {BIAS}), start=1)}


def _sums(table: Vector, rows: Iterable[int], lengths: Iterable[int]) -> Vector:
    """Return the sums of those rows of a table, group by group: `lengths` says how many each group has, never none."""
    starts = list(accumulate(lengths, initial=0))[:-1]
    sums: Vector = np.add.reduceat(table.take(list(rows), axis=0), starts, axis=0)
    return sums


@cache
def load() -> Scorer:
    """Return the scorer of `schema/scorer.yaml`. Raises SchemaError where the file is malformed."""
    content = data.load("scorer")
    weights, thresholds, floors = content["weights"], content["thresholds"], content.get("floors")
    if (doubts := content.get("doubts")) is None:
        return Scorer(weights, thresholds, floors)
    rows = numbered(weights, doubts["weights"])
    return Scorer(weights, thresholds, floors, Scorer(doubts["weights"], doubts["thresholds"], rows=rows), rows=rows)
