"""Who belongs to what, in which role."""

from __future__ import annotations

import pytest
from texts import ReadText

TIES = [
    ("Amazon CEO Jeff Bezos did not answer.", "Jeff Bezos", "Amazon", "CEO"),
    ("Maria Gonzalez, a spokesperson for Google, declined to comment.", "Maria Gonzalez", "Google", "spokesperson"),
    ("Google engineer Maria Gonzalez wrote the letter.", "Maria Gonzalez", "Google", "engineer"),
    ("Maria Gonzalez, an engineer at Google, wrote the letter.", "Maria Gonzalez", "Google", "engineer"),
    ("Ann Lee is the president of the Harbor Workers Union.", "Ann Lee", "Harbor Workers Union", "president"),
    ("Microsoft president Brad Smith wrote a blog post.", "Brad Smith", "Microsoft", "president"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "person", "organization", "role"), TIES, ids=[case[0] for case in TIES])
def test_ties(text: str, person: str, organization: str, role: str, read_text: ReadText) -> None:
    ties = {(t.person.label, t.organization.label): t for t in read_text(text).reading.affiliations}
    assert (person, organization) in ties, ties.keys()
    assert role in ties[person, organization].role


@pytest.mark.parametrize(
    "text",
    [
        "Jeff Bezos visited Seattle on Monday.",
        "Maria Gonzalez criticised Google.",
        "Workers at Google met Maria Gonzalez.",
        "Google sued Maria Gonzalez.",
    ],
)
def test_who_merely_meets_does_not_belong(text: str, read_text: ReadText) -> None:
    assert read_text(text).reading.affiliations == []


def test_a_tie_is_written_short_and_with_its_role(read_text: ReadText) -> None:
    statements = read_text("Amazon CEO Jeff Bezos did not answer.").statements
    short = [(s.subject, s.object) for s in statements if s.predicate == "org:memberOf"]
    assert len(short) == 1
    (person, organization), said = (
        short[0],
        {s.predicate: s.object for s in statements if s.subject.startswith("membership/")},
    )
    assert (said["org:member"], said["org:organization"]) == (person, organization)
    assert said["org:role"].value == "CEO"
    assert all(s.evidence.quote == "Amazon CEO Jeff Bezos did not answer." for s in statements)
