"""Finds who supplies whom where a noun tells of one side: "contractor", "supplier", "customer", "employer"."""

from __future__ import annotations

from collections.abc import Iterator

from kg.extract import data
from kg.extract.candidates import EventMention
from kg.extract.discourse import Referent
from kg.extract.grammar import (
    children,
    conjuncts,
    first_conjunct,
    governor,
    modifiers,
    objects,
    possessors,
    prepositional,
    subjects,
)
from kg.extract.groups import as_company, points_back
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.parties import BUYERS, WORDS, add, clients, companies, named_after, site_owners, such_as
from kg.extract.roles import institution
from kg.extract.supply import COUNTED, employers, most_told, pointed

SERVED = frozenset({"the", "one", "another", *COUNTED})
"""Words before "customer" and "customers" after which it is the company spoken of whom they buy from."""

MAKERS = frozenset({"manufacturer", "assembler"})
"""Nouns after which "of" tells what is made, not for whom."""


def supplier_noun(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "Acme, a contractor for Foodly" and "Foodly supplier Acme"; "Acme's customers include Foodly"."""
    if noun.lemma_ in ("customer", "client"):
        _customers(scene, mention, noun)
        return
    if noun.lemma_ == "employer":
        _employer(scene, mention, noun)
        return
    beside = [h for h in identified(scene, noun) if h.i != noun.i]
    owners = [*modifiers(noun), *possessors(noun)]
    if noun.lemma_ not in MAKERS:
        owners += prepositional(noun, "of", "to", "for", "with")
        owners += [t for p in prepositional(noun, "of") for t in prepositional(p, "to", "for")]
    if (
        noun.dep_ in ("compound", "nmod") and noun.head.i in scene.named
    ):  # "Foodly's supplier Acme", "the Foodly supplier Acme"
        owners += [t for t in (*possessors(noun.head), *modifiers(noun.head)) if t.i < noun.i and t.i in scene.named]
    suppliers = companies(scene, beside) or pointed(scene, beside)
    add(mention, "supplier", suppliers, "noun", 0.75)
    add(mention, "buyer", [r for r in clients(scene, owners) if r not in suppliers], "noun", 0.75)
    governing = governor(noun)
    if governing and governing[1] == "object" and governing[0].lemma_ in data.words(WORDS, "dealing"):
        _dealing(scene, mention, governing[0], suppliers)


def _dealing(scene: Scene, mention: EventMention, verb: Token, suppliers: list[Referent]) -> None:
    """Read "asked Foodly to drop the subcontractor Acme": who drops or hires a supplier buys from it."""
    doers = [r for r in companies(scene, subjects(verb)) if r not in suppliers]
    for candidate in mention.candidates if doers and suppliers else ():
        if candidate.role == "supplier" and candidate.filler in doers:
            candidate.drop("is served itself")
    add(mention, "buyer", doers if suppliers and not mention.fillers("buyer") else [], "dealing", 0.65)


def _employer(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "cooks at Acme wrote to their employer, Spotless Corp.": where they work is not who employs them."""
    if any(m.lower_ == "joint" for m in modifiers(noun)):
        return
    beside = [h for h in identified(scene, noun) if h.i != noun.i]
    if noun.beside(1) == "," and noun.i + 2 in scene.spans:
        name = scene.doc[scene.spans[noun.i + 2][1]]  # whatever the parser ties it to
        beside += conjuncts(name) if noun.tag_ == "NNS" else [name]
    suppliers = companies(scene, beside)
    own = {r.label.casefold().split()[0] for r in suppliers}
    ties = [t for owner in possessors(noun) if (back := points_back(scene, owner)) for t in back.affiliations]
    hosts = [t for t in ties or employers(scene, noun) if t.label.casefold().split()[0] not in own]
    add(mention, "supplier", suppliers, "employer", 0.65)
    add(mention, "buyer", [t for t in hosts if suppliers and as_company(t).cls in BUYERS], "employer", 0.6)


def _served(scene: Scene, mention: EventMention, noun: Token, buyers: list[Referent]) -> list[Referent]:
    """Return whose customer "the largest customer, Foodly" is: the company of which the text has spoken most."""
    if not any(c.lower_ in SERVED for c in noun.children) or mention.fillers("supplier"):
        return []
    return most_told(scene, mention.sentence[0], lambda r: r.cls == "Company" and r not in buyers)


def _customers(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "Acme's customers include Foodly", "Foodly, Acme's largest client", "Acme, whose client is Foodly"."""
    owners, before = possessors(noun), modifiers(noun)
    beside = [h for h in identified(scene, noun) if h.i != noun.i]
    if any(o.lower_ == "whose" for o in owners):
        owners = [v.head for g in [governor(noun)] if g for v in [g[0]] if v.dep_ == "relcl"]
    elif owners:
        beside += before  # "Foodly, Acme's largest client", as the parser may see it
    else:
        owners = before
    owners += prepositional(noun, "of", "to", "for", "with")
    if noun.dep_ == "pobj" and noun.head.lower_ == "as" and (verb := noun.head.head).pos_ == "VERB":
        beside += objects(verb)  # "asked Acme to drop Foodly as a client"
        owners = owners or subjects(verb)
    suppliers = companies(scene, owners) or pointed(scene, owners)
    buyers = [*clients(scene, beside), *such_as(scene, noun)]
    if not buyers and suppliers:
        buyers = [r for h in beside if (r := institution(scene, h)) is not None]
    if buyers and not suppliers and all(o in before for o in owners):
        suppliers = _served(scene, mention, noun, buyers)
    add(mention, "supplier", suppliers, "customer", 0.7)
    add(mention, "buyer", [r for r in buyers if r not in suppliers], "customer", 0.7)


def _one_of(noun: Token) -> Token:
    """Return what stands for one of several ("one of Acme's contractors" -> one), else the noun itself."""
    above = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "of" else noun
    return above if above.lower_ in ("one", "some", "several", "part") else noun


def identified(scene: Scene, noun: Token) -> Iterator[Token]:
    """Yield the heads of the names that `noun` is said of."""
    yield from (t for c in children(noun, "appos") for t in conjuncts(c))
    first = first_conjunct(_one_of(noun))
    if first.dep_ == "appos":
        yield from conjuncts(first_conjunct(first.head)) if noun.tag_ == "NNS" else [first.head]
        yield from site_owners(scene, first.head)
    if noun.beside(1) == "," and any(c.lower_ in COUNTED for c in noun.children):  # "two customers, Foodly and Acme"
        yield from (t for t in conjuncts(noun) if t != noun and t.i in scene.named)
    if noun.dep_ in ("compound", "nmod", "amod") and noun.head.i in scene.named:
        yield noun.head
    elif noun.i + 1 in scene.named and scene.doc[noun.i + 1].is_title:
        yield scene.doc[scene.spans[noun.i + 1][1]]
    governing = governor(_one_of(noun))
    if governing and governing[0].lemma_ in ("be", "become", "remain") and governing[1] in ("object", "attr"):
        yield from subjects(governing[0])
    if governing and governing[0].lemma_ in ("include", "number", "range") and governing[1] == "subject":
        yield from objects(governing[0])
    if governing and governing[0].lemma_ == "be" and governing[1] == "subject":  # "The largest customer is Foodly"
        told = (t for attr in children(governing[0], "attr") for t in conjuncts(attr))
        yield from (t for t in told if t.i in scene.named or named_after(scene, t))
