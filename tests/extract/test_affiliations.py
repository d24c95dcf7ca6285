"""Who belongs to what, in which role."""

from __future__ import annotations

import pytest
from texts import ReadText

TIES = [
    ("Lyft drivers told Lyft to stop. At Google, cooks wrote to CEO Ann Lee.", "Ann Lee", "Google", "CEO"),
    (
        "They left the Harbor Workers Union, whose secretary Ann Lee spoke.",
        "Ann Lee",
        "Harbor Workers Union",
        "secretary",
    ),
    (
        "The Harbor Workers Union called it. It is late, said Ann Lee of the union.",
        "Ann Lee",
        "Harbor Workers Union",
        "",
    ),
    (
        "Students at Stanford University marched. They wrote to President Ann Lee.",
        "Ann Lee",
        "Stanford University",
        "President",
    ),
    ("Ann Lee and Bob Katz, who have both been with Google since May, sued.", "Ann Lee+Bob Katz", "Google", ""),
    ("A founder, Ann Lee, used to be a recruiter at Lyft.", "Ann Lee", "Lyft", "recruiter"),
    ("Bakers at Google walked out. Pastry cook Ann Lee spoke.", "Ann Lee", "Google", "Pastry cook"),
    ("Google workers asked their CEO Ann Lee for a raise.", "Ann Lee", "Google", "CEO"),
    ("Ann Lee, a manager who left Google in May, spoke.", "Ann Lee", "Google", ""),
    ("Google CEO Ann Lee and president Bob Katz were told.", "Bob Katz", "Google", "president"),
    ("Harbor Workers Union official Ann Lee spoke.", "Ann Lee", "Harbor Workers Union", "official"),
    ("Google fined users. Chief privacy officer Ann Lee resigned.", "Ann Lee", "Google", "Chief privacy officer"),
    ("Amazon CEO Jeff Bezos did not answer.", "Jeff Bezos", "Amazon", "CEO"),
    ("Maria Gonzalez, a spokesperson for Google, declined to comment.", "Maria Gonzalez", "Google", "spokesperson"),
    ("Google engineer Maria Gonzalez wrote the letter.", "Maria Gonzalez", "Google", "engineer"),
    ("Maria Gonzalez, an engineer at Google, wrote the letter.", "Maria Gonzalez", "Google", "engineer"),
    ("Ann Lee is the president of the Harbor Workers Union.", "Ann Lee", "Harbor Workers Union", "president"),
    ("Microsoft president Brad Smith wrote a blog post.", "Brad Smith", "Microsoft", "president"),
    ("“We are tired,” said Maria Gonzalez, a driver for Uber.", "Maria Gonzalez", "Uber", "driver"),
    ("Google's chief executive, Sundar Pichai, apologised.", "Sundar Pichai", "Google", "chief executive"),
    ("Google’s vice president of engineering Ann Lee left.", "Ann Lee", "Google", "vice president"),
    ("Uber spokesperson Ann Lee said the company was sorry.", "Ann Lee", "Uber", "spokesperson"),
    ("Ann Lee, who works at an Amazon warehouse in Baltimore, spoke.", "Ann Lee", "Amazon", ""),
    ("Ann Lee, who has worked for Lyft since 2017, spoke at the rally.", "Ann Lee", "Lyft", ""),
    ("Ann Lee of the Tech Workers Coalition spoke at the rally.", "Ann Lee", "Tech Workers Coalition", ""),
    ("Ann Lee, president of the Harbor Workers Union, spoke.", "Ann Lee", "Harbor Workers Union", "president"),
    ("Facebook founder Mark Zuckerberg did not answer.", "Mark Zuckerberg", "Facebook", "founder"),
    ("Ann Lee and Bob Katz, both engineers at Google, were fired.", "Ann Lee+Bob Katz", "Google", "engineers"),
    ("Google engineers Ann Lee and Bob Katz were fired.", "Ann Lee+Bob Katz", "Google", "engineer"),
    ("Former Google engineer Ann Lee wrote the letter.", "Ann Lee", "Google", "engineer"),
    ("Ann Lee, a former engineer at Google, wrote the letter.", "Ann Lee", "Google", "former engineer"),
    (
        "The letter was written by Ann Lee, a software engineer in Google's Cambridge office.",
        "Ann Lee",
        "Google",
        "software engineer",
    ),
    (
        "Foodly Inc. cut wages in May. The company's chief executive, Ann Lee, apologised.",
        "Ann Lee",
        "Foodly Inc.",
        "chief executive",
    ),
    ("Ann Lee, the CEO of Palantir, defended the contract.", "Ann Lee", "Palantir", "CEO"),
    ("Ann Lee, CEO and co-founder of Palantir, defended the contract.", "Ann Lee", "Palantir", "co-founder"),
    ("Palantir CEO and co-founder Ann Lee defended the contract.", "Ann Lee", "Palantir", "co-founder"),
    (
        "“It is wrong,” said Ann Lee, an organizer with Fight for the Future.",
        "Ann Lee",
        "Fight for the Future",
        "organizer",
    ),
    (
        "“It is wrong,” Ann Lee, an organizer with Fight for the Future, told reporters.",
        "Ann Lee",
        "Fight for the Future",
        "organizer",
    ),
    (
        "“It is wrong,” said Ann Lee, executive director of the Harbor Workers Union.",
        "Ann Lee",
        "Harbor Workers Union",
        "executive director",
    ),
    ("Ann Lee joined Google as an engineer in 2015.", "Ann Lee", "Google", "engineer"),
    ("Ann Lee was hired by Google in 2015.", "Ann Lee", "Google", ""),
    ("Google fired Ann Lee in December.", "Ann Lee", "Google", ""),
    ("Ann Lee founded the Amazon Labor Union.", "Ann Lee", "Amazon Labor Union", "founder"),
    (
        "The Harbor Workers Union has members at Google. Its chairman, Ann Lee, was glad.",
        "Ann Lee",
        "Harbor Workers Union",
        "chairman",
    ),
    (
        "The Coast Department sued Google. A department spokeswoman, Ann Lee, did not answer.",
        "Ann Lee",
        "Coast Department",
        "department spokeswoman",
    ),
    ("A tester at Google named Ann Lee wrote it.", "Ann Lee", "Google", "tester"),
    (
        "The Harbor Workers Union met. It was a defeat for the union, whose secretary Ann Lee left.",
        "Ann Lee",
        "Harbor Workers Union",
        "secretary",
    ),
    ("Ann Lee heads the Harbor Workers Union.", "Ann Lee", "Harbor Workers Union", "head"),
    ("Ann Lee, who leads the Harbor Workers Union, spoke.", "Ann Lee", "Harbor Workers Union", "leader"),
    ("Ann Lee has been a driver for Uber since 2016.", "Ann Lee", "Uber", "driver"),
    ("Uber driver Ann Lee took part.", "Ann Lee", "Uber", "driver"),
    ("Ann Lee, 34, a picker at Amazon's warehouse in Leipzig, took part.", "Ann Lee", "Amazon", "picker"),
    ("Ann Lee, an Amazon worker in Leipzig, took part.", "Ann Lee", "Amazon", "worker"),
    ("Ann Lee, an Amazon employee who helped organize the walkout, was fired.", "Ann Lee", "Amazon", "employee"),
    ("Ann Lee, a member of the Alphabet Workers Union, took part.", "Ann Lee", "Alphabet Workers Union", "member"),
    (
        "Ann Lee, a professor of law at Stanford University, signed it.",
        "Ann Lee",
        "Stanford University",
        "professor of law",
    ),
    ("Stanford University professor Ann Lee signed it.", "Ann Lee", "Stanford University", "professor"),
    ("Ann Lee, a researcher at the AI Now Institute, signed it.", "Ann Lee", "AI Now Institute", "researcher"),
    ("According to Ann Lee, a lawyer for the ACLU, the case is strong.", "Ann Lee", "ACLU", "lawyer"),
    ("ACLU lawyer Ann Lee said the case is strong.", "Ann Lee", "ACLU", "lawyer"),
    ("Interns at Google, Ann Lee and Bob Katz, wrote a petition.", "Ann Lee+Bob Katz", "Google", "Interns"),
    ("Ann Lee, a member of Google's ethics team, was fired.", "Ann Lee", "Google", "member"),
    ("Ann Lee, co-lead of Google's Ethical AI team, was fired.", "Ann Lee", "Google", "co-lead"),
    ("Ann Lee, Google's head of AI, said so.", "Ann Lee", "Google", "head"),
    ("Ann Lee, who was a co-leader of Google's AI team, was fired.", "Ann Lee", "Google", "co-leader"),
    ("Ann Lee, general secretary of Unite, called the strike.", "Ann Lee", "Unite", "general secretary"),
    ("Teamsters president Sean O'Brien spoke.", "Sean O'Brien", "Teamsters", "president"),
    (
        "Canadian Prime Minister Stephen Harper spoke.",
        "Stephen Harper",
        "Canadian government",
        "Prime Minister",
    ),
    ("German Foreign Minister Ann Lee spoke.", "Ann Lee", "German government", "Foreign Minister"),
    ("New York Mayor Ann Lee spoke.", "Ann Lee", "New York", "Mayor"),
    ("Ann Lee, then an engineer at Google, started the petition.", "Ann Lee", "Google", "engineer"),
    ("Google worker Ann Lee told Bloomberg that she was fired.", "Ann Lee", "Google", "worker"),
    ("Ann Lee worked as a recruiter at Google.", "Ann Lee", "Google", "recruiter"),
    ("Ann Lee is a recruiter at Google.", "Ann Lee", "Google", "recruiter"),
    ("Ann Lee resigned from Google in protest.", "Ann Lee", "Google", ""),
    ("Ann Lee quit Google over the contract.", "Ann Lee", "Google", ""),
    (
        "Ann Lee, Amazon’s senior vice president of worldwide operations, wrote to staff.",
        "Ann Lee",
        "Amazon",
        "senior vice president",
    ),
    (
        "Rideshare driver and organizer with Gig Workers Rising Ann Lee told reporters.",
        "Ann Lee",
        "Gig Workers Rising",
        "organizer",
    ),
    ("Jack Ma praised it. Ma, founder of Alibaba, wrote a post.", "Jack Ma", "Alibaba", "founder"),
    (
        "Amazon fired the organizers. Chris Smalls, a former employee, founded a union.",
        "Chris Smalls",
        "Amazon",
        "former employee",
    ),
    (
        "Dr. Ann Lee and Dr. Bob Katz, who were leaders of Google's AI team, were fired.",
        "Ann Lee+Bob Katz",
        "Google",
        "leaders",
    ),
    ("Workers at Foodly Inc. wrote to general manager Ann Lee.", "Ann Lee", "Foodly Inc.", "general manager"),
    ("Staff asked that CEO Ann Lee leave, and Foodly Inc. refused.", "Ann Lee", "Foodly Inc.", "CEO"),
    ("Students at Stanford University met provost Ann Lee.", "Ann Lee", "Stanford University", "provost"),
    ("Two writers at Google were fired after one of them, Ann Lee, spoke.", "Ann Lee", "Google", ""),
    ("Google's Ann Lee was one of the first to sign.", "Ann Lee", "Google", ""),
    (
        "They met the Harbor Workers Union, whose president Ann Lee spoke.",
        "Ann Lee",
        "Harbor Workers Union",
        "president",
    ),
    ("Ann Lee, who lost her job at Google in 2019, spoke.", "Ann Lee", "Google", ""),
    ("Ann Lee, who belongs to the Harbor Workers Union, spoke.", "Ann Lee", "Harbor Workers Union", ""),
    ("Google sacked Ann Lee in December.", "Ann Lee", "Google", ""),
    ("Ann Lee, a director at the search company Google, resigned.", "Ann Lee", "Google", "director"),
]
"""Text, people (joined by a plus sign), organization, role."""


