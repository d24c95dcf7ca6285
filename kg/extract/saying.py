"""What an action says, word by word: what is asked for, of whom, or what it is about; and how its words are taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg.extract import data, series
from kg.extract.candidates import Phrase
from kg.extract.discourse import ORGANIZATIONS
from kg.extract.grammar import conjuncts, subjects
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.phrases import clause, extent, noun_phrase, shares


@dataclass(frozen=True, slots=True)
class Content:
    """A demand, a concern or an asked party: its role, its words or its head, the verb or noun that carries it."""

    role: str
    carrier: Token
    phrase: Phrase | None
    head: Token | None
    path: str
    score: float


def carriers_subjects(content: Content) -> list[Token]:
    """Return who says it: the subject heads of the verb that carries the content."""
    return subjects(content.carrier) if content.carrier.pos_ in ("VERB", "AUX") else []


@cache
def words(key: str) -> frozenset[str]:
    """Return one of the lists of words in `frames/content.yaml`."""
    return data.words("frames/content", key)


def is_asked(scene: Scene, subject: Token) -> bool:
    """Return whether it is up to somebody other than those who act: a company, an office, its management."""
    if subject.i in scene.named:
        return scene.named[subject.i].cls in ORGANIZATIONS
    lemma = subject.lemma_
    return any(lemma in data.words("collectives", key) for key in ("institutions", "managers", "public"))


def clauses(verb: Token) -> list[Token]:
    """Return `verb` and the verbs coordinated with it."""
    found, queue = [verb], [verb]
    while queue:
        for child in queue.pop().children:
            if child.dep_ == "conj" and child.pos_ in ("VERB", "AUX"):
                if not shares(child):
                    found.append(child)
                queue.append(child)
    return found


def whole(scene: Scene, role: str, carrier: Token, verb: Token, path: str, score: float) -> Iterator[Content]:
    """Yield the clause of `verb` for a role, if anything remains of it."""
    if phrase := clause(scene, verb):
        yield Content(role, carrier, phrase, verb, path, score)


def nouns(scene: Scene, carrier: Token, heads: list[Token], path: str, score: float) -> Iterator[Content]:
    """Yield the short phrases of nouns for what the action is about."""
    for head in heads:
        if not _is_again(head) and (phrase := noun_phrase(scene, head)):
            yield Content("concerns", carrier, phrase, head, path, score)


Bounded = tuple[Token, tuple[int, int] | None]
"""A noun, and the first and the last token beyond which its phrase does not reach."""


def each(scene: Scene, carrier: Token, noun: Token) -> Iterator[tuple[Token, Phrase]]:
    """Yield the nouns of a series or a coordination that begins with the phrase of `noun`, with their short phrases."""
    found: list[Bounded] = _series(carrier, noun) or drawn_in(noun) or [(head, None) for head in conjuncts(noun)]
    for head, within in found:
        if not _is_again(head) and (phrase := noun_phrase(scene, head, within=within)):
            yield head, phrase


def _is_again(noun: Token) -> bool:
    """Return whether a noun only points back to what was told before ("over the same program", "in such cases")."""
    return any(c.lower_ in ("same", "such") for c in noun.children)


def _series(carrier: Token, noun: Token) -> list[Bounded]:
    """Return the heads and the bounds of a series of common nouns, however it was parsed; none before the main verb."""
    if noun.pos_ != "NOUN" or noun.ent_type_ in ("DATE", "TIME") or carrier.head.i > noun.i:
        return []
    edge = noun.left_edge
    found: list[Bounded] = []
    for first, last in series.members(edge, carrier) or series.pair(noun, extent(noun, full=True)[1]):
        head = series.head(edge, first, last)
        if head.pos_ != "NOUN" or first <= head.head.i < head.i:
            return []
        found.append((head, (first, last)))
    return found


def drawn_in(noun: Token) -> list[Bounded]:
    """Return two nouns of which the parser takes the first for a modifier ("outsourcing and job security").

    Both must be what actions are commonly about.
    """
    topics = words("topics")
    if noun.lemma_ not in topics:
        return []
    for first in noun.children:
        if first.i < noun.i and first.pos_ == "NOUN" and first.lemma_ in topics:
            joint = next((c for c in first.children if c.dep_ == "cc" and c.i < noun.i), None)
            if joint is not None and joint.i < noun.i - 1:
                return [(first, (noun.left_edge.i, joint.i - 1)), (noun, (joint.i + 1, extent(noun)[1]))]
    return []
