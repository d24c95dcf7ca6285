"""Finds who supplies whom where no single slot of a frame names it: contractors, customers, programmes, owners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice

from kg.extract import data
from kg.extract.candidates import Candidate, EventMention, Phrase
from kg.extract.discourse import Referent
from kg.extract.frames import Slot
from kg.extract.grammar import (
    SUBJECTS,
    children,
    conjuncts,
    governor,
    modifiers,
    objects,
    possessors,
    prepositional,
    subjects,
)
from kg.extract.groups import actor_at, group, is_group_head, points_back
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.parties import (
    BUYERS,
    SUPPLIERS,
    WORDS,
    add,
    businesses,
    clients,
    companies,
    governments,
    named_after,
    public,
    public_body,
    site_owners,
    states,
)
from kg.extract.places import PLACES
from kg.extract.roles import fillers
from kg.extract.triggers import KINDS

COUNTED = {"both": 2, "two": 2, "three": 3, "four": 4}
"""How many of the companies told last "the two companies" are."""

OF_STATES = frozenset({"contract.selling", "contract.sale"})
"""The frames in which a place after "to" is who buys."""

OF_STAFF = ("contract.selling", "contract.making")
FAR = 15
"""At most this many tokens lie between a verb of delivery and a buyer that the parser ties to another noun."""


def general(scene: Scene, mention: EventMention, token: Token) -> None:
    """Add whom the verb or noun of a mention tells of beyond its frame's slots, whatever the frame."""
    if token.pos_ in ("VERB", "AUX"):
        _verbal(scene, mention, token)
    if token.pos_ == "NOUN":
        _after_goods(scene, mention, token)
    named_beside(scene, mention, token)
    _unnamed_clients(scene, mention, token)
    _second_buyer(scene, mention, token)
    if mention.frame.id in OF_STATES:
        add(mention, "buyer", states(scene, _sold_to(token)), "state", 0.6)
    if mention.frame.id == "contract.hosting" and not mention.fillers("buyer"):
        named = [r for o in objects(token) for r in (*actor_at(scene, o), *named_after(scene, o))]
        hosted = [r for r in named if r.cls == "Technology"]
        owners = [t for o in objects(token) for t in (*prepositional(o, "of", "for"), *possessors(o))]
        hosted += [r for t in owners for r in [*clients(scene, [t]), *named_after(scene, t)] if r.cls in BUYERS]
        add(mention, "buyer", hosted, "hosted", 0.6)


def _verbal(scene: Scene, mention: EventMention, token: Token) -> None:
    """Add whom a verb tells of beyond its frame's slots."""
    _under_objects(scene, mention, token)
    _staff_of_buyer(scene, mention, token)
    _makers(scene, mention, token)
    _sold_by(scene, mention, token)
    if mention.frame.id in ("contract.selling", "contract.making") and not businesses(mention):
        intending(scene, mention, token)
    _named_before(scene, mention, token)
    _part(scene, mention, token)
    _acquired(scene, mention, token)
    _far_buyer(scene, mention, token)
    _users(scene, mention, token)
    _used_by(scene, mention, token)
    _carried(scene, mention, token)
    if mention.frame.id in OF_STAFF:
        _made_for(scene, mention, token)
    _unlisted(scene, mention, token)
    _several(scene, mention, token)
    if mention.frame.id == "contract.outsourcing" and not mention.fillers("buyer"):
        owners = [t for o in objects(token) for t in (*possessors(o), *prepositional(o, "of", "at"))]
        add(mention, "buyer", clients(scene, owners) or _of_people(scene, owners), "owner", 0.65)
    if mention.frame.id in OF_STAFF and not businesses(mention):
        _people(scene, mention, token)
    asked = token.tag_ in ("VB", "VBG") and mention.frame.id in OF_STAFF
    if asked and public(mention) and not businesses(mention):
        add(mention, "supplier", employers(scene, token), "staff", 0.55)
    if token.lemma_ in ("supply", "furnish", "equip") and not mention.fillers("buyer"):
        served = [o for o in objects(token) if o.i in scene.named and scene.named[o.i].cls == "Company"]
        add(mention, "buyer", [r for r in companies(scene, served) if r not in businesses(mention)], "object", 0.6)


