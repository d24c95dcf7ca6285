"""Cuts out the words of a phrase: short noun phrases for what an action is about, clauses for what it asks for."""

from __future__ import annotations

from kg.extract.candidates import Phrase
from kg.extract.mentions import Scene
from kg.extract.nlp import Token

MAX_TOKENS = 45
_LOOSE = frozenset({"relcl", "advcl", "acl", "appos", "parataxis", "cc", "conj", "punct", "dep", "ccomp"})
_LEADING = frozenset({"the", "a", "an", "its", "their", "his", "her", "our", "this", "that", "these", "those", "to", "for", "that", "‘", "“", '"', "'", ","})
_STOPS = frozenset({";", ":", "—", "–", "(", ")", "”", "“", '"'})


def noun_phrase(scene: Scene, head: Token) -> Phrase | None:
    """Return the phrase under a noun: its modifiers and `of`, `on`, `in` complements, no clauses, no coordination."""
    first = last = head.i
    queue = [head]
    while queue:
        for child in queue.pop().children:
            if child.is_space or (child.dep_ in _LOOSE and not _binds(child, head)):
                continue
            if child.dep_ == "prep" and child.i > head.i and child.lower_ in ("after", "before", "during", "since", "until", "despite", "as"):
                continue
            first, last = min(first, child.i), max(last, child.i)
            queue.append(child)
    return _phrase(scene, first, last)


def _binds(child: Token, head: Token) -> bool:
    """Return whether a loose dependent belongs: hyphens, a name's own conjunction, a bare participle ("being fired")."""
    if child.dep_ == "punct":
        return child.text in ("-", "&", "’", "'", "/")
    if child.dep_ in ("conj", "cc"):
        return child.head != head
    return child.dep_ in ("acl", "ccomp") and child.head.pos_ != "VERB" and child.head != head and child.i - child.head.i <= 2


def clause(scene: Scene, verb: Token, *, with_subject: bool = False) -> Phrase | None:
    """Return the words of a clause from its verb (or its subject) to its end, less coordinated clauses."""
    first = last = verb.i
    queue = [verb]
    while queue:
        token = queue.pop()
        for child in token.children:
            if child.is_space or child.dep_ in ("mark", "aux") and token == verb and not with_subject:
                continue
            if token == verb and child.dep_ in ("cc", "conj", "punct", "parataxis"):
                continue
            if token == verb and child.i < verb.i and not with_subject:
                continue
            if token == verb and child.dep_ == "advcl" and child.i > verb.i + 3 and any(c.lower_ in ("because", "after", "as", "while", "following", "since", "although") for c in child.children):
                continue
            first, last = min(first, child.i), max(last, child.i)
            queue.append(child)
    return _phrase(scene, first, last)


def _phrase(scene: Scene, first: int, last: int) -> Phrase | None:
    doc = scene.doc
    while first < last and (doc[first].lower_ in _LEADING or doc[first].is_space):
        first += 1
    for i in range(first + 1, last + 1):
        if doc[i].text in _STOPS and i - first > 2 and not (doc[i].text in ("(", ")") and i < first + 6):
            last = i - 1
            break
    last = min(last, first + MAX_TOKENS)
    while last > first and (doc[last].is_space or doc[last].text in ",.;:'\"”’)…-" or doc[last].dep_ in ("cc", "mark") or doc[last].tag_ == "POS"):
        last -= 1
    text = scene.surface(first, last)
    return Phrase(text, scene.chars(first, last)) if any(c.isalpha() for c in text) else None
