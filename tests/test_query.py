"""Queries answer, explain their mistakes, stop in time, and come out in every format."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg import vocab
from kg.errors import KgError, QueryError, QueryTimeoutError
from kg.formats import TABLE_FORMATS, table_of, write
from kg.query import Table, Triples, run, run_saved, saved_queries, saved_query
from kg.sparql import mask
from kg.store import Store, open_graph

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"


def test_each_form_of_query_has_its_result(store: Store) -> None:
    found = run(store, "SELECT ?name ?none { id:company\\/amazon rdfs:label ?name }")
    assert isinstance(found, Table)
    assert (found.columns, list(found), found.rows[0][1]) == (["name", "none"], [{"name": "Amazon"}], None)
    assert run(store, "ASK { ?x a cag:Petition }") is True
    assert run(store, "ASK { ?x a cag:LegalAction }") is False
    for sparql in ("CONSTRUCT { ?x a cag:Actor } WHERE { ?x a cag:Company }", "DESCRIBE id:company\\/amazon"):
        triples = run(store, sparql)
        assert isinstance(triples, Triples)
        assert len(triples.triples) >= 2


@pytest.mark.parametrize(
    "prefix",
    [
        "cag",
        "id",
        "form",
        "status",
        "schema",
        "org",
        "foaf",
        "prov",
        "oa",
        "skos",
        "rdfs",
        "xsd",
        "owl",
        "dcterms",
        "wd",
    ],
)
def test_promised_prefixes_are_declared(prefix: str, store: Store) -> None:
    assert run(store, f"ASK {{ BIND({prefix}: AS ?x) }}") is True


@pytest.mark.parametrize(
    ("sparql", "place", "hint"),
    [
        ("SELECT * WHERE { ?s foo:x ?o }", "line 1, column 21", "did you mean form:?"),
        ("SELECT * {\n  ?s shcema:name ?o }", "line 2, column 6", "did you mean schema:?"),
        ("SELECT * {\n  ?s zzzqq:name ?o }", "line 2, column 6", "PREFIX zzzqq:"),
        ("SELECT * {\n  ?s cag:adressee ?o }", "line 2, column 6", "did you mean cag:addressee?"),
        ("SELECT * { ?s cag:form form:stroke }", "line 1, column 24", "did you mean form:strike?"),
        ("SELECT * {\n ?s ?p ?o ", "line 2, column 11", "cannot be understood"),
        ("SELEC ?s {}", "line 1, column 1", "begins with SELECT"),
        ("DELETE WHERE { ?s ?p ?o }", "line 1, column 1", "only read"),
        ("", "line 1, column 1", "begins with SELECT"),
        ("SELECT ?x (COUNT(*) AS ?n) { ?s a ?t } GROUP BY ?s", "column 51", "unbound"),
        ("SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }", "column 12", "SERVICE"),
    ],
)
def test_mistakes_are_located_and_explained(sparql: str, place: str, hint: str, store: Store) -> None:
    with pytest.raises(QueryError) as caught:
        run(store, sparql)
    assert place in str(caught.value)
    assert hint in str(caught.value)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    "sparql",
    [
        "ASK { ?s rdfs:label 'cag:nonsense and SERVICE' }",
        "ASK { ?service a cag:Petition # cag:nonsense SERVICE\n }",
        "PREFIX cag: <https://other.example/> ASK { ?s cag:nonsense ?o }",
        'ASK { ?s <https://example.org/cag:nonsense#service> ?o FILTER(?o != """cag:no \'foo:x\' """) }',
        "ASK { _:cag ^cag:target/(cag:signatory|!cag:size)* ?o }",
    ],
)
def test_what_only_looks_like_a_mistake_passes(sparql: str, store: Store) -> None:
    assert run(store, sparql) in (True, False)


@given(st.text(max_size=80))
def test_masking_keeps_every_place(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert [i for i, c in enumerate(text) if c == "\n"] == [i for i, c in enumerate(masked) if c == "\n"]


@given(st.text(max_size=60))
def test_any_text_is_answered_or_explained(text: str) -> None:
    try:
        run(Store.of([]), text)
    except KgError as error:
        assert str(error).startswith("query")


def test_bindings_are_terms_and_never_text(store: Store) -> None:
    sparql = "SELECT ?s ?name { ?s rdfs:label ?name }"
    assert len(run(store, sparql, bindings={"name": "Amazon"})) == 1  # type: ignore[arg-type]
    for hostile in ('Amazon" } #', "Amazon' || true", "\\", "?s"):
        assert len(run(store, sparql, bindings={"name": hostile})) == 0  # type: ignore[arg-type]
    node = ox.NamedNode(vocab.iri("company/amazon"))
    assert list(run(store, sparql, bindings={"?s": node})) == [{"s": node.value, "name": "Amazon"}]  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="after SELECT"):
        run(store, sparql, bindings={"other": 1})
    with pytest.raises(QueryError, match="cannot be bound"):
        run(store, sparql, bindings={"name": object()})


