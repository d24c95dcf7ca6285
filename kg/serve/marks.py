"""Cuts a text into pieces that evidence does or does not cover, overlaps included; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `span` is the shortest piece of evidence that covers it, `begins` those that start with it."""

    text: str
    span: tuple[int, int] | None
    begins: tuple[tuple[int, int], ...]


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> list[Piece]:
    """Return `text` in pieces, none of which a span's border divides; spans outside the text are left out."""
    inside = sorted({(a, b) for a, b in spans if 0 <= a < b <= len(text)})
    borders = sorted({0, len(text), *(border for span in inside for border in span)})
    found = []
    coming = 0
    active: list[tuple[int, int]] = []
    for start, end in pairwise(borders):
        active = [span for span in active if span[1] > start]
        begins = []
        while coming < len(inside) and inside[coming][0] == start:
            begins.append(inside[coming])
            coming += 1
        active += begins
        shortest = min(active, key=lambda span: (span[1] - span[0], span), default=None)
        found.append(Piece(text[start:end], shortest, tuple(begins)))
    return found
