"""Reads from a store what resolution decided, and how people's decisions can refer to nodes and facts."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from kg import vocab
from kg.errors import UsageError
from kg.facts import Fact, Index, facts
from kg.model import Anchor, FactReference
from kg.resolve.names import fold
from kg.resolve.profiles import EVENTS
from kg.store import Store

_NAMING = ("rdfs:label", "skos:altLabel")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as the graph records it; `node` and `other` are IRIs, `other` is "" where both sides are one."""

    id: str
    verdict: str
    score: float
    node: str
    name: str
    other: str
    other_name: str
    by: str
    at: str
    reasons: tuple[str, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def kind(self) -> str:
        """What it is about: event, contract, or the kind of entity (person, org, place, technology)."""
        kind = self.left[0].rpartition("/")[0].rpartition("/")[2]
        return "event" if kind in EVENTS and kind != "contract" else kind

    @property
    def plain(self) -> bool:
        """Whether the program only found equal names to mean one thing, which rarely needs a look."""
        return self.by == "rules/entity.name"


@dataclass(frozen=True, slots=True)
class Mention:
    """A passage that names a node."""

    name: str
    document: str
    quote: str


def decided(store: Store) -> list[Decided]:
    """Return all decisions on identity in the order in which they deserve a look.

    What is possible comes first, the likeliest at the top; then what people decided; then what was taken for one,
    events before entities and the least certain at the top; equal names come last.
    """
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in store.quads(None, None, None, ox.NamedNode(vocab.IDENTITY_GRAPH)):
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple):
            values[quad.subject.value][vocab.curie(quad.predicate.value)].append(quad.object.value)
    known = Index(store)
    found = [_decided(known, node, told) for node, told in values.items() if told.get("cag:left")]
    return sorted(found, key=_priority)


def _priority(d: Decided) -> tuple[object, ...]:
    if d.verdict == "possible":
        return 0, d.kind not in ("event", "contract"), -d.score, d.name, d.id
    human = d.by.startswith("human")
    return 1 + (not human) + d.plain, d.kind not in ("event", "contract"), d.score, d.name, d.id


def _decided(known: Index, node: str, told: dict[str, list[str]]) -> Decided:
    ends = sorted(told.get("cag:decides", []))
    first, second = (*ends, "", "")[:2]
    return Decided(
        node,
        told["cag:verdict"][0],
        float(told["cag:score"][0]),
        first,
        known.label(first),
        second,
        known.label(second) if second else "",
        told["cag:decidedBy"][0],
        told["prov:generatedAtTime"][0],
        tuple(sorted(told.get("cag:reason", []), key=lambda reason: (reason.startswith("but "), reason))),
        tuple(sorted(told["cag:left"])),
        tuple(sorted(told["cag:right"])),
    )


def find(store: Store, name: str) -> list[str]:
    """Return the IRIs of the things with a name, or of the one with an id. Raises UsageError where there is none."""
    known = Index(store)
    things = known.things()
    if exact := [node for node in things if node == name or node.endswith(f"/{name.removeprefix('id:')}")]:
        return exact
    wanted = fold(name)
    named = [node for node in things if wanted in map(fold, known.all(node, "rdfs:label"))]
    named = named or [node for node in things if wanted in map(fold, known.all(node, "skos:altLabel"))]
    if not named:
        raise UsageError(f"{name}: nothing in the graph has this name or id; find it with: kg show {name!r}")
    return named


def one(store: Store, name: str) -> str:
    """Return the IRI of the one thing with a name or id. Raises UsageError that lists them where there are several."""
    found = find(store, name)
    if len(found) > 1:
        raise UsageError(f"{name}: several things have this name; give one of these ids: {', '.join(found)}")
    return found[0]


def mentions(store: Store, node: str) -> list[Mention]:
    """Return the passages that name a node, in the order of their documents."""
    found = {
        Mention(fact.object, fact.source.id, fact.quote)
        for fact in facts(store, subject=node)
        if fact.predicate in _NAMING
    }
    return sorted(found, key=lambda m: (m.document, m.name, m.quote))


def anchors(store: Store, node: str) -> tuple[Anchor, ...]:
    """Return how a decision names all mentions of a node: its kind, with each document and the name used there."""
    kind = node.split("/")[-2]
    names: dict[str, str] = {}
    for fact in facts(store, subject=node):
        if fact.predicate in _NAMING:
            names[fact.source.id] = max(names.get(fact.source.id, ""), fact.object, key=lambda n: (len(n), n))
    return tuple(Anchor(kind, document, name) for document, name in sorted(names.items()))


def reference(store: Store, assertion: str) -> FactReference:
    """Return how a decision names the fact of an assertion (IRI or id). Raises UsageError where there is none."""
    iri = assertion.strip() if assertion.startswith("http") else vocab.iri(assertion.strip().removeprefix("id:"))
    if re.search(r'[\s<>"{}|^`\\]', iri):
        raise UsageError(f"{assertion}: not the id of an assertion; kg show NAME --format json gives their ids")
    about = [_value(q) for q in store.quads(ox.NamedNode(iri), ox.NamedNode(vocab.iri("rdf:subject")))]
    fact = next((f for node in about for f in facts(store, subject=node) if f.assertion == iri), None)
    if fact is None:
        raise UsageError(f"{assertion}: no such assertion; kg show NAME --format json gives their ids")
    known = Index(store)
    subject = _local_name(store, fact.subject, fact)
    return FactReference(fact.source.id, subject, fact.predicate, _object(store, known, fact), fact.quote)


def _object(store: Store, known: Index, fact: Fact) -> str:
    if fact.literal:
        return fact.object
    if raw := known.first(fact.object, "cag:rawText"):
        return raw
    return _local_name(store, fact.object, fact)


def _local_name(store: Store, node: str, fact: Fact) -> str:
    """Return what the document of a fact calls a node: resolution may have given it another name."""
    graph = ox.NamedNode(fact.source.iri)
    for predicate in _NAMING:
        found = store.quads(ox.NamedNode(node), ox.NamedNode(vocab.iri(predicate)), None, graph)
        if names := sorted(_value(q) for q in found):
            return names[0]
    return vocab.curie(node)


def _value(quad: ox.Quad) -> str:
    return str(quad.object) if isinstance(quad.object, ox.Triple) else quad.object.value
