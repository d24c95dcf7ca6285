"""How many took part: the numbers that belong to an action, and those that do not."""

from __future__ import annotations

import pytest
from texts import ReadText

from kg.model import Count

SIZES = [
    ("Welders picketed the yard. Between 80 and 100 people gathered at the gate.", "Between 80 and 100"),
    ("Welders published a memo on dust. The memo was written by 12 engineers.", "12"),
    ("The nurse sued Uber for wages. Seventy other nurses have joined her.", "Seventy"),
    ("Bakers wrote an open letter to Uber. They handed over 700 signatures.", "700"),
    ("Bakers collected 160 pledges not to work for Uber.", "160"),
    ("Cooks filed a lawsuit. Thirty-one cooks are plaintiffs.", "Thirty-one"),
    ("Cooks filed a lawsuit. A judge certified the case as a class action for 313 cooks.", "313"),
    ("Students signed a petition. Over 900 students have signed.", "Over 900"),
    ("A petition for masks has been signed 5,400 times.", "5,400"),
    ("Cooks went on strike. In May, 3,800 cooks did not report to work.", "3,800"),
    ("Bakers wrote a letter. Four cooks who had signed the letter were fired.", ""),
    ("Bakers held a vigil in the square. Over 500 people came, and cooks signed a petition.", "Over 500"),
    ("Workers voted to unionize. The bargaining unit includes 63 workers.", "63"),
    ("Protesters gathered in the square. There were about 200 people.", "about 200"),
    ("The ruling reinstates 40 couriers whom Foodly had fired.", "40"),
    ("Bakers went on strike. There are 900 people in the town.", ""),
    ("Bakers went on strike. Some 90 cooks stayed at home.", "Some 90"),
    ("Bakers held a rally in Cork. Roughly 200 people were there.", "Roughly 200"),
    ("About 50 visual effects workers picketed outside the studio.", "About 50"),
    ("An open letter by the guild got the signatures of 300 cooks.", "300"),
    ("The guild started a petition. It collected signatures from 11,000 drivers.", "11,000"),
    ("Over 1,000 signed the letter.", "Over 1,000"),
    ("The letter was signed by more than 450 people.", "more than 450"),
    ("The letter was signed by more than 450.", "more than 450"),
    ("More than 400 have signed the petition so far.", "More than 400"),
    ("The petition has gathered over 3,000 signatures.", "over 3,000"),
    ("An open letter with more than 200 signatories asks Parcelo to stop.", "more than 200"),
    ("The letter had 1,200 signatures.", "1,200"),
    ("Employees signed an open letter. The letter now has over 800 signatories.", "over 800"),
    ("Workers walked out on Monday. About 300 people took part.", "About 300"),
    ("Workers walked out on Monday, with about 300 people taking part.", "about 300"),
    ("The walkout involved around 150 employees.", "around 150"),
    ("Workers staged a strike involving 700 drivers.", "700"),
    ("Drivers rallied downtown. Organizers said 500 people attended.", "500"),
    ("The strike, in which 2,000 workers took part, lasted a day.", "2,000"),
    ("A crowd of 200 gathered outside the office to protest.", "200"),
    ("A group of 12 workers walked out.", "12"),
    ("Bakers gathered outside the depot. About 200 people came.", "About 200"),
    ("Two cooks handed the mayor a petition with more than 9,000 signatures.", "more than 9,000"),
    ("A coalition of some 50 bakers signed a letter.", "some 50"),
    ("Bakers struck on Monday. The guild put the turnout at 400.", "400"),
    ("Bakers marched downtown. The crowd was estimated at 2,000.", "2,000"),
    ("Bakers marched downtown. The guild counted 1,700 participants.", "1,700"),
    ("Bakers struck on Monday. The firm put the number of lost parcels at 1,700.", ""),
    ("Cooks vote on whether to join the union. 580 workers are eligible to vote.", "580"),
    ("The guild picketed the ministry with some 70 cooks.", "some 70"),
    ("Some 50 of the 120 workers walked off the job.", "Some 50"),
    ("A quarter of the 2,000 staff walked out.", ""),
    ("Some 38 cartographers and software developers signed the pledge.", "Some 38"),
    ("Forty laptops and some workers stayed away from the strike.", ""),
    ("Twelve of the nineteen bakers of the depot walked out.", "Twelve"),
    ("The guild petitioned the ministry on behalf of 70 cooks.", "70"),
    ("An open letter to Megamart appeared in May. It bears the names of 80 bakers.", "80"),
    ("Some 70 cooks urged the owner in a letter to reopen the canteen.", "Some 70"),
    ("Bakers and 12 other cooks sued the mill.", ""),
    ("About 60 workers, including 20 drivers, walked out.", "About 60"),
    ("The newly formed union covers about 90 employees.", "about 90"),
    ("More than 20,000 Megamart employees around the world walked out.", "More than 20,000"),
    ("Employees, more than 100 of them, signed a letter.", "more than 100"),
    ("Dozens of drivers protested outside the office.", "Dozens"),
    ("Workers at the plant, which employs 3,000 people, went on strike.", ""),
    ("Megamart, which has 600,000 workers, faces a strike.", ""),
    ("Hundreds joined the rally.", "Hundreds"),
    ("Hundreds of thousands of people marched.", "Hundreds of thousands"),
    ("As many as 400 workers walked out.", "As many as 400"),
    ("Ten workers were arrested during the sit-in by dozens of students.", "dozens"),
    ("A petition signed by over 4,500 Megamart workers demands action.", "over 4,500"),
    ("The lawsuit was filed by two former employees.", "two"),
    ("Three women sued the company.", "Three"),
    ("The class action covers 15,000 drivers.", "15,000"),
    ("Drivers filed a lawsuit. The suit represents some 6,000 drivers.", "some 6,000"),
    ("About 40 percent of employees walked out.", ""),
    ("Nearly 100 nurses called in sick.", "Nearly 100"),
    ("The 30 couriers who went on strike want raises.", "30"),
    ("Four of the five engineers who signed the letter were fired.", ""),
    ("The petition, which was signed by 230 students, was delivered on Monday.", "230"),
    ("Over 500 academics and 30 groups signed the statement.", "Over 500"),
    ("A letter was sent to the CEO. It was signed by 75 employees.", "75"),
    ("So far 1,400 workers have added their names.", "1,400"),
    ("The employees sent a letter. So far, 700 people have signed.", "700"),
    ("More than a dozen workers picketed the office.", "More than a dozen"),
    ("Some 15 protesters blocked the entrance.", "Some 15"),
    ("Police arrested 44 protesters at the sit-in.", "44"),
    ("Workers (about 80) walked out.", "about 80"),
    ("Up to 1,000 workers are expected to strike.", "Up to 1,000"),
    ("The protest drew more than 300 people.", "more than 300"),
    ("The rally attracted hundreds of supporters.", "hundreds"),
    ("The hashtag campaign was joined by thousands of users.", "thousands"),
    ("300 workers' strike shut down the plant.", "300"),
    ("The march, attended by 3,000 people, ended peacefully.", "3,000"),
    ("Librarians handed the board a petition with 9,400 names.", "9,400"),
    ("Cooks sent Foodly a petition. It has gathered 412 names so far.", "412"),
    ("The petition passed 30,000 signatures.", "passed 30,000"),
    ("More than 300 Acme landline and cable workers walked out.", "More than 300"),
    ("Nearly 70 current and former employees signed an open letter.", "Nearly 70"),
    ("Students rallied. 31 of 36 employees took part.", "31"),
    ("Cooks unionized with Local 9. The 84 cooks earn $15 an hour.", "84"),
    ("Drivers went on strike. The union said that 300 drivers had gone offline.", "300"),
    ("Parcelo recognized the union of 13 employees.", "13"),
    ("Lawyers filed a class action on behalf of 9,000 hourly employees.", "9,000"),
    ("Testers voted to unionize. Some 34 testers are part of the union.", "Some 34"),
    ("Baker Ann Lee started a petition against the fee. It has been signed by 8,500 bakers.", "8,500"),
    ("Ms. Lee and four other workers sued Parcelo.", "four"),
    ("A few dozen activists sat down in the lobby to protest the deal.", "A few dozen"),
    ("Workers at 12 stores went on strike.", ""),
    ("The letter, signed by employees at 40 companies, calls for a ban.", ""),
]


