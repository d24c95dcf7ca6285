"""The page's data: nodes, relations, sources and quotes, each text stored once, and what vis-network holds."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.draw.select import Part

if TYPE_CHECKING:
    import networkx

    Network = networkx.MultiDiGraph[str]

WHOLE = 99
"""Quotes of one relation or one kind of statement that are stored; more say nothing new."""


HUBS = 16
HUB_LINKS = 6


@cache
def look() -> dict[str, Any]:
    """Return shapes, colours, icons and names of kinds and relations, as `look.json` has them."""
    loaded: dict[str, Any] = json.loads((files(__package__) / "look.json").read_text(encoding="utf-8"))
    return loaded


def payload(part: Part) -> dict[str, Any]:
    """Return the data of the page: the drawn nodes first, then the folded ones, and the relations between all."""
    order = [*sorted(part.drawn), *sorted(part.folded)]
    number = {node: index for index, node in enumerate(order)}
    texts = _Texts()
    network = part.network
    nodes = [_node(node, network.nodes[node], texts) for node in order]
    for name, node in zip(order, nodes, strict=True):
        node["r"] = radius(node["lo"] if node["lo"] is not None else node["hi"], network.degree(name))
        if name in part.folded:
            node["at"] = number.get(part.folded[name], -1)
    pairs: dict[tuple[int, int], list[list[Any]]] = {}
    for source, target, key, data in sorted(network.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        if source in number and target in number:
            quotes = [texts.quote(quote) for quote in (data.get("quotes") or ())[:WHOLE]]
            role = [local(data.get("role") or key), quotes, str(data.get("label") or "")]
            pairs.setdefault((number[source], number[target]), []).append(role)
    edges = [{"a": a, "b": b, "roles": roles} for (a, b), roles in pairs.items()]
    drawn = len(part.drawn)
    vis = _vis(nodes[:drawn], [pair for pair in pairs if max(pair) < drawn])
    absent = {str(number.get(node, -1)): count for node, count in sorted(part.absent.items())}
    return {
        "nodes": nodes, "edges": edges, "sources": texts.sources, "quotes": texts.quotes, "vis": vis,
        "absent": absent, "look": look(),
    }  # fmt: skip


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
            local(fact.get("predicate")),
            str(fact.get("value") or ""),
            texts.quote(fact),
            fact.get("confidence"),
            _doubt(fact),
        ]
        for fact in data.get("facts") or ()
    ]
    named = {name: local(data.get(name)) for name in ("cls", "form", "status")}
    sizes = {"lo": _number(data.get("size_min")), "hi": _number(data.get("size_max"))}
    label = str(data.get("label") or local(node))
    return {"id": node, "label": label, "start": str(data.get("start") or ""), "facts": facts, **named, **sizes}


def _doubt(fact: dict[str, Any]) -> str:
    """Return the factuality where it is another than certain."""
    factuality = str(fact.get("factuality") or "certain")
    return "" if factuality == "certain" else factuality


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


_SEPARATORS = re.compile(r"[/#:]")


def local(value: object) -> str:
    """Return the last part of an IRI or CURIE: `https://w3id.org/cag/form/strike` -> `strike`."""
    return _SEPARATORS.split(str(value or "").rstrip("/#:"))[-1]


def radius(size: int | None, degree: int) -> float:
    """Return the drawn radius: of what has a size by the order of magnitude of it, of others by their links."""
    if size is not None:
        return round(min(40.0, 14 + 5.5 * math.log10(max(1, size))), 1)
    return round(min(34.0, 11 + 2.8 * math.sqrt(degree)), 1)


def positions(radii: list[float], links: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where nodes of these radii stand, in drawing units (see `kg.draw.layout.place`).

    Most nodes get room for their sign only: labels are set where room is left. The hubs get room for their names.
    """
    from kg.draw.layout import Box, place

    degree = Counter(end for link in links for end in link)
    hubs = {node for node, count in degree.most_common(HUBS) if count >= HUB_LINKS}
    room = [(170, 108) if node in hubs else (46, 36) for node in range(len(radii))]
    return place([Box(2 * r + x, 2 * r + y) for r, (x, y) in zip(radii, room, strict=True)], links)


def _vis(nodes: list[dict[str, Any]], links: list[tuple[int, int]]) -> dict[str, Any]:
    """Return nodes, edges and options for vis-network, made with pyvis; edges stay springs, the page paints them."""
    from pyvis.network import Network as VisNetwork

    net = VisNetwork(directed=True)
    net.set_options(json.dumps(_OPTIONS))
    radii = [node["r"] for node in nodes]
    for index, (x, y) in enumerate(positions(radii, links)):
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
