"""Reads who claims what a sentence says: "according to the union", "Dana Poe said that", "police put the number at"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from kg.extract import data
from kg.extract.candidates import EventMention
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.grammar import SUBJECTS, children, own_subjects, possessors, prepositional
from kg.extract.groups import actor_at, points_back
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.roles import institution
from kg.model import Count, Factuality

SOURCES = ORGANIZATIONS | {"Person", "Collective"}
WORDS = "attribution"
RECENT = 20
"""As many mentions before a sentence may have got a number from it."""

LEVELS: tuple[Factuality, ...] = ("certain", "probable", "negated")


class Claim(NamedTuple):
    """Who claims something (None: nobody that the text names), and how sure the text is of it then."""

    source: Referent | None
    factuality: Factuality


def attribute(scene: Scene, sentence: Span, mentions: Sequence[EventMention], told: Sequence[EventMention]) -> None:
    """Enter into the mentions of a sentence who claims them, and into its numbers, also those of events told before."""
    for mention in mentions:
        claim = _claim(scene, scene.doc[mention.token])
        if claim is not None:
            mention.attributed_to = claim.source
            if claim.factuality != "certain" and mention.factuality == "certain":
                mention.factuality = claim.factuality
    here = scene.chars(sentence.start, sentence.end - 1)
    for mention in (*told[-RECENT:], *mentions):
        for candidate in mention.candidates:
            if isinstance(candidate.filler, Count) and here[0] <= candidate.evidence[0] < here[1]:
                token = _number(scene, candidate.filler, candidate.evidence)
                claim = _claim(scene, token) if token is not None else None
                candidate.attributed_to = claim.source if claim is not None else None


def _number(scene: Scene, count: Count, evidence: tuple[int, int]) -> Token | None:
    """Return the token where a count stands in the sentence that states it."""
    at = scene.text.find(count.raw, *evidence)
    start = at - scene.chunk.offset
    span = scene.doc.char_span(start, start + len(count.raw), alignment_mode="expand") if at >= 0 else None
    return span.root if span is not None else None


def _claim(scene: Scene, token: Token) -> Claim | None:
    """Return the innermost claim that a token stands in."""
    for node in (token, *token.ancestors):
        for heads, level in _claimants(node, token):
            found = [r for head in heads for r in _sources(scene, head) if r.cls in SOURCES]
            if found or level != "certain":
                return Claim(next(iter(found), None), level)
    return None


def _claimants(node: Token, token: Token) -> Iterator[tuple[list[Token], Factuality]]:
    """Yield the heads of those who claim what `node` says: in a phrase below it, in a verb beside or above it."""
    for child in node.children:
        if child.dep_ in ("prep", "advmod", "pcomp"):
            if child.lower_ in data.words(WORDS, "phrases"):
                yield [*prepositional(child, "to"), *children(child, "pobj")], "certain"
        elif (level := _level_of_aside(child)) and not (child is token or child.is_ancestor(token)):
            yield own_subjects(child, SUBJECTS), level
    above = node.head
    if above is not node and _is_content(node, above) and (level := _level(above)):
        yield own_subjects(above, SUBJECTS), level


@cache
def _levels() -> dict[str, Factuality]:
    """Return the reporting verbs, each with how sure the text is of what it reports."""
    return {verb: level for level in reversed(LEVELS) for verb in data.words(WORDS, "verbs", level)}


def _level(verb: Token) -> Factuality | None:
    """Return how sure the text is of what a reporting verb reports; None where it is no such verb."""
    return _levels().get(verb.lemma_) if verb.pos_ in ("VERB", "AUX") else None


def _is_content(clause: Token, verb: Token) -> bool:
    """Return whether a dependent of a reporting verb is what is reported, rather than an aside or an order."""
    if clause.dep_ == "ccomp":
        return True
    if clause.dep_ in ("dobj", "prep") and verb.lemma_ in (
        "put",
        "estimate",
        "count",
        "report",
        "find",
        "deny",
        "allege",
    ):
        return not any(c.dep_ == "ccomp" for c in verb.children)
    return clause.dep_ == "pcomp" and verb.lemma_ in ("accuse", "complain")


def _level_of_aside(verb: Token) -> Factuality | None:
    """Return how sure "the union said" or "as the union said" is, said beside what is reported; None if it is not."""
    level = _level(verb) if verb.dep_ in ("parataxis", "advcl") else None
    if level is None or (verb.dep_ == "advcl" and not any(c.lower_ == "as" for c in verb.children)):
        return None
    return level if own_subjects(verb, SUBJECTS) and not children(verb, "ccomp", "dobj", "xcomp") else None


def _sources(scene: Scene, head: Token) -> list[Referent]:
    """Return whom a noun phrase names as the source; a spokesperson's words are those of the organization."""
    if found := [r for r in actor_at(scene, head) if r.cls in ORGANIZATIONS | {"Person"}]:
        return found[:1]
    if head.lemma_ in data.words(WORDS, "speakers"):
        owners = [c for c in head.children if c.dep_ in ("compound", "poss", "nmod", "amod")] + possessors(head)
        owners += prepositional(head, "for", "of", "from", "at", "with", "by")
        for owner in owners:
            named = [r for r in actor_at(scene, owner) if r.cls in SOURCES]
            if named or ((back := points_back(scene, owner)) and (named := [back])):
                return named[:1]
    if found := actor_at(scene, head):
        return found[:1]
    if (back := points_back(scene, head)) is not None:
        return [back]
    unnamed = institution(scene, head)
    return [unnamed] if unnamed is not None else []
