"""The terms of the ontology, for people who write queries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg import vocab

_KINDS = {
    "owl:Class": "class", "rdfs:Class": "class", "owl:ObjectProperty": "property", "owl:DatatypeProperty": "property",
    "rdf:Property": "property", "owl:AnnotationProperty": "property", "skos:Concept": "value",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """A class, property or value, by its prefixed name, and what it means."""

    name: str
    kind: str
    comment: str


@cache
def terms() -> tuple[VocabularyTerm, ...]:
    """Return the terms that the ontology declares: classes, properties, values, each by name."""
    kinds: dict[str, str] = {}
    comments: dict[str, str] = {}
    for quad in ox.parse(path=str(vocab.schema_dir() / "ontology.ttl"), format=ox.RdfFormat.TURTLE):
        subject, predicate, object_, _ = quad
        if not isinstance(subject, ox.NamedNode):
            continue
        key = vocab.curie(predicate.value)
        if key == "rdf:type" and isinstance(object_, ox.NamedNode) and vocab.curie(object_.value) in _KINDS:
            kinds.setdefault(subject.value, _KINDS[vocab.curie(object_.value)])
        if key in ("rdfs:comment", "skos:definition") and isinstance(object_, ox.Literal):
            comments[subject.value] = " ".join(object_.value.split())
    found = (VocabularyTerm(vocab.curie(iri), kind, comments.get(iri, "")) for iri, kind in kinds.items())
    order = ("class", "property", "value")
    return tuple(sorted(found, key=lambda term: (order.index(term.kind), not term.name.startswith("cag:"), term.name)))
