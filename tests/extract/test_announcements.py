"""Contract announcements in the defence department's own style: one paragraph, one award."""

from __future__ import annotations

import textwrap
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest
from texts import Read, ReadText

from kg.extract import announcements
from kg.extract.candidates import Phrase
from kg.model import Money, TimeSpan

ONE = (
    "Tidewater Dredging LLC, Norfolk, Virginia, was awarded a $7,250,000 firm-fixed-price contract for channel "
    "dredging. Two firms made an offer on the web. The crews are to finish in Norfolk by Aug. 9, 2021. U.S. Army Corps "
    "of Engineers, Norfolk, Virginia, is the contracting activity (W91236-20-C-0042)."
)
CHANGE = (
    "Granite Peak Aerospace Corp., Ogden, Utah, has been awarded a $1,400,000 modification (P00007) to contract "
    "FA8201-18-C-0019 for landing gear overhaul. Work will be performed in Ogden, Utah. Air Force Sustainment Center, "
    "Hill Air Force Base, Utah, is the contracting activity."
)
SEVERAL = (
    "Alder Build Inc., Reno, Nevada (W9123D-20-D-1001); and Birch and Sons Co., Boise, Idaho (W9123D-20-D-1002), were "
    "each awarded a $90,000,000 firm-fixed-price contract for road repair. U.S. Army Corps of "
    "Engineers, Sacramento, California, is the contracting activity."
)


def phrases(read: Read, role: str) -> list[str]:
    """The words in a role of the one contract."""
    candidates = read.event("Contract").candidates()
    return [c.filler.text for c in candidates if c.role == role and isinstance(c.filler, Phrase)]


def test_an_award(read_text: ReadText) -> None:
    read = read_text(ONE)
    contract = read.event("Contract")
    assert [r.label for r in contract.fillers("supplier")] == ["Tidewater Dredging LLC"]
    assert [r.label for r in contract.fillers("buyer")] == ["U.S. Army Corps of Engineers"]
    amounts = [c.filler for c in contract.candidates() if isinstance(c.filler, Money)]
    assert [(m.value, m.currency) for m in amounts] == [(Decimal(7_250_000), "USD")]
    assert phrases(read, "identifier") == ["W91236-20-C-0042"]
    assert phrases(read, "subject") == ["channel dredging"]
    assert contract.status == "awarded"


def test_a_modification_is_told_from_an_award(read_text: ReadText) -> None:
    read = read_text(CHANGE)
    contract = read.event("Contract")
    assert contract.status == "modified"
    assert [c.filler.value for c in contract.candidates() if isinstance(c.filler, Money)] == [Decimal(1_400_000)]
    assert phrases(read, "identifier") == ["FA8201-18-C-0019"]


def test_several_companies_may_share_one_award(read_text: ReadText) -> None:
    labels = [r.label for r in read_text(SEVERAL).event("Contract").fillers("supplier")]
    assert labels[0] == "Alder Build Inc."
    assert len(labels) == 2
    assert "Birch and Sons Co." in labels[1]


def test_each_paragraph_is_a_contract_of_its_own(read_text: ReadText) -> None:
    read = read_text(f"CONTRACTS\n\nARMY\n\n{ONE}\n\nAIR FORCE\n\n{CHANGE}\n")
    found = [e for e in read.reading.events if e.cls == "Contract"]
    assert [e.status for e in found] == ["awarded", "modified"]
    quotes = {s.evidence.quote for s in read.statements}
    assert all(quote in read.document.text for quote in quotes)


@pytest.mark.parametrize(
    "text",
    [
        "The prize was awarded to three nurses.",
        "Tidewater Dredging LLC was awarded a contract.",
        "The Corps is the contracting activity.",
        "awarded contracting " * 500,
        "A" * 5_000 + ", was awarded a contract",
    ],
)
def test_other_prose_is_no_announcement(text: str) -> None:
    assert announcements.paragraphs(text) == []


