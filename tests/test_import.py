"""Hand-coded data comes into a graph folder, with its source, and lives there beside what was read from texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sample import LETTER

from kg import vocab
from kg.cli import main
from kg.errors import UsageError
from kg.export import render
from kg.facts import Index, facts
from kg.graph import Graph
from kg.importing import import_files
from kg.pipeline import build
from kg.store import Store, open_graph
from kg.validate import validate

RECORDS: list[dict[str, Any]] = [
    {
        "id": 9001,
        "date": "2031/04/05",
        "sources": ["https://paper.example/a", "not an address"],
        "actions": ["strike", "protest"],
        "struggles": ["pay and benefits"],
        "employment_types": ["warehouse workers"],
        "description": "Pickers at Amazon's hall in Springfield stopped work for a day.",
        "online": None,
        "locations": ["springfield-illinois-usa"],
        "companies": ["amazon"],
        "workers": 120,
        "tags": ["heat_wave"],
        "author": ["someone"],
    },
    {
        "id": 9002,
        "date": "2031/06/01",
        "sources": ["https://paper.example/b"],
        "actions": ["open letter", "union drive", "mutual aid"],
        "struggles": ["ethics"],
        "employment_types": ["na"],
        "description": "Staff of Fictive Robotics wrote to their board and began to organize.",
        "locations": ["worldwide"],
        "companies": ["fictive robotics"],
        "workers": None,
        "tags": None,
        "author": None,
    },
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "actions.json"
    path.write_text(json.dumps(RECORDS), encoding="utf-8")
    return path


def _imported(archive: Path, out: Path) -> Store:
    result = import_files([archive], out=out)
    assert not result.problems
    assert result.counts["imported documents"] == 2
    return open_graph(out)


def test_records_become_events_with_parties(archive: Path, tmp_path: Path) -> None:
    known = Index(store := _imported(archive, tmp_path / "graph"))
    [strike] = known.subjects("rdf:type", vocab.iri("cag:Protest"))
    assert known.all(strike, "cag:form") == [vocab.iri("form:strike")]
    assert known.all(strike, "schema:startDate") == ["2031-04-05"]
    [amazon] = known.all(strike, "cag:target")
    assert (known.label(amazon), known.class_of(amazon)) == ("Amazon", "Company")
    assert known.all(amazon, "owl:sameAs") == ["http://www.wikidata.org/entity/Q3884"]
    [group] = known.all(strike, "cag:participant")
    [size] = known.all(group, "cag:size")
    assert known.all(size, "schema:value") == ["120"]
    assert known.all(group, "cag:memberAffiliation") == [amazon]
    assert {known.label(cause) for cause in known.all(strike, "cag:concerns")} == {"pay and benefits", "heat wave"}
    assert {known.label(place) for place in known.all(strike, "cag:place")} == {"Springfield"}
    [letter] = known.subjects("rdf:type", vocab.iri("cag:Petition"))
    assert known.label(letter) == "Open letter at Fictive Robotics, 2031"
    assert len(known.subjects("rdf:type", vocab.iri("cag:UnionAction"))) == 1
    assert not known.all(letter, "cag:place")
    assert len(facts(store)) > 30


def test_every_statement_quotes_the_record_and_names_its_source(archive: Path, tmp_path: Path) -> None:
    found = facts(_imported(archive, tmp_path / "graph"))
    assert {fact.extractor for fact in found} == {"import/actions"}
    assert {fact.source.url for fact in found} == {"https://paper.example/a", "https://paper.example/b"}
    quotes = {(fact.predicate, fact.quote) for fact in found}
    assert {("cag:size", "120"), ("schema:startDate", "2031/04/05"), ("cag:target", "amazon")} <= quotes
    assert validate(Graph(open_graph(tmp_path / "graph")).rdflib.default_graph).conforms


def test_imported_and_read_facts_meet(archive: Path, tmp_path: Path) -> None:
    text = tmp_path / "texts" / "report.md"
    text.parent.mkdir()
    text.write_text("---\ndate: 2031-04-06\n---\nAmazon workers signed a petition to Jeff Bezos.\n", encoding="utf-8")
    out = tmp_path / "graph"
    build([text.parent], out=out)
    known = Index(_imported(archive, out))
    assert len(known.subjects("rdfs:label", None)) > 5
    named = [node for node in known.subjects("rdf:type", vocab.iri("cag:Company")) if known.label(node) == "Amazon"]
    assert len(named) == 1, "the text's Amazon and the archive's are one"
    extractors = {fact.extractor.partition("/")[0] for fact in facts(open_graph(out))}
    assert extractors == {"import", "rules"}


def test_a_later_build_keeps_what_was_imported(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    before = {fact.assertion for fact in facts(_imported(archive, out))}
    text = tmp_path / "texts" / "report.txt"
    text.parent.mkdir()
    text.write_text("date 2031-05-01\n\nGoogle employees marched in Berlin.\n", encoding="utf-8")
    build([text.parent], out=out)
    assert before < {fact.assertion for fact in facts(open_graph(out))}
    build([text.parent], out=out, rebuild=True)
    assert before < {fact.assertion for fact in facts(open_graph(out))}


def test_importing_again_replaces(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    first = render(_imported(archive, out), "turtle")
    assert render(_imported(archive, out), "turtle") == first
    archive.write_text(json.dumps([{**RECORDS[0], "workers": 130}, RECORDS[1]]), encoding="utf-8")
    second = render(_imported(archive, out), "turtle")
    assert b'"130"' in second
    assert b'"120"' not in second


def test_bad_records_are_reported_and_the_others_imported(tmp_path: Path) -> None:
    bad: list[Any] = ["text", {"id": 1}, {**RECORDS[0], "id": 2, "date": "yesterday"},
                      {**RECORDS[0], "id": 3, "workers": "many"}, RECORDS[0], RECORDS[0]]  # fmt: skip
    path = tmp_path / "actions.json"
    path.write_text(json.dumps(bad), encoding="utf-8")
    done = CliRunner().invoke(main, ["import", str(path), "--out", str(tmp_path / "graph"), "--format", "json"])
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["imported documents"] == 1
    reasons = " ".join(found["problems"])
    for words in (
        "#1: not a record",
        "#2: 'actions' has nothing",
        "'yesterday'",
        "'many'",
        "#6: the id 9001 occurs twice",
    ):
        assert words in reasons


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("actions.json", "{}", "not a list"),
        ("actions.json", "[", "JSON"),
        ("a.ttl", "nonsense", "not valid"),
        ("a.ttl", "<http://a.example/x> <http://a.example/y> 1 .", "nothing in it uses the vocabulary"),
        ("a.ttl", "@prefix cag: <https://w3id.org/cag/ns#> . cag:x a cag:Petitoin .", "did you mean cag:Petition"),
        ("a.xlsx", "", "cannot be imported"),
    ],
)
def test_what_cannot_be_imported_is_explained(name: str, content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        import_files([path], out=tmp_path / "graph")
    with pytest.raises(UsageError, match="no such file"):
        import_files([tmp_path / "none.ttl"], out=tmp_path / "graph")


def test_an_exported_graph_comes_back_with_its_evidence(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "sample.trig"
    path.write_bytes(render(store, "trig"))
    result = import_files([path], out=tmp_path / "graph")
    assert not result.problems
    back = open_graph(tmp_path / "graph")

    def told(graph: Store) -> set[tuple[str, ...]]:
        known = Index(graph)
        return {
            (known.label(f.subject), f.predicate, f.object if f.literal else known.label(f.object), f.quote,
             str(f.start), f.factuality, f.source.id, f.source.date, f.extractor)
            for f in facts(graph)
            if known.class_of(f.subject) and f.predicate not in ("rdfs:label", "skos:altLabel")
        }  # fmt: skip

    assert told(back) >= told(store)
    roles = {f.object for f in facts(back) if f.predicate == "org:role"}
    assert roles == {"chief executive"}
    assert LETTER.id in {fact.source.id for fact in facts(back)}


OWN = """
@prefix cag: <https://w3id.org/cag/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix form: <https://w3id.org/cag/form/> . @prefix ex: <https://own.example/> .
@prefix status: <https://w3id.org/cag/status/> . @prefix schema: <https://schema.org/> .
ex:sitin a cag:Protest ; rdfs:label "Sit-in at Fictive Robotics" ; cag:form form:sit-in ; cag:status status:occurred ;
    cag:target ex:fictive ; cag:size [ a cag:Count ; cag:rawText "about 40" ; cag:qualifier "about" ;
        schema:value 40 ; schema:minValue 32 ; schema:maxValue 48 ] .
