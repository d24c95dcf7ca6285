"""Phrases cut out of a parse: verbatim, short, without what does not belong."""

from __future__ import annotations

import pytest
from texts import ReadText, SceneOf, word

from kg.extract.phrases import MAX_TOKENS, clause, noun_phrase


@pytest.mark.parametrize(
    ("sentence", "head", "phrase"),
    [
        ("They protested over the unpaid overtime.", "overtime", "unpaid overtime"),
        (
            "They protested over the sale of the archive, which few liked.",
            "sale",
            "sale of the archive",
        ),
        ("They spoke about wages and hours.", "wages", "wages"),
        ("They spoke about safety after the fire.", "safety", "safety"),
        ("They protested over the closure of two depots in a letter to the mayor.", "closure", "closure of two depots"),
        ("They protested over the fees in the new contract.", "fees", "fees in the new contract"),
        ("They rallied against software that ranks them by speed.", "software", "software that ranks them by speed"),
        ("They protested over cameras, which nobody wanted.", "cameras", "cameras"),
    ],
)
def test_noun_phrases(sentence: str, head: str, phrase: str, scene_of: SceneOf) -> None:
    scene = scene_of(sentence)
    found = noun_phrase(scene, word(scene.doc, head))
    assert found is not None
    assert found.text == phrase


@pytest.mark.parametrize(
    ("sentence", "verb", "phrase"),
    [
        ("They asked the board to reopen the archive.", "reopen", "reopen the archive"),
        ("They asked the board to stop selling maps to the army.", "stop", "stop selling maps to the army"),
        ("They asked the board to drop Quill, a tool that reads their mail.", "drop", "drop Quill"),
        ("They struck until the old rota was restored.", "restored", "old rota was restored"),
        ("They will strike until the mayor resigns.", "resigns", "mayor resigns"),
        ("They asked the mayor to resign.", "resign", "resign"),
    ],
)
def test_clauses(sentence: str, verb: str, phrase: str, scene_of: SceneOf) -> None:
    scene = scene_of(sentence)
    found = clause(scene, word(scene.doc, verb))
    assert found is not None
    assert found.text == phrase


def test_a_clause_may_begin_with_its_subject(scene_of: SceneOf) -> None:
    scene = scene_of("They said that managers hid the report.")
    found = clause(scene, word(scene.doc, "hid"), with_subject=True)
    assert found is not None
    assert found.text == "managers hid the report"


def test_a_phrase_without_letters_is_none(scene_of: SceneOf) -> None:
    scene = scene_of("They met 12.")
    assert noun_phrase(scene, word(scene.doc, "12")) is None


def test_phrases_are_verbatim_and_of_bounded_length(read_text: ReadText) -> None:
    many = ", ".join(f"clause {n} of the old agreement" for n in range(60))
    text = f"Nurses signed a petition demanding that the clinic honour {many}. They protested  over\nthe   “new” rota."
    read = read_text(text)
    phrases = [c.filler for m in read.reading.mentions for c in m.candidates if hasattr(c.filler, "span")]
    assert phrases
    for phrase in phrases:
        start, end = phrase.span
        assert text[start:end] == phrase.text
        assert len(phrase.text.split()) <= MAX_TOKENS + 1