def test_a_limit_cuts_and_says_so(store: Store) -> None:
    found = run(store, "SELECT * { ?s ?p ?o }", limit=3)
    assert isinstance(found, Table)
    assert (len(found), found.cut) == (3, True)
    whole = run(store, "SELECT * { ?s a cag:Petition }", limit=1)
    assert isinstance(whole, Table)
    assert (len(whole), whole.cut) == (1, False)
    some = run(store, "CONSTRUCT WHERE { ?s ?p ?o }", limit=2)
    assert isinstance(some, Triples)
    assert (len(some.triples), some.cut) == (2, True)


@pytest.mark.parametrize("where", ["memory", "folder"])
def test_a_timeout_stops_a_runaway_query(where: str, store: Store, folder: Path) -> None:
    found = store if where == "memory" else open_graph(folder)
    start = time.monotonic()
    with pytest.raises(QueryTimeoutError, match="--timeout"):
        run(found, ENDLESS, timeout=1.0)
    assert time.monotonic() - start < 3
    sparql = "SELECT ?name { ?s rdfs:label ?name } ORDER BY ?name"
    assert run(found, sparql, timeout=30) == run(found, sparql)
    with pytest.raises(QueryError, match="line 1"):
        run(found, "SELECT nonsense", timeout=30)


def test_every_saved_query_runs_with_its_examples_and_its_defaults(store: Store) -> None:
    found = saved_queries()
    assert len(found) >= 12
    for saved in found.values():
        assert saved.title != saved.name, saved.name
        assert saved.description, saved.name
        result = run_saved(store, saved, {parameter.name: parameter.example for parameter in saved.parameters})
        assert isinstance(result, Table)
        assert not {parameter.name for parameter in saved.parameters} & set(result.columns)
        if all(parameter.default is not None for parameter in saved.parameters):
            run_saved(store, saved, {})


@pytest.mark.parametrize(
    ("name", "given", "column", "values"),
    [
        ("contracts-of", {"name": "amazon web"}, "amount", {"$600 million"}),
        ("contracts-of", {"name": "Intelligence"}, "supplier", {"Amazon Web Services"}),
        ("protests-against", {"name": "Amazon"}, "who", {"Amazon employees"}),
        ("protests-against", {}, "against", {"Amazon", "Jeff Bezos"}),
        ("petitions", {}, "minimum", {"101"}),
        ("petitions", {}, "maximum", set()),
        ("planned", {"after": "2019-07-01"}, "action", {"rally in Seattle"}),
        ("planned", {"after": "2019-08-01"}, "action", set()),
        ("actions-about", {"name": "rekognition"}, "action", {"letter to Jeff Bezos"}),
        ("evidence", {"name": "rally"}, "document", {"letter-report"}),
        ("documents", {}, "document", {"letter-report", "Überblick/Verträge"}),
        ("largest", {"least": "200"}, "size", {"450"}),
        ("affiliations", {"name": "Amazon"}, "member", {"Jeff Bezos", "Amazon employees"}),
        ("timeline-of", {"name": "bezos"}, "what", {"letter to Jeff Bezos"}),
        ("supply-chain", {}, "contracts", {"1"}),
        ("actors", {"name": "Central"}, "roles", {"1"}),
    ],
)
def test_saved_queries_answer(name: str, given: dict[str, str], column: str, values: set[str], store: Store) -> None:
    result = run_saved(store, saved_query(name), given)
    assert isinstance(result, Table)
    assert {row[column] for row in result if column in row} == values


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("petition", {}, "did you mean petitions"),
        ("contracts-of", {}, "for example name="),
        ("contracts-of", {"nam": "x"}, "it takes name"),
        ("planned", {"after": "June"}, "not a valid date"),
        ("largest", {"least": "many"}, "not a valid integer"),
    ],
)
def test_wrong_use_of_saved_queries_is_explained(name: str, given: dict[str, str], words: str, store: Store) -> None:
    with pytest.raises(QueryError, match=words):
        run_saved(store, saved_query(name), given)


