"""Groups and named bodies told together: which are one, which stand apart, and how far their names reach."""

from __future__ import annotations

import pytest
from texts import ReadText

ACTING = [
    (
        "Swiss Uber riders and members of the Harbor Workers Union occupied the depot.",
        "participant",
        {"Swiss Uber riders", "members of the Harbor Workers Union"},
    ),
    ("Lyft cooks and a few guards at Uber walked out.", "participant", {"Lyft cooks", "guards at Uber"}),
    (
        "Painters, set builders and welders at Uber walked out.",
        "participant",
        {"Painters, set builders and welders at Uber"},
    ),
    ("The strike was called by the unions Unite and Unison.", "organizer", {"Unite", "Unison"}),
    ("The strike was called by the unions Unite and Havnen.", "organizer", {"Unite", "Havnen"}),
    (
        "The rally was organized by the Stitchers' Union of Ohio and the Boston chapter of the Teamsters.",
        "organizer",
        {"Stitchers' Union", "Teamsters"},
    ),
    ("Cooks at Uber, Lyft, and Google walked out.", "participant", {"Cooks at Uber, Lyft, and Google"}),
    (
        "Women who lead design teams at Uber walked out.",
        "participant",
        {"Women who lead design teams at Uber"},
    ),
    ("Sellers on the marketplace Etsy went on strike.", "participant", {"Sellers on the marketplace Etsy"}),
    ("Women on the kitchen staff of Uber walked out.", "participant", {"Women on the kitchen staff of Uber"}),
    ("Workers who say that Uber cheats them walked out.", "participant", {"Workers"}),
    ("Cooks at Uber, along with guards at Lyft, walked out.", "participant", {"Cooks at Uber", "guards at Lyft"}),
    ("Stall owners and former classmates marched.", "participant", {"Stall owners", "former classmates"}),
    ("Cooks at Uber are angry. On Monday the group staged a walkout.", "participant", {"Cooks at Uber"}),
    ("Cooks marched together with bakers from Uber.", "participant", {"Cooks", "bakers from Uber"}),
    ("Some 70 protesters marched in Lyon. The marchers were nurses at Uber.", "participant", {"protesters"}),
]


@pytest.mark.parametrize(("text", "role", "expected"), ACTING)
def test_who_is_told_together(read_text: ReadText, text: str, role: str, expected: set[str]) -> None:
    assert {referent.label for referent in read_text(text).event("Protest").fillers(role)} == expected


def test_a_group_told_by_its_work_keeps_its_short_name(read_text: ReadText) -> None:
    (group,) = read_text("Women who lead design teams at Uber walked out.").event("Protest").fillers("participant")
    assert list(group.names) == ["Women who lead design teams at Uber", "Women"]
    assert [tie.label for tie in group.affiliations] == ["Uber"]


def test_a_group_is_called_with_and_without_where_it_is(read_text: ReadText) -> None:
    (people,) = read_text("Uber cooks at a canteen in Lyon, France walked out.").event("Protest").fillers("participant")
    assert set(people.names) == {"Uber cooks", "Uber cooks at a canteen in Lyon, France"}


def test_the_branch_that_people_work_in_is_part_of_their_full_name(read_text: ReadText) -> None:
    (people,) = read_text("Some 60 cooks in the catering industry walked out.").event("Protest").fillers("participant")
    assert set(people.names) == {"cooks", "cooks in the catering industry"}


def test_so_many_of_them_are_the_group_told_before(read_text: ReadText) -> None:
    found = read_text("Cashiers at Uber are unhappy. On Monday 120 of them signed a petition for higher wages.")
    assert [r.label for r in found.event("Petition").fillers("signatory")] == ["Cashiers at Uber"]


def test_who_is_named_before_other_groups_signs_with_them(read_text: ReadText) -> None:
    found = read_text(
        "Amnesty International and 40 other organizations wrote a letter to Uber, asking it to pay taxes."
    )
    assert "Amnesty International" in {r.label for r in found.event("Petition").fillers("signatory")}


def test_a_union_of_unknown_name_beside_others_is_one(read_text: ReadText) -> None:
    event = read_text("The strike was called by the unions Unite and Havnen.").event("Protest")
    assert {referent.cls for referent in event.fillers("organizer")} == {"Union"}


def test_those_who_work_through_an_agency_act_not_the_agency(read_text: ReadText) -> None:
    text = "Some 90 engravers and stitchers who work for Uber through the agency Varnio signed an open letter."
    event = read_text(text).event("Petition")
    assert [group.head for group in event.fillers("signatory")] == ["stitcher"]


def test_a_sentence_may_break_off_in_a_list(read_text: ReadText) -> None:
    assert read_text("They met workers at Uber,") is not None
    assert read_text("They met workers at Uber, and") is not None


@pytest.mark.parametrize(
    "phrase",
    [
        "Bosch supplier Tarnwerk",
        "Bosch's competitor Tarnwerk",
        "Bosch's spin-off Tarnwerk",
        "the Bosch contractor Tarnwerk",
    ],
)
def test_who_works_at_a_supplier_does_not_work_for_its_customer(read_text: ReadText, phrase: str) -> None:
    (people,) = read_text(f"Engineers at {phrase} signed a petition on Monday.").event("Petition").fillers("signatory")
    assert [tie.label for tie in people.affiliations] == ["Tarnwerk"]


@pytest.mark.parametrize(
    "told",
    [
        "Tarnwerk, a supplier to Bosch,",
        "the chip maker Tarnwerk, which serves Bosch,",
        "the branch of Tarnwerk, which serves Bosch,",
    ],
)
def test_what_is_told_of_an_employer_names_no_other(read_text: ReadText, told: str) -> None:
    (people,) = read_text(f"Bakers at {told} signed a petition on Monday.").event("Petition").fillers("signatory")
    assert [tie.label for tie in people.affiliations] == ["Tarnwerk"]
