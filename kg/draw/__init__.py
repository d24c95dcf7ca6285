"""Draws a network of actors, actions and contracts: one HTML file that needs no network connection, or a picture.

pyvis and the vis-network that it ships carry the page's picture; layout, panel, table and timeline are its own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.draw.select import Selection
from kg.errors import UsageError

if TYPE_CHECKING:
    import networkx

    from kg.draw.select import Part

    Network = networkx.MultiDiGraph[str]

__all__ = ["DrawResult", "Selection", "draw", "picture"]

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


def draw(
    network: Network, path: Path, selection: Selection | None = None, *, title: str = TITLE, tab: str = "graph"
) -> DrawResult:
    """Write `network`, or what `selection` takes of it, as one interactive HTML page and return what it shows.

    What is too much to be drawn at first is folded into clusters. `tab` is the view that opens first: graph, table or
    timeline. Raises UsageError for a name, class, date, number or view that does not fit.
    """
    if tab not in TABS:
        raise UsageError(f"{tab}: no such view; choose from {', '.join(TABS)}")
    part = _chosen(network, path, selection, MAX_NODES)
    from kg.draw.page import render
    from kg.draw.payload import payload

    folded, absent = len(part.folded), sum(part.absent.values())
    focus = selection.focus if selection else None
    meta = {"title": title, "folded": folded, "absent": absent, "total": network.number_of_nodes(), "tab": tab}
    data = payload(part)
    _write(path, render({"meta": {**meta, "focus": focus or ""}, **data}, title).encode("utf-8"))
    return DrawResult(path, len(part.drawn), part.edges, folded + absent, absent)


def picture(network: Network, path: Path, selection: Selection | None = None, *, title: str = TITLE) -> DrawResult:
    """Write `network`, or what `selection` takes of it, as a picture for print: an SVG or PNG file by its suffix.

    What is too much for it is told on the picture; nodes without any relation are left out, too. Raises UsageError
    for another suffix and as `draw` does, and KgError where PNG needs a package that is not installed.
    """
    if path.suffix.lower() not in (".svg", ".png"):
        raise UsageError(f"{path}: a picture is an .svg or .png file; change the suffix")
    part = _chosen(network, path, selection, PICTURE_NODES)
    from kg.draw.sheet import as_png, as_svg

    drawn = as_svg(part, title)
    _write(path, as_png(drawn) if path.suffix.lower() == ".png" else drawn.encode("utf-8", "replace"))
    absent = len(part.folded) + sum(part.absent.values())
    return DrawResult(path, len(part.drawn), part.edges, absent, absent)


def _chosen(network: Network, path: Path, selection: Selection | None, most: int) -> Part:
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file, such as {path / 'graph.html'}")
    from kg.draw.select import choose

    return choose(network, selection or Selection(), most)


def _write(path: Path, content: bytes) -> None:
    """Write the file beside `path` and move it there, so that an interrupted run leaves the old one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
