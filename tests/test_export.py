"""Every export opens in a tool that is not ours, says the same, and is the same twice."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from sample import LETTER, said

import kg
from kg.errors import GraphError, UsageError
from kg.export import FORMATS, export, format_for, render, tables
from kg.model import Linker, Literal
from kg.query import Table
from kg.rdf import quads
from kg.store import Store, open_graph

FILES = [name for name in FORMATS if name != "csv"]
NAMES = {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}


@pytest.fixture(scope="module")
def hostile() -> Store:
    """A graph whose names try to break out."""
    names = ["</script><b>", 'a"b', "\0\x1b[31m", "\u202eRTL", "=1+1", "line\nbreak\r", "𝒳", "]]>", "\\"]
    made = [
        statement
        for number, name in enumerate(names)
        for statement in (
            said(LETTER, "Amazon", f"company/{number}", "rdf:type", "cag:Company"),
            said(LETTER, "Amazon", f"company/{number}", "rdfs:label", Literal(name)),
            said(LETTER, "signed a letter", f"petition/{number}", "rdf:type", "cag:Petition"),
            said(LETTER, "signed a letter", f"petition/{number}", "cag:target", f"company/{number}"),
        )
    ]
    return Store.of(quads(LETTER, made, Linker()))


def _graph(data: bytes, format_: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=data, format=format_)


def _canonical(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Give blank nodes names that two readings share."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


@pytest.mark.parametrize("format_", NAMES)
def test_rdflib_reads_the_same_graph(format_: str, store: Store) -> None:
    expected = _graph(render(store, "ntriples"), "nt")
    assert len(expected) == len(store.triple_lines())
    assert rdflib.compare.isomorphic(_graph(render(store, format_), NAMES[format_]), expected)


@pytest.mark.parametrize("format_", ["turtle", "ntriples", "jsonld"])
def test_hostile_names_come_through(format_: str, hostile: Store) -> None:
    expected = {quad.triple for quad in hostile.knowledge()}
    formats = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
    assert {quad.triple for quad in ox.parse(render(hostile, format_), formats[format_])} == expected


@pytest.mark.parametrize("format_", ["nquads", "trig"])
def test_named_graphs_are_kept(format_: str, store: Store) -> None:
    formats = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}
    assert _canonical(ox.parse(render(store, format_), formats[format_])) == _canonical(store.quads())
    dataset = rdflib.Dataset()
    dataset.parse(data=render(store, format_), format=format_)
    assert {str(graph.identifier) for graph in dataset.graphs()} >= set(store.graphs())


@pytest.mark.parametrize("name", ["store", "hostile"])
@pytest.mark.parametrize("format_", ["graphml", "gexf", "rdfxml"])
def test_xml_is_well_formed(format_: str, name: str, request: pytest.FixtureRequest) -> None:
    data = render(request.getfixturevalue(name), format_)
    assert data.startswith(b"<?xml")
    assert len(list(ET.fromstring(data).iter())) > 20


@pytest.mark.parametrize("format_", ["graphml", "gexf"])
def test_networkx_reads_nodes_roles_and_labels(format_: str, store: Store) -> None:
    read = nx.read_graphml if format_ == "graphml" else nx.read_gexf
    graph = read(io.BytesIO(render(store, format_)))
    letter = "https://w3id.org/cag/id/petition/letter"
    assert graph.nodes[letter]["label"] == "letter to Jeff Bezos"
    assert (graph.nodes[letter]["cls"], graph.nodes[letter]["date"]) == ("Petition", "2018-06")
    assert graph.number_of_nodes() == 12
    roles = {data["role"] for _, _, data in graph.edges(data=True)}
    assert {"signatory", "addressee", "supplier", "memberOf"} <= roles
    assert all(data["quotes"] for _, _, data in graph.edges(data=True))


def test_gexf_gives_time_to_whole_days_only(store: Store) -> None:
    tree = ET.fromstring(render(store, "gexf"))
    starts = {node.get("label"): node.get("start") for node in tree.iter("{http://www.gexf.net/1.2draft}node")}
    assert starts["rally in Seattle"] == "2019-07-15"
    assert starts["letter to Jeff Bezos"] is None


@pytest.mark.parametrize("format_", FILES)
def test_the_same_graph_gives_the_same_bytes(format_: str, sample: list[ox.Quad], folder: Path) -> None:
    first = render(Store.of(sample), format_)
    assert first == render(Store.of(sample[::-1]), format_)
    assert first == render(open_graph(folder), format_)


def test_jsonld_is_short_and_declares_what_it_uses(store: Store) -> None:
    data = json.loads(render(store, "jsonld"))
    letter = next(node for node in data["@graph"] if node["@id"] == "id:petition/letter")
    assert letter["@type"] == ["cag:Petition"]
    assert letter["cag:addressee"] == [{"@id": "id:person/jeff-bezos"}]
    assert data["@context"]["cag"] == "https://w3id.org/cag/ns#"


def test_tables_are_for_people(store: Store, hostile: Store) -> None:
    found = {name: list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")))) for name, data in tables(store).items()}
    letter = next(row for row in found["actions.csv"] if row["name"] == "letter to Jeff Bezos")
    assert (letter["size"], letter["addressee"], letter["form"]) == ("450; More than 100", "Jeff Bezos", "open-letter")
    assert found["contracts.csv"][0]["contractValue"] == "$600 million"
    assert len(found["evidence.csv"]) == 61
    assert len(found["actors.csv"]) == 6
    names = [row["name"] for row in csv.DictReader(io.StringIO(tables(hostile)["actors.csv"].decode("utf-8-sig")))]
    assert "'=1+1" in names


def test_the_file_name_chooses_the_format(tmp_path: Path) -> None:
    assert format_for(Path("a/b.ttl")) == "turtle"
    assert format_for(Path("x.GEXF")) == "gexf"
    assert format_for(tmp_path) == "csv"
    with pytest.raises(UsageError, match="--format"):
        format_for(Path("x.docx"))


def test_what_cannot_be_written_is_explained(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for format_ in ("turtle", "csv"):
        with pytest.raises(GraphError, match="cannot be written"):
            export(store, format_, tmp_path / "file" / "x")
    with pytest.raises(UsageError, match="choose from"):
        export(store, "excel", tmp_path / "x")


def test_the_python_interface(folder: Path, tmp_path: Path) -> None:
    graph = kg.open(folder)
    table = graph.query("SELECT ?s ?name { ?s a cag:Company ; rdfs:label ?name }", name="Amazon")
    assert isinstance(table, Table)
    assert [row["s"] for row in table] == ["https://w3id.org/cag/id/company/amazon"]
    assert graph.networkx().number_of_nodes() == 12
    assert graph.export(tmp_path / "x.ttl").read_bytes() == (folder / "graph.ttl").read_bytes()
    dataset = graph.rdflib
    del graph
    count = next(iter(dataset.query("SELECT (COUNT(*) AS ?n) { ?p a cag:Petition }")))
    assert int(count[0]) == 1  # type: ignore[index,arg-type]
    assert (None, rdflib.RDF.type, rdflib.URIRef("https://w3id.org/cag/ns#Contract")) in dataset


def test_the_package_offers_what_it_names() -> None:
    assert all(getattr(kg, name) for name in kg.__all__)
    with pytest.raises(AttributeError):
        kg.nonsense  # noqa: B018
