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


def read(token: Token, support: Token | None) -> tuple[str, Factuality]:
    """Return the status of the event that `token` evokes and how sure the text is that it is so."""
    verb = support or token
    chain = list(climb_verbs(verb)) if verb.pos_ in ("VERB", "AUX") else [verb]
    if support is not None:
        chain = [token, *chain]
    negated = any(is_negated(t) for t in chain[: 3 if support else 2]) or is_negated(token)
    status = _status_of(token, verb, chain)
    if status == "occurred" and negated:
        return "occurred", "negated"
    if negated and status in ("planned", "threatened", "ongoing"):
        return status, "negated"
    return status, _factuality(chain)


def _status_of(token: Token, verb: Token, chain: list[Token]) -> str:
    said = next(_said(token, chain), None)
    if said is not None:
        return said
    if verb.pos_ not in ("VERB", "AUX"):
        return "occurred"
    if verb != token and verb.lemma_ == "be" and verb.tag_ in ("VBP", "VBZ") and token.dep_ == "pobj":
        return "ongoing"
    return _tense_status(chain)


def _said(token: Token, chain: list[Token]) -> Iterator[str]:
    """Yield the statuses that words say: modifiers ("a planned strike"), participles, verbs and nouns above it."""
    words = {c.lower_ for c in token.children if c.dep_ in ("amod", "compound", "det")}
    yield from (status for status in STATUSES if words & _status_words(status, "modifiers"))
    arranged = {c.lemma_.lower() for c in token.children if c.dep_ in ("acl", "relcl") and c.tag_ == "VBN"}
    if arranged & _status_words("planned", "verbs"):
        yield "planned"
    for governing in chain:
        lemma = governing.lemma_.lower()
        for status in STATUSES:
            if governing.pos_ in ("VERB", "AUX") and governing != token and lemma in _status_words(status, "verbs"):
                yield status
            if governing.pos_ == "NOUN" and governing != token and lemma in _status_words(status, "nouns"):
                yield status


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
