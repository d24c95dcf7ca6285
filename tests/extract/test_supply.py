"""Suppliers and clients in the many ways in which newspapers, newsletters and announcements speak of them."""

from __future__ import annotations

import pytest
from texts import ReadText

from kg.model import Money

SUPPLY = [
    ("Northwind sells drones to the Border Patrol.", "Northwind", "Border Patrol"),
    ("Palantir provides data-mining software to ICE.", "Palantir", "ICE"),
    ("Palantir provides ICE with data-mining software.", "Palantir", "ICE"),
    ("The order for radars was given to Palantir by the Pentagon.", "Palantir", "Pentagon"),
    ("Palantir won't give up its contract with the Pentagon.", "Palantir", "Pentagon"),
    ("Palantir engineers wrote a letter against sales of radars to police in Leeds.", "Palantir", "police"),
    ("Microsoft retained the law firm Northwind Corp. in June.", "Northwind Corp.", "Microsoft"),
    ("Oracle supplies the Pentagon with database software.", "Oracle", "Pentagon"),
    (
        "Clearview AI licensed its technology to the Chicago Police Department.",
        "Clearview AI",
        "Chicago Police Department",
    ),
    ("Microsoft is building headsets for the U.S. Army.", "Microsoft", "U.S. Army"),
    ("Microsoft developed a cloud system for the CIA.", "Microsoft", "CIA"),
    ("Google provides cloud-computing services for the military.", "Google", "military"),
    ("Amazon hosts databases for the Department of Homeland Security.", "Amazon", "Department of Homeland Security"),
    ("Wayfair had sold $200,000 worth of beds to BCFS, a contractor.", "Wayfair", "BCFS"),
    (
        "Salesforce sells its software to Customs and Border Protection, the letter says.",
        "Salesforce",
        "Customs and Border Protection",
    ),
    ("Rekognition was sold to police departments by Amazon.", "Amazon", "police departments"),
    ("Activists demand that Amazon stop selling facial recognition to the police.", "Amazon", "police"),
    ("The software is supplied by Palantir to the FBI.", "Palantir", "FBI"),
    ("ICE uses Palantir's software to plan raids.", "Palantir", "ICE"),
    ("The NYPD bought facial recognition software from Clearview AI.", "Clearview AI", "NYPD"),
    ("Border Patrol agents rely on Palantir's software.", "Palantir", "Border Patrol"),
    ("The Pentagon relies on Microsoft for its cloud.", "Microsoft", "Pentagon"),
    ("The Pentagon hired Google to analyse drone footage.", "Google", "Pentagon"),
    ("The Army chose Microsoft to build the headset.", "Microsoft", "Army"),
    ("The Pentagon picked Oracle for its new cloud.", "Oracle", "Pentagon"),
    ("The Navy has contracted with Boeing to repair jets.", "Boeing", "Navy"),
    ("Palantir is used by ICE.", "Palantir", "ICE"),
    ("ICE paid Palantir $38 million for the system.", "Palantir", "ICE"),
    ("Employees criticised Google's work for the Pentagon.", "Google", "Pentagon"),
    ("Workers protested Google's work with the U.S. military.", "Google", "U.S. military"),
    ("Palantir has a deal with ICE worth $8 million.", "Palantir", "ICE"),
    ("Palantir, which holds a contract with ICE, opened an office in Denver.", "Palantir", "ICE"),
    ("Students demanded that ICE's contract with Palantir be cancelled.", "Palantir", "ICE"),
    ("Salesforce workers asked the company to drop its contract with Border Patrol.", "Salesforce", "Border Patrol"),
    ("Microsoft won a bid to supply headsets to the Army.", "Microsoft", "Army"),
    ("Google will not renew its contract with the Pentagon.", "Google", "Pentagon"),
    ("Google decided not to renew its Pentagon contract.", "Google", "Pentagon"),
    ("The $10 billion Pentagon contract went to Microsoft.", "Microsoft", "Pentagon"),
    ("GitHub renewed its contract with ICE in 2019.", "GitHub", "ICE"),
    ("A contract between Palantir and ICE expires in September.", "Palantir", "ICE"),
    ("Under a 2013 contract with the CIA, Amazon hosts secret data.", "Amazon", "CIA"),
    ("Amazon landed a $600 million cloud deal with the CIA.", "Amazon", "CIA"),
    ("Microsoft beat Amazon for a $10 billion contract with the Pentagon.", "Microsoft", "Pentagon"),
    ("Employees urged Google to end its partnership with the Israeli military.", "Google", "Israeli military"),
    (
        "Google signed Project Nimbus, a $1.2 billion contract with the Israeli government.",
        "Google",
        "Israeli government",
    ),
    (
        "Google and Amazon hold a $1.2 billion contract with the Israeli government, known as Project Nimbus.",
        "Google+Amazon",
        "Israeli government",
    ),
    (
        "Workers oppose Project Nimbus, under which Google and Amazon provide a cloud to the Israeli government.",
        "Google+Amazon",
        "Israeli government",
    ),
    ("Microsoft employees oppose the HoloLens contract with the U.S. Army.", "Microsoft", "U.S. Army"),
    ("Amazon and Microsoft are competing for the Pentagon's JEDI contract.", "Amazon+Microsoft", "Pentagon"),
    ("Google withdrew from the bidding for JEDI, a $10 billion Pentagon contract.", "Google", "Pentagon"),
    ("The protesters object to Amazon's relationship with Palantir.", "Amazon", "Palantir"),
    (
        "Thomson Reuters sells access to its databases to ICE under contracts worth $60 million.",
        "Thomson Reuters",
        "ICE",
    ),
    ("The ministry awarded contracts to Google and Amazon.", "Google+Amazon", "ministry"),
    ("Elbit Systems is a supplier of drones to the Israeli army.", "Elbit Systems", "Israeli army"),
    ("Palantir is a contractor for ICE.", "Palantir", "ICE"),
    ("Palantir, a contractor for ICE, opened an office.", "Palantir", "ICE"),
    ("BAE Systems, a supplier to the Saudi air force, reported a profit.", "BAE Systems", "Saudi air force"),
    ("Avaya's customers include the Border Patrol.", "Avaya", "Border Patrol"),
    ("ICE is a customer of Palantir.", "Palantir", "ICE"),
    ("Cleaners at Google, who are employed by contractor Spotless Corp., want a raise.", "Spotless Corp.", "Google"),
    ("Facebook moderators employed by the contractor Genpact walked out.", "Genpact", "Facebook"),
    ("Security guards contracted by Allied Universal to work at Amazon walked out.", "Allied Universal", "Amazon"),
    ("HCL employees who work at Google's Pittsburgh office voted to unionize.", "HCL", "Google"),
    (
        "Content moderators at Telus International, a TikTok contractor, formed a works council.",
        "Telus International",
        "TikTok",
    ),
    ("Workers at Foxconn, which assembles iPhones for Apple, walked out.", "Foxconn", "Apple"),
    ("Workers at the Apple supplier Foxconn walked out.", "Foxconn", "Apple"),
    ("Workers at Apple supplier Wistron rioted.", "Wistron", "Apple"),
    (
        "Drivers for Amazon delivery contractor Battle-Tested Strategies walked out.",
        "Battle-Tested Strategies",
        "Amazon",
    ),
    ("The Pentagon named Microsoft the winner of a $10 billion cloud contract.", "Microsoft", "Pentagon"),
    ("San Diego police signed a $4 million contract with Motorola for radios.", "Motorola", "San Diego police"),
    ("Residents want the city's contract with Palantir cancelled.", "Palantir", "city"),
    ("Boeing received a $2 billion order for KC-46 tankers from the Air Force.", "Boeing", "Air Force"),
    ("The Navy praised Boeing. It chose Raytheon for a $90 million radar project.", "Raytheon", "Navy"),
    ("Janitors who clean the offices of Facebook are employed by Spotless Corp.", "Spotless Corp.", "Facebook"),
    ("RELX, whose LexisNexis division sells data to ICE, did not answer.", "LexisNexis", "ICE"),
    ("Boeing will build towers on the border for the Air Force.", "Boeing", "Air Force"),
    ("The Air Force awarded the work to Boeing in 2012.", "Boeing", "Air Force"),
    ("They wrote to Foodly Inc., Palantir's largest client.", "Palantir", "Foodly Inc."),
    ("The church uses maps. The Border Patrol uses software made by Palantir.", "Palantir", "Border Patrol"),
    ("Google and Amazon took part. The two companies sell maps to the FBI.", "Google+Amazon", "FBI"),
    ("Accenture contract workers at Google walked out.", "Accenture", "Google"),
    ("Moderators want Google to pay more. They are employed by Accenture.", "Accenture", "Google"),
    ("Contract moderators at Google were laid off by Accenture.", "Accenture", "Google"),
    (
        "Amazon hosts the case files of the Department of Homeland Security.",
        "Amazon",
        "Department of Homeland Security",
    ),
]
"""Text, suppliers, buyers; several are joined by a plus sign."""

