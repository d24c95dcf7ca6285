"""The SPARQL 1.1 Protocol, with clients that others wrote."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.query import Table, run
from kg.serve.site import Settings
from kg.store import Store, open_graph

NAMES = "SELECT ?name { ?p a cag:Petition ; rdfs:label ?name } ORDER BY ?name"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
MODULES = [
    Path(__file__).parents[2] / "node_modules",
    *map(Path, filter(None, os.environ.get("NODE_PATH", "").split(":"))),
]


class Reply:
    """Status, headers and text of an answer, whatever the status."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body
        self.text = body.decode("utf-8", "replace")


def call(
    url: str, data: bytes | None = None, method: str | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    request = urllib.request.Request(url, data=data, method=method, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Reply(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.headers, error.read())


def ask(site: str, query: str, accept: str = "application/sparql-results+json", **more: str) -> Reply:
    fields = urllib.parse.urlencode({"query": query, **more})
    return call(f"{site}/sparql?{fields}", headers={"Accept": accept})


def values(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.text
    return [next(iter(row.values()))["value"] for row in json.loads(reply.text)["results"]["bindings"]]


def test_get_and_both_kinds_of_post_give_the_same(site: str) -> None:
    expected = values(ask(site, NAMES))
    assert "letter to Jeff Bezos" in expected
    accept = {"Accept": "application/sparql-results+json"}
    form = urllib.parse.urlencode({"query": NAMES}).encode()
    kinds = {"application/x-www-form-urlencoded": form, "application/sparql-query": NAMES.encode()}
    for kind, body in kinds.items():
        posted = call(f"{site}/sparql", body, "POST", {**accept, "Content-Type": f"{kind}; charset=UTF-8"})
        assert values(posted) == expected
    head = call(f"{site}/sparql?{urllib.parse.urlencode({'query': NAMES})}", method="HEAD", headers=accept)
    assert (head.status, head.body) == (200, b"")


@pytest.mark.parametrize(
    ("accept", "kind", "start"),
    [
        ("", "application/sparql-results+json", "{"),
        ("*/*", "application/sparql-results+json", "{"),
        ("application/sparql-results+xml", "application/sparql-results+xml", "<?xml"),
        ("text/csv", "text/csv; charset=utf-8", "name"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8", "?name"),
        ("text/csv;q=0.3, application/sparql-results+xml;q=0.9", "application/sparql-results+xml", "<?xml"),
        ("text/*", "text/csv; charset=utf-8", "name"),
        ("application/json;q=0, text/csv", "text/csv; charset=utf-8", "name"),
    ],
)
def test_tables_come_as_the_client_accepts_them(site: str, accept: str, kind: str, start: str) -> None:
    reply = ask(site, NAMES, accept)
    assert (reply.status, reply.headers["Content-Type"]) == (200, kind)
    assert reply.text.startswith(start)


@pytest.mark.parametrize(
    ("accept", "kind", "format_"),
    [
        ("*/*", "text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
        ("application/n-triples", "application/n-triples; charset=utf-8", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", "application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?p a cag:Petition }", "DESCRIBE id:petition\\/letter"])
def test_triples_come_as_the_client_accepts_them(
    site: str, query: str, accept: str, kind: str, format_: ox.RdfFormat
) -> None:
    reply = ask(site, query, accept)
    assert (reply.status, reply.headers["Content-Type"]) == (200, kind), reply.text
    assert len(list(ox.parse(reply.body, format_, base_iri="http://x/"))) >= 2


def test_types_that_cannot_hold_the_answer_are_refused(site: str) -> None:
    assert ask(site, NAMES, "image/png").status == 406
    assert ask(site, NAMES, "text/turtle").status == 406
    assert ask(site, "CONSTRUCT WHERE { ?p a cag:Petition }", "text/csv").status == 406


def test_ask_answers_in_json_and_xml(site: str) -> None:
    assert json.loads(ask(site, "ASK { ?p a cag:Petition }").text)["boolean"] is True
    assert "<boolean>false</boolean>" in ask(site, "ASK { ?p a cag:Union }", "application/sparql-results+xml").text


def test_the_dataset_can_be_named(site: str) -> None:
    graphs = values(ask(site, "SELECT DISTINCT ?g { GRAPH ?g { ?p a cag:Petition } } ORDER BY ?g"))
    assert len(graphs) == 3
    default = {"default-graph-uri": graphs[0]}
    assert len(values(ask(site, "SELECT ?p { ?p a cag:Petition }", **default))) == 1
    assert values(ask(site, "SELECT ?g { GRAPH ?g { ?p a cag:Petition } }", **default)) == []
    named = values(ask(site, "SELECT ?g { GRAPH ?g { ?p a cag:Petition } }", **{"named-graph-uri": graphs[0]}))
    assert named == [graphs[0]]
    assert values(ask(site, "SELECT ?p { ?p a cag:Petition }", **{"named-graph-uri": graphs[0]})) == []
    # Two reports name one letter; a merged graph has each triple once.
    pairs = [("query", "SELECT (COUNT(*) AS ?n) { ?p a cag:Petition }"), *(("default-graph-uri", g) for g in graphs)]
    merged = call(f"{site}/sparql?{urllib.parse.urlencode(pairs)}", headers={"Accept": "application/json"})
    assert values(merged) == ["2"]
    assert ask(site, NAMES, **{"default-graph-uri": "not an iri"}).status == 400


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * {", "line 1"),
        ("SELECT ?x { ?x a cag:Petitoin }", "did you mean cag:Petition?"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "graphs are only read"),
        ("LOAD <http://127.0.0.1:1/x>", "graphs are only read"),
        ("DROP ALL", "graphs are only read"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE would send data elsewhere"),
        ("SELECT * { #\rSERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE would send data elsewhere"),
        ("SELECT * { SERVICE SILENT ?s { ?s ?p ?o } }", "SERVICE would send data elsewhere"),
        ("", "begins with SELECT"),
    ],
)
def test_what_is_no_query_here_is_refused_with_the_reason(site: str, query: str, words: str) -> None:
    reply = ask(site, query)
    assert reply.status == 400
    assert words in reply.text
    assert reply.headers["Content-Type"].startswith("text/plain")


def disguised(where: str) -> list[str]:
    """Queries that call another server where only a parser of SPARQL sees it."""
    call = f"{where} {{ ?s ?p ?o }}"
    base = "PREFIX e: <http://e.example/> PREFIX : <http://127.0.0.1:1/> SELECT *"
    return [
        f"{base} {{ {{ ?s e:o\\' ?o }} UNION {{ SERVICE {call} }} FILTER(?o != 'x') }}",
        f"{base} {{ {{ ?s e:o\\# ?o }} UNION {{ SERVICE {call} }} }}",
        f"{base} {{ OPTIONAL {{ ?s <http://e.example/\\u0041#x> ?o }} SERVICE {call} }}",
        f"{base} {{ ?s ?p 1SERVICE{call} }}",
        f"{base} {{ ?s ?p ?o.sErViCe{call} }}",
        f"{base} {{ SERVICE :a {{ ?s ?p ?o }} }}",
        f"{base} {{ SERVICE:{{ ?s ?p ?o }} }}",
        f'{base} {{ OPTIONAL {{ ?s ?p """a\\"""" }} SERVICE {call} }}',
        f"{base} {{ # '\r SERVICE {call} }} # '",
        f"{base} {{ \\u0053ERVICE {call} }}",
        f"{base} {{ FILTER(1<2)SERVICE{call} FILTER(3>2) }}",
    ]


def test_disguised_calls_are_refused_before_the_engine_sees_them(store: Store) -> None:
    for query in disguised("<http://127.0.0.1:1/>"):
        with pytest.raises(QueryError, match=r"SERVICE would send|cannot be understood"):
            run(store, query)
    fine = (
        "SELECT ?service { ?service a schema:Service ; schema:serviceType 'SERVICE' ; e:self-service ?x # SERVICE\n }"
    )
    assert len(run(store, f"PREFIX e: <http://service.example/> {fine}")) == 0  # type: ignore[arg-type]


def test_a_process_behind_the_fence_reaches_nobody() -> None:
    """The second wall: even a call that no check found ends at the process."""
    code = """
import socket
import pyoxigraph as ox
from kg.serve.fence import fence
trap = socket.socket()
trap.bind(("127.0.0.1", 0))
trap.listen()
trap.settimeout(0.3)
where = f"<http://127.0.0.1:{trap.getsockname()[1]}/>"
if not fence():
    print("no fence here")
    raise SystemExit
for use in (socket.socket, lambda: list(ox.Store().query(f"SELECT * {{ SERVICE {where} {{ ?s ?p ?o }} }}"))):
    try:
        use()
        print("went through")
    except OSError:
        pass
try:
    trap.accept()
    print("somebody came")
except TimeoutError:
    print("nobody came")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    if done.stdout.strip() == "no fence here":
        pytest.skip("this system has no seccomp")
    assert done.stdout.split("\n") == ["nobody came", ""]


@pytest.mark.parametrize(
    "query",
    ["SELECT * " + "{" * 50_000 + "}" * 50_000, "SELECT * { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }",
     "SELECT * { " + "OPTIONAL{" * 30_000 + "}" * 30_000 + " }",
     "SELECT * { " + "[ <a:a> " * 9_000 + "1" + "]" * 9_000 + " }"],
    ids=["groups", "brackets", "optionals", "blank nodes"],
)  # fmt: skip
def test_bottomless_queries_are_refused_in_a_few_words(site: str, query: str) -> None:
    body = {"Content-Type": "application/sparql-query", "Accept": "application/json"}
    reply = call(f"{site}/sparql", query.encode(), "POST", body)
    assert reply.status == 400
    assert "nested more than 200 deep" in reply.text
    assert len(reply.text) < 600


def test_long_chains_do_not_end_the_process(store: Store) -> None:
    chain = "!" * 20_000
    assert isinstance(run(store, f"SELECT * {{ ?p a cag:Petition FILTER({chain}true) }}"), Table)
    many = "".join(f"BIND({number} AS ?x{number}) " for number in range(1500))
    found = run(store, f"SELECT ?x1 ?x1499 {{ {many} }}")
    assert [list(row.values()) for row in found] == [["1", "1499"]]  # type: ignore[union-attr]


def test_whoever_waits_longer_than_a_query_may_take_is_told(served: Path, serve_store: Callable[..., Any]) -> None:
    with serve_store(open_graph(served), Settings(timeout=1.5, workers=1)) as site:
        replies: list[Reply] = []
        threads = [threading.Thread(target=lambda: replies.append(ask(site, SLOW))) for _ in range(4)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - began < 8
        assert [reply.status for reply in replies] == [503] * 4
        assert any("too many queries are waiting" in reply.text for reply in replies)
        assert ask(site, NAMES).status == 200


def test_no_service_call_ever_leaves(site: str) -> None:
    with socket.socket() as trap:
        trap.bind(("127.0.0.1", 0))
        trap.listen()
        trap.settimeout(0.5)
        where = f"<http://127.0.0.1:{trap.getsockname()[1]}/>"
        for query in (
            f"SELECT * {{ SERVICE {where} {{ ?s ?p ?o }} }}",
            f"SELECT * {{ #\rSERVICE {where} {{ ?s ?p ?o }} }}",
            f"SELECT * {{ BIND({where} AS ?e) SERVICE?e{{ ?s ?p ?o }} }}",
            f"SELECT * FROM {where} {{ ?s ?p ?o }}",
            *disguised(where),
        ):
            assert ask(site, query).status in (200, 400), query
        with pytest.raises(TimeoutError):
            trap.accept()


@pytest.mark.parametrize(
    ("method", "kind", "body", "status"),
    [
        ("POST", "application/sparql-update", b"DROP ALL", 403),
        ("POST", "application/x-www-form-urlencoded", b"update=DROP+ALL", 403),
        ("POST", "application/x-www-form-urlencoded", b"query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("POST", "application/x-www-form-urlencoded", b"nothing=1", 400),
        ("POST", "application/x-www-form-urlencoded", b"query=%ff%fe", 400),
        ("POST", "application/sparql-query", b"\xff\xfe", 400),
        ("POST", "text/turtle", b"<a:a> <a:b> <a:c> .", 415),
        ("POST", "application/sparql-query", b"# " + b"x" * 10_000_000, 413),
        ("POST", "application/x-www-form-urlencoded", b"query=" + b"x" * 10_000_000, 413),
        ("PUT", "text/turtle", b"", 405),
        ("DELETE", "text/turtle", b"", 405),
        ("PATCH", "text/turtle", b"", 405),
    ],
)
def test_requests_that_the_protocol_does_not_know(site: str, method: str, kind: str, body: bytes, status: int) -> None:
    host, port = site.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    try:
        connection.request(method, "/sparql", body, {"Content-Type": kind, "Accept": "application/json"})
        reply = connection.getresponse()
    except (BrokenPipeError, ConnectionResetError):
        reply = connection.getresponse()
    text = reply.read().decode()
    assert reply.status == status, text
    assert 5 < len(text) < 500
    if status == 405:
        assert "GET" in (reply.getheader("Allow") or "")
    connection.close()


def test_a_body_without_a_length_is_measured_while_it_comes(site: str) -> None:
    host, port = site.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    blocks = (b"x" * 65_536 for _ in range(160))
    headers = {"Content-Type": "application/sparql-query", "Transfer-Encoding": "chunked"}
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.request("POST", "/sparql", blocks, headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_a_runaway_query_is_stopped_and_others_go_on(site: str) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(ask(site, SLOW).status)) for _ in range(3)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [503, 503, 503]
    assert time.monotonic() - began < 12
    assert "letter to Jeff Bezos" in values(ask(site, NAMES))


def test_rows_are_limited_and_the_answer_says_so(site: str) -> None:
    reply = ask(site, "SELECT ?s ?p ?o { ?s ?p ?o }")
    assert len(values(reply)) == 500
    assert (reply.headers["X-SPARQL-Truncated"], reply.headers["X-SPARQL-MaxRows"]) == ("true", "500")
    assert ask(site, NAMES).headers["X-SPARQL-Truncated"] is None


def test_too_many_at_once_are_told_to_come_back(served: Path, serve_store: Callable[..., Any]) -> None:
    from kg.serve import workers

    with pytest.MonkeyPatch.context() as patch:
        original = workers.Workers.__init__
        patch.setattr(workers.Workers, "__init__", lambda self, *a, **k: original(self, *a, **{**k, "waiting": 0}))
        with serve_store(open_graph(served), Settings(timeout=2, workers=1)) as site:
            slow = threading.Thread(target=ask, args=(site, SLOW))
            slow.start()
            time.sleep(0.7)
            reply = ask(site, NAMES)
            assert (reply.status, reply.headers["Retry-After"]) == (503, "5")
            slow.join()
            assert ask(site, NAMES).status == 200


def test_pages_of_other_sites_may_ask(site: str, served: Path, serve_store: Callable[..., Any]) -> None:
    origin = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    before = call(f"{site}/sparql", method="OPTIONS", headers=origin)
    assert (before.status, before.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "POST" in before.headers["Access-Control-Allow-Methods"]
    assert ask(site, NAMES).headers["Access-Control-Allow-Origin"] == "*"
    assert ask(site, "SELECT").headers["Access-Control-Allow-Origin"] == "*"
    assert call(f"{site}/").headers["Access-Control-Allow-Origin"] is None
    with serve_store(open_graph(served), Settings(cors="none", workers=1)) as closed:
        assert ask(closed, NAMES).headers["Access-Control-Allow-Origin"] is None


def test_the_service_describes_itself(site: str) -> None:
    reply = call(f"{site}/sparql", headers={"Accept": "text/turtle"})
    assert reply.headers["Content-Type"].startswith("text/turtle")
    assert any("SPARQL11Query" in str(quad.object) for quad in ox.parse(reply.body, ox.RdfFormat.TURTLE))


def test_a_wrong_host_name_gets_nothing(site: str) -> None:
    assert call(f"{site}/", headers={"Host": "evil.example"}).status == 421
    assert call(f"{site}/", headers={"Host": "localhost:1"}).status == 200


def test_an_rdf_file_can_be_served(tmp_path: Path, store: Store, serve_store: Callable[..., Any]) -> None:
    path = tmp_path / "graph.ttl"
    path.write_bytes(store.turtle())
    for graph in (open_graph(path), store):
        with serve_store(graph, Settings(workers=1)) as site:
            assert "letter to Jeff Bezos" in values(ask(site, NAMES))
            assert call(f"{site}/id/petition/letter", headers={"Accept": "text/html"}).status == 200


def test_sparqlwrapper(site: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(f"{site}/sparql")
    for method in (wrapper.GET, wrapper.POST):
        client.setMethod(method)
        client.setQuery(f"PREFIX cag: <https://w3id.org/cag/ns#> {NAMES}")
        for format_ in (wrapper.JSON, wrapper.XML, wrapper.CSV):
            client.setReturnFormat(format_)
            found = client.queryAndConvert()
            if format_ == wrapper.JSON:
                assert "letter to Jeff Bezos" in [row["name"]["value"] for row in found["results"]["bindings"]]
        client.setQuery("CONSTRUCT WHERE { ?p a cag:Petition }")
        client.setReturnFormat(wrapper.TURTLE)
        assert b"petition/letter" in client.queryAndConvert()
    client.setQuery("SELECT * {")
    with pytest.raises(wrapper.SPARQLExceptions.QueryBadFormed):
        client.query()


def test_rdflib_sparqlstore(site: str) -> None:
    from rdflib import RDF, Graph, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    petition = URIRef("https://w3id.org/cag/ns#Petition")
    for method in ("GET", "POST", "POST_FORM"):
        graph = Graph(SPARQLStore(f"{site}/sparql", method=method))
        assert URIRef("https://w3id.org/cag/id/petition/letter") in set(graph.subjects(RDF.type, petition))
        found = graph.query("SELECT ?n { ?p a <https://w3id.org/cag/ns#Petition> ; rdfs:label ?n }")
        assert "letter to Jeff Bezos" in {str(row[0]) for row in found}


def test_comunica(site: str) -> None:
    folder = next((path for path in MODULES if (path / "@comunica" / "query-sparql").is_dir()), None)
    node = shutil.which("node")
    if folder is None or node is None:
        pytest.skip("no Comunica on this machine (npm install @comunica/query-sparql@4)")
    script = f"""
      const {{ QueryEngine }} = require("@comunica/query-sparql");
      (async () => {{
        const engine = new QueryEngine();
        const query = "PREFIX cag: <https://w3id.org/cag/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
          + "SELECT ?n {{ ?p a cag:Petition ; rdfs:label ?n . OPTIONAL {{ ?p cag:addressee ?a }} }}";
        const rows = await (await engine.queryBindings(query, {{ sources: [
          {{ type: "sparql", value: "{site}/sparql" }} ] }})).toArray();
        console.log(JSON.stringify(rows.map((row) => row.get("n").value)));
      }})();
    """
    done = subprocess.run(
        [node, "-e", script], env={**os.environ, "NODE_PATH": str(folder)}, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "letter to Jeff Bezos" in json.loads(done.stdout)
