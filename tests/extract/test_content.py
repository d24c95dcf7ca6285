"""What actions ask for, of whom, and what they are about, however it is put."""

from __future__ import annotations

import pytest
from texts import ReadText


@pytest.mark.parametrize(
    ("sentence", "demands"),
    [
        ("Porters went on strike to demand that Acme restore the bonus.", ["restore the bonus"]),
        ("Porters went on strike, urging Acme to hire more staff.", ["hire more staff"]),
        ("Porters signed a letter that calls on Acme to end night shifts.", ["end night shifts"]),
        ("Porters went on strike. They want Acme to raise pay and to fix lifts.", ["raise pay", "fix lifts"]),
        ("Porters went on strike to stop Acme from selling the depot.", ["stop Acme from selling the depot"]),
        ("Porters went on strike. Sources told the paper it was inspired by a film.", []),
        ("Porters went on strike. Acme asked them to return to work.", []),
        ("Porters signed a letter that asks Acme to re-examine the deal.", ["re-examine the deal"]),
        ("Porters went on strike. Acme offers what they ask for.", []),
        (
            "Porters went on strike. They ask for insurance, a fund for those who rent vans, and a minimum fare.",
            ["insurance", "fund for those who rent vans", "minimum fare"],
        ),
        (
            "Porters went on strike. They called for an end to the ratings and for the old fees to be restored.",
            ["end to the ratings", "old fees to be restored"],
        ),
        (
            "Porters went on strike. They are calling for a return to regular shifts and a fuel allowance.",
            ["return to regular shifts", "fuel allowance"],
        ),
        (
            "Porters went on strike. They demand a minimum of 19 degrees and the replacement of the doors.",
            ["minimum of 19 degrees", "replacement of the doors"],
        ),
        (
            "Porters signed a petition that asked Acme to close accounts linked to banks and to donate the fees.",
            ["close accounts linked to banks", "donate the fees"],
        ),
        (
            "Porters sent a letter with three demands: end the lease, share its terms with staff, and apologize.",
            ["end the lease", "share its terms with staff", "apologize"],
        ),
        ("Porters signed a letter that calls for the limit on lifts to be dropped.", ["limit on lifts to be dropped"]),
        ("Porters signed a letter that asks that Acme refuse to open its records.", ["refuse to open its records"]),
        ("Porters voted to strike if Acme does not agree to a contract.", ["agree to a contract"]),
        ("Porters refuse to work until the company restores the bonus.", ["restores the bonus"]),
        ("Porters walked out. They would like the fee withdrawn.", ["fee withdrawn"]),
        ("Porters walked out when they were told to work through a storm.", []),
        (
            "Porters sent a letter that asked for the lease to be ended and for the rent to go to a shelter.",
            ["lease to be ended", "rent to go to a shelter"],
        ),
        ("Porters walked out. They have two demands, among them a lift and a fund.", ["lift", "fund"]),
        ("Porters walked out. Among their goals are a lift, paid leave, and gloves.", ["lift", "paid leave", "gloves"]),
        ("Porters walked out. They want to unionize.", []),
        ("Porters walked out. They take calls for a bank.", []),
        ("Porters walked out. The porters are told what to wear.", []),
        ("Porters walked out. Their demands include paid leave, gloves, and a lift.", ["paid leave", "gloves", "lift"]),
    ],
)  # fmt: skip
def test_what_is_demanded(read_text: ReadText, sentence: str, demands: list[str]) -> None:
    found = read_text(sentence)
    assert sorted({phrase.text for event in found.reading.events for phrase in event.phrases("demands")}) == sorted(
        demands
    )


@pytest.mark.parametrize(
    ("sentence", "targets"),
    [
        ("Porters went on strike and pressured Acme Corp.", {"Acme Corp."}),
        ("Porters went on strike, calling on Acme Corp. to hire more staff.", {"Acme Corp."}),
        ("Porters went on strike and told Acme Corp. about the lifts.", set()),
    ],
)
def test_whom_it_is_asked_of(read_text: ReadText, sentence: str, targets: set[str]) -> None:
    (event,) = read_text(sentence).reading.events
    said = {c.filler.label for m in event.mentions for c in m.candidates if c.role == "target" and c.kept}
    assert said == targets


