"""Writes a graph in the formats of other tools."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import vocab
from kg.errors import GraphError, UsageError
from kg.facts import ACTIONS, ACTORS, Index, facts
from kg.network import network
from kg.store import Store

if TYPE_CHECKING:
    import networkx as nx

FORMATS = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml", "graphml", "gexf", "csv")
SUFFIXES = {
    ".ttl": "turtle", ".nt": "ntriples", ".nq": "nquads", ".trig": "trig", ".jsonld": "jsonld", ".rdf": "rdfxml",
    ".graphml": "graphml", ".gexf": "gexf",
}  # fmt: skip
"""The format that a file name means."""

_STAMP = re.compile(r' lastmodifieddate="[^"]*"')
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def export(store: Store, format_: str, path: Path) -> None:
    """Write the graph to the file `path`; for `csv` to the folder `path`, one table each.

    Everything but `nquads` and `trig` is the union of all documents' graphs, without the ontology. GraphML and GEXF
    keep events as nodes, with their roles as edges. Raises UsageError for an unknown format, GraphError where `path`
    cannot be written.
    """
    if format_ not in FORMATS:
        raise UsageError(f"{format_}: no such export format; choose from {', '.join(FORMATS)}")
    try:
        if format_ == "csv":
            path.mkdir(parents=True, exist_ok=True)
            for name, table in tables(store).items():
                (path / name).write_bytes(table)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(render(store, format_))
    except OSError as error:
        raise GraphError(f"{path}: cannot be written: {error.strerror}; choose another -o") from error


def format_for(path: Path) -> str:
    """Return the format that a file name means (a name without suffix: a folder of CSV tables).

    Raises UsageError where it means none.
    """
    suffix = path.suffix.lower()
    if suffix in SUFFIXES or not suffix:
        return SUFFIXES.get(suffix, "csv")
    raise UsageError(f"{path}: no format is known by this name; choose one with --format: {', '.join(FORMATS)}")


def render(store: Store, format_: str) -> bytes:
    """Return the graph in a format that is one file; the same bytes for the same graph."""
    return _WRITERS[format_](store)


def _ntriples(store: Store) -> bytes:
    return b"".join(line + b"\n" for line in store.triple_lines())


def _nquads(store: Store) -> bytes:
    return b"\n".join(sorted(store.dump(ox.RdfFormat.N_QUADS).splitlines())) + b"\n"


def _trig(store: Store) -> bytes:
    quads = sorted(store.quads(), key=lambda quad: (str(quad.graph_name), str(quad.triple)))
    return ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=vocab.prefixes()) or b""


def _rdfxml(store: Store) -> bytes:
    """XML 1.0 cannot hold control characters: they become U+FFFD."""
    triples = [quad.triple for quad in ox.parse(_ntriples(store), ox.RdfFormat.N_TRIPLES)]
    cleaned = [ox.Triple(t.subject, t.predicate, _xml_safe(t.object)) for t in triples]
    return ox.serialize(cleaned, format=ox.RdfFormat.RDF_XML, prefixes=vocab.prefixes()) or b""


def _xml_safe(term: Any) -> Any:
    if isinstance(term, ox.Literal) and not term.language and _NOT_XML.search(term.value):
        return ox.Literal(_xml_text(term.value), datatype=term.datatype)
    return term


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _jsonld(store: Store) -> bytes:
    """One object per node, sorted; every name is a prefixed name of the project's context."""
    context = json.loads((vocab.schema_dir() / "context.jsonld").read_text(encoding="utf-8"))
    nodes: dict[str, dict[str, Any]] = {}
    for quad in ox.parse(_ntriples(store), ox.RdfFormat.N_TRIPLES):
        node = nodes.setdefault(_json_id(quad.subject), {"@id": _json_id(quad.subject)})
        if quad.predicate.value == vocab.iri("rdf:type"):
            node.setdefault("@type", []).append(_json_id(quad.object))
        else:
            node.setdefault(vocab.curie(quad.predicate.value), []).append(_json_value(quad.object))
    prefixes = {**{"@version": 1.1}, **vocab.prefixes()}
    context = {**context, "@context": prefixes}
    return (json.dumps({**context, "@graph": list(nodes.values())}, ensure_ascii=False, indent=1) + "\n").encode()


def _json_id(term: Any) -> str:
    return vocab.curie(term.value) if isinstance(term, ox.NamedNode) else str(term)


