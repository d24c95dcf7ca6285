"""Who is who in one document: forms of a name, groups, and what was mentioned last."""

from __future__ import annotations

import pytest

from kg.extract.discourse import Discourse, initials, normal
from kg.extract.names import KnownName


def enter(discourse: Discourse, *names: tuple[str, str]) -> list[int]:
    """Enter names one after another; return which referent each became."""
    return [discourse.name(name, cls, (at * 100, at * 100 + len(name))).order for at, (name, cls) in enumerate(names)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("The Acme Corporation", "Acme"),
        ("Acme Inc.", "ACME"),
        ("Acme, LLC", "acme"),
        ("Acme’s", "Acme"),
        ("U.S. Navy", "US Navy"),
    ],
)
def test_equal_names_meet(left: str, right: str) -> None:
    assert normal(left) == normal(right)


def test_different_names_do_not_meet() -> None:
    assert normal("Acme Foods") != normal("Acme")


def test_initials_skip_small_words() -> None:
    assert initials("App Drivers & Couriers Union") == "ADCU"
    assert initials("Union of Concerned Cooks") == "UCC"


def test_later_forms_find_the_referent_that_was_introduced() -> None:
    discourse = Discourse()
    first, second, third = enter(
        discourse, ("Maria Gonzalez", "Person"), ("Gonzalez", "Person"), ("Maria Gonzalez", "Person")
    )
    assert first == second == third
    assert len(discourse.referents) == 1
    assert discourse.referents[0].label == "Maria Gonzalez"


def test_an_acronym_finds_its_full_name() -> None:
    discourse = Discourse()
    assert len(set(enter(discourse, ("Rail Workers Alliance", "Union"), ("RWA", "Organization")))) == 1


def test_people_with_other_surnames_stay_two() -> None:
    assert len(set(enter(Discourse(), ("Ann Lee", "Person"), ("Ann Poe", "Person")))) == 2


def test_a_listed_name_settles_the_class_of_one_met_before() -> None:
    listed = KnownName("Acme Widgets", "Company")
    discourse = Discourse()
    enter(discourse, ("Acme Widgets", "Organization"))
    referent = discourse.name("Acme Widgets", "Company", (200, 212), listed)
    assert discourse.referents == [referent]
    assert (referent.cls, referent.known) == ("Company", listed)


def test_an_alias_joins_what_was_taken_for_two() -> None:
    discourse = Discourse()
    enter(discourse, ("Zeta", "Organization"), ("Harbor Cooks Union", "Union"))
    full = discourse.referents[1]
    discourse.alias(full, "Zeta", (500, 504))
    assert discourse.referents == [full]
    assert set(full.names) == {"Harbor Cooks Union", "Zeta"}
    assert discourse.name("Zeta", "Organization", (600, 604)) is full


def test_a_group_is_one_by_its_words_and_two_by_its_employers() -> None:
    discourse = Discourse()
    acme, bolt = (discourse.name(name, "Company", (at, at + 4)) for at, name in ((0, "Acme"), (50, "Bolt")))

    def group(surface: str, start: int, ties: list) -> int:  # type: ignore[type-arg]
        span = (start, start + len(surface))
        return discourse.collective(surface, span, head="cook", affiliations=ties, plural=True).order

    first = group("Acme cooks", 100, [acme])
    assert group("Acme cooks", 200, [acme]) == first
    assert group("cooks at Acme", 300, [acme]) == first
    assert group("Bolt cooks", 400, [bolt]) != first


def test_latest_is_the_nearest_before_and_never_after() -> None:
    discourse = Discourse()
    enter(discourse, ("Acme", "Company"), ("Harbor Union", "Union"), ("Bolt", "Company"))
    companies = frozenset({"Company"})
    labels = [found and found.label for found in (discourse.latest(companies, at) for at in (0, 50, 150, 250))]
    assert labels == [None, "Acme", "Acme", "Bolt"]
    assert discourse.latest(frozenset({"University"}), 999) is None


def test_who_is_mentioned_between_two_places() -> None:
    discourse = Discourse()
    enter(discourse, ("Acme", "Company"), ("Foodly", "Company"), ("Acme", "Company"))
    assert [(at, r.label) for at, r in discourse.between(50, 200)] == [(100, "Foodly")]
    assert [(at, r.label) for at, r in discourse.between(100, 201)] == [(100, "Foodly"), (200, "Acme")]


def test_the_government_of_a_place_is_another_than_the_place() -> None:
    discourse = Discourse()
    (place,) = enter(discourse, ("Norland", "Place"))
    state = discourse.government("Norland", (0, 7))
    assert state is discourse.government("Norland", (50, 57))
    assert [r.cls for r in discourse] == ["Place", "GovernmentBody"]
    assert state.order != place
