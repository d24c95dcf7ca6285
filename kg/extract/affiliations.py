"""Reads who belongs to what, in which role: "Amazon CEO Jeff Bezos", "Dana Poe, a spokesperson for Acme"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract import data
from kg.extract.candidates import Span
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.grammar import children, prepositional
from kg.extract.mentions import Scene, points_back
from kg.extract.nlp import Span as Sentence
from kg.extract.nlp import Token

MEMBERS = ORGANIZATIONS | {"Place"}


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A person's tie to an organization; `role` in the text's words, `evidence` the sentence, `path` the rule."""

    person: Referent
    organization: Referent
    role: str
    evidence: Span
    path: str
    score: float


def read(scene: Scene, sentence: Sentence, evidence: Span) -> Iterator[Affiliation]:
    """Yield the affiliations that a sentence states."""
    roles = data.words("affiliations", "roles")
    seen: set[tuple[int, int]] = set()
    for token in sentence:
        person = scene.named.get(token.i)
        if person is None or person.cls != "Person" or scene.spans[token.i][1] != token.i:
            continue
        for title, path in _titles(scene, token):
            if title.lemma_.lower() not in roles:
                continue
            for organization in _organizations(scene, title, token):
                key = (person.order, organization.order)
                if organization is not person and key not in seen:
                    seen.add(key)
                    yield Affiliation(person, organization, _role(scene, title), evidence, path, 0.85)


def _titles(scene: Scene, person: Token) -> Iterator[tuple[Token, str]]:
    """Yield the nouns that may be the person's title: before the name, in apposition, as a predicate, or in "as"."""
    first = scene.spans[person.i][0]
    i = first - 1
    while i >= person.sent.start and (scene.doc[i].pos_ in ("NOUN", "PROPN", "ADJ", "PUNCT") and scene.doc[i].text in "-–," or scene.doc[i].pos_ in ("NOUN", "PROPN", "ADJ", "CCONJ")):
        if scene.doc[i].text == "," and i != first - 1:
            break
        yield scene.doc[i], "title"
        i -= 1
        if first - i > 7:
            break
    for child in person.children:
        if child.dep_ in ("appos", "conj", "nmod") and child.pos_ in ("NOUN", "PROPN"):
            yield child, "apposition"
            yield from ((c, "apposition") for c in children(child, "conj", "compound"))
    if person.dep_ == "appos" and person.head.pos_ in ("NOUN", "PROPN"):
        yield person.head, "apposition"
    if person.dep_ in ("nsubj", "nsubjpass") and person.head.lemma_ in ("be", "become", "serve", "work", "remain"):
        for child in children(person.head, "attr", "oprd"):
            yield child, "predicate"
        for noun in prepositional(person.head, "as"):
            yield noun, "predicate"


def _organizations(scene: Scene, title: Token, person: Token) -> list[Referent]:
    """Return the organizations named with a title: before it, as its possessor, or after `of`, `at`, `for`, `with`."""
    found: list[Referent] = []
    for child in title.children:
        if child.dep_ in ("compound", "poss", "nmod", "amod") and (r := scene.named.get(child.i)) and r.cls in MEMBERS:
            found.append(r)
        elif child.dep_ == "poss" and (back := points_back(scene, child)) and back.cls in ORGANIZATIONS:
            found.append(back)
    for noun in prepositional(title, "of", "at", "for", "with", "from", "in"):
        if (r := scene.named.get(noun.i)) and r.cls in ORGANIZATIONS | ({"Place"} if title.lemma_.lower() in ("mayor", "governor", "minister", "president") else set()):
            found.append(r)
        elif back := points_back(scene, noun):
            if back.cls in ORGANIZATIONS:
                found.append(back)
    if not found:
        first = scene.spans[person.i][0]
        i = title.i - 1
        while i >= max(title.sent.start, title.i - 4):
            r = scene.named.get(i)
            if r is not None and r.cls in MEMBERS and i < first:
                found.append(r)
                break
            if scene.doc[i].pos_ not in ("NOUN", "PROPN", "ADJ", "PART", "CCONJ"):
                break
            i -= 1
    return list(dict.fromkeys(found))


def _role(scene: Scene, title: Token) -> str:
    """Return the title's own words without the organization ("chief executive", "former employee")."""
    first = title.i
    while first > title.sent.start and first - 1 not in scene.named:
        before = scene.doc[first - 1]
        if before.pos_ not in ("NOUN", "ADJ", "PROPN") and before.text != "-":
            break
        first -= 1
    return scene.surface(first, title.i).strip("-–, ")