def _json_value(term: Any) -> Any:
    if not isinstance(term, ox.Literal):
        return {"@id": _json_id(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == vocab.iri("xsd:string"):
        return term.value
    return {"@value": term.value, "@type": vocab.curie(term.datatype.value)}


def _graphml(store: Store) -> bytes:
    import networkx as nx

    out = io.BytesIO()
    nx.write_graphml(_flat(store), out, encoding="utf-8", prettyprint=True)
    return out.getvalue()


def _gexf(store: Store) -> bytes:
    import networkx as nx

    graph = _flat(store)
    for _, data in graph.nodes(data=True):
        # GEXF's time axis takes whole days only; `date` keeps what is known.
        if len(data.get("date", "")) == len("2018-06-15"):
            data["start"] = data["date"]
    # networkx stamps the day of writing on the file: equal graphs would differ from one day to the next.
    text = "\n".join(nx.generate_gexf(graph, encoding="utf-8"))
    return f"<?xml version='1.0' encoding='utf-8'?>\n{_STAMP.sub('', text)}\n".encode()


def _flat(store: Store) -> nx.MultiDiGraph[str]:
    """Return the network with attributes that are texts and numbers only, nothing unknown, evidence as one text."""
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    full = network(store)
    for node, data in full.nodes(data=True):
        kept = {key: value for key, value in data.items() if key not in ("id", "facts") and value not in (None, "")}
        if "start" in kept:
            kept["date"] = kept.pop("start")
        graph.add_node(node, **_xml_attributes({**kept, "iri": node, "statements": len(data["facts"])}))
    for number, (source, target, data) in enumerate(full.edges(data=True)):
        quotes = " | ".join(dict.fromkeys(quote["quote"] for quote in data["quotes"]))
        documents = {quote["document"] for quote in data["quotes"]}
        found = {
            "role": data["role"],
            "label": data.get("label") or data["role"],
            "quotes": quotes,
            "weight": max(1, len(documents)),
        }
        graph.add_edge(source, target, key=number, **_xml_attributes(found))
    return graph


def _xml_attributes(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _xml_text(value) if isinstance(value, str) else value for key, value in values.items()}


_WRITERS: dict[str, Callable[[Store], bytes]] = {
    "turtle": Store.turtle,
    "ntriples": _ntriples,
    "nquads": _nquads,
    "trig": _trig,
    "jsonld": _jsonld,
    "rdfxml": _rdfxml,
    "graphml": _graphml,
    "gexf": _gexf,
}

_ACTION_COLUMNS = ("cag:form", "cag:status", "schema:startDate", "cag:organizer", "cag:participant", "cag:signatory",
                   "cag:target", "cag:addressee", "cag:concerns", "cag:demands", "cag:place", "cag:size")  # fmt: skip
_CONTRACT_COLUMNS = ("cag:supplier", "cag:buyer", "cag:contractValue", "cag:subject", "cag:status", "schema:startDate",
                     "schema:identifier")  # fmt: skip
_ACTOR_COLUMNS = ("skos:altLabel", "org:memberOf", "cag:memberAffiliation", "org:subOrganizationOf", "owl:sameAs")


def tables(store: Store) -> dict[str, bytes]:
    """Return file name -> CSV (UTF-8 with a mark that spreadsheet programs look for) for people to read.

    Several values of one property share a cell, separated by "; ".
    """
    known = Index(store)
    return {
        "actions.csv": _things(known, ACTIONS, _ACTION_COLUMNS),
        "contracts.csv": _things(known, frozenset({"Contract"}), _CONTRACT_COLUMNS),
        "actors.csv": _things(known, ACTORS, _ACTOR_COLUMNS),
        "evidence.csv": _evidence(store, known),
    }


def _things(known: Index, classes: frozenset[str], columns: tuple[str, ...]) -> bytes:
    rows = [["id", "name", "class", *(column.partition(":")[2] for column in columns)]]
    for node in known.things():
        if (cls := known.class_of(node)) in classes:
            cells = ["; ".join(_say(known, value) for value in known.all(node, column)) for column in columns]
            rows.append([node, known.label(node), cls, *cells])
    return _table(rows)


def _evidence(store: Store, known: Index) -> bytes:
    rows = [["subject", "property", "object", "quote", "document", "title", "published", "url", "start", "end",
             "factuality", "confidence", "subject id", "object id"]]  # fmt: skip
    for fact in facts(store):
        source = fact.source
        object_ = fact.object if fact.literal else known.label(fact.object)
        rows.append(
            [known.label(fact.subject), fact.predicate, object_, fact.quote, source.id, source.title, source.date,
             source.url, str(fact.start), str(fact.end), fact.factuality, f"{fact.confidence:g}", fact.subject,
             "" if fact.literal else fact.object]
        )  # fmt: skip
    return _table(rows)


def _say(known: Index, value: str) -> str:
    return known.label(value) if value.startswith(("http://", "https://")) else value


def _table(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[_inert(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """Keep a spreadsheet from running a text as a formula (OWASP's advice on CSV injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
