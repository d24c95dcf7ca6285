"""The parser's door: pieces that cover a text, marks blanked in place, and a missing pipeline."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ModelError
from kg.extract import nlp

TEXTS = st.text(alphabet=st.sampled_from("ab .\n\t*_`#>-[](),1é😀\u202e\x00"), max_size=400)


@given(TEXTS, st.integers(10, 80))
def test_chunks_cover_the_text_exactly(text: str, size: int) -> None:
    pieces = list(nlp.chunks(text, size=size))
    assert "".join(piece for _, piece in pieces) == text
    assert all(text[offset : offset + len(piece)] == piece for offset, piece in pieces)
    assert all(0 < len(piece) <= size for _, piece in pieces[:-1])


@given(TEXTS, st.integers(10, 80))
def test_chunks_end(text: str, size: int) -> None:
    assert len(list(nlp.chunks(text, size=size))) <= 2 * len(text) // size + 1


def test_chunks_are_cut_between_paragraphs_else_between_sentences() -> None:
    paragraphs = "One two three four.\n\nFive six seven eight.\n\nNine ten."
    assert [piece.strip() for _, piece in nlp.chunks(paragraphs, size=30)] == paragraphs.split("\n\n")
    sentences = "Guards walked out. Cooks stayed in. Nobody came back."
    assert [p.strip() for _, p in nlp.chunks(sentences, size=24)] == [
        "Guards walked out.", "Cooks stayed in.", "Nobody came back."]  # fmt: skip


@given(TEXTS)
def test_masking_keeps_every_offset(text: str) -> None:
    masked = nlp.mask(text)
    assert len(masked) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, masked, strict=True))


def test_masking_blanks_marks_and_nothing_else() -> None:
    assert nlp.mask("# Strike at Acme*, again") == "  Strike at Acme , again"
    linked = "See [the letter](https://example.org/a_b)."
    assert nlp.mask(linked).split() == ["See", "the", "letter", "."]
    assert nlp.mask(linked).index("the letter") == linked.index("the letter")
    assert nlp.mask("- **Bold** demand") == "    Bold   demand"
    assert nlp.mask("A 5-day walk-out #WageTheft $3") == "A 5-day walk-out #WageTheft $3"


@settings(max_examples=15, deadline=None)
@given(TEXTS)
def test_analysed_tokens_are_where_they_say(text: str) -> None:
    for chunks in nlp.analyse([text]):
        for chunk in chunks:
            masked = nlp.mask(text)
            assert all(masked[chunk.offset + t.idx :].startswith(t.text) for t in chunk.doc)


def test_texts_come_back_in_order_with_all_their_pieces() -> None:
    texts = ["First text.", "", "A longer one. " * 3000, "Last text."]
    found = [[(chunk.offset, chunk.doc.text) for chunk in chunks] for chunks in nlp.analyse(texts)]
    assert ["".join(piece for _, piece in pieces) for pieces in found] == texts
    assert len(found[2]) > 1
    assert [offset for offset, _ in found[2]] == sorted(offset for offset, _ in found[2])


def test_an_absent_pipeline_is_named_with_those_that_are_there() -> None:
    with pytest.raises(ModelError) as error:
        nlp.load("xx_no_such_pipeline")
    assert "xx_no_such_pipeline" in str(error.value)
    assert nlp.DEFAULT_MODEL in str(error.value)
    assert error.value.exit_status == 2


def test_the_version_names_the_pipeline() -> None:
    assert nlp.version(nlp.DEFAULT_MODEL).startswith(nlp.DEFAULT_MODEL + " ")


def test_a_sentence_ends_with_its_paragraph_unless_it_goes_on_in_lower_case() -> None:
    text = "HARBOUR NEWS\n\nCooks walked out. They ask\n\nto be paid for Sundays.\nNobody answered"
    (chunks,) = (list(found) for found in nlp.analyse([text]))
    starts = [sentence.text.strip() for chunk in chunks for sentence in chunk.doc.sents]
    assert starts[0] == "HARBOUR NEWS"
    assert not any(sentence.startswith("to be paid") for sentence in starts)
