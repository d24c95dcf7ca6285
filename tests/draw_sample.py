"""A small network written by hand, in the shape that `kg.network` gives, with names that try to break the page."""

from __future__ import annotations

from typing import Any

import networkx

BASE = "https://w3id.org/cag/id/"
SCRIPT = "</script><script>alert(1)</script>"
QUOTES = "“Fists” & 'chains' <b>\"\\u003c\" \u2028 {{data}}"
RIGHT_TO_LEFT = "\u202eevil\u202c عمال\u200f أمازون"

ACTORS: dict[str, tuple[str, str]] = {
    "amazon": ("Amazon", "Company"),
    "google": ("Google", "Company"),
    "microsoft": ("Microsoft", "Company"),
    "palantir": ("Palantir", "Company"),
    "salesforce": ("Salesforce", "Company"),
    "whole-foods": ("Whole Foods Market", "Company"),
    "bezos": ("Jeff Bezos", "Person"),
    "pichai": ("Sundar Pichai", "Person"),
    "nadella": ("Satya Nadella", "Person"),
    "ice": ("U.S. Immigration and Customs Enforcement", "GovernmentBody"),
    "pentagon": ("Department of Defense", "GovernmentBody"),
    "cia": ("Central Intelligence Agency", "GovernmentBody"),
    "cbp": ("Customs and Border Protection", "GovernmentBody"),
    "army": ("U.S. Army", "GovernmentBody"),
    "amazon-employees": ("more than 450 Amazon employees", "Collective"),
    "google-employees": ("more than 3,000 Google employees", "Collective"),
    "microsoft-workers": ("Microsoft workers", "Collective"),
    "warehouse": ("warehouse workers in Shakopee", "Collective"),
    "whole-worker": ("Whole Worker", "Union"),
    "aclu": ("American Civil Liberties Union", "CivilSocietyGroup"),
    "jfrej": ("Jews for Racial & Economic Justice", "CivilSocietyGroup"),
    "mijente": ("Mijente", "CivilSocietyGroup"),
    "hostile": (SCRIPT, "Person"),
    "rtl": (RIGHT_TO_LEFT, "Person"),
}
THINGS: dict[str, tuple[str, str]] = {
    "rekognition": ("Rekognition", "Technology"),
    "hololens": ("HoloLens", "Technology"),
    "maven": ("Project Maven", "Technology"),
    "new-york": ("New York", "Place"),
    "shakopee": ("Shakopee, Minnesota", "Place"),
    "immigration": ("immigration", "Cause"),
    "stop-selling": ("stop selling facial recognition to law enforcement", "Demand"),
}
# key: label, class, form, status, start, least and most people, {role: names}
EVENTS: dict[str, tuple[str, str, str | None, str, str | None, int | None, int | None, dict[str, list[str]]]] = {
    "letter-bezos": (
        "Letter to Jeff Bezos about Rekognition", "Petition", "open-letter", "occurred", "2018-06-21", 451, None,
        {"signatory": ["amazon-employees"], "addressee": ["bezos"], "target": ["amazon"],
         "concerns": ["rekognition"], "demands": ["stop-selling"]},
    ),
    "maven-letter": (
        "Letter to Sundar Pichai against Project Maven", "Petition", "open-letter", "occurred", "2018-04", 3001, None,
        {"signatory": ["google-employees"], "addressee": ["pichai"], "concerns": ["maven", "maven-contract"]},
    ),
    "ms-letter": (
        "Letter of Microsoft workers against the HoloLens contract", "Petition", "open-letter", "occurred",
        "2019-02-22", 50, 100, {"signatory": ["microsoft-workers"], "addressee": ["nadella"], "concerns": ["ivas"]},
    ),
    "walkout": (
        "Google walkout", "Protest", "walkout", "occurred", "2018-11-01", 20000, 20000,
        {"participant": ["google-employees"], "target": ["google"]},
    ),
    "summit": (
        "Interruption of the AWS Summit", "Protest", "disruption", "occurred", "2019-07-11", 24, 99,
        {"participant": ["jfrej", "mijente"], "target": ["amazon"], "place": ["new-york"], "concerns": ["immigration"]},
    ),
    "prime-day": (
        "Prime Day strike", "Protest", "strike", "planned", "2019-07-15", 100, None,
        {"participant": ["warehouse"], "target": ["amazon"], "place": ["shakopee"], "concerns": ["ice-contract"]},
    ),
    "sit-in": (
        "Sit-in at Palantir that was called off", "Protest", "sit-in", "cancelled", "2019", None, None,
        {"organizer": ["mijente"], "target": ["palantir"], "concerns": ["palantir-ice"]},
    ),
    "whole-letter": (
        "Letter of Whole Foods workers", "Petition", "open-letter", "occurred", "2019-08-12", None, None,
        {"organizer": ["whole-worker"], "target": ["amazon", "whole-foods"],
         "concerns": ["palantir-ice", "immigration"]},
    ),
    "whole-union": (
        "Union drive at Whole Foods", "UnionAction", "union-drive", "ongoing", "2018-09", None, None,
        {"organizer": ["whole-worker"], "target": ["whole-foods"]},
    ),
    "aclu-suit": (
        "ACLU records lawsuit", "LegalAction", "lawsuit", "occurred", None, None, None,
        {"organizer": ["aclu"], "target": ["ice", "cbp"], "concerns": ["rekognition"],
         "inResponseTo": ["letter-bezos"]},
    ),
    "hostile-letter": (
        QUOTES, "Petition", "petition", "occurred", "2018-09-03", 10, 10,
        {"signatory": ["hostile", "rtl"], "target": ["google"]},
    ),
    "cia-contract": (
        "CIA cloud contract ($600 million)", "Contract", None, "awarded", "2013", None, None,
        {"supplier": ["amazon"], "buyer": ["cia"]},
    ),
    "jedi": ("JEDI cloud contract", "Contract", None, "bidding", "2018-07", None, None,
             {"supplier": ["amazon", "microsoft"], "buyer": ["pentagon"]}),
    "maven-contract": ("Project Maven contract", "Contract", None, "ended", "2017-09", None, None,
                       {"supplier": ["google"], "buyer": ["pentagon"], "covers": ["maven"]}),
    "ivas": ("IVAS headset contract ($479 million)", "Contract", None, "awarded", "2018-11-28", None, None,
             {"supplier": ["microsoft"], "buyer": ["army"], "covers": ["hololens"]}),
    "palantir-ice": ("Palantir case management contract", "Contract", None, "awarded", "2014-09", None, None,
                     {"supplier": ["palantir"], "buyer": ["ice"]}),
    "ice-contract": ("Amazon hosting for ICE", "Contract", None, "ongoing", None, None, None,
                     {"supplier": ["amazon"], "buyer": ["ice"]}),
    "salesforce-cbp": ("Salesforce recruiting contract", "Contract", None, "awarded", "2018-03", None, None,
                       {"supplier": ["salesforce"], "buyer": ["cbp"]}),
}  # fmt: skip


