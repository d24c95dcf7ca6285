"""The shapes accept what a graph should be, refuse each kind of fault, and the report says what to do."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, Dataset, Graph, URIRef
from sample import sample_quads

from kg import vocab
from kg.errors import SchemaError, UsageError
from kg.validate import Report, Violation, validate

PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in vocab.prefixes().items()) + (
    "PREFIX : <https://w3id.org/cag/id/>\n"
)

FACTS = """
:org-amazon a cag:Company ; rdfs:label "Amazon" ; skos:altLabel "the retailer" .
:org-police a cag:GovernmentBody ; rdfs:label "the police"@en .
:bezos a cag:Person ; rdfs:label "Jeff Bezos" ; org:memberOf :org-amazon .
:post a org:Membership ; org:member :bezos ; org:organization :org-amazon ; org:role "CEO" .
:staff a cag:Collective ; rdfs:label "Amazon employees" ; cag:memberAffiliation :org-amazon ; cag:size :count ;
    cag:opposes :contract .
:rekognition a cag:Technology ; rdfs:label "Rekognition" .
:privacy a cag:Cause ; rdfs:label "privacy" .
:stop a cag:Demand ; rdfs:label "stop selling to the police" .
:seattle a cag:Place ; rdfs:label "Seattle" .
:letter a cag:Petition ; rdfs:label "letter to Jeff Bezos" ; cag:form form:open-letter ; cag:status status:occurred ;
    cag:signatory :staff ; cag:addressee :bezos ; cag:target :org-amazon ; cag:demands :stop ;
    cag:concerns :contract , :rekognition , :privacy ; cag:size :count ; cag:when :june ;
    schema:startDate "2018-06"^^xsd:gYearMonth .
:rally a cag:Protest ; rdfs:label "rally" ; cag:form form:demonstration ; cag:status status:planned ;
    cag:organizer :staff ; cag:place :seattle ; cag:inResponseTo :contract .
:words a cag:PublicStatement ; rdfs:label "Bezos on the letter" ; cag:speaker :bezos ; cag:quotation "We listen." ;
    cag:inResponseTo :letter .
:contract a cag:Contract ; rdfs:label "police contract" ; cag:supplier :org-amazon ; cag:buyer :org-police ;
    cag:subject "face recognition" ; cag:covers :rekognition ; cag:contractValue :price ; cag:status status:bidding ;
    schema:identifier "P-1" .
"""

RECORDS = """
:count a cag:Count ; cag:rawText "more than 100" ; cag:qualifier "moreThan" ; schema:value 100 ; schema:minValue 101 .
:price a schema:MonetaryAmount ; cag:rawText "$1-2 million" ; cag:qualifier "range" ; schema:currency "USD" ;
    schema:minValue 1000000.0 ; schema:maxValue 2000000.0 .
:june a cag:TimeSpan ; cag:rawText "in June" ; cag:precision "month" ;
    cag:earliest "2018-06-01"^^xsd:date ; cag:latest "2018-06-30"^^xsd:date .
:doc a cag:Document ; schema:identifier "report" ; schema:datePublished "2018-06-22"^^xsd:date .
:org-amazon cag:supplies :org-police ; owl:sameAs wd:Q3884 .
:letter cag:corroboration 2 .
:span a oa:SpecificResource ; oa:hasSource :doc ; oa:hasSelector :quote , :position .
:quote a oa:TextQuoteSelector ; oa:exact "a letter 🚀" ; oa:prefix "They sent " ; oa:suffix "." .
:position a oa:TextPositionSelector ; oa:start 10 ; oa:end 20 .
:denied a cag:Assertion , rdf:Statement ; rdf:subject :org-amazon ; rdf:predicate cag:opposes ; rdf:object :letter ;
    cag:factuality "negated" ; cag:confidence 0.7 ; cag:extractor "hand" ; prov:wasAttributedTo :bezos ;
    prov:wasDerivedFrom [ a oa:SpecificResource ; oa:hasSource :doc ;
        oa:hasSelector [ a oa:TextQuoteSelector ; oa:exact "no" ] ,
                       [ a oa:TextPositionSelector ; oa:start 0 ; oa:end 2 ] ] .
