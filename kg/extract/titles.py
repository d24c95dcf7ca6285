"""Finds whose a title is: the organization named with it ("Amazon CEO", "a spokesperson for Acme"), and its words."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from kg.extract import data, implied, kinds
from kg.extract.discourse import ORGANIZATIONS, Referent
from kg.extract.grammar import (
    SUBJECTS,
    children,
    first_conjunct,
    governor,
    own_subjects,
    possessors,
    prepositional,
)
from kg.extract.heads import as_company
from kg.extract.mentions import Scene
from kg.extract.nlp import Token
from kg.extract.pointing import points_back

MEMBERS = ORGANIZATIONS | {"Place"}
"""What a person may belong to; a place stands for its government ("California Attorney General Dana Poe")."""

NEAR = 60
"""So many mentions back the body is looked for that is called for short."""

WORDS = "affiliations"


def first_of(scene: Scene, person: Token) -> int:
    """Return the first token of the name that ends at `person`."""
    return scene.spans[person.i][0] if person.i in scene.spans else person.i


def organizations(scene: Scene, title: Token, person: Token) -> list[Referent]:
    """Return the organizations named with a title: before it, as its possessor, or after `of`, `at`, `for`, `with`."""
    governing = title.lemma_ in data.words(WORDS, "governing")
    if title.lemma_ == "minister" and (nation := _nation(scene, title)):
        return nation  # "German Labour Minister", though Labour is a party, too
    if (
        title.i < first_of(scene, person)
        and title.i
        and (right := named_at(scene, [scene.doc[title.i - 1]], ORGANIZATIONS))
    ):
        return right  # whatever the parser made of "Acme CEO Dana Poe and Foodly CEO Ann Lee"
    owners = [t for c in title.children if c.dep_ in ("compound", "poss", "nmod", "amod") for t in (c, *_inner(c))]
    found = named_at(scene, owners, ORGANIZATIONS)
    if not found:
        found = [r for c in children(title, "poss") if (r := _owner(scene, c, title))]
    for noun in prepositional(title, "of", "at", "for", "with", "from", "in", "to"):
        found += at_noun(scene, noun, MEMBERS if governing else ORGANIZATIONS)
    if not found and title.dep_ == "conj":  # "driver and organizer with Acme", "CEO and founder of Acme"
        found = named_at(scene, prepositional(first_conjunct(title), "of", "at", "for", "with"), ORGANIZATIONS)
    if not found:
        found = _beside_title(scene, title, person)
    if not found:
        found = _called_short(scene, title)
    if not found and governing:
        found = _nation(scene, title)
    return list(dict.fromkeys(found))


def _inner(token: Token) -> list[Token]:
    return [c for c in token.children if c.dep_ in ("compound", "poss", "nmod")]


def named_at(scene: Scene, heads: Iterable[Token], classes: frozenset[str]) -> list[Referent]:
    """Return those named at `heads` that are, or stand for, one of `classes`."""
    found = [scene.named[h.i] for h in heads if h.i in scene.named]
    return [r for r in found if as_company(r).cls in classes]


def at_noun(scene: Scene, noun: Token, classes: frozenset[str]) -> list[Referent]:
    """Return the organization at `noun`, or of the part of one that it names ("Acme's ethics team", "an Acme shop")."""
    if found := named_at(scene, [noun], classes):
        return found
    if (back := points_back(scene, noun)) and back.cls in ORGANIZATIONS:
        return [back]
    beside = noun.i + 1 if noun.pos_ == "NOUN" and scene.spans.get(noun.i + 1, (-1,))[0] == noun.i + 1 else noun.i
    if found := named_at(scene, [scene.doc[beside]], classes):
        return found  # "at the online grocer Foodly"
    owners = [*possessors(noun), *(t for c in _inner(noun) for t in (c, *_inner(c)))]
    found = named_at(scene, owners, ORGANIZATIONS)
    if not found:
        found = [r for c in children(noun, "poss") if (r := _owner(scene, c))]
    inside = [t for p in prepositional(noun, "of", "at", "in", "for") for t in (p, *possessors(p))]
    return found or named_at(scene, inside, ORGANIZATIONS)


def _owner(scene: Scene, owner: Token, title: Token | None = None) -> Referent | None:
    """Return the organization that "the company's" or "its" points back to; no agency has a founder or an executive."""
    if owner.lower_ == "whose" and (noun := _noun_of_relative(owner)) is not None:
        return _antecedent(scene, noun)
    if owner.lower_ == "its" and (central := _central(scene, owner)) is not None:
        return central
    corporate = title is not None and title.lemma_ in data.words(WORDS, "corporate")
    back = points_back(scene, owner, ORGANIZATIONS - {"GovernmentBody"} if corporate else None)
    if back is not None and back.cls == "Collective" and len(back.affiliations) == 1:
        back = back.affiliations[0]  # "Acme workers asked their CEO"
    if back is None or back.cls not in ORGANIZATIONS:
        return None
    if owner.pos_ == "NOUN":  # "the company's": of several, the one that the text is about
        main = implied.main(scene, frozenset({back.cls}), scene.chunk.offset + owner.idx)
        return main[0] if main else back
    return back


def _noun_of_relative(whose: Token) -> Token | None:
    """Return the noun that "whose" belongs to: what its clause hangs on, else what stands before the comma."""
    owned = whose.head
    while owned.dep_ == "compound":
        owned = owned.head  # "whose secretary Dana Poe"
    if (verb := governor(owned)) and verb[0].dep_ == "relcl":
        return verb[0].head
    before = whose.doc[whose.i - 2] if whose.i > 1 and whose.beside(-1) == "," else whose
    return before if before.pos_ in ("NOUN", "PROPN") else None


def _antecedent(scene: Scene, noun: Token) -> Referent | None:
    """Return the organization before "whose": named, named beside a noun for it, or pointed back to ("the union")."""
    found = named_at(scene, [noun, *([noun.head] if noun.dep_ == "appos" else [])], ORGANIZATIONS)
    back = points_back(scene, noun) if not found and noun.pos_ == "NOUN" else None
    return found[0] if found else back if back is not None and back.cls in ORGANIZATIONS else None


def _called_short(scene: Scene, title: Token) -> list[Referent]:
    """Return the body that a noun before a title calls for short ("a department spokeswoman")."""
    for noun in children(title, "compound"):
        word = noun.lower_
        if noun.i in scene.named or word not in kinds.bodies():
            continue
        for told in islice(scene.discourse.mentioned(scene.chunk.offset + noun.idx), NEAR):
            if told.cls in ORGANIZATIONS and word in told.label.casefold().split():
                return [told]
    return []


def _central(scene: Scene, owner: Token) -> Referent | None:
    """Return whom "its" at the head of a sentence means: the organization that the sentence before is about."""
    start = owner.sent.start
    if owner.i - start > 1 or start == 0:
        return None
    verbs = [t for t in scene.doc[start - 1].sent if t.dep_ == "ROOT"]
    heads = [t for verb in verbs for t in own_subjects(verb, SUBJECTS)]
    found = named_at(scene, [*heads, *(c for h in heads for c in children(h, "appos"))], ORGANIZATIONS)
    return found[0] if found else None


def _beside_title(scene: Scene, title: Token, person: Token) -> list[Referent]:
    """Return the organization that stands right before the title ("Amazon warehouse worker Dana Poe")."""
    first = first_of(scene, person)
    i = title.i - 1
    while i >= max(title.sent.start, title.i - 5):
        if i < first and (found := named_at(scene, [scene.doc[i]], MEMBERS)):
            return found
        token = scene.doc[i]
        within = token.text == "-" or (token.lower_ == "in" and scene.doc[i - 1].text == "-")  # "editor-in-chief"
        if token.pos_ not in ("NOUN", "PROPN", "ADJ", "PART", "CCONJ") and not within:
            break
        i -= 1
    i = title.i + 2
    if i < first and i in scene.named and scene.doc[i - 1].pos_ == "ADP" and scene.spans[i][1] == first - 1:
        return [scene.named[i]] if scene.named[i].cls in ORGANIZATIONS else []  # "organizer with Acme Dana Poe"
    return []


def _nation(scene: Scene, title: Token) -> list[Referent]:
    """Return the government of "Canadian Prime Minister" as a referent that only the affiliation knows."""
    for i in range(title.i - 1, max(title.sent.start, title.i - 5) - 1, -1):
        token = scene.doc[i]
        if token.ent_type_ == "NORP" and token.pos_ == "ADJ":
            label = f"{token.text} government"
            return [Referent("Place", -1 - token.i, names={label: [scene.chars(token.i, token.i)]})]
        if token.pos_ not in ("ADJ", "NOUN", "PROPN"):
            break
    return []


def role_of(scene: Scene, title: Token) -> str:
    """Return the title's own words without the organization ("chief executive", "former employee")."""
    first = title.i
    while first > title.sent.start and first - 1 not in scene.named:
        before = scene.doc[first - 1]
        if before.ent_type_ == "NORP" or (before.pos_ not in ("NOUN", "ADJ", "PROPN") and before.text != "-"):
            break
        first -= 1
    last = title.i
    if last + 2 < title.sent.end and scene.doc[last + 1].lower_ == "of":  # "vice president of engineering"
        field = scene.doc[last + 2]
        if field.i not in scene.named and field.pos_ == "NOUN" and field.head.head == title:
            last = field.i
    return scene.surface(first, last).strip("-–, ")