def test_a_group_speaks_for_the_action_in_which_it_acts(read_text: ReadText) -> None:
    found = read_text(
        "Porters at Hill Hospital walked out on Monday. Cooks at Vale School held a rally on Tuesday. "
        "The porters demand lighter shifts."
    )
    walkout = next(event for event in found.reading.events if event.form == "walkout")
    assert [phrase.text for phrase in walkout.phrases("demands")] == ["lighter shifts"]


@pytest.mark.parametrize(
    ("sentence", "concerns"),
    [
        ("Porters filed a lawsuit against Acme Corp.", set()),
        ("Porters filed a complaint against the company.", set()),
        ("Porters filed a complaint against the closure.", {"closure"}),
        ("Porters rallied against the closure.", {"closure"}),
    ],
)
def test_against_whom_is_not_what_it_is_about(read_text: ReadText, sentence: str, concerns: set[str]) -> None:
    (event,) = read_text(sentence).reading.events
    assert {phrase.text for phrase in event.phrases("concerns")} == concerns


@pytest.mark.parametrize(
    ("sentence", "concerns"),
    [
        ("Porters at Acme, whose overtime had gone unpaid since May, walked out.", {"overtime"}),
        (
            "Porters went on strike on Friday. Low morale and stolen bikes are the main issues.",
            {"Low morale", "stolen bikes"},
        ),
        ("Porters went on strike and the lack of overtime pay drove them to it.", {"lack of overtime pay"}),
        ("Porters sued Acme, asking for a refund of the deposit.", set()),
        ("Porters sued Acme, alleging that the company withheld their deposits.", {"withheld their deposits"}),
        ("Porters sued Acme, and the company claimed that it owed nothing.", set()),
        ("Porters went on strike because of low pay and broken lifts.", {"low pay", "broken lifts"}),
        ("Porters walked out after Acme fired a colleague.", {"fired a colleague"}),
        ("Porters walked out shortly after two cooks were dismissed.", {"two cooks were dismissed"}),
        ("Porters walked out as Acme cut the fares.", {"cut the fares"}),
        ("Porters walked out after Acme opened a depot.", set()),
        ("Acme closed the depot after porters blocked the gate.", set()),
        ("A court ruled that Acme illegally fired two porters.", {"illegally fired two porters"}),
        (
            "Porters formed a union on Monday. They get low wages and suffer from a lack of rest.",
            {"low wages", "lack of rest"},
        ),
        ("Porters announced plans to strike.", set()),
        ("Porters went on strike over the same problem.", set()),
        ("Porters sued Acme, arguing that it should hire them.", set()),
        ("Porters went on strike in a dispute about lifts.", {"lifts"}),
        ("As a result of a cut in fares, porters went on strike.", {"cut in fares"}),
        ("Porters went on strike over outsourcing and job security.", {"outsourcing", "job security"}),
        (
            "Porters went on strike on Friday. Their reasons include shifts of ten hours, "
            "unpaid breaks before a show, and a ban on phones.",
            {"shifts of ten hours", "unpaid breaks", "ban on phones"},
        ),
        (
            "Porters went on strike because Acme keeps their tips and closed the canteen.",
            {"keeps their tips", "closed the canteen"},
        ),
    ],
)
def test_what_it_is_about_wherever_it_is_told(read_text: ReadText, sentence: str, concerns: set[str]) -> None:
    events = read_text(sentence).reading.events
    assert {phrase.text for event in events for phrase in event.phrases("concerns")} == concerns


@pytest.mark.parametrize(
    ("sentence", "demands"),
    [
        ("Porters went on strike to reinstate a colleague.", ["reinstate a colleague"]),
        ("Porters are striking over the decision to close the depot.", []),
        ("Porters sued Acme for failing to protect the staff.", []),
    ],
)
def test_what_is_decided_is_no_purpose(read_text: ReadText, sentence: str, demands: list[str]) -> None:
    events = read_text(sentence).reading.events
    assert [phrase.text for event in events for phrase in event.phrases("demands")] == demands
