"""What goes without saying: whom an action is against, and who led it, from who acts and what is told nearby."""

from __future__ import annotations

import pytest
from texts import ReadText

from kg.extract.discourse import Discourse
from kg.extract.inference import _Employers


@pytest.mark.parametrize(
    ("text", "cls", "expected"),
    [
        (
            "Guards at Google rallied on Monday. The guards are employed by Adecco.",
            "Protest",
            {"Google", "Adecco"},
        ),
        (
            "Guards at Google voted to join the Teamsters on Monday. The guards are employed by Adecco.",
            "UnionAction",
            {"Adecco"},
        ),
        ("Students at Stanford University marched against Palantir on Monday.", "Protest", {"Palantir"}),
        ("Uber drivers in Lima rallied against a decree on licenses.", "Protest", set()),
        ("Uber drivers went on strike. They want the government to cap their fees.", "Protest", {"government"}),
        ("Amazon packers in Leeds filed for a union election with the NLRB.", "UnionAction", {"Amazon"}),
        ("Six members of Congress signed an open letter about the layoffs.", "Petition", set()),
        ("Couriers sued New York City over a new rule.", "LegalAction", {"New York City"}),
        ("Cleaners who find work through the app Dustly went on strike.", "Protest", {"Dustly"}),
        ("Tutors rallied at the headquarters of Brightline Corp. on Monday.", "Protest", {"Brightline Corp."}),
    ],
)
def test_whom_an_action_is_against(read_text: ReadText, text: str, cls: str, expected: set[str]) -> None:
    assert {referent.label for referent in read_text(text).event(cls).fillers("target")} == expected


def test_the_foremost_employer_that_takes_no_part() -> None:
    discourse = Discourse()
    firms = [
        discourse.name(f"{word} Foods", "Company", (at * 100, at * 100 + 9))
        for at, word in enumerate(("Apple", "Bread", "Cocoa", "Dates", "Elder", "Figs"))
    ]
    discourse.name("Figs Foods", "Company", (900, 909))
    employers = _Employers(discourse)
    assert employers.main(1000, set()) is firms[5]
    assert employers.main(500, set()) is firms[0]
    assert employers.main(500, set(firms[:4])) is firms[4]
    assert employers.main(500, set(firms)) is None
    assert employers.main(0, set()) is None
