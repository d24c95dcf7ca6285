"""Parses that are mended: which word is the subject, and which the main verb."""

from __future__ import annotations

import pytest
from texts import Parse, ReadText

from kg.extract import mending


@pytest.mark.parametrize(
    ("text", "subject", "verb"),
    [
        ("Drivers for the ride-hailing company Zoomly in Lima City blocked traffic there.", "Drivers", "blocked"),
        ("Bakers of the Czech online marketplace Orlando held a rally in Brno.", "Bakers", "held"),
        ("Fourteen weavers fasted in front of the mill.", "weavers", "fasted"),
        ("Couriers walked out.", "Couriers", "walked"),
        (
            "Cooks of the canteen company Tableside who are employed by the caterer Brightline filed for an election.",
            "Cooks",
            "filed",
        ),
        ("Hotel porters in Ghent and two other cities called on the company to hire.", "porters", "called"),
    ],
)
def test_who_does_it(text: str, subject: str, verb: str, parse: Parse) -> None:
    doc = parse(text)
    mending.mend(doc)
    (found,) = [t for t in doc if t.dep_ == "nsubj"]
    assert (found.text, found.head.text) == (subject, verb)


def test_a_participle_stays_one(parse: Parse) -> None:
    doc = parse("Couriers dismissed by Zoomly.")
    mending.mend(doc)
    assert [t.text for t in doc if t.dep_ == "ROOT"] == ["Couriers"]


def test_mending_again_changes_nothing(parse: Parse) -> None:
    doc = parse("Drivers for the ride-hailing company Zoomly in Lima City blocked traffic there.")
    mending.mend(doc)
    before = [(t.head.i, t.dep_) for t in doc]
    mending.mend(doc)
    assert before == [(t.head.i, t.dep_) for t in doc]


def test_a_company_named_after_its_kind_hides_no_strike(read_text: ReadText) -> None:
    read = read_text("Cooks of the online marketplace Orlando stopped work on Monday.")
    assert read.forms() == ["strike"]
