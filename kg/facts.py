"""Reads facts with their evidence from a store: what `show`, the network and the tables are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg import vocab
from kg.store import SYSTEM_GRAPHS, Store, graph_name

CLASS_ORDER = (
    "Petition",
    "Protest",
    "UnionAction",
    "LegalAction",
    "CollectiveAction",
    "PublicStatement",
    "Contract",
    "Company",
    "GovernmentBody",
    "CivilSocietyGroup",
    "Union",
    "NewsOutlet",
    "University",
    "Organization",
    "Person",
    "Collective",
    "Actor",
    "Technology",
    "Demand",
    "Cause",
    "Place",
)
"""Classes of things in the world, the narrower before the wider."""

ACTIONS = frozenset(CLASS_ORDER[:5])
ACTORS = frozenset(CLASS_ORDER[7:17])


@dataclass(frozen=True, slots=True)
class Source:
    """A document as evidence names it; `date` is its day of publication (ISO), "" where unknown."""

    id: str
    iri: str
    title: str = ""
    date: str = ""
    url: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One assertion: a triple (`subject` an IRI, `predicate` a CURIE), where it is stated, and how surely.

    `object` is the IRI of a node or the text of a literal (then `literal` is true); `start` and `end` are code
    points of the document's text.
    """

    assertion: str
    subject: str
    predicate: str
    object: str
    literal: bool
    quote: str
    start: int
    end: int
    source: Source
    confidence: float
    factuality: str
    extractor: str
    attributed_to: str = ""


_FACTS = """
SELECT ?a ?subject ?predicate ?object ?factuality ?confidence ?extractor ?by ?doc ?quote ?start ?end WHERE {
  ?a rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; cag:factuality ?factuality ;
     cag:confidence ?confidence ; cag:extractor ?extractor ; prov:wasDerivedFrom ?span .
  ?span oa:hasSource ?doc ; oa:hasSelector ?q , ?p .
  ?q oa:exact ?quote .
  ?p oa:start ?start ; oa:end ?end .
  OPTIONAL { ?a prov:wasAttributedTo ?by }
}"""

_SOURCES = """
SELECT ?doc ?id ?title ?date ?url ?publisher WHERE {
  ?doc a cag:Document ; schema:identifier ?id .
  OPTIONAL { ?doc schema:name ?title }  OPTIONAL { ?doc schema:datePublished ?date }
  OPTIONAL { ?doc schema:url ?url }     OPTIONAL { ?doc schema:publisher ?publisher }
}"""


def sources(store: Store) -> dict[str, Source]:
    """Return the documents of the graph by IRI."""
    rows = _rows(store, _SOURCES, {})
    return {
        row[0].value: Source(row[1].value, row[0].value, *(term.value if term else "" for term in row[2:]))
        for row in sorted(rows, key=str)
    }


def facts(
    store: Store,
    *,
    subject: str | None = None,
    object_: str | None = None,
    document: str | None = None,
    known: dict[str, Source] | None = None,
) -> list[Fact]:
    """Return all facts, or those with the given subject, object or document, ordered by source date, place and triple.

    `known` is what `sources` returns, for callers that ask often.
    """
    known = sources(store) if known is None else known
    given = {"subject": subject, "object": object_, "doc": document}
    bindings = {ox.Variable(name): ox.NamedNode(iri) for name, iri in given.items() if iri is not None}
    found = {fact.assertion: fact for fact in _facts(_rows(store, _FACTS, bindings), known)}
    return sorted(found.values(), key=_place)


def _place(fact: Fact) -> tuple[str, str, int, int, str, str, str]:
    source = fact.source
    return (source.date or "9999", source.id, fact.start, fact.end, fact.subject, fact.predicate, fact.object)


def _facts(rows: Iterable[list[Any]], known: dict[str, Source]) -> Iterator[Fact]:
    for row in rows:
        node, subject, predicate, object_, factuality, confidence, extractor, by, doc, quote, start, end = row
        yield Fact(
            assertion=node.value,
            subject=subject.value,
            predicate=vocab.curie(predicate.value),
            object=object_.value,
            literal=isinstance(object_, ox.Literal),
            quote=quote.value,
            start=int(start.value),
            end=int(end.value),
            source=known.get(doc.value) or Source(doc.value, doc.value),
            confidence=float(confidence.value),
            factuality=factuality.value,
            extractor=extractor.value,
            attributed_to=by.value if by else "",
        )


def _rows(store: Store, sparql: str, bindings: dict[ox.Variable, ox.NamedNode]) -> Iterator[list[Any]]:
    solutions = store.query(sparql, substitutions=bindings)
    if isinstance(solutions, ox.QuerySolutions):
        yield from map(list, solutions)


class Index:
    """Looks up what a store says of a node (IRI), property by property (CURIE); remembers what it read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, dict[str, list[str]]] = {}

    def properties(self, node: str) -> dict[str, list[str]]:
        """Return property -> sorted values of `node`; the IRIs of nodes and the texts of literals."""
        if node not in self._known:
            found: dict[str, set[str]] = {}
            for quad in self._store.quads(ox.NamedNode(node)) if _is_iri(node) else ():
                if graph_name(quad) not in SYSTEM_GRAPHS:
                    found.setdefault(vocab.curie(quad.predicate.value), set()).add(_text(quad.object))
            self._known[node] = {predicate: sorted(values) for predicate, values in found.items()}
        return self._known[node]

    def all(self, node: str, predicate: str) -> list[str]:
        """Return the values of a property, sorted."""
        return self.properties(node).get(predicate, [])

    def first(self, node: str, predicate: str) -> str:
        """Return the first value of a property, "" where it has none."""
        return next(iter(self.all(node, predicate)), "")

    def class_of(self, node: str) -> str:
        """Return the narrowest class of a node (`Petition`), "" for what is no thing in the world."""
        types = {iri.removeprefix(_CAG) for iri in self.all(node, "rdf:type")}
        return next((name for name in CLASS_ORDER if name in types), "")

    def label(self, node: str) -> str:
        """Return what to call a node: its name, its own words for a value, else the last part of its IRI."""
        for predicate in ("rdfs:label", "cag:rawText", "schema:name", "skos:altLabel"):
            if found := self.first(node, predicate):
                return found
        return node.rstrip("/#").rpartition("/")[2].rpartition("#")[2] or node

    def things(self) -> list[str]:
        """Return the IRIs of the things in the world, sorted."""
        return sorted({node for name in CLASS_ORDER for node in self.subjects("rdf:type", vocab.iri(f"cag:{name}"))})

    def subjects(self, predicate: str, object_: str | None = None) -> list[str]:
        """Return the IRIs of the nodes that have a property (with the given node as its value), sorted."""
        value = None if object_ is None else ox.NamedNode(object_)
        found = self._store.quads(None, ox.NamedNode(vocab.iri(predicate)), value)
        return sorted({_text(quad.subject) for quad in found if graph_name(quad) not in SYSTEM_GRAPHS})


_CAG = vocab.iri("cag:")


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _is_iri(node: str) -> bool:
    return ":" in node
