"""Dossiers say what the graph knows of a name, each fact with its words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sample import LETTER, said

from kg import vocab
from kg.errors import UsageError
from kg.model import Linker, Literal
from kg.network import network
from kg.rdf import quads
from kg.show import candidates, dossier, find, markdown, text
from kg.stats import stats
from kg.store import Store, open_graph


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("Amazon", "company/amazon"),
        ("amazon", "company/amazon"),
        ("Bezos", "person/jeff-bezos"),
        ("web services", "company/aws"),
        ("Jef Bezoss", "person/jeff-bezos"),
        ("company/aws", "company/aws"),
        ("id:company/aws", "company/aws"),
        ("https://w3id.org/cag/id/company/aws", "company/aws"),
    ],
)
def test_names_are_found(name: str, node: str, store: Store) -> None:
    assert find(store, name) == vocab.iri(node)


def test_an_unknown_name_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="nothing in the graph"):
        find(store, "Zzyzx Qwerty")
    with pytest.raises(UsageError, match="nothing in the graph"):
        find(store, "")


def test_an_ambiguous_name_lists_what_it_may_mean() -> None:
    same = [said(LETTER, "Amazon", f"{kind}/x", "rdfs:label", Literal("Amazon")) for kind in ("company", "place")]
    types = [
        said(LETTER, "Amazon", "company/x", "rdf:type", "cag:Company"),
        said(LETTER, "Amazon", "place/x", "rdf:type", "cag:Place"),
    ]
    store = Store.of(quads(LETTER, [*same, *types], Linker()))
    assert {c.id for c in candidates(store, "amazon")} == {"company/x", "place/x"}
    with pytest.raises(UsageError, match=r"(?s)2 things.*company/x.*place/x"):
        dossier(store, "Amazon")
    assert dossier(store, "place/x").cls == "Place"


def test_a_dossier_has_identity_roles_and_facts_with_quotes(store: Store) -> None:
    found = dossier(store, "Jeff Bezos")
    assert (found.label, found.cls, found.aliases) == ("Jeff Bezos", "Person", ["Bezos"])
    assert found.roles == ["addressee of letter to Jeff Bezos (2018-06)", "chief executive of Amazon"]
    fact = next(fact for fact in found.facts if fact.predicate == "addressee")
    assert {quote.document for quote in fact.quotes} == {"letter-report", "Überblick/Verträge"}
    assert fact.date == "2018-06"


def test_facts_come_in_time_order(store: Store) -> None:
    dates = [fact.date or fact.reported for fact in dossier(store, "ACLU").facts]
    assert dates == sorted(dates)


def test_doubt_and_attribution_are_shown(store: Store) -> None:
    shown = text(dossier(store, "rally in Seattle"))
    assert "according to ACLU" in shown
    assert "[possible]" in shown
    assert "[negated]" in text(dossier(store, "Amazon"))


def test_every_quote_stands_in_its_text(store: Store) -> None:
    for fact in dossier(store, "letter to Jeff Bezos").facts:
        for quote in fact.quotes:
            assert quote.document != "letter-report" or quote.text in LETTER.text


def test_every_form_of_a_dossier_tells_the_same(folder: Path) -> None:
    found = dossier(open_graph(folder), "cloud contract")
    data = json.loads(json.dumps(found.as_dict()))
    assert data["profile"]["contractValue"] == ["$600 million"]
    for shown in (text(found), markdown(found).replace("\\", "")):
        assert "$600 million" in shown
        assert 'Contracts & "clouds" <b>' in shown
    assert "<b>" not in markdown(found).replace("\\<b\\>", "")


def test_numbers_of_a_graph(store: Store) -> None:
    found = stats(store)
    expected = {"documents": 2, "actors": 6, "actions": 2, "petitions": 1, "protests": 1, "contracts": 1, "demands": 1}
    assert {name: found[name] for name in expected} == expected
    assert found["assertions"] == 61


def test_the_network_has_roles_with_their_quotes(store: Store) -> None:
    graph = network(store)
    letter, bezos = vocab.iri("petition/letter"), vocab.iri("person/jeff-bezos")
    node = graph.nodes[letter]
    known = {name: node[name] for name in ("cls", "form", "status", "start", "size_min", "size_max")}
    assert known == {
        "cls": "Petition", "form": "open-letter", "status": "occurred", "start": "2018-06", "size_min": 101,
        "size_max": 450,
    }  # fmt: skip
    edge = graph.edges[letter, bezos, "addressee"]
    assert {quote["document"] for quote in edge["quotes"]} == {"letter-report", "Überblick/Verträge"}
    assert graph.edges[bezos, vocab.iri("company/amazon"), "memberOf"]["label"] == "chief executive"
    assert not any(role == "opposes" for _, _, role in graph.edges(data="role"))
    assert not any("membership" in name or "/span/" in name for name in graph)
    assert {fact["value"] for fact in node["facts"] if fact["predicate"] == "cag:size"} == {"More than 100", "450"}
