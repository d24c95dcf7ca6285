"""Within one text, one event: which mentions are joined, what stays apart, and what is inferred."""

from __future__ import annotations

import pytest
from texts import Read, ReadText

LETTER = "Hundreds of Acme engineers signed an open letter to chief executive Dana Poe on Monday. "


def labels(read: Read, cls: str, *roles: str) -> set[str]:
    """The labels in some roles of the one event of a class."""
    return {referent.label for referent in read.event(cls).fillers(*roles)}


def test_mentions_of_one_letter_become_one_event(read_text: ReadText) -> None:
    read = read_text(LETTER + "The letter asks the company to drop the deal. By Friday the letter had 900 names.")
    event = read.event("Petition")
    assert len(event.mentions) > 1
    assert event.form == "open-letter"
    sizes = [c.filler.raw for c in event.candidates() if c.role == "size"]
    assert "Hundreds" in sizes


def test_a_letter_and_the_walkout_that_follows_stay_two(read_text: ReadText) -> None:
    read = read_text(LETTER + "On Thursday some 60 of them walked out of the Dublin office.")
    assert set(read.forms()) == {"open-letter", "walkout"}


def test_strikes_on_different_days_stay_two(read_text: ReadText) -> None:
    read = read_text("Foodly couriers went on strike in May 2018. Foodly couriers went on strike in June 2019.")
    assert read.forms() == ["strike", "strike"]


def test_strikes_at_different_companies_stay_two(read_text: ReadText) -> None:
    read = read_text("Amazon workers went on strike over pay. Google workers went on strike over safety.")
    assert read.forms() == ["strike", "strike"]


def test_another_is_another(read_text: ReadText) -> None:
    read = read_text("Museum guards held a rally on Monday. Another rally was held by museum guards.")
    assert len(read.reading.events) == 2


def test_the_walkout_told_again_is_the_same(read_text: ReadText) -> None:
    read = read_text("Google workers staged a walkout on Friday. The walkout lasted one hour and filled the square.")
    assert read.forms() == ["walkout"]


def test_the_demonstration_is_the_walkout_told_before(read_text: ReadText) -> None:
    read = read_text(
        "Google workers staged a walkout on Friday. The demonstration lasted one hour and filled the square."
    )
    assert read.forms() == ["walkout"]


def test_those_who_walked_out_are_on_strike(read_text: ReadText) -> None:
    read = read_text("Sorters at the Parcelo hub have walked off the job. A strike by 80 sorters began before dawn.")
    assert read.forms() == ["strike"]


def test_a_vote_for_a_union_forms_it(read_text: ReadText) -> None:
    read = read_text("Tailors at Inkwell formed a union. Tailors at Inkwell voted 20 to 3 to unionize.")
    assert len(read.reading.events) == 1


def test_what_others_signed_is_another_letter(read_text: ReadText) -> None:
    read = read_text(LETTER + "Lawyers sent a letter to Dana Poe as well.")
    assert read.forms() == ["open-letter", "open-letter"]


def test_protests_that_go_on_besides_are_another_event(read_text: ReadText) -> None:
    read = read_text("Museum guards protested the new rota. Amid protests in Rome, the mayor closed the square.")
    assert len(read.reading.events) == 2


def test_a_mention_joins_the_event_of_its_form(read_text: ReadText) -> None:
    read = read_text(
        "Couriers for Foodly went on strike. Shoppers called for a boycott of Megamart. The strike ended on Tuesday."
    )
    assert read.forms() == ["strike", "boycott"]
    assert [len(event.mentions) for event in read.reading.events] == [2, 1]


def test_the_action_tells_where_a_petition_was_handed_over(read_text: ReadText) -> None:
    read = read_text("Bakers delivered a petition to Megamart. The action took place in Cork.")
    assert read.forms() == ["petition"]
    assert labels(read, "Petition", "place") == {"Cork"}


def test_the_suit_is_the_complaint_but_the_ruling_is_not(read_text: ReadText) -> None:
    suit = "Couriers filed a lawsuit against Foodly. "
    assert read_text(suit + "The complaint alleges wage theft.").forms() == ["lawsuit"]
    assert read_text(suit + "A judge ruled that the couriers were employees.").forms() == ["lawsuit", "ruling"]


def test_what_they_do_next_is_part_of_it(read_text: ReadText) -> None:
    told = "Museum guards walked out on Monday after a sacking. They blocked the gate and sang."
    assert read_text(told).forms() == ["walkout"]
    together = "Museum guards walked out on Monday and rallied outside the town hall."
    assert read_text(together).forms() == ["walkout"]


def test_what_others_do_beside_them_is_another(read_text: ReadText) -> None:
    read = read_text("Museum guards rallied in Cork, and bakers rallied in Dublin.")
    assert read.forms() == ["demonstration", "demonstration"]


def test_a_walkout_that_begins_a_strike_is_one_strike(read_text: ReadText) -> None:
    assert read_text("Museum guards walked off the job in a wildcat strike over heating.").forms() == ["strike"]
    assert read_text("Museum guards walked out. They plan a strike in June.").forms() == ["walkout", "strike"]


