"""Where an action takes place: the cities, countries and sites that belong to it, and those that do not."""

from __future__ import annotations

import pytest
from texts import ReadText

PLACES = [
    ("Workers at Amazon's warehouse in Chicago went on strike.", ["Chicago"]),
    ("Amazon workers in Chicago went on strike.", ["Chicago"]),
    ("Amazon workers in Minnesota walked out.", ["Minnesota"]),
    ("Workers at an Amazon warehouse in Minnesota walked out.", ["Minnesota"]),
    ("Chicago Amazon workers went on strike.", ["Chicago"]),
    ("Drivers in London, Paris and Berlin protested.", ["London", "Paris", "Berlin"]),
    ("Drivers protested in several cities including London and Paris.", ["London", "Paris"]),
    ("Drivers in New York City struck on Monday.", ["New York City"]),
    ("Couriers condemned the Housing Act in France and marched in Berlin.", ["Berlin"]),
    ("In Berlin, couriers went on strike.", ["Berlin"]),
    ("In Berlin, hundreds of couriers protested outside Foodly's headquarters.", ["Berlin"]),
    ("Couriers rallied outside Foodly's headquarters in Berlin.", ["Berlin"]),
    ("Couriers gathered in front of the Berlin office of Foodly.", ["Berlin"]),
    ("Couriers rallied at Foodly's San Francisco headquarters.", ["San Francisco"]),
    ("A rally was held in front of City Hall.", ["City Hall"]),
    ("Employees at Acme's office in Dublin walked out.", ["Dublin"]),
    ("Employees at Acme's Dublin office walked out.", ["Dublin"]),
    ("Employees at the Dublin office of Acme walked out.", ["Dublin"]),
    ("Workers at Amazon's Staten Island warehouse walked out.", ["Staten Island"]),
    ("Security guards at the Seattle campus formed a union.", ["Seattle"]),
    ("Hundreds of Google employees marched through Manhattan.", ["Manhattan"]),
    ("Protesters blocked the streets of Jakarta.", ["Jakarta"]),
    ("Taxi drivers in India's capital went on strike.", ["India"]),
    ("Riders in the UK have formed a union.", ["UK"]),
    ("Indian drivers went on strike.", []),
    ("Delivery riders took to the streets of São Paulo.", ["São Paulo"]),
    ("A court in California ruled that drivers are employees.", ["California"]),
    ("Drivers in California sued Uber.", ["California"]),
    ("Workers in Germany, Poland and Spain went on strike on Black Friday.", ["Germany", "Poland", "Spain"]),
    ("Workers at six Amazon sites across Germany walked out.", ["Germany"]),
    ("Employees of Google in Zurich staged a walkout.", ["Zurich"]),
    ("Workers of a FoxConn plant in Zhengzhou rallied on the streets.", ["Zhengzhou"]),
    ("The strike took place in Rome.", ["Rome"]),
    ("Bakers sued the mill at Acme headquarters.", []),
    ("Workers at the Tiruppur plant of Megamart walked out.", ["Tiruppur"]),
    ("The strike spread to Milan and Turin.", ["Milan", "Turin"]),
    ("Protests erupted at the company's plant in Chennai.", ["Chennai"]),
    ("More than 100 activists protested at an Apple store in Paris.", ["Paris"]),
    ("An Apple store in Paris was occupied by activists.", ["Paris"]),
    ("Workers in the Bay Area signed a petition.", ["Bay Area"]),
    ("Workers walked off the job at an Amazon delivery station in Queens.", ["Queens"]),
    ("Cooks at a depot in Austin, Texas walked out.", ["Austin"]),
    ("Bakers rallied in Millbury, Ohio.", ["Millbury, Ohio"]),
    ("Bakers rallied in Dublin, Ireland, on Monday.", ["Dublin"]),
    ("Bakers rallied in Cork, Dublin and the suburbs.", ["Cork", "Dublin"]),
    ("Bakers rallied in Austin, Texas, and Seattle, Washington.", ["Austin", "Seattle"]),
    ("Bakers rallied in Cork, Galway and eleven more towns.", ["Cork", "Galway"]),
    ("Couriers who deliver for the Turkish online grocer Sepet in Cork and Galway went on strike.", ["Cork", "Galway"]),
    ("Cooks at the mill of the contractor Acme Foods in Cork stopped working.", ["Cork"]),
    ("Bakers occupied the company's Dublin office.", ["Dublin"]),
    ("Cooks walked out of the company's Los Angeles office.", ["Los Angeles"]),
    ("Bakers protested outside of Foodly's Dublin depot.", ["Dublin"]),
    ("Bakers walked out in Leipzig. It was the first strike at Foodly in Germany.", ["Leipzig"]),
    ("Staff of the games company Foodly in Sofia wrote an open letter to the board.", ["Sofia"]),
    ("Staff who deliver for Foodly in Sofia sent a letter to the mayor.", ["Sofia"]),
    ("Drivers of delivery partners in the Oslo area started a petition.", ["Oslo"]),
    ("The London-based company faced a walkout.", []),
    ("Foodly, which is based in Berlin, faces a strike in Vienna.", ["Vienna"]),
    ("The walkout began in Singapore and ended in San Francisco.", ["Singapore", "San Francisco"]),
    ("Workers across the U.S. went on strike.", ["U.S."]),
    (
        "Uber drivers went on strike in Los Angeles, San Diego, and San Francisco.",
        ["Los Angeles", "San Diego", "San Francisco"],
    ),
    ("Drivers protested at Heathrow airport.", ["Heathrow airport"]),
    ("Protesters held signs at the Amazon shareholder meeting in Seattle.", ["Seattle"]),
    ("Protesters in Hong Kong boycotted the game.", ["Hong Kong"]),
    ("Employees at the company's New York and London offices walked out.", ["New York", "London"]),
]


@pytest.mark.parametrize(("text", "where"), PLACES)
def test_where_it_takes_place(text: str, where: list[str], read_text: ReadText) -> None:
    events = [e for e in read_text(text).reading.events if e.cls != "Contract"]
    found = [place.label for event in events for place in event.fillers("place")]
    assert list(dict.fromkeys(found)) == where


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cooks who work for Megamart Inc. in Oslo went on strike.", ["Oslo"]),
        ("Cooks at Megamart Inc., which has kitchens in Oslo and Bergen, went on strike.", ["Oslo", "Bergen"]),
        ("Cooks whose firm has a kitchen in Oslo and whose owner lives in Bergen went on strike.", []),
    ],
)
def test_the_only_places_told_beside_an_action_are_where_it_was(
    read_text: ReadText, text: str, expected: list[str]
) -> None:
    assert [place.label for place in read_text(text).event("Protest").fillers("place")] == expected
