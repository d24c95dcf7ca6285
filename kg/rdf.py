"""Turns statements into quads and back; pure: the terms of the engine's data model are used, never its store."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from kg import vocab
from kg.errors import SchemaError
from kg.model import (
    Count,
    Document,
    Evidence,
    Factuality,
    Linker,
    Literal,
    Money,
    Statement,
    Term,
    TimeSpan,
    content_hash,
)

CONTEXT = 32
"""Code points of context that a quote selector keeps on each side."""

_SLUG_LENGTH = 80
_FACTUALITIES: tuple[Factuality, ...] = ("negated", "possible", "probable", "certain")
_Subject = ox.NamedNode | ox.BlankNode
_Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Triples = Iterator[tuple[ox.NamedNode, ox.NamedNode, _Object]]


def document_id(document: Document) -> str:
    """Return the instance id of a document: `doc/` and its identifier, with a hash where that had to be changed."""
    ascii_ = unicodedata.normalize("NFKD", document.id).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", ascii_).strip(".-_")[:_SLUG_LENGTH].strip(".-_")
    if slug != document.id:
        slug = "-".join(part for part in (slug, content_hash(document.id)) if part)
    return f"doc/{slug}"


def quads(
    document: Document, statements: Iterable[Statement], linker: Linker, *, base: str = vocab.ID_BASE
) -> list[ox.Quad]:
    """Return all quads of one document, in its named graph: metadata, facts, assertions, spans and values.

    A statement that `negated` evidence supports gets an assertion but no triple of its own. Statements that are
    equal after linking and have the same span become one assertion, the most confident one. A name that is not
    the node's preferred label becomes `skos:altLabel`.
    """
    writer = _Writer(document, base)
    writer.metadata()
    for statement in _merged(statements, linker):
        writer.statement(statement)
    graph = writer.document
    return [ox.Quad(s, p, o, graph) for s, p, o in writer.triples]


def _merged(statements: Iterable[Statement], linker: Linker) -> list[Statement]:
    best: dict[tuple[object, ...], Statement] = {}
    for local in statements:
        statement = _linked(local, linker)
        key = (
            statement.subject,
            statement.predicate,
            statement.object,
            statement.evidence.start,
            statement.evidence.end,
        )
        if key not in best or _rank(statement) > _rank(best[key]):
            best[key] = statement
    return list(best.values())


def _rank(statement: Statement) -> tuple[float, int, str, str]:
    evidence = statement.evidence
    factuality = _FACTUALITIES.index(evidence.factuality)
    return (evidence.confidence, factuality, evidence.extractor, evidence.attributed_to or "")


def _linked(statement: Statement, linker: Linker) -> Statement:
    """Return the statement about canonical nodes, its label demoted where another one is preferred."""
    subject, object_ = linker(statement.subject), statement.object
    predicate = statement.predicate
    if isinstance(object_, str):
        object_ = linker(object_)
    elif predicate == "rdfs:label" and isinstance(object_, Literal):
        preferred = linker.labels.get(subject, object_.value)
        predicate = "rdfs:label" if object_.value == preferred else "skos:altLabel"
    source = statement.evidence.attributed_to
    evidence = replace(statement.evidence, attributed_to=source and linker(source))
    return replace(statement, subject=subject, predicate=predicate, object=object_, evidence=evidence)


class _Writer:
    """Collects the triples of one document; every term is made here."""

    def __init__(self, document: Document, base: str) -> None:
        self._source, self._base = document, base
        self.document = self._node(document_id(document))
        self.triples: dict[tuple[ox.NamedNode, ox.NamedNode, _Object], None] = {}

    def metadata(self) -> None:
        source = self._source
        self._add(self.document, "rdf:type", self._node("cag:Document"))
        self._text(self.document, "schema:identifier", source.id)
        self._text(self.document, "schema:name", source.title)
        self._text(self.document, "schema:publisher", source.publisher)
        self._text(self.document, "schema:author", source.author)
        self._text(self.document, "schema:inLanguage", source.language)
        self._text(self.document, "schema:url", source.url, "xsd:anyURI")
        self._text(self.document, "schema:datePublished", source.date.isoformat() if source.date else None, "xsd:date")

    def statement(self, statement: Statement) -> None:
        evidence = statement.evidence
        subject, predicate = self._node(statement.subject), self._node(statement.predicate)
        object_ = self._object(statement.object)
        if evidence.factuality != "negated":
            self.triples[subject, predicate, object_] = None
        digest = content_hash(
            document_id(self._source),
            str(subject),
            str(predicate),
            str(object_),
            evidence.start,
            evidence.end,
            length=20,
        )
        node = self._node(f"assertion/{digest}")
        self._add(node, "rdf:type", self._node("cag:Assertion"))
        self._add(node, "rdf:type", self._node("rdf:Statement"))
        self._add(node, "rdf:subject", subject)
        self._add(node, "rdf:predicate", predicate)
        self._add(node, "rdf:object", object_)
        self._text(node, "cag:factuality", evidence.factuality)
        self._text(node, "cag:confidence", _decimal(round(Decimal(evidence.confidence), 3)), "xsd:decimal")
        self._text(node, "cag:extractor", evidence.extractor)
        if evidence.attributed_to:
            self._add(node, "prov:wasAttributedTo", self._node(evidence.attributed_to))
        self._add(node, "prov:wasDerivedFrom", self._span(evidence))

    def _span(self, evidence: Evidence) -> ox.NamedNode:
        start, end = evidence.start, evidence.end
        name = f"span/{content_hash(document_id(self._source), start, end, evidence.quote, length=20)}"
        span, quote, position = self._node(name), self._node(f"{name}#quote"), self._node(f"{name}#position")
        self._add(span, "rdf:type", self._node("oa:SpecificResource"))
        self._add(span, "oa:hasSource", self.document)
        self._add(span, "oa:hasSelector", quote)
        self._add(span, "oa:hasSelector", position)
        self._add(quote, "rdf:type", self._node("oa:TextQuoteSelector"))
        self._text(quote, "oa:exact", evidence.quote)
        self._text(quote, "oa:prefix", self._source.text[max(0, start - CONTEXT) : start])
        self._text(quote, "oa:suffix", self._source.text[end : end + CONTEXT])
        self._add(position, "rdf:type", self._node("oa:TextPositionSelector"))
        self._text(position, "oa:start", str(start), "xsd:integer")
        self._text(position, "oa:end", str(end), "xsd:integer")
        return span

    def _object(self, term: Term) -> _Object:
        if isinstance(term, str):
            return self._node(term)
        if isinstance(term, Literal):
            return _literal(term)
        if isinstance(term, Count):
            return self._count(term)
        return self._money(term) if isinstance(term, Money) else self._time(term)

    def _count(self, count: Count) -> ox.NamedNode:
        key = (count.raw, count.qualifier, count.value, count.minimum, count.maximum)
        node = self._value("count", "cag:Count", key)
        self._text(node, "cag:qualifier", count.qualifier)
        for name, number in (("value", count.value), ("minValue", count.minimum), ("maxValue", count.maximum)):
            self._text(node, f"schema:{name}", None if number is None else str(number), "xsd:integer")
        return node

    def _money(self, money: Money) -> ox.NamedNode:
        amounts = {"value": money.value, "minValue": money.minimum, "maxValue": money.maximum}
        texts = {name: None if amount is None else _decimal(amount) for name, amount in amounts.items()}
        key = (money.raw, money.qualifier, money.currency, *texts.values())
        node = self._value("money", "schema:MonetaryAmount", key)
        self._text(node, "cag:qualifier", money.qualifier)
        self._text(node, "schema:currency", money.currency)
        for name, text in texts.items():
            self._text(node, f"schema:{name}", text, "xsd:decimal")
        return node

    def _time(self, span: TimeSpan) -> ox.NamedNode:
        earliest, latest = span.earliest.isoformat(), span.latest.isoformat()
        node = self._value("time", "cag:TimeSpan", (span.raw, earliest, latest, span.precision))
        self._text(node, "cag:earliest", earliest, "xsd:date")
        self._text(node, "cag:latest", latest, "xsd:date")
        self._text(node, "cag:precision", span.precision)
        return node

    def _value(self, kind: str, class_: str, key: tuple[object, ...]) -> ox.NamedNode:
        node = self._node(f"{kind}/{content_hash(*key, length=20)}")
        self._add(node, "rdf:type", self._node(class_))
        self._text(node, "cag:rawText", str(key[0]))
        return node

    def _node(self, term: str) -> ox.NamedNode:
        try:
            return ox.NamedNode(vocab.iri(term, self._base))
        except ValueError as error:
            raise SchemaError(
                f"{self._source.id}: {term!r} makes no valid IRI ({error}); correct its extractor"
            ) from error

    def _add(self, subject: ox.NamedNode, predicate: str, object_: _Object) -> None:
        self.triples[subject, self._node(predicate), object_] = None

    def _text(self, subject: ox.NamedNode, predicate: str, value: str | None, datatype: str = "xsd:string") -> None:
        if value is not None:
            self._add(subject, predicate, _literal(Literal(value, datatype)))


def _literal(literal: Literal) -> ox.Literal:
    if literal.language:
        return ox.Literal(literal.value, language=literal.language)
    return ox.Literal(literal.value, datatype=ox.NamedNode(vocab.iri(literal.datatype)))


def _decimal(number: Decimal) -> str:
    """Return the canonical form that the engine stores too: no exponent, no trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def statements(found: Iterable[ox.Quad], *, base: str = vocab.ID_BASE) -> Iterator[Statement]:
    """Read the statements back from the quads of any documents, ordered by assertion IRI.

    Nodes are the canonical ones, confidence has three digits, and a demoted name stays `skos:altLabel`.
    """
    reader = _Reader(found, base)
    for node in sorted(reader.instances("cag:Assertion")):
        yield reader.statement(node)


