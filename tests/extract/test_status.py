"""Whether an action happened, goes on, is planned or threatened: words above it, tense, mood and conditions."""

from __future__ import annotations

import pytest
from texts import ReadText


@pytest.mark.parametrize(
    ("text", "status"),
    [
        # nouns on the way to the verb
        ("Porters announced plans for a rally outside the Grand Hotel.", "planned"),
        ("The union's call for a strike at Megamart was heard.", "planned"),
        # announced, before it happens; told of as a thing done
        ("The union announced a march through Ghent.", "planned"),
        ("Nurses walked out of the clinic. Their union had announced the walkout.", "occurred"),
        # whoever calls for a boycott now takes part in it
        ("Gardeners are calling for a boycott of Megamart.", "ongoing"),
        ("Gardeners called for a boycott of Megamart.", "planned"),
        ("Porters are being asked to walk out on Friday.", "planned"),
        ("The union asked readers to boycott Megamart.", "planned"),
        # called for, and held
        ("Porters called for a march, which drew 900 people.", "occurred"),
        # the days of what goes on are counted
        ("The strike of the porters is in its fifth week.", "ongoing"),
        # conditions and possibilities
        ("Couriers will strike unless Foodly raises their pay.", "threatened"),
        ("Couriers could strike in July, their union said.", "threatened"),
        ("Couriers could not have known why the porters went on strike.", "occurred"),
        ("Porters voted in favour of industrial action.", "threatened"),
        # what somebody said would come
        ("The union said that porters would walk out on Friday.", "planned"),
        ("Porters said that they would stay and walked out of the hall.", "occurred"),
        ("Further rallies are to be held in Rome.", "planned"),
        ("Porters of the Grand Hotel are the first in Rome to go on strike.", "occurred"),
        # called off and forbidden
        ("The strike of the porters is off.", "cancelled"),
        ("Porters announced a strike for Monday but called it off.", "cancelled"),
        ("Marches were planned by porters for May and then called off.", "cancelled"),
        ("A court barred the walkout of the porters.", "prevented"),
        # what comes behind a preposition is what is talked about, not what is told
        ("Dana Poe was suspended after speaking at a rally of porters.", "occurred"),
        ("Porters demonstrated in Rome, and the group behind the march wants a hall.", "occurred"),
        # what lasts
        ("Porters have launched a boycott of Megamart.", "ongoing"),
        ("The hunger strike of two porters entered its ninth day.", "ongoing"),
        ("The depot is being blockaded by porters.", "ongoing"),
        ("Porters have refused to work since Monday.", "ongoing"),
        ("Nine porters have quit since the sale.", "occurred"),
        ("Porters began a two-day strike at the Grand Hotel.", "ongoing"),
        ("Porters began a strike at the Grand Hotel.", "occurred"),
        ("Picket lines of porters were set up at the gate.", "occurred"),
        ("A strike by porters, planned for Friday, has been called off.", "cancelled"),
    ],
)
def test_of_protests(text: str, status: str, read_text: ReadText) -> None:
    assert read_text(text).event("Protest").status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Four porters want to sue Megamart.", "planned"),
        ("A lawsuit by four porters against Megamart is still pending.", "ongoing"),
        ("A lawsuit by four porters against Megamart will be heard in October.", "ongoing"),
        ("The union said it would file a complaint against Megamart.", "planned"),
        ("The union said it would go on and filed a complaint against Megamart.", "occurred"),
        ("Megamart will comply with the ruling of the labour court.", "occurred"),
        ("Porters will sue Megamart if it does not pay.", "threatened"),
        ("Megamart will pay two million dollars to settle the dispute.", "occurred"),
    ],
)
def test_of_legal_actions(text: str, status: str, read_text: ReadText) -> None:
    assert read_text(text).event("LegalAction").status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("A petition by porters has passed 900 signatures.", "ongoing"),
        ("A petition by porters is still collecting names.", "ongoing"),
        ("A petition by porters is open until Friday.", "ongoing"),
        ("A petition by porters gathered 900 signatures.", "occurred"),
    ],
)
def test_of_petitions(text: str, status: str, read_text: ReadText) -> None:
    assert read_text(text).event("Petition").status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Porters have been trying to form a union.", "ongoing"),
        ("The hotel dismissed three porters who had tried to form a union.", "occurred"),
    ],
)
def test_of_drives(text: str, status: str, read_text: ReadText) -> None:
    assert read_text(text).event("UnionAction").status == status


def test_a_ruling_that_will_be_appealed_is_there_already(read_text: ReadText) -> None:
    events = read_text("Megamart will appeal the ruling of the labour court.").reading.events
    assert {(e.form, e.status) for e in events} == {("lawsuit", "planned"), ("ruling", "occurred")}


def test_a_case_that_is_settled_is_before_the_court_already(read_text: ReadText) -> None:
    events = read_text("Megamart will settle a lawsuit by its porters.").reading.events
    assert ("lawsuit", "occurred") in [(event.form, event.status) for event in events]


def test_a_case_that_a_court_lets_proceed_goes_on(read_text: ReadText) -> None:
    events = read_text("A court in Rome allowed a lawsuit against Megamart to go forward.").reading.events
    assert ("lawsuit", "ongoing") in [(event.form, event.status) for event in events]


def test_a_drive_that_has_been_begun_goes_on(read_text: ReadText) -> None:
    read = read_text("Porters of the Grand Hotel have started bargaining with Megamart.")
    assert read.event("UnionAction").status == "ongoing"


def test_what_is_denied_after_a_semicolon_says_nothing_of_what_was_done(read_text: ReadText) -> None:
    read = read_text("Nine porters filed a lawsuit with the help of the Bayside Legal Fund; they do not want money.")
    assert [m.factuality for m in read.reading.mentions if m.frame.cls == "LegalAction"] == ["certain"]


def test_who_is_balloted_for_a_strike_threatens_it(read_text: ReadText) -> None:
    assert (
        read_text("The union is balloting its members for industrial action.").event("Protest").status == "threatened"
    )


def test_a_drive_that_goes_on_goes_on_though_some_have_joined(read_text: ReadText) -> None:
    read = read_text("Porters signed union cards. The union drive goes on at the Grand Hotel.")
    assert read.event("UnionAction").status == "ongoing"
