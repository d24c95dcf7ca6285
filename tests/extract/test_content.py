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