class _Reader:
    """Looks up what is said about each node."""

    def __init__(self, found: Iterable[ox.Quad], base: str) -> None:
        self._base = base
        self._facts: dict[str, dict[str, list[_Object]]] = {}
        for quad in found:
            facts = self._facts.setdefault(_name(quad.subject), {})
            facts.setdefault(quad.predicate.value, []).append(quad.object)

    def instances(self, class_: str) -> list[str]:
        wanted = ox.NamedNode(vocab.iri(class_))
        type_ = vocab.iri("rdf:type")
        return [node for node, facts in self._facts.items() if wanted in facts.get(type_, ())]

    def statement(self, node: str) -> Statement:
        predicate = self._id(self._one(node, "rdf:predicate"))
        object_ = self._term(self._one(node, "rdf:object"))
        return Statement(self._id(self._one(node, "rdf:subject")), predicate, object_, self._evidence(node))

    def _evidence(self, node: str) -> Evidence:
        span = _name(self._one(node, "prov:wasDerivedFrom"))
        selectors = [_name(selector) for selector in self._all(span, "oa:hasSelector")]
        quote = next(s for s in selectors if self._all(s, "oa:exact"))
        position = next(s for s in selectors if self._all(s, "oa:start"))
        factuality = self._text(node, "cag:factuality")
        source = self._all(node, "prov:wasAttributedTo")
        return Evidence(
            document=self._text(_name(self._one(span, "oa:hasSource")), "schema:identifier") or "",
            start=int(self._text(position, "oa:start") or 0),
            end=int(self._text(position, "oa:end") or 0),
            quote=self._text(quote, "oa:exact") or "",
            extractor=self._text(node, "cag:extractor") or "",
            confidence=float(self._text(node, "cag:confidence") or 0),
            factuality=next(f for f in _FACTUALITIES if f == factuality),
            attributed_to=self._id(source[0]) if source else None,
        )

    def _term(self, term: _Object) -> Term:
        if isinstance(term, ox.Literal):
            language = term.language
            return Literal(term.value, "xsd:string" if language else vocab.curie(term.datatype.value), language)
        name = _name(term)
        types = {vocab.curie(_name(t)) for t in self._all(name, "rdf:type")}
        if "cag:Count" in types:
            numbers = (self._text(name, f"schema:{key}") for key in ("value", "minValue", "maxValue"))
            return Count(self._raw(name), self._qualifier(name), *(None if n is None else int(n) for n in numbers))
        if "schema:MonetaryAmount" in types:
            numbers = (self._text(name, f"schema:{key}") for key in ("value", "minValue", "maxValue"))
            amounts = (None if n is None else Decimal(n) for n in numbers)
            return Money(self._raw(name), self._qualifier(name), self._text(name, "schema:currency") or "", *amounts)
        if "cag:TimeSpan" in types:
            first, last = (date.fromisoformat(self._text(name, f"cag:{key}") or "") for key in ("earliest", "latest"))
            return TimeSpan(self._raw(name), first, last, self._text(name, "cag:precision") or "")
        return self._id(term)

    def _raw(self, node: str) -> str:
        return self._text(node, "cag:rawText") or ""

    def _qualifier(self, node: str) -> str:
        return self._text(node, "cag:qualifier") or ""

    def _id(self, term: _Object) -> str:
        name = _name(term)
        return name[len(self._base) :] if name.startswith(self._base) else vocab.curie(name)

    def _all(self, node: str, predicate: str) -> list[_Object]:
        return self._facts.get(node, {}).get(vocab.iri(predicate), [])

    def _one(self, node: str, predicate: str) -> _Object:
        found = self._all(node, predicate)
        if not found:
            raise SchemaError(f"{node}: has no {predicate}; build the graph again")
        return found[0]

    def _text(self, node: str, predicate: str) -> str | None:
        found = self._all(node, predicate)
        return found[0].value if found and isinstance(found[0], ox.Literal) else None


def _name(term: _Object) -> str:
    return str(term) if isinstance(term, ox.Literal | ox.Triple) else term.value
