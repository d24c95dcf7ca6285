"""Draws a network of actors, actions and contracts: one HTML file that needs no network connection, or a picture.

pyvis and the vis-network that it ships carry the page's picture; layout, panel, table and timeline are its own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import UsageError

if TYPE_CHECKING:
    import networkx

    from kg.draw.select import Part

    Network = networkx.MultiDiGraph[str]

__all__ = ["DrawResult", "draw", "picture"]

TITLE = "Collective action and contracts"
TABS = ("graph", "table", "timeline")
MAX_NODES = 1500
PICTURE_NODES = 150
"""Nodes of a printed picture: more cannot be told apart on one sheet."""


@dataclass(frozen=True, slots=True)
class DrawResult:
    """What was drawn: the file, how many nodes and relations it shows, and how many nodes were too many.

    `hidden` nodes are not shown at first; the page holds them as clusters that open, except for `absent` of them.
    """

    path: Path
    nodes: int
    edges: int
    hidden: int
    absent: int = 0


def draw(  # noqa: PLR0913 - one keyword for each option of the command
    network: Network,
    path: Path,
    *,
    title: str = TITLE,
    focus: str | None = None,
    hops: int = 2,
    types: Sequence[str] = (),
    start: date | None = None,
    end: date | None = None,
    max_nodes: int = MAX_NODES,
    tab: str = "graph",
) -> DrawResult:
    """Write `network` as one interactive HTML page to `path` and return what it shows.

    `focus` (a name or an IRI) with `hops`, `types` (class names) and `start`/`end` (days, inclusive) limit what is
    drawn; of more than `max_nodes` nodes those nearest to the focus and with most links are drawn, and the others
    folded into clusters. `tab` is the view that opens first: graph, table or timeline. Raises UsageError for a name,
    class, date or number that does not fit.
    """
    if tab not in TABS:
        raise UsageError(f"{tab}: no such view; choose from {', '.join(TABS)}")
    part = _chosen(network, path, focus, hops, types, (start, end), max_nodes)
    from kg.draw.page import render
    from kg.draw.payload import payload

    folded, absent = len(part.folded), sum(part.absent.values())
    meta = {"title": title, "folded": folded, "absent": absent, "total": network.number_of_nodes(), "tab": tab}
    data = payload(part)
    _write(path, render({"meta": {**meta, "focus": focus or ""}, **data}, title).encode("utf-8"))
    return DrawResult(path, len(part.drawn), part.edges, folded + absent, absent)


def picture(  # noqa: PLR0913 - one keyword for each option of the command
    network: Network,
    path: Path,
    *,
    title: str = TITLE,
    focus: str | None = None,
    hops: int = 2,
    types: Sequence[str] = (),
    start: date | None = None,
    end: date | None = None,
    max_nodes: int = PICTURE_NODES,
) -> DrawResult:
    """Write `network` as a picture for print to `path`, an SVG or PNG file by its suffix; options as for `draw`.

    What `max_nodes` leaves out is told on the picture; nodes without any relation are left out, too. Raises
    UsageError for another suffix, and KgError where PNG needs a package that is not installed.
    """
    if path.suffix.lower() not in (".svg", ".png"):
        raise UsageError(f"{path}: a picture is an .svg or .png file; change the suffix")
    part = _chosen(network, path, focus, hops, types, (start, end), max_nodes)
    from kg.draw.sheet import as_png, as_svg

    drawn = as_svg(part, title)
    _write(path, as_png(drawn) if path.suffix.lower() == ".png" else drawn.encode("utf-8", "replace"))
    absent = len(part.folded) + sum(part.absent.values())
    return DrawResult(path, len(part.drawn), part.edges, absent, absent)


def _chosen(  # noqa: PLR0913, PLR0917 - as above
    network: Network,
    path: Path,
    focus: str | None,
    hops: int,
    types: Sequence[str],
    between: tuple[date | None, date | None],
    max_nodes: int,
) -> Part:
    """Return the part of `network` to draw; raises UsageError for what does not fit."""
    from kg.draw import select

    if max_nodes < 1 or hops < 0:
        raise UsageError("--max-nodes must be at least 1 and --hops at least 0")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file, such as {path / 'graph.html'}")
    centre = select.find(network, focus) if focus is not None else None
    part = select.by_type(network, types) if types else network
    if any(between):
        part = select.by_date(part, *between)
    distance: dict[str, int] = {}
    if centre is not None:
        if centre not in part:
            raise UsageError(f"--focus {focus}: is left out by --type, --from or --to; widen or drop them")
        distance = select.around(part, centre, hops)
        part = part.subgraph(distance)
    return select.fold(part, max_nodes, distance)


def _write(path: Path, content: bytes) -> None:
    """Write the file beside `path` and move it there, so that an interrupted run leaves the old one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
