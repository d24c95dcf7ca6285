"""Reports written for the tests, and the answers that a good model would give to them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from kg.model import Document

WALKOUT = Document(
    id="walkout",
    date=date(2022, 3, 4),
    title="Drivers walk out",
    text=(
        "About 60 drivers at Brightline walked out in Oakville on Monday, organised by the Road Workers Guild (RWG)."
        "\n\n"
        "“We drive at night for nothing,” said Mara Quill, a spokesperson for the guild.\n\n"
        "The drivers demand that the company raise the night bonus. In 2020, Brightline won a $3.5 million contract "
        "from the City of Oakville for school buses."
    ),
)

ANNOTATION: dict[str, Any] = {
    "id": "walkout",
    "entities": [
        {"name": "Brightline", "type": "Company", "aliases": []},
        {"name": "Road Workers Guild", "type": "Union", "aliases": ["RWG"]},
        {"name": "Mara Quill", "type": "Person", "aliases": []},
        {"name": "City of Oakville", "type": "GovernmentBody", "aliases": []},
    ],
    "events": [
        {
            "class": "Protest", "form": "walkout", "status": "occurred", "trigger": "walked out",
            "evidence": WALKOUT.text.partition("\n")[0],
            "signatory": [], "organizer": ["Road Workers Guild | RWG"], "participant": ["drivers at Brightline"],
            "addressee": [], "target": ["Brightline"], "concerns": [], "demands": ["raise the night bonus"],
            "size": [{"text": "About 60", "min": 48, "max": 72}], "place": ["Oakville"],
            "when": {"text": "on Monday", "earliest": "2022-02-28", "latest": "2022-02-28"},
        }
    ],
    "contracts": [
        {
            "supplier": ["Brightline"], "buyer": ["City of Oakville"], "status": "awarded", "subject": "school buses",
            "value": {"text": "$3.5 million", "min": 3_500_000, "max": 3_500_000, "currency": "USD"}, "identifier": [],
            "evidence": "In 2020, Brightline won a $3.5 million contract from the City of Oakville for school buses.",
            "when": {"text": "In 2020", "earliest": "2020-01-01", "latest": "2020-12-31"},
        }
    ],
    "affiliations": [{"person": "Mara Quill", "organization": "Road Workers Guild", "role": "spokesperson"}],
}  # fmt: skip
"""What a careful reader finds in it, in the form of gold annotations."""

_EVENT: dict[str, Any] = {
    "evidence": [
        "About 60 drivers at Brightline walked out in Oakville on Monday, organised by the Road Workers Guild (RWG).",
        "The drivers demand that the company raise the night bonus.",
    ],
    "trigger": "walked out", "class": "Protest", "form": "walkout", "status": "occurred", "factuality": "certain",
    "signatory": [], "organizer": ["Road Workers Guild"], "participant": ["drivers at Brightline"], "addressee": [],
    "target": ["Brightline"], "concerns": [], "demands": ["raise the night bonus"], "size": ["About 60"],
    "when": "on Monday", "place": ["Oakville"],
}  # fmt: skip

GOOD: dict[str, Any] = {
    "entities": [
        {"name": "Brightline", "type": "Company", "aliases": [], "member_of": []},
        {"name": "drivers at Brightline", "type": "Collective", "aliases": ["drivers"], "member_of": ["Brightline"]},
        {"name": "Road Workers Guild", "type": "Union", "aliases": ["RWG"], "member_of": []},
        {"name": "Mara Quill", "type": "Person", "aliases": [], "member_of": []},
        {"name": "City of Oakville", "type": "GovernmentBody", "aliases": [], "member_of": []},
        {"name": "Oakville", "type": "Place", "aliases": [], "member_of": []},
    ],
    "events": [_EVENT],
    "contracts": [
        {
            "evidence": [
                "In 2020, Brightline won a $3.5 million contract from the City of Oakville for school buses."
            ],
            "trigger": "contract", "status": "awarded", "supplier": ["Brightline"], "buyer": ["City of Oakville"],
            "value": "$3.5 million", "subject": "school buses", "identifier": [], "when": "In 2020",
        }
    ],
    "affiliations": [
        {
            "person": "Mara Quill", "organization": "Road Workers Guild", "role": "spokesperson",
            "evidence": '"We drive at night for nothing," said Mara Quill, a spokesperson for the guild.',
        }
    ],
}  # fmt: skip


def answer(**changes: Any) -> dict[str, Any]:
    """Return the good answer with other lists in place of some of its own."""
    return {**GOOD, **changes}


def event(**changes: Any) -> dict[str, Any]:
    """Return the good answer's event with other fields."""
    return {**_EVENT, **changes}


def said(data: Any) -> str:
    """Return an answer as the model writes it."""
    return json.dumps(data, ensure_ascii=False)
