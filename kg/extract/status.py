"""Reads whether an action happened: its status and how sure the text is of it, from tense, mood and context."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from kg.extract import data
from kg.extract.grammar import children, climb_verbs, is_negated
from kg.extract.nlp import Token
from kg.model import Factuality

STATUSES = ("cancelled", "prevented", "threatened", "planned", "ongoing")
"""In the order in which they are looked for; what shows none of them has occurred."""


@cache
def _status_words(status: str, key: str) -> frozenset[str]:
    return frozenset(map(str, data.load("frames/status")[status].get(key, ())))


def read(token: Token, support: Token | None, *, slot: str = "", cls: str = "") -> tuple[str, Factuality]:
    """Return the status of the event that `token` evokes and how sure the text is that it is so.

    `support` is the verb that governs it, `slot` the place where it stands under that verb (see `grammar.governor`);
    `cls` is the class of the event: protests are voted for and called for before they happen.
    """
    if support is not None and _stands_apart(support, slot):
        status = next(_said(token, [token], cls), "occurred")
        return status, "negated" if status == "occurred" and is_negated(token) else "certain"
    verb = support or token
    chain = list(climb_verbs(verb)) if verb.pos_ in ("VERB", "AUX") else [verb]
    if support is not None:
        chain = [token, *chain]
    negated = any(is_negated(t) for t in chain[: 3 if support else 2]) or is_negated(token)
    status = _status_of(token, verb, chain, cls)
    if status == "occurred" and negated:
        return "occurred", "negated"
    if negated and status in ("planned", "threatened", "ongoing"):
        return status, "negated"
    return status, _factuality(chain)


def _stands_apart(verb: Token, slot: str) -> bool:
    """Return whether the verb tells of something else: what came after the event, or what the event brought about."""
    words = data.load("frames/status")
    if slot in ("object", "subject", ""):
        return slot == "subject" and verb.lemma_.lower() not in words["happening"]
    if slot == "in":
        return verb.lemma_.lower() not in words["within"]
    return slot in words["apart"]


def _status_of(token: Token, verb: Token, chain: list[Token], cls: str) -> str:
    said = next(_said(token, chain, cls), None)
    if said is not None:
        return said
    if verb.pos_ not in ("VERB", "AUX"):
        return "occurred"
    if verb != token and verb.lemma_ == "be" and token.dep_ == "pobj" and _is_present(verb):
        return "ongoing"
    return _tense_status(chain)


def _is_present(verb: Token) -> bool:
    """Return whether a form of "be" speaks of now: "are on strike", "have been on strike"."""
    return verb.tag_ in ("VBP", "VBZ") or any(c.tag_ in ("VBP", "VBZ") for c in children(verb, "aux"))


def _said(token: Token, chain: list[Token], cls: str) -> Iterator[str]:
    """Yield the statuses that words say: modifiers ("a planned strike"), participles, verbs and nouns above it."""
    words = {c.lower_ for c in token.children if c.dep_ in ("amod", "compound", "det")}
    yield from (status for status in STATUSES if words & _status_words(status, "modifiers"))
    arranged = {c.lemma_.lower() for c in token.children if c.dep_ in ("acl", "relcl") and c.tag_ == "VBN"}
    if arranged & _status_words("planned", "verbs"):
        yield "planned"
    for governing in chain:
        if governing.pos_ in ("VERB", "AUX"):
            said = _verb_forms(governing)
            for status in STATUSES:
                own = governing == token
                if not own and said & _status_words(status, "verbs"):
                    yield status
                if not own and cls == "Protest" and said & _status_words(status, "protest_verbs"):
                    yield status
                if governing.lemma_ == "be" and _complements(governing) & _status_words(status, "modifiers"):
                    yield status
        elif governing.pos_ == "NOUN" and governing != token:
            lemma = governing.lemma_.lower()
            yield from (status for status in STATUSES if lemma in _status_words(status, "nouns"))


def _verb_forms(verb: Token) -> set[str]:
    """Return a verb's lemma, alone and with its particles and prepositions ("call", "call_off")."""
    lemma = verb.lemma_.lower()
    return {lemma} | {f"{lemma}_{c.lower_}" for c in children(verb, "prt", "prep")}


def _complements(verb: Token) -> set[str]:
    """Return what "be" says of its subject: "the strike is ongoing"."""
    return {c.lower_ for c in children(verb, "acomp", "attr", "advmod")}


def _tense_status(chain: list[Token]) -> str:
    planned = frozenset(map(str, data.load("frames/status")["planned"]["auxiliaries"]))
    for governing in chain:
        auxiliaries = children(governing, "aux", "auxpass")
        if any(a.lower_ in planned for a in auxiliaries):
            return "planned"
        if governing.pos_ == "ADJ" and governing.lemma_ in ("ready", "due", "set", "likely"):
            return "planned"
    for governing in chain[:3]:
        auxiliaries = children(governing, "aux", "auxpass")
        present = any(a.lemma_ in ("be", "have") and a.tag_ in ("VBP", "VBZ") for a in auxiliaries)
        if present and governing.tag_ == "VBG" and governing.dep_ != "advcl":
            return "ongoing"
    return "occurred"


def _factuality(chain: list[Token]) -> Factuality:
    levels = data.load("frames/status")["factuality"]
    for token in chain:
        near = {c.lower_ for c in token.children if c.dep_ in ("aux", "advmod")}
        if near & set(levels["possible"]["auxiliaries"]) or near & set(levels["possible"]["adverbs"]):
            return "possible"
        if near & set(levels["probable"]["adverbs"]):
            return "probable"
    return "certain"
