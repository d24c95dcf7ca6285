"""Finds what a contract delivers: beside its noun, under its verb, or before a word such as "contractor"."""

from __future__ import annotations

import re

from kg.extract import data
from kg.extract.candidates import Candidate, EventMention, Phrase
from kg.extract.discourse import Referent
from kg.extract.grammar import children, governor, is_infinitive, modifiers, objects, prepositional
from kg.extract.groups import actor_at, points_back
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.phrases import clause, noun_phrase
from kg.extract.suppliers import identified

USING, WORKING = "contract.using", "contract.working"
"""The frames of a buyer who uses what is supplied, and of business with an untold object."""

OF_GOODS = frozenset({"contract.sale", "contract.outsourcing"})
"""The frames of nouns after which "of" tells what is delivered ("the sale of maps")."""

PROGRAMME_FRAME = "contract.programme"
"""The frame of named programmes that stand for their contracts."""

NAMING = frozenset({"know", "call", "name", "dub", "brand"})
"""Verbs after which the name of a product stands ("software known as Rekognition")."""

DELIVERING = frozenset(
    {
        "provide",
        "supply",
        "build",
        "develop",
        "deliver",
        "produce",
        "host",
        "sell",
        "make",
        "create",
        "run",
        "operate",
        "manage",
        "design",
        "process",
        "support",
    }
)
"""Verbs whose object is what is delivered ("a contract to build a cloud")."""


