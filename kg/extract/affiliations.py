"""Reads who belongs to what, in which role: "Amazon CEO Jeff Bezos", "Dana Poe, a spokesperson for Acme"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from kg.extract import colleagues, data, implied, kinds
from kg.extract.candidates import Span
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.grammar import (
    children,
    conjuncts,
    first_conjunct,
    governor,
    objects,
    possessors,
    prepositional,
    subjects,
)
from kg.extract.groups import group
from kg.extract.heads import as_company, is_group_head
from kg.extract.mentions import Scene
from kg.extract.nlp import Span as Sentence
from kg.extract.nlp import Token
from kg.extract.pointing import points_back
from kg.extract.titles import WORDS, at_noun, first_of, named_at, organizations, role_of

REACH = 9
"""At most this many tokens lie between a title and the name that it stands before."""


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A person's tie to an organization; `role` in the text's words, `evidence` the sentence, `path` the rule."""

    person: Referent
    organization: Referent
    role: str
    evidence: Span
    path: str
    score: float


class _Tie(NamedTuple):
    organization: Referent
    role: str
    path: str
    score: float


def read(scene: Scene, sentence: Sentence, evidence: Span) -> Iterator[Affiliation]:
    """Yield the affiliations that a sentence states."""
    seen: set[tuple[int, int]] = set()
    people = dict(_people(scene, sentence))
    if not people:
        return
    found = [(people[i], tie) for i in people for tie in _of_name(scene, scene.doc[i], people)]
    found += [*_of_verbs(scene, sentence, people), *_of_nouns(scene, sentence, people)]
    said = list(_predications(sentence, people))
    for i, person in people.items():
        titles = [title for title, _ in _roles(scene, scene.doc[i], people)] + [t for head, t in said if head.i == i]
        tied = any(other is person for other, _ in found)
        bare = (title for title in titles if not organizations(scene, title, scene.doc[i]))
        found += [(person, tie) for tie in _implied(scene, bare, tied=tied)]
        if titles and not any(other is person for other, _ in found):
            found += [(person, tie) for tie in _shared(scene.doc[i], titles[0], people, found)]
    for person, tie in found:
        key = (person.order, tie.organization.order)
        if key not in seen and tie.organization is not person:
            seen.add(key)
            yield Affiliation(person, tie.organization, tie.role, evidence, tie.path, tie.score)


def _people(scene: Scene, sentence: Sentence) -> Iterator[tuple[int, Referent]]:
    """Yield the last token of each person's name, bare surnames of people told before included."""
    for token in sentence:
        referent = scene.named.get(token.i)
        if referent is None:
            if token.pos_ in ("PROPN", "NOUN") and token.text[:1].isupper():
                told = scene.discourse.person(token.text)
                if told is not None and told.cls == "Person":
                    yield token.i, told
        elif scene.spans[token.i][1] == token.i and (referent.cls == "Person" or _is_person(scene, token, referent)):
            referent.cls = "Person"
            yield token.i, referent


def _is_person(scene: Scene, last: Token, referent: Referent) -> bool:
    """Return whether what the model took for an organization is a person: beside a person's role, or before "who"."""
    first = scene.spans[last.i][0]
    words = [scene.doc[i].text for i in range(first, last.i + 1)]
    if referent.known or referent.cls not in ("Company", "CivilSocietyGroup", "Organization", "Technology"):
        return False
    if not 2 <= len(words) <= 4 or not all(w[:1].isupper() and re.sub(r"[-.'’]", "", w).isalpha() for w in words):
        return False
    if not kinds.telling().isdisjoint(w.lower() for w in words):
        return False
    doc, nxt = scene.doc, last.i + 1
    if nxt + 1 < len(doc) and doc[nxt].text == "," and doc[nxt + 1].lower_ == "who":
        return True
    beside = [*([doc[first - 1]] if first else []), *_after(scene, last), *children(last, "appos")]
    return any(t.tag_ in ("NN", "NNP") and t.lemma_ in data.words(WORDS, "personal") for t in beside)


