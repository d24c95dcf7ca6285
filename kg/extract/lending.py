"""Reads contracts for people: who works at one company and is paid by another ("Acme moderators at Spotless Corp.")."""

from __future__ import annotations

from kg.extract import data
from kg.extract.candidates import Candidate, EventMention, Phrase
from kg.extract.discourse import Referent
from kg.extract.grammar import children, modifiers, objects, possessors, prepositional, subjects
from kg.extract.groups import actor_at
from kg.extract.heads import as_company, is_group_head
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.parties import WORDS, add, companies
from kg.extract.pointing import points_back
from kg.extract.supply import named_beside

_GENERAL = frozenset(
    {"worker", "employee", "staff", "contractor", "people", "person", "member", "temp", "hundred", "thousand", "dozen"}
)
"""Nouns for people that tell nothing of what they do."""

REVIEWING = frozenset({"moderator", "rater", "annotator", "labeler", "labeller", "reviewer", "agent"})
"""Nouns for people whose work is lent as a rule: whoever they work at, it is done for somebody else."""


def staffed(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "cleaners at Acme, employed by Spotless Corp.": whose premises they work on buys from their employer."""
    if _engaged(scene, mention, verb):
        return
    named_beside(scene, mention, verb)
    _employing(scene, mention, verb)
    suppliers = mention.fillers("supplier")
    for head in objects(verb) or subjects(verb):
        ties = [t for r in _people(scene, head) for t in r.affiliations]
        if not ties:  # "janitors who clean the offices of Acme"
            ties = companies(scene, [t for v in children(head, "relcl") if v != verb for t in v.subtree])
        if not is_group_head(head):
            ties += companies(scene, [*modifiers(head), *possessors(head), *prepositional(head, "at", "of", "in")])
        for tie in ties:
            if as_company(tie).cls in ("Company", "GovernmentBody", "University") and tie not in suppliers:
                add(mention, "buyer", [tie], "staffing", 0.6)
    if not mention.fillers("buyer"):
        add(mention, "buyer", _hosts(scene, mention, suppliers), "staffing", 0.55)
    places = [*prepositional(verb, "at", "for"), *(t for c in children(verb, "xcomp", "advcl") for t in _worked_for(c))]
    add(mention, "buyer", [r for r in companies(scene, places) if r not in suppliers], "staffing", 0.6)
    _trade(scene, mention, [h for h in objects(verb) or subjects(verb) if is_group_head(h)])
    _trade_told(scene, mention)


def _engaged(scene: Scene, mention: EventMention, verb: Token) -> bool:
    """Read "Spotless Corp., which is hired by Acme": a company that is hired itself supplies who hires it."""
    heads = objects(verb) if verb.lemma_ in ("hire", "contract", "subcontract") else []
    engaged = [scene.named[h.i] for h in heads if h.i in scene.named and scene.named[h.i].cls == "Company"]
    hosts = [r for r in companies(scene, prepositional(verb, "by")) if r not in engaged]
    if not engaged or len(engaged) < len(heads) or not hosts:
        return False
    for candidate in mention.candidates:
        if candidate.role == "supplier" and candidate.filler in hosts:
            candidate.role, candidate.path = "buyer", "buyer.by"
    add(mention, "supplier", engaged, "engaged", 0.65)
    return True


def _employing(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Settle who employs: "contracted by Acme through Spotless Corp.", "employed by" a name of unknown kind."""
    by = prepositional(verb, "by")
    through = [t for holder in (verb, *by) for t in prepositional(holder, "through", "via")]
    for head in [*by, *through]:
        referent = scene.named.get(head.i)
        if referent is not None and referent.known is None and referent.cls in ("Place", "Person", "Technology"):
            referent.cls = "Company"
            add(mention, "supplier", [referent], "by", 0.6)
    if not through:
        add(mention, "supplier", companies(scene, by), "by", 0.6)
    if through and (hosts := companies(scene, by)):
        add(mention, "supplier", companies(scene, through), "through", 0.6)
        for candidate in mention.candidates:
            if candidate.role == "supplier" and candidate.filler in hosts:
                candidate.role, candidate.path = "buyer", "buyer.by"


def _hosts(scene: Scene, mention: EventMention, suppliers: list[Referent]) -> list[Referent]:
    """Return the companies at which the people of the sentences before work ("The workers, who are employed by")."""
    for people in scene.discourse.mentioned(mention.sentence[1]):
        ties = [t for t in people.affiliations if t.cls == "Company" and t not in suppliers]
        if people.cls == "Collective" and ties and people.head not in data.words(WORDS, "tradesmen"):
            return ties
    return []


def _people(scene: Scene, head: Token) -> list[Referent]:
    """Return the group under `head`; where a site stands there ("janitors at the office, hired by"), the one above."""
    if not is_group_head(head) and head.dep_ == "pobj" and is_group_head(head.head.head):
        head = head.head.head
    found = [r for r in actor_at(scene, head) if r.cls == "Collective"]
    return found or ([back] if (back := points_back(scene, head)) else [])


def _worked_for(verb: Token) -> list[Token]:
    goods = children(verb, "dobj", "obj")
    return [t for holder in (verb, *goods) for t in prepositional(holder, "at", "for", "in")]


def staff(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "Acme moderators at Spotless Corp." and "Spotless employees who work at Acme's office"."""
    ahead = companies(scene, [*(t for m in modifiers(noun) for t in m.subtree), *possessors(noun)])
    owners = ahead or companies(scene, prepositional(noun, "of", "from"))
    working = [v for v in children(noun, "relcl", "acl") if v.lemma_ in ("work", "assign", "station", "place", "serve")]
    sites = [t for v in working for t in _worked_for(v)]
    if not _may_be_lent(noun, owners):  # "Acme drivers who work for Spotless Corp." are not Acme's
        sites = [t for t in sites if not (t.dep_ == "pobj" and t.head.lower_ == "for")]
    sites += [t for s in sites if s.i not in scene.named for t in [*possessors(s), *modifiers(s)]]
    if owners and (hosts := [r for r in companies(scene, sites) if r not in owners]):
        add(mention, "supplier", owners, "staff", 0.6)
        add(mention, "buyer", hosts, "staff", 0.6)
        return
    owners = [r for r in owners if r in ahead]
    if not owners and noun.lemma_ in REVIEWING:  # "moderators for Acme at Spotless Corp."
        served = prepositional(noun, "for")
        owners = companies(scene, served)
        sites = [*prepositional(noun, "at"), *(t for h in served for t in prepositional(h, "at"))]
        employers = [r for r in companies(scene, sites) if r not in owners]
        add(mention, "buyer", owners if employers else [], "staff", 0.55)
        add(mention, "supplier", employers if owners else [], "staff", 0.55)
    lent = {m.lower_ for m in modifiers(noun)} & data.words(WORDS, "lent")
    if not lent and noun.lemma_ in ("worker", "employee", "staff"):
        return
    employers = companies(scene, prepositional(noun, "at", "from", "with", "through", "of", "for"))
    employers = [r for r in employers if r not in owners]
    if owners and employers:
        add(mention, "buyer", owners, "staff", 0.6)
        add(mention, "supplier", employers, "staff", 0.6)
        _trade(scene, mention, [noun])


def _may_be_lent(noun: Token, owners: list[Referent]) -> bool:
    """Return whether whoever they work for may be a client: they are contractors, or not a listed client's people."""
    if noun.lemma_ in ("contractor", "temp") or any(m.lower_ in data.words(WORDS, "lent") for m in modifiers(noun)):
        return True
    return any(r.known is None or r.known.name in data.words(WORDS, "lending") for r in owners)


def _trade(scene: Scene, mention: EventMention, heads: list[Token]) -> None:
    """Take the trade of those who are lent for what is delivered ("content moderators", "food service workers")."""
    for head in heads:
        words = [m for m in modifiers(head) if m.i not in scene.named and m.lower_ not in data.words(WORDS, "lent")]
        first = min((m.i for m in words if not m.like_num), default=head.i)
        while first < head.i and first - 1 not in scene.named and scene.doc[first - 1] in modifiers(scene.doc[first]):
            first -= 1  # "food service workers"
        if first < head.i or head.lemma_ not in _GENERAL:
            phrase = Phrase(scene.surface(first, head.i), scene.chars(first, head.i))
            mention.add(Candidate("subject", phrase, mention.sentence, "subject.trade", 0.6))


def _trade_told(scene: Scene, mention: EventMention) -> None:
    """Take the trade of the client's people told before ("Acme moderators"; "They are employed by Spotless Corp.")."""
    buyers = mention.fillers("buyer")
    if not buyers or not mention.fillers("supplier") or any(c.role == "subject" for c in mention.candidates):
        return
    for people in scene.discourse.mentioned(mention.trigger[0]):
        if people.cls == "Collective" and any(t in buyers for t in people.affiliations):
            start, end = (at - scene.chunk.offset for at in people.first_span())
            span = scene.doc.char_span(start, end, alignment_mode="expand") if start >= 0 else None
            if span is not None and is_group_head(span.root):
                _trade(scene, mention, [span.root])
            return
