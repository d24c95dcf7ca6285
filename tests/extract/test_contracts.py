"""Contracts in prose: who supplies whom, for how much, what, and in which state."""

from __future__ import annotations

from decimal import Decimal

import pytest
from texts import Read, ReadText

from kg.extract.candidates import Phrase
from kg.model import Money


def side(read: Read, role: str) -> set[str]:
    """The labels of the suppliers or buyers of the one contract."""
    return {referent.label for referent in read.event("Contract").fillers(role)}


@pytest.mark.parametrize(
    ("text", "supplier", "buyer"),
    [
        ("Palantir signed a contract with the FBI in 2019.", "Palantir", "FBI"),
        ("Microsoft won a $10 billion contract from the Pentagon.", "Microsoft", "Pentagon"),
        ("The Pentagon awarded Microsoft a $10 billion contract.", "Microsoft", "Pentagon"),
        ("The FBI awarded a $3 million contract to Palantir.", "Palantir", "FBI"),
        ("Students criticised Palantir's contract with the FBI.", "Palantir", "FBI"),
        ("Amazon sells its software to the FBI.", "Amazon", "FBI"),
    ],
)
def test_parties_in_every_construction(text: str, supplier: str, buyer: str, read_text: ReadText) -> None:
    read = read_text(text)
    assert (side(read, "supplier"), side(read, "buyer")) == ({supplier}, {buyer})


def test_the_amount_with_its_currency(read_text: ReadText) -> None:
    event = read_text("Microsoft won a £20 million contract from the Ministry of Defence.").event("Contract")
    amounts = [c.filler for c in event.candidates() if isinstance(c.filler, Money)]
    assert [(m.value, m.currency) for m in amounts] == [(Decimal(20_000_000), "GBP")]


def test_what_is_delivered_in_the_texts_words(read_text: ReadText) -> None:
    event = read_text("Palantir signed a $40 million contract with the FBI for mapping software.").event("Contract")
    subjects = [c.filler.text for c in event.candidates() if c.role == "subject" and isinstance(c.filler, Phrase)]
    assert subjects == ["mapping software"]


@pytest.mark.parametrize(
    "text",
    [
        "Cleaners ratified a new contract with the museum after a long strike.",
        "The union began to bargain over a first contract for its members.",
        "She signed a contract of employment on Monday.",
        "The two sides struck a deal at midnight.",
    ],
)
def test_other_contracts_and_deals_are_none(text: str, read_text: ReadText) -> None:
    assert not [e for e in read_text(text).reading.events if e.cls == "Contract"]


def test_nobody_stands_on_both_sides_and_people_do_not_supply(read_text: ReadText) -> None:
    read = read_text("Amazon workers protested Amazon's contract with the FBI on Friday.")
    assert side(read, "supplier") == {"Amazon"}
    assert side(read, "buyer") == {"FBI"}


def test_losers_are_kept_with_the_reason(read_text: ReadText) -> None:
    read = read_text("Google might sign a contract with its union.")
    dropped = [m for m in read.reading.mentions if m.frame.cls == "Contract" and not m.kept]
    losers = [c for m in read.reading.mentions for c in m.candidates if not c.kept]
    assert all(m.reason for m in dropped)
    assert all(c.reason for c in losers)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Microsoft won a $10 billion contract from the Pentagon.", "awarded"),
        ("Google cancelled its contract with the Pentagon.", "cancelled"),
        ("Amazon is bidding for a contract with the Pentagon.", "bidding"),
        ("Google will not give up its contract with the Pentagon.", "ongoing"),
        ("Google will honour its contract with the Pentagon.", "ongoing"),
        ("The contract of Google with the Pentagon has not been cancelled.", "ongoing"),
        ("Workers want the contract of Google with the Pentagon cancelled.", "ongoing"),
        ("They demand that Google's contract with the Pentagon be cancelled.", "ongoing"),
    ],
)
def test_status(text: str, status: str, read_text: ReadText) -> None:
    assert read_text(text).event("Contract").status == status


def test_a_supply_that_never_came_about_is_not_derived(read_text: ReadText) -> None:
    statements = read_text("Google cancelled its contract with the Pentagon.").statements
    assert "cag:contractValue" not in {s.predicate for s in statements}
    assert "cag:supplies" not in {s.predicate for s in statements}


def test_an_office_or_a_district_is_a_public_body(read_text: ReadText) -> None:
    read = read_text("Parcelo sells cameras to the sheriff's office of Pine County and a school district in Ohio.")
    assert side(read, "buyer") == {"sheriff's office of Pine County", "school district"}
    read = read_text("Parcelo sells cameras to the sales office in Pine County.")
    assert not [event for event in read.reading.events if event.cls == "Contract"]