SHIPYARD = (
    "Gull Point Shipyards LLC, Bath, Maine, was awarded a $1,290,000,000 modification to previously awarded contract "
    "N00024-18-C-2406 for construction of an oiler. Naval Sea Systems Command, Washington, D.C., is the contracting "
    "activity."
)
COMPETING = (
    "Alder Build Inc., Reno, Nevada (W9123D-20-D-1001); and Birch and Sons Co., Boise, Idaho (W9123D-20-D-1002), will "
    "compete for each order of the $49,000,000 firm-fixed-price contract for roof repair. U.S. Army Corps of "
    "Engineers, Sacramento, California, is the contracting activity."
)
ADDED = (
    "UPDATE: Prairie Kettle Inc., Omaha, Nebraska (SPE3S1-20-D-Z101, $45,000,000), has been added as an awardee to the "
    "multiple award contract for ready meals, issued against solicitation SPE3S1-19-R-0007 and awarded Nov. 3, 2019. "
    "The contracting activity is the Defense Logistics Agency Disposition Services, Battle Creek, Michigan."
)
WITHOUT_ARTICLE = (
    "Heron Optics Corp., Salem, Oregon, is awarded $8,400,000 for a firm-fixed-price delivery order (N0038320FZ00A) "
    "for lenses. Naval Supply Systems Command Weapon Systems Support, Mechanicsburg, Pennsylvania, is the contracting "
    "activity."
)
EACH = (
    "Alder Build Inc., Reno, Nevada (SPE8E3-20-D-1001); and Birch and Sons Co., Boise, Idaho (SPE8E3-20-D-1002), have "
    "each been awarded a maximum $30,000,000 contract for timber. Defense Logistics Agency Troop Support, "
    "Philadelphia, is the contracting activity."
)


FOREIGN = (
    "Brae Avionics Ltd., Luton, United Kingdom, was awarded a $7,912,480 firm-fixed-price contract for Foreign "
    "Military Sales (Morocco, Bahrain) of helmet displays. U.S. Army Contracting Command, Redstone Arsenal, Ala., is "
    "the contracting activity (W58RGZ-24-9-0033)."
)
DIVISION = (
    "Falkner Rotorcraft Corp., a Meridian Holdings Company, Stratford, Conn., is awarded $6,100,224 for modification "
    "P00009 under contract N00178-20-C-0044 to exercise option period four for field radios. The Naval Surface Warfare "
    "Center, Dahlgren Division, Dahlgren, Va., is the contracting activity."
)
LIST_NAME = (
    "Larkspur Shipbuilding Inc., Mobile, Alabama, is being awarded a $41,006,332 modification to contract "
    "N00024-19-C-2210 to exercise options for repair of littoral ships. The Supervisor of Shipbuilding, Conversion, "
    "and Repair, Gulf Coast, Pascagoula, Mississippi, is the contracting activity."
)
DEED = (
    "Sandoval-Kline Joint Venture, Honolulu, Hawaii, is awarded a $115,750,000 firm-fixed-price contract to repair and "
    "extend Dry Dock 3 at Pearl Harbor. Naval Facilities Engineering Systems Command Pacific, Honolulu, Hawaii, is the "
    "contracting activity (N62742-24-C-1306)."
)
TOTAL_LATER = (
    "Copperline Corp., Chesapeake, Virginia (N50054-24-D-0001), and Tidal Yard LLC, Norfolk, Virginia "
    "(N50054-24-D-0002), are each awarded an indefinite-delivery/indefinite-quantity contract for barge maintenance. "
    "Each firm gets $2,500 as a minimum guarantee. The contracts have a combined ceiling of $86,000,000. Mid-Atlantic "
    "Regional Maintenance Center, Norfolk, Virginia, is the contracting activity."
)
SCHEDULE = (
    "Crestfall Data Solutions Inc., Herndon, Virginia, gets a $12,760,410 order for a service desk, placed under "
    "schedule 47QTCK18D0061 and numbered HQ0034-24-F-0202. Washington Headquarters Services, Arlington, Virginia, is "
    "the contracting activity."
)
ROSE = (
    "Draper Falls Engineering P.C.,* Buffalo, New York, was awarded a modification (P00004) to contract "
    "W912BU-21-D-0016, raising its ceiling from $38,760,000 by $11,240,000 for design services. U.S. Army Corps of "
    "Engineers, Philadelphia, Pennsylvania, is the contracting activity."
)
ON_A_DAY = (
    "Kestrel Ordnance Inc., Radford, Va., was awarded on April 12, 2020, a $33,400,000 contract for propellant. Army "
    "Contracting Command, Rock Island Arsenal, Ill., is the contracting activity (W52P1J-20-C-0021)."
)
FALLEN = (
    "UPDATE: A $71,000,000 contract announced on March 29, 2020, for Deepwell Energy Services Inc., Houston, Texas, "
    "for jet fuel was awarded on April 16, 2020. Defense Logistics Agency Energy, Fort Belvoir, Virginia, is the "
    "contracting activity (SPE605-20-D-4500)."
)
COUNTED = (
    "Three companies have been awarded a combined $64,000,000 ceiling contract for Navy buoy repair. The awardees are: "
    "Alder Build Inc., Reno, Nevada (FA8771-20-D-0041); Birch and Sons Co., Boise, Idaho (FA8771-20-D-0042); and Cedar "
    "LLC, Tampa, Florida (FA8771-20-D-0043). They answered solicitation FA8771-19-R-0007. The Army Contracting Command "
    "at Redstone Arsenal, Alabama, is the contracting activity."
)
ESTIMATED = (
    "Wexcombe Pharma Inc., Dover, Delaware, has been awarded an estimated $18,400,000 modification to contract "
    "W58P05-21-C-0044 to procure additional doses of an ointment for the government of Norway. Defense Logistics "
    "Agency Troop Support, Philadelphia, is the contracting activity."
)


