"""When an action happened: the time expressions of its own clause, seen from the day of writing."""

from __future__ import annotations

from datetime import date

import pytest
from texts import ReadText

WEDNESDAY = date(2021, 6, 2)

TIMES = [
    ("Workers at Acme walked out on Monday to demand raises.", "2021-05-31 2021-05-31"),
    ("On Monday, workers signed a letter and walked out.", "2021-05-31 2021-05-31"),
    ("Employees staged a rally to call for time off for workers to vote on Election Day.", ""),
    ("Employees published a letter saying that they have been harassed over the last year.", ""),
    ("The strike, which started on Monday, is over pay.", "2021-05-31 2021-05-31"),
    ("The company, which was founded in 2009, faces a strike.", ""),
    ("Workers who were fired in March sued the company.", ""),
    ("Couriers went on strike in April 2021.", "2021-04-01 2021-04-30"),
    ("Couriers struck from May 3 to May 7.", "2021-05-03 2021-05-07"),
    ("Couriers will walk out on Friday.", "2021-06-04 2021-06-04"),
    ("Couriers are walking out on Friday.", "2021-06-04 2021-06-04"),
    ("Couriers plan to strike on June 20.", "2021-06-20 2021-06-20"),
    ("A walkout is scheduled for June 20.", "2021-06-20 2021-06-20"),
    (
        "The protest, scheduled to start at noon on June 20, will mark the first time that cooks have walked off.",
        "2021-06-20 2021-06-20",
    ),
    ("Workers have been on strike since May 10.", "2021-05-10 2021-06-02"),
    ("Workers voted on Thursday to unionize.", "2021-05-27 2021-05-27"),
    ("Workers signed a letter last week asking the firm to cut its ties with the agency.", "2021-05-24 2021-05-30"),
    ("In 2018, employees protested the contract, which was signed in 2016.", "2018-01-01 2018-12-31"),
    ("Employees protested the policy announced in January.", ""),
    ("The petition asks the firm to raise wages by July.", ""),
    ("Workers demanded that the office close until June 15.", ""),
    ("Drivers sued the firm on Tuesday over a policy introduced in 2018.", "2021-06-01 2021-06-01"),
    ("A judge ruled on May 28 that the drivers are employees.", "2021-05-28 2021-05-28"),
    ("The court ruled yesterday that the firm broke the law in 2017.", "2021-06-01 2021-06-01"),
    ("Bakers appeared at a meeting with the mayor on Thursday to protest the cuts.", "2021-05-27 2021-05-27"),
    ("It was the third strike at Foodly this year.", ""),
    ("Bakers struck for two days over the new rota.", ""),
    ("Bakers walked out in March for better pay.", "2021-03-01 2021-03-31"),
    ("Bakers joined the March for Science.", ""),
    ("Bakers have been on strike since 9 a.m. Monday.", "2021-05-31 2021-06-02"),
    ("Bakers struck just after midnight on Monday.", "2021-05-31 2021-05-31"),
    ("Bakers rallied downtown. The protests continued for two nights.", ""),
    ("Bakers have been on strike for two days over the new rota.", "2021-05-31 2021-06-02"),
    ("Bakers are on strike for the third day.", "2021-05-31 2021-06-02"),
    ("Cooks had struck in July and August over their wages.", "2020-07-01 2020-08-31"),
    ("Bakers rallied downtown. On the same day cooks sent a letter to Megamart.", ""),
    ("Cooks decided to walk out on Friday.", "2021-06-04 2021-06-04"),
    ("Last spring activists poured paint on the steps of the office to protest.", "2021-03-01 2021-05-31"),
    ("Drivers struck on June 20.", "2021-06-20 2021-06-20"),
    ("Bakers occupied the office for two days in May.", "2021-05-01 2021-05-31"),
    ("Cooks sent a letter on Monday. They walked out the same day.", "2021-05-31 2021-05-31"),
    ("Foodly fired a cook in April. Two days later, cooks walked out.", ""),
    ("The union said on Monday that cooks walked out.", ""),
    ("Bakers called off a strike planned for Friday.", "2021-06-04 2021-06-04"),
    ("Cooks rallied after the dismissal of a colleague in March.", ""),
    ("The council met on May 3. Cooks walked out on the 24th.", "2021-05-24 2021-05-24"),
    ("Megamart moved last month to dismiss two bakers who sued it.", ""),
    ("Over 90 cooks signed a pledge not to come to work on May 1.", ""),
    ("Academics signed a letter asking the board to move next year's meeting from Rome.", ""),
    ("Bakers who work for a supplier of Megamart struck on Monday.", "2021-05-31 2021-05-31"),
    ("Last week a judge closed the kitchens following a complaint by the bakers.", ""),
    ("In May the mill was fined after a strike by the bakers.", ""),
    ("Cooks have walked out because of a freeze of their pay for two years.", ""),
    ("Cooks rallied at the depot to demand Juneteenth off.", ""),
    ("Megamart was confronted by protesters for the third time this month.", ""),
    ("The Bakers Union had announced a strike for July 4.", "2021-07-04 2021-07-04"),
    ("From Monday a collective agreement with Unite will apply to the bakers.", "2021-06-07 2021-06-07"),
    ("As a result of a fee cut in April, bakers went on strike.", ""),
    ("Bakers walked out in response to a wage freeze in April.", ""),
    ("The bakers called for a rally, which took place on Sunday in Cork.", "2021-05-30 2021-05-30"),
    ("Bakers protested the firing by wearing black for a week.", ""),
    ("A baker was fired in April after calling for a boycott of Megamart.", ""),
    ("Bakers boycotted Megamart this spring.", "2021-03-01 2021-05-31"),
    ("Bakers boycotted Megamart this summer.", "2021-06-01 2021-06-02"),
    ("Cooks struck over a menu introduced in 2019. In the same week, bakers rallied in Cork.", "2021-05-31 2021-06-06"),
]


@pytest.mark.parametrize(("text", "days"), TIMES)
def test_when_it_happened(text: str, days: str, read_text: ReadText) -> None:
    events = [e for e in read_text(text, day=WEDNESDAY).reading.events if e.cls != "Contract"]
    found = [f"{span.earliest} {span.latest}" for event in events for span in event.spans()]
    assert list(dict.fromkeys(found)) == ([days] if days else [])


def test_a_month_is_no_march(read_text: ReadText) -> None:
    assert read_text("Workers who were fired in March sued the company.").forms() == ["lawsuit"]
