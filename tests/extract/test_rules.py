"""What holds for every extractor, tried on the rules: evidence is verbatim, order is kept, and nothing surprises it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from kg.errors import ModelError
from kg.extract import rules
from kg.model import Document, Statement

LETTER = "More than 200 nurses signed a petition to the mayor of Leeds on Tuesday, demanding masks."
STRIKE = "Google cleaners went on strike in Dublin over pay."

HOSTILE = {
    "script": "</script><script>alert(1)</script> Workers at Google signed a letter. <img src=x onerror=y>",
    "right to left": "Workers\u202e at Google \u202csigned a letter \u200fto\u200e the mayor\u061c on Monday.",
    "nul": "Workers at Google\x00 went on\x00 strike.\x00",
    "emoji": "👩🏽‍🔧 Workers at Google 🇩🇪 walked out ✊✊✊ on Friday 👩‍👩‍👧!",
    "combining": "Zu\u0308rich couriers went on strike. Cafe\u0301 staff signed a petition.",
    "long word": "x" * 200_000,
    "long line": "Workers at Google signed a letter, and " * 800,
    "line ends": "Workers at Google\r\nwent on strike.\r\r\n\n\nThey\u2028signed\u2029a letter.",
    "brackets": "(" * 300 + "Workers at Google (WG) went on strike" + ")" * 300,
    "quotes": "“‘\"'``''”’ Workers “at” ‘Google’ “signed” a \"letter\" ' to ' Sundar Pichai.",
    "numbers": "9" * 5_000 + " workers signed. $" + "9" * 5_000 + " contract. 99/99/9999 31-31-2020 0 0 0.",
    "other scripts": "Рабочие Google вышли на забастовку. 谷歌员工罢工。 عمال جوجل أضربوا.",
    "markdown": "# **Strike** at [Google](https://example.org/a(b)c)\n\n> - * 1. `code` Workers __walked out__.",
    "zero width": "Work\u200bers at Goo\u200dgle went on stri\ufeffke.",
    "blank": "   ",
    "newline": "\n\n",
    "dot": ".",
    "empty": "",
}


def extract(*texts: str, day: date | None = date(2020, 6, 10)) -> list[tuple[Document, list[Statement]]]:
    """Extract from texts, in this process."""
    return list(rules.extract(Document(id=f"text-{n}", text=text, date=day) for n, text in enumerate(texts)))


def check(document: Document, statements: list[Statement]) -> None:
    """Assert what holds for all statements of all extractors."""
    for s in statements:
        evidence = s.evidence
        assert evidence.document == document.id
        assert 0 <= evidence.start < evidence.end <= len(document.text)
        assert document.text[evidence.start : evidence.end] == evidence.quote
        assert 0 <= evidence.confidence <= 1
        assert evidence.factuality in ("certain", "probable", "possible", "negated")
        assert s.subject
        assert s.predicate.count(":") == 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text(text: str) -> None:
    ((document, statements),) = extract(text)
    check(document, statements)


def test_hostile_texts_do_not_disturb_their_neighbours() -> None:
    found = extract(LETTER, *HOSTILE.values(), STRIKE)
    assert [document.id for document, _ in found] == [f"text-{n}" for n in range(len(HOSTILE) + 2)]
    for document, statements in found:
        check(document, statements)
    for _, statements in (found[0], found[-1]):
        assert any(s.predicate == "cag:form" for s in statements)


def test_the_same_text_gives_the_same_statements_in_the_same_order() -> None:
    ((_, once),) = extract(LETTER + " " + STRIKE)
    ((_, twice),) = extract(LETTER + " " + STRIKE)
    assert once
    assert once == twice


def test_what_stands_beside_a_text_does_not_change_it() -> None:
    (_, alone), *_ = extract(STRIKE)
    (_, first), (_, other) = extract(STRIKE, LETTER)
    assert alone == first
    assert {s.object for s in other} != {s.object for s in first}


def test_documents_come_as_they_are_read_and_in_order() -> None:
    asked: list[str] = []

    def source() -> Iterator[Document]:
        for n in range(200):
            asked.append(f"text-{n}")
            yield Document(id=f"text-{n}", text=STRIKE)

    found = rules.extract(source())
    assert next(found)[0].id == "text-0"
    assert len(asked) < 200, "the first result must not wait for the last document"
    assert [document.id for document, _ in found] == [f"text-{n}" for n in range(1, 200)]


def test_no_documents_no_statements() -> None:
    assert extract() == []


def test_without_a_date_relative_dates_stay_open() -> None:
    ((_, dated),) = extract(LETTER)
    ((_, undated),) = extract(LETTER, day=None)
    assert "cag:when" in {s.predicate for s in dated}
    assert "cag:when" not in {s.predicate for s in undated}


def test_an_absent_pipeline_is_a_usage_error() -> None:
    with pytest.raises(ModelError, match="xx_missing"):
        list(rules.extract([Document(id="a", text=STRIKE)], model="xx_missing"))


def test_the_version_is_a_hash_that_stays() -> None:
    assert rules.version() == rules.version()
    assert len(rules.version()) == 32


@pytest.mark.slow
def test_several_processes_give_what_one_gives() -> None:
    documents = [Document(id=str(n), text=text) for n, text in enumerate([LETTER, STRIKE] * 3)]
    assert list(rules.extract(documents, workers=2)) == list(rules.extract(documents))
