"""Reads for whom people work where a sentence of its own says it ("They work for the contractor Acme")."""

from __future__ import annotations

from collections.abc import Iterator

from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.grammar import agents, children, conjuncts, is_negated, is_passive, prepositional, surface_subjects
from kg.extract.groups import actor_at, points_back
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token

_BOTH = 2
"""So many groups that acted last are "both groups"."""

_EMPLOYED = frozenset({"employ", "hire", "contract"})


def tie(scene: Scene, sentence: Span) -> None:
    """Tie the people that a sentence speaks of to those for whom it says that they work."""
    for token in sentence:
        if token.lemma_ == "work" and token.pos_ == "VERB":
            _tie(scene, token, prepositional(token, "for"))
        elif token.lemma_ in _EMPLOYED and token.pos_ == "VERB" and is_passive(token):
            _tie(scene, token, agents(token) or prepositional(token, "through"))
        elif token.lemma_ == "employer" and any(c.lower_ == "their" for c in children(token, "poss")):
            _enter(scene, _people(scene, children(token, "poss")[0]), [token])


def _tie(scene: Scene, verb: Token, employers: list[Token]) -> None:
    if employers and not is_negated(verb) and verb.dep_ not in ("relcl", "acl"):
        _enter(scene, [r for head in surface_subjects(verb) for r in _people(scene, head)], employers)


def _people(scene: Scene, head: Token) -> list[Referent]:
    """Return whom a subject stands for: a group, or the people that "they" or "both groups" points back to."""
    if head.pos_ == "PRON":
        back = points_back(scene, head)
        return [] if back is None else [back]
    if head.lemma_ == "group" and any(c.lower_ in ("both", "the") for c in children(head, "det")):
        return [acting for _, acting in scene.discourse.acting[-_BOTH:]]
    return actor_at(scene, head)


def _enter(scene: Scene, people: list[Referent], employers: list[Token]) -> None:
    found = [r for noun in employers for r in _organizations(scene, noun)]
    for group in people:
        if group.cls == "Collective":
            group.affiliations += [r for r in dict.fromkeys(found) if r not in group.affiliations]


def _organizations(scene: Scene, noun: Token) -> Iterator[Referent]:
    """Yield the organizations that a noun names, by itself or beside it ("the contractors Acme and Foodly")."""
    beside = [n for c in children(noun, "appos") for n in conjuncts(c)] + children(noun, "compound", "nmod")
    for token in (noun, *beside):
        referent = scene.named.get(token.i)
        if referent is not None and referent.cls in ORGANIZATIONS:
            yield referent
