"""Who acts: leaders, those who take part and signers told apart by the grammar around an action."""

from __future__ import annotations

import pytest
from texts import ReadText


@pytest.mark.parametrize(
    ("text", "cls", "role", "expected"),
    [
        ("A rally organized by cashiers took place in Lyon on Monday.", "Protest", "organizer", {"cashiers"}),
        (
            "The walkout, led by Jane Doe and John Smith, drew 100 people.",
            "Protest",
            "organizer",
            {"Jane Doe", "John Smith"},
        ),
        ("Couriers represented by the Teamsters went on strike.", "Protest", "organizer", {"Teamsters"}),
        ("A wave of couriers walked out on Monday.", "Protest", "participant", {"couriers"}),
        ("Couriers went on strike on Monday, joined by nurses.", "Protest", "participant", {"Couriers", "nurses"}),
        ("Uber drivers started a petition against lower pay.", "Petition", "organizer", {"Uber drivers"}),
        ("Uber drivers signed a petition against lower pay.", "Petition", "signatory", {"Uber drivers"}),
        (
            "Amazon Employees for Climate Justice sent a letter to Dana Poe, demanding a climate plan.",
            "Petition",
            "signatory",
            {"Amazon Employees for Climate Justice"},
        ),
    ],
)
def test_who_acts(read_text: ReadText, text: str, cls: str, role: str, expected: set[str]) -> None:
    assert {referent.label for referent in read_text(text).event(cls).fillers(role)} == expected


def test_groups_in_a_list_are_one_where_they_share_what_they_belong_to(read_text: ReadText) -> None:
    shared = read_text("Drivers, warehouse workers, and office staff at Uber signed a letter on Monday.").event(
        "Petition"
    )
    assert [r.label for r in shared.fillers("signatory")] == ["Drivers, warehouse workers, and office staff at Uber"]
    apart = read_text("Drivers, cooks and cleaners went on strike on Monday.").event("Protest")
    assert [r.label for r in apart.fillers("participant")] == ["Drivers", "cooks", "cleaners"]


def test_a_day_before_a_group_is_no_part_of_its_name(read_text: ReadText) -> None:
    event = read_text("On Monday, activists with the same message walked out.").event("Protest")
    assert [r.label for r in event.fillers("participant")] == ["activists"]


def test_who_led_one_protest_is_not_guessed_to_have_led_the_next(read_text: ReadText) -> None:
    read = read_text(
        "The Teamsters staged a picket in Lyon in May 2020. In June 2020, cooks who knew the Teamsters walked out of "
        "a canteen in Oslo."
    )
    led = [[r.label for r in e.fillers("organizer")] for e in read.reading.events if e.cls == "Protest"]
    assert led == [["Teamsters"], []]


def test_a_unions_action_has_a_union_told_nearby(read_text: ReadText) -> None:
    event = read_text(
        "The Teamsters and the NewsGuild have offices in Lyon. Uber drivers voted to unionize on Monday."
    ).event("UnionAction")
    assert [r.label for r in event.fillers("organizer")] == ["Teamsters"]


def test_an_office_before_its_holder_is_the_holder(read_text: ReadText) -> None:
    found = read_text(
        "A group of Acme employees sent a letter to chief executive Dana Poe on Monday in which they urge the company "
        "to stop selling its software."
    )
    assert [r.label for r in found.event("Petition").fillers("addressee")] == ["Dana Poe"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Curators at the auction site Bidlane walked out.", ["Curators at the auction site Bidlane"]),
        ("Cooks of the large canteen operator Parcelo walked out.", ["Cooks of the large canteen operator Parcelo"]),
        ("Near Oslo 70 cashiers of Megamart Inc. walked out.", ["cashiers of Megamart Inc."]),
        ("Uber drivers in Lyon, Paris and Nice walked out.", ["Uber drivers in Lyon, Paris and Nice"]),
        ("Uber drivers in Lyon, a city on two rivers, walked out.", ["Uber drivers in Lyon"]),
        ("About 80 curators and librarians walked out on Monday.", ["curators and librarians"]),
        ("Office and warehouse staff at Uber walked out.", ["Office and warehouse staff at Uber"]),
        ("Members of the Harbor Pilots Union walked out.", ["Members of the Harbor Pilots Union"]),
    ],
)
def test_where_a_groups_name_begins_and_ends(read_text: ReadText, text: str, expected: list[str]) -> None:
    assert [r.label for r in read_text(text).event("Protest").fillers("participant")] == expected


