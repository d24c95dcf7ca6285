"""One contract for every kind of store; graph folders are found, read while replaced, and survive sudden death."""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare

from kg import folder as files
from kg import vocab
from kg.errors import GraphError, KgError, UsageError
from kg.export import render
from kg.folder import is_worn
from kg.store import FILE_FORMATS, SYSTEM_GRAPHS, Store, find_graph, locked, open_graph, publish, revise
from kg.turtle import turtle

ROOT = Path(__file__).parent.parent


@pytest.fixture(params=["memory", "folder", *(suffix for suffix in FILE_FORMATS if suffix != ".owl")])
def any_store(request: pytest.FixtureRequest, store: Store, folder: Path, tmp_path: Path) -> Store:
    """The sample graph, opened in each way there is."""
    if request.param == "memory":
        return store
    if request.param == "folder":
        return open_graph(folder)
    names = {
        ".ttl": "turtle",
        ".nt": "ntriples",
        ".nq": "nquads",
        ".trig": "trig",
        ".jsonld": "jsonld",
        ".rdf": "rdfxml",
    }
    file = tmp_path / f"sample{request.param}"
    file.write_bytes(render(store, names[request.param]))
    return open_graph(file)


def test_every_store_holds_the_same_knowledge(any_store: Store, store: Store) -> None:
    assert any_store.triple_lines() == store.triple_lines()
    assert {q.triple for q in any_store.knowledge()} == {q.triple for q in store.knowledge()}


def test_every_store_answers_over_the_union_of_its_graphs(any_store: Store) -> None:
    row = next(iter(any_store.query("SELECT (COUNT(DISTINCT ?d) AS ?n) { ?d a cag:Document }")))
    assert row["n"].value == "2"


def test_every_store_knows_the_classes_above_a_class(any_store: Store) -> None:
    assert any_store.query("ASK { ?x a/rdfs:subClassOf* cag:Actor }")


def test_every_store_writes_the_same_turtle(any_store: Store, store: Store) -> None:
    assert any_store.turtle() == store.turtle()


def test_documents_are_graphs_that_say_who_says_so(folder: Path) -> None:
    found = open_graph(folder)
    assert [name.removeprefix(vocab.ID_BASE) for name in found.graphs()] == [
        "doc/Uberblick-Vertrage-4b4d8b1ea8f6",
        "doc/letter-report",
    ]
    rows = found.query("SELECT ?g { GRAPH ?g { id:contract\\/cia-cloud a cag:Contract } }")
    assert [row["g"].value for row in rows] == [vocab.iri("doc/Uberblick-Vertrage-4b4d8b1ea8f6")]


def test_turtle_is_the_same_graph_for_rdflib(folder: Path, store: Store) -> None:
    ours = rdflib.Graph().parse(folder / "graph.ttl")
    theirs = rdflib.Graph().parse(data=render(store, "ntriples"), format="nt")
    assert rdflib.compare.isomorphic(ours, theirs)


def test_turtle_writes_hostile_terms_so_that_they_come_back() -> None:
    node, names = ox.NamedNode, ["a/../b", "a//b", "../x", "", "x:y/z", "a/b#c", "é/ü", "a/b.", "-"]
    values = ['"', "\\", "\n\r\t", "\0", '"""', "</script>", "\u202eabc", " .", '" .', "𝒳", "'"]
    triples = [
        ox.Triple(node(vocab.ID_BASE + n), node(vocab.iri("rdfs:label")), ox.Literal(v)) for n in names for v in values
    ]
    triples += [ox.Triple(t.subject, t.predicate, ox.Literal("x", language="de-AT")) for t in triples[:1]]
    triples += [
        ox.Triple(node("urn:x"), node(vocab.iri("cag:n")), ox.Literal(v, datatype=node(vocab.iri(f"xsd:{t}"))))
        for v, t in (("1", "decimal"), ("1.0", "decimal"), ("-5", "integer"), ("+5", "integer"), ("1", "boolean"))
    ]
    data = turtle(sorted({f"{triple} .".encode() for triple in triples}))
    assert {quad.triple for quad in ox.parse(data, ox.RdfFormat.TURTLE)} == set(triples)


def test_publishing_twice_gives_the_same_bytes(folder: Path, sample: list[ox.Quad]) -> None:
    before = (folder / "graph.ttl").read_bytes()
    shuffled = list(sample)
    random.Random(7).shuffle(shuffled)
    publish(folder, shuffled)
    assert (folder / "graph.ttl").read_bytes() == before


def test_publishing_leaves_other_files_and_no_rubbish(folder: Path, sample: list[ox.Quad]) -> None:
    (folder / "cache.sqlite").write_bytes(b"kept")
    (folder / ".new-dead").mkdir()
    publish(folder, sample[:10])
    names = sorted(path.name for path in folder.iterdir())
    assert names == [".lock", "cache.sqlite", "graph.ttl", "store"]
    assert (folder / "cache.sqlite").read_bytes() == b"kept"


