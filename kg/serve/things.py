"""What the pages of things and documents show, and what they are as RDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from kg import vocab
from kg.cache import text_of
from kg.facts import Fact, Index, Source, facts
from kg.query import Triples
from kg.serve.catalog import Catalog
from kg.serve.marks import Piece, pieces
from kg.store import SYSTEM_GRAPHS, Store, graph_name

_NAMES = frozenset({"rdfs:label", "skos:altLabel", "rdf:type"})
_VALUES = frozenset({"cag:size", "cag:when", "cag:contractValue"})
_FIRST = ("cag:form", "cag:status", "schema:startDate", "cag:when", "cag:place", "cag:size", "cag:organizer",
          "cag:participant", "cag:signatory", "cag:target", "cag:addressee", "cag:supplier", "cag:buyer",
          "cag:contractValue", "cag:subject", "cag:concerns", "cag:demands")  # fmt: skip
_SELECTORS = "oa:hasSelector"
_WORDS = {
    "org:hasMembership": "positions", "schema:startDate": "date", "cag:when": "time", "org:memberOf": "member of",
    "rdf:type": "is a", "rdfs:label": "is called", "skos:altLabel": "is also called",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A text, and where it leads: a path of this site, an address elsewhere (`outside`) or nowhere ("")."""

    text: str
    href: str = ""
    cls: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """The words that prove a statement, with a link to their place in the document's page."""

    quote: str
    source: Source
    href: str
    confidence: int
    factuality: str
    by: Link | None


@dataclass(frozen=True, slots=True)
class Said:
    """One statement in words: `value` is the other node or the literal; `date` that of the event it belongs to."""

    subject: Link
    predicate: str
    value: Link
    date: str
    doubt: str
    proofs: list[Proof]


@dataclass(frozen=True, slots=True)
class Thing:
    """The page of an entity, event or contract; `groups` maps a property in words to what is said with it."""

    iri: str
    cls: str
    label: str
    aliases: list[str]
    same_as: list[Link]
    groups: dict[str, list[Said]]
    others: dict[str, list[Said]]
    denied: list[Said]
    statements: int


@dataclass(frozen=True, slots=True)
class SpanFacts:
    """A marked stretch of a document, and the statements that it proves."""

    start: int
    end: int
    quote: str
    said: list[Said]

    @property
    def key(self) -> str:
        """Return what its anchors end with."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a document; `pieces` is empty where the graph does not hold its text."""

    source: Source
    address: Link | None
    metadata: dict[str, str]
    pieces: list[Piece]
    spans: list[SpanFacts]
    unplaced: list[SpanFacts] = field(default_factory=list)


