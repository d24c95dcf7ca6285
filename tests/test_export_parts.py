"""Parts of a graph: by class and date, without evidence, with events as edges, and without private names."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sample import said

from kg import vocab
from kg.cli import main
from kg.errors import GraphError, UsageError
from kg.export import FORMATS, Choice, render, tables
from kg.export.choose import chosen
from kg.export.names import Names
from kg.export.neo4j import neo4j
from kg.export.pseudonyms import KEY_VARIABLE, is_office, user_key
from kg.facts import Index, facts
from kg.model import Document, Linker, Literal
from kg.rdf import quads
from kg.store import Store

BASE = vocab.ID_BASE
WALKOUT = Document(
    id="2020-jane-doe-walks-out",
    title="Jane Doe walks out of Acme",
    url="https://news.example/2020/jane-doe-walks-out",
    author="Jane Doe",
    publisher="Example News",
    text=(
        "Engineer Jane Doe and JOSÉ NÚÑEZ walked out of Acme on 3 May 2020. “We had enough,” Doe said; Ms. Doe’s\n"
        "colleagues joined. Their letter to chief executive Mary Poe was signed by Jane\nDoe, Jose Nunez and Ann Poe. "
        "May Day organizers, among them Ann May, helped. Ms. May and Jane are friends. Write to janedoe@mail.example."
    ),
)


@pytest.fixture(scope="module")
def private() -> Store:
    """A walkout and a letter of three private persons and one in office; names stand in every kind of place."""
    d, walkout, letter, label = WALKOUT, "protest/walkout-of-jane-doe-1a2b", "petition/letter", "rdfs:label"
    jane, jose, ann, may = "person/jane-doe", "person/jose-nunez", "person/ann-poe", "person/ann-may"
    boss, acme, membership = "person/mary-poe", "company/acme", "membership/jane-doe-acme"
    names = {jane: ("Jane Doe", "Jane Doe"), jose: ("JOSÉ NÚÑEZ", "José Núñez"), ann: ("Ann Poe", "Ann Poe"),
             boss: ("Mary Poe", "Mary Poe"), may: ("Ann May", "Ann May")}  # fmt: skip
    first = "Engineer Jane Doe and JOSÉ NÚÑEZ walked out of Acme on 3 May 2020"
    made = [
        *(said(d, quote, node, "rdf:type", "cag:Person") for node, (quote, _) in names.items()),
        *(said(d, quote, node, label, Literal(name)) for node, (quote, name) in names.items()),
        said(d, "Doe said", jane, "skos:altLabel", Literal("Doe")),
        said(d, "Acme", acme, "rdf:type", "cag:Company"),
        said(d, "Acme", acme, label, Literal("Acme")),
        said(d, first, walkout, "rdf:type", "cag:Protest"),
        said(d, "walked out", walkout, label, Literal("Walkout of Jane Doe, 2020")),
        said(d, "3 May 2020", walkout, "schema:startDate", Literal("2020-05-03", "xsd:date")),
        said(d, first, walkout, "cag:participant", jane),
        said(d, first, walkout, "cag:participant", jose),
        said(d, first, walkout, "cag:target", acme),
        said(d, "“We had enough,” Doe said", acme, "cag:opposes", jane, factuality="negated", attributed_to=jane),
        said(d, "letter", letter, "rdf:type", "cag:Petition"),
        said(d, "letter", letter, label, Literal("Letter to Mary Poe")),
        said(d, "letter to chief executive Mary Poe", letter, "cag:addressee", boss),
        said(d, "signed by Jane\nDoe, Jose Nunez and Ann Poe", letter, "cag:signatory", ann),
        said(d, "Engineer Jane Doe", membership, "rdf:type", "org:Membership"),
        said(d, "Engineer Jane Doe", membership, "org:member", jane),
        said(d, "Engineer Jane Doe", membership, "org:organization", acme),
        said(d, "Engineer Jane Doe", membership, "org:role", Literal("engineer")),
        said(d, "Ms. May and Jane are friends", may, "rdfs:comment", Literal("helped on May Day")),
    ]
    return Store.of(quads(d, made, Linker()))


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "a secret of the tests")


HIDDEN = re.compile(r"jane|(?<!\w)doe|janedoe|jos[eé]|n[uú][nñ]ez|ann\W+(?:poe|may)", re.IGNORECASE)


@pytest.mark.parametrize("format_", [*(name for name in FORMATS if name != "csv")])
def test_no_format_tells_a_private_name(format_: str, private: Store) -> None:
    content = render(private, format_, choice=Choice(pseudonymise=True)).decode()
    assert HIDDEN.search(render(private, format_).decode())
    assert not HIDDEN.findall(json.dumps(content, ensure_ascii=False))
    assert "Mary Poe" in content
    assert "Person " in content


def test_tables_tell_no_private_name(private: Store) -> None:
    part = chosen(private, Choice(pseudonymise=True))
    for name, content in {**tables(part), **neo4j(part)}.items():
        assert not HIDDEN.findall(content.decode("utf-8-sig")), name


def test_pseudonyms_are_stable_and_depend_on_the_key(
    private: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    choice = Choice(pseudonymise=True)
    first = render(private, "turtle", choice=choice)
    assert render(private, "turtle", choice=choice) == first
    part = Choice(pseudonymise=True, types=("Petition",))
    [signer] = _objects(chosen(private, part), "cag:signatory")
    assert signer in _objects(chosen(private, choice), "cag:signatory")
    monkeypatch.delenv(KEY_VARIABLE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    other = render(private, "turtle", choice=choice)
    assert other != first
    assert render(private, "turtle", choice=choice) == other
    key = tmp_path / "kg" / "pseudonym.key"
    assert key.stat().st_mode & 0o077 == 0
    assert len(user_key()) == 64


def test_a_key_that_cannot_be_kept_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(KEY_VARIABLE)
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    with pytest.raises(GraphError, match=KEY_VARIABLE):
        user_key()


def _objects(store: Store, predicate: str) -> set[str]:
    return {str(quad.object) for quad in store.quads(None, ox.NamedNode(vocab.iri(predicate)))}


def test_the_structure_stays_under_pseudonyms(private: Store) -> None:
    part = chosen(private, Choice(pseudonymise=True))
    assert len(part) == len(private) - 1, "only the address of the article, which leads to the name, is left out"
    known = Index(part)
    [walkout] = known.subjects("rdf:type", vocab.iri("cag:Protest"))
    persons = known.all(walkout, "cag:participant")
    assert len(persons) == 2
    for person in persons:
        assert known.label(person) == "Person " + person.rpartition("-")[2]
    assert (
        known.label(walkout)
        == f"Walkout of {known.label(next(p for p in persons if known.all(p, 'skos:altLabel')))}, 2020"
    )
    assert len(facts(part)) == len(facts(private))
    quotes = {fact.quote for fact in facts(part)}
    assert any(re.fullmatch(r"“We had enough,” Person \w+ said", quote) for quote in quotes)
    assert "3 May 2020" in quotes


def test_identifiers_made_from_names_are_made_anew(private: Store) -> None:
    before = {fact.assertion: fact for fact in facts(private)}
    after = {fact.assertion for fact in facts(chosen(private, Choice(pseudonymise=True)))}
    kept = {before[node] for node in after & before.keys()}
    assert {fact.subject for fact in kept} <= {
        f"{BASE}person/mary-poe",
        f"{BASE}company/acme",
        f"{BASE}petition/letter",
    }
    assert kept < set(before.values())


@pytest.mark.parametrize(
    ("role", "office"),
    [("chief executive", True), ("Vice President of Sales", True), ("international president", True),
     ("CEO", True), ("software engineer", False), ("lawyer", False), ("presidential scholar", False), ("", False)],
)  # fmt: skip
def test_offices_are_told_from_jobs(role: str, office: bool) -> None:
    assert is_office(role) is office


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_full_name_never_comes_through(before: str, after: str) -> None:
    names = Names({"p": ["Zoë Quux"]}, {"p": "Person 1"}, ["Acme"], {}, words=frozenset())
    for name in ("Zoë Quux", "zoe  quux", "ZOË\nQUUX", "zoe-quux"):
        assert not re.search(r"zo[eë]\W+quux", names.removed(f"{before} {name} {after}", "d"), re.IGNORECASE)


def test_names_keep_to_their_words() -> None:
    names = Names(
        {"will": ["Will Smith"], "doe": ["Jane Doe"]},
        {"will": "A", "doe": "B"},
        ["Brad Smith", "Doe Corp", "Apple"],
        {"will": ["d"], "doe": ["d"]},
        words=frozenset({"Will"}),
    )
    assert (
        names.removed("Brad Smith met Smith. Will they? Mr. Will Smith will.", "d")
        == "Brad Smith met A. Will they? A will."
    )
    assert names.removed("Smith and Doe of Doe Corp", "d") == "A and B of Doe Corp"
    assert names.removed("Smith and Doe", "elsewhere") == "Smith and Doe"
    assert names.removed("Willow, doe, does", "d") == "Willow, doe, does"
    assert names.without_stub("by Jane D", "d", at_end=True) == "by Jane "
    assert names.without_stub("ane said", "d", at_end=False) == " said"
    assert names.without_stub("of Acm", "d", at_end=True) == "of Acm"


def test_without_evidence_only_facts_stay(store: Store) -> None:
    part = chosen(store, Choice(evidence=False))
    types = {t.rpartition("#")[2] for t in _objects(part, "rdf:type")}
    assert {"Petition>", "Document>", "Count>"} <= types
    assert not {"Assertion>", "SpecificResource>", "TextQuoteSelector>", "TextPositionSelector>"} & types
    assert _objects(part, "cag:signatory") == _objects(store, "cag:signatory")
    graph = nx.read_graphml(io.BytesIO(render(store, "graphml", choice=Choice(evidence=False))))
    whole = nx.read_graphml(io.BytesIO(render(store, "graphml")))
    assert sorted(data["weight"] for *_, data in graph.edges(data=True)) == sorted(
        data["weight"] for *_, data in whole.edges(data=True)
    )
    assert not any("quotes" in data for *_, data in graph.edges(data=True))
    assert set(part.graphs()) == set(store.graphs())


def _labels(store: Store) -> set[str]:
    known = Index(store)
    return {known.label(node) for node in known.things()}


@pytest.mark.parametrize(
    ("choice", "there", "gone"),
    [
        (Choice(types=("Petition",)), {"letter to Jeff Bezos", "Jeff Bezos", "Rekognition"}, {"rally in Seattle"}),
        (Choice(types=("cag:contract",)), {"cloud contract", "Amazon Web Services"}, {"Jeff Bezos", "Amazon"}),
        (Choice(types=("CollectiveAction",)), {"letter to Jeff Bezos", "rally in Seattle"}, {"cloud contract"}),
        (Choice(types=("Person", "Company")), {"Jeff Bezos", "Amazon"}, {"letter to Jeff Bezos", "Seattle"}),
        (Choice(start=date(2019, 1, 1)), {"rally in Seattle", "Seattle"}, {"letter to Jeff Bezos", "cloud contract"}),
        (Choice(end=date(2013, 6, 1)), {"cloud contract", "Central Intelligence Agency"}, {"rally in Seattle"}),
        (Choice(start=date(2018, 6, 30), end=date(2018, 7, 1)), {"letter to Jeff Bezos"}, {"rally in Seattle"}),
        (Choice(types=("Person",), start=date(2018, 1, 1)), {"Jeff Bezos"}, {"Amazon", "letter to Jeff Bezos"}),
    ],
)  # fmt: skip
def test_a_part_has_what_belongs_to_it(choice: Choice, there: set[str], gone: set[str], store: Store) -> None:
    part = chosen(store, choice)
    labels = _labels(part)
    assert there <= labels
    assert not gone & labels
    kept = {(fact.subject, fact.predicate, fact.object) for fact in facts(part)}
    assert kept, "the evidence comes along"
    triples = {quad.triple for quad in part.knowledge()}
    assert triples < {quad.triple for quad in store.knowledge()}
    assert all(fact.source.title for fact in facts(part)), "documents come along"


def test_a_part_leads_nowhere_outside(store: Store) -> None:
    part = chosen(store, Choice(types=("Petition",)))
    things = set(Index(store).things())
    described = {str(quad.subject)[1:-1] for quad in part.knowledge()}
    for quad in part.knowledge():
        if isinstance(quad.object, ox.NamedNode) and quad.object.value in things:
            assert quad.object.value in described


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (Choice(types=("Petitoin",)), "did you mean Petition"),
        (Choice(types=("xyzzy",)), "for example Petition"),
        (Choice(start=date(2020, 1, 2), end=date(2020, 1, 1)), "swap them"),
    ],
)
def test_what_cannot_be_chosen_is_explained(choice: Choice, message: str, store: Store) -> None:
    with pytest.raises(UsageError, match=message):
        render(store, "turtle", choice=choice)


@pytest.mark.parametrize("format_", ["graphml", "gexf"])
def test_events_collapse_to_edges(format_: str, store: Store) -> None:
    read = nx.read_graphml if format_ == "graphml" else nx.read_gexf
    graph = read(io.BytesIO(render(store, format_, choice=Choice(collapse=True))))
    signed = [
        data
        for a, b, data in graph.edges(data=True)
        if (a, b) == (f"{BASE}collective/amazon-employees", f"{BASE}person/jeff-bezos")
    ]
    assert [(data["label"], data["cls"], data["date"]) for data in signed] == [
        ("letter to Jeff Bezos", "Petition", "2018-06")
    ]
    assert f"{BASE}petition/letter" not in graph
    assert graph.has_edge(f"{BASE}company/aws", f"{BASE}governmentbody/cia")
    assert f"{BASE}place/seattle" not in graph


def test_the_command_line_takes_the_options(folder: Path, tmp_path: Path) -> None:
    runner, out = CliRunner(), tmp_path / "graph.cypher"
    arguments = [
        "export",
        "-g",
        str(folder),
        "-o",
        str(out),
        "--type",
        "Contract",
        "--to",
        "2014-01-01",
        "--no-evidence",
    ]
    done = runner.invoke(main, arguments)
    assert done.exit_code == 0, done.output
    text = out.read_text(encoding="utf-8")
    assert "cloud contract" in text
    assert "Bezos" not in text
    assert "Assertion" not in text
    done = runner.invoke(
        main, ["export", "-g", str(folder), "-o", str(tmp_path / "neo"), "--format", "neo4j", "--pseudonymise"]
    )
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "neo").iterdir()} == {
        "nodes.csv",
        "relationships.csv",
        "graph.cypher",
        "README.txt",
    }
