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
from kg.serve.wording import amount, backwards, day, kind, words
from kg.store import SYSTEM_GRAPHS, Store, graph_name

_NAMING = frozenset({"rdfs:label", "skos:altLabel", "rdf:type", "owl:sameAs"})
"""Properties that a thing's page has in its head."""

_VALUES = frozenset({"cag:size", "cag:when", "cag:contractValue"})
_FIRST = ("cag:form", "cag:status", "schema:startDate", "cag:when", "cag:place", "cag:size", "cag:organizer",
          "cag:participant", "cag:signatory", "cag:target", "cag:addressee", "cag:supplier", "cag:buyer",
          "cag:contractValue", "cag:subject", "cag:concerns", "cag:demands")  # fmt: skip
_IMPLIED = (("cag:target", "cag:addressee"), ("cag:participant", "cag:signatory"))
"""Properties that say no more on a page than a narrower one of the same two things."""

_SELECTORS = "oa:hasSelector"


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
class Told:
    """A document that tells of a thing: words of it, with a link to their place, and how many statements it makes."""

    source: Source
    href: str
    quote: str
    statements: int


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
    sources: list[Told]
    statements: int


@dataclass(frozen=True, slots=True)
class About:
    """What some words say of one thing; `naming` is what it is and is called, `sure` the least percentage of these."""

    subject: Link
    said: list[Said]
    naming: list[Said]

    @property
    def sure(self) -> int:
        """Return how sure the naming is."""
        return min((one.proofs[0].confidence for one in self.naming), default=100)


@dataclass(frozen=True, slots=True)
class SpanFacts:
    """A marked stretch of a document, and what it proves of which thing."""

    start: int
    end: int
    quote: str
    about: list[About]

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
        groups, others = self._groups(known, told, iri), self._groups(known, about, iri)
        names = [name for key in ("rdfs:label", "skos:altLabel") for name in known.all(iri, key)]
        both = [said for part in (groups, others) for found in part.values() for said in found]
        return Thing(
            iri=iri,
            cls=entry.cls,
            label=entry.label,
            aliases=[name for name in dict.fromkeys(names) if name != entry.label],
            same_as=[outside(value) for value in known.all(iri, "owl:sameAs")],
            groups={words(key): kept for key, found in groups.items() if (kept := _without_denied(found))},
            others={backwards(key): kept for key, found in others.items() if (kept := _without_denied(found))},
            denied=[said for said in both if said.doubt == "negated"],
            sources=self._sources([*told, *about], iri),
            statements=len(told) + len(about),
        )

    def _groups(self, known: Index, told: Iterable[Fact], iri: str) -> dict[str, list[Said]]:
        """Return property -> what is said with it; a date that a time in words tells as well is left to that."""
        begins = [known.first(span, "cag:earliest") for span in known.all(iri, "cag:when")]
        shown = (
            fact for fact in told
            if fact.predicate not in _NAMING
            and not (fact.predicate == "schema:startDate" and any(begin.startswith(fact.object) for begin in begins))
        )  # fmt: skip
        groups: dict[str, list[Said]] = {}
        for said, predicate in self._said(known, shown, iri):
            groups.setdefault(predicate, []).append(said)
        for wide, narrow in _IMPLIED:
            told_narrower = {(said.subject, said.value) for said in groups.get(narrow, ())}
            groups[wide] = [s for s in groups.get(wide, ()) if (s.subject, s.value) not in told_narrower]
        return {key: groups[key] for key in sorted(groups, key=_place) if groups[key]}

    def _sources(self, told: Iterable[Fact], iri: str) -> list[Told]:
        """Return the documents in the order of their days, each with the words that name the thing there."""
        grouped: dict[str, list[Fact]] = {}
        for fact in told:
            grouped.setdefault(fact.source.iri, []).append(fact)
        found = []
        for group in grouped.values():
            naming = (fact for fact in group if fact.subject == iri and fact.predicate == "rdf:type")
            best = next(naming, group[0])
            found.append(Told(best.source, self.place(best), best.quote, len({fact.assertion for fact in group})))
        return sorted(found, key=lambda one: (one.source.date or "9999", one.source.id))

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
            value = Link(_literal(predicate, object_)) if group[0].literal else self.node(known, object_)
            value = _class(object_) if predicate == "rdf:type" else value
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
        if known.first(iri, "cag:rawText"):
            return Link(amount(known, iri))
        name = vocab.curie(iri)
        if iri.startswith(("http://", "https://")) and (name == iri or name.startswith("wd:")):
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
            SpanFacts(start, end, group[0].quote, self._about(known, group))
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

    def _about(self, known: Index, told: Iterable[Fact]) -> list[About]:
        """Return what words say, thing by thing; what they only name comes last."""
        found: dict[Link, About] = {}
        for said, key in sorted(self._said(known, told, ""), key=lambda pair: _place(pair[1])):
            about = found.setdefault(said.subject, About(said.subject, [], []))
            (about.naming if key in _NAMING else about.said).append(said)
        return sorted(found.values(), key=lambda about: (not about.said, about.subject.text))

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
    name = vocab.curie(address)
    text = f"Wikidata {name[3:]}" if name.startswith("wd:") else name
    return Link(text, quote(address, safe=":/?#[]@!$&'()*+,;=%~-._"), outside=True)


def _literal(predicate: str, text: str) -> str:
    return day(text) if predicate == "schema:startDate" else text


def _class(iri: str) -> Link:
    return Link(kind(vocab.curie(iri).rpartition(":")[2]))


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
