"""Reads who belongs to what, in which role: "Amazon CEO Jeff Bezos", "Dana Poe, a spokesperson for Acme"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.extract import data
from kg.extract.candidates import Span
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.grammar import children, first_conjunct, prepositional
from kg.extract.groups import group, is_group_head, points_back
from kg.extract.mentions import Scene
from kg.extract.nlp import Span as Sentence
from kg.extract.nlp import Token

MEMBERS = ORGANIZATIONS | {"Place"}
"""What a person may belong to; a place stands for its government ("California Attorney General Dana Poe")."""


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
        for tie in _as_member(scene, token):
            if (person.order, tie.order) not in seen:
                seen.add((person.order, tie.order))
                yield Affiliation(person, tie, first_conjunct(token).head.lemma_, evidence, "member", 0.75)
        for title, path in _titles(scene, token):
            if title.i in scene.named and scene.named[title.i] is not person and scene.named[title.i].cls != "Person":
                continue
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
    while i >= person.sent.start and (
        (scene.doc[i].pos_ in ("NOUN", "PROPN", "ADJ", "PUNCT") and scene.doc[i].text in "-–,")
        or scene.doc[i].pos_ in ("NOUN", "PROPN", "ADJ", "CCONJ")
    ):
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


def _as_member(scene: Scene, person: Token) -> list[Referent]:
    """Return the employers of a group that a person is named as one of ("interns at Acme, Dana Poe and Ann Lee")."""
    first = first_conjunct(person)
    if first.dep_ != "appos" or not is_group_head(first.head):
        return []
    members = group(scene, first.head)
    return members.affiliations if members is not None else []


def _organizations(scene: Scene, title: Token, person: Token) -> list[Referent]:
    """Return the organizations named with a title: before it, as its possessor, or after `of`, `at`, `for`, `with`."""
    found: list[Referent] = []
    for child in title.children:
        if (
            child.dep_ in ("compound", "poss", "nmod", "amod")
            and (r := scene.named.get(child.i))
            and r.cls in ORGANIZATIONS
        ):
            found.append(r)
        elif child.dep_ == "poss" and (back := points_back(scene, child)) and back.cls in ORGANIZATIONS:
            found.append(back)
    for noun in prepositional(title, "of", "at", "for", "with", "from", "in"):
        governing = title.lemma_.lower() in data.words("affiliations", "governing")
        if (r := scene.named.get(noun.i)) and r.cls in (MEMBERS if governing else ORGANIZATIONS):
            found.append(r)
        elif (back := points_back(scene, noun)) and back.cls in ORGANIZATIONS:
            found.append(back)
    if not found:
        found = _beside_title(scene, title, person) or _implied(scene, title)
    return list(dict.fromkeys(found))


def _implied(scene: Scene, title: Token) -> list[Referent]:
    """Return the company whose chief "CEO Dana Poe" must be: the one mentioned last before in the text."""
    if title.lemma_.lower() not in data.words("affiliations", "implied"):
        return []
    before = scene.chunk.offset + title.idx
    latest = scene.discourse.latest(frozenset({"Company"}), before)
    return [latest] if latest is not None else []


def _beside_title(scene: Scene, title: Token, person: Token) -> list[Referent]:
    """Return the organization that stands right before the title ("Amazon warehouse worker Dana Poe")."""
    first = scene.spans[person.i][0]
    i = title.i - 1
    while i >= max(title.sent.start, title.i - 4):
        referent = scene.named.get(i)
        if referent is not None and referent.cls in MEMBERS and i < first:
            return [referent]
        if scene.doc[i].pos_ not in ("NOUN", "PROPN", "ADJ", "PART", "CCONJ"):
            break
        i -= 1
    return []


def _role(scene: Scene, title: Token) -> str:
    """Return the title's own words without the organization ("chief executive", "former employee")."""
    first = title.i
    while first > title.sent.start and first - 1 not in scene.named:
        before = scene.doc[first - 1]
        if before.pos_ not in ("NOUN", "ADJ", "PROPN") and before.text != "-":
            break
        first -= 1
    return scene.surface(first, title.i).strip("-–, ")
