"""SPARQL endpoints as graphs, and loading graphs into them: against a real Oxigraph server on this machine."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sysconfig
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from kg import push as pushing
from kg.cli import main
from kg.endpoint import Endpoint, substitute
from kg.errors import GraphError, KgError, QueryError, QueryTimeoutError, UsageError
from kg.network import network
from kg.push import push
from kg.query import Table, Triples, run, run_saved, saved_queries
from kg.show import dossier
from kg.store import RemoteStore, Store, open_graph


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def canonical(quads: Iterable[ox.Quad]) -> str:
    """The same text for the same quads, whatever their blank nodes are called."""
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, found)))


class Server:
    """An Oxigraph server with an empty dataset in memory."""

    def __init__(self) -> None:
        program = shutil.which("oxigraph") or shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
        if program is None:
            pytest.skip("no oxigraph server on this machine (pip install oxigraph)")
        self.port = _free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.query, self.store = f"{self.base}/query", f"{self.base}/store"
        command = [program, "serve", "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def quads(self) -> str:
        """All that the server has in named graphs, in a canonical form."""
        request = urllib.request.Request(self.store, headers={"Accept": "application/n-quads"})
        with urllib.request.urlopen(request) as answer:
            found = ox.parse(answer.read(), ox.RdfFormat.N_QUADS)
            return canonical(quad for quad in found if not isinstance(quad.graph_name, ox.DefaultGraph))


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("kg.endpoint.ATTEMPTS", 2)
    started = Server()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def filled() -> Iterator[Server]:
    """A server that holds the sample graph, pushed with `kg push`."""
    from sample import sample_quads

    started = Server()
    with pytest.MonkeyPatch.context() as patch:
        import tempfile

        with tempfile.TemporaryDirectory() as state:
            patch.setenv("XDG_STATE_HOME", state)
            push(Store.of(sample_quads()), started.store)
    yield started
    started.stop()


def kg(*arguments: str, input_: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=input_, env={"KG_GRAPH": "", "NO_COLOR": "1"})


def test_a_pushed_graph_is_the_same_graph(server: Server, store: Store) -> None:
    done = push(store, server.store)
    assert done.sent == len({str(quad.graph_name) for quad in store.quads()}) + 1
    assert server.quads() == canonical(store.quads())
    again = push(store, server.store)
    assert (again.sent, again.skipped) == (0, done.sent)
    whole = push(store, server.store, restart=True)
    assert (whole.sent, whole.skipped) == (done.sent, 0)


def test_a_changed_or_lost_graph_is_sent_again_and_a_gone_one_pruned(server: Server, sample: list[ox.Quad]) -> None:
    push(Store.of(sample), server.store)
    names = sorted({str(quad.graph_name) for quad in sample})
    less = Store.of(quad for quad in sample if str(quad.graph_name) != names[0])
    done = push(less, server.store)
    assert done.sent == 1, "only the default graph has changed"
    assert push(less, server.store, prune=True).removed == 1
    assert server.quads() == canonical(less.quads())
    lost = f"{server.store}?graph={urllib.request.quote(names[1].strip('<>'), safe='')}"
    urllib.request.urlopen(urllib.request.Request(lost, method="DELETE")).close()
    assert push(less, server.store).sent == 1
    assert server.quads() == canonical(less.quads())


def test_a_push_that_breaks_goes_on_where_it_stopped(
    server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts: list[str] = []
    original = Endpoint.put

    def put(self: Endpoint, graph: str, *rest: object, **options: object) -> None:
        if len(puts) == 2:
            raise KeyboardInterrupt
        original(self, graph, *rest, **options)  # type: ignore[arg-type]
        puts.append(graph)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Endpoint, "put", put)
        push(store, server.store)
    done = push(store, server.store)
    assert done.skipped == 2
    assert server.quads() == canonical(store.quads())


class _Flaky(BaseHTTPRequestHandler):
    """Passes requests on to a real server, but fails every second one in another way."""

    target = ""
    count = 0
    lock = threading.Lock()

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            type(self).count += 1
            turn = self.count % 4
        if turn == 1:
            self.send_error(503)
        elif turn == 3:
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            query = self.path.partition("?")[2]
            headers = {"Content-Type": self.headers["Content-Type"]}
            request = urllib.request.Request(f"{self.target}?{query}", data=body, method="PUT", headers=headers)
            with urllib.request.urlopen(request) as answer:
                self.send_response(answer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_requests_that_fail_are_repeated(server: Server, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    _Flaky.target, _Flaky.count = server.store, 0
    with ThreadingHTTPServer(("127.0.0.1", 0), _Flaky) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        done = push(store, f"http://127.0.0.1:{proxy.server_port}/store")
        proxy.shutdown()
    assert _Flaky.count == 2 * done.sent
    assert server.quads() == canonical(store.quads())


def test_queries_give_the_same_answers_here_and_there(filled: Server, store: Store) -> None:
    there = open_graph(filled.query)
    assert isinstance(there, RemoteStore)
    for name, saved in saved_queries().items():
        given = {p.name: p.example for p in saved.parameters if p.default is None}
        for words in (given, {**given, "name": "Amazon"} if "name" in given else given):
            here, away = (run_saved(graph, saved, words) for graph in (store, there))
            assert isinstance(here, Table)
            assert isinstance(away, Table)
            assert (here.columns, sorted(map(str, here.rows))) == (away.columns, sorted(map(str, away.rows))), name
    assert run(there, "ASK { ?p a cag:Petition }") is True
    made = run(there, "CONSTRUCT { ?p a cag:Petition } WHERE { ?p a cag:Petition }")
    assert isinstance(made, Triples)
    assert made == run(store, "CONSTRUCT { ?p a cag:Petition } WHERE { ?p a cag:Petition }")


def test_bindings_are_sent_as_terms(filled: Server) -> None:
    there = open_graph(filled.query)
    hostile = 'x" } #\n\\" ?s ?p ?o . } DROP ALL ; SELECT * { "'
    found = run(there, "SELECT ?name ?n { BIND(STRLEN(?name) AS ?n) }", bindings={"name": hostile})
    assert isinstance(found, Table)
    assert [row["name"] for row in found] == [hostile]
    assert [row["n"] for row in found] == [str(len(hostile))]


def test_substitution_keeps_selected_variables() -> None:
    term = {"n": ox.Literal("a")}
    assert substitute("SELECT ?n { ?s ?p ?n }", term) == 'SELECT ?n { VALUES ?n { "a" }  ?s ?p "a" }'
    assert substitute("ASK { ?s ?p ?n . FILTER(BOUND(?n)) # ?n\n }", term) == 'ASK { ?s ?p "a" . FILTER(true) # ?n\n }'
    assert substitute("SELECT ?name { ?s ?p ?name }", term).endswith("?s ?p ?name }")
    assert substitute("ASK { }", {}) == "ASK { }"
    with pytest.raises(QueryError, match="cannot be sent"):
        substitute("ASK { ?s ?p ?n }", {"n": ox.BlankNode()})


def test_show_network_and_exports_are_the_same_here_and_there(filled: Server, store: Store) -> None:
    there = open_graph(filled.query)
    for name in ("Jeff Bezos", "amazon", "petition/letter", "cloud contract", "Rekognition"):
        assert dossier(there, name) == dossier(store, name)
    assert there.turtle() == store.turtle()
    a, b = network(open_graph(filled.query)), network(store)
    assert sorted(a.nodes) == sorted(b.nodes)
    assert sorted(a.edges(keys=True)) == sorted(b.edges(keys=True))


def test_a_server_with_named_graphs_only_is_asked_for_their_union(server: Server, store: Store) -> None:
    push(store, server.store, default_graph=False)
    there = open_graph(server.query)
    ask = "SELECT DISTINCT ?name { ?p a cag:Person ; rdfs:label ?name }"
    assert sorted(map(str, run(there, ask).rows)) == sorted(map(str, run(store, ask).rows))  # type: ignore[union-attr]
    assert dossier(there, "Jeff Bezos") == dossier(store, "Jeff Bezos")


def test_a_server_with_a_default_graph_only_is_read_too(server: Server, store: Store) -> None:
    triples = "".join(f"{quad.triple} .\n" for quad in store.knowledge()).encode()
    headers = {"Content-Type": "application/n-triples"}
    request = urllib.request.Request(f"{server.store}?default", data=triples, method="PUT", headers=headers)
    urllib.request.urlopen(request).close()
    there = open_graph(server.query)
    assert there.turtle() == store.turtle()
    assert dossier(there, "Jeff Bezos") == dossier(store, "Jeff Bezos")


def test_the_commands_take_an_endpoint(filled: Server, folder: Path, tmp_path: Path) -> None:
    ask = "SELECT ?name { ?p a cag:Person ; rdfs:label ?name }"
    assert kg("query", "-g", filled.query, ask, "--format", "csv").stdout_bytes == b"name\r\nJeff Bezos\r\n"
    shown = kg("show", "-g", filled.query, "Jeff Bezos", "--format", "json")
    assert json.loads(shown.stdout) == json.loads(
        kg("show", "-g", str(folder), "Jeff Bezos", "--format", "json").stdout
    )
    assert kg("export", "-g", filled.query).stdout_bytes == (folder / "graph.ttl").read_bytes()
    assert kg("draw", "-g", filled.query, "-o", str(tmp_path / "page.html")).exit_code == 0
    assert "letter to Jeff Bezos" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_kg_push(server: Server, folder: Path, store: Store) -> None:
    done = kg("push", "-g", str(folder), server.store)
    assert done.exit_code == 0, done.output
    assert server.quads() == canonical(store.quads())
    again = kg("push", "-g", str(folder), server.store, "--format", "json")
    assert json.loads(again.stdout)["sent"] == 0


@pytest.mark.parametrize("query", ["SELECT * {", "SELECT ?x { ?x a cag:Petitoin }", "SELECT ?x { ?x kaf:label ?y }"])
def test_mistakes_are_explained_as_for_a_folder(query: str, filled: Server, store: Store) -> None:
    with pytest.raises(QueryError) as there:
        run(open_graph(filled.query), query)
    with pytest.raises(QueryError) as here:
        run(store, query)
    assert str(there.value) == str(here.value)


def test_a_slow_answer_is_given_up(filled: Server) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    began = time.monotonic()
    with pytest.raises(QueryTimeoutError, match=r"0\.5 seconds"):
        run(open_graph(filled.query), slow, timeout=0.5)
    assert time.monotonic() - began < 5


class _Odd(BaseHTTPRequestHandler):
    """Answers in ways that a SPARQL endpoint should not."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        status, kind, body = {
            "/page": (200, "text/html", b"<html>hello</html>"),
            "/broken": (200, "application/sparql-results+json", b'{"head'),
            "/secret": (401, "text/plain", b"who are you\x1b[31m?"),
            "/moved": (302, "text/plain", b""),
            "/open": (200, "application/sparql-results+json", b'{"head":{},"boolean":true}'),
        }[self.path.partition("?")[0]]
        if self.path == "/open" and self.headers["Authorization"] != "Basic YW5uOmEgc2VjcmV0":
            status = 401
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/else")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET = do_PUT = _answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Odd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{{}}127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("page", "give the address of its SPARQL endpoint"),
        ("broken", "not valid"),
        ("secret", "refuses access"),
        ("moved", "has moved to http://127.0.0.1:1/else"),
    ],
)
def test_odd_answers_are_explained(odd: str, path: str, words: str) -> None:
    with pytest.raises(KgError, match=words) as caught:
        run(open_graph(odd.format("") + path), "ASK { ?s ?p ?o }")
    assert "\x1b" not in str(caught.value)


def test_name_and_password_are_sent_and_never_repeated(odd: str) -> None:
    assert run(open_graph(odd.format("ann:a%20secret@") + "open"), "ASK { ?s ?p ?o }") is True
    with pytest.raises(GraphError) as caught:
        run(open_graph(odd.format("ann:wrong-word@") + "open"), "ASK { ?s ?p ?o }")
    assert "wrong-word" not in str(caught.value)
    assert "wrong-word" not in repr(open_graph(odd.format("ann:wrong-word@") + "open").endpoint)  # type: ignore[attr-defined]


def test_a_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(GraphError, match=r"127\.0\.0\.1:1/query: cannot be reached.*5 times"):
        run(open_graph("http://127.0.0.1:1/query"), "ASK { ?s ?p ?o }")
    with pytest.raises(UsageError, match="not an address"):
        open_graph("http://127.0.0.1:port/")


def test_a_damaged_note_of_an_earlier_push_only_costs_time(server: Server, store: Store) -> None:
    push(store, server.store)
    [note] = pushing._state_folder().iterdir()
    note.write_text("[1, 2", encoding="utf-8")
    assert push(store, server.store).skipped == 0