def test_a_group_before_a_companys_name_is_who_acts(read_text: ReadText) -> None:
    event = read_text("Over 60 cleaners of the travel company Wanderlane signed a letter to their director.").event(
        "Petition"
    )
    assert [r.label for r in event.fillers("signatory")] == ["cleaners of the travel company Wanderlane"]


def test_they_are_the_group_that_was_spoken_of(read_text: ReadText) -> None:
    event = read_text(
        "The Teamsters have an office in Lyon. Porters at Uber rejected an offer. They walked out on Monday."
    ).event("Protest")
    assert [r.label for r in event.fillers("participant")] == ["Porters at Uber"]


def test_a_body_with_a_name_is_meant_by_its_noun(read_text: ReadText) -> None:
    event = read_text(
        "The advocacy group Clear Skies Network has an office in Lyon. The group staged a rally on Monday."
    ).event("Protest")
    assert [r.label for r in event.fillers("organizer")] == ["Clear Skies Network"]


@pytest.mark.parametrize(
    ("text", "cls", "expected"),
    [
        ("Cooks filed a complaint against Megamart Inc. through the Teamsters.", "LegalAction", ["Teamsters"]),
        ("With the support of the Teamsters, cooks walked out on Monday.", "Protest", ["Teamsters"]),
        ("Members of the Teamsters walked out on Monday.", "Protest", ["Teamsters"]),
        ("The Uber union staged a rally in Lyon on Monday.", "Protest", ["Uber union"]),
        ("Cooks staged a rally on Monday and gave the money to the Teamsters.", "Protest", []),
    ],
)
def test_with_whose_help(read_text: ReadText, text: str, cls: str, expected: list[str]) -> None:
    assert [r.label for r in read_text(text).event(cls).fillers("organizer")] == expected


def test_on_whose_behalf_a_case_is_brought(read_text: ReadText) -> None:
    event = read_text("The Teamsters filed a lawsuit against Megamart Inc. on behalf of the cooks.").event(
        "LegalAction"
    )
    assert "cooks" in [r.label for r in event.fillers("participant")]
    assert [r.label for r in event.fillers("organizer")] == ["Teamsters"]


def test_it_may_file_a_case(read_text: ReadText) -> None:
    event = read_text("The Teamsters said on Monday that it filed a lawsuit against Megamart Inc.").event("LegalAction")
    assert [r.label for r in event.fillers("participant")] == ["Teamsters"]


def test_who_is_spoken_to_is_not_whom_an_action_is_against(read_text: ReadText) -> None:
    asked = read_text("Uber drivers signed a letter asking chief executive Dana Poe of Uber to raise pay.").event(
        "Petition"
    )
    assert [r.label for r in asked.fillers("target")] == ["Uber"]
    strike = read_text("Uber drivers went on strike and asked customers to walk for a day.").event("Protest")
    assert [r.label for r in strike.fillers("target")] == ["Uber"]


