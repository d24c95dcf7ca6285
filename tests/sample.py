"""A small graph made by hand: two reports, and what they say, each statement with the words that prove it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from kg.model import Count, Document, Evidence, Factuality, Linker, Literal, Money, Statement, Term, TimeSpan
from kg.rdf import quads

LETTER = Document(
    id="letter-report",
    title="Workers write to the boss",
    date=date(2018, 6, 22),
    url="https://news.example/letter",
    publisher="Example News",
    text=(
        "SEATTLE — More than 100 Amazon employees signed a letter to chief executive Jeff Bezos in June. "
        "They demand that the company stop selling Rekognition to the police. Amazon did not fire the organizers. "
        "A rally in Seattle is planned for 15 July 2019, according to the ACLU."
    ),
)

CONTRACT = Document(
    id="Überblick/Verträge",
    title='Contracts & "clouds" <b>',
    date=date(2019, 7, 12),
    text=(
        "Amazon Web Services won a $600 million cloud contract from the Central Intelligence Agency in 2013.\n"
        "A later count puts the letter to Bezos at 450 signatures. 🚀 Amazon’s face recognition is called Rekognition."
    ),
)

EMPLOYEES = Count("More than 100", "moreThan", None, 101, None)
LATER = Count("450", "exact", 450, 450, 450)
PRICE = Money("$600 million", "exact", "USD", Decimal(600_000_000), None, None)
JUNE = TimeSpan("June", date(2018, 6, 1), date(2018, 6, 30), "month")


def said(
    document: Document,
    quote: str,
    subject: str,
    predicate: str,
    object_: Term,
    *,
    confidence: float = 0.9,
    factuality: Factuality = "certain",
    attributed_to: str | None = None,
) -> Statement:
    """Make a statement whose evidence is the first place of `quote` in the document."""
    start = document.text.index(quote)
    evidence = Evidence(
        document.id, start, start + len(quote), quote, "hand/sample", confidence, factuality, attributed_to
    )
    return Statement(subject, predicate, object_, evidence)


def letter_statements() -> list[Statement]:
    """Return what LETTER says."""
    d, bezos, letter, rally = LETTER, "person/jeff-bezos", "petition/letter", "protest/rally"
    signed = "More than 100 Amazon employees signed a letter to chief executive Jeff Bezos"
    asked = "They demand that the company stop selling Rekognition to the police"
    planned = "A rally in Seattle is planned for 15 July 2019"
    return [
        said(d, "letter", letter, "rdf:type", "cag:Petition"),
        said(d, "letter to chief executive Jeff Bezos", letter, "rdfs:label", Literal("letter to Jeff Bezos")),
        said(d, "letter", letter, "cag:form", "form:open-letter"),
        said(d, signed, letter, "cag:status", "status:occurred"),
        said(d, signed, letter, "cag:signatory", "collective/amazon-employees", confidence=0.95),
        said(d, signed, letter, "cag:addressee", bezos, confidence=0.923),
        said(d, signed, letter, "cag:target", "company/amazon", factuality="probable"),
        said(d, "More than 100 Amazon employees", letter, "cag:size", EMPLOYEES),
        said(d, "in June", letter, "cag:when", JUNE),
        said(d, "in June", letter, "schema:startDate", Literal("2018-06", "xsd:gYearMonth")),
        said(d, asked, letter, "cag:demands", "demand/stop-selling"),
        said(d, asked, letter, "cag:concerns", "technology/rekognition"),
        said(d, "stop selling Rekognition to the police", "demand/stop-selling", "rdf:type", "cag:Demand"),
        said(
            d,
            "stop selling Rekognition to the police",
            "demand/stop-selling",
            "rdfs:label",
            Literal("stop selling Rekognition to the police"),
        ),
        said(d, "Amazon employees", "collective/amazon-employees", "rdf:type", "cag:Collective"),
        said(d, "Amazon employees", "collective/amazon-employees", "rdfs:label", Literal("Amazon employees")),
        said(d, "Amazon employees", "collective/amazon-employees", "cag:memberAffiliation", "company/amazon"),
        said(d, "Amazon", "company/amazon", "rdf:type", "cag:Company"),
        said(d, "Amazon", "company/amazon", "rdfs:label", Literal("Amazon")),
        said(d, "Jeff Bezos", bezos, "rdf:type", "cag:Person"),
        said(d, "Jeff Bezos", bezos, "rdfs:label", Literal("Jeff Bezos")),
        said(d, "chief executive Jeff Bezos", bezos, "org:memberOf", "company/amazon"),
        said(d, "chief executive Jeff Bezos", "membership/bezos-amazon", "rdf:type", "org:Membership"),
        said(d, "chief executive Jeff Bezos", "membership/bezos-amazon", "org:member", bezos),
        said(d, "chief executive Jeff Bezos", "membership/bezos-amazon", "org:organization", "company/amazon"),
        said(d, "chief executive Jeff Bezos", "membership/bezos-amazon", "org:role", Literal("chief executive")),
        said(d, "Rekognition", "technology/rekognition", "rdf:type", "cag:Technology"),
        said(d, "Rekognition", "technology/rekognition", "rdfs:label", Literal("Rekognition")),
        said(
            d,
            "Amazon did not fire the organizers",
            "company/amazon",
            "cag:opposes",
            letter,
            factuality="negated",
        ),
        said(d, "rally", rally, "rdf:type", "cag:Protest"),
        said(d, "rally in Seattle", rally, "rdfs:label", Literal("rally in Seattle")),
        said(d, "rally", rally, "cag:form", "form:demonstration"),
        said(d, planned, rally, "cag:status", "status:planned", attributed_to="civilsocietygroup/aclu"),
        said(d, planned, rally, "cag:place", "place/seattle"),
        said(d, "15 July 2019", rally, "schema:startDate", Literal("2019-07-15", "xsd:date")),
        said(d, "Seattle", "place/seattle", "rdf:type", "cag:Place"),
        said(d, "Seattle", "place/seattle", "rdfs:label", Literal("Seattle")),
        said(d, "ACLU", "civilsocietygroup/aclu", "rdf:type", "cag:CivilSocietyGroup"),
        said(d, "ACLU", "civilsocietygroup/aclu", "rdfs:label", Literal("ACLU")),
        said(d, planned, "civilsocietygroup/aclu", "cag:supports", rally, confidence=0.5, factuality="possible"),
    ]


def contract_statements() -> list[Statement]:
    """Return what CONTRACT says; it has names and numbers of its own for Amazon and for the letter."""
    d, contract, letter = CONTRACT, "contract/cia-cloud", "petition/bezos-letter"
    won = "Amazon Web Services won a $600 million cloud contract from the Central Intelligence Agency in 2013"
    count = "the letter to Bezos at 450 signatures"
    return [
        said(d, "cloud contract", contract, "rdf:type", "cag:Contract"),
        said(d, "cloud contract", contract, "rdfs:label", Literal("cloud contract")),
        said(d, "cloud contract", contract, "cag:subject", Literal("cloud")),
        said(d, won, contract, "cag:supplier", "company/aws"),
        said(d, won, contract, "cag:buyer", "governmentbody/cia"),
        said(d, won, contract, "cag:status", "status:awarded"),
        said(d, "$600 million", contract, "cag:contractValue", PRICE),
        said(d, "2013", contract, "schema:startDate", Literal("2013", "xsd:gYear")),
        said(d, won, "company/aws", "cag:supplies", "governmentbody/cia"),
        said(d, "Amazon Web Services", "company/aws", "rdf:type", "cag:Company"),
        said(d, "Amazon Web Services", "company/aws", "rdfs:label", Literal("Amazon Web Services")),
        said(d, "Central Intelligence Agency", "governmentbody/cia", "rdf:type", "cag:GovernmentBody"),
        said(
            d, "Central Intelligence Agency", "governmentbody/cia", "rdfs:label", Literal("Central Intelligence Agency")
        ),
        said(d, "letter to Bezos", letter, "rdf:type", "cag:Petition"),
        said(d, "letter to Bezos", letter, "rdfs:label", Literal("letter to Bezos")),
        said(d, count, letter, "cag:size", LATER),
        said(d, count, letter, "cag:addressee", "person/jeff-bezos"),
        said(d, "Bezos", "person/jeff-bezos", "rdf:type", "cag:Person"),
        said(d, "Bezos", "person/jeff-bezos", "rdfs:label", Literal("Bezos")),
        said(d, "Rekognition", "technology/rekognition", "rdf:type", "cag:Technology"),
        said(d, "Rekognition", "technology/rekognition", "rdfs:label", Literal("Rekognition")),
    ]


LINKER = Linker(
    canonical={"petition/bezos-letter": "petition/letter"},
    labels={"petition/letter": "letter to Jeff Bezos", "person/jeff-bezos": "Jeff Bezos"},
)


def sample_quads() -> list[ox.Quad]:
    """Return the whole sample as quads, one named graph per report."""
    pairs: Iterable[tuple[Document, list[Statement]]] = (
        (LETTER, letter_statements()),
        (CONTRACT, contract_statements()),
    )
    return [quad for document, statements in pairs for quad in quads(document, statements, LINKER)]
