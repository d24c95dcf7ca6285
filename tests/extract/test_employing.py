"""For whom people work, where a sentence of its own says it."""

from __future__ import annotations

import pytest
from texts import ReadText


@pytest.mark.parametrize(
    ("text", "employers"),
    [
        ("Porters in Oslo walked out. They work for the contractors Acme Corp. and Velroos Ltd.", {"Acme", "Velroos"}),
        ("Porters in Oslo walked out. The porters are employed by Acme Corp.", {"Acme"}),
        ("Porters in Oslo walked out. On Friday their employer, Acme Corp., gave in.", {"Acme"}),
        ("Porters in Oslo walked out. They do not work for Acme Corp.", set()),
        ("Porters in Oslo walked out. Acme Corp. called them out.", set()),
    ],
)
def test_the_employer_of_those_who_act(read_text: ReadText, text: str, employers: set[str]) -> None:
    (porters,) = (r for r in read_text(text).reading.discourse if r.head == "porter")
    assert {tie.label.split()[0] for tie in porters.affiliations} == employers