def test_a_charity_that_employs_those_who_act_is_whom_they_challenge(read_text: ReadText) -> None:
    event = read_text("Employees of Clear Skies Network went on strike on Monday.").event("Protest")
    assert [r.label for r in event.fillers("target")] == ["Clear Skies Network"]
    assert event.fillers("organizer") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Bakers at Uber walked out in Lyon to protest Mayor Dana Poe's order to close early.",
            {"Dana Poe", "Uber"},
        ),
        ("Parents held a rally in Lyon over Uber's contract with the city.", {"Uber"}),
        ("Parents held a rally in Lyon over Jane Doe's dismissal.", set()),
        ("Nurses marched in Lyon against the government's reforms.", {"government"}),
        ("Nurses marched in Lyon against a government plan to close clinics.", {"government"}),
        ("Nurses marched in Lyon against cuts by the French government.", {"French government"}),
        ("Cyclists blocked a bridge in Lyon to demand that the government ban Uber.", {"government"}),
    ],
)
def test_whose_doing_is_protested_and_who_shall_act(read_text: ReadText, text: str, expected: set[str]) -> None:
    found = {referent.label.removeprefix("Mayor ") for referent in read_text(text).event("Protest").fillers("target")}
    assert found == expected


def test_they_are_people_who_acted_rather_than_those_told_of(read_text: ReadText) -> None:
    read = read_text("Riders for Foodly sued the company over unpaid shifts for newcomers after they went on strike.")
    assert [r.label for r in read.event("Protest").fillers("participant")] == ["Riders for Foodly"]


def test_the_company_is_the_employer_of_those_who_acted(read_text: ReadText) -> None:
    read = read_text("Staff at Uber walked out over a sale to Lyft. They sent a letter asking the company to end it.")
    assert [r.label for r in read.event("Petition").fillers("target")] == ["Uber"]


def test_a_person_who_is_asked_is_addressed(read_text: ReadText) -> None:
    event = read_text("Staff at Uber signed a letter asking Dana Poe to end the sale.").event("Petition")
    assert [r.label for r in event.fillers("addressee")] == ["Dana Poe"]
    assert [r.label for r in event.fillers("target")] == ["Uber"]


def test_what_authorities_ask_of_each_other_is_no_part_of_an_action(read_text: ReadText) -> None:
    read = read_text("Parents in Oslo signed a petition against an app. The court asked the ministry to explain it.")
    assert not read.event("Petition").fillers("target", "addressee")


@pytest.mark.parametrize(
    "text",
    [
        "Drivers for Uber and Lyft rallied in Lyon. They want both companies to end deactivations.",
        "Uber, Amazon and Lyft workers walked out in Lyon to demand that the companies pay for masks.",
    ],
)
def test_the_companies_are_all_those_whose_people_acted(read_text: ReadText, text: str) -> None:
    assert {"Uber", "Lyft"} <= {r.label for r in read_text(text).event("Protest").fillers("target")}


def test_a_list_of_names_before_a_group_tells_whom_it_belongs_to(read_text: ReadText) -> None:
    event = read_text("Uber, Amazon, Google and Lyft workers walked out in Lyon on Monday.").event("Protest")
    (group,) = event.fillers("participant")
    assert group.label == "Uber, Amazon, Google and Lyft workers"
    assert {r.label for r in group.affiliations} == {"Uber", "Amazon", "Google", "Lyft"}


def test_an_employer_by_name_beside_the_noun(read_text: ReadText) -> None:
    read = read_text("Cooks at Google delivered a petition to their employer, Uber, on Monday.")
    assert [r.label for r in read.event("Petition").fillers("addressee")] == ["Uber"]


def test_a_company_is_not_addressed_by_a_case(read_text: ReadText) -> None:
    event = read_text("Cooks at Uber signed a collective agreement with the company in Lyon.").event("UnionAction")
    assert not event.fillers("addressee")


def test_one_person_may_bring_a_case(read_text: ReadText) -> None:
    event = read_text("A former driver at Uber filed a lawsuit against the company over wages.").event("LegalAction")
    assert [r.label for r in event.fillers("participant")] == ["former driver at Uber"]


@pytest.mark.parametrize("later", ["Some 40 cooks took part.", "Later 40 cooks joined them."])
def test_who_joined_later_took_part(read_text: ReadText, later: str) -> None:
    event = read_text(f"Couriers walked out in Lyon on Monday. {later}").event("Protest")
    assert {r.label for r in event.fillers("participant")} == {"Couriers", "cooks"}