def test_own_saved_queries_win(tmp_path: Path, store: Store) -> None:
    (tmp_path / "petitions.rq").write_text(
        '# title: Mine\n# param: node iri required "cag:Company"\nSELECT ?node ?s { ?s a ?node }', encoding="utf-8"
    )
    saved = saved_query("petitions", [tmp_path])
    assert saved.title == "Mine"
    assert len(run_saved(store, saved, {"node": "cag:Company"})) == 2  # type: ignore[arg-type]
    (tmp_path / "bad.rq").write_text("# param: x\nASK {}", encoding="utf-8")
    with pytest.raises(KgError, match=r"bad\.rq"):
        saved_queries([tmp_path])
    with pytest.raises(QueryError, match="no such folder"):
        saved_queries([tmp_path / "none"])


HOSTILE = [
    'a"b,c',
    "two\nlines",
    "tab\tbed",
    "<script>",
    "[red]x[/red]",
    "\x1b[31mred",
    "\u202eabc",
    "|pipe|",
    "\0",
    "",
]


def _hostile() -> Table:
    node = ox.NamedNode("https://example.org/a&b")
    rows = [(ox.Literal(text), node, None) for text in HOSTILE]
    return Table(["text", "node", "none"], [*rows, (ox.Literal("x", language="en"), ox.Literal(5), ox.BlankNode("b"))])


def test_json_and_tsv_are_read_back_by_the_engine() -> None:
    table = _hostile()
    for format_, reader in (("json", ox.QueryResultsFormat.JSON), ("tsv", ox.QueryResultsFormat.TSV)):
        back = ox.parse_query_results(write(table, format_), reader)
        assert isinstance(back, ox.QuerySolutions)
        assert [tuple(row)[:2] for row in back] == [row[:2] for row in table.rows]


def test_xml_is_read_back_but_for_control_characters() -> None:
    table = _hostile()
    back = ox.parse_query_results(write(table, "xml"), ox.QueryResultsFormat.XML)
    assert isinstance(back, ox.QuerySolutions)
    texts = [row["text"].value for row in back]
    assert texts[: len(HOSTILE)] == [text.replace("\x1b", "\ufffd").replace("\0", "\ufffd") for text in HOSTILE]


def test_csv_is_read_back() -> None:
    rows = list(csv.DictReader(io.StringIO(write(_hostile(), "csv"), newline="")))
    assert [row["text"] for row in rows][: len(HOSTILE)] == HOSTILE


def test_tables_for_people_are_inert() -> None:
    table = write(_hostile(), "table", color=True)
    assert "\x1b[31mred" not in table
    assert "[red]x[/red]" in table
    markdown = write(_hostile(), "markdown")
    assert "&lt;script>" in markdown
    assert all(line.startswith("| ") and line.endswith(" |") for line in markdown.splitlines())


def test_iris_are_shortened_for_people_only() -> None:
    table = Table(["x"], [(ox.NamedNode(vocab.iri("cag:target")),)])
    assert "cag:target" in write(table, "table")
    assert "https://w3id.org/cag/ns#target" in write(table, "csv")


def test_triples_come_as_turtle_or_jsonld(store: Store) -> None:
    result = run(store, "CONSTRUCT WHERE { ?s a cag:Petition ; rdfs:label ?l }")
    for format_, name in (("turtle", "turtle"), ("jsonld", "json-ld"), ("table", "turtle")):
        assert len(rdflib.Graph().parse(data=write(result, format_), format=name)) == 2
    with pytest.raises(QueryError, match="turtle, jsonld"):
        write(result, "csv")
    with pytest.raises(QueryError, match="CONSTRUCT"):
        write(Table([], []), "turtle")


def test_ask_is_written_in_every_table_format() -> None:
    assert json.loads(write(True, "json"))["boolean"] is True
    back = ox.parse_query_results(write(True, "xml"), ox.QueryResultsFormat.XML)
    assert isinstance(back, ox.QueryBoolean)
    assert back
    assert write(False, "table") == "false\n"


def test_an_empty_table_can_be_written() -> None:
    for format_ in TABLE_FORMATS:
        assert "name" in write(table_of(["name"], []), format_)
