"""Words are found exactly, else but for spelling, else nearly, and else not at all; spans are true in any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.llm.align import Aligner

TEXT = "The “Night\nShift”—120 guards, police and ICE—did not sign the company’s new rules in Łódź on 3 May."


@pytest.mark.parametrize(
    ("words", "status", "there"),
    [
        ("did not sign", "exact", "did not sign"),
        ('"night shift"', "normalised", "“Night\nShift”"),
        ("the company's new rules", "normalised", "the company’s new rules"),
        ("ICE", "exact", "ICE"),
        ("łódź", "normalised", "Łódź"),
        ("did not sign the companys new rules in Lodz", "fuzzy", "did not sign the company’s new rules in Łódź"),
        ("120 guards, police and ICE ... new rules in Łódź", "fuzzy", None),
    ],
)
def test_words_are_found(words: str, status: str, there: str | None) -> None:
    found = Aligner(TEXT).find(words)
    if there is None:
        # What is left out holds the negation: the shortened quotation says something else.
        assert found is None
    else:
        assert found is not None
        assert (found.status, TEXT[found.start : found.end]) == (status, there)


def test_an_elided_quotation_spans_what_it_leaves_out() -> None:
    text = "More than 300 nurses, many of them in uniform, marched to the town hall."
    found = Aligner(text).find("More than 300 nurses ... marched to the town hall.")
    assert found is not None
    assert (found.span, found.status) == ((0, len(text)), "fuzzy")
    assert found.score < 1


@pytest.mark.parametrize(
    "words", ["lice", "polic", "", " \n", "Guards Union", "130 guards, police and ICE did not sign"]
)
def test_other_words_are_not_found(words: str) -> None:
    assert Aligner(TEXT).find(words) is None


def test_parts_of_words_do_not_count() -> None:
    text = "Officers policed the rally; later ICE came."
    found = Aligner(text).find("ice")
    assert found is not None
    assert text[found.start : found.end] == "ICE"


@given(st.text(max_size=80), st.data())
def test_whatever_is_cut_from_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = Aligner(text).find(text[start:end])
    if found is not None:
        assert 0 <= found.start < found.end <= len(text)
    words = text[start:end].strip()
    whole = (not text[:start][-1:].isalnum()) and (not text[end:][:1].isalnum())
    if words and whole and text[start:end] == words:
        assert found is not None
        assert text[found.start : found.end] == words


@given(st.text(max_size=200), st.text(max_size=60))
def test_a_span_always_lies_within_the_text(text: str, words: str) -> None:
    found = Aligner(text).find(words)
    assert found is None or 0 <= found.start < found.end <= len(text)