class Told(NamedTuple):
    """What an announcement says: how many suppliers and numbers, the buyer, the amount in dollars, what is bought."""

    suppliers: int
    numbers: int
    buyer: str
    amount: int
    subject: str
    status: str = "awarded"


TOLD = {
    SHIPYARD: Told(1, 1, "Naval Sea Systems Command", 1_290_000_000, "construction of an oiler", "modified"),
    COMPETING: Told(2, 2, "U.S. Army Corps of Engineers", 49_000_000, "roof repair"),
    ADDED: Told(1, 1, "Defense Logistics Agency Disposition Services", 45_000_000, "ready meals"),
    WITHOUT_ARTICLE: Told(1, 1, "Naval Supply Systems Command Weapon Systems Support", 8_400_000, "lenses"),
    EACH: Told(2, 2, "Defense Logistics Agency Troop Support", 30_000_000, "timber"),
    FOREIGN: Told(1, 1, "U.S. Army Contracting Command", 7_912_480, "helmet displays"),
    DIVISION: Told(1, 1, "Naval Surface Warfare Center, Dahlgren Division", 6_100_224, "field radios", "modified"),
    LIST_NAME: Told(
        1, 1, "Supervisor of Shipbuilding, Conversion, and Repair", 41_006_332, "repair of littoral ships", "modified"
    ),
    DEED: Told(
        1, 1, "Naval Facilities Engineering Systems Command Pacific", 115_750_000, "repair and extend Dry Dock 3"
    ),
    TOTAL_LATER: Told(2, 2, "Mid-Atlantic Regional Maintenance Center", 86_000_000, "barge maintenance"),
    SCHEDULE: Told(1, 2, "Washington Headquarters Services", 12_760_410, "service desk"),
    ROSE: Told(1, 1, "U.S. Army Corps of Engineers", 11_240_000, "design services", "modified"),
    ON_A_DAY: Told(1, 1, "Army Contracting Command", 33_400_000, "propellant"),
    COUNTED: Told(3, 3, "Army Contracting Command", 64_000_000, "Navy buoy repair"),
    ESTIMATED: Told(1, 1, "Defense Logistics Agency Troop Support", 18_400_000, "doses of an ointment", "modified"),
}


@pytest.mark.parametrize(("text", "told"), TOLD.items(), ids=[text[:20] for text in TOLD])
def test_other_wordings(text: str, told: Told, read_text: ReadText) -> None:
    read = read_text(text)
    contract = read.event("Contract")
    suppliers = [r.label for r in contract.fillers("supplier")]
    assert (len(suppliers), len(phrases(read, "identifier"))) == (told.suppliers, told.numbers)
    assert not any(label.startswith("UPDATE") for label in suppliers)
    assert [r.label for r in contract.fillers("buyer")] == [told.buyer]
    money = next(c.filler for c in contract.candidates() if isinstance(c.filler, Money))
    assert Decimal(told.amount) in (money.value, money.maximum)
    assert (phrases(read, "subject"), contract.status) == ([told.subject], told.status)