ex:fictive a cag:Company ; rdfs:label "Fictive Robotics" .
"""


def test_triples_without_evidence_get_the_file_as_their_source(tmp_path: Path) -> None:
    path = tmp_path / "colleagues.ttl"
    path.write_text(OWN, encoding="utf-8")
    out = tmp_path / "graph"
    result = import_files([path], out=out)
    assert not result.problems
    store = open_graph(out)
    found = {(fact.predicate, fact.quote, fact.source.id, fact.extractor) for fact in facts(store)}
    quote = "Sit-in at Fictive Robotics cag:target Fictive Robotics"
    assert ("cag:target", quote, "colleagues", "import/rdf") in found
    known = Index(store)
    [sitin] = known.subjects("rdf:type", vocab.iri("cag:Protest"))
    assert known.label(known.first(sitin, "cag:size")) == "about 40"
    assert sitin.startswith(vocab.ID_BASE)
    assert validate(Graph(store).rdflib.default_graph).conforms


def test_a_quote_that_does_not_fit_is_reported(store: Store, tmp_path: Path) -> None:
    text = render(store, "ntriples").decode()
    path = tmp_path / "sample.nt"
    path.write_text(text.replace('exact> "Seattle"', 'exact> "Boston"'), encoding="utf-8")
    problems = import_files([path], out=tmp_path / "graph").problems
    assert any("does not fit its place" in str(problem) for problem in problems)


def test_a_document_of_the_folder_is_not_overwritten(store: Store, tmp_path: Path) -> None:
    text = tmp_path / "letter-report.txt"
    text.write_text(LETTER.text, encoding="utf-8")
    build([text], out=tmp_path / "graph")
    path = tmp_path / "sample.ttl"
    path.write_bytes(render(store, "turtle"))
    result = import_files([path], out=tmp_path / "graph")
    assert [str(p) for p in result.problems if "letter-report is in the graph already" in str(p)]
    assert result.counts["imported documents"] == 1


HEAD = "".join(
    f"@prefix {name}: <{vocab.prefixes()[name]}> .\n"
    for name in ("cag", "rdf", "rdfs", "oa", "schema", "prov", "id", "xsd")
)
PROVEN = """id:a a cag:Assertion ; rdf:subject id:p ; rdf:predicate rdf:type ; rdf:object cag:Petition ;
  cag:factuality "certain" ; cag:confidence 0.9 ; cag:extractor "x" ; prov:wasDerivedFrom id:s .