def test_a_walkout_that_is_the_first_strike_is_a_strike(read_text: ReadText) -> None:
    assert read_text("Museum guards walked out on Monday in the first strike of their museum.").forms() == ["strike"]


def test_what_comes_of_a_drive_is_another_event(read_text: ReadText) -> None:
    read = read_text("Museum guards at Inkwell began a union drive. In May Inkwell recognized the guards' union.")
    assert read.forms() == ["union-drive", "union-recognition"]


def test_a_vote_that_was_taken_is_no_longer_planned(read_text: ReadText) -> None:
    read = read_text("Museum guards filed for a union election in March. They voted 20 to 3 to unionize.")
    assert [e.status for e in read.reading.events] == ["occurred"]


def test_a_strike_that_goes_on_by_the_end_of_the_text_goes_on(read_text: ReadText) -> None:
    read = read_text("Museum guards went on strike over heating. They have been on strike for three weeks now.")
    assert [e.status for e in read.reading.events] == ["ongoing"]


def test_talks_that_a_sentence_is_about_are_an_event(read_text: ReadText) -> None:
    read = read_text("Museum guards returned from their strike. Contract talks will go on under the old rules.")
    assert read.forms() == ["strike", "bargaining"]


def test_the_strike_is_not_the_picket_beside_it(read_text: ReadText) -> None:
    assert read_text("Museum guards picketed the gate as their strike went on.").forms() == ["picket", "strike"]


def test_what_another_paragraph_tells_with_its_place_is_another_event(read_text: ReadText) -> None:
    read = read_text("Museum guards went on strike in Cork.\n\nBakers stood on the picket line in Dublin on Friday.")
    assert read.forms() == ["strike", "picket"]


def test_what_is_yet_to_come_is_not_what_happened(read_text: ReadText) -> None:
    read = read_text("Museum guards staged a sit-in. They will go on hunger strike if nothing is done.")
    assert read.forms() == ["sit-in", "hunger-strike"]


def test_the_count_of_a_strike_makes_no_second_one(read_text: ReadText) -> None:
    read = read_text("Museum guards went on strike on Monday. It was the third strike at the museum this year.")
    assert read.forms() == ["strike"]


def test_another_kind_of_protest_is_another_though_nothing_is_told_of_it(read_text: ReadText) -> None:
    read = read_text("Museum guards staged a sit-in at the rector's office. A boycott followed.")
    assert read.forms() == ["sit-in", "boycott"]


def test_a_protest_named_by_its_date_is_another(read_text: ReadText) -> None:
    read = read_text("Museum guards staged a sit-in. Two leaders of the November 2018 walkout were demoted.")
    assert read.forms() == ["sit-in", "walkout"]


def test_in_protest_tells_why_another_thing_was_done(read_text: ReadText) -> None:
    read = read_text("In protest of the cuts, museum guards signed a pledge not to sell tickets.")
    assert read.forms() == ["pledge"]


def test_what_a_union_writes_alone_is_no_petition(read_text: ReadText) -> None:
    assert not read_text("The union GMB has written to the minister to ask for a meeting.").forms()


def test_people_may_be_counted_without_a_noun(read_text: ReadText) -> None:
    read = read_text("Carers met at the clinic. About 80 of them blocked the gate.")
    assert read.forms() == ["disruption"]


def test_what_was_done_previously_is_another(read_text: ReadText) -> None:
    read = read_text("Museum guards walked out on Monday. The guards had previously walked out over heating.")
    assert read.forms() == ["walkout", "walkout"]


@pytest.mark.parametrize(
    "wish",
    [
        "They also want union recognition.",
        "The strike comes amid contract talks.",
        "They ask for a collective agreement.",
    ],
)
def test_union_matters_in_the_telling_of_a_strike_are_no_events(wish: str, read_text: ReadText) -> None:
    assert read_text("Museum guards went on strike. " + wish).forms() == ["strike"]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Cleaners from Lyon protested the new scanners.", "other"),
        ("Cleaners protested the new scanners in Lyon.", "demonstration"),
    ],
)
def test_where_people_are_from_is_not_where_they_stood(text: str, form: str, read_text: ReadText) -> None:
    assert read_text(text).forms() == [form]


