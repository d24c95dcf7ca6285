"""The plain parse says what spaCy says: the same words, trees, sentences, names and spans."""

from __future__ import annotations

from itertools import combinations

import pytest
from spacy.tokens import Doc as Parsed

from kg.extract import nlp
from kg.extract.nlp import Doc

TEXTS = [
    'On Monday, 1,200 couriers who deliver for "Brightline" walked out in Leeds, and they did not go back.',
    "The letter, which three hundred nurses say was ignored, asks Mayor Ana Reyes to end the city's contract.\n\n"
    "A second one -- signed by Dr. Okafor -- followed on 3 May 2021!  It reached nobody…",
    "What did the drivers whom the firm dismissed say that they wanted?",
]
SAID = ("text", "lower_", "pos_", "tag_", "dep_", "ent_type_", "ent_iob_", "whitespace_", "i", "idx")
FLAGS = ("is_punct", "is_sent_start", "is_space", "is_stop", "is_title", "like_num")


@pytest.fixture(params=TEXTS, ids=["report", "letter", "question"])
def both(request: pytest.FixtureRequest) -> tuple[Parsed, Doc]:
    """A text as spaCy gives it, and as plain objects."""
    parsed = nlp.load()(request.param)
    return parsed, nlp.plain(parsed)


def test_words_say_the_same(both: tuple[Parsed, Doc]) -> None:
    parsed, doc = both
    assert doc.text == parsed.text
    assert len(doc) == len(parsed)
    for theirs, ours in zip(parsed, doc, strict=True):
        assert [getattr(ours, name) for name in SAID] == [getattr(theirs, name) for name in SAID]
        assert [getattr(ours, name) for name in FLAGS] == [bool(getattr(theirs, name)) for name in FLAGS]
        assert (ours.lemma_, len(ours)) == (theirs.lemma_.lower(), len(theirs))


def test_trees_are_the_same(both: tuple[Parsed, Doc]) -> None:
    parsed, doc = both
    for theirs, ours in zip(parsed, doc, strict=True):
        assert (ours.head.i, ours.left_edge.i) == (theirs.head.i, theirs.left_edge.i)
        for name in ("children", "lefts", "rights", "ancestors"):
            assert [t.i for t in getattr(ours, name)] == [t.i for t in getattr(theirs, name)]
        assert [t.i for t in ours.subtree] == sorted(t.i for t in theirs.subtree)
        assert [ours.is_ancestor(other) for other in doc] == [theirs.is_ancestor(other) for other in parsed]


def test_sentences_names_and_spans_are_the_same(both: tuple[Parsed, Doc]) -> None:
    parsed, doc = both
    assert [(s.start, s.end, s.text, s.root.i) for s in doc.sents] == [
        (s.start, s.end, s.text, s.root.i) for s in parsed.sents
    ]
    assert [(e.start_char, e.end_char, e.label_) for e in doc.ents] == [
        (e.start_char, e.end_char, e.label_) for e in parsed.ents
    ]
    for first, end in combinations(range(len(doc) + 1), 2):
        assert doc.span(first, end - 1).root.i == parsed[first:end].root.i


@pytest.mark.parametrize("mode", ["expand", "contract"])
def test_code_points_give_the_same_words(mode: str, both: tuple[Parsed, Doc]) -> None:
    parsed, doc = both
    for start, end in combinations(range(0, len(doc.text), 3), 2):
        theirs = parsed.char_span(start, end, alignment_mode=mode)
        ours = doc.char_span(start, end, alignment_mode=mode)  # type: ignore[arg-type]
        expected = (theirs.start, theirs.end) if theirs is not None and len(theirs) else None
        assert (ours and (ours.start, ours.end)) == expected, doc.text[start:end]


def test_a_word_is_attached_elsewhere_in_text_order(both: tuple[Parsed, Doc]) -> None:
    _, doc = both
    root = doc.sents[0].root
    moved = next(token for token in doc if token.head not in (token, root) and token.sent is root.sent)
    before = moved.head
    moved.attach(root, "dep")
    assert moved not in before.children
    assert [t.i for t in root.children] == sorted(t.i for t in root.children)
    moved.attach(moved, "ROOT")
    assert moved.head is moved
    assert moved not in root.children
    assert list(moved.ancestors) == []
