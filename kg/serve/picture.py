"""A small picture of the whole graph for the home page: SVG that needs no script."""

from __future__ import annotations

from dataclasses import dataclass

from kg.serve.catalog import Catalog, Entry
from kg.store import Store

LETTER = 8.4
"""Width of a letter of a label, in the picture's units."""


@dataclass(frozen=True, slots=True)
class Dot:
    """Something in the picture, with the radius that its number of statements gives it."""

    entry: Entry
    x: float
    y: float
    radius: float
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Dots, the lines between them as x1, y1, x2, y2, and the frame as left, top, width, height."""

    dots: list[Dot]
    lines: list[tuple[int, int, int, int]]
    frame: tuple[float, float, float, float]


def picture(store: Store, catalog: Catalog, *, count: int = 26) -> Picture:
    """Place what most statements are about; equal graphs give equal pictures."""
    from kg.draw.layout import Box, place

    classes = {entry.cls for entry in catalog.entries.values()} - {"Document", "Place", "Cause", "Demand"}
    chosen = catalog.heaviest(classes, count)
    if not chosen:
        return Picture([], [], (0, 0, 1, 1))
    links = _links(store, chosen)
    linked = {index for pair in links for index in pair}
    # What is linked to nothing here would only push the rest together.
    kept = [index for index in range(len(chosen)) if index in linked] or list(range(len(chosen)))
    number = {old: new for new, old in enumerate(kept)}
    shown = [chosen[index] for index in kept]
    radii = [round(min(20.0, 6 + entry.weight**0.5), 1) for entry in shown]
    boxes = [Box(max(60.0, len(_short(e.label)) * LETTER), 2 * r + 40) for e, r in zip(shown, radii, strict=True)]
    pairs = [(number[a], number[b]) for a, b in links]
    places = place(boxes, pairs)
    dots = [Dot(e, x, y, r, _short(e.label)) for e, (x, y), r in zip(shown, places, radii, strict=True)]
    lines = [(*places[a], *places[b]) for a, b in pairs]
    return Picture(dots, lines, _frame(dots))


def _links(store: Store, chosen: list[Entry]) -> list[tuple[int, int]]:
    import pyoxigraph as ox

    number = {entry.iri: index for index, entry in enumerate(chosen)}
    found = set()
    for entry in chosen:
        for quad in store.quads(ox.NamedNode(entry.iri)):
            other = number.get(quad.object.value) if isinstance(quad.object, ox.NamedNode) else None
            if other is not None and other != number[entry.iri]:
                found.add((min(other, number[entry.iri]), max(other, number[entry.iri])))
    return sorted(found)


def _frame(dots: list[Dot]) -> tuple[float, float, float, float]:
    left = min(dot.x - len(dot.label) * LETTER / 2 for dot in dots) - 20
    right = max(dot.x + len(dot.label) * LETTER / 2 for dot in dots) + 20
    top, bottom = min(dot.y - dot.radius for dot in dots) - 20, max(dot.y + dot.radius for dot in dots) + 40
    return round(left), round(top), round(right - left), round(bottom - top)


def _short(label: str) -> str:
    return label if len(label) <= 24 else f"{label[:22].rstrip()}…"