OTHER = [
    "Cleaners ratified a new contract with the museum after a long strike.",
    "The union won a contract with Amazon.",
    "Contract workers at Google demanded better pay.",
    "Google contract workers signed a letter.",
    "The teachers' contract with the district expired in June.",
    "Ford reached a tentative deal with the United Auto Workers.",
    "Drivers work for Uber in London.",
    "Activists work with Google employees.",
    "Google employees sent a letter to the Pentagon.",
    "The company broke its promise to the police.",
    "Amazon gave $100,000 to the police union.",
    "The workers use Slack to organise.",
    "Protesters used Twitter to reach the government.",
    "Uber drivers provide rides to passengers.",
    "Amazon delivers packages to customers.",
    "Instacart offered a bonus to its workers.",
    "The company provides health insurance to employees.",
    "Kickstarter agreed to a contract with its union.",
    "The workers signed contracts with Deliveroo as self-employed riders.",
    "The company's deal with shareholders was criticised.",
    "Amazon signed an agreement with the Teamsters.",
    "The government sued Google.",
    "Uber must provide data to the regulator.",
    "Employees asked Google to provide sick pay to contractors.",
    "Cooks want Google to pay more. They are employed by Foodly Inc.",
    "Moderators at Google were laid off by Foodly Inc.",
]
"""Employment, collective agreements, services to users, duties to authorities."""


