"""Who claims what: attribution of events, contracts and numbers, and how sure the text is of them."""

from __future__ import annotations

import pytest
from texts import Read, ReadText

from kg.model import Count, Linker
from kg.rdf import quads
from kg.show import dossier
from kg.show import text as text_of
from kg.store import Store

ACTIONS = frozenset({"Petition", "Protest", "UnionAction", "LegalAction", "Contract"})


def claims(read: Read) -> list[tuple[str, str]]:
    """The sources and factualities of the assertions that an event or contract took place."""
    labels = {s.subject: s.object.value for s in read.statements if s.predicate == "rdfs:label"}
    types = {f"cag:{cls}" for cls in ACTIONS}
    told = [s.evidence for s in read.statements if s.predicate == "rdf:type" and s.object in types]
    return [(labels.get(e.attributed_to or "", ""), e.factuality) for e in told]


@pytest.mark.parametrize(
    ("text", "source", "factuality"),
    [
        ("According to Uber, drivers in London went on strike on Monday.", "Uber", "certain"),
        ("The Harbor Workers Union said that dockers walked out.", "Harbor Workers Union", "certain"),
        ("“Drivers went on strike,” said Dana Marlow.", "Dana Marlow", "certain"),
        ("A spokesperson for Amazon said that some workers walked out.", "Amazon", "certain"),
        ("Workers at Google walked out on Thursday, Reuters reported.", "Reuters", "certain"),
        ("Palantir has a contract with ICE, according to the ACLU.", "American Civil Liberties Union", "certain"),
        ("Employees claim that Palantir sold software to ICE.", "Employees", "probable"),
        ("Amazon denied that workers walked out in Leipzig.", "Amazon", "negated"),
        ("Dockers walked out on Monday.", "", "certain"),
        ("Workers walked out because the company said it would cut pay.", "", "certain"),
        ("Dockers allegedly walked out on Monday.", "", "probable"),
    ],
)
def test_who_says_that_it_happened(text: str, source: str, factuality: str, read_text: ReadText) -> None:
    assert claims(read_text(text)) == [(source, factuality)]


def test_a_denied_action_is_no_event_of_the_graph_but_an_assertion(read_text: ReadText) -> None:
    statements = read_text("Amazon denied that workers walked out in Leipzig.").statements
    node = next(s.subject for s in statements if s.object == "cag:Protest")
    assert [s.predicate for s in statements if s.subject == node] == ["rdf:type"]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("About 300 dockers walked out on Friday, according to the Harbor Workers Union.", "Harbor Workers Union"),
        ("Organizers estimated that 400 people joined the march against Google.", "Organizers"),
        ("A march against Google drew 400 people.", ""),
    ],
)
def test_who_claims_the_number(text: str, source: str, read_text: ReadText) -> None:
    read = read_text(text)
    labels = {s.subject: s.object.value for s in read.statements if s.predicate == "rdfs:label"}
    sizes = [s for s in read.statements if s.predicate == "cag:size" and isinstance(s.object, Count)]
    assert [labels.get(s.evidence.attributed_to or "", "") for s in sizes] == [source]


def test_what_one_claims_is_not_claimed_of_the_rest(read_text: ReadText) -> None:
    text = "Dockers walked out on Monday. The Harbor Workers Union said that couriers will strike on Friday."
    assert sorted(claims(read_text(text))) == [("", "certain"), ("Harbor Workers Union", "certain")]


def test_all_that_a_claim_says_is_its_sources(read_text: ReadText) -> None:
    read = read_text("According to the Harbor Workers Union, Google workers signed a petition against Palantir.")
    events = {s.subject for s in read.statements if s.object == "cag:Petition"}
    roles = [s for s in read.statements if s.subject in events and s.predicate in ("cag:signatory", "cag:status")]
    assert roles
    assert all(s.evidence.attributed_to for s in roles)


def test_a_dossier_tells_who_claims_it(read_text: ReadText) -> None:
    read = read_text("According to the Harbor Workers Union, 300 Google workers walked out on Monday.")
    store = Store.of(quads(read.document, read.statements, Linker()))
    told = text_of(dossier(store, "Google workers"))
    assert "according to Harbor Workers Union" in told