def test_a_walkout_is_not_guessed_to_be_led_by_a_union_told_later(read_text: ReadText) -> None:
    told = "Cooks at Uber {} in Lyon on Monday. The Teamsters said that wages there are low."
    assert [
        [r.label for r in read_text(told.format(did)).event("Protest").fillers("organizer")]
        for did in ("went on strike", "walked out")
    ] == [["Teamsters"], []]


def test_members_of_a_group_act_and_it_leads(read_text: ReadText) -> None:
    event = read_text("Members of Fight for the Future rallied in Lyon on Monday.").event("Protest")
    assert [r.label for r in event.fillers("organizer")] == ["Fight for the Future"]


def test_bare_people_add_nothing_to_a_group_that_acts(read_text: ReadText) -> None:
    read = read_text("Cooks at Uber signed a letter in Lyon on Monday. The letter was signed by 64 people.")
    assert [r.label for r in read.event("Petition").fillers("signatory")] == ["Cooks at Uber"]
    read = read_text("In Lyon 64 people signed a letter to the mayor.")
    assert [r.label for r in read.event("Petition").fillers("signatory")] == ["people"]


def test_organizations_sign_but_do_not_march(read_text: ReadText) -> None:
    assert read_text("Eighteen organizations signed an open letter.").event("Petition").fillers("signatory")
    assert not read_text("Eighteen organizations held a rally.").event("Protest").fillers("participant")


def test_where_people_act_is_not_always_whom_they_challenge(read_text: ReadText) -> None:
    event = read_text("Drivers for Uber and Lyft held a rally at Brondell airport on Monday.").event("Protest")
    assert {r.label for r in event.fillers("target")} == {"Uber", "Lyft"}


def test_a_petition_to_a_public_body_asks_that_body(read_text: ReadText) -> None:
    event = read_text("Drivers for Uber delivered a petition to the Ministry of Labour on Monday.").event("Petition")
    assert [r.label for r in event.fillers("target")] == ["Ministry of Labour"]


def test_we_is_the_group_whose_newsletter_it_is(read_text: ReadText) -> None:
    read = read_text("Cleaners' Union bulletin\n\nCooks at Uber got a raise in May. On Monday we held a rally in Lyon.")
    assert [r.label for r in read.event("Protest").fillers("organizer")] == ["Cleaners' Union"]
    assert (
        not read_text("Cooks at Uber were told to leave. On Monday we held a rally in Lyon.")
        .event("Protest")
        .fillers("organizer")
    )


def test_a_company_is_not_among_those_who_act_in_a_union(read_text: ReadText) -> None:
    event = read_text("Uber signed a collective agreement with the Teamsters in Lyon.").event("UnionAction")
    assert "Uber" not in {r.label for r in event.fillers("participant")}


def test_those_who_come_along_are_no_group_of_their_own(read_text: ReadText) -> None:
    event = read_text("Cooks at Uber and their supporters held a rally in Lyon on Monday.").event("Protest")
    assert [r.label for r in event.fillers("participant")] == ["Cooks at Uber"]


