"""Presents a store as a networkx graph: things in the world are nodes, the roles between them edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.facts import Fact, Index, facts
from kg.store import Store

if TYPE_CHECKING:
    import networkx as nx

_SKIPPED = frozenset({"rdf:type", "rdfs:label", "skos:altLabel"})


def network(store: Store) -> nx.MultiDiGraph[str]:
    """Return actors, actions, contracts, technologies, places, demands and causes, joined by their roles.

    Node keys are IRIs; attributes `id` (IRI), `label`, `cls` (`Petition`), and where known `form`, `status` (local
    names), `start` (ISO day, month or year), `size_min`, `size_max` (people; over all sources) and `facts`: dicts with
    predicate, value, quote, document, title, date, url, confidence, factuality. Edge keys and the attribute `role` are
    the local name of the property; `quotes` holds dicts as in `facts`; `label` a membership's title. Negated facts
    make no edge.
    """
    import networkx as nx

    known = Index(store)
    everything = facts(store)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in known.things():
        graph.add_node(node, **_attributes(known, node), facts=[])
    quotes: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for fact in everything:
        told = _told(known, fact)
        if fact.subject in graph and fact.predicate not in _SKIPPED:
            graph.nodes[fact.subject]["facts"].append(told)
        quotes.setdefault((fact.subject, fact.predicate, fact.object), []).append(told)
    for subject in list(graph):
        for predicate, objects in sorted(known.properties(subject).items()):
            for object_ in sorted(set(objects) & graph.nodes.keys()):
                said = quotes.get((subject, predicate, object_), [])
                graph.add_edge(subject, object_, key=_local(predicate), role=_local(predicate), quotes=said)
    _add_memberships(graph, known, quotes)
    return graph


def _attributes(known: Index, node: str) -> dict[str, Any]:
    sizes = known.all(node, "cag:size")
    low = [int(n) for size in sizes if (n := known.first(size, "schema:minValue"))]
    high = [int(n) for size in sizes if (n := known.first(size, "schema:maxValue"))]
    return {
        "id": node,
        "label": known.label(node),
        "cls": known.class_of(node),
        "form": _local(known.first(node, "cag:form")),
        "status": _local(known.first(node, "cag:status")),
        "start": known.first(node, "schema:startDate"),
        "size_min": min(low, default=None),
        "size_max": max(high, default=None),
    }


def _told(known: Index, fact: Fact) -> dict[str, Any]:
    return {
        "predicate": fact.predicate,
        "value": fact.object if fact.literal else known.label(fact.object),
        "quote": fact.quote,
        "document": fact.source.id,
        "title": fact.source.title,
        "date": fact.source.date,
        "url": fact.source.url,
        "confidence": fact.confidence,
        "factuality": fact.factuality,
    }


def _add_memberships(
    graph: nx.MultiDiGraph[str], known: Index, quotes: dict[tuple[str, str, str], list[dict[str, Any]]]
) -> None:
    """Collapse each org:Membership node to one edge from the member to the organization."""
    for node in known.subjects("org:member"):
        for member in known.all(node, "org:member"):
            for organization in known.all(node, "org:organization"):
                if member in graph and organization in graph:
                    said = quotes.get((node, "org:organization", organization), [])
                    edge = graph.get_edge_data(member, organization, "memberOf") or {"role": "memberOf", "quotes": said}
                    roles = ", ".join(known.all(node, "org:role"))
                    label = "; ".join(part for part in (edge.get("label"), roles) if part)
                    graph.add_edge(member, organization, key="memberOf", **{**edge, "label": label})


def _local(name: str) -> str:
    return name.replace("/", ":").replace("#", ":").rpartition(":")[2]