def of_noun(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read what is delivered around a noun: "a contract for maps", "to draw maps", "a map contract"."""
    if mention.frame.id in OF_GOODS:
        for head in prepositional(noun, "of"):
            goods = prepositional(head, "in") if head.ent_type_ == "MONEY" else [head]
            _phrase(mention, noun_phrase(scene, goods[0]) if goods else None, "of")
    for holder in _holders(scene, mention, noun):
        _means(scene, mention, holder)
        for head in prepositional(holder, "for"):
            told = all(r.cls == "Technology" for r in actor_at(scene, head))
            if told and not head.like_num and head.ent_type_ not in ("MONEY", "DATE", "PERCENT"):
                _phrase(mention, noun_phrase(scene, head), "for")
        for verb in children(holder, "advcl", "acl", "relcl", "xcomp"):
            _delivered(scene, mention, verb)
    _covered(scene, mention, noun)
    if not any(c.role == "subject" for c in mention.candidates):
        before(scene, mention, noun)


COVERING = frozenset({"cover", "involve", "concern"})
"""Verbs whose object is what the contract that is their subject delivers."""


def _covered(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read "The contract was signed in May and covers maps"."""
    governing = governor(noun)
    if governing is None or governing[1] not in ("subject", "object"):
        return
    for verb in (governing[0], *children(governing[0], "conj")):
        for head in children(verb, "dobj") if verb.lemma_ in COVERING else ():
            _phrase(mention, noun_phrase(scene, head), "covering")


def before(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Take what stands before the noun for what is delivered ("a cloud contract", "the catering contractor")."""
    words = [
        m
        for m in modifiers(noun)
        if m.i not in scene.named
        and m.pos_ in ("NOUN", "ADJ", "VERB")
        and m.ent_type_ not in ("MONEY", "DATE", "CARDINAL")
        and not m.like_num
    ]
    empty = data.words("frames/contract", "empty_modifiers") | data.words("frames/contract", "clients")
    words = [m for m in words if m.lemma_ not in empty and m.lower_ not in empty]
    if words:
        first, last = min(w.left_edge.i for w in words), max(w.i for w in words)
        _phrase(mention, Phrase(scene.surface(first, last), scene.chars(first, last)), "modifier")


def _holders(scene: Scene, mention: EventMention, noun: Token) -> list[Token]:
    """Return under which words it may stand what is delivered: the noun, its verb, what a programme is said to be."""
    governing = governor(noun)
    if mention.frame.id == PROGRAMME_FRAME:
        attributes = children(governing[0], "attr") if governing and governing[0].lemma_ == "be" else []
        return [noun, *(head for head in identified(scene, noun) if head.i != noun.i), *attributes]
    bearing = governing is not None and governing[0].lemma_ in mention.frame.support
    return [noun, *([governing[0]] if governing and bearing else [])]


def _delivered(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Read what is delivered, and to whom, from "to build a cloud for the CIA" and "to recruit officers"."""
    if verb.lemma_ in DELIVERING:
        for head in [*prepositional(verb, "with"), *children(verb, "dobj", "obj")]:
            for client in prepositional(head, "for"):
                _client(scene, mention, client)
            if head.pos_ != "PRON":
                _phrase(mention, noun_phrase(scene, head), "delivering")
    elif verb.dep_ == "acl" and is_infinitive(verb):
        for client in (t for h in (verb, *objects(verb)) for t in prepositional(h, "for")):
            _client(scene, mention, client)
        _phrase(mention, clause(scene, verb), "purpose")


def _means(scene: Scene, mention: EventMention, noun: Token) -> None:
    """Read what a programme is for from "a program that uses machine learning to sort pictures"."""
    if mention.frame.id != PROGRAMME_FRAME:
        return
    for verb in children(noun, "relcl", "acl"):
        for goods in children(verb, "dobj", "obj") if verb.lemma_ in ("use", "employ", "apply") else ():
            aims = [v for v in (*children(verb, "xcomp", "advcl"), *children(goods, "acl")) if is_infinitive(v)]
            own = noun_phrase(scene, goods)
            aim = clause(scene, aims[0]) if aims else None
            if own is not None and aim is not None and own.span[0] < aim.span[1]:
                own = Phrase(scene.text[own.span[0] : aim.span[1]], (own.span[0], aim.span[1]))
            _phrase(mention, own, "means")


def _client(scene: Scene, mention: EventMention, head: Token) -> None:
    """Read the buyer from what is delivered ("to build a cloud for the CIA")."""
    for referent in actor_at(scene, head):
        if referent.cls == "GovernmentBody":
            mention.add(Candidate("buyer", referent, mention.sentence, "buyer.delivering", 0.7))


def of_verb(scene: Scene, mention: EventMention, verb: Token) -> None:
    """Take the object of a verb of delivery for what is delivered, or the product that it names."""
    if mention.frame.id == WORKING:
        return
    heads = [*prepositional(verb, "with"), *(n for n in objects(verb) if n.ent_type_ != "MONEY" and not n.like_num)]
    for goods in heads:
        relative = goods.lower_ in ("that", "which") and verb.dep_ == "relcl"  # "the maps that Acme sells"
        head = verb.head if relative else goods
        if any(r.cls not in ("Technology", "Collective") for r in actor_at(scene, head)):
            continue
        if product := _product(scene, head):
            mention.add(Candidate("subject", product, mention.sentence, "subject.product", 0.7))
        elif head.pos_ != "PRON":
            inner = prepositional(head, "of") if head.lemma_ == "worth" else []
            _phrase(mention, noun_phrase(scene, inner[0] if inner else head), "object")
    for head in prepositional(verb, "for") if mention.frame.id == USING else ():
        _phrase(mention, noun_phrase(scene, head), "for")


def _product(scene: Scene, head: Token) -> Referent | None:
    """Return the technology that "it" or "the software" points back to, or that a name beside the noun tells."""
    before = scene.chunk.offset + head.idx
    if head.lower_ in ("it", "they"):
        return scene.discourse.latest(frozenset({"Technology"}), before)
    called = [t for v in children(head, "acl") if v.lemma_ in NAMING for t in _names_given(v)]
    for token in [*called, *children(head, "appos")]:
        if token.i in scene.named and scene.named[token.i].cls == "Technology":
            return scene.named[token.i]
    bare = all(c.dep_ == "det" and c.lower_ in ("the", "this", "that") for c in head.children if c.i < head.i)
    if head.tag_ == "NN" and bare and (back := points_back(scene, head)) and back.cls == "Technology":
        return back
    return None


def _names_given(verb: Token) -> list[Token]:
    return [*prepositional(verb, "as"), *children(verb, "oprd", "dobj")]


def _phrase(mention: EventMention, phrase: Phrase | None, path: str) -> None:
    torn = phrase is not None and phrase.text.count("(") != phrase.text.count(")")
    if (
        phrase
        and not torn
        and phrase.text[0] != "$"
        and not any(c.role == "subject" and c.kept for c in mention.candidates)
    ):
        mention.add(Candidate("subject", _without_parties(mention, phrase), mention.sentence, f"subject.{path}", 0.7))


_WORTH = re.compile(r"[\s,]+(?:worth|valued at|at a cost of)\s.*$", re.DOTALL)
_BEFORE_PARTY = re.compile(
    r"\s+(?:for|to|with|by|from|at)(?:\s+(?:the|its|their)(?:\s+(?:company|firm|agency|contractor))?)?\s*$"
)


def _without_parties(mention: EventMention, phrase: Phrase) -> Phrase:
    """Return the phrase without a price or a party at its end ("drones for the army" -> drones)."""
    start, end = phrase.span
    if priced := _WORTH.search(phrase.text):
        phrase = Phrase(phrase.text[: priced.start()], (start, end := start + priced.start()))
    spans = (span for r in mention.fillers("buyer", "supplier") for spans in r.names.values() for span in spans)
    inside = min((s for s, _ in spans if start < s < end), default=end)
    cut = _BEFORE_PARTY.search(phrase.text[: inside - start]) if inside < end else None
    return Phrase(phrase.text[: cut.start()], (start, start + cut.start())) if cut and cut.start() else phrase
