"""Finds whose chief or organizer somebody is where the title stands without an organization ("CEO Dana Poe")."""

from __future__ import annotations

from itertools import islice

from kg.extract import data
from kg.extract.discourse import Referent
from kg.extract.grammar import children, prepositional
from kg.extract.groups import is_business
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.supply import most_told

WORDS = "affiliations"
_COMPANIES, _GROUPS = frozenset({"Company"}), frozenset({"Union", "CivilSocietyGroup"})
_OTHERS = frozenset({"NewsOutlet", "University", "Organization", "CivilSocietyGroup"})
IMPLIED = {
    "company": (_COMPANIES, _OTHERS),
    "group": (_GROUPS,),
    "either": (_COMPANIES | _GROUPS,),
    "staff": (_COMPANIES, _OTHERS),
    "union": (_GROUPS,),
    "university": (frozenset({"University"}),),
    "any": (_COMPANIES | _GROUPS | _OTHERS,),
}
"""What a title without an organization may belong to, the likeliest first."""

ALONE = ("staff", "union", "university", "any")
"""The kinds of titles that imply an organization only where nothing else ties the person to one."""


def organization(scene: Scene, title: Token, *, tied: bool) -> Referent | None:
    """Return the company, or union, that is told of and in which a title must be held; None where it tells none.

    `tied` says that something else ties the person to an organization.
    """
    kind = _kind(title)
    if kind is None or _has_owner(title) or (tied and kind in ALONE):
        return None
    before = scene.chunk.offset + title.idx
    likeliest, *others = IMPLIED[kind]
    found = main(scene, likeliest, before) or _later(scene, title, likeliest)
    found = found or next((told for classes in others if (told := main(scene, classes, before))), [])
    return found[0] if found else None


def _kind(title: Token) -> str | None:
    """Return in what kind of organization a title is held that may stand without one."""
    lemma, before = title.lemma_, [c.lower_ for c in children(title, "compound", "amod")]
    if lemma in data.words(WORDS, "governing") and (lemma != "president" or title.text[:1].isupper()):
        return None  # the head of a state
    if not data.words(WORDS, "public").isdisjoint(before):
        return None  # "a government spokesman"
    if "union" in before or (lemma in data.words(WORDS, "labouring") and not {"labor", "labour"}.isdisjoint(before)):
        return "group"
    if lemma == "officer" and "chief" in before:
        return "company"
    if lemma == "chief" and (title.beside(1) == "minister" or _in_chief(title)):
        return None
    return next((kind for kind, titles in data.load(WORDS)["implied"].items() if title.lemma_ in titles), None)


def _in_chief(title: Token) -> bool:
    """Return whether "chief" ends "editor-in-chief"."""
    return title.beside(-1) == "in" or (title.beside(-1) == "-" and title.beside(-2) == "in")


def _has_owner(title: Token) -> bool:
    """Return whether a title is somebody's who is not named: "a driver for the city", "the shop's owner"."""
    owners = prepositional(title, "at", "for", "with", "from")
    if any(noun.pos_ != "NOUN" or children(noun, "det", "poss") for noun in owners) or children(title, "poss"):
        return True  # but not a field of work: "vice president for policy"
    return any(children(noun, "det") for noun in prepositional(title, "of"))


def main(scene: Scene, classes: frozenset[str], before: int) -> list[Referent]:
    """Return the organization that the text has spoken of most of late, the one told last of equals."""
    return most_told(scene, before, lambda r: _is_of(r, classes))


def _later(scene: Scene, title: Token, classes: frozenset[str]) -> list[Referent]:
    """Return the first organization named after a title in its sentence ("CEO Dana Poe left, and Foodly workers")."""
    named = (scene.named[t.i] for t in title.sent if t.i > title.i and t.i in scene.named)
    return list(islice((r for r in named if _is_of(r, classes)), 1))


def _is_of(referent: Referent, classes: frozenset[str]) -> bool:
    return referent.cls in classes or ("Company" in classes and referent.cls == "Technology" and is_business(referent))
