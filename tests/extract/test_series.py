"""What stands in a series, however the parser ties it together."""

from __future__ import annotations

import pytest

from kg.extract import nlp, series


def read(sentence: str, first: str, lead: str = "", *, orders: bool = False) -> list[str]:
    """Return the members of the series that begins with the word `first`, behind the sentence's verb."""
    doc = nlp.plain(nlp.load()(sentence))
    start = next(token for token in doc if token.text == first)
    carrier = next(token for token in doc if token.pos_ == "VERB")
    return [doc.span(*member).text for member in series.members(start, carrier, lead, orders=orders)]


@pytest.mark.parametrize(
    ("sentence", "first", "lead", "members"),
    [
        ("They want masks, a lift, and doors that close.", "masks", "", ["masks", "a lift", "doors that close"]),
        ("They asked for masks and for a lift.", "masks", "for", ["masks", "a lift"]),
        ("They want masks and a lift.", "masks", "", []),
        ("They want masks, gloves and lifts, and plan to walk out.", "masks", "", ["masks", "gloves", "lifts"]),
        ("They want masks, said Dana Poe, and left.", "masks", "", []),
    ],
)
def test_a_series_of_things(sentence: str, first: str, lead: str, members: list[str]) -> None:
    assert read(sentence, first, lead) == members


def test_a_series_of_orders() -> None:
    assert read("They want this: end the lease, hire staff, and apologize.", "end", orders=True) == [
        "end the lease",
        "hire staff",
        "apologize",
    ]


def test_a_pair_is_parted_where_its_second_phrase_alone_has_an_article() -> None:
    doc = nlp.plain(nlp.load()("They want a return to regular shifts and a fuel allowance."))
    noun = next(token for token in doc if token.text == "return")
    parts = [doc.span(*part).text for part in series.pair(noun, len(doc) - 2)]
    assert parts == ["a return to regular shifts", "a fuel allowance"]