def _of_name(scene: Scene, person: Token, people: dict[int, Referent]) -> Iterator[_Tie]:
    """Yield what stands around a name: titles, appositions, brackets, "of" and an organization."""
    for tie in _as_member(scene, person):
        role = "" if _one_of(scene, person) else first_conjunct(person).head.lemma_
        yield _Tie(tie, role, "member", 0.75)
    for title, path in _roles(scene, person, people):
        for organization in organizations(scene, title, person):
            yield _Tie(organization, role_of(scene, title), path, 0.85)
    for organization in named_at(scene, children(person, "poss"), ORGANIZATIONS):
        yield _Tie(organization, "", "possessor", 0.7)
    for organization in _bracketed(scene, person):
        yield _Tie(organization, "", "brackets", 0.6)
    for noun in prepositional(person, "of", "from", "at"):
        found = scene.named.get(noun.i) or (points_back(scene, noun) if noun.tag_ == "NN" else None)
        if found is not None and found.cls in ORGANIZATIONS and (noun.i in scene.named or found.cls != "Company"):
            yield _Tie(found, "", "of", 0.7)


def _roles(scene: Scene, person: Token, people: dict[int, Referent]) -> Iterator[tuple[Token, str]]:
    """Yield the titles of a person that tell of a role in an organization, and where they stand."""
    roles = data.words(WORDS, "roles")
    for title, path in [*_titles(scene, person), *_shared_titles(scene, person, people)]:
        if title.lemma_ in roles and not _is_other_name(scene, title, people):
            yield title, path


def _is_other_name(scene: Scene, title: Token, people: dict[int, Referent]) -> bool:
    return title.i in scene.named and scene.named[title.i].cls != "Person" and title.i not in people


def _titles(scene: Scene, person: Token) -> Iterator[tuple[Token, str]]:
    """Yield the nouns that may be the person's title: before the name, in apposition, as a predicate, or in "as"."""
    yield from ((t, "title") for t in _before(scene, person))
    for child in person.children:
        joined = child.dep_ == "conj" and child.tag_ in ("NN", "NNP") and child.i + 1 not in scene.named
        if (child.dep_ in ("appos", "nmod", "npadvmod") or joined) and child.pos_ in ("NOUN", "PROPN", "NUM"):
            yield child, "apposition"  # below a number: "Dana Poe, 34, a driver"
            yield from ((c, "apposition") for c in children(child, "conj", "compound", "appos"))
    first = first_of(scene, person)
    if first > 1 and scene.doc[first - 1].lower_ in ("named", "called"):  # "a driver at Acme named Dana Poe"
        yield from ((noun, "apposition") for noun in islice(scene.doc[first - 1].ancestors, 4) if noun.tag_ == "NN")
    if person.dep_ == "appos" and person.head.pos_ in ("NOUN", "PROPN"):
        yield person.head, "apposition"
    if person.dep_ in ("nsubj", "nsubjpass"):
        for noun in prepositional(person.head, "as"):
            yield noun, "predicate"
    yield from ((t, "apposition") for t in _after(scene, person))


def _before(scene: Scene, person: Token) -> Iterator[Token]:
    """Yield the words right before a name, nearest first, as far as they may be its title."""
    first = first_of(scene, person)
    for i in range(first - 1, max(person.sent.start, first - REACH) - 1, -1):
        token = scene.doc[i]
        if token.text in (",", "-", "–", "—"):
            if i != first - 1 and token.text == ",":
                return
        elif token.pos_ in ("NOUN", "PROPN", "ADJ") or token.i in scene.named:
            if i in scene.named and scene.named[i].cls == "Person":
                return
            yield token
        elif (
            token.tag_ != "VBG"
            and token.pos_ not in ("CCONJ", "PART")
            and token.lower_ not in ("of", "for", "with", "at", "the", "&")
        ):
            return


def _after(scene: Scene, person: Token) -> Iterator[Token]:
    """Yield the role noun of "Dana Poe, [then] a driver for Acme" where the parser did not see the apposition."""
    doc, i = scene.doc, person.i + 1
    if i + 1 >= person.sent.end or doc[i].text not in (",", "(", "–", "—"):
        return
    roles = data.words(WORDS, "roles")
    for j in range(i + 1, min(i + REACH, person.sent.end)):
        token = doc[j]
        if token.pos_ in ("NOUN", "PROPN") and token.lemma_ in roles:
            yield token
            return
        if token.pos_ not in ("NOUN", "PROPN", "ADJ", "DET", "PART", "ADV", "NUM", "PRON") and token.text not in ",-'’":
            return