class Viewer:
    """Makes the pages' content of a store."""

    def __init__(self, store: Store, catalog: Catalog) -> None:
        self._store, self._catalog = store, catalog

    def thing(self, iri: str) -> Thing:
        """Return what the page of an entity, event or contract says."""
        known = Index(self._store)
        entry = self._catalog.entries[iri]
        told = facts(self._store, subject=iri, known=self._catalog.sources)
        about = facts(self._store, object_=iri, known=self._catalog.sources)
        groups: dict[str, list[Said]] = {}
        for said, predicate in self._said(known, (f for f in told if f.predicate not in _NAMES), iri):
            groups.setdefault(predicate, []).append(said)
        others: dict[str, list[Said]] = {}
        for said, predicate in self._said(known, (f for f in about if f.predicate not in _NAMES), iri):
            others.setdefault(predicate, []).append(said)
        names = [name for key in ("rdfs:label", "skos:altLabel") for name in known.all(iri, key)]
        return Thing(
            iri=iri,
            cls=entry.cls,
            label=entry.label,
            aliases=[name for name in dict.fromkeys(names) if name != entry.label],
            same_as=[outside(value) for value in known.all(iri, "owl:sameAs")],
            groups={words(key): _without_denied(groups[key]) for key in sorted(groups, key=_place)
                    if _without_denied(groups[key])},
            others={_backwards(key): _without_denied(others[key]) for key in sorted(others, key=_place)
                    if _without_denied(others[key])},
            denied=[said for part in (groups, others) for found in part.values() for said in found
                    if said.doubt == "negated"],
            statements=len(told) + len(about),
        )  # fmt: skip

    def _said(self, known: Index, told: Iterable[Fact], iri: str) -> Iterator[tuple[Said, str]]:
        """Say each triple once, with all its proofs; a membership in the words of its role."""
        grouped: dict[tuple[str, str, str], list[Fact]] = {}
        for fact in told:
            grouped.setdefault((fact.subject, fact.predicate, fact.object), []).append(fact)
        found = []
        for (subject, predicate, object_), group in grouped.items():
            if predicate == "org:memberOf" and self._has_membership(known, subject, object_):
                continue
            link = self.node(known, subject)
            value = Link(object_) if group[0].literal else self.node(known, object_)
            key = predicate
            if iri and predicate in ("org:member", "org:organization"):
                link, value, key = self._membership(known, subject, predicate)
            proofs = [self._proof(known, fact) for fact in group]
            date = known.first(subject if subject != iri else object_, "schema:startDate")
            found.append((Said(link, words(key), value, date, _doubt(proofs), proofs), key))
        found.sort(key=lambda pair: (pair[0].date or "9999", pair[0].subject.text, pair[0].value.text))
        yield from found

    def _has_membership(self, known: Index, person: str, organization: str) -> bool:
        nodes = known.subjects("org:member", person)
        return any(organization in known.all(node, "org:organization") for node in nodes)

    def _membership(self, known: Index, node: str, predicate: str) -> tuple[Link, Link, str]:
        role = ", ".join(known.all(node, "org:role")) or "member"
        key = "org:organization" if predicate == "org:member" else "org:member"
        other = self.node(known, known.first(node, key))
        shown = Link(f"{role}: {other.text}", other.href, other.cls)
        return shown, shown, "org:hasMembership"

    def node(self, known: Index, iri: str) -> Link:
        """Return a link to a node; a value such as a date or a number of people is told in words."""
        if entry := self._catalog.get(iri):
            return Link(entry.label, entry.href, entry.cls)
        if member := known.first(iri, "org:member"):
            organization = self.node(known, known.first(iri, "org:organization"))
            person = self.node(known, member)
            return Link(f"{person.text} at {organization.text}", person.href, person.cls)
        if raw := known.first(iri, "cag:rawText"):
            return Link(_amount(known, iri, raw))
        if iri.startswith(("http://", "https://")) and vocab.curie(iri) == iri:
            return outside(iri)
        return Link(known.label(iri).replace("-", " "))

    def _proof(self, known: Index, fact: Fact) -> Proof:
        by = self.node(known, fact.attributed_to) if fact.attributed_to else None
        return Proof(
            fact.quote, fact.source, self.place(fact), round(100 * fact.confidence), fact.factuality, by
        )  # fmt: skip

    def place(self, fact: Fact) -> str:
        """Return the address of a fact's words in the page of its document."""
        entry = self._catalog.get(fact.source.iri)
        return f"{entry.href}#m-{fact.start}-{fact.end}" if entry else ""

    def document(self, iri: str) -> Page:
        """Return what the page of a document shows."""
        known, source = Index(self._store), self._catalog.sources[iri]
        grouped: dict[tuple[int, int], list[Fact]] = {}
        for fact in facts(self._store, document=iri, known=self._catalog.sources):
            grouped.setdefault((fact.start, fact.end), []).append(fact)
        spans = [
            SpanFacts(start, end, group[0].quote, [said for said, _ in self._said(known, group, "")])
            for (start, end), group in sorted(grouped.items())
        ]
        location = self._store.location
        text = text_of(location, source.id) if location is not None and location.is_dir() else None
        placed = [span for span in spans if text is not None and text[span.start : span.end] == span.quote]
        metadata = {
            words(key): value for key in ("schema:author", "schema:inLanguage") if (value := known.first(iri, key))
        }
        return Page(
            source=source,
            address=outside(source.url) if source.url else None,
            metadata=metadata,
            pieces=pieces(text, ((span.start, span.end) for span in placed)) if text is not None else [],
            spans=placed,
            unplaced=[span for span in spans if span not in placed],
        )

    def description(self, iri: str) -> Triples:
        """Return all triples about a node, from it, to it, its values, and the assertions with their evidence."""
        node = ox.NamedNode(iri)
        found = {quad.triple for quad in self._known(node)} | {quad.triple for quad in self._known(None, node)}
        for quad in list(self._known(node)):
            if vocab.curie(quad.predicate.value) in _VALUES and isinstance(quad.object, ox.NamedNode):
                found |= {inner.triple for inner in self._known(quad.object)}
        stated = {
            triple.subject for triple in found if vocab.curie(triple.predicate.value) in ("rdf:object", "oa:hasSource")
        }
        subject = ox.NamedNode(vocab.iri("rdf:subject"))
        stated |= {quad.subject for quad in self._known(None, node, predicate=subject)}
        for assertion in stated:
            found |= set(self._evidence(assertion))
        return Triples(sorted(found, key=str))

    def _evidence(self, node: object) -> Iterator[ox.Triple]:
        """Follow an assertion to its span and the span's selectors."""
        for quad in self._known(node):
            yield quad.triple
            if vocab.curie(quad.predicate.value) in ("prov:wasDerivedFrom", _SELECTORS):
                yield from self._evidence(quad.object)

    def _known(
        self, subject: object, object_: object = None, *, predicate: ox.NamedNode | None = None
    ) -> Iterator[ox.Quad]:
        found = self._store.quads(subject, predicate, object_)  # type: ignore[arg-type]
        return (quad for quad in found if graph_name(quad) not in SYSTEM_GRAPHS)


