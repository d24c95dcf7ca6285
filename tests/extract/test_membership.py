"""Whose members act: unions told of after an action by what ties them to its people."""

from __future__ import annotations

import pytest
from texts import ReadText

LED = [
    ("Bakers at Uber walked out. Their union, the Harbor Workers Union, has filed complaints.", "Harbor Workers Union"),
    ("Bakers at Uber walked out. They are members of the Harbor Workers Union.", "Harbor Workers Union"),
    ("Bakers at Uber walked out. The bakers are represented by the Harbor Workers Union.", "Harbor Workers Union"),
    (
        "Bakers at Uber walked out. The Harbor Workers Union demanded that Uber hire guards.",
        "Harbor Workers Union",
    ),
    ("Bakers at Uber walked out. The bakers belong to the Harbor Workers Union.", "Harbor Workers Union"),
    ("Bakers at Uber walked out. The union belongs to the Harbor Workers Union.", "Harbor Workers Union"),
    ("Bakers at Uber walked out. A rival, the Harbor Workers Union, looked on.", ""),
    ("Bakers at Uber walked out. Two cooks are members of the Harbor Workers Union.", ""),
]


@pytest.mark.parametrize(("text", "union"), LED)
def test_the_union_of_those_who_act_leads_them(read_text: ReadText, text: str, union: str) -> None:
    event = read_text(text).event("Protest")
    assert [referent.label for referent in event.fillers("organizer")] == ([union] if union else [])


def test_a_petition_of_members_is_not_their_unions(read_text: ReadText) -> None:
    event = read_text("Bakers signed a petition. They are members of the Harbor Workers Union.").event("Petition")
    assert not any(c.path == "organizer.union" for c in event.candidates())