"""

EVIDENCE = """
CONSTRUCT { ?a a cag:Assertion , rdf:Statement ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
    cag:factuality "certain" ; cag:confidence 0.9 ; cag:extractor "hand/rule" ; prov:wasDerivedFrom :span }
WHERE { ?s ?p ?o BIND (IRI(CONCAT("https://w3id.org/cag/id/a/", MD5(CONCAT(STR(?s), STR(?p), STR(?o))))) AS ?a) }
"""


def build(facts: str = FACTS) -> Graph:
    """Make the graph of the facts, each with an assertion, and the records."""
    stated = Graph().parse(data=PREFIXES + facts, format="turtle")
    asserted = stated.query(PREFIXES + EVIDENCE).graph
    assert asserted is not None
    return stated + asserted + Graph().parse(data=PREFIXES + RECORDS, format="turtle")


def faults(report: Report) -> set[tuple[str, str]]:
    """Return focus and path of each violation, shortened."""
    base = vocab.ID_BASE
    return {(v.focus.removeprefix(base), vocab.curie(v.path or "")) for v in report.violations}


def test_a_good_graph_conforms() -> None:
    report = validate(build())
    assert report == Report(True, ())
    assert report.text() == "conforms: no faults found"


def test_what_the_program_writes_conforms() -> None:
    dataset = Dataset()
    dataset.parse(data=ox.serialize(sample_quads(), format=ox.RdfFormat.N_QUADS).decode(), format="nquads")
    assert validate(dataset).text() == "conforms: no faults found"


def test_an_empty_graph_conforms() -> None:
    assert validate(Graph()).conforms


WRONG_FACTS = [
    ("a cag:Petition ;", "a cag:CollectiveAction ;", {("letter", "rdf:type")}),
    ("a cag:Petition ;", "a cag:Petition , cag:LegalAction ;", {("letter", "rdf:type"), ("letter", "cag:form")}),
    ("form:open-letter", "form:strike", {("letter", "cag:form")}),
    ("form:open-letter", "form:telegram", {("letter", "cag:form")}),
    ("cag:form form:open-letter ;", "", {("letter", "cag:form")}),
    ("cag:form form:demonstration", 'cag:form "demonstration"', {("rally", "cag:form")}),
    ("status:occurred", "status:awarded", {("letter", "cag:status")}),
    ("status:planned", "status:dreamt", {("rally", "cag:status")}),
    ("cag:status status:planned ;", "", {("rally", "cag:status")}),
    ("status:bidding", "status:threatened", {("contract", "cag:status")}),
    ("cag:signatory :staff", 'cag:signatory "the staff"', {("letter", "cag:signatory")}),
    ("cag:addressee :bezos", "cag:addressee :seattle", {("letter", "cag:addressee")}),
    ("cag:target :org-amazon", "cag:target :rekognition", {("letter", "cag:target")}),
    ("cag:organizer :staff", "cag:organizer :privacy", {("rally", "cag:organizer")}),
    ("cag:organizer :staff", "cag:participant :nobody", {("rally", "cag:participant")}),
    ("cag:concerns :contract", "cag:concerns :seattle", {("letter", "cag:concerns")}),
    ("cag:demands :stop", "cag:demands :privacy", {("letter", "cag:demands")}),
    ("cag:place :seattle", "cag:place :org-amazon", {("rally", "cag:place")}),
    ("cag:inResponseTo :letter", "cag:inResponseTo :bezos", {("words", "cag:inResponseTo")}),
    (":seattle a", ":seattle cag:inResponseTo :letter ; a", {("seattle", "")}),
    ("cag:speaker :bezos", "cag:speaker :letter", {("words", "cag:speaker")}),
    ('cag:quotation "We listen."', 'cag:quotation ""', {("words", "cag:quotation")}),
    ("a cag:PublicStatement ;", "", {("words", "")}),
    (
        "cag:supplier :org-amazon",
        "cag:supplier :rekognition",
        {("contract", "cag:supplier"), ("org-amazon", "cag:supplies")},
    ),
    ("cag:buyer :org-police", 'cag:buyer "police"', {("contract", "cag:buyer"), ("org-amazon", "cag:supplies")}),
    ("cag:covers :rekognition", "cag:covers :privacy", {("contract", "cag:covers")}),
    ("cag:contractValue :price", "cag:contractValue 5", {("contract", "cag:contractValue")}),
    ('cag:subject "face recognition"', "cag:subject :rekognition", {("contract", "cag:subject")}),
    ("a cag:Person ;", "a cag:Person , cag:Company ;", {("bezos", ""), ("bezos", "rdf:type")}),
    ("org:memberOf :org-amazon", "org:memberOf :seattle", {("bezos", "org:memberOf")}),
    ("org:member :bezos ;", "", {("post", "org:member")}),
    ("org:organization :org-amazon", "org:organization :bezos", {("post", "org:organization")}),
    ("cag:memberAffiliation :org-amazon", "cag:memberAffiliation :bezos", {("staff", "cag:memberAffiliation")}),
    ("cag:opposes :contract", "cag:opposes :seattle", {("staff", "cag:opposes")}),
    ("cag:opposes :contract", "cag:supports :privacy", {("staff", "cag:supports")}),
    (' ; rdfs:label "Seattle"', "", {("seattle", "rdfs:label")}),
    ('rdfs:label "Jeff Bezos"', 'rdfs:label ""', {("bezos", "rdfs:label")}),
    ('skos:altLabel "the retailer"', "skos:altLabel :bezos", {("org-amazon", "skos:altLabel")}),
    ("cag:size :count ; cag:when", "cag:size 100 ; cag:when", {("letter", "cag:size")}),
    ("cag:when :june", 'cag:when "June"', {("letter", "cag:when")}),
    (":seattle a", ":seattle cag:size :count ; a", {("seattle", "")}),
    ('"2018-06"^^xsd:gYearMonth', '"June 2018"', {("letter", "schema:startDate")}),
    ('"2018-06"^^xsd:gYearMonth', '"2018-06-31"^^xsd:date', {("letter", "schema:startDate")}),
]


@pytest.mark.parametrize(("old", "new", "expected"), WRONG_FACTS)
def test_wrong_facts_are_refused(old: str, new: str, expected: set[tuple[str, str]]) -> None:
    assert FACTS.count(old) >= 1
    report = validate(build(FACTS.replace(old, new, 1)))
    assert expected == faults(report)
    assert {v.severity for v in report.violations} <= {"Violation", "Warning"}
    assert not report.conforms


AMOUNTS = "schema:value | schema:minValue | schema:maxValue"

WRONG_RECORDS = [
    ("schema:minValue 101", "schema:minValue 101 ; schema:maxValue 50", {("count", "schema:minValue")}),
    ("schema:minValue 1000000.0", "schema:minValue 3000000.0", {("price", "schema:minValue")}),
    ('"moreThan"', '"roughly"', {("count", "cag:qualifier")}),
    ('cag:qualifier "moreThan" ;', "", {("count", "cag:qualifier")}),
    ('"moreThan"', '"vague"', {("count", "")}),
    ("schema:value 100", "schema:value 100 , 200", {("count", "schema:value")}),
    ("schema:value 100", "schema:value 100.5", {("count", AMOUNTS)}),
    ("schema:value 100", 'schema:value "100"', {("count", AMOUNTS), ("count", "schema:value")}),
    ("schema:minValue 101", "schema:minValue -1", {("count", "schema:minValue")}),
    ('cag:rawText "more than 100" ;', "", {("count", "cag:rawText")}),
    ('"USD"', '"dollars"', {("price", "schema:currency")}),
    ('schema:currency "USD" ;', "", {("price", "schema:currency")}),
    ('cag:earliest "2018-06-01"', 'cag:earliest "2018-07-01"', {("june", "cag:earliest")}),
    ('cag:latest "2018-06-30"^^xsd:date', 'cag:latest "30 June"', {("june", "cag:latest"), ("june", "cag:earliest")}),
    ('cag:precision "month"', 'cag:precision "decade"', {("june", "cag:precision")}),
    ('cag:precision "month" ;', "", {("june", "")}),
    ('schema:identifier "report" ;', "", {("doc", "schema:identifier")}),
    ('"2018-06-22"^^xsd:date', '"last week"', {("doc", "schema:datePublished")}),
    ("oa:hasSource :doc ; oa:hasSelector :quote", "oa:hasSelector :quote", {("span", "oa:hasSource")}),
    (
        "oa:hasSource :doc ; oa:hasSelector :quote",
        "oa:hasSource :bezos ; oa:hasSelector :quote",
        {("span", "oa:hasSource")},
    ),
    (":quote , :position", ":position", {("span", "oa:hasSelector")}),
    (":quote , :position", ":quote", {("span", "oa:hasSelector")}),
    ('oa:exact "a letter 🚀" ;', "", {("quote", "oa:exact")}),
    ("oa:start 10 ; oa:end 20", "oa:start 20 ; oa:end 10", {("position", "oa:start"), ("span", "oa:exact")}),
    ("oa:start 10 ; oa:end 20", "oa:start 10 ; oa:end 21", {("span", "oa:exact")}),
    ("oa:start 10 ; oa:end 20", "oa:end 20", {("position", "oa:start")}),
    ("oa:start 10 ; oa:end 20", "oa:start -1 ; oa:end 9", {("position", "oa:start")}),
    ("rdf:subject :org-amazon ;", "", {("denied", "rdf:subject")}),
    ("rdf:predicate cag:opposes ;", 'rdf:predicate "opposes" ;', {("denied", "rdf:predicate")}),
    ("rdf:object :letter ;", "", {("denied", "rdf:object")}),
    ("rdf:object :letter ;", "rdf:object :letter , :rally ;", {("denied", "rdf:object")}),
    ('"negated"', '"doubtful"', {("denied", "cag:factuality")}),
    ('cag:factuality "negated" ;', "", {("denied", "cag:factuality")}),
    ("cag:confidence 0.7", "cag:confidence 1.7", {("denied", "cag:confidence")}),
    ("cag:confidence 0.7 ;", "", {("denied", "cag:confidence")}),
    ('cag:extractor "hand" ;', "", {("denied", "cag:extractor")}),
    ("prov:wasAttributedTo :bezos", 'prov:wasAttributedTo "Bezos"', {("denied", "prov:wasAttributedTo")}),
    ("prov:wasDerivedFrom [", "rdfs:seeAlso [", {("denied", "prov:wasDerivedFrom")}),
    ("cag:corroboration 2", "cag:corroboration 0", {("letter", "cag:corroboration")}),
]


@pytest.mark.parametrize(("old", "new", "expected"), WRONG_RECORDS)
def test_wrong_records_are_refused(
    old: str, new: str, expected: set[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert RECORDS.count(old) == 1
    monkeypatch.setattr(f"{__name__}.RECORDS", RECORDS.replace(old, new))
    report = validate(build())
    assert faults(report) == expected
    assert not report.conforms


FORGET = "DELETE {{ ?a ?p ?o }} WHERE {{ ?a rdf:subject {} ; rdf:predicate {} ; ?p ?o }}"
DENY = (
    "DELETE {{ ?a cag:factuality ?f }} INSERT {{ ?a cag:factuality 'negated' }} "
    "WHERE {{ ?a rdf:subject {} ; rdf:predicate {} ; cag:factuality ?f }}"
)
COUNT = ":other a cag:Count ; cag:rawText '5' ; cag:qualifier 'exact'"

UNSUPPORTED = [
    ('INSERT DATA { :bezos rdfs:label "Jeffrey" }', ("bezos", "rdfs:label")),
    ('INSERT DATA { :letter skos:altLabel "the plea" }', ("letter", "skos:altLabel")),
    ('INSERT DATA { :letter rdfs:label "letter to Jeff Bezos"@en }', ("letter", "rdfs:label")),
    ("INSERT DATA { :rally cag:target :org-amazon }", ("rally", "cag:target")),
    ("INSERT DATA { :org-amazon cag:opposes :letter }", ("org-amazon", "cag:opposes")),
    ("INSERT DATA { :org-amazon cag:supplies :staff }", ("org-amazon", "cag:supplies")),
    ('INSERT DATA { :post org:role "founder" }', ("post", "org:role")),
    (f"INSERT DATA {{ :staff cag:size :other . {COUNT} }}", ("staff", "cag:size")),
    (FORGET.format(":seattle", "rdf:type"), ("seattle", "rdf:type")),
    (FORGET.format(":contract", "cag:buyer"), ("contract", "cag:buyer")),
    (DENY.format(":rally", "cag:place"), ("rally", "cag:place")),
]


@pytest.mark.parametrize(("update", "expected"), UNSUPPORTED)
def test_no_statement_without_evidence(update: str, expected: tuple[str, str]) -> None:
    graph = build()
    graph.update(PREFIXES + update)
    report = validate(graph)
    assert faults(report) == {expected}
    assert [v.message.split(";")[0] for v in report.violations] == ["no assertion supports the triple"]


def test_the_fast_checks_find_what_the_sparql_constraints_find() -> None:
    graph = build()
    for update, _ in UNSUPPORTED:
        graph.update(PREFIXES + update)
    graph.update(PREFIXES + "DELETE DATA { :position oa:end 20 }; INSERT DATA { :position oa:end 30 }")
    report = validate(graph)
    assert faults(report) == {*(place for _, place in UNSUPPORTED), ("span", "oa:exact")}
    assert report == validate(graph, shapes=vocab.schema_dir() / "shapes.ttl")


def test_a_contract_is_the_evidence_of_supplies() -> None:
    graph = build()
    assert (URIRef(vocab.iri("org-amazon")), URIRef(vocab.iri("cag:supplies")), None) in graph
    graph.update(PREFIXES + "DELETE WHERE { :contract cag:buyer ?x }")
    assert faults(validate(graph)) == {("org-amazon", "cag:supplies")}


def test_warnings_leave_the_graph_conforming() -> None:
    report = validate(build(FACTS.replace('rdfs:label "rally" ;', "")))
    assert report.conforms
    assert [(v.path, v.severity) for v in report.violations] == [(vocab.iri("rdfs:label"), "Warning")]
    assert report.text().startswith("conforms: 1 warning\nWarning: id:rally rdfs:label\n    no label; add")


def test_datasets_are_checked_as_a_whole() -> None:
    dataset = Dataset()
    for number, triple in enumerate(sorted(build())):
        dataset.graph(URIRef(f"https://example.org/{number % 2}")).add(triple)
    assert validate(dataset).conforms
    dataset.graph(URIRef("https://example.org/0")).add(
        (URIRef(vocab.iri("x")), RDF.type, URIRef(vocab.iri("cag:Place")))
    )
    assert faults(validate(dataset)) == {("x", "rdf:type"), ("x", "rdfs:label")}


def test_strings_with_and_without_datatype_are_the_same() -> None:
    text = build().serialize(format="nt")
    for word in ("certain", "moreThan", "month"):
        text = text.replace(f'"{word}" .', f'"{word}"^^<http://www.w3.org/2001/XMLSchema#string> .')
    assert validate(Graph().parse(data=text, format="nt")).conforms


def test_the_graph_stays_as_it_was() -> None:
    graph = build()
    before = set(graph)
    validate(graph)
    assert set(graph) == before


def test_blank_nodes_are_named_by_their_way() -> None:
    graph = build()
    graph.update(PREFIXES + 'DELETE { ?q oa:exact "no" } WHERE { ?q oa:exact "no" }')
    (violation,) = validate(graph).violations
    assert violation.focus == "oa:hasSelector of prov:wasDerivedFrom of id:denied"


def test_the_report_as_text_and_as_data() -> None:
    report = validate(build(FACTS.replace("status:occurred", "status:awarded")))
    assert report.text().splitlines() == [
        "does not conform: 1 violation",
        "Violation: id:letter cag:status status:awarded",
        "    no status, or one that actions do not take; "
        "use status:cancelled, occurred, ongoing, planned, prevented or threatened",
    ]
    data = json.loads(json.dumps(report.as_dict()))
    assert data["conforms"] is False
    assert [Violation(**each) for each in data["violations"]] == list(report.violations)
    assert data["violations"][0]["value"] == vocab.iri("status:awarded")


def test_reports_are_the_same_in_every_run() -> None:
    broken = FACTS.replace("cag:form", "cag:place").replace("status:", "form:")
    assert validate(build(broken)) == validate(build(broken))


SHACL = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <https://example.org/> .\n"


def test_other_shapes(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    property_ = "sh:property [ sh:path [ sh:alternativePath ( x:a x:b ) ] ; sh:minCount 1 ]"
    file.write_text(f"{SHACL} x:s a sh:NodeShape ; sh:targetNode x:it ; {property_} .", encoding="utf-8")
    (violation,) = validate(Graph(), shapes=file).violations
    assert (violation.focus, violation.severity) == ("https://example.org/it", "Violation")
    assert violation.path == "<https://example.org/a> | <https://example.org/b>"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ttl", b"no turtle at all", "not readable as turtle"),
        ("a.ttl", b"\xff\xfe\x00", "not readable as turtle"),
        ("a.ttl", b"<a> <b> (", "not readable as turtle"),
        ("a.rdf", b"<rdf", "not readable as xml"),
        ("a.jsonld", b'{"@context": 3}', "not readable as json-ld"),
        ("a.nt", b"<a <b>", "not readable as nt"),
        ("a.ttl", b"", "holds no SHACL shape"),
        ("a.ttl", b"<a:a> <a:b> <a:c> .", "holds no SHACL shape"),
        ("a.ttl", f"{SHACL} x:s a sh:NodeShape ; sh:property [ sh:minCount 1 ] .".encode(), "not well-formed SHACL"),
        ("a.ttl", f"{SHACL} x:s a sh:NodeShape ; sh:targetNode x:c ; sh:pattern '[' .".encode(), "not well-formed"),
        (
            "a.ttl",
            f"{SHACL} x:s a sh:NodeShape ; sh:targetNode x:c ; sh:sparql [ sh:select 'SELEKT' ] .".encode(),
            "not well-formed SHACL",
        ),
    ],
)
def test_malformed_shapes_are_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(SchemaError, match=message) as caught:
        validate(Graph(), shapes=file)
    assert str(caught.value).startswith(f"{file}: ")
    assert "\n" not in str(caught.value)


def test_missing_shapes_are_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.ttl: no such shapes file"):
        validate(Graph(), shapes=tmp_path / "none.ttl")


def test_time_grows_no_faster_than_the_graph() -> None:
    """An actor that hundreds of triples are about must not slow the evidence check down."""
    facts = FACTS + "".join(f":staff cag:opposes :c{n} . :c{n} a cag:Contract ; rdfs:label 'c' .\n" for n in range(600))
    graph = build(facts)
    start = time.perf_counter()
    assert validate(graph).conforms
    assert len(graph) > 15_000
    assert time.perf_counter() - start < 30