id:p a cag:Petition . id:d a cag:Document ; schema:identifier "page" ; schema:datePublished "2019-02-03" .
id:s oa:hasSource id:d ; oa:hasSelector id:q , id:t . id:q oa:exact "word" . id:t oa:start 1 ; oa:end 5 ."""
NUMBERS = """id:p a cag:Petition ; cag:size id:n . id:n a cag:Count ; cag:rawText "x" ; schema:minValue 3 .
id:c a cag:Contract ; cag:contractValue id:m ; cag:when id:w . id:m a schema:MonetaryAmount ; schema:value 4.5 .
id:w a cag:TimeSpan ; cag:rawText "x" ; cag:earliest "2019-01-01" ; cag:latest "2019-01-02" ."""


def _complaint(tmp_path: Path, content: str, name: str = "given.ttl") -> str:
    """Import a file as the command does; return what it says where something is wrong."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    done = CliRunner().invoke(main, ["import", str(path), "--out", str(tmp_path / "graph")])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (0, 1, 2)
    return done.output if done.exit_code else ""


@pytest.mark.parametrize("content", [PROVEN, NUMBERS], ids=["evidence", "numbers"])
def test_what_the_faults_below_are_made_of_is_fine(tmp_path: Path, content: str) -> None:
    assert not _complaint(tmp_path, HEAD + content)