def _shared_titles(scene: Scene, person: Token, people: dict[int, Referent]) -> Iterator[tuple[Token, str]]:
    """Yield the plural titles of those named together ("engineers Ann Lee and Bob Katz", "..., both engineers")."""
    together = [t for t in conjuncts(first_conjunct(person)) if t.i in people and t.i != person.i]
    for other in together:
        yield from ((title, path) for title, path in _titles(scene, other) if title.tag_ in ("NNS", "NNPS"))


def _as_member(scene: Scene, person: Token) -> list[Referent]:
    """Return the employers of a group that a person is named as one of ("interns at Acme, Dana Poe and Ann Lee")."""
    if (of := _one_of(scene, person)) is not None:
        told = of if is_group_head(of) else _people_before(of)
        members = group(scene, told) if told is not None else None
        return members.affiliations if members is not None else []
    first = first_conjunct(person)
    head = first.head
    while head.dep_ == "pobj" and head.i not in scene.named and not is_group_head(head):
        head = head.head.head
    if first.dep_ in ("nsubj", "nsubjpass"):  # "Interns at Acme, Dana Poe and Ann Lee wrote"
        head = next((c for c in first.head.children if c.dep_ == first.dep_ and c.i < first.i), first)
    elif first.dep_ != "appos":
        return []
    if not is_group_head(head):
        return []
    members = group(scene, head)
    return members.affiliations if members is not None else []


def _one_of(scene: Scene, person: Token) -> Token | None:
    """Return the noun or pronoun of "one of them, Dana Poe", whatever the parser made of it."""
    doc, comma = scene.doc, first_of(scene, person) - 1
    if comma < 3 or doc[comma].text != ",":
        return None
    starts = range(comma - 3, max(person.sent.start, comma - 7) - 1, -1)
    found = any(doc[i].lower_ == "one" and doc[i + 1].lower_ == "of" for i in starts)
    return doc[comma - 1] if found else None


def _people_before(pronoun: Token) -> Token | None:
    """Return the noun for people that a pronoun points back to in its sentence or the one before."""
    doc, start = pronoun.doc, max(0, pronoun.sent.start - 1)
    nouns = (doc[i] for i in range(pronoun.i - 1, doc[start].sent.start - 1, -1))
    return next((t for t in nouns if t.tag_ == "NNS" and is_group_head(t)), None)


def _bracketed(scene: Scene, person: Token) -> list[Referent]:
    """Return the organization of "Dana Poe (Acme)"."""
    doc, i = scene.doc, person.i + 1
    if i + 2 >= len(doc) or doc[i].text != "(" or i + 1 not in scene.named:
        return []
    referent, last = scene.named[i + 1], scene.spans[i + 1][1]
    closed = last + 1 < len(doc) and doc[last + 1].text in (")", ",")
    return [referent] if closed and referent.cls in ORGANIZATIONS else []


def _implied(scene: Scene, titles: Iterable[Token], *, tied: bool) -> list[_Tie]:
    """Return whose chief or organizer must be meant where none is named; see `implied.organization`."""
    for title in titles:
        found = implied.organization(scene, title, tied=tied)
        if found is not None and title.lemma_ in data.words(WORDS, "corporate"):
            found = _told_at(scene, title) or found
        if found is None and not tied:
            found = colleagues.organization(scene, title)
        if found is not None:
            return [_Tie(as_company(found), role_of(scene, title), "implied", 0.6)]
    return []


def _told_at(scene: Scene, title: Token) -> Referent | None:
    """Return the company that a sentence begins by telling of ("At Acme, 900 engineers wrote to CEO Dana Poe")."""
    start = title.sent.start
    first = scene.named.get(start + 1) if scene.lower[start] == "at" else None
    return first if first is not None and first.cls == "Company" else None


def _shared(
    name: Token, title: Token, people: dict[int, Referent], found: list[tuple[Referent, _Tie]]
) -> Iterator[_Tie]:
    """Yield the organization of the one named before it: "CEO Dana Poe and president Ann Lee"."""
    others = [people[t.i] for t in conjuncts(first_conjunct(name)) if t.i in people and t.i < name.i]
    for other, tie in found:
        if others and other is others[-1]:
            yield _Tie(tie.organization, title.lemma_, "shared", 0.6)


