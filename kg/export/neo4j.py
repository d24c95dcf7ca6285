"""Writes a graph for property graph databases: CSV for `neo4j-admin database import`, and an openCypher script."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kg.facts import ACTIONS, ACTORS, Fact, Index, facts, sources
from kg.network import network
from kg.store import Store

_BATCH = 200
_NODE_COLUMNS = ("iri", "name", "aliases", "cls", "form", "status", "date", "sizeMin", "sizeMax", "url", "publisher",
                 "property", "value", "quote", "start", "end", "factuality", "confidence", "extractor")  # fmt: skip
_EDGE_COLUMNS = ("label", "documents", "quotes")
_INTEGERS = frozenset({"sizeMin", "sizeMax", "start", "end", "documents"})
_FLOATS = frozenset({"confidence"})
_WIDER = ((ACTIONS - {"CollectiveAction"}, "CollectiveAction"), (ACTORS, "Actor"))

IMPORT = """Neo4j 5, into an empty database:

  neo4j-admin database import full --nodes=nodes.csv --relationships=relationships.csv --multiline-fields=true neo4j

or, into a running one (also Memgraph, FalkorDB and others that speak openCypher):

  cypher-shell --file graph.cypher
"""


@dataclass(frozen=True, slots=True)
class _Node:
    labels: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Edge:
    start: str
    end: str
    type: str
    values: dict[str, Any] = field(default_factory=dict)


def neo4j(store: Store) -> dict[str, bytes]:
    """Return file name -> content: `nodes.csv`, `relationships.csv`, `graph.cypher`, and `README.txt` on how to load.

    Things, documents and assertions are nodes; an assertion is joined to its thing (ABOUT), the other thing that it
    names (OBJECT) and its document (IN). Relations carry the number of documents that state them, and the quotes.
    """
    nodes, edges = _property_graph(store)
    return {
        "nodes.csv": _node_table(nodes),
        "relationships.csv": _edge_table(edges),
        "graph.cypher": _script(nodes, edges).encode(),
        "README.txt": IMPORT.encode(),
    }


def cypher(store: Store) -> bytes:
    """Return the openCypher script alone."""
    return _script(*_property_graph(store)).encode()


def _property_graph(store: Store) -> tuple[dict[str, _Node], list[_Edge]]:
    known, full = Index(store), network(store)
    nodes: dict[str, _Node] = {}
    for node, data in full.nodes(data=True):
        values = {"name": data["label"], "aliases": " | ".join(known.all(node, "skos:altLabel")), "cls": data["cls"],
                  "form": data["form"], "status": data["status"], "date": data["start"],
                  "sizeMin": data["size_min"], "sizeMax": data["size_max"]}  # fmt: skip
        nodes[node] = _Node(_labels(data["cls"]), _known(values))
    edges = []
    for start, end, data in full.edges(data=True):
        quotes = data["quotes"]
        values = {"label": data.get("label", ""), "documents": len({quote["document"] for quote in quotes}) or None,
                  "quotes": " | ".join(dict.fromkeys(quote["quote"] for quote in quotes))}  # fmt: skip
        edges.append(_Edge(start, end, _snake(data["role"]), _known(values)))
    for source in sources(store).values():
        values = {
            "name": source.title or source.id,
            "date": source.date,
            "url": source.url,
            "publisher": source.publisher,
        }
        nodes[source.iri] = _Node(("Thing", "Document"), _known({**values, "cls": "Document"}))
    for fact in facts(store):
        _add_evidence(nodes, edges, known, fact)
    edges.sort(key=lambda edge: (edge.type, edge.start, edge.end))
    return nodes, edges


def _add_evidence(nodes: dict[str, _Node], edges: list[_Edge], known: Index, fact: Fact) -> None:
    values = {"cls": "Assertion", "property": fact.predicate, "quote": fact.quote, "start": fact.start, "end": fact.end,
              "value": fact.object if fact.literal else known.label(fact.object), "factuality": fact.factuality,
              "confidence": fact.confidence, "extractor": fact.extractor}  # fmt: skip
    nodes[fact.assertion] = _Node(("Thing", "Assertion"), values)
    ends = {"ABOUT": fact.subject, "IN": fact.source.iri, "ATTRIBUTED_TO": fact.attributed_to}
    if not fact.literal:
        ends["OBJECT"] = fact.object
    edges += [_Edge(fact.assertion, end, type_) for type_, end in ends.items() if end in nodes]


def _labels(cls: str) -> tuple[str, ...]:
    wider = [name for classes, name in _WIDER if cls in classes and cls != name]
    return ("Thing", *wider, cls)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None)}


def _snake(name: str) -> str:
    """Return the usual spelling of a relationship type: memberOf -> MEMBER_OF."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def _typed(column: str) -> str:
    return f"{column}:int" if column in _INTEGERS else f"{column}:double" if column in _FLOATS else column


def _node_table(nodes: dict[str, _Node]) -> bytes:
    head = ["iri:ID", ":LABEL", *(_typed(column) for column in _NODE_COLUMNS[1:])]
    rows = ([iri, ";".join(node.labels), *(node.values.get(column, "") for column in _NODE_COLUMNS[1:])]
            for iri, node in sorted(nodes.items()))  # fmt: skip
    return _csv([head, *rows])


def _edge_table(edges: Iterable[_Edge]) -> bytes:
    head = [":START_ID", ":END_ID", ":TYPE", *(_typed(column) for column in _EDGE_COLUMNS)]
    rows = ([edge.start, edge.end, edge.type, *(edge.values.get(column, "") for column in _EDGE_COLUMNS)]
            for edge in edges)  # fmt: skip
    return _csv([head, *rows])


def _csv(rows: Iterable[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[_printable(cell) for cell in row] for row in rows])
    return out.getvalue().encode()


def _script(nodes: dict[str, _Node], edges: list[_Edge]) -> str:
    """Return openCypher without any extension: an index, then nodes and relationships in batches, one a line."""
    lines = ["CREATE INDEX FOR (n:Thing) ON (n.iri);"]
    by_labels: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for iri, node in sorted(nodes.items()):
        by_labels.setdefault(node.labels, []).append({"iri": iri, "p": {"iri": iri, **node.values}})
    for labels, rows in sorted(by_labels.items()):
        lines += [f"UNWIND {batch} AS row CREATE (n:{':'.join(labels)}) SET n = row.p;" for batch in _batches(rows)]
    by_type: dict[str, list[dict[str, Any]]] = {}
    for edge in edges:
        by_type.setdefault(edge.type, []).append({"a": edge.start, "b": edge.end, "p": edge.values})
    for type_, rows in sorted(by_type.items()):
        lines += [
            f"UNWIND {batch} AS row MATCH (a:Thing {{iri: row.a}}), (b:Thing {{iri: row.b}}) "
            f"CREATE (a)-[r:{type_}]->(b) SET r = row.p;"
            for batch in _batches(rows)
        ]
    return "\n".join(lines) + "\n"


def _batches(rows: list[dict[str, Any]]) -> Iterator[str]:
    for first in range(0, len(rows), _BATCH):
        yield f"[{', '.join(_literal(row) for row in rows[first : first + _BATCH])}]"


_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_literal(item)}' for key, item in value.items())}}}"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + "".join(_ESCAPES.get(c, c) for c in _printable(value)) + "'"


def _printable(value: Any) -> Any:
    """Replace control characters, at which importers stop."""
    if not isinstance(value, str):
        return value
    return "".join(c if c >= " " or c in "\n\r\t" else "\N{REPLACEMENT CHARACTER}" for c in value)