def test_a_body_that_is_asked_is_addressed(read_text: ReadText) -> None:
    event = read_text("Students signed a petition in Lyon calling on universities to ban an app.").event("Petition")
    assert [r.label for r in event.fillers("addressee")] == ["universities"]
    event = read_text("Cooks at Uber signed a petition urging the company to pay for masks.").event("Petition")
    assert not event.fillers("addressee")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Engineers at the Bosch subsidiary Tarnwerk signed a petition on Monday.", ["Tarnwerk"]),
        ("Engineers at Bosch and Siemens signed a petition on Monday.", ["Bosch", "Siemens"]),
    ],
)
def test_a_parent_firm_may_only_tell_what_another_is(read_text: ReadText, text: str, expected: list[str]) -> None:
    (people,) = read_text(text).event("Petition").fillers("signatory")
    assert [tie.label for tie in people.affiliations] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Workers at Sega in Kyoto and members of the Teamsters were on strike for a day.", {"Workers", "members"}),
        ("Ten members of staff at Uber walked out on Monday.", {"staff"}),
        ("Bus captains and webmasters walked out on Monday.", {"captains", "webmasters"}),
        ("Lawyers for Amazon workers walked out on Monday.", {"workers"}),
    ],
)
def test_which_groups_take_part(read_text: ReadText, text: str, expected: set[str]) -> None:
    labels = [
        referent.label.split(" at ")[0].split(" of ")[0]
        for referent in read_text(text).event("Protest").fillers("participant")
    ]
    assert {label.split()[-1] for label in labels} == expected


def test_who_helps_is_no_part_of_a_groups_name(read_text: ReadText) -> None:
    event = read_text("Fitters at Uber, with the backing of the Teamsters, walked out on Monday.").event("Protest")
    assert [r.label for r in event.fillers("participant")] == ["Fitters at Uber"]
    assert [r.label for r in event.fillers("organizer")] == ["Teamsters"]


@pytest.mark.parametrize("later", ["So far 900 nurses have signed.", "It has been signed by 900 nurses."])
def test_who_signs_later_has_signed(read_text: ReadText, later: str) -> None:
    event = read_text(f"Doctors launched a petition against the merger. {later}").event("Petition")
    assert [r.label for r in event.fillers("signatory")] == ["nurses"]


def test_both_universities_are_those_whose_people_acted(read_text: ReadText) -> None:
    text = "Students at Harvard and MIT signed a letter on Monday. It asks both universities to sell the shares."
    assert {r.label for r in read_text(text).event("Petition").fillers("target")} == {"Harvard", "MIT"}


def test_a_service_that_is_asked_is_a_company(read_text: ReadText) -> None:
    event = read_text("More than 900 cooks signed a petition calling on Zocdoc to drop the fee.").event("Petition")
    assert [(r.label, r.cls) for r in event.fillers("target")] == [("Zocdoc", "Company")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ushers at Brightline Corp. wrote a letter to their management.", {"management"}),
        ("Ushers signed a letter to the mayor of Cork.", {"mayor of Cork"}),
        ("In a letter handed to the site manager, ushers ask for chairs.", {"site manager"}),
        ("The ushers gave the board a letter about chairs.", {"board"}),
    ],
)
def test_who_is_addressed_without_a_name(read_text: ReadText, text: str, expected: set[str]) -> None:
    assert {referent.label for referent in read_text(text).event("Petition").fillers("addressee")} == expected


def test_who_goes_to_court_addresses_nobody(read_text: ReadText) -> None:
    assert (
        not read_text("Ushers at Brightline Corp. went to court over their tips.")
        .event("LegalAction")
        .fillers("addressee")
    )


@pytest.mark.parametrize(
    ("text", "cls", "expected"),
    [
        ("Ushers signed a petition for chairs. It was put together by the Teamsters.", "Petition", {"Teamsters"}),
        ("Ushers walked out on Monday. The Teamsters supported them.", "Protest", {"Teamsters"}),
        ("Cooks walked out. The cooks, represented by the Teamsters, ask for chairs.", "Protest", {"Teamsters"}),
        ("Ushers walked out on Monday. The Teamsters supported the mayor.", "Protest", set()),
        ("Ushers rallied in Cork on Monday. The Teamsters have an office in Cork.", "Protest", set()),
        ("The Teamsters have many members. Ushers went on strike on Monday.", "Protest", set()),
    ],
)
def test_who_leads_is_told_in_the_same_breath_or_later(
    read_text: ReadText, text: str, cls: str, expected: set[str]
) -> None:
    assert {referent.label for referent in read_text(text).event(cls).fillers("organizer")} == expected
