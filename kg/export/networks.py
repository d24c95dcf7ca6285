"""Writes a graph for network programs: GraphML and GEXF, with events as nodes or collapsed to edges."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.export.triples import xml_text
from kg.facts import ACTIONS
from kg.network import network
from kg.store import SYSTEM_GRAPHS, Store, graph_name

if TYPE_CHECKING:
    import networkx as nx

    Network = nx.MultiDiGraph[str]

_STAMP = re.compile(r' lastmodifieddate="[^"]*"')
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BY = frozenset({"organizer", "participant", "signatory", "speaker", "supplier"})
_TO = frozenset({"target", "addressee", "buyer"})
_ABOUT = frozenset({"concerns", "inResponseTo", "covers"})
_EVENTS = ACTIONS | {"PublicStatement", "Contract"}


def graphml(store: Store, *, collapse: bool = False) -> bytes:
    """Return GraphML: things are nodes, roles are edges; with `collapse` an event is an edge from who to whom."""
    import networkx as nx

    out = io.BytesIO()
    nx.write_graphml(_network(store, collapse), out, encoding="utf-8", prettyprint=True)
    return out.getvalue()


def gexf(store: Store, *, collapse: bool = False) -> bytes:
    """Return GEXF 1.2 as `graphml` does; what happened on a known day, and its edges, begin on that day."""
    import networkx as nx

    graph = _network(store, collapse)
    _set_time(graph)
    # networkx stamps the day of writing on the file: equal graphs would differ from one day to the next.
    text = "\n".join(nx.generate_gexf(graph, encoding="utf-8"))
    return f"<?xml version='1.0' encoding='utf-8'?>\n{_STAMP.sub('', text)}\n".encode()


def _set_time(graph: Network) -> None:
    """GEXF's time axis takes whole days only; the attribute `date` keeps what is known."""
    for _, data in graph.nodes(data=True):
        if _DAY.fullmatch(data.get("date", "")):
            data["start"] = data["date"]
    for source, target, data in graph.edges(data=True):
        days = [data.get("date", ""), *(graph.nodes[node].get("date", "") for node in (source, target))]
        if known := [day for day in days if _DAY.fullmatch(day)]:
            data["start"] = max(known)


def _network(store: Store, collapse: bool) -> Network:
    graph = _flat(store)
    return _collapsed(graph) if collapse else graph


def _flat(store: Store) -> Network:
    """Return the network with attributes that are texts and numbers only, nothing unknown, evidence as one text."""
    import networkx as nx

    graph: Network = nx.MultiDiGraph()
    full = network(store)
    for node, data in full.nodes(data=True):
        kept = {key: value for key, value in data.items() if key not in ("id", "facts") and value not in (None, "")}
        if "start" in kept:
            kept["date"] = kept.pop("start")
        graph.add_node(node, **_xml_attributes({**kept, "iri": node, "statements": len(data["facts"])}))
    for number, (source, target, data) in enumerate(full.edges(data=True)):
        quotes = " | ".join(dict.fromkeys(quote["quote"] for quote in data["quotes"]))
        documents = {quote["document"] for quote in data["quotes"]}
        weight = len(documents) or _tellers(store, source, target, data["role"])
        found = {"role": data["role"], "label": data.get("label") or data["role"], "weight": weight}
        if quotes:
            found["quotes"] = quotes
        graph.add_edge(source, target, key=number, **_xml_attributes(found))
    return graph


def _tellers(store: Store, source: str, target: str, role: str) -> int:
    """Return how many documents state the relation, at least 1."""
    quads = store.quads(ox.NamedNode(source), None, ox.NamedNode(target))
    graphs = {graph_name(quad) for quad in quads if quad.predicate.value.endswith(("#" + role, "/" + role))}
    return max(1, len(graphs - SYSTEM_GRAPHS))


def _xml_attributes(values: dict[str, Any]) -> dict[str, Any]:
    return {key: xml_text(value) if isinstance(value, str) else value for key, value in values.items()}


def _collapsed(graph: Network) -> Network:
    """Replace each action, statement and contract by edges from who acts to whom it is directed at.

    One that names nobody on the receiving side leads to what it is about; one that has only one side makes no edge.
    Actors stay, other things only where an edge is left.
    """
    import networkx as nx

    events = {node for node, data in graph.nodes(data=True) if data["cls"] in _EVENTS}
    flat: Network = nx.MultiDiGraph()
    flat.add_nodes_from((node, data) for node, data in graph.nodes(data=True) if node not in events)
    edges = [edge for edge in graph.edges(data=True) if edge[0] not in events and edge[1] not in events]
    for event in sorted(events):
        edges += [edge for edge in _event_edges(graph, event) if edge[0] not in events and edge[1] not in events]
    for number, (source, target, data) in enumerate(edges):
        flat.add_edge(source, target, key=number, **data)
    lone = [node for node in flat if flat.nodes[node]["cls"] in _THINGS and not flat.degree[node]]
    flat.remove_nodes_from(lone)
    return flat


_THINGS = frozenset({"Technology", "Demand", "Cause", "Place"})


def _event_edges(graph: Network, event: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    about = graph.nodes[event]
    kept: dict[str, Any] = {
        key: about[key] for key in ("cls", "form", "status", "date", "size_min", "size_max") if key in about
    }
    receivers = _ends(graph, event, _TO) or _ends(graph, event, _ABOUT)
    for source, by in _ends(graph, event, _BY).items():
        for target, to in receivers.items():
            if source == target:
                continue
            told = [edge["quotes"] for edge in (*by, *to) if "quotes" in edge]
            data: dict[str, Any] = {
                **kept,
                "from_role": by[0]["role"],
                "role": to[0]["role"],
                "event": event,
                "label": about["label"],
            }
            if told:
                data["quotes"] = " | ".join(dict.fromkeys(told))
            yield source, target, {**data, "weight": max(edge["weight"] for edge in (*by, *to))}


def _ends(graph: Network, event: str, roles: frozenset[str]) -> dict[str, list[dict[str, Any]]]:
    """Return who has one of the roles in the event, with the edges that say so."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _, other, data in graph.out_edges(event, data=True):
        if data["role"] in roles:
            found.setdefault(other, []).append(data)
    return found
