"""What a SPARQL query says is to be drawn: nodes that it names, and relations that it constructs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import vocab
from kg.draw.payload import local
from kg.errors import UsageError
from kg.query import Result, Table, Triples

if TYPE_CHECKING:
    import networkx

    Network = networkx.MultiDiGraph[str]

_TYPE, _LABEL = vocab.iri("rdf:type"), vocab.iri("rdfs:label")


def part_of(network: Network, answer: Result) -> Network:
    """Return what of `network` a query's answer names.

    The IRIs in the rows of a SELECT become nodes, with all relations between them. The triples of a CONSTRUCT or
    DESCRIBE become relations: those that the network has keep their quotes, others are drawn as stated by the query;
    `rdf:type` and `rdfs:label` class and name nodes that the network does not have. An empty answer is an empty part.
    Raises UsageError for the answer of an ASK, and where an answer names no node.
    """
    if isinstance(answer, bool):
        raise UsageError("--query: an ASK cannot be drawn; write a SELECT or a CONSTRUCT")
    part = _selected(network, answer) if isinstance(answer, Table) else _constructed(network, answer)
    if not part and len(answer):
        raise UsageError(
            "--query: its answer names no action, actor or contract; SELECT their identifiers (?action, not only "
            "?name), or CONSTRUCT relations between them"
        )
    return part


def _selected(network: Network, table: Table) -> Network:
    named = {term.value for row in table.rows for term in row if isinstance(term, ox.NamedNode)}
    return network.subgraph(named & set(network))


def _constructed(network: Network, answer: Triples) -> Network:
    import networkx

    part: Network = networkx.MultiDiGraph()
    said: dict[str, dict[str, str]] = {}
    links = []
    for triple in answer.triples:
        subject, predicate, object_ = _text(triple.subject), triple.predicate.value, triple.object
        if predicate in (_TYPE, _LABEL):
            said.setdefault(subject, {})[predicate] = _text(object_)
        elif isinstance(object_, ox.NamedNode | ox.BlankNode):
            links.append((subject, local(predicate), _text(object_)))
    ends = (node for subject, _, other in links for node in (subject, other))
    for node in dict.fromkeys((*said, *ends)):
        part.add_node(node, **(network.nodes[node] if node in network else _made_up(node, said.get(node, {}))))
    for subject, role, other in links:
        part.add_edge(subject, other, key=role, **_relation(network, subject, other, role))
    return part


def _made_up(node: str, said: dict[str, str]) -> dict[str, Any]:
    return {"id": node, "label": said.get(_LABEL, local(node)), "cls": local(said.get(_TYPE, "")), "facts": []}


def _relation(network: Network, subject: str, other: str, role: str) -> dict[str, Any]:
    """Return the relation as the network has it, else one with the quotes of what links its ends, over one step."""
    known = network.get_edge_data(subject, other, role) if network.has_edge(subject, other, role) else None
    if known is not None:
        return dict(known)
    said = list(_quotes(network, [(subject, other)]))
    if not said and {subject, other} <= set(network):
        between = sorted(_near(network, subject) & _near(network, other))
        said = list(_quotes(network, [(middle, end) for middle in between for end in (subject, other)]))
    return {"role": role, "quotes": said}


def _near(network: Network, node: str) -> set[str]:
    return {*network.successors(node), *network.predecessors(node)}


def _quotes(network: Network, pairs: Iterable[tuple[str, str]]) -> Iterable[dict[str, Any]]:
    for one, two in pairs:
        for pair in ((one, two), (two, one)):
            if network.has_edge(*pair):
                for data in network.get_edge_data(*pair).values():
                    yield from data.get("quotes") or ()


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if isinstance(term, ox.Triple):
        return str(term)
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else term.value