def test_system_graphs_stay_out_of_the_turtle(tmp_path: Path, sample: list[ox.Quad]) -> None:
    secret = [
        ox.Quad(ox.NamedNode("urn:secret"), ox.NamedNode("urn:p"), ox.Literal("x"), ox.NamedNode(name))
        for name in SYSTEM_GRAPHS
    ]
    publish(tmp_path / "g", [*sample, *secret])
    assert b"urn:secret" not in (tmp_path / "g" / "graph.ttl").read_bytes()
    assert open_graph(tmp_path / "g").query("ASK { <urn:secret> ?p ?o }")


def test_a_reader_keeps_its_version_while_a_new_one_is_published(folder: Path, sample: list[ox.Quad]) -> None:
    reader = open_graph(folder)
    before = len(reader)
    publish(folder, sample[:10])
    publish(folder, sample[:20])
    assert len(list(reader.quads())) == before
    assert len(open_graph(folder)) < before
    del reader
    gc.collect()
    publish(folder, sample)
    assert not list(folder.glob(".new-*"))


def test_opening_leaves_no_logs_behind(folder: Path) -> None:
    for _ in range(5):
        open_graph(folder)
    assert len(list((folder / "store").glob("LOG*"))) <= 2


def test_a_failed_build_leaves_the_graph_as_it_was(folder: Path, sample: list[ox.Quad]) -> None:
    before = (folder / "graph.ttl").read_bytes()

    def failing() -> object:
        yield from sample[:5]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(folder, failing())  # type: ignore[arg-type]
    assert (folder / "graph.ttl").read_bytes() == before
    assert len(open_graph(folder).graphs()) == 2
    assert not list(folder.glob(".new-*"))


KILLED = """
import sys
sys.path.insert(0, sys.argv[1] + "/tests")
from pathlib import Path
from kg.store import publish
from sample import sample_quads
quads = sample_quads()
print("ready", flush=True)
while True:
    publish(Path(sys.argv[2]), quads[:500])
    publish(Path(sys.argv[2]), quads)
"""


def _kill_while_publishing(folder: Path, delay: float) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", KILLED, str(ROOT), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)


def _assert_whole(folder: Path, sample: list[ox.Quad]) -> None:
    versions = {Store.of(part).turtle() for part in (sample, sample[:500])}
    found = open_graph(folder)
    assert found.turtle() in versions
    assert (folder / "graph.ttl").read_bytes() == found.turtle()
    del found
    gc.collect()
    publish(folder, sample)
    assert (folder / "graph.ttl").read_bytes() == Store.of(sample).turtle()
    assert sorted(path.name for path in folder.iterdir()) == [".lock", "graph.ttl", "store"]


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_the_graph_is_whole(seed: int, folder: Path, sample: list[ox.Quad]) -> None:
    _kill_while_publishing(folder, random.Random(seed).uniform(0, 0.3))
    _assert_whole(folder, sample)


