"""A small picture of the whole graph for the home page: SVG that needs no script."""

from __future__ import annotations

from dataclasses import dataclass

from kg.serve.catalog import Catalog, Entry
from kg.store import Store

LETTER, LINE = 9.2, 18
"""Width of a letter and height of a row of a label, in the picture's units."""

ROW = 22
"""Letters in a row of a label, which has two rows at most."""


@dataclass(frozen=True, slots=True)
class Dot:
    """Something in the picture, with the radius that its number of statements gives it."""

    entry: Entry
    x: float
    y: float
    radius: float
    lines: list[str]

    @property
    def width(self) -> float:
        """Return the room that the label takes."""
        return max(map(len, self.lines)) * LETTER


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
    labels = [_rows(entry.label) for entry in shown]
    # Labels stand below their dots: as much room above keeps the boxes around the dots.
    boxes = [Box(max(60.0, max(map(len, rows)) * LETTER), 2 * (r + 6 + LINE * len(rows)))
             for rows, r in zip(labels, radii, strict=True)]  # fmt: skip
    pairs = [(number[a], number[b]) for a, b in links]
    places = place(boxes, pairs)
    dots = [Dot(e, x, y, r, rows) for e, (x, y), r, rows in zip(shown, places, radii, labels, strict=True)]
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
    left = min(dot.x - dot.width / 2 for dot in dots) - 20
    right = max(dot.x + dot.width / 2 for dot in dots) + 20
    top, bottom = (
        min(dot.y - dot.radius for dot in dots) - 20,
        max(dot.y + dot.radius + LINE * len(dot.lines) for dot in dots) + 20,
    )
    return round(left), round(top), round(right - left), round(bottom - top)


def _rows(label: str) -> list[str]:
    """Return at most two rows of a label; what does not fit is cut."""
    rows = [""]
    for word in label.split() or [""]:
        if rows[-1] and len(rows[-1]) + 1 + len(word) > ROW:
            if len(rows) == 2:
                rows[-1] += "…"
                break
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return [row if len(row) <= ROW + 2 else f"{row[:ROW]}…" for row in rows]