@pytest.mark.parametrize(
    "told",
    [
        "The guards said that they had formed a union.",
        "Their contract ends in June, and negotiations have been going on since May.",
        "It began after talks with the Museum Union broke down.",
    ],
)
def test_union_matters_that_are_told_beside_a_strike_are_events(told: str, read_text: ReadText) -> None:
    assert "UnionAction" in [event.cls for event in read_text("Museum guards went on strike. " + told).reading.events]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Couriers voted to go on strike.", "planned"),
        ("The union called for a strike.", "planned"),
        ("The union called off the strike.", "cancelled"),
        ("Couriers have authorized a strike.", "threatened"),
        ("The strike is ongoing.", "ongoing"),
        ("Couriers have been on strike for a week.", "ongoing"),
        ("Couriers are walking out on Friday.", "planned"),
        ("Couriers walked out on Friday.", "occurred"),
        ("Join us on Friday for a rally outside the town hall.", "planned"),
        ("See you at the demonstration on Monday.", "planned"),
        ("Bonuses were suspended after the strike by couriers.", "occurred"),
        ("The ruling will cost Foodly millions.", "occurred"),
        ("Bakers at Inkwell are trying to unionize.", "ongoing"),
        ("Bakers at Inkwell announced plans to form a union.", "ongoing"),
        ("Bakers asked Inkwell to recognize their union.", "planned"),
    ],
)
def test_whether_it_happened(text: str, status: str, read_text: ReadText) -> None:
    (event,) = [e for e in read_text(text).reading.events if e.cls != "Contract"]
    assert event.status == status


def test_contracts_with_different_parties_stay_two(read_text: ReadText) -> None:
    read = read_text(
        "Microsoft won a $479 million contract from the U.S. Army. Palantir signed a $40 million contract with the FBI."
    )
    assert len([e for e in read.reading.events if e.cls == "Contract"]) == 2


def test_a_contract_told_again_by_its_programme_is_the_same(read_text: ReadText) -> None:
    read = read_text(
        "Acme Corp. won the Project Maven contract. Guards of the Bayside museum met. "
        "The Navy's Project Maven contract is worth $20 million."
    )
    assert len(read.forms()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Cooks at Megamart say the canteen would close if they unionized.",
        "If Megamart settled the case, the cooks would be paid.",
    ],
)
def test_what_a_condition_supposes_is_no_event(text: str, read_text: ReadText) -> None:
    assert not read_text(text).reading.events


def test_employers_before_whose_people_act_do_not_act(read_text: ReadText) -> None:
    read = read_text("Google, Amazon and Uber drivers, who park in Basel, staged two warning strikes of one hour.")
    assert read.forms() == ["strike"]


def test_a_protest_of_a_companys_workers_is_aimed_at_that_company(read_text: ReadText) -> None:
    read = read_text("Google employees walked out on Thursday.")
    assert "Google" in labels(read, "Protest", "target")
    inferred = read.event("Protest").inferred
    assert [c.role for c in inferred] == ["target"]
    assert all(0 < c.score < 1 for c in inferred)


def test_a_letter_to_a_chief_executive_is_aimed_at_the_company(read_text: ReadText) -> None:
    read = read_text("More than 300 nurses signed an open letter to Amazon CEO Jeff Bezos.")
    assert "Jeff Bezos" in labels(read, "Petition", "addressee")
    assert "Amazon" in labels(read, "Petition", "target")


def test_a_target_that_is_named_is_not_inferred_again(read_text: ReadText) -> None:
    read = read_text("Google employees held a rally against Palantir on Monday.")
    assert labels(read, "Protest", "target") == {"Palantir"}
    assert not read.event("Protest").inferred


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Couriers plan to go on strike on Monday.", "planned"),
        ("Couriers will go on strike on Monday.", "planned"),
        ("Couriers threatened to go on strike.", "threatened"),
        ("Couriers are striking.", "ongoing"),
        ("Couriers went on strike last week.", "occurred"),
        ("The couriers' strike was cancelled.", "cancelled"),
    ],
)
def test_status(text: str, status: str, read_text: ReadText) -> None:
    assert read_text(text).event("Protest").status == status


@pytest.mark.parametrize(
    "text",
    [
        "Couriers did not go on strike.",
        "Strikes are rare in the trade.",
        "Strikes by clerks are forbidden in Ghent.",
    ],
)
def test_what_did_not_happen_is_not_asserted(text: str, read_text: ReadText) -> None:
    read = read_text(text)
    protests = [s for s in read.statements if (s.predicate, s.object) == ("rdf:type", "cag:Protest")]
    assert all(s.evidence.factuality == "negated" for s in protests)
    assert not [s for s in read.statements if s.predicate == "cag:status"]


def test_another_paragraph_with_other_parties_tells_of_another_event(read_text: ReadText) -> None:
    editors = "Editors at Inkwell Inc. have been on strike since Monday."
    assert read_text(f"{editors}\n\nDrivers at Amazon went on strike over pay.").forms() == ["strike", "strike"]


def test_the_first_such_walkout_is_the_one_just_told(read_text: ReadText) -> None:
    read = read_text("Some 90 tailors walked out of the Bayside mill. It was their first such walkout in nine years.")
    assert read.forms() == ["walkout"]


def test_a_place_by_which_people_are_called_makes_no_demonstration(read_text: ReadText) -> None:
    assert read_text("Tailors of the Bayside Media Group in Nairobi protested the cuts.").forms() == ["other"]
    assert read_text("Tailors protested the cuts in Nairobi.").forms() == ["demonstration"]


def test_what_a_petition_is_for_is_no_action_of_its_own(read_text: ReadText) -> None:
    assert read_text("A petition to boycott the journal was signed by 700 linguists.").forms() == ["petition"]
