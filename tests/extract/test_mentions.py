"""Names and groups of people in real parses: what they are called, what they are, and whom they belong to."""

from __future__ import annotations

import pytest
from texts import SceneOf, word

from kg.extract import groups
from kg.extract.discourse import Referent
from kg.extract.mentions import Scene


def found(scene: Scene) -> dict[str, str]:
    """The names of a scene with their classes."""
    return {referent.label: referent.cls for referent in scene.discourse if referent.cls != "Collective"}


def group(scene: Scene, head: str) -> Referent:
    """The group that a word of the scene heads."""
    referent = groups.group(scene, word(scene.doc, head))
    assert referent is not None
    return referent


@pytest.mark.parametrize(
    ("sentence", "name", "cls"),
    [
        ("Workers at Amazon signed it.", "Amazon", "Company"),
        ("The American Civil Liberties Union sued.", "American Civil Liberties Union", "CivilSocietyGroup"),
        ("She read it in The New York Times.", "New York Times", "NewsOutlet"),
        ("The Harbor Workers Union called a strike.", "Harbor Workers Union", "Union"),
        ("Students of Northfield University marched.", "Northfield University", "University"),
        ("The Department of Fisheries signed a contract.", "Department of Fisheries", "GovernmentBody"),
        ("Ferrymen wrote to the provincial finance ministry.", "provincial finance ministry", "GovernmentBody"),
        ("Ferrymen wrote to the town council.", "town council", "GovernmentBody"),
        ("Riveters wrote to Tolleby Shipyards.", "Tolleby Shipyards", "Company"),
        ("Ferrymen called on Velroos to stop it.", "Velroos", "Company"),
        ("Looms of the steel group Velroos stood still.", "Velroos", "Company"),
        ("The Fair Rent Coalition organised a march.", "Fair Rent Coalition", "CivilSocietyGroup"),
        ("Jeff Bezos answered on Monday.", "Jeff Bezos", "Person"),
        ("They marched in Chicago.", "Chicago", "Place"),
        ("Bolt couriers in Tallinn stopped work.", "Bolt", "Company"),
        ("A colleague named Velroos was fired.", "Velroos", "Person"),
        ("Loaders who call themselves Velroos walked out.", "Velroos", "CivilSocietyGroup"),
        ("Users of the parcel app Sendly complained to Sendly.", "Sendly", "Technology"),
        ("The union spoke with Velroos Norway about pay.", "Velroos Norway", "Company"),
        ("Testers at Google Norway walked out.", "Google Norway", "Company"),
        ("The unions Velroos Metal and Tandvik Cargo called it.", "Tandvik Cargo", "Union"),
        ("The group Norway High Rope Friends rallied.", "Norway High Rope Friends", "CivilSocietyGroup"),
        ("Their union, Velroos, spoke with the press.", "Velroos", "Union"),
        ("Cooks joined Velroos Local 77.", "Velroos Local 77", "Union"),
        ("Cooks joined Teamsters Local 77 in May.", "Teamsters Local 77", "Union"),
        ("Unite Here Local 77 called a strike.", "Unite Here Local 77", "Union"),
        ("Local 77 of the United Auto Workers called a strike.", "Local 77 of the United Auto Workers", "Union"),
        ("Cooks joined UFCW 77 in May.", "UFCW 77", "Union"),
        ("Their union, VRS-UAW Local 77, called a strike.", "VRS-UAW Local 77", "Union"),
        ('The group "Trams Without Fares" rallied.', "Trams Without Fares", "CivilSocietyGroup"),
        ("Cooks wrote to the parcel firms Velroos, Tandvik and Oppsal.", "Oppsal", "Company"),
        ("Cooks met vice president Mark Dell on Monday.", "Mark Dell", "Person"),
        ("They met Alexa Tandvik on the pier.", "Alexa Tandvik", "Person"),
        (
            "Ferrymen of the harbor joined Harbor Nurses Without Borders.",
            "Harbor Nurses Without Borders",
            "CivilSocietyGroup",
        ),
        ("She spoke for Welders Against Layoffs at the gate.", "Welders Against Layoffs", "CivilSocietyGroup"),
        ("Ferrymen joined the Union of Harbor and Ferry Workers.", "Union of Harbor and Ferry Workers", "Union"),
        ("They signed a contract with the city of Lisbon.", "city of Lisbon", "GovernmentBody"),
        ("They wrote to Norway's fisheries department.", "Norway", "Place"),
        ("They wrote to Norway's labor department.", "Norway's labor department", "GovernmentBody"),
        ("The strike was called by Amazon, Velroos and Tandvik.", "Tandvik", "Company"),
        ("The Instacart Register, a group of cooks, posted a letter.", "Instacart Register", "CivilSocietyGroup"),
    ],
)
def test_names_have_their_class(sentence: str, name: str, cls: str, scene_of: SceneOf) -> None:
    names = found(scene_of(sentence))
    assert any(name in label and kind == cls for label, kind in names.items()), names