def quote(text: str, document: str = "report-2019", day: str = "2019-07-12") -> dict[str, Any]:
    """Return one quote with its source."""
    return {"quote": text, "document": f"{BASE}doc/{document}", "title": f"Report: {document}", "date": day}


def fact(predicate: str, value: str, text: str, confidence: float = 0.9) -> dict[str, Any]:
    """Return one fact with the quote that proves it."""
    return {"predicate": predicate, "value": value, "confidence": confidence, **quote(text)}


def sample() -> networkx.MultiDiGraph[str]:
    """Return the network."""
    network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for key, (label, cls) in (ACTORS | THINGS).items():
        facts = [fact("label", label, f"The report names {label}.")]
        network.add_node(BASE + key, id=BASE + key, label=label, cls=cls, form=None, status=None, start=None,
                         size_min=None, size_max=None, facts=facts)  # fmt: skip
    for key, (label, cls, form, status, start, least, most, _) in EVENTS.items():
        facts = [
            fact("type", cls, f"In short, {label} took its course."),
            fact("status", status, f"It was {status}.", 0.6),
        ]
        if least is not None:
            facts.append(
                fact(
                    "size",
                    f"{least}–{most}" if most else f"More than {least - 1}",
                    f"More than {least - 1} people took part, organizers said.",
                )
            )
        network.add_node(BASE + key, id=BASE + key, label=label, cls=cls, form=form, status=status, start=start,
                         size_min=least, size_max=most, facts=facts)  # fmt: skip
    for key, event in EVENTS.items():
        for role, others in event[-1].items():
            for other in others:
                said = [quote(f"{event[0]} – {role}: {other}."), quote(f"Again {role}.", "second-report", "2018-06")]
                network.add_edge(BASE + key, BASE + other, key=role, role=role, quotes=said)
    said = [quote("Amazon CEO Jeff Bezos")]
    network.add_edge(BASE + "bezos", BASE + "amazon", key="memberOf", role="memberOf", label="CEO", quotes=said)
    return network
