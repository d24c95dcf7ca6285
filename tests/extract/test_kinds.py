"""What an unlisted name is: by its own words, by the nouns beside it, and by what stands where it stands."""

from __future__ import annotations

import pytest
from texts import SceneOf

from kg.extract import kinds
from kg.extract.discourse import Referent
from kg.extract.mentions import Scene


def named(scene: Scene, word: str) -> Referent:
    """The referent that has a name with this word."""
    return next(r for r in scene.discourse if any(word in name.split() for name in r.names))


@pytest.mark.parametrize(
    ("words", "cls"),
    [
        ("department of justice", "GovernmentBody"),
        ("harbor court of appeal", "GovernmentBody"),
        ("coalition for fair courts", "CivilSocietyGroup"),
        ("ludlow police foundation", "CivilSocietyGroup"),
        ("ludlow tenants union", "CivilSocietyGroup"),
        ("united pottery workers", "Union"),
        ("ludlow workers united", "Union"),
        ("ludlow instrument workers association", "Union"),
        ("ludlow workers assembly", "CivilSocietyGroup"),
        ("ludlow school district", "GovernmentBody"),
        ("ludlow medical center", "Organization"),
        ("ludlow institute of technology", "University"),
        ("ludlow evening courier", "NewsOutlet"),
        ("ludlow freight", "Company"),
        ("ludlow", ""),
        ("anna ludlow", ""),
    ],
)
def test_the_head_of_a_name_tells_its_class(words: str, cls: str) -> None:
    assert kinds.by_words(words.split()) == cls


@pytest.mark.parametrize(
    ("words", "cls"),
    [("anna justice", ""), ("anna park", ""), ("nelson studios", "Company"), ("arthur guild", "Union")],
)
def test_a_personal_name_is_another_only_by_a_plain_last_word(words: str, cls: str) -> None:
    assert kinds.by_words(words.split(), personal=True) == cls


@pytest.mark.parametrize(
    ("sentence", "word", "cls"),
    [
        ("They wrote to Annika Velroos about the plan.", "Velroos", "Person"),
        ("Testers at Velroos Dynamics walked out on Monday.", "Velroos", "Company"),
        ("The nurse told Morgenbladet Velroos that the ward is closing.", "Velroos", "NewsOutlet"),
        ("Cleaners who are employed by Velroos went on strike.", "Velroos", "Company"),
        ("The tax advisers joined the union Velroos last year.", "Velroos", "Union"),
        ("Drivers for the delivery app Velroos blocked a road.", "Velroos", "Company"),
        ("The dockers marched in Velroos on Monday.", "Velroos", "Place"),
        ("Loaders, pickers and drivers of Tesco and Velroos struck.", "Velroos", "Company"),
        ("Cooks at the recipe site Velroos stopped work.", "Velroos", "Company"),
        ("The Velroos firm Tesco closed a depot.", "Velroos", "Place"),
        ("They picketed Tesco's Velroos warehouse.", "Velroos", "Place"),
        ("The lawyer Velroos & Sons Ltd closed.", "Velroos", "Company"),
        ("Cooks at Velroos competitor Tesco struck.", "Velroos", "Company"),
        ("They gathered at the headquarters of Velroos.", "Velroos", "Company"),
        ("The news agency Velroos dismissed ten clerks.", "Velroos", "NewsOutlet"),
        ("The finance minister, Odvar Velroos, spoke.", "Velroos", "Person"),
        ("They were watched under a program, known as Velroos, for years.", "Velroos", "Technology"),
    ],
)
def test_what_stands_around_a_name_tells_its_class(sentence: str, word: str, cls: str, scene_of: SceneOf) -> None:
    assert named(scene_of(sentence), word).cls == cls


def test_the_clearest_mention_speaks_for_all(scene_of: SceneOf) -> None:
    scene = scene_of("Velroos closed a depot. Twenty loaders had been employed by Velroos. They met near Velroos.")
    assert [r.cls for r in scene.discourse if "Velroos" in r.names] == ["Company"]


def test_a_surname_is_the_persons_wherever_it_stands(scene_of: SceneOf) -> None:
    scene = scene_of("Annika Velroos leads the branch. Members asked Velroos to resign.")
    assert len([r for r in scene.discourse if r.cls == "Person"]) == 1


@pytest.mark.parametrize(
    ("sentence", "cls"),
    [
        ("They posted the letter on Twitter.", "Technology"),
        ("A Twitter group of cooks posted the letter.", "Technology"),
        ("Engineers at Twitter signed the letter.", "Company"),
        ("Engineers at Twitter signed the letter and posted it on Twitter.", "Company"),
    ],
)
def test_a_platform_is_a_company_where_it_acts_and_a_technology_where_it_serves(
    sentence: str, cls: str, scene_of: SceneOf
) -> None:
    assert named(scene_of(sentence), "Twitter").cls == cls


@pytest.mark.parametrize(
    ("sentence", "name", "cls"),
    [
        ("Porters complained to the Ohio labor department.", "Ohio labor department", "GovernmentBody"),
        ("It supplies lorries to the Norwegian army.", "Norwegian army", "GovernmentBody"),
        ("The Porters' Guild called a strike.", "Porters' Guild", "Union"),
        ("Staff at the Chicago Police Foundation met.", "Chicago Police Foundation", "CivilSocietyGroup"),
        ("The clerks sued Chad Petersen on Monday.", "Chad Petersen", "Person"),
        ('Tenants began a campaign called "Rent Is Theft" in May.', "Rent Is Theft", "CivilSocietyGroup"),
        ("A union named Porters of the North struck.", "Porters of the North", "Union"),
        ("Ten cooks calling themselves Salt and Pepper quit.", "Salt and Pepper", "CivilSocietyGroup"),
        ("Clerks at Google Israel signed the petition.", "Google Israel", "Company"),
    ],
)
def test_names_are_taken_whole(sentence: str, name: str, cls: str, scene_of: SceneOf) -> None:
    assert [r.cls for r in scene_of(sentence).discourse if name in r.names] == [cls]


@pytest.mark.parametrize(
    "sentence",
    [
        "Baristas at the airport struck on Monday.",
        "Software engineers walked out.",
        "They asked voters to reject the Fair Wage Act.",
        "Cooks shared their stories under the hashtag #VelroosDoBetter.",
        "Pickers stayed at home on Workers' Day.",
        "Pickers rallied outside the YVR2 warehouse.",
    ],
)
def test_common_nouns_laws_feasts_and_hashtags_are_no_names(sentence: str, scene_of: SceneOf) -> None:
    assert [r.label for r in scene_of(sentence).discourse if r.cls not in ("Collective", "Place")] == []


def test_a_body_is_called_by_its_last_word_for_short(scene_of: SceneOf) -> None:
    scene = scene_of("The Porters Guild called a strike. On Friday the Guild met the owners.")
    assert [sorted(r.names) for r in scene.discourse if r.cls == "Union"] == [["Guild", "Porters Guild"]]


def test_a_clear_class_is_told_from_the_models_guess(scene_of: SceneOf) -> None:
    scene = scene_of("Testers at Velroos Dynamics walked out.")
    assert named(scene, "Velroos") in scene.shown
