"""Says who may be a party to a contract: the businesses and public bodies that the words at a place name."""

from __future__ import annotations

from collections.abc import Iterable

from kg.extract import data
from kg.extract.candidates import Candidate, EventMention
from kg.extract.discourse import Referent
from kg.extract.grammar import children, conjuncts, modifiers, possessors, prepositional
from kg.extract.groups import actor_at
from kg.extract.heads import as_company
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.roles import listed, names_after

SUPPLIERS = frozenset({"Company", "Organization", "NewsOutlet"})
"""Classes of those who supply."""

BUYERS = frozenset({"GovernmentBody", "Company", "University", "Organization"})
"""Classes of those who buy."""

WORDS = "frames/contract"
"""The file of the lists of words that tell of contracts."""


def add(mention: EventMention, role: str, referents: Iterable[Referent], path: str, score: float) -> None:
    """Record referents as candidates for a role of the mention."""
    for referent in referents:
        mention.add(Candidate(role, referent, mention.sentence, f"{role}.{path}", score))


def companies(scene: Scene, heads: Iterable[Token]) -> list[Referent]:
    """Return the businesses named at `heads`; a service that is named as one ("TikTok") counts as its company."""
    found = []
    for head in heads:
        for referent in [*_torn(scene, head), *actor_at(scene, head), *named_after(scene, head)]:
            if as_company(referent).cls in SUPPLIERS:
                found.append(referent)
    return list(dict.fromkeys(found))


def _torn(scene: Scene, head: Token) -> list[Referent]:
    """Return the name that the parser took for a part of the next one's ("Acme and Spotless Corp." -> Acme)."""
    if head.i not in scene.named:
        return []
    parts = [c for c in children(head, "nmod") if c.i in scene.named and children(c, "cc")]
    return [scene.named[c.i] for c in parts if scene.named[c.i] is not scene.named[head.i]]


def clients(scene: Scene, heads: Iterable[Token]) -> list[Referent]:
    """Return those named at `heads` who may buy: agencies, companies, universities, unnamed public bodies."""
    found: list[Referent] = []
    for head in heads:
        named = [r for r in actor_at(scene, head) if r.cls in BUYERS]
        found += named or companies(scene, [head])
        if not named and (body := public_body(scene, head)):
            found.append(body)
    return list(dict.fromkeys(found))


def public_body(scene: Scene, head: Token) -> Referent | None:
    """Return an unnamed public body as a referent of its own ("law enforcement", "local police departments")."""
    if head.i in scene.named or not (head.lemma_ in data.words(WORDS, "clients") or _is_officials(head)):
        return None
    if (known := scene.groups.get(head.i)) is not None:
        return known
    first = head.i
    while first > head.sent.start and first - 1 not in scene.named:
        before = scene.doc[first - 1]
        if before.dep_ not in BEFORE or not head.is_ancestor(before):
            break
        first -= 1
    named_for = _is_officials(head) or head.lemma_ in AREAS  # "the sheriff's office of Pine County"
    area = prepositional(head, "of") if named_for else []
    last = next((scene.spans[noun.i][1] for noun in area if noun.i in scene.spans), head.i)
    referent = scene.discourse.collective(
        scene.surface(first, last), scene.chars(first, last), head=head.lemma_, affiliations=[], plural=True
    )
    scene.groups[head.i] = referent
    return referent


AREAS = frozenset({"city", "county", "town", "state", "district", "region", "municipality"})
"""Nouns for public bodies that a place's name completes ("the city of Oslo")."""

BEFORE = frozenset({"amod", "compound", "nmod", "poss", "case"})
"""Labels of what stands before the noun of a public body and belongs to its name."""


def _is_officials(head: Token) -> bool:
    """Return whether a noun stands for a public body after whoever holds it ("sheriff's office", "school district")."""
    before = data.load("collectives")["officials"].get(head.lemma_, ())
    return bool(before) and any(c.lemma_ in before for c in children(head, "poss", "compound", "nmod"))


def governments(scene: Scene, heads: Iterable[Token]) -> list[Referent]:
    """Return the public bodies that are named at `heads`."""
    return [scene.named[h.i] for h in heads if h.i in scene.named and scene.named[h.i].cls == "GovernmentBody"]


def public(mention: EventMention) -> list[Referent]:
    """Return the public bodies among the buyers, unnamed ones included."""
    return [r for r in mention.fillers("buyer") if r.cls in ("GovernmentBody", "Collective")]


def businesses(mention: EventMention) -> list[Referent]:
    """Return the suppliers found so far, less groups of people."""
    return [r for r in mention.fillers("supplier") if r.cls != "Collective"]


def named_after(scene: Scene, head: Token) -> list[Referent]:
    """Return the names that follow a general noun ("the contractor Acme", "its supplier, Acme")."""
    if head.i in scene.named:
        return []
    found = [scene.named[t.i] for c in children(head, "appos") for t in conjuncts(c) if t.i in scene.named]
    if not found and head.tag_ == "NN" and head.i + 1 in scene.named:
        found = [scene.named[head.i + 1]]  # where the parser took the name for the subject of what follows
    return found or listed(scene, head) or such_as(scene, head)


def such_as(scene: Scene, head: Token) -> list[Referent]:
    """Return the names after "subcontractors such as", "suppliers including", "vendors ("."""
    if head.lemma_ not in data.words(WORDS, "lenders"):
        return []
    found = names_after(scene, head, ("(", "including", "like", "such", ":", "called", "named"), BUYERS)
    named = scene.named.get(head.i + 2) if not found and head.i + 2 < head.sent.end else None
    if named is not None and named.known is None and scene.doc[head.i + 1].lower_ in ("called", "named"):
        named.cls = "Company"  # whatever the model took "an agency called Spotless" for
        return [named]
    return found


def states(scene: Scene, heads: Iterable[Token]) -> list[Referent]:
    """Return the governments of the countries, cities and counties named at `heads` ("sold tugs to Morocco")."""
    places = [h for h in heads if h.ent_type_ == "GPE" and h.i in scene.named and scene.named[h.i].cls == "Place"]
    spans = [scene.spans[h.i] for h in places]
    return [scene.discourse.government(scene.surface(*span), scene.chars(*span)) for span in spans]


def site_owners(scene: Scene, token: Token) -> list[Token]:
    """Return who owns the site that a place follows: "Acme's plant near Oslo, which makes cups"."""
    if token.i in scene.named and scene.named[token.i].cls != "Place":
        return []
    site = token.head.head if token.dep_ == "pobj" and token.i in scene.named else token
    if site.lemma_ not in data.words("collectives", "sites"):
        return []
    listed = [site.head] if site.dep_ == "conj" and site.head.i in scene.named else []  # "the Acme and Foodly plants"
    return [*listed, *possessors(site), *modifiers(site), *prepositional(site, "of")]