def test_many_companies_may_share_contracts_told_without_an_article(read_text: ReadText) -> None:
    read = read_text(
        "Alder Corp., Reno, Nevada (HC1028-20-D-0001); Birch Inc., Boise, Idaho (HC1028-20-D-0002); and Cedar LLC, "
        "Tampa, Florida (HC1028-20-D-0003), are being awarded indefinite-delivery contracts with a combined ceiling of "
        "$500,000,000 for satellite capacity. The Army Contracting Command, Warren, Michigan, is the contracting "
        "activity."
    )
    contract = read.event("Contract")
    assert [r.label for r in contract.fillers("supplier")] == ["Alder Corp.", "Birch Inc.", "Cedar LLC"]
    assert {r.cls for r in contract.fillers("supplier")} == {"Company"}
    assert phrases(read, "identifier") == ["HC1028-20-D-0001", "HC1028-20-D-0002", "HC1028-20-D-0003"]
    assert phrases(read, "subject") == ["satellite capacity"]


def test_a_company_added_later_needs_no_contracting_activity(read_text: ReadText) -> None:
    read = read_text(
        "UPDATE: Birch Systems Inc., Marion, Virginia (W56HZV-20-D-0011), has been added as an awardee to the "
        "multiple-award contract announced on May 1."
    )
    assert [r.label for r in read.event("Contract").fillers("supplier")] == ["Birch Systems Inc."]
    assert phrases(read, "identifier") == ["W56HZV-20-D-0011"]


@pytest.mark.parametrize(("text", "day"), [(ON_A_DAY, 12), (FALLEN, 16)])
def test_the_day_of_the_award(text: str, day: int, read_text: ReadText) -> None:
    days = [c.filler for c in read_text(text).event("Contract").candidates() if isinstance(c.filler, TimeSpan)]
    assert [(d.earliest, d.latest) for d in days] == [(date(2020, 4, day), date(2020, 4, day))]


def test_a_notice_about_an_earlier_announcement(read_text: ReadText) -> None:
    read = read_text(
        "CORRECTION: The contract announced on April 11, 2020, to Quillback Logistics LLC, Tampa, Florida "
        "(SPE7LX-20-D-0066), for $27,600,000, was announced with a wrong amount."
    )
    assert [r.label for r in read.event("Contract").fillers("supplier")] == ["Quillback Logistics LLC"]
    assert phrases(read, "identifier") == ["SPE7LX-20-D-0066"]


def test_an_announcement_may_be_broken_into_lines(read_text: ReadText) -> None:
    lines = textwrap.fill(CHANGE, 90)
    assert lines.count("\n") > 2
    contract = read_text(f"AIR FORCE\n\n{lines}\n\nNAVY\n").event("Contract")
    assert [len(contract.fillers(role)) for role in ("supplier", "buyer")] == [1, 1]
    assert contract.status == "modified"


@pytest.mark.parametrize(
    ("who", "label", "cls"),
    [
        ("Applied Maritime Sciences Corp. (AMSC), Reston, Virginia", "Applied Maritime Sciences Corp.", "Company"),
        (
            "University of Tarrant Research Institute, Dayton, Ohio",
            "University of Tarrant Research Institute",
            "University",
        ),
        ("Hale Air Inc., doing business as Halo, Reno, Nevada", "Hale Air Inc.", "Company"),
        ("Barrow Corp. of Dayton, Ohio", "Barrow Corp.", "Company"),
        ("Barrow Corp., Rotary and Mission Systems, Dayton, Ohio", "Barrow Corp.", "Company"),
    ],
)
def test_names_of_suppliers(who: str, label: str, cls: str, read_text: ReadText) -> None:
    text = f"{who}, was awarded a $9,000,000 contract (FA8201-20-C-0019) for lamps."
    suppliers = read_text(text).event("Contract").fillers("supplier")
    assert [(r.label, r.cls) for r in suppliers] == [(label, cls)]


@pytest.mark.parametrize(
    ("second", "told"), [("Barrow Sky Space", 2), ("Hobbs & Finch", 2), ("Rotary Systems", 1), ("Dayton", 1)]
)
def test_a_second_name_may_be_a_companys(second: str, told: int, read_text: ReadText) -> None:
    text = f"Barrow Sky Corp., {second}, Dayton, Ohio, was awarded a $9,000,000 contract (FA8201-20-C-0019) for lamps."
    assert len(read_text(text).event("Contract").fillers("supplier")) == told


def test_an_estimated_award_is_its_own_figure(read_text: ReadText) -> None:
    (amount,) = [c.filler for c in read_text(ESTIMATED).event("Contract").candidates() if isinstance(c.filler, Money)]
    assert (amount.minimum, amount.maximum) == (Decimal(18_400_000), Decimal(18_400_000))
