"""Statements: what a reading becomes, each with the passage that proves it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import ReadText

from kg import vocab
from kg.extract.statements import MAX_QUOTE, confidence, slug, start_date
from kg.model import Literal, TimeSpan

STORY = (
    "More than 300 Google employees signed an open letter to chief executive Sundar Pichai on Monday.\n\n"
    "They demand that the company end its contract with the Pentagon. Google signed the $9 million contract in 2017.\n"
    "“We are tired,” said Maria Gonzalez, a Google engineer — some 40 of them walked out in Zürich."
)
DAY, DATE, MONTH, YEAR = "day", "xsd:date", "xsd:gYearMonth", "xsd:gYear"


@pytest.mark.parametrize(
    ("first", "last", "precision", "value", "datatype"),
    [
        (date(2019, 7, 12), date(2019, 7, 12), "day", "2019-07-12", "xsd:date"),
        (date(2019, 7, 8), date(2019, 7, 14), "week", "2019-07", "xsd:gYearMonth"),
        (date(2019, 7, 29), date(2019, 8, 4), "week", "2019", "xsd:gYear"),
        (date(2019, 7, 1), date(2019, 7, 31), "month", "2019-07", "xsd:gYearMonth"),
        (date(2019, 6, 1), date(2019, 8, 31), "season", "2019", "xsd:gYear"),
        (date(2019, 1, 1), date(2019, 12, 31), "year", "2019", "xsd:gYear"),
    ],
)
def test_a_start_date_is_as_precise_as_what_is_known(
    first: date, last: date, precision: str, value: str, datatype: str
) -> None:
    assert start_date(TimeSpan("then", first, last, precision)) == Literal(value, datatype)


@given(st.text(max_size=80), st.integers(1, 60))
def test_slugs_are_short_and_safe_in_an_iri(text: str, limit: int) -> None:
    found = slug(text, limit)
    assert len(found) <= limit
    assert found == "" or re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", found)


def test_slugs_keep_what_can_be_read() -> None:
    assert slug("Amazon employees") == "amazon-employees"
    assert slug("Zürich — Café №5") == "zurich-cafe-no5"
    assert slug("工会") == ""


def test_quotes_are_verbatim(read_text: ReadText) -> None:
    read = read_text(STORY)
    assert len(read.statements) > 20
    for statement in read.statements:
        evidence = statement.evidence
        assert STORY[evidence.start : evidence.end] == evidence.quote
        assert evidence.quote.strip()
        assert 0 <= evidence.confidence <= 1
        assert evidence.extractor.startswith("rules/")
        assert evidence.document == "text"


def test_terms_are_of_the_vocabulary(read_text: ReadText) -> None:
    for statement in read_text(STORY).statements:
        assert vocab.iri(statement.predicate).startswith("http")
        if isinstance(statement.object, str) and ":" in statement.object:
            assert vocab.iri(statement.object).startswith("http")


def test_every_node_has_a_type_and_a_label(read_text: ReadText) -> None:
    statements = read_text(STORY).statements
    nodes = {s.subject for s in statements} | {
        s.object for s in statements if isinstance(s.object, str) and "/" in s.object
    }
    typed = {s.subject for s in statements if s.predicate == "rdf:type"}
    labelled = {s.subject for s in statements if s.predicate == "rdfs:label"}
    assert nodes == typed
    assert {node for node in nodes if not node.startswith("membership/")} == labelled


def test_the_story_is_told(read_text: ReadText) -> None:
    statements = read_text(STORY).statements
    types = {s.object for s in statements if s.predicate == "rdf:type"}
    assert {"cag:Petition", "cag:Protest", "cag:Contract", "cag:Person", "cag:Company", "cag:GovernmentBody"} <= types
    assert {"cag:signatory", "cag:addressee", "cag:size", "cag:when", "cag:status", "cag:form"} <= {
        s.predicate for s in statements
    }


def test_the_same_words_in_two_documents_are_two_nodes_until_they_are_linked(read_text: ReadText) -> None:
    left, right = (read_text(STORY, id_=id_) for id_ in ("one", "two"))
    events = [
        {s.subject for s in r.statements if s.subject.startswith(("petition/", "person/"))} for r in (left, right)
    ]
    assert events[0].isdisjoint(events[1])


def test_a_sentence_that_never_ends_is_quoted_in_part(read_text: ReadText) -> None:
    text = "Google workers signed a letter about " + "pay and hours and rest and " * 200 + "nothing else."
    read = read_text(text)
    assert read.statements
    assert all(len(s.evidence.quote) <= MAX_QUOTE for s in read.statements)
    assert all(text[s.evidence.start : s.evidence.end] == s.evidence.quote for s in read.statements)


def test_a_rule_without_a_figure_is_trusted_no_more_than_it_trusts_itself() -> None:
    assert confidence("roles", "supplier.never-measured", 0.45) == 0.45
    assert confidence("roles", "supplier.never-measured", 1.0) == confidence("roles", "supplier", 1.0) < 1.0
