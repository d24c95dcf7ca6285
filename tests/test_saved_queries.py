"""The saved queries answer what people ask: each topic on a graph whose answers are known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from sample import said, sample_quads

from kg import vocab
from kg.cli import main
from kg.model import Count, Document, Linker, Literal, Money
from kg.query import Table, run_saved, saved_queries, saved_query
from kg.rdf import quads
from kg.store import Store

FIRST = Document(
    id="monday",
    date=date(2020, 1, 6),
    publisher="Paper A",
    url="https://a.example/monday",
    text=(
        "Workers of Acme sent a petition with 50 signatures to Acme about the Skynet contract with the Army on "
        "4 January. "
        "The union Local 1 and Ann Boss led a strike at Acme on 5 January, and Local 1 opposes the contract."
    ),
)
SECOND = Document(
    id="friday",
    date=date(2020, 2, 7),
    publisher="Paper B",
    text=(
        "Acme withdrew from the Skynet contract worth $9 million. The strike of 6 January was called off, and the "
        "petition had 90 signatures. Local 1 says the strike was not about pay."
    ),
)


PRICE = Money("$9 million", "exact", "USD", Decimal(9_000_000), None, None)


def _first() -> list[object]:
    d, petition, strike, contract = FIRST, "petition/p", "protest/s", "contract/c"
    sent = "Workers of Acme sent a petition with 50 signatures to Acme about the Skynet contract"
    led = "The union Local 1 and Ann Boss led a strike at Acme on 5 January"
    return [
        said(d, "petition", petition, "rdf:type", "cag:Petition"),
        said(d, "petition", petition, "rdfs:label", Literal("Acme petition")),
        said(d, sent, petition, "cag:signatory", "collective/workers"),
        said(d, sent, petition, "cag:addressee", "company/acme"),
        said(d, sent, petition, "cag:concerns", contract),
        said(d, sent, petition, "cag:demands", "demand/d"),
        said(d, "50 signatures", petition, "cag:size", Count("50", "exact", 50, 50, 50)),
        said(d, "4 January", petition, "schema:startDate", Literal("2020-01-04", "xsd:date")),
        said(d, "petition", "demand/d", "rdfs:label", Literal("end the Skynet contract")),
        said(d, "Workers of Acme", "collective/workers", "rdf:type", "cag:Collective"),
        said(d, "Workers of Acme", "collective/workers", "rdfs:label", Literal("Workers of Acme")),
        said(d, "Acme", "company/acme", "rdf:type", "cag:Company"),
        said(d, "Acme", "company/acme", "rdfs:label", Literal("Acme")),
        said(d, "Acme", "company/acme", "skos:altLabel", Literal("Acme Corp")),
        said(d, "Army", "governmentbody/army", "rdf:type", "cag:GovernmentBody"),
        said(d, "Army", "governmentbody/army", "rdfs:label", Literal("Army")),
        said(d, "Skynet contract", contract, "rdf:type", "cag:Contract"),
        said(d, "Skynet contract", contract, "rdfs:label", Literal("Skynet contract")),
        said(d, "Skynet contract", contract, "cag:supplier", "company/acme"),
        said(d, "Skynet contract", contract, "cag:buyer", "governmentbody/army"),
        said(d, "strike", strike, "rdf:type", "cag:Protest"),
        said(d, "strike", strike, "rdfs:label", Literal("Acme strike")),
        said(d, led, strike, "cag:organizer", "union/local-1"),
        said(d, led, strike, "cag:participant", "collective/workers"),
        said(d, led, strike, "cag:status", "status:occurred"),
        said(d, led, strike, "cag:target", "company/acme"),
        said(d, "5 January", strike, "schema:startDate", Literal("2020-01-05", "xsd:date")),
        said(d, "union Local 1", "union/local-1", "rdf:type", "cag:Union"),
        said(d, "union Local 1", "union/local-1", "rdfs:label", Literal("Local 1")),
        said(d, "Local 1 opposes the contract", "union/local-1", "cag:opposes", contract),
    ]


def _second() -> list[object]:
    d, petition, strike, contract = SECOND, "petition/p", "protest/s", "contract/c"
    withdrew, off = "Acme withdrew from the Skynet contract", "The strike of 6 January was called off"
    return [
        said(d, "Skynet contract", contract, "rdf:type", "cag:Contract"),
        said(d, withdrew, contract, "cag:status", "status:withdrawn"),
        said(d, "$9 million", contract, "cag:contractValue", PRICE),
        said(d, "strike", strike, "rdf:type", "cag:Protest"),
        said(d, off, strike, "cag:status", "status:cancelled"),
        said(d, "6 January", strike, "schema:startDate", Literal("2020-01-06", "xsd:date")),
        said(d, "petition", petition, "rdf:type", "cag:Petition"),
        said(d, "90 signatures", petition, "cag:size", Count("90", "exact", 90, 90, 90)),
        said(d, "the strike was not about pay", strike, "cag:concerns", "cause/pay", factuality="negated",
             attributed_to="union/local-1", confidence=0.5),
        said(d, "pay", "cause/pay", "rdf:type", "cag:Cause"),
        said(d, "pay", "cause/pay", "rdfs:label", Literal("pay")),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def asked() -> Store:
    """Two reports that agree on a petition, and disagree on a strike."""
    found = [*sample_quads(), *quads(FIRST, _first(), Linker()), *quads(SECOND, _second(), Linker())]  # type: ignore[arg-type]
    graph, decision = ox.NamedNode(vocab.IDENTITY_GRAPH), ox.NamedNode(vocab.iri("decision/1"))
    for name, value in (("cag:decides", ox.NamedNode(vocab.iri("company/acme"))), ("cag:verdict", ox.Literal("same")),
                        ("prov:generatedAtTime", ox.Literal("2021-03-04T05:06:07Z"))):  # fmt: skip
        found.append(ox.Quad(decision, ox.NamedNode(vocab.iri(name)), value, graph))
    return Store.of(found)


def _rows(store: Store, name: str, given: dict[str, str]) -> list[dict[str, str]]:
    result = run_saved(store, saved_query(name), given)
    assert isinstance(result, Table)
    return list(result)


ANSWERS: list[tuple[str, dict[str, str], list[dict[str, str]]]] = [
    ("actions-against-contract", {"name": "skynet"}, [
        {"date": "2020-01-04", "action": "Acme petition", "who": "Workers of Acme"},
        {"kind": "opposes", "who": "Local 1"},
    ]),
    ("withdrawn-after-petitions", {}, [
        {"petition": "Acme petition", "link": "is about the contract", "petitioned": "2020-01-04"},
        {"petition": "Acme petition", "link": "is directed at a party", "contract": "Skynet contract"},
    ]),
    ("documents-behind", {"subject": "acme petition", "property": "addressee", "object": "acme"}, [
        {"document": "monday", "publisher": "Paper A", "value": "Acme", "url": "https://a.example/monday"},
    ]),
    ("documents-behind", {"subject": "acme petition", "property": "size"}, [
        {"document": "monday", "value": "50"}, {"document": "friday", "value": "90"},
    ]),
    ("corroboration", {"least": "2"}, [
        {"what": "Acme petition", "publishers": "2"}, {"what": "Acme strike", "documents": "2"},
        {"what": "Skynet contract", "publishers": "2"},
    ]),
    ("conflicts", {}, [
        {"what": "Acme strike", "property": "startDate", "one": "2020-01-05", "other": "2020-01-06"},
        {"what": "Acme strike", "property": "status", "one": "cancelled", "other": "occurred", "oneSource": "friday"},
    ]),
    ("changed-since", {"since": "2020-02-01"}, [
        {"change": "first told of", "kind": "Cause", "what": "pay", "when": "2020-02-07"},
        {"change": "identity decided", "kind": "same", "what": "Acme", "when": "2021-03-04T05:06:07Z"},
    ]),
    ("common-actors", {"first": "acme petition", "second": "strike"}, [
        {"actor": "Acme", "firstRole": "addressee", "secondRole": "target"},
        {"actor": "Workers of Acme", "firstRole": "signatory", "secondRole": "participant"},
    ]),
    ("who-says-so", {"name": "local 1"}, [{"subject": "Acme strike", "value": "pay", "factuality": "negated"}]),
    ("demands", {"word": "skynet"}, [{"demand": "end the Skynet contract", "who": "Workers of Acme", "of": "Acme"}]),
    ("causes", {}, [{"about": "Rekognition", "class": "Technology", "actions": "1"},
                    {"about": "Skynet contract", "class": "Contract", "actions": "1", "first": "2020-01-04"}]),
    ("places", {"name": "seattle"}, [{"action": "rally in Seattle", "kind": "Protest", "status": "planned"}]),
    ("contract-values", {}, [{"contract": "cloud contract", "amount": "600000000", "currency": "USD"},
                             {"contract": "Skynet contract", "amount": "9000000", "asPrinted": "$9 million"}]),
    ("denied-or-doubtful", {"percent": "60"}, [{"factuality": "negated", "subject": "Acme strike", "value": "pay"},
                                               {"factuality": "possible", "document": "letter-report"}]),
    ("stances", {"name": "local"}, [{"who": "Local 1", "stance": "opposes", "what": "Skynet contract"}]),
    ("known-as", {"name": "corp"}, [{"preferred": "Acme", "other": "Acme Corp", "documents": "1"}]),
    ("actions-per-year", {}, [{"year": "2018", "kind": "Petition", "largest": "450"},
                              {"year": "2020", "kind": "Petition", "actions": "1", "largest": "90"},
                              {"year": "2020", "kind": "Protest", "actions": "1"}]),
    ("largest", {"least": "90"}, [{"action": "letter to Jeff Bezos", "minimum": "450", "maximum": "450"},
                                  {"action": "Acme petition", "minimum": "90"}]),
    ("planned", {"after": "2019-07-01"}, [{"action": "rally in Seattle", "date": "2019-07-15"}]),
    ("protests-against", {"name": "acme"}, [{"date": "2020-01-04", "who": "Workers of Acme", "role": "signatory"},
                                            {"date": "2020-01-05", "who": "Local 1", "role": "organizer"}]),
    ("contracts-of", {"name": "acme"}, [{"contract": "Skynet contract", "buyer": "Army", "amount": "$9 million"}]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "expected"), ANSWERS, ids=[f"{n}-{i}" for i, (n, *_) in enumerate(ANSWERS)])
def test_questions_are_answered(name: str, given: dict[str, str], expected: list[dict[str, str]], asked: Store) -> None:
    rows = _rows(asked, name, given)
    places = []
    for wanted in expected:
        found = [place for place, row in enumerate(rows) if wanted.items() <= row.items()]
        assert found, (wanted, rows)
        places.append(found[0])
    if name != "known-as":
        assert places == sorted(places), "the rows come in the promised order"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("documents-behind", {"subject": "acme petition", "object": "army"}),
        ("common-actors", {"first": "acme petition", "second": "rally"}),
        ("corroboration", {"least": "3"}),
        ("changed-since", {"since": "2022-01-01"}),
        ("actions-against-contract", {"name": "cloud"}),
        ("demands", {"word": 'x" } #'}),
    ],
)
def test_what_is_not_there_is_not_answered(name: str, given: dict[str, str], asked: Store) -> None:
    assert _rows(asked, name, given) == []


def test_there_are_enough_and_each_says_what_it_does() -> None:
    found = saved_queries()
    assert len(found) >= 20
    for saved in found.values():
        assert len(saved.description) > 20, saved.name
        assert saved.description.endswith((".", "!")), saved.name
        for parameter in saved.parameters:
            assert parameter.example, f"{saved.name}: {parameter.name} has no example"
            saved.terms({p.name: p.example for p in saved.parameters})


def test_own_folders_add_queries(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "mine.rq").write_text(
        "# title: My people\n# description: Names that contain a word.\n# param: word text required Bezos\n"
        "SELECT ?word ?name { ?p a cag:Person ; rdfs:label ?name FILTER(CONTAINS(?name, ?word)) }\n",
        encoding="utf-8",
    )
    runner = CliRunner()
    listed = runner.invoke(main, ["queries", "--queries", str(tmp_path)])
    assert "mine" in listed.stdout
    done = runner.invoke(
        main,
        ["query", "-g", str(folder), "--queries", str(tmp_path), "--saved", "mine", "word=Jeff", "--format", "csv"],
    )
    assert done.stdout_bytes == b"name\r\nJeff Bezos\r\n"