def test_readers_find_a_whole_graph_at_every_moment_of_publishing(folder: Path, sample: list[ox.Quad]) -> None:
    versions = {len(Store.of(part).triple_lines()) for part in (sample, sample[:500])}
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", KILLED, str(ROOT), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        process.stdout.readline()
        end, seen = time.monotonic() + 2, set()
        while time.monotonic() < end:
            seen.add(len(open_graph(folder).triple_lines()))
        process.kill()
    assert seen == versions


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 40))
def test_killed_at_many_moments_the_graph_is_whole(seed: int, folder: Path, sample: list[ox.Quad]) -> None:
    _kill_while_publishing(folder, random.Random(seed).uniform(0, 0.4))
    _assert_whole(folder, sample)


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
@pytest.mark.parametrize("step", range(12))
def test_stopped_at_each_step_the_exchange_is_completed_or_undone(
    exchange: bool, step: int, folder: Path, sample: list[ox.Quad], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every change of the folder's names is a step; die before the step, then recover."""
    if not exchange:
        monkeypatch.setattr(files, "_swap", lambda *_: False)
    done = 0

    def dying(original: object) -> object:
        def step_or_die(*arguments: object, **options: object) -> object:
            nonlocal done
            done += 1
            if done > step:
                raise _Death
            return original(*arguments, **options)  # type: ignore[operator]

        return step_or_die

    with monkeypatch.context() as patch:
        for name in ("rename", "replace", "unlink"):
            patch.setattr(Path, name, dying(getattr(Path, name)))
        patch.setattr(files.shutil, "rmtree", dying(files.shutil.rmtree))
        if exchange:
            patch.setattr(files, "_swap", dying(files._swap))
        try:
            publish(folder, sample[:500])
        except _Death:
            pass
        else:
            assert done <= step
    _assert_whole(folder, sample)


class _Death(BaseException):
    """The process ends here."""


def test_two_builds_of_one_folder_refuse_each_other(folder: Path, sample: list[ox.Quad]) -> None:
    code = "import sys, time; from pathlib import Path; from kg.store import locked\n"
    code += "with locked(Path(sys.argv[1])):\n    print('locked', flush=True); time.sleep(60)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(GraphError, match="another build"):
            publish(folder, sample)
        assert len(open_graph(folder).graphs()) == 2
        process.kill()
    with locked(folder):
        publish(folder, sample)


def test_a_damaged_journal_or_store_is_explained(folder: Path, sample: list[ox.Quad]) -> None:
    (folder / files.JOURNAL).write_text("{", encoding="utf-8")
    with pytest.raises(GraphError, match="damaged"):
        publish(folder, sample)
    (folder / files.JOURNAL).write_text(json.dumps({"workspace": ".new-gone", "identity": "x"}), encoding="utf-8")
    publish(folder, sample)
    (folder / "store" / "CURRENT").write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(GraphError, match="build the graph again"):
        open_graph(folder)


def test_the_graph_to_open_is_looked_for(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_GRAPH", raising=False)
    with pytest.raises(UsageError, match="kg build"):
        find_graph(root=tmp_path)
    (tmp_path / "graphs").mkdir()
    folder.rename(tmp_path / "graphs" / "one")
    assert find_graph(root=tmp_path) == str(tmp_path / "graphs" / "one")
    (tmp_path / "graphs" / "two" / "store").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"one.*two"):
        find_graph(root=tmp_path)
    monkeypatch.setenv("KG_GRAPH", "elsewhere")
    assert find_graph(root=tmp_path) == "elsewhere"
    assert find_graph("here", root=tmp_path) == "here"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing", None, "no such graph"),
        ("notes.txt", "x", "not an RDF file"),
        ("bad.ttl", "<a> <b>", "not valid Turtle"),
        ("bad.jsonld", "{", "not valid"),
        ("empty-folder/", None, "not a graph folder"),
    ],
)
def test_what_is_no_graph_is_explained(name: str, content: str | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name.endswith("/"):
        path.mkdir()
    elif content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(KgError, match=words) as caught:
        open_graph(path)
    assert str(path) in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user to be")
def test_another_user_may_read_a_read_only_folder(folder: Path) -> None:
    for path in (folder, *folder.rglob("*"), *folder.parents[: len(folder.parents) - 2]):
        path.chmod(path.stat().st_mode | 0o555 & ~0o222 if path == folder or folder in path.parents else 0o755)
    code = "import fcntl, os, sys; from kg.store import open_graph as g; os.setuid(65534); print(len(g(sys.argv[1])))"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 900


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path, sample: list[ox.Quad]) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(GraphError, match="choose another --out"):
        publish(tmp_path / "file" / "g", sample)


def test_a_triple_that_two_documents_state_is_found_once(any_store: Store) -> None:
    assert [row["x"].value for row in any_store.query("SELECT ?x { ?x a cag:Petition }")] == [
        vocab.iri("petition/letter")
    ]
    row = next(iter(any_store.query("SELECT (COUNT(*) AS ?n) { ?x a cag:Technology ; rdfs:label 'Rekognition' }")))
    assert row["n"].value == "1"


def test_a_file_of_both_kinds_of_graph_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "mixed.trig"
    file.write_text("<urn:a> <urn:p> 1 . <urn:g> { <urn:a> <urn:p> 1, 2 }", encoding="utf-8")
    found = open_graph(file)
    assert len(list(found.query("SELECT ?o { <urn:a> <urn:p> ?o }"))) == 2
    assert len(list(found.knowledge())) == 3
    assert found.query("ASK { GRAPH cag:file { <urn:a> <urn:p> 1 } GRAPH <urn:g> { <urn:a> <urn:p> 2 } }")


def test_a_store_that_is_only_revised_is_worn_at_last(
    tmp_path: Path, sample: list[ox.Quad], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.folder.WEAR", 200)
    folder, graph = tmp_path / "g", vocab.iri("doc/notes", vocab.ID_BASE)
    node, says = ox.NamedNode(vocab.iri("company/x", vocab.ID_BASE)), ox.NamedNode(vocab.iri("rdfs:comment"))

    def notes(round_: int) -> list[ox.Quad]:
        noise = random.Random(round_)
        texts = (f"{noise.getrandbits(4000):x}" for _ in range(50))
        return [ox.Quad(node, says, ox.Literal(text), ox.NamedNode(graph)) for text in texts]

    publish(folder, [*sample, *notes(0)])
    assert not is_worn(folder)
    worn = []
    for round_ in range(1, 15):
        revise(folder, {graph: notes(round_)})
        worn.append(is_worn(folder))
    assert not worn[0]
    assert worn[-1]
    publish(folder, [*sample, *notes(14)])
    assert not is_worn(folder)


def test_a_file_with_entities_that_grow_is_refused_unexpanded(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};&l{n - 1};&l{n - 1};">' for n in range(1, 30))
    path = tmp_path / "laughs.rdf"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{levels}]>'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
        '<rdf:Description rdf:about="http://e.org/a"><e:p>&l29;</e:p></rdf:Description></rdf:RDF>'
    )
    with pytest.raises(UsageError, match="XML entities that expand"):
        open_graph(path)
