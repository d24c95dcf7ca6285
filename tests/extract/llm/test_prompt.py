"""Requests are built from the schema: every term is explained, every example is true, equal texts ask equally."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import GOOD, WALKOUT

from kg.extract.llm import answer, prompt, terms
from kg.extract.llm.align import Aligner
from kg.extract.llm.ground import Grounder, sentences
from kg.extract.llm.options import LlmOptions
from kg.extract.llm.parts import CONTEXT, halves, split
from kg.extract.names import load_names
from kg.model import Document

OPTIONS = LlmOptions(model="m")


def test_the_instructions_explain_every_term_that_an_answer_may_use() -> None:
    text = prompt.instructions()
    for name in (*terms.ENTITY_CLASSES, *terms.EVENT_CLASSES, *terms.form_names(), *terms.EVENT_ROLES):
        assert name in text
    for kind in ("CollectiveAction", "Contract"):
        for status in terms.status_names(kind):
            assert f"{status} (" in text
    assert "$" not in text.replace("$4.2 million", "")


def test_the_schema_admits_the_terms_of_the_ontology_and_nothing_else() -> None:
    found = answer.schema()["$defs"]
    assert set(found["Event"]["properties"]["form"]["anyOf"][0]["enum"]) == set(terms.form_names())
    assert "strike" in terms.form_names("Protest")
    assert "strike" not in terms.form_names("Petition")
    assert found["Contract"]["properties"]["status"]["enum"] == list(terms.status_names("Contract"))
    assert "class" in found["Event"]["properties"]


def test_the_schema_is_in_the_subset_that_strict_endpoints_accept() -> None:
    def check(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert node["required"] == list(node["properties"])
            assert not {"default", "const", "title", "description"} & (set(node) - set(node.get("properties", ())))
            for key, value in node.items():
                for item in value.values() if key in ("properties", "$defs") else [value]:
                    check(item)
        elif isinstance(node, list):
            for item in node:
                check(item)

    check(answer.schema())


@pytest.mark.parametrize("example", prompt.examples(), ids=lambda e: str(e["title"]))
def test_the_examples_show_what_is_asked_for(example: dict[str, Any]) -> None:
    said = answer.parse(json.dumps(example["answer"]))
    document = Document("example", example["text"])
    grounder = Grounder(document, load_names())
    (part,) = split(document.text, 100_000)
    grounder.read(part, said)
    aligner = Aligner(document.text)
    for quote in (q for item in (*said.events, *said.contracts) for q in item.evidence):
        found = aligner.find(quote)
        assert found is not None
        assert found.status == "exact"
    # Without a day of publication relative dates stay open: they alone may be dropped.
    assert set(grounder.dropped) <= {"when"}


def test_examples_are_no_texts_of_somebody_else() -> None:
    assert len(prompt.examples()) >= 3
    assert any(not example["answer"]["events"] for example in prompt.examples())


def test_the_key_of_a_request_depends_on_all_that_it_says() -> None:
    (part,) = split(WALKOUT.text, 10_000)
    body = prompt.request(WALKOUT, part, OPTIONS)
    assert prompt.key_of(body) == prompt.key_of(prompt.request(replace(WALKOUT, source="elsewhere"), part, OPTIONS))
    for other in (
        prompt.request(replace(WALKOUT, title="Other"), part, OPTIONS),
        prompt.request(replace(WALKOUT, date=None), part, OPTIONS),
        prompt.request(WALKOUT, part, LlmOptions(model="n")),
        prompt.request(WALKOUT, part, OPTIONS, hints="{}"),
        prompt.repair(body, "x", "y"),
    ):
        assert prompt.key_of(body) != prompt.key_of(other)


def test_a_part_shows_what_stands_before_it_apart_from_it() -> None:
    text = "First things first.\n\n" + "x " * 300 + "\n\nLast words."
    last = split(text, 620)[-1]
    content = prompt.request(Document("d", text), last, OPTIONS)["messages"][-1]["content"]
    before, _, after = content.partition("The text to read:")
    assert "First things first." in before
    assert "First things first." not in after
    assert "Last words." in after


PARAGRAPHS = st.lists(st.text("ab. \n\té🚀", max_size=120), max_size=12).map("\n\n".join)


@given(PARAGRAPHS, st.integers(20, 200))
def test_parts_hold_all_words_once_and_fit(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < p.end - p.start <= limit for p in parts)
    assert all(p.start - CONTEXT <= p.context <= p.start for p in parts)
    assert "".join("".join(text[p.start : p.end].split()) for p in parts) == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(parts))


@given(PARAGRAPHS)
def test_halves_hold_the_part(text: str) -> None:
    for part in split(text, 2_000):
        pieces = halves(text, part)
        assert "".join(text[p.start : p.end] for p in pieces).split() == text[part.start : part.end].split()


def test_a_short_text_is_one_part_and_a_blank_one_none() -> None:
    assert [(p.start, p.end) for p in split("One.\n\nTwo.", 100)] == [(0, 10)]
    assert split(" \n\n ", 100) == []


@given(st.text(max_size=300))
def test_every_letter_is_in_a_sentence(text: str) -> None:
    spans = sentences(text)
    assert spans == sorted(spans)
    covered = "".join(text[a:b] for a, b in spans)
    assert "".join(covered.split()) == "".join(text.split()) or not text.strip()


def test_parsing_is_the_inverse_of_writing() -> None:
    said = answer.parse(json.dumps(GOOD))
    assert said.model_dump(by_alias=True) == GOOD