def outside(address: str) -> Link:
    """Return a link to an address elsewhere; what is not http or https is shown and leads nowhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return Link(address)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return Link(address)
    return Link(vocab.curie(address), quote(address, safe=":/?#[]@!$&'()*+,;=%~-._"), outside=True)


def words(predicate: str) -> str:
    """Return a property in words: `cag:inResponseTo` -> `in response to`."""
    if predicate in _WORDS:
        return _WORDS[predicate]
    local = predicate.partition(":")[2].rpartition("/")[2] or predicate
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in local)


def _backwards(predicate: str) -> str:
    return words(predicate) if predicate == "org:hasMembership" else f"{words(predicate)} of"


def _without_denied(said: list[Said]) -> list[Said]:
    return [one for one in said if one.doubt != "negated"]


def _place(predicate: str) -> tuple[int, str]:
    return (_FIRST.index(predicate) if predicate in _FIRST else len(_FIRST), predicate)


def _doubt(proofs: list[Proof]) -> str:
    """Return the best that any source says of the statement, "" where one is certain."""
    kinds = {proof.factuality for proof in proofs}
    return next((kind for kind in ("certain", "probable", "possible", "negated") if kind in kinds), "certain").replace(
        "certain", ""
    )


def _amount(known: Index, node: str, raw: str) -> str:
    """Return a number, sum or time in its own words, with what they mean."""
    low, high = (known.first(node, f"schema:{kind}Value") for kind in ("min", "max"))
    first, last = known.first(node, "cag:earliest"), known.first(node, "cag:latest")
    if first and last:
        return f"{raw} ({first})" if first == last else f"{raw} ({first} to {last})"
    if low and low == high:
        meaning = low
    elif low and high:
        meaning = f"{low} to {high}"
    else:
        meaning = f"{low} or more" if low else f"{high} or fewer" if high else ""
    return raw if not meaning or meaning == raw.replace(",", "") else f"{raw} ({meaning})"
