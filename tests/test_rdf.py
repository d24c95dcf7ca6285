"""Statements become quads and come back; identifiers are safe; evidence points at its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample import CONTRACT, LETTER, LINKER, contract_statements, letter_statements, said

from kg import vocab
from kg.errors import SchemaError
from kg.model import Count, Document, Evidence, Linker, Literal, Money, Statement, TimeSpan
from kg.rdf import CONTEXT, document_id, quads, statements
from kg.store import Store

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SLUG = st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True)
NODE = st.builds("{}/{}".format, st.sampled_from(["person", "petition", "contract"]), SLUG)
NUMBER = st.none() | st.integers(0, 10**9)
AMOUNT = st.none() | st.decimals(0, 10**12, places=2).map(lambda n: n.normalize())
LITERAL = st.one_of(
    st.builds(Literal, TEXT),
    st.builds(Literal, TEXT, st.just("xsd:string"), st.sampled_from(["en", "de"])),
    st.dates().map(lambda day: Literal(day.isoformat(), "xsd:date")),
    st.integers().map(lambda number: Literal(str(number), "xsd:integer")),
)
TERM = st.one_of(
    NODE,
    st.sampled_from(["form:strike", "status:planned", "cag:Petition"]),
    LITERAL,
    st.builds(Count, TEXT, st.sampled_from(["exact", "vague"]), NUMBER, NUMBER, NUMBER),
    st.builds(Money, TEXT, st.just("about"), st.sampled_from(["USD", "EUR"]), AMOUNT, AMOUNT, AMOUNT),
    st.builds(TimeSpan, TEXT, st.dates(), st.dates(), st.sampled_from(["day", "year"])),
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, list[Statement]]:
    """A document with any text and id, and statements whose quotes are parts of it."""
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
    document = Document(draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)), text)
    found = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        evidence = Evidence(
            document.id,
            start,
            end,
            text[start:end],
            draw(SLUG),
            draw(st.integers(0, 1000)) / 1000,
            draw(st.sampled_from(["certain", "probable", "possible", "negated"])),
            draw(st.none() | NODE),
        )
        predicate = draw(st.sampled_from(["cag:target", "cag:size", "rdfs:label", "org:memberOf"]))
        found.append(Statement(draw(NODE), predicate, draw(TERM), evidence))
    unique = {(s.subject, s.predicate, s.object, s.evidence.start, s.evidence.end): s for s in found}
    return document, list(unique.values())


@given(documents())
def test_statements_survive_the_way_into_quads_and_back(made: tuple[Document, list[Statement]]) -> None:
    document, given_ = made
    back = list(statements(quads(document, given_, Linker())))
    assert set(back) == set(given_)
    assert len(back) == len(given_)


@given(documents())
def test_statements_survive_the_store(made: tuple[Document, list[Statement]]) -> None:
    document, given_ = made
    store = Store.of(quads(document, given_, Linker()))
    assert set(statements(store.knowledge())) == set(given_)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.text(max_size=3))
def test_document_ids_are_safe_and_differ(name: str, other: str) -> None:
    found = document_id(Document(name, ""))
    assert found.startswith("doc/")
    assert all(letter.isascii() and (letter.isalnum() or letter in "._-") for letter in found[4:])
    assert ox.NamedNode(vocab.iri(found)).value.endswith(found)
    if other != name and not any("\ud800" <= letter <= "\udfff" for letter in other):
        assert document_id(Document(other, "")) != found


@pytest.mark.parametrize(
    ("name", "expected"),
    [("letter-2018", "doc/letter-2018"), ("../../etc/passwd", "doc/etc-passwd-"), ("日本", "doc/")],
)
def test_document_id_keeps_what_it_can(name: str, expected: str) -> None:
    assert document_id(Document(name, "")).startswith(expected)


def test_a_negated_statement_is_told_but_not_asserted(store: Store) -> None:
    opposes = ox.NamedNode(vocab.iri("cag:opposes"))
    assert not list(store.quads(None, opposes, None, ox.NamedNode(vocab.iri("doc/letter-report"))))
    assert len(list(store.quads(None, ox.NamedNode(vocab.iri("rdf:predicate")), opposes))) == 1


def test_a_planned_action_is_asserted(store: Store) -> None:
    assert store.query("ASK { id:protest\\/rally cag:status status:planned }")


def test_linking_moves_facts_and_demotes_names(store: Store) -> None:
    labels = {row[0].value for row in store.query("SELECT ?l { id:petition\\/letter rdfs:label ?l }")}
    others = {row[0].value for row in store.query("SELECT ?l { id:petition\\/letter skos:altLabel ?l }")}
    sizes = {row[0].value for row in store.query("SELECT ?t { id:petition\\/letter cag:size/cag:rawText ?t }")}
    assert (labels, others) == ({"letter to Jeff Bezos"}, {"letter to Bezos"})
    assert sizes == {"More than 100", "450"}
    assert not list(store.quads(ox.NamedNode(vocab.iri("petition/bezos-letter"))))


def test_every_quote_is_the_text_at_its_offsets_with_its_context(store: Store) -> None:
    sparql = """SELECT ?id ?exact ?prefix ?suffix ?start ?end {
        ?s oa:hasSource/schema:identifier ?id ; oa:hasSelector ?q, ?p .
        ?q oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix . ?p oa:start ?start ; oa:end ?end }"""
    rows = list(store.query(sparql))
    texts = {document.id: document.text for document in (LETTER, CONTRACT)}
    assert len(rows) > 20
    for identifier, exact, prefix, suffix, first, last in rows:
        text, start, end = texts[identifier.value], int(first.value), int(last.value)
        assert text[start:end] == exact.value
        assert text[max(0, start - CONTEXT) : start] == prefix.value
        assert text[end : end + CONTEXT] == suffix.value


def test_equal_assertions_become_the_most_confident_one() -> None:
    weak, strong = (
        said(LETTER, "Amazon", "company/amazon", "rdf:type", "cag:Company", confidence=number) for number in (0.4, 0.8)
    )
    for order in ([weak, strong], [strong, weak]):
        assert list(statements(quads(LETTER, order, Linker()))) == [strong]


def test_the_same_words_merge_across_linked_nodes() -> None:
    one = said(LETTER, "Amazon", "company/a", "rdf:type", "cag:Company")
    other = replace(one, subject="company/b")
    found = list(statements(quads(LETTER, [one, other], Linker({"company/b": "company/a"}))))
    assert found == [one]


def test_values_are_written_as_the_vocabulary_says(store: Store) -> None:
    row = next(iter(store.query("SELECT * { ?m a schema:MonetaryAmount ; schema:value ?v ; schema:currency ?c }")))
    assert (Decimal(row["v"].value), row["c"].value) == (Decimal(600_000_000), "USD")
    row = next(
        iter(store.query("SELECT * { ?c cag:rawText 'More than 100' ; schema:minValue ?low ; cag:qualifier ?q }"))
    )
    assert (row["low"].value, row["q"].value) == ("101", "moreThan")
    assert not store.query("ASK { ?c cag:rawText 'More than 100' ; schema:value ?v }")
    row = next(iter(store.query("SELECT * { ?t a cag:TimeSpan ; cag:earliest ?first ; cag:latest ?last }")))
    assert (row["first"].value, row["last"].value) == ("2018-06-01", "2018-06-30")


def test_document_metadata_is_written() -> None:
    document = Document("x", "", "T", date(2020, 1, 2), "javascript:alert(1) <", "P", "A", "en")
    values = {vocab.curie(q.predicate.value): q.object for q in quads(document, [], LINKER)}
    assert values["schema:url"] == ox.Literal("javascript:alert(1) <", datatype=ox.NamedNode(vocab.iri("xsd:anyURI")))
    assert values["schema:datePublished"].value == "2020-01-02"
    assert {"schema:identifier", "schema:name", "schema:publisher", "schema:author"} <= values.keys()


def test_the_base_of_instances_can_be_chosen() -> None:
    found = quads(CONTRACT, contract_statements(), LINKER, base="https://example.org/kg/")
    assert all(not quad.subject.value.startswith(vocab.ID_BASE) for quad in found)
    assert set(statements(found, base="https://example.org/kg/")) == set(
        statements(quads(CONTRACT, contract_statements(), LINKER))
    )


def test_order_of_statements_does_not_matter() -> None:
    given_ = letter_statements()
    assert set(quads(LETTER, given_, LINKER)) == set(quads(LETTER, reversed(given_), LINKER))


def test_an_impossible_node_names_the_document() -> None:
    bad = said(LETTER, "Amazon", "company/a b", "rdf:type", "cag:Company")
    with pytest.raises(SchemaError, match=r"letter-report.*company/a b"):
        quads(LETTER, [bad], LINKER)
