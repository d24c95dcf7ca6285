"""Reads demands and concerns: what is asked for, of whom, and what an action is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.extract import data
from kg.extract.candidates import Phrase
from kg.extract.discourse import ACTORS
from kg.extract.grammar import children, conjuncts, coordinated, is_infinitive, prepositional, subjects
from kg.extract.groups import is_group_head
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.phrases import clause, is_bare, noun_phrase, shares


@dataclass(frozen=True, slots=True)
class Content:
    """A demand, a concern or an asked party: its role, its words or its head, the verb or noun that carries it."""

    role: str
    carrier: Token
    phrase: Phrase | None
    head: Token | None
    path: str
    score: float


@cache
def _demand_verbs() -> dict[str, list[dict[str, Any]]]:
    table: dict[str, list[dict[str, Any]]] = {}
    for entry in data.load("frames/content")["demands"]:
        for verb in entry["verbs"]:
            table.setdefault(verb, []).append(entry)
    return table


@cache
def _list(key: str) -> frozenset[str]:
    return data.words("frames/content", key)


def read(scene: Scene, sentence: Span) -> Iterator[Content]:
    """Yield the demands, concerns and asked parties of a sentence."""
    for token in sentence:
        if token.pos_ in ("VERB", "AUX"):
            yield from _by_verb(scene, token)
        elif token.pos_ == "NOUN" and token.lemma_ in _nominal():
            yield from _by_noun(scene, token)
        elif token.dep_ in ("prep", "prt", "advmod", "mark", "acl", "pcomp") or token.pos_ in ("ADP", "SCONJ"):
            yield from _prepositions(scene, token)


def _by_verb(scene: Scene, verb: Token) -> Iterator[Content]:
    lemma = verb.lemma_
    yield from _demands(scene, verb, _demand_verbs().get(lemma, ()))
    if lemma in _list("concerns"):
        yield from _concerned(scene, verb)
    if lemma in _list("alleging"):
        yield from _alleged(scene, verb)
    if lemma in _list("purpose") and _is_purpose(verb):
        for inner in _clauses(verb):
            yield from _whole(scene, "demands", verb, inner, "purpose", 0.6)
        for head in [n for c in children(verb, "dobj", "obj") for n in conjuncts(c)]:
            if lemma in _list("restraining"):
                yield Content("asked", verb, None, head, "restrained", 0.65)
    if lemma == "oppose":
        yield from _nouns(scene, verb, prepositional(verb, "to"), "opposed", 0.7)


@cache
def _nominal() -> frozenset[str]:
    return _list("demand_nouns") | _list("disputes") | _list("feelings")


def _by_noun(scene: Scene, noun: Token) -> Iterator[Content]:
    lemma = noun.lemma_
    if lemma in _list("demand_nouns"):
        yield from _demand_noun(scene, noun)
    elif lemma in _list("feelings"):
        yield from _nouns(scene, noun, prepositional(noun, "with", "at"), "feeling", 0.6)
    elif noun.dep_ == "pobj":
        yield from _dispute(scene, noun)


def _demands(scene: Scene, verb: Token, entries: Any) -> Iterator[Content]:
    for entry in entries:
        asked_at = entry.get("asked")
        asked = [t for place in asked_at for t in _reach(verb, place)] if asked_at else []
        if asked_at and not asked and "clause" in entry["demand"] and not children(verb, "xcomp"):
            continue
        demanded = next((found for place in entry["demand"] if (found := list(_demanded(scene, verb, place)))), [])
        if demanded or entry.get("alone"):
            for head in asked:
                yield Content("asked", verb, None, head, "asked", 0.75)
        yield from demanded
        if asked_at and demanded:
            return


def _reach(verb: Token, place: str) -> list[Token]:
    if place == "object":
        return [n for c in children(verb, "dobj", "obj", "dative") for n in conjuncts(c)] + [
            n
            for c in children(verb, "xcomp", "ccomp")
            for s in children(c, "nsubj")
            for n in conjuncts(s)
            if c.i > s.i and any(a.lower_ == "to" for a in c.children)
        ]
    return prepositional(verb, place)


def _demanded(scene: Scene, verb: Token, place: str) -> Iterator[Content]:
    """Yield the demands that stand in a place of the verb: a clause, its object, or after a preposition."""
    if place in ("clause", "that"):
        yield from _demanded_clauses(scene, verb, place)
        return
    heads = children(verb, "dobj", "obj") if place == "object" else prepositional(verb, place)
    for head in [t for h in heads for t in (coordinated(h) if h.dep_ != "conj" else [h])]:
        yield from _demanded_thing(scene, verb, head, place)
    if place == "for":
        yield from _demanded_for(scene, verb)


def _demanded_clauses(scene: Scene, verb: Token, place: str) -> Iterator[Content]:
    """Read "demand to be heard", "urged the firm to stop" (clause) and "demand that it stop" (that)."""
    for comp in children(verb, "xcomp", "ccomp", "advcl"):
        wanted = is_infinitive(comp) if place == "clause" else _is_wished(comp) and comp.dep_ != "advcl"
        for inner in _clauses(comp) if wanted else ():
            yield from _whole(scene, "demands", verb, inner, place, 0.8)
    for obj in children(verb, "dobj", "obj") if place == "clause" else ():
        for inner in (v for acl in children(obj, "acl", "relcl") if is_infinitive(acl) for v in _clauses(acl)):
            yield from _whole(scene, "demands", verb, inner, place, 0.7)


def _is_wished(verb: Token) -> bool:
    """Return whether a finite clause tells what ought to be, not what was ("that it stop", "it should stop")."""
    if is_infinitive(verb):
        return False
    past = verb.tag_ == "VBD" or any(c.dep_ in ("aux", "auxpass") and c.tag_ == "VBD" for c in verb.children)
    return not past or any(c.tag_ == "MD" for c in verb.children)


def _demanded_thing(scene: Scene, verb: Token, head: Token, place: str) -> Iterator[Content]:
    """Read "call for better pay", "calling for the firm to stop", and what is a complaint rather than a demand."""
    if head.tag_ in ("WP", "WDT"):
        return
    if head.pos_ in ("VERB", "AUX") and head.dep_ == "conj":
        if not shares(head):
            yield from _whole(scene, "demands", verb, head, place, 0.65)
        return
    acl = next((c for c in children(head, "acl", "relcl") if any(x.lower_ == "to" for x in c.children)), None)
    if acl is not None and place == "for":
        for inner in _clauses(acl):
            yield from _whole(scene, "demands", verb, inner, "for-to", 0.75)
        yield Content("asked", verb, None, head, "for-to", 0.6)
    elif place == "for" and head.lemma_ in _list("faults"):
        yield from _nouns(scene, verb, [head], "for-fault", 0.65)
    elif not is_bare(head) and (phrase := noun_phrase(scene, head, full=True)):
        yield Content("demands", verb, phrase, head, place, 0.75)


def _demanded_for(scene: Scene, verb: Token) -> Iterator[Content]:
    """Read "call for ending the deal" and "call for the firm to end it" where the parse makes a clause of it."""
    for prep in (c for c in verb.children if c.lower_ == "for"):
        for inner in (v for comp in children(prep, "pcomp") for v in _clauses(comp)):
            yield from _whole(scene, "demands", verb, inner, "for-to", 0.7)
    for comp in children(verb, "advcl", "xcomp", "ccomp"):
        if any(c.dep_ == "mark" and c.lower_ == "for" for c in comp.children):
            for inner in _clauses(comp):
                yield from _whole(scene, "demands", verb, inner, "for-to", 0.75)
            for subject in children(comp, "nsubj"):
                yield Content("asked", verb, None, subject, "for-to", 0.6)


def _clauses(verb: Token) -> list[Token]:
    """Return `verb` and the verbs coordinated with it."""
    found, queue = [verb], [verb]
    while queue:
        for child in queue.pop().children:
            if child.dep_ == "conj" and child.pos_ in ("VERB", "AUX"):
                if not shares(child):
                    found.append(child)
                queue.append(child)
    return found


def _whole(scene: Scene, role: str, carrier: Token, verb: Token, path: str, score: float) -> Iterator[Content]:
    if phrase := clause(scene, verb):
        yield Content(role, carrier, phrase, verb, path, score)


def _is_purpose(verb: Token) -> bool:
    """Return whether `verb` stands in a clause of purpose ("rallied to stop the sale")."""
    return verb.dep_ in ("advcl", "xcomp", "acl") and is_infinitive(verb)


def _concerned(scene: Scene, verb: Token) -> Iterator[Content]:
    for child in children(verb, "dobj", "obj"):
        for head in conjuncts(child):
            if phrase := noun_phrase(scene, head):
                yield Content("concerns", verb, phrase, head, "object", 0.7)


def _nouns(scene: Scene, carrier: Token, heads: list[Token], path: str, score: float) -> Iterator[Content]:
    for head in heads:
        if phrase := noun_phrase(scene, head):
            yield Content("concerns", carrier, phrase, head, path, score)


def _dispute(scene: Scene, noun: Token) -> Iterator[Content]:
    """Read "in a pay dispute": the dispute itself is what the action is about."""
    if noun.head.lower_ in ("in", "amid", "over") and any(c.dep_ in ("compound", "amod") for c in noun.children):
        yield from _nouns(scene, noun.head, [noun], "dispute", 0.6)


def _alleged(scene: Scene, verb: Token) -> Iterator[Content]:
    for comp in children(verb, "ccomp", "xcomp"):
        if phrase := clause(scene, comp, with_subject=True):
            yield Content("concerns", verb, phrase, comp, "alleged", 0.65)
        for subject in children(comp, "nsubj"):
            yield from (Content("accused", verb, None, head, "accused", 0.6) for head in conjuncts(subject))
    for child in children(verb, "dobj", "obj"):
        for head in conjuncts(child):
            if verb.lemma_ == "accuse":
                yield Content("accused", verb, None, head, "accused", 0.7)
            elif phrase := noun_phrase(scene, head):
                yield Content("concerns", verb, phrase, head, "alleged", 0.6)
        for prep in (p for p in [*verb.children, *child.children] if p.dep_ == "prep" and p.lower_ == "of"):
            for comp in children(prep, "pcomp"):
                if phrase := clause(scene, comp):
                    yield Content("concerns", verb, phrase, comp, "accused", 0.65)


def _demand_noun(scene: Scene, noun: Token) -> Iterator[Content]:
    for head in prepositional(noun, "for"):
        if not is_bare(head) and (phrase := noun_phrase(scene, head, full=True)):
            yield Content("demands", noun, phrase, head, "noun-for", 0.75)
    for acl in children(noun, "acl", "relcl"):
        if any(c.lower_ == "to" for c in acl.children):
            for verb in _clauses(acl):
                yield from _whole(scene, "demands", noun, verb, "noun-to", 0.75)
    if (
        noun.dep_ in ("nsubj",)
        and noun.head.lemma_ in _list("listing_verbs")
        and noun.lemma_ in ("demand", "goal", "request", "ask", "priority")
    ):
        for child in children(noun.head, "dobj", "attr", "obj", "xcomp", "ccomp"):
            for head in coordinated(child):
                found = noun_phrase(scene, head, full=True) if head.pos_ in ("NOUN", "PROPN") else clause(scene, head)
                if found:
                    yield Content("demands", noun, found, head, "listed", 0.8)


@cache
def _phrases() -> dict[str, list[tuple[str, ...]]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in data.load("frames/content")["concern_phrases"]:
        words = tuple(phrase.split())
        table.setdefault(words[0], []).append(words)
    return table


def _prepositions(scene: Scene, token: Token) -> Iterator[Content]:
    doc = token.doc
    for words in _phrases().get(token.lower_, ()):
        last = token.i + len(words) - 1
        if last < len(doc) and all(doc[token.i + k].lower_ == w for k, w in enumerate(words)):
            yield from _after(scene, token, doc[last], " ".join(words))
            return
    if token.lower_ in _list("concern_prepositions") and token.dep_ in ("prep", "mark", "prt"):
        if token.is_title and not token.is_sent_start and token.head.is_title:
            return  # "Students Against Cuts"
        yield from _after(scene, token, token, token.lower_)


def _after(scene: Scene, carrier: Token, last: Token, path: str) -> Iterator[Content]:
    for pobj in children(last, "pobj"):
        for head in conjuncts(pobj):
            if path == "against" and _is_opponent(scene, head, carrier):
                continue
            if phrase := noun_phrase(scene, head):
                yield Content("concerns", carrier, phrase, head, path, 0.7)
    for comp in children(last, "pcomp"):
        for verb in _clauses(comp):
            if phrase := clause(scene, verb):
                yield Content("concerns", carrier, phrase, verb, path, 0.65)
    if last.lower_ == "because" and last.dep_ == "mark" and (phrase := clause(scene, last.head)):
        yield Content("concerns", carrier, phrase, last.head, path, 0.5)


def _is_opponent(scene: Scene, head: Token, against: Token) -> bool:
    """Return whether "against" tells whom an action is directed at, not what it is about: "a suit against the bank"."""
    if head.i in scene.named:
        return scene.named[head.i].cls in ACTORS
    lemma = head.lemma_
    party = is_group_head(head) or lemma in data.words("collectives", "institutions") or lemma in _list("empty")
    return party and against.head.lemma_ in _list("cases")


def carriers_subjects(content: Content) -> list[Token]:
    """Return who says it: the subject heads of the verb that carries the content."""
    return subjects(content.carrier) if content.carrier.pos_ in ("VERB", "AUX") else []