def _of_people(scene: Scene, owners: list[Token]) -> list[Referent]:
    """Return the companies of the people whose "their" stands at `owners` ("Their jobs were outsourced")."""
    people = (points_back(scene, t) for t in owners if t.lower_ == "their")
    return [r for p in people if p is not None for r in p.affiliations if r.cls in BUYERS]


def _sold_to(token: Token) -> list[Token]:
    """Return who stands after "to" under a verb or noun of selling or under what is sold."""
    return [t for h in (token, *objects(token), *prepositional(token, "of")) for t in prepositional(h, "to")]


def most_told(scene: Scene, before: int, fits: Callable[[Referent], bool]) -> list[Referent]:
    """Return the fitting referent that the text has named most before an offset, the one told first of equals.

    Services over which people only write to each other count half.
    """
    told = Counter(r for r in reversed(list(scene.discourse.mentioned(before))) if fits(r))
    channels = data.words(WORDS, "channels")
    best = max(told, key=lambda r: told[r] / (2 if r.label in channels else 1), default=None)
    return [] if best is None else [best]


# ---- verbs ----------------------------------------------------------------------------------


def _under_objects(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Look for a preposition's object under the verb's object, too: "sells [software to the police]"."""
    goods = objects(verb)
    for role in ("supplier", "buyer"):
        for slot in mention.frame.roles.get(role, ()):
            if slot.place in PLACES:
                continue
            heads = [t for o in goods for t in prepositional(o, slot.place)]
            if slot.place == "to":  # "sells Acme software"
                heads += [t for c in children(verb, "dative") if c.pos_ != "ADP" for t in conjuncts(c)]
            for head in heads:
                for filler, path in fillers(scene, head, role, Slot(slot.place, slot.filter)):
                    mention.add(Candidate(role, filler, mention.sentence, f"{role}.{path}", 0.75))


def _makers(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "rely on Acme's software" and "pay Acme $1 million" of a buyer who is named as the subject."""
    if mention.frame.id != "contract.using" or mention.fillers("supplier"):
        return
    goods = [*objects(verb), *prepositional(verb, "on", "from"), *(c for c in children(verb, "dative"))]
    goods += [t for o in objects(verb) for t in prepositional(o, "for", "on")]
    add(mention, "supplier", companies(scene, goods), "object", 0.75)
    owners = [t for g in goods for t in (*possessors(g), *modifiers(g))]
    if verb.dep_ == "relcl":  # "Acme, whose software is used by the city"
        owners = [verb.head if o.lower_ == "whose" else o for o in owners]
    add(mention, "supplier", companies(scene, owners), "maker", 0.75)


def _named_before(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "workers at Acme, which builds phones for Foodly": the name before "which", whatever the parser chose."""
    which = next((c for c in children(verb, *SUBJECTS) if c.lower_ in ("which", "that")), None)
    if which is None or businesses(mention):
        return
    at = which.i - 1
    while at > verb.sent.start and scene.doc[at].text in (",", ")"):
        at -= 1
    if any(s.place == "subject" for s in mention.frame.roles.get("supplier", ())):
        named = companies(scene, [scene.doc[at]]) or companies(scene, site_owners(scene, scene.doc[at]))
        add(mention, "supplier", named, "which", 0.7)


def _acquired(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Drop from the suppliers a company that is itself bought ("Foodly was acquired by Acme"); agencies buy goods."""
    if mention.frame.id == "contract.using" and any(r.cls == "GovernmentBody" for r in mention.fillers("buyer")):
        return
    bought = [scene.named[o.i] for o in objects(verb) if o.i in scene.named]
    if verb.lemma_ in ("buy", "acquire", "purchase", "order") and bought:
        for candidate in mention.candidates:
            if candidate.role == "supplier" and candidate.filler in bought:
                candidate.drop("is bought itself")


def _part(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "Acme's cloud division sells" as Acme's doing."""
    if businesses(mention) or not any(s.place == "subject" for s in mention.frame.roles.get("supplier", ())):
        return
    for head in subjects(verb):
        if head.lemma_ in data.words(WORDS, "parts"):
            add(mention, "supplier", companies(scene, [*modifiers(head), *possessors(head)])[-1:], "part", 0.7)


def _far_buyer(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "will build towers on the border for the Coast Agency", where the parser ties "for" to another noun."""
    if mention.fillers("buyer"):
        return
    wanted = {s.place for s in mention.frame.roles.get("buyer", ()) if s.filter == "client" and s.place not in PLACES}
    heads = [
        t
        for prep in verb.subtree
        if prep.dep_ == "prep" and prep.lower_ in wanted and 0 < prep.i - verb.i < FAR and not _in_clause(prep, verb)
        for t in children(prep, "pobj")
    ]
    add(mention, "buyer", governments(scene, heads), "far", 0.6)


def _in_clause(token: Token, verb: Token) -> bool:
    """Return whether a token stands in another clause below the verb."""
    between = []
    while token.head not in {token, verb}:
        token = token.head
        between.append(token)
    if between and between[-1].i == verb.i + 1 and between[-1].tag_ == "VBG":
        del between[-1]  # "sells tracking software"
    return any(t.pos_ in ("VERB", "AUX") for t in between)


def _after_goods(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "an order for tankers from the Air Force", where the parser ties the buyer to what is bought."""
    if mention.fillers("buyer"):
        return
    goods = [t for t in prepositional(noun, "for", "of") if not actor_at(scene, t)]
    add(
        mention,
        "buyer",
        governments(scene, [t for g in goods for t in prepositional(g, "from", "with", "by")]),
        "goods",
        0.6,
    )


def _users(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "the city uses cameras made by Acme" and "wants it to stop using": who uses them buys."""
    if mention.fillers("buyer") or verb.tag_ != "VBN" or verb.dep_ not in ("acl", "relcl"):
        return
    using = governor(verb.head)
    if using and using[1] == "object" and using[0].lemma_ in data.words(WORDS, "using"):
        heads = _kept_from(using[0]) or subjects(using[0])
        back = [r for h in heads if (r := points_back(scene, h, BUYERS)) and r.cls in BUYERS]
        add(mention, "buyer", clients(scene, heads) or back, "user", 0.65)


def _kept_from(verb: Token) -> list[Token]:
    """Return who is to be kept from doing something ("to stop their landlord from using it")."""
    return objects(verb.head.head) if verb.dep_ == "pcomp" and verb.head.lower_ == "from" else []


def _made_for(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "The portal was built by Acme" as built for the only body that the text has spoken of."""
    suppliers = businesses(mention)
    if verb.tag_ != "VBN" or verb.dep_ in ("acl", "relcl") or not suppliers or mention.fillers("buyer"):
        return
    owners = companies(scene, [t for o in objects(verb) for t in possessors(o)])
    add(mention, "buyer", [r for r in owners if r not in suppliers], "owner", 0.55)
    goods = [o for o in objects(verb) if any(c.lower_ in ("the", "this") for c in children(o, "det"))]
    if not goods:
        return
    told = {r for r in scene.discourse.mentioned(mention.sentence[0]) if r.cls in BUYERS and r not in suppliers}
    add(mention, "buyer", told if len(told) == 1 else [], "told-before", 0.5)


def _sold_by(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "The product was bought by the Coast Agency" as bought from the only company that the text has spoken of."""
    if mention.frame.id != "contract.using" or not children(verb, "auxpass") or businesses(mention):
        return
    if any(c.lower_ in ("the", "this") for o in objects(verb) for c in children(o, "det")):
        told = {r for r in scene.discourse.mentioned(mention.sentence[0]) if r.cls == "Company"}
        add(mention, "supplier", told if len(told) == 1 else [], "told-before", 0.5)


def _carried(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "Acme drivers who shuttle Foodly employees": the company of those who are driven pays for it."""
    if not mention.fillers("buyer") and verb.lemma_ in data.words(WORDS, "carrying"):
        people = [group(scene, o) for o in objects(verb) if is_group_head(o)]
        driven = [t for p in people if p is not None for t in p.affiliations]
        add(mention, "buyer", driven, "carried", 0.6)
        if driven and not businesses(mention):  # "drive Foodly employees for Acme"
            after = (t for t in verb.subtree if t.i > verb.i and t.lower_ == "for" and not _in_clause(t, verb))
            payers = companies(scene, [t for prep in after for t in children(prep, "pobj")])
            add(mention, "supplier", [r for r in payers if r not in driven], "carried", 0.6)


def _used_by(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "Acme built the scanners that the city uses": who uses what is delivered buys."""
    if mention.fillers("buyer") or not _delivers(mention):
        return
    using = (v for o in objects(verb) for v in children(o, "relcl") if v.lemma_ in data.words(WORDS, "using"))
    add(mention, "buyer", clients(scene, [t for v in using for t in subjects(v)]), "user", 0.6)


def _unlisted(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "Spotless sells software to the Border Ministry" where Spotless is known for a name by this alone."""
    if not public(mention) or businesses(mention) or not _delivers(mention):
        return
    for head in subjects(verb):
        if head.tag_ == "NNP" and head.i not in scene.named and len(head.text) > 2:
            first = min(
                [head.i, *(c.i for c in children(head, "compound") if c.tag_ == "NNP" and c.i not in scene.named)]
            )
            span = scene.chars(first, head.i)
            referent = scene.discourse.name(scene.text[slice(*span)], "Company", span)
            scene.enter(referent, first, head.i)
            add(mention, "supplier", [referent], "unlisted", 0.55)


def _several(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "the two companies sell" as the doing of the two that were told last."""
    if not _delivers(mention):
        return
    for head in subjects(verb):
        if head.tag_ == "NNS" and head.lemma_ in ("company", "firm"):
            numbers = [c.lower_ for c in head.children if c.lower_ in COUNTED]
            add(mention, "supplier", _latest(scene, head, COUNTED[numbers[0]]) if numbers else [], "several", 0.6)


def _people(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "Spotless drivers who deliver for Foodly" and "label pictures for Foodly through Spotless"."""
    buyers = [r for r in mention.fillers("buyer") if r.cls != "Technology"]
    if not buyers:
        return
    lenders = companies(scene, prepositional(verb, "through", "via"))
    heads = [head for head in subjects(verb) if is_group_head(head)]
    if not heads and any(c.lower_ == "who" for c in verb.children):  # "drivers in Leeds, who deliver"
        heads = [token for token in scene.doc[verb.sent.start : verb.i] if is_group_head(token)][-1:]
    people = [group(scene, head) for head in heads]
    ties = [t for p in people if p is not None for t in p.affiliations if t.cls == "Company"]
    add(mention, "supplier", [r for r in lenders or ties if r not in buyers], "people", 0.55)


def _delivers(mention: EventMention) -> bool:
    return any(s.place == "subject" for s in mention.frame.roles.get("supplier", ()))


def _latest(scene: Scene, head: Token, number: int) -> list[Referent]:
    """Return the companies told last before "the two companies"; none where fewer were told."""
    told = (r for r in scene.discourse.mentioned(scene.chunk.offset + head.idx) if r.cls == "Company")
    found = list(islice(dict.fromkeys(told), number))
    return found if len(found) == number else []


def through(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "people who work for Acme through the contractor Spotless Corp."."""
    general(scene, mention, verb)
    if "business" in mention.words:
        partners = companies(scene, [t for h in (verb, *objects(verb)) for t in prepositional(h, "with")])
        add(mention, "buyer", [r for r in partners if r not in businesses(mention)], "business", 0.6)
    if verb.lemma_ in ("contract", "subcontract"):
        _contracting(scene, mention, verb)
    if verb.lemma_ == "serve" and businesses(mention):
        served = companies(scene, objects(verb))
        add(mention, "buyer", [r for r in served if r not in businesses(mention)], "served", 0.65)
    channels = prepositional(verb, "through", "via")
    lenders = companies(scene, channels) or [r for head in channels for r in _unknown_lender(scene, head)]
    if lenders:
        add(mention, "supplier", lenders, "through", 0.7)
        hosts = companies(scene, prepositional(verb, "for", "with", "at"))
        add(mention, "buyer", [r for r in hosts if r not in lenders], "through", 0.7)


def _contracting(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "Acme contracts with Spotless Corp. to run its kitchen": of two companies, the one that does so buys."""
    partners = [r for r in companies(scene, prepositional(verb, "with")) if r.cls == "Company"]
    doers = [r for r in businesses(mention) if r not in partners]
    if partners and doers and not mention.fillers("buyer"):
        for candidate in mention.candidates:
            if candidate.role == "supplier" and candidate.filler in doers:
                candidate.role, candidate.path = "buyer", "buyer.contracting"
        add(mention, "supplier", partners, "contracting", 0.6)


def _unknown_lender(scene: Scene, head: Token) -> list[Referent]:
    """Return the name after "the agency" as a company, whatever it was taken for ("the agency Spotless")."""
    named = scene.named.get(head.i + 1) if head.lemma_ in data.words(WORDS, "lenders") else None
    if named is None or named.known is not None or named.cls not in ("CivilSocietyGroup", "Place", "Person"):
        return []
    named.cls = "Company"
    return [named]


def named_beside(scene: Scene, mention: EventMention, token: Token) -> None:
    """Let "the contractor Acme" stand for Acme rather than for a company named before."""
    for role, slots in mention.frame.roles.items():
        if role not in ("supplier", "buyer"):
            continue
        heads = [(h, s.filter) for s in slots if s.place not in PLACES for h in prepositional(token, s.place)]
        for head, wanted in heads:
            kinds = KINDS.get(wanted, BUYERS)
            if named := [r for r in named_after(scene, head) if r.cls in kinds]:
                for candidate in mention.candidates:
                    if candidate.path == f"{role}.points-back":
                        candidate.drop("the name stands beside it")
                add(mention, role, named, "apposition", 0.8)


def _unnamed_clients(scene: Scene, mention: EventMention, token: Token) -> None:
    """Take "law enforcement" or "the military" for the buyer where nobody is named."""
    slots = [s for s in mention.frame.roles.get("buyer", ()) if s.place not in PLACES]
    holders = [token, *objects(token)] if token.pos_ in ("VERB", "AUX") else [token]
    if mention.fillers("buyer"):
        return
    for slot in slots:
        for head in (h for holder in holders for h in prepositional(holder, slot.place)):
            if body := public_body(scene, head) or _office(scene, head):
                add(mention, "buyer", [body], slot.place, 0.7)


def _second_buyer(scene: Scene, mention: EventMention, token: Token) -> None:
    """Read "to the police and to the Coast Agency", where the parser ties the second preposition to the first."""
    wanted = {s.place for s in mention.frame.roles.get("buyer", ()) if s.place not in PLACES}
    for holder in (token, *objects(token)):
        seconds = [
            c for prep in children(holder, "prep", "dative") for c in children(prep, "conj") if c.lower_ in wanted
        ]
        if seconds:
            add(mention, "buyer", clients(scene, [t for s in seconds for t in children(s, "pobj")]), "second", 0.6)
        listed = [t for place in wanted for t in prepositional(holder, place)]
        add(mention, "buyer", _torn(scene, listed), "listed", 0.6)
        if mention.frame.id in OF_STAFF and any(r.cls == "Company" for r in mention.fillers("buyer")):
            add(mention, "buyer", _services(scene, listed), "listed", 0.6)


def _services(scene: Scene, heads: list[Token]) -> list[Referent]:
    """Return the services that are spoken of as companies in a list of clients ("for Acme and TikTok")."""
    return companies(scene, [h for h in heads if h.i in scene.named and scene.named[h.i].cls == "Technology"])


def _torn(scene: Scene, heads: list[Token]) -> list[Referent]:
    """Return public bodies that the parser took for a part of the next one's name ("for the X of Y and the Z")."""
    parts = [c for h in heads if h.i in scene.named for c in children(h, "nmod") if c.i in scene.named]
    return [r for r in governments(scene, parts) if r not in governments(scene, heads)] if parts else []


def _office(scene: Scene, head: Token) -> Referent | None:
    """Return an unnamed office of a public officer ("sheriffs' offices", "the prosecutor's office")."""
    owners = [o for o in (*possessors(head), *modifiers(head)) if o.lemma_ in data.words(WORDS, "officers")]
    if head.lemma_ != "office" or not owners or head.i in scene.named:
        return None
    first = min(o.i for o in owners)
    return scene.discourse.collective(
        scene.surface(first, head.i), scene.chars(first, head.i), head="office", affiliations=[], plural=True
    )


def _staff_of_buyer(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "Border Patrol agents rely on Acme": the agency of the agents buys."""
    if mention.fillers("buyer") or not any(s.place == "subject" for s in mention.frame.roles.get("buyer", ())):
        return
    for head in subjects(verb):
        owners = [*modifiers(head), *possessors(head), *prepositional(head, "of", "at", "for", "from", "with")]
        add(mention, "buyer", governments(scene, owners), "staff", 0.7)


# ---- named programmes -----------------------------------------------------------------------


def programme(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "Acme's involvement in Project Maven": a programme that stands for its contract."""
    if noun.i in scene.spans:
        first, last = scene.spans[noun.i]
        phrase = Phrase(scene.surface(first, last).removesuffix(" contract"), scene.chars(first, last))
        mention.add(Candidate("identifier", phrase, mention.sentence, "identifier.programme", 0.8))
    noun = whole(noun)
    above = noun.head.head if noun.dep_ == "pobj" else noun
    owners = [t for n in (above, noun) for t in (*possessors(n), *prepositional(n, "by", "of", "at"))]
    governing = governor(noun)
    doers = subjects(governing[0]) if governing else []
    add(mention, "supplier", companies(scene, owners), "programme", 0.7)
    if not businesses(mention):
        add(mention, "supplier", companies(scene, doers), "programme", 0.7)
    if not businesses(mention):
        add(mention, "supplier", employers(scene, noun), "programme-staff", 0.55)
    near = sorted(
        (t for t in noun.sent if t.i in scene.named and abs(t.i - noun.i) < FAR), key=lambda t: abs(t.i - noun.i)
    )
    add(mention, "buyer", list(dict.fromkeys(governments(scene, near)))[:1], "programme", 0.6)


def whole(noun: Token) -> Token:
    """Return the head of the compound that `noun` stands in ("Maven contract cancellation" -> cancellation)."""
    while noun.dep_ in ("compound", "nmod") and noun.head.i > noun.i and noun.head.pos_ in ("NOUN", "PROPN"):
        noun = noun.head
    return noun


def employers(scene: Scene, token: Token) -> list[Referent]:
    """Return the companies whose people the sentence speaks of ("Acme employees oppose the contract")."""
    people = [group(scene, head) for head in token.sent if is_group_head(head)]
    found = ([t for t in p.affiliations if t.cls == "Company"] for p in people if p is not None)
    return next((ties for ties in found if ties), [])


def intending(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read "Acme's plan to sell" and "the company's intent to enter a contract": who has the plan supplies."""
    intent = verb.head
    if verb.dep_ not in ("acl", "relcl") or intent.lemma_ not in data.words(WORDS, "intentions"):
        return
    owners = possessors(intent)
    add(mention, "supplier", companies(scene, owners) or pointed(scene, owners), "intent", 0.7)
    if not owners and (buyers := mention.fillers("buyer")):  # "Acme testers oppose a plan to sell data to Foodly"
        add(mention, "supplier", [r for r in employers(scene, verb) if r not in buyers], "intent-staff", 0.55)
    mention.status = "proposed"


def pointed(scene: Scene, heads: Iterable[Token]) -> list[Referent]:
    """Return the businesses that "the company" or "its" at `heads` point back to."""
    return [r for h in heads if (r := points_back(scene, h, SUPPLIERS)) and r.cls in SUPPLIERS]
