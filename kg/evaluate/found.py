"""Reads from a graph what it says of each document, in the shape of a gold annotation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg import vocab
from kg.evaluate.annotations import (
    ENTITY_CLASSES,
    EVENT_CLASSES,
    NAME_ROLES,
    TEXT_ROLES,
    Amount,
    Annotation,
    Entity,
    Fact,
    Interval,
    Names,
    Quote,
    Tie,
    Told,
)

_LABELS = ("skos:prefLabel", "rdfs:label", "skos:altLabel", "schema:name", "cag:rawText")


_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(slots=True)
class _Said:
    """What one document says of one node: each predicate's objects with their confidence, and the quotes."""

    asserted: bool = False
    objects: dict[str, dict[_Term, float]] = field(default_factory=lambda: defaultdict(dict))
    quotes: set[str] = field(default_factory=set)


_Nodes = dict[_Term, _Said]


def read_graph(quads: Iterable[ox.Quad], wanted: Container[str]) -> dict[str, Annotation]:
    """Return what the assertions of a graph say, by document identifier, for the documents in `wanted`.

    Statements are taken in the order of their IRIs; where an event has several dates, forms or amounts the first is
    taken.
    """
    index = _Index(quads)
    said: dict[str, _Nodes] = defaultdict(lambda: defaultdict(_Said))
    quotes: dict[str, dict[_Term, Quote]] = defaultdict(dict)
    for assertion in index.instances("cag:Assertion"):
        for span in index.values(assertion, "prov:wasDerivedFrom"):
            for document in index.identifiers(span, wanted):
                _note(index, assertion, span, said[document], quotes[document])
    return {name: _annotation(index, name, nodes, tuple(quotes[name].values())) for name, nodes in said.items()}


def _note(index: _Index, assertion: _Term, span: _Term, nodes: _Nodes, quotes: dict[_Term, Quote]) -> None:
    parts = [next(iter(index.values(assertion, f"rdf:{part}")), None) for part in ("subject", "predicate", "object")]
    subject, predicate, object_ = parts
    if subject is None or not isinstance(predicate, ox.NamedNode) or object_ is None:
        return
    node, name = nodes[subject], vocab.curie(predicate.value)
    node.asserted |= name == "rdf:type"
    if index.text(assertion, "cag:factuality") != "negated":
        confidence = index.number(assertion, "cag:confidence")
        known = node.objects[name].get(object_, 0.0)
        node.objects[name][object_] = max(known, 1.0 if confidence is None else confidence)
    if (quote := index.quote(span)) is not None:
        node.quotes.add(quote.text)
        quotes[span] = quote


class _Index:
    """Looks up what is said about each node."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._facts: dict[_Term, dict[str, dict[_Term, None]]] = {}
        for quad in quads:
            self._facts.setdefault(quad.subject, {}).setdefault(quad.predicate.value, {})[quad.object] = None

    def values(self, node: _Term, *curies: str) -> list[_Term]:
        facts = self._facts.get(node, {})
        return [value for curie in curies for value in facts.get(vocab.iri(curie), ())]

    def text(self, node: _Term, *curies: str) -> str | None:
        return next((_text(value) for value in self.values(node, *curies)), None)

    def number(self, node: _Term, *curies: str) -> float | None:
        """Return the first value as a number, None where there is none."""
        text = self.text(node, *curies)
        return None if text is None else float(text)

    def instances(self, curie: str) -> list[_Term]:
        class_, type_ = ox.NamedNode(vocab.iri(curie)), vocab.iri("rdf:type")
        return sorted((node for node, facts in self._facts.items() if class_ in facts.get(type_, ())), key=_text)

    def classes(self, node: _Term) -> set[str]:
        return {vocab.curie(_text(value)).removeprefix("cag:") for value in self.values(node, "rdf:type")}

    def identifiers(self, span: _Term, wanted: Container[str]) -> Iterator[str]:
        for source in self.values(span, "oa:hasSource"):
            yield from (name for name in map(_text, self.values(source, "schema:identifier")) if name in wanted)

    def quote(self, span: _Term) -> Quote | None:
        selectors = self.values(span, "oa:hasSelector")
        exact, start, end = (
            next((text for s in selectors if (text := self.text(s, f"oa:{key}")) is not None), None)
            for key in ("exact", "start", "end")
        )
        return None if exact is None else Quote(exact, int(start or -1), int(end or -1))

    def names(self, term: _Term) -> Names:
        """Return a literal's text, else all labels of a node, else the last part of its IRI."""
        if isinstance(term, ox.Literal):
            return Names((term.value,))
        return Names(tuple(dict.fromkeys(map(_text, self.values(term, *_LABELS)))) or (_local(term),))


def _text(term: _Term) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _local(term: _Term) -> str:
    return re.split(r"[#/]", _text(term))[-1]


# ---- from statements to annotations -----------------------------------------------------


def _annotation(index: _Index, document: str, nodes: _Nodes, quotes: tuple[Quote, ...]) -> Annotation:
    entities, events, contracts, ties = [], [], [], []
    for node, said in nodes.items():
        classes = index.classes(node)
        if said.asserted:
            events += [_event(index, cls, said) for cls in EVENT_CLASSES if cls in classes]
            contracts += [_contract(index, said)] if "Contract" in classes else []
            entities += [Entity(index.names(node), cls) for cls in ENTITY_CLASSES if cls in classes][:1]
        if "Person" in classes:
            members = said.objects["org:memberOf"].items()
            ties += [Tie(index.names(node), index.names(other), confidence) for other, confidence in members]
    return Annotation(document, tuple(entities), tuple(events), tuple(contracts), tuple(ties), quotes)


def _event(index: _Index, cls: str, said: _Said) -> Told:
    facts = [
        Fact(role, index.names(node), confidence)
        for role in (*NAME_ROLES, *TEXT_ROLES)
        for node, confidence in said.objects[f"cag:{role}"].items()
    ]
    for node, confidence in said.objects["cag:size"].items():
        size = Amount(index.number(node, "schema:minValue"), index.number(node, "schema:maxValue"))
        if size.minimum is not None or size.maximum is not None:
            facts.append(Fact("size", size, confidence))
    for node, confidence in said.objects["cag:when"].items():
        earliest, latest = index.text(node, "cag:earliest"), index.text(node, "cag:latest")
        if earliest and latest:
            facts.append(Fact("when", Interval(earliest, latest), confidence))
            break
    return _told(cls, said, facts)


def _contract(index: _Index, said: _Said) -> Told:
    facts = [
        Fact(role, index.names(node), confidence)
        for role, predicate in (
            ("supplier", "cag:supplier"),
            ("buyer", "cag:buyer"),
            ("identifier", "schema:identifier"),
        )
        for node, confidence in said.objects[predicate].items()
    ]
    for node, confidence in list(said.objects["cag:contractValue"].items())[:1]:
        minimum = index.number(node, "schema:minValue", "schema:value")
        maximum = index.number(node, "schema:maxValue", "schema:value")
        if minimum or maximum:
            facts.append(Fact("value", Amount(minimum, maximum, index.text(node, "schema:currency") or ""), confidence))
    for node, confidence in list(said.objects["cag:subject"].items())[:1]:
        facts.append(Fact("subject", index.names(node), confidence))
    return _told("Contract", said, facts)


def _told(cls: str, said: _Said, facts: list[Fact]) -> Told:
    form, status = (next(map(_local, said.objects[f"cag:{key}"]), None) for key in ("form", "status"))
    return Told(cls, form, status, tuple(sorted(said.quotes)), tuple(facts))
