"""Draws a network of actors, actions and contracts as one HTML file that needs no network connection.

pyvis and the vis-network that it ships carry the picture; layout, panel, table and timeline are the page's own.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError

if TYPE_CHECKING:
    import networkx

    Network = networkx.MultiDiGraph[str]

__all__ = ["DrawResult", "draw"]

TITLE = "Collective action and contracts"
TABS = ("graph", "table", "timeline")


@dataclass(frozen=True, slots=True)
class DrawResult:
    """What was drawn: the file, how many nodes and relations it holds, and how many nodes `max_nodes` left out."""

    path: Path
    nodes: int
    edges: int
    hidden: int


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
    max_nodes: int = 1500,
    tab: str = "graph",
) -> DrawResult:
    """Write `network` as one interactive HTML page to `path` and return what it shows.

    `focus` (a name or an IRI) with `hops`, `types` (class names) and `start`/`end` (days, inclusive) limit what is
    drawn; of more than `max_nodes` nodes those nearest to the focus and with most links are kept. `tab` is the view
    that opens first: graph, table or timeline. Raises UsageError for a name, class, date or number that does not fit.
    """
    if max_nodes < 1 or hops < 0:
        raise UsageError("--max-nodes must be at least 1 and --hops at least 0")
    if tab not in TABS:
        raise UsageError(f"{tab}: no such view; choose from {', '.join(TABS)}")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file, such as {path / 'graph.html'}")
    part, hidden = _limit(network, focus, hops, types, (start, end), max_nodes)
    payload = _payload(part)
    meta = {"title": title, "hidden": hidden, "total": network.number_of_nodes(), "tab": tab}
    meta["focus"] = focus or ""
    from kg.draw.page import render

    _write(path, render({"meta": meta, **payload}, title))
    return DrawResult(path, part.number_of_nodes(), part.number_of_edges(), hidden)


def _limit(
    network: Network,
    focus: str | None,
    hops: int,
    types: Sequence[str],
    between: tuple[date | None, date | None],
    max_nodes: int,
) -> tuple[Network, int]:
    """Return the part of `network` to draw, and how many nodes were left out for being too many."""
    from kg.draw import select

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
    kept = select.most_important(part, max_nodes, distance)
    return part.subgraph(kept), part.number_of_nodes() - len(kept)


def _payload(part: Network) -> dict[str, Any]:
    """Return the page's data: what vis-network draws (made by pyvis), and texts that are stored once each."""
    order = sorted(part)
    number = {node: index for index, node in enumerate(order)}
    texts = _Texts()
    nodes = [_node(node, part.nodes[node], texts) for node in order]
    pairs: dict[tuple[int, int], list[list[Any]]] = {}
    for source, target, key, data in sorted(part.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        quotes = [texts.quote(quote) for quote in data.get("quotes") or ()]
        role = [_local(data.get("role") or key), quotes, str(data.get("label") or "")]
        pairs.setdefault((number[source], number[target]), []).append(role)
    radii = [_radius(data, part.degree(node)) for node, data in zip(order, nodes, strict=True)]
    edges = [{"a": a, "b": b, "roles": roles} for (a, b), roles in pairs.items()]
    vis = _vis(nodes, radii, list(pairs))
    return {"nodes": nodes, "edges": edges, "sources": texts.sources, "quotes": texts.quotes, "vis": vis}


class _Texts:
    """Sources and quotes, each kept once and referred to by its number."""

    def __init__(self) -> None:
        self.sources: list[dict[str, Any]] = []
        self.quotes: list[tuple[int, str]] = []
        self._known: dict[tuple[Any, ...], int] = {}

    def quote(self, fact: dict[str, Any]) -> int:
        """Return the number of the quote of `fact` (keys quote, document, title, date, url)."""
        document = str(fact.get("document") or "")
        if ("source", document) not in self._known:
            self._known["source", document] = len(self.sources)
            wanted = {"title": fact.get("title"), "date": fact.get("date"), "url": fact.get("url")}
            self.sources.append({"id": document, **{name: str(value or "") for name, value in wanted.items()}})
        source = self._known["source", document]
        key = ("quote", source, str(fact.get("quote") or ""))
        if key not in self._known:
            self._known[key] = len(self.quotes)
            self.quotes.append((source, key[2]))
        return self._known[key]


def _node(node: str, data: dict[str, Any], texts: _Texts) -> dict[str, Any]:
    facts = [
        [
            _local(fact.get("predicate")),
            str(fact.get("value") or ""),
            texts.quote(fact),
            fact.get("confidence"),
            _doubt(fact),
        ]
        for fact in data.get("facts") or ()
    ]
    named = {name: _local(data.get(name)) for name in ("cls", "form", "status")}
    sizes = {"lo": _number(data.get("size_min")), "hi": _number(data.get("size_max"))}
    label = str(data.get("label") or _local(node))
    return {"id": node, "label": label, "start": str(data.get("start") or ""), "facts": facts, **named, **sizes}


def _doubt(fact: dict[str, Any]) -> str:
    """Return the factuality where it is another than certain."""
    factuality = str(fact.get("factuality") or "certain")
    return "" if factuality == "certain" else factuality


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _local(value: object) -> str:
    """Return the last part of an IRI or CURIE: `https://w3id.org/cag/form/strike` -> `strike`."""
    return re.split(r"[/#:]", str(value or "").rstrip("/#:"))[-1]


def _radius(node: dict[str, Any], degree: int) -> float:
    """Return the drawn radius: of what has a size by the order of magnitude of it, of others by their links."""
    size = node["lo"] if node["lo"] is not None else node["hi"]
    if size is not None:
        return round(min(40.0, 14 + 5.5 * math.log10(max(1, size))), 1)
    return round(min(34.0, 13 + 2.6 * math.sqrt(degree)), 1)


def _vis(nodes: list[dict[str, Any]], radii: list[float], links: list[tuple[int, int]]) -> dict[str, Any]:
    """Return nodes, edges and options for vis-network, made with pyvis; edges stay springs, the page paints them."""
    from pyvis.network import Network as VisNetwork

    from kg.draw.layout import Box, place

    boxes = [Box(max(2 * radius + 16, 116), 2 * radius + 48) for radius in radii]
    net = VisNetwork(directed=True)
    net.set_options(json.dumps(_OPTIONS))
    for index, (x, y) in enumerate(place(boxes, links)):
        # Appended rather than add_node: that looks the node up in a list, which is quadratic in all.
        net.nodes.append(_vis_node(index, nodes[index]["label"], radii[index], x, y))
    net.edges.extend(_vis_edges(links))
    vis_nodes, vis_edges, _, _, _, options = net.get_network_data()
    return {"nodes": vis_nodes, "edges": vis_edges, "options": json.loads(options)}


def _vis_node(index: int, label: str, radius: float, x: int, y: int) -> dict[str, Any]:
    from pyvis.node import Node

    options: dict[str, Any] = Node(index, "custom", label[:40], x=x, y=y, size=radius).options
    return options


def _vis_edges(links: Iterable[tuple[int, int]]) -> Iterable[dict[str, Any]]:
    from pyvis.edge import Edge

    for index, (source, target) in enumerate(links):
        yield Edge(source, target, id=index, hidden=True).options


_OPTIONS = {
    "physics": {
        "enabled": False,
        "solver": "forceAtlas2Based",
        "stabilization": False,
        "forceAtlas2Based": {"gravitationalConstant": -120, "springLength": 120, "avoidOverlap": 0.6},
    },
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "multiselect": False, "selectConnectedEdges": False, "keyboard": False},
    "edges": {"smooth": False},
}


def _write(path: Path, text: str) -> None:
    """Write the page beside `path` and move it there, so that an interrupted run leaves the old page whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
