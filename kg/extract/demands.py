"""Reads demands: what is asked for, in its own words, and of whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from kg.extract import data, series
from kg.extract.candidates import Phrase
from kg.extract.grammar import (
    PASSIVE_SUBJECTS,
    children,
    conjuncts,
    coordinated,
    is_infinitive,
    is_passive,
    own_subjects,
    prepositional,
)
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.phrases import clause, cut, extent, is_bare, noun_phrase, shares
from kg.extract.saying import Content, clauses, is_asked, nouns, whole, words


@cache
def asking() -> frozenset[str]:
    """Return the lemmas of the verbs by which something is demanded, or told as a purpose."""
    return words("purpose").union(_demand_verbs())


def by_verb(scene: Scene, verb: Token) -> Iterator[Content]:
    """Yield what a verb of `asking` demands ("urged the firm to stop"), or tells as a purpose ("to end the deal")."""
    lemma = verb.lemma_
    entries = _demand_verbs().get(lemma)
    if entries and (lemma != "like" or any(c.lower_ in ("would", "'d", "’d") for c in children(verb, "aux"))):
        yield from _demands(scene, verb, entries)
    if lemma in words("purpose") and _is_purpose(verb) and not verb.text[:1].isupper():
        for inner in clauses(verb):
            yield from whole(scene, "demands", verb, inner, "purpose", 0.6)
        for head in [n for c in children(verb, "dobj", "obj") for n in conjuncts(c)]:
            if lemma in words("restraining"):
                yield Content("asked", verb, None, head, "restrained", 0.65)


@cache
def _demand_verbs() -> dict[str, list[dict[str, Any]]]:
    table: dict[str, list[dict[str, Any]]] = {}
    for entry in data.load("frames/content")["demands"]:
        for verb in entry["verbs"]:
            table.setdefault(verb, []).append(entry)
    return table


CONDITIONS = frozenset({"until", "unless", "if"})
"""Marks of what people wait for."""


def awaited(scene: Scene, mark: Token) -> Iterator[Content]:
    """Read what people wait for: "will not go online until the firm restores the bonus", "if it does not hire"."""
    verb = mark.head
    verbs = [verb, *children(verb, "aux", "auxpass")]
    negated = any(c.dep_ == "neg" for c in verb.children)
    if verb.pos_ != "VERB" or verb.dep_ != "advcl" or any(v.tag_ == "VBD" for v in verbs):
        return
    if negated != (mark.lower_ == "if") or not any(is_asked(scene, s) for s in children(verb, "nsubj")):
        return
    if phrase := clause(scene, verb):
        start, end = scene.chars(verb.i, verb.i)[0], phrase.span[1]
        yield Content("demands", verb.head, Phrase(scene.text[start:end], (start, end)), verb, "purpose", 0.6)


def _demands(scene: Scene, verb: Token, entries: Any) -> Iterator[Content]:
    if _is_told_to(scene, verb):
        return
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
        if demanded and "for" in entry["demand"]:
            yield from _further(scene, verb, max(d.phrase.span[1] for d in demanded if d.phrase))
        if asked_at and demanded:
            return


def _is_told_to(scene: Scene, verb: Token) -> bool:
    """Return whether people are told to do something: what an employer wants of them ("were told to train others")."""
    if (
        not is_passive(verb)
        or not children(verb, "xcomp")
        or verb.lemma_ in ("request", "demand", "require", "urge", "call")
    ):
        return False
    return not any(is_asked(scene, subject) for subject in own_subjects(verb, PASSIVE_SUBJECTS))


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
        if place == "clause":
            yield from _small(scene, verb)
        return
    heads = children(verb, "dobj", "obj") if place == "object" else prepositional(verb, place)
    first = next(iter(heads or (_led(verb) if place == "for" else _participial(verb))), None)
    if first and (whole := list(_listed(scene, verb, first, place)) or _to_be_done(scene, verb, first, place)):
        yield from whole
        return
    for part in _participial(verb) if not heads and place == "object" else ():
        if phrase := cut(scene, part.i, part.subtree[-1].i):
            yield Content("demands", verb, phrase, children(part, "dobj")[0], place, 0.7)
    for head in [t for h in heads for t in (coordinated(h) if h.dep_ != "conj" else [h])]:
        yield from _demanded_thing(scene, verb, head, place)
    if place == "for":
        yield from _demanded_for(scene, verb)


def _listed(scene: Scene, carrier: Token, noun: Token, place: str) -> Iterator[Content]:
    """Read what is demanded in a series ("better pay, a fund for tools, and free masks")."""
    first = noun.left_edge
    found = series.members(first, carrier, place) or series.pair(noun, extent(noun, full=True)[1])
    for start, end in found:
        head = series.head(first, start, end)
        told = None if head.ent_type_ in ("DATE", "TIME") or head.lemma_ in words("no_demands") else head
        if phrase := cut(scene, start, end):
            yield Content("demands", carrier, phrase, told, place, 0.75)


def _led(verb: Token) -> list[Token]:
    """Return the noun after a "for" that the parser takes for the mark of a clause."""
    marks = (
        m for comp in children(verb, "advcl", "xcomp", "ccomp") for m in children(comp, "mark") if m.lower_ == "for"
    )
    return [noun for mark in marks for noun in children(mark, "pobj")]


def _participial(verb: Token) -> list[Token]:
    """Return a participle before a noun that the parser takes for what is demanded ("demand paid leave")."""
    found = children(verb, "xcomp", "ccomp")
    return [c for c in found if c.tag_ == "VBN" and c.i == verb.i + 1 and children(c, "dobj")]


_AHEAD = 15
"""At most so many tokens stand between what something is to be done to and what is to be done to it."""


def _to_be_done(scene: Scene, carrier: Token, noun: Token, place: str) -> list[Content]:
    """Read "call for the limit to be lifted", which says nothing without what it is done to."""
    for token in scene.doc[noun.i + 1 : noun.i + _AHEAD] if place == "for" else ():
        if token.is_punct or token.is_sent_start:
            break
        if token.lower_ == "to" and token.beside(1) == "be" and token.head.tag_ == "VBN":
            verb = token.head
            told = [t.i for c in verb.children if c.i > verb.i and c.dep_ in _TOLD for t in c.subtree]
            phrase = cut(scene, noun.left_edge.i, max(told, default=verb.i))
            return [Content("demands", carrier, phrase, verb, "for-to", 0.75)]
    return []


_FURTHER = 40
"""So many tokens after a verb it is looked for what is asked for besides."""


def _further(scene: Scene, verb: Token, told: int) -> Iterator[Content]:
    """Read what follows "and for", however it was parsed: "… to be ended, and for the profits to go to a charity".

    `told` is where what was read before ends, in code points.
    """
    for token in scene.doc[verb.i + 1 : verb.i + _FURTHER]:
        if token.is_sent_start:
            return
        if token.lower_ != "for" or token.beside(-1) != "and" or scene.chars(token.i, token.i)[0] < told:
            continue
        ahead = scene.doc[token.i + 2 : token.i + _AHEAD // 2]
        to = next((t for t in ahead if t.lower_ == "to" and t.dep_ == "aux" and t.head.i > t.i), None)
        if to is None or any(t.is_punct or t.pos_ in ("VERB", "AUX") for t in ahead if t.i < to.i):
            continue
        last = max(t.i for t in to.head.subtree if t.i >= to.head.i)
        if phrase := cut(scene, token.i + 1, last):
            yield Content("demands", verb, phrase, to.head, "for-to", 0.7)


_TOLD = frozenset({"prep", "agent", "advmod", "npadvmod", "xcomp", "oprd", "prt", "dobj"})


def _demanded_clauses(scene: Scene, verb: Token, place: str) -> Iterator[Content]:
    """Read "demand to be heard", "urged the firm to stop" (clause) and "demand that it stop" (that)."""
    for comp in children(verb, "xcomp", "ccomp", "advcl"):
        if place == "clause" and is_infinitive(comp):
            _join_infinitives(comp)
        wanted = is_infinitive(comp) if place == "clause" else _is_wished(comp) and comp.dep_ != "advcl"
        if place == "that" and verb.lemma_ == "ask":
            wanted = wanted and any(c.lower_ == "that" for c in children(comp, "mark"))
        if place == "that" and verb.lemma_ in ("tell", "convince", "persuade"):
            wanted = wanted and any(c.lower_ in ("should", "must") for c in children(comp, "aux"))
        if wanted and (_is_told_with_for(verb, comp) or _asks_what(comp) or _is_own_doing(comp)):
            continue
        for inner in clauses(comp) if wanted else ():
            yield from whole(scene, "demands", verb, inner, place, 0.8)
    for obj in children(verb, "dobj", "obj") if place == "clause" else ():
        for inner in (v for acl in children(obj, "acl", "relcl") if is_infinitive(acl) for v in clauses(acl)):
            yield from whole(scene, "demands", verb, inner, place, 0.7)


def _asks_what(comp: Token) -> bool:
    """Return whether a clause tells no demand but a question ("told what to wear")."""
    return any(c.tag_ in ("WP", "WRB") and c.i < comp.i for c in comp.children)


def _is_own_doing(comp: Token) -> bool:
    """Return whether people tell what they will do themselves ("want to unionize", "ask members to strike")."""
    return comp.dep_ == "xcomp" and comp.lemma_ in words("own_doing")


def _is_told_with_for(verb: Token, comp: Token) -> bool:
    """Return whether a passive clause belongs to what "for" leads to ("asked for the fee not to be raised")."""
    return bool(children(comp, "auxpass")) and any(c.lower_ == "for" and c.i < comp.i for c in children(verb, "prep"))


def _small(scene: Scene, verb: Token) -> Iterator[Content]:
    """Read "want the fee withdrawn", which says nothing without the fee."""
    small: list[tuple[Token, Token]] = []
    for comp in children(verb, "ccomp"):
        subject = next(iter(children(comp, "nsubj", "nsubjpass")), None)
        if comp.tag_ == "VBN" and subject is not None and not children(comp, "aux", "auxpass", "mark"):
            small.append((subject, comp.subtree[-1]))
    for noun in children(verb, "dobj") if verb.lemma_ in ("like", "want") else ():
        small += [(noun, part) for part in children(noun, "acl") if part.tag_ == "VBN" and part.i == noun.i + 1]
    for noun, last in small:
        if phrase := cut(scene, noun.left_edge.i, last.i):
            yield Content("demands", verb, phrase, noun, "clause", 0.7)


def _join_infinitives(verb: Token) -> None:
    """Let "to close the accounts linked to banks and to donate the fees" coordinate what is to be done."""
    for word in verb.subtree:
        above = word.head
        if word.dep_ == "conj" and word.i > above.i > verb.i and is_infinitive(word) and not is_infinitive(above):
            word.attach(verb, "conj")


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
            yield from whole(scene, "demands", verb, head, place, 0.65)
        return
    acl = next((c for c in children(head, "acl", "relcl") if any(x.lower_ == "to" for x in c.children)), None)
    if acl is not None and place == "for":
        for inner in clauses(acl):
            yield from whole(scene, "demands", verb, inner, "for-to", 0.75)
        yield Content("asked", verb, None, head, "for-to", 0.6)
    elif place == "for" and head.lemma_ in words("faults"):
        yield from nouns(scene, verb, [head], "for-fault", 0.65)
    elif not is_bare(head) and (phrase := noun_phrase(scene, head, full=True)):
        yield Content("demands", verb, phrase, head, place, 0.75)


def _demanded_for(scene: Scene, verb: Token) -> Iterator[Content]:
    """Read "call for ending the deal" and "call for the firm to end it" where the parse makes a clause of it."""
    for prep in (c for c in verb.children if c.lower_ == "for"):
        for inner in (v for comp in children(prep, "pcomp") for v in clauses(comp)):
            yield from whole(scene, "demands", verb, inner, "for-to", 0.7)
    for comp in children(verb, "advcl", "xcomp", "ccomp"):
        if any(c.dep_ == "mark" and c.lower_ == "for" for c in comp.children):
            for inner in clauses(comp):
                yield from whole(scene, "demands", verb, inner, "for-to", 0.75)
            for subject in children(comp, "nsubj"):
                yield Content("asked", verb, None, subject, "for-to", 0.6)


def _is_purpose(verb: Token) -> bool:
    """Return whether `verb` stands in a clause of purpose ("rallied to stop the sale")."""
    if verb.dep_ not in ("advcl", "xcomp", "acl") or not is_infinitive(verb) or children(verb, "auxpass"):
        return False
    above = verb.head.lemma_
    if verb.dep_ == "xcomp" and above not in _demand_verbs() and above not in words("striving"):
        return False  # "failed to protect them" tells what they did
    return above not in words("resolving")


def by_noun(scene: Scene, noun: Token) -> Iterator[Content]:
    """Yield what follows a noun that introduces demands: "a call to", "demands for", "their demands include"."""
    heads = [] if noun.head.lemma_ in words("handling") else prepositional(noun, "for")
    told = list(_listed(scene, noun, heads[0], "for")) if heads else []
    yield from (replace(item, path="noun-for") for item in told)
    for head in heads if not told else ():
        if not is_bare(head) and (phrase := noun_phrase(scene, head, full=True)):
            yield Content("demands", noun, phrase, head, "noun-for", 0.75)
    for acl in children(noun, "acl", "relcl"):
        if any(c.lower_ == "to" for c in acl.children):
            for verb in clauses(acl):
                yield from whole(scene, "demands", noun, verb, "noun-to", 0.75)
    if noun.lemma_ in words("told_demands"):
        yield from _announced(scene, noun)
        yield from _among_them(scene, noun)
        verbs = [noun.head] if noun.dep_ == "nsubj" else []
        verbs += [c for c in children(noun, "relcl") if any(w.tag_ == "WDT" for w in children(c, "nsubj"))]
        verbs += [noun.head.head] if noun.dep_ == "pobj" and noun.head.lower_ == "among" else []
        for verb in (v for v in verbs if v.lemma_ in words("listing_verbs")):
            yield from _enumerated(scene, noun, verb)


_TO_COLON = 6
"""A colon fewer than so many tokens after "demands" may tell them: "three demands the next day: …"."""


def _announced(scene: Scene, noun: Token) -> Iterator[Content]:
    """Read the series after "their demands:", of things or of what is to be done."""
    ahead = scene.doc[noun.i + 1 : noun.i + _TO_COLON]
    first = next((t.doc[t.i + 1] for t in ahead if t.text == ":" and t.beside(1)), None)
    if first is None or any(t.pos_ in ("VERB", "AUX") or t.is_sent_start for t in ahead if t.i < first.i):
        return
    for start, end in series.members(first, noun) or series.members(first, noun, orders=True):
        if phrase := cut(scene, start, end):
            yield Content("demands", noun, phrase, None, "listed", 0.8)


def _among_them(scene: Scene, noun: Token) -> Iterator[Content]:
    """Read "four demands, among them a lift and a fund for tools"."""
    if (noun.beside(1), noun.beside(2), noun.beside(3)) != (",", "among", "them"):
        return
    first = next((t for t in scene.doc[noun.i + 4 : noun.i + 4 + _TO_COLON] if t.pos_ in ("NOUN", "PROPN")), None)
    while first is not None and first.dep_ == "compound":
        first = first.head
    for head in coordinated(first) if first is not None else ():
        if phrase := noun_phrase(scene, head, full=True, within=(noun.i + 4, head.subtree[-1].i)):
            yield Content("demands", noun, phrase, head, "listed", 0.8)


def _enumerated(scene: Scene, noun: Token, verb: Token) -> Iterator[Content]:
    """Read what demands are said to be or to include: things, in a series or not, or clauses."""
    told = children(verb, "dobj", "attr", "obj", "xcomp", "ccomp")
    first = next((t for t in (*_participial(verb), *told) if t.pos_ in ("NOUN", "PROPN") or t.tag_ == "VBN"), None)
    if first and (whole := list(_listed(scene, verb, first, "listed"))):
        yield from (replace(item, carrier=noun, score=0.8) for item in whole)
        return
    for child in told:
        for head in coordinated(child):
            found = noun_phrase(scene, head, full=True) if head.pos_ in ("NOUN", "PROPN") else clause(scene, head)
            if found:
                yield Content("demands", noun, found, head, "listed", 0.8)
