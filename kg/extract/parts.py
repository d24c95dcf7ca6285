"""Parts of what speaks for and against a filler: the features that hold for it are told part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


class Part:
    """Features that hold for several fillers, or for one; equal to itself alone, so that it is told apart at once.

    A part is made once, and is the same object for all whom it holds for.
    """

    __slots__ = ("_index", "_rows", "features")

    def __init__(self, features: Iterable[str] = ()) -> None:
        self.features = set(features)
        self._index: Mapping[str, int] | None = None
        self._rows: list[int] = []

    def __iter__(self) -> Iterator[str]:
        return iter(self.features)

    def rows(self, index: Mapping[str, int]) -> list[int]:
        """Return the numbers from 1 that `index` gives the features it knows, and 0 before them.

        They are kept until another index is asked for.
        """
        if self._index is not index:
            self._index, self._rows = index, [0, *filter(None, map(index.get, self.features))]
        return self._rows
