"""Finds for whom somebody told by an office or a trade works, where that goes by who acted ("a cook, Dana Poe")."""

from __future__ import annotations

from kg.extract import data
from kg.extract.discourse import Referent
from kg.extract.grammar import children
from kg.extract.mentions import Scene
from kg.extract.nlp import Token

BACK = 60
"""So many groups back those who acted are looked at."""

EMPLOYING = frozenset({"Company", "NewsOutlet", "University", "Technology"})
"""Classes of those for whom people work who are quoted without their employer."""


def organization(scene: Scene, title: Token) -> Referent | None:
    """Return for whom the bearer of a title works of whom nothing else is told; None where those who acted differ."""
    return _presided(scene, title) or _employer(scene, title)


def _acting(scene: Scene, title: Token) -> list[Referent]:
    before = scene.chunk.offset + title.idx
    return [people for at, people in scene.discourse.acting[-BACK:] if at < before]


def _presided(scene: Scene, title: Token) -> Referent | None:
    """Return the university whose people acted last, where a "President" is told ("wrote to President Poe")."""
    if title.lemma_ != "president" or not title.text[:1].isupper():
        return None
    for people in reversed(_acting(scene, title)):
        if schools := [tie for tie in people.affiliations if tie.cls == "University"]:
            return schools[0] if len(schools) == 1 else None
    return None


def _employer(scene: Scene, title: Token) -> Referent | None:
    """Return the one employer of all who acted, for whom a worker who is quoted must work as well."""
    if title.lemma_ not in data.words("affiliations", "quoted") or children(title, "prep", "poss", "acl", "relcl"):
        return None
    employers = {tie for people in _acting(scene, title) for tie in people.affiliations if tie.cls in EMPLOYING}
    return employers.pop() if len(employers) == 1 else None
