"""Finds what a pronoun or a definite noun ("the company", "both firms") points back to in the text before it."""

from __future__ import annotations

from functools import cache

from kg.extract import data
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.extents import listed_names
from kg.extract.grammar import prepositional
from kg.extract.heads import bodies
from kg.extract.mentions import Scene
from kg.extract.nlp import Token


def points_back(scene: Scene, head: Token, kinds: frozenset[str] | None = None) -> Referent | None:
    """Return what a pronoun or a definite noun ("the company") points back to; None rather than a guess.

    `kinds` are the classes that the place in the sentence admits.
    """
    if head.pos_ == "NUM" or head.lower_ in SHARES:
        head = next((c for c in prepositional(head, "of") if c.lower_ == "them"), head)
    before = scene.chunk.offset + head.idx
    if head.pos_ in ("PRON", "DET") or head.tag_ in ("PRP", "PRP$"):
        return _by_pronoun(scene, head.lower_, before, kinds)
    if not _is_determined(head):
        return None
    cls = definite().get(head.lemma_)
    if cls == "Company" and head.tag_ == "NN":
        return _company(scene, before)
    if cls is None:
        return None
    return scene.discourse.latest(frozenset({cls, "Organization"} if cls == "CivilSocietyGroup" else {cls}), before)


def people_meant(scene: Scene, noun: Token) -> Referent | None:
    """Return the people that "the group" stands for, of which nothing more is told."""
    if any(c.dep_ != "det" or c.lower_ not in ("the", "this", "that") for c in noun.children) or not _is_determined(
        noun
    ):
        return None
    return _people(scene, scene.chunk.offset + noun.idx)


SHARES = frozenset({"all", "both", "half", "hundreds", "many", "more", "most", "several", "some", "dozens"})
"""Words before "of them" that tell how many of a group act."""


def all_pointed_to(scene: Scene, head: Token, kinds: frozenset[str] | None = None) -> list[Referent]:
    """Return all that a pronoun or a definite noun points back to: "both firms" are those whose people acted."""
    cls = definite().get(head.lemma_) if head.tag_ == "NNS" else None
    if cls in ("Company", "University", "Union", "CivilSocietyGroup") and _is_determined(head):
        before, wanted = scene.chunk.offset + head.idx, EMPLOYERS if cls == "Company" else frozenset({cls})
        for at, acting in reversed(scene.discourse.acting[-20:]):
            ties = [t for t in acting.affiliations if t.cls in wanted]
            if at < before and len(ties) > 1:
                return ties
        if len(listed := _last_list(scene, head.i, wanted)) > 1:
            return listed
    back = points_back(scene, head, kinds)
    return [back] if back is not None else []


EMPLOYERS = frozenset({"Company", "NewsOutlet"})
"""Classes of what "the company" may be."""


def _last_list(scene: Scene, end: int, classes: frozenset[str]) -> list[Referent]:
    """Return the names of `classes` in their last list before the token `end`: "Acme and Foodly"."""
    last = next(
        (i for i in range(end - 1, max(end - 120, 0), -1) if i in scene.named and scene.named[i].cls in classes), 0
    )
    first = listed_names(scene, scene.spans[last][0], last) if last else last
    found = (scene.named[i] for i in range(first, last + 1) if i in scene.named)
    return list(dict.fromkeys(r for r in found if r.cls in classes))


def _is_determined(noun: Token) -> bool:
    wanted = data.words("coreference", "determiners")
    return any(c.dep_ in ("det", "poss") and c.lower_ in wanted for c in noun.children)


@cache
def definite() -> dict[str, str]:
    """Return the class of what each noun may point back to; of a noun listed twice the first."""
    table: dict[str, str] = {}
    for cls, nouns in data.load("coreference")["definite"].items():
        for noun in nouns:
            table.setdefault(noun, cls)
    return table


def _by_pronoun(scene: Scene, lower: str, before: int, kinds: frozenset[str] | None) -> Referent | None:
    pronouns = data.load("coreference")["pronouns"]
    if lower in pronouns["speaker"]:
        return _publisher(scene)
    if lower in pronouns["group"]:
        return _people(scene, before) or scene.discourse.latest(frozenset({"Union", "CivilSocietyGroup"}), before)
    if lower in pronouns["person"]:
        return scene.discourse.latest(frozenset({"Person"}), before)
    if lower in pronouns["organization"]:
        return scene.discourse.latest(ORGANIZATIONS & kinds if kinds else ORGANIZATIONS, before)
    return None


HEADING = 400
"""A group that speaks of itself as "we" is named within so many code points from the head of its text."""


def _publisher(scene: Scene) -> Referent | None:
    """Return the union or group whose newsletter it is: the first one named, at the head of the text."""
    named = (r for r in scene.discourse if r.cls in ("Union", "CivilSocietyGroup") and r.names)
    first = min(named, key=lambda r: r.first_span(), default=None)
    return first if first is not None and first.first_span()[0] < HEADING else None


def _people(scene: Scene, before: int) -> Referent | None:
    """Return the people that "they" stands for: who acted last before an offset, else who was told last."""
    for at, acting in reversed(scene.discourse.acting):
        if at < before and acting.head not in bodies():
            return acting
    found = (r for r in scene.discourse.mentioned(before) if r.cls == "Collective" and r.head not in bodies())
    return next(found, None)


def _company(scene: Scene, before: int) -> Referent | None:
    """Return the company spoken of: the employer of those who acted last, unless the sentence names another."""
    latest = scene.discourse.latest(EMPLOYERS, before)
    for at, acting in reversed(scene.discourse.acting[-20:]):
        if at < before and (ties := [t for t in acting.affiliations if t.cls in EMPLOYERS]):
            return latest if latest in ties else ties[-1]
    return latest