@pytest.mark.parametrize(("text", "suppliers", "buyers"), SUPPLY, ids=[case[0][:60] for case in SUPPLY])
def test_who_supplies_whom(text: str, suppliers: str, buyers: str, read_text: ReadText) -> None:
    event = read_text(text).event("Contract")
    found = tuple({referent.label for referent in event.fillers(role)} for role in ("supplier", "buyer"))
    assert found == (set(suppliers.split("+")), set(buyers.split("+")))


@pytest.mark.parametrize("text", OTHER)
def test_what_is_no_contract_of_supply(text: str, read_text: ReadText) -> None:
    found = [e for e in read_text(text).reading.events if e.cls == "Contract"]
    assert not found, [(e.mentions[0].frame.id, [r.label for r in e.fillers("supplier", "buyer")]) for e in found]


def test_people_lent_by_one_company_to_another_name_what_is_delivered(read_text: ReadText) -> None:
    event = read_text("Google content moderators at Spotless Corp. walked out.").event("Contract")
    assert [phrase.text for phrase in event.phrases("subject")] == ["content moderators"]


def test_the_product_that_was_named_before_is_what_is_sold(read_text: ReadText) -> None:
    event = read_text("Amazon praised Rekognition. It sold the software to the FBI.").event("Contract")
    assert [r.label for r in event.fillers("subject")] == ["Rekognition"]


