"""Lists: lines with bullets or numbers, items numbered within a sentence, and the demands that they hold."""

from __future__ import annotations

import pytest
from texts import ReadText

from kg.extract import lists


def items(text: str) -> list[list[str]]:
    return [[text[start:end] for start, end in listing.items] for listing in lists.read(text)]


@pytest.mark.parametrize("mark", ["- ", "* ", "• ", "1. ", "(1) ", "a) "])
def test_lines_with_a_mark_after_a_lead_in_are_a_list(mark: str) -> None:
    text = f"They want:\n\n{mark}gloves;\n{mark}masks, and\n{mark}a day off.\n\nNobody answered."
    assert items(text) == [["gloves", "masks", "a day off"]]


def test_lines_with_a_mark_but_no_lead_in_are_none() -> None:
    assert items("Today in the news.\n- Rain.\n- Wind.\n") == []


def test_items_are_numbered_within_a_sentence() -> None:
    text = 'It rained. They ask for (1) gloves, (2) "masks", and (3) rest. The end.'
    assert items(text) == [["gloves", "masks", "rest"]]
    (listing,) = lists.read(text)
    assert text[slice(*listing.lead)].startswith("They ask for")


def test_one_number_in_brackets_is_no_list() -> None:
    assert items("They ask for (1) glove.") == []


def test_a_list_of_demands_belongs_to_the_action_before_it(read_text: ReadText) -> None:
    found = read_text(
        "Porters at Hill Hospital walked out on Monday. Their demands are:\n\n- a living wage\n- lighter shifts\n"
    )
    event = found.event("Protest")
    assert [phrase.text for phrase in event.phrases("demands")] == ["a living wage", "lighter shifts"]
    said = [s for s in found.statements if s.predicate == "cag:demands"]
    assert "Their demands are" in said[1].evidence.quote
    assert said[1].evidence.quote.endswith("lighter shifts")


def test_a_list_of_grievances_is_what_the_action_is_about(read_text: ReadText) -> None:
    found = read_text("Porters walked out on Monday. Among their grievances: (1) broken lifts, (2) unpaid breaks.")
    assert [phrase.text for phrase in found.event("Protest").phrases("concerns")] == ["broken lifts", "unpaid breaks"]


def test_another_list_says_nothing_of_the_action(read_text: ReadText) -> None:
    found = read_text("Porters walked out on Monday. Shops open today:\n- the bakery\n- the kiosk\n")
    assert not [c for c in found.event("Protest").candidates() if c.path.endswith(".list")]