# ---- verbs ------------------------------------------------------------------------------------


def _of_verbs(scene: Scene, sentence: Sentence, people: dict[int, Referent]) -> Iterator[tuple[Referent, _Tie]]:
    """Yield the ties that a clause states: "who works at Acme", "was a driver for", "founded", "Acme fired"."""
    words = data.load(WORDS)["verbs"]
    for head, title in _predications(sentence, people):
        for organization in organizations(scene, title, head):
            yield people[head.i], _Tie(organization, role_of(scene, title), "predicate", 0.85)
    for verb in sentence:
        if verb.pos_ not in ("VERB", "AUX"):
            continue
        lemma = verb.lemma_
        role = next((role_of(scene, n) for n in prepositional(verb, "as")), "")
        if lemma in words["doing"]:
            yield from _pairs(subjects(verb), _orgs(scene, objects(verb)), people, role or words["doing"][lemma])
        if lemma in words["employing"]:
            yield from _pairs(objects(verb), _orgs(scene, subjects(verb)), people, role)
        if lemma in words["working"]:
            ends = [r for n in prepositional(verb, *words["working"][lemma]) for r in at_noun(scene, n, ORGANIZATIONS)]
            yield from _pairs(subjects(verb) or objects(verb), ends, people, role)


def _of_nouns(scene: Scene, sentence: Sentence, people: dict[int, Referent]) -> Iterator[tuple[Referent, _Tie]]:
    """Yield the ties that a noun states: "Dana Poe's dismissal from Acme", "Acme's dismissal of Dana Poe"."""
    for noun in sentence:
        if noun.pos_ != "NOUN" or noun.lemma_ not in data.words(WORDS, "nouns"):
            continue
        owners = possessors(noun)
        ends = [r for n in prepositional(noun, "from", "at", "with", "by") for r in at_noun(scene, n, ORGANIZATIONS)]
        if any(o.tag_ == "PRP$" for o in owners) and (verb := governor(noun)):
            owners = subjects(verb[0])  # "who lost her job at Acme"
            ends = ends or [r for n in prepositional(verb[0], "at", "with") for r in at_noun(scene, n, ORGANIZATIONS)]
        yield from _pairs(owners, ends, people, "")
        yield from _pairs(prepositional(noun, "of"), ends or _orgs(scene, owners), people, "")


def _orgs(scene: Scene, heads: Iterable[Token]) -> list[Referent]:
    """Return the organizations at `heads`, those that "the company" or "it" points back to included."""
    found = []
    for head in heads:
        found += named_at(scene, [head], ORGANIZATIONS)
        if head.i in scene.named:
            continue
        if (back := points_back(scene, head)) and back.cls in ORGANIZATIONS:
            found.append(back)
        elif head.dep_ == "appos":  # "the Harbor Network, a group founded by"
            found += named_at(scene, [head.head], ORGANIZATIONS)
    return found


def _pairs(
    heads: Iterable[Token], organizations: list[Referent], people: dict[int, Referent], role: str
) -> Iterator[tuple[Referent, _Tie]]:
    for head in heads:
        beside = head.dep_ == "appos" and head.tag_ == "NN" and head.i not in people
        told = head.head if beside else head  # "Dana Poe, a driver fired by"
        if told.i in people:
            yield from ((people[told.i], _Tie(o, role, "verb", 0.7)) for o in organizations)


def _predications(sentence: Sentence, people: dict[int, Referent]) -> Iterator[tuple[Token, Token]]:
    """Yield the people of whom a sentence says a role, and its noun: "who was a driver for Acme"."""
    roles, being = data.words(WORDS, "roles"), data.load(WORDS)["verbs"]["being"]
    for verb in sentence:
        if verb.pos_ in ("VERB", "AUX") and verb.lemma_ in being:
            told = [n for c in children(verb, "attr", "oprd") for n in conjuncts(c)] + prepositional(verb, "as")
            for title in (t for t in told if t.lemma_ in roles):
                heads = [n for head in subjects(verb) for n in (head, *children(head, "appos"))]
                yield from ((head, title) for head in heads if head.i in people)