@pytest.mark.parametrize(
    ("content", "before", "after", "said"),
    [
        (PROVEN, "oa:start 1", 'oa:start "many"', "oa:start “many”"),
        (PROVEN, "oa:start 1", "oa:start 1.5", "oa:start “1.5”"),
        (PROVEN, "oa:start 1", "oa:start -1", "oa:start “-1”"),
        (PROVEN, "oa:end 5", "oa:end 999999999999999", "oa:end “999999999999999”"),
        (PROVEN, "oa:start 1 ; ", "", "has no selector with oa:start"),
        (PROVEN, "0.9", '"INF"^^xsd:double', "cag:confidence “INF”"),
        (PROVEN, "0.9", '"sure"', "cag:confidence “sure”"),
        (PROVEN, '"certain"', '"maybe"', "cag:factuality “maybe”"),
        (PROVEN, "2019-02-03", "2019-02-31", "schema:datePublished “2019-02-31”"),
        (PROVEN, 'schema:identifier "page" ; ', "", "id:d has no schema:identifier"),
        (PROVEN, "rdf:subject id:p ; ", "", "id:a has no rdf:subject"),
        (PROVEN, "oa:exact", "oa:prefix <<( id:p cag:target id:p )>> ; oa:exact", "has a triple as a value"),
        (NUMBERS, "schema:minValue 3", 'schema:minValue "few"', "schema:minValue “few”"),
        (NUMBERS, "schema:minValue 3", "schema:minValue 3.5", "schema:minValue “3.5”"),
        (NUMBERS, "schema:value 4.5", 'schema:value "NaN"', "schema:value “NaN”"),
        (NUMBERS, "schema:value 4.5", "schema:value id:p", "schema:value"),
        (NUMBERS, "2019-01-02", "2019", "cag:latest “2019”"),
        (NUMBERS, 'cag:earliest "2019-01-01" ; ', "", "id:w has no cag:earliest"),
    ],
)
def test_values_that_cannot_be_are_named(tmp_path: Path, content: str, before: str, after: str, said: str) -> None:
    assert before in content
    answer = _complaint(tmp_path, HEAD + content.replace(before, after))
    assert said in answer
    assert "given.ttl" in answer


def test_entities_that_grow_are_refused_unexpanded(tmp_path: Path) -> None:
    def xml(declared: str, used: str) -> str:
        spaces = " ".join(f'xmlns:{name}="{vocab.prefixes()[name]}"' for name in ("rdf", "rdfs", "cag"))
        body = f'<cag:Petition rdf:about="http://e.example/p"><rdfs:label>{used}</rdfs:label></cag:Petition>'
        return f'<?xml version="1.0"?><!DOCTYPE r [{declared}]><rdf:RDF {spaces}>{body}</rdf:RDF>'

    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    long = f'<!ENTITY l9 "{"x" * 5000}">'
    for declared in (f'<!ENTITY l0 "ha">{laughs}', long):
        assert "XML entities that expand" in _complaint(tmp_path, xml(declared, "&l9;"), "laughs.rdf")
    outside = xml('<!ENTITY x SYSTEM "file:///etc/hostname">', "&x;")
    assert "not valid" in _complaint(tmp_path, outside, "outside.rdf")
    plain = xml('<!ENTITY rdf "http://www.w3.org/1999/02/22-rdf-syntax-ns#">', "fine")
    assert not _complaint(tmp_path, plain, "plain.rdf")


def test_circles_and_nameless_nodes_are_read_quickly(tmp_path: Path) -> None:
    circle = "id:a a cag:Petition ; cag:inResponseTo id:b . id:b a cag:Petition ; cag:inResponseTo id:a , id:b ."
    # Every node looks like every other: canonical names would try all orders of them, which never ends.
    alike = " ".join(f"_:n{a} cag:target _:n{b} ." for a in range(11) for b in range(11) if a != b)
    assert not _complaint(tmp_path, f"{HEAD}{circle} {alike}")


@pytest.mark.parametrize(
    ("content", "said"),
    [("[" * 100_000 + "]" * 100_000, "not readable as JSON"), ("null", "not a list"), ("\ufeff[]", "")],
    ids=["deep", "null", "byte order mark"],
)
def test_other_json_is_refused_or_read(tmp_path: Path, content: str, said: str) -> None:
    answer = _complaint(tmp_path, content, "actions.json")
    assert said in answer
    assert bool(said) == bool(answer)


def test_contexts_elsewhere_are_not_fetched(tmp_path: Path) -> None:
    import socket

    with socket.socket() as trap:
        trap.bind(("127.0.0.1", 0))
        trap.listen()
        trap.settimeout(0.3)
        context = f"http://127.0.0.1:{trap.getsockname()[1]}/context"
        assert "not valid JSON-LD" in _complaint(
            tmp_path, json.dumps({"@context": context, "@id": "a:b"}), "far.jsonld"
        )
        with pytest.raises(TimeoutError):
            trap.accept()
