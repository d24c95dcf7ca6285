"""Grammar over real parses: who does what to whom, whatever the construction."""

from __future__ import annotations

import pytest
from texts import Parse, word

from kg.extract import grammar
from kg.extract.nlp import Token


def texts(tokens: list[Token]) -> list[str]:
    return [token.text for token in tokens]


# sentence, verb, logical subjects, logical objects
DOING = [
    ("Drivers signed the petition.", "signed", ["Drivers"], ["petition"]),
    ("The petition was signed by drivers.", "signed", ["drivers"], ["petition"]),
    ("The petition was signed on Monday.", "signed", [], ["petition"]),
    ("Nurses who signed the letter were dismissed.", "signed", ["Nurses"], ["letter"]),
    ("A letter signed by nurses reached the mayor.", "signed", ["nurses"], ["letter"]),
    ("Cleaners planned to boycott the shop.", "boycott", ["Cleaners"], ["shop"]),
    ("Cleaners plan to sign a letter.", "sign", ["Cleaners"], ["letter"]),
    ("Guards and cleaners blocked the gate.", "blocked", ["Guards", "cleaners"], ["gate"]),
    ("Writers signed a letter and left the office.", "left", ["Writers"], ["office"]),
    ("The union urged members to join the march.", "join", ["members"], ["march"]),
    ("Teachers sued the city and the province.", "sued", ["Teachers"], ["city", "province"]),
    ("Pilots are threatening to leave the airline.", "leave", ["Pilots"], ["airline"]),
]


@pytest.mark.parametrize(("sentence", "verb", "subjects", "objects"), DOING, ids=[case[0] for case in DOING])
def test_who_does_what(sentence: str, verb: str, subjects: list[str], objects: list[str], parse: Parse) -> None:
    token = word(parse(sentence), verb)
    assert texts(grammar.subjects(token)) == subjects
    assert texts(grammar.objects(token)) == objects


def test_passive_is_told_from_active(parse: Parse) -> None:
    assert grammar.is_passive(word(parse("The deal was signed by Acme."), "signed"))
    assert grammar.is_passive(word(parse("A deal signed by Acme ended."), "signed"))
    assert not grammar.is_passive(word(parse("Acme signed a deal."), "signed"))
    assert not grammar.is_passive(word(parse("Acme has signed a deal."), "signed"))


def test_coordinated_nouns_come_in_text_order_from_any_of_them(parse: Parse) -> None:
    doc = parse("Couriers, cooks and cleaners marched.")
    first = word(doc, "Couriers")
    assert texts(grammar.conjuncts(first)) == ["Couriers", "cooks", "cleaners"]
    assert grammar.first_conjunct(word(doc, "cleaners")) == first


def test_prepositional_objects_include_coordinated_ones(parse: Parse) -> None:
    token = word(parse("Guards rallied against the mayor and the council."), "rallied")
    assert texts(grammar.prepositional(token, "against")) == ["mayor", "council"]
    assert grammar.prepositional(token, "by") == []


def test_possessors_and_modifiers_of_a_noun(parse: Parse) -> None:
    doc = parse("The museum's guards held a warehouse strike.")
    assert texts(grammar.possessors(word(doc, "guards"))) == ["museum"]
    assert "warehouse" in texts(grammar.modifiers(word(doc, "strike")))


@pytest.mark.parametrize(
    ("sentence", "noun", "verb", "slot"),
    [
        ("Guards held a rally.", "rally", "held", "object"),
        ("A rally was held by guards.", "rally", "held", "object"),
        ("The rally ended early.", "rally", "ended", "subject"),
        ("Guards took part in a rally.", "rally", "took", "in"),
        ("Guards held a march and a rally.", "rally", "held", "object"),
    ],
)
def test_the_verb_that_governs_a_noun(sentence: str, noun: str, verb: str, slot: str, parse: Parse) -> None:
    found = grammar.governor(word(parse(sentence), noun))
    assert found is not None
    assert (found[0].text, found[1]) == (verb, slot)


@pytest.mark.parametrize(
    ("sentence", "verb", "negated"),
    [
        ("Staff did not sign the letter.", "sign", True),
        ("Staff never signed the letter.", "signed", True),
        ("No workers signed the letter.", "signed", True),
        ("Staff signed the letter.", "signed", False),
    ],
)
def test_negation(sentence: str, verb: str, negated: bool, parse: Parse) -> None:
    assert grammar.is_negated(word(parse(sentence), verb)) is negated


def test_climbing_from_a_complement_to_the_verbs_above_it(parse: Parse) -> None:
    token = word(parse("Workers agreed to try to strike."), "strike")
    assert texts(list(grammar.climb_verbs(token))) == ["strike", "try", "agreed"]
