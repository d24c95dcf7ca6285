"""Who else acts: those told as a part of a group, by name or as a group of their own."""

from __future__ import annotations

import pytest
from texts import ReadText

from kg.model import Count

TOLD = [
    ("Fifty groups, including the Harbor League and Parcelo Rising, signed a petition.", "Harbor League"),
    ("Fifty authors, among them Dana Poe and Ann Lee, signed an open letter.", "Ann Lee"),
    ("A petition asks Parcelo for masks. It was signed by 900 people, including 40 cooks.", "cooks"),
    ("Bakers signed a petition. 900 people have added their names, among them 20 teachers.", "teachers"),
]


@pytest.mark.parametrize(("text", "signer"), TOLD)
def test_a_part_of_those_who_sign_signs(read_text: ReadText, text: str, signer: str) -> None:
    event = read_text(text).event("Petition")
    assert signer in [referent.label for referent in event.fillers("signatory")]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Hundreds of people, among them nurses, rallied in Cork.", ["nurses"]),
        ("Hundreds of people, including nurses, rallied in Cork.", ["nurses"]),
        ("Hundreds of people rallied in Cork. Some nurses were among them.", ["nurses"]),
        ("Hundreds of nurses, including midwives, rallied in Cork.", ["nurses"]),
        ("Hundreds of people, including Senator Dana Poe, rallied in Cork.", ["people"]),
    ],
)
def test_who_rallies_is_told_more_exactly(read_text: ReadText, text: str, people: list[str]) -> None:
    event = read_text(text).event("Protest")
    assert [referent.label for referent in event.fillers("participant")] == people


def test_the_number_of_a_part_is_no_size(read_text: ReadText) -> None:
    event = read_text("A petition for masks was signed by 900 people, including 40 cooks.").event("Petition")
    sizes = [c.filler for c in event.candidates() if c.role == "size"]
    assert [size.raw for size in sizes if isinstance(size, Count)] == ["900"]
