"""Writes a graph in the RDF syntaxes."""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from kg import vocab
from kg.store import Store
from kg.turtle import turtle

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def ntriples(store: Store) -> bytes:
    """Return sorted N-Triples."""
    return b"".join(line + b"\n" for line in store.triple_lines())


def nquads(store: Store) -> bytes:
    """Return sorted N-Quads, the ontology's graph included."""
    lines = (ox.serialize(_quads(store), format=ox.RdfFormat.N_QUADS) or b"").splitlines()
    return b"".join(line + b"\n" for line in sorted(lines))


def trig(store: Store) -> bytes:
    """Return TriG, graph by graph, the ontology's included."""
    quads = sorted(_quads(store), key=lambda quad: (str(quad.graph_name), str(quad.triple)))
    return ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=vocab.prefixes()) or b""


def _quads(store: Store) -> list[ox.Quad]:
    """Return all quads; blank nodes, which every reading names anew, get names that follow from what they stand for."""
    quads, anonymous = [], ox.Dataset()
    for quad in store.quads():
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            anonymous.add(quad)
        else:
            quads.append(quad)
    anonymous.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [*quads, *anonymous]


def rdfxml(store: Store) -> bytes:
    """Return RDF/XML; XML 1.0 cannot hold control characters: they become U+FFFD."""
    triples = [quad.triple for quad in ox.parse(ntriples(store), ox.RdfFormat.N_TRIPLES)]
    cleaned = [ox.Triple(t.subject, t.predicate, _xml_safe(t.object)) for t in triples]
    return ox.serialize(cleaned, format=ox.RdfFormat.RDF_XML, prefixes=vocab.prefixes()) or b""


def _xml_safe(term: Any) -> Any:
    if isinstance(term, ox.Literal) and not term.language and NOT_XML.search(term.value):
        return ox.Literal(xml_text(term.value), datatype=term.datatype)
    return term


def xml_text(text: str) -> str:
    """Replace what XML 1.0 cannot hold by U+FFFD."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def jsonld(store: Store) -> bytes:
    """Return JSON-LD: one object per node, sorted; every name is a prefixed name of the project's context."""
    context = json.loads((vocab.schema_dir() / "context.jsonld").read_text(encoding="utf-8"))
    nodes: dict[str, dict[str, Any]] = {}
    for quad in ox.parse(ntriples(store), ox.RdfFormat.N_TRIPLES):
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


_SUBJECT, _PREDICATE, _OBJECT, _TYPE, _STATEMENT, _REIFIES = (
    f"<{vocab.iri(name)}>".encode()
    for name in ("rdf:subject", "rdf:predicate", "rdf:object", "rdf:type", "rdf:Statement", "rdf:reifies")
)


def turtle12(store: Store) -> bytes:
    """Return RDF 1.2 Turtle: an assertion keeps its IRI and reifies a triple term instead of naming three parts."""
    lines: list[bytes] = []
    for _, group in groupby(store.triple_lines(), key=lambda line: line.partition(b" ")[0]):
        lines += _reified(list(group))
    return b'VERSION "1.2"\n' + turtle(lines)


def _reified(lines: list[bytes]) -> list[bytes]:
    """Replace the three parts of a statement (N-Triples lines of one subject) by one triple term."""
    parts: dict[bytes, bytes] = {}
    kept = []
    for line in lines:
        node, predicate, rest = line.split(b" ", 2)
        value = rest[: rest.rindex(b" .")]
        if predicate in (_SUBJECT, _PREDICATE, _OBJECT) and predicate not in parts:
            parts[predicate] = value
        elif predicate != _TYPE or value != _STATEMENT:
            kept.append(line)
    if len(parts) < 3:
        return lines
    term = b"<<( " + parts[_SUBJECT] + b" " + parts[_PREDICATE] + b" " + parts[_OBJECT] + b" )>>"
    return sorted([*kept, node + b" " + _REIFIES + b" " + term + b" ."])