@pytest.mark.parametrize(("text", "people", "organization", "role"), TIES, ids=[case[0][:60] for case in TIES])
def test_ties(text: str, people: str, organization: str, role: str, read_text: ReadText) -> None:
    ties = {(t.person.label, t.organization.label): t.role for t in read_text(text).reading.affiliations}
    for person in people.split("+"):
        assert ties.get((person, organization)) == role, ties


@pytest.mark.parametrize(
    "text",
    [
        "Drivers at Foodly Inc. and Parcelo Inc. met on Monday. A courier, Ann Lee, spoke first.",
        "Members of the Harbor Workers Union met security officer Ann Lee.",
        "Jeff Bezos visited Seattle on Monday.",
        "Maria Gonzalez criticised Google.",
        "Workers at Google met Maria Gonzalez.",
        "Google sued Maria Gonzalez.",
        "Ann Lee met with Google executives.",
        "Ann Lee criticised Amazon's warehouse managers.",
        "Ann Lee told Google that she would leave.",
        "Bob Katz of Seattle wrote a letter to Amazon.",
        "Ann Lee sued Google.",
        "Workers at Amazon support Bernie Sanders.",
        "Ann Lee, a critic of Amazon, wrote a letter.",
        "Ann Lee, a customer of Amazon, signed.",
        "Amazon workers met President Ann Lee.",
        "Amazon workers met Ann Lee, a driver for the city.",
        "The Harbor Workers Union met labour minister Ann Lee.",
        "The Harbor Workers Union met labour lawyer Ann Lee.",
        "Amazon workers heard a government spokesman, Ann Lee.",
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


def test_a_surname_alone_is_the_person_told_before(read_text: ReadText) -> None:
    read = read_text("Jack Marlow praised long days. Marlow, founder of Foodly Inc., wrote a post.")
    assert [(t.person.label, t.organization.label) for t in read.reading.affiliations] == [
        ("Jack Marlow", "Foodly Inc.")
    ]


def test_a_name_beside_a_personal_role_is_a_persons(read_text: ReadText) -> None:
    read = read_text("“It was wrong,” said Zoran Quill, a driver for Uber.")
    assert {r.label: r.cls for r in read.reading.discourse}["Zoran Quill"] == "Person"


def test_the_chief_of_a_nation_belongs_to_its_government(read_text: ReadText) -> None:
    read = read_text("Canadian Prime Minister Stephen Harper spoke.")
    assert [(t.organization.label, t.role) for t in read.reading.affiliations] == [
        ("Canadian government", "Prime Minister")
    ]
    labels = {s.subject: s.object.value for s in read.statements if s.predicate == "rdfs:label"}
    types = {labels[s.subject]: s.object for s in read.statements if s.predicate == "rdf:type" and s.subject in labels}
    assert types["Canadian government"] == "cag:GovernmentBody"


def test_a_chief_without_a_company_heads_the_one_most_spoken_of(read_text: ReadText) -> None:
    text = "Google cut wages. Google cooks and Uber drivers met. The letter went to CEO Dana Marlow."
    assert [t.organization.label for t in read_text(text).reading.affiliations] == ["Google"]


def test_each_chief_belongs_to_the_company_beside_the_title(read_text: ReadText) -> None:
    read = read_text("The office said that Lyft CEO Logan Green and Uber CEO Dara Khosrowshahi had met with officials.")
    ties = {(t.person.label, t.organization.label) for t in read.reading.affiliations}
    assert ties == {("Logan Green", "Lyft"), ("Dara Khosrowshahi", "Uber")}


def test_a_verb_shows_the_role(read_text: ReadText) -> None:
    read = read_text("Ann Lee founded the Harbor Workers Union. It was led by Bob Katz.")
    assert {(t.person.label, t.role) for t in read.reading.affiliations} == {
        ("Ann Lee", "founder"),
        ("Bob Katz", "leader"),
    }