def test_a_product_does_not_supply_and_stays_a_product(read_text: ReadText) -> None:
    read = read_text("Rekognition provides matches to the FBI. Amazon said nothing.")
    assert not [e for e in read.reading.events if e.cls == "Contract"]
    assert {r.label: r.cls for r in read.reading.discourse}["Rekognition"] == "Technology"


def test_a_programme_stands_for_its_contract(read_text: ReadText) -> None:
    event = read_text("Google's involvement in Project Maven angered its engineers.").event("Contract")
    assert [r.label for r in event.fillers("supplier")] == ["Google"]
    assert [phrase.text for phrase in event.phrases("identifier")] == ["Project Maven"]


def test_what_is_only_intended_is_proposed(read_text: ReadText) -> None:
    event = read_text("Workers protested Google's intent to enter a contract with the FBI.").event("Contract")
    assert (event.status, [r.label for r in event.fillers("supplier")]) == ("proposed", ["Google"])


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Amazon will no longer sell Rekognition to the police.", "ended"),
        ("Amazon stopped selling Rekognition to the police.", "ended"),
        ("Employees asked Amazon to stop selling Rekognition to the police.", "ongoing"),
        ("Amazon sells Rekognition to the police.", "ongoing"),
    ],
)
def test_what_is_sold_no_longer(text: str, status: str, read_text: ReadText) -> None:
    assert read_text(text).event("Contract").status == status


def test_what_a_verb_of_delivery_costs(read_text: ReadText) -> None:
    event = read_text("ICE paid Palantir $38 million for the system.").event("Contract")
    amounts = [c.filler.value for c in event.candidates() if isinstance(c.filler, Money)]
    assert [int(amount) for amount in amounts if amount is not None] == [38_000_000]


def test_the_buyer_is_no_part_of_what_is_delivered(read_text: ReadText) -> None:
    event = read_text("Activists blocked Boeing, which makes drones for the Air Force.").event("Contract")
    assert [phrase.text for phrase in event.phrases("subject")] == ["drones"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Google will not bid for a cloud contract with the Pentagon.", [("withdrawn", "Google", "Pentagon")]),
        ("Google will not bid for contracts with the Pentagon.", []),
        ("Foodly Inc. was bought by Amazon in 2017.", []),
        ("Amazon offers cloud contracts to oil and gas companies.", [("proposed", "Amazon", "oil and gas companies")]),
    ],
)
def test_bids_given_up_takeovers_and_offers(text: str, found: list[tuple[str, str, str]], read_text: ReadText) -> None:
    statements = read_text(text).statements
    told = {s.subject for s in statements if s.object == "cag:Contract" and s.evidence.factuality != "negated"}
    contracts = [e for e in read_text(text).reading.events if e.cls == "Contract"] if told else []
    sides = [(e.fillers("supplier")[0].label, e.fillers("buyer")[0].label) for e in contracts]
    assert [(e.status, *side) for e, side in zip(contracts, sides, strict=True)] == found


def test_more_or_fewer_words_for_the_police_tell_one_contract(read_text: ReadText) -> None:
    read = read_text("Amazon sells Rekognition to local police departments. Amazon sold it to police departments, too.")
    assert len(read.event("Contract").fillers("buyer")) == 1


def test_a_product_that_is_called_by_its_name_is_what_is_sold(read_text: ReadText) -> None:
    event = read_text("Amazon sells its software, known as Rekognition, to the FBI.").event("Contract")
    assert [r.label for r in event.fillers("subject")] == ["Rekognition"]


def test_a_contract_is_not_won_with_a_pause_in_it(read_text: ReadText) -> None:
    assert read_text("Staff won a pause in Google's work for the Pentagon.").event("Contract").status != "awarded"