@pytest.mark.parametrize(
    "sentence",
    ["Nice cooks walked out.", "Box the parcels.", "Labour Minister wanted.", "They chanted for a Free Norway."],
)
def test_capitals_of_openings_offices_and_calls_make_no_actors(sentence: str, scene_of: SceneOf) -> None:
    assert set(found(scene_of(sentence)).values()) <= {"Place"}


@pytest.mark.parametrize(
    "sentence",
    ["Workers walked out on Friday in May.", "Two hundred employees protested.", "They want $5,000 by June 2021.", ""],
)
def test_dates_amounts_and_common_nouns_are_no_names(sentence: str, scene_of: SceneOf) -> None:
    assert found(scene_of(sentence)) == {}


def test_a_short_form_in_brackets_is_the_same_actor(scene_of: SceneOf) -> None:
    scene = scene_of("The National Rail Workers Union (NRWU) met Acme. The NRWU called a strike.")
    referents = [r for r in scene.discourse if "NRWU" in r.names]
    assert len(referents) == 1
    assert referents[0].cls == "Union"
    assert len(referents[0].names["NRWU"]) == 2


def test_a_surname_is_the_person_named_before(scene_of: SceneOf) -> None:
    scene = scene_of("Maria Gonzalez wrote the letter. Gonzalez read it aloud.")
    people = [r for r in scene.discourse if r.cls == "Person"]
    assert len(people) == 1
    assert set(people[0].names) == {"Maria Gonzalez", "Gonzalez"}


def test_spans_of_names_are_the_text_itself(scene_of: SceneOf) -> None:
    text = "Amazon’s lawyers met Jeff Bezos — “Bezos” to friends — in Café Noir, Zürich."
    for referent in scene_of(text).discourse:
        for surface, spans in referent.names.items():
            assert all(text[start:end] == surface for start, end in spans)


@pytest.mark.parametrize(
    ("sentence", "head", "label", "ties"),
    [
        ("More than 450 Amazon employees signed it.", "employees", "Amazon employees", ["Amazon"]),
        ("Workers at Google walked out.", "Workers", "Workers at Google", ["Google"]),
        ("Hundreds of nurses rallied.", "Hundreds", "nurses", []),
        ("A group of five baristas quit.", "group", "baristas", []),
        ("The drivers struck.", "drivers", "drivers", []),
    ],
)
def test_groups_are_named_without_number_and_article(
    sentence: str, head: str, label: str, ties: list[str], scene_of: SceneOf
) -> None:
    referent = group(scene_of(sentence), head)
    assert (referent.cls, referent.label, [tie.label for tie in referent.affiliations]) == ("Collective", label, ties)


def test_a_single_person_or_thing_is_no_group(scene_of: SceneOf) -> None:
    scene = scene_of("The driver parked the van.")
    assert groups.group(scene, word(scene.doc, "driver")) is None
    assert groups.group(scene, word(scene.doc, "van")) is None


def test_a_definite_noun_points_back_to_the_one_named(scene_of: SceneOf) -> None:
    scene = scene_of("Amazon opened a depot. Workers said the company cut their pay.")
    back = groups.points_back(scene, word(scene.doc, "company"))
    assert back is not None
    assert back.label == "Amazon"


def test_nothing_is_guessed_where_nobody_was_named(scene_of: SceneOf) -> None:
    scene = scene_of("The company cut the pay. It closed the depot.")
    assert groups.points_back(scene, word(scene.doc, "company")) is None
    assert groups.points_back(scene, word(scene.doc, "It")) is None


def test_words_for_peoples_that_stand_together_are_no_names(scene_of: SceneOf) -> None:
    scene = scene_of("Many drivers, most of them Black and Brown, signed the letter.")
    assert not [r for r in scene.discourse if r.cls != "Collective"]


def test_a_legal_form_makes_a_company_whatever_the_model_says(scene_of: SceneOf) -> None:
    scene = scene_of("The city signed a contract with Gamma LLC and with Delta Inc. on Monday.")
    assert [r.cls for r in scene.discourse if "Gamma" in r.label] == ["Company"]


def test_a_local_is_called_by_its_number_for_short(scene_of: SceneOf) -> None:
    scene = scene_of("Cooks joined Teamsters Local 77. They say that Local 77 won a raise.")
    assert [set(r.names) for r in scene.discourse if r.cls == "Union"] == [{"Teamsters Local 77", "Local 77"}]


@pytest.mark.parametrize(
    ("text", "word_told"),
    [
        ("OSLO, March 3 (Fjord Press) — Ferrymen walked out at noon.", "Fjord Press"),
        ("Ferrymen walk out\n\nBy Kari Tandvik\n\nFerrymen walked out at noon.", "Kari Tandvik"),
        ("They marched on International Women's Day.", "International Women"),
        ("The letter is in Hindi and Bengali.", "Hindi"),
    ],
)
def test_credits_feasts_and_peoples_are_no_actors(scene_of: SceneOf, text: str, word_told: str) -> None:
    assert word_told not in found(scene_of(text))


def test_what_people_do_as_well_makes_nobody_a_company(scene_of: SceneOf) -> None:
    assert found(scene_of("Iria Lema said that nobody had asked the ferrymen.")).get("Iria Lema") == "Person"