def sizes(text: str, read_text: ReadText) -> list[str]:
    """The words of every number that an action of the text was given."""
    events = read_text(text).reading.events
    found = [c.filler.raw for e in events for c in e.candidates() if isinstance(c.filler, Count)]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(("text", "size"), SIZES)
def test_the_number_of_those_who_took_part(text: str, size: str, read_text: ReadText) -> None:
    assert sizes(text, read_text) == ([size] if size else [])


def test_each_action_has_the_number_of_its_own_sentence_part(read_text: ReadText) -> None:
    text = "50 students attended a protest and over 700 students signed a petition."
    found = {
        event.cls: [c.filler.raw for c in event.candidates() if isinstance(c.filler, Count)]
        for event in read_text(text).reading.events
    }
    assert found == {"Protest": ["50"], "Petition": ["over 700"]}


def test_those_who_attend_do_not_sue(read_text: ReadText) -> None:
    text = "Cooks staged a walkout outside the office, following a lawsuit by the state. Over 500 people attended."
    events = {e.cls: e for e in read_text(text).reading.events}
    assert [c.filler.raw for c in events["Protest"].candidates() if isinstance(c.filler, Count)] == ["Over 500"]


def test_those_named_count_with_the_others(read_text: ReadText) -> None:
    """Whoever is named before "and 14 others" is one more."""
    events = read_text("Anna Berg and 14 others sued the mill.").reading.events
    found = [c.filler for event in events for c in event.candidates() if c.role == "size"]
    assert found == [Count("14", "exact", 15, 15, 15)]


@pytest.mark.parametrize(
    "text",
    [
        "An open letter to Uber about night shifts got the signatures of 300 bakers.",
        "An open letter to Uber about night shifts appeared. It was signed by 300 bakers.",
    ],
)
def test_those_counted_have_acted(text: str, read_text: ReadText) -> None:
    assert [r.label for r in read_text(text).event("Petition").fillers("signatory")] == ["bakers"]
