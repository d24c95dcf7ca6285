"""Takes for leaders of an action the unions that its people belong to: "their union, X", "they are members of X"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.extract.candidates import Candidate, EventMention
from kg.extract.discourse import Referent
from kg.extract.events import ACTING
from kg.extract.grammar import children, first_conjunct, own_subjects
from kg.extract.groups import group, is_group_head
from kg.extract.mentions import Scene
from kg.extract.nlp import Span, Token
from kg.extract.triggers import sentence_bounds

LEADING = frozenset({"Union", "CivilSocietyGroup"})
"""Classes of those who lead what their members do."""

LED = frozenset({"Protest", "UnionAction"})
"""Classes of the actions that a union leads whose members act; a petition may be their own."""

UNION = frozenset({"union", "guild", "federation"})
"""Nouns for a body whose name follows or goes before: "their union, X"."""

THEY = frozenset({"they", "who", "their", "them", "all", "both"})
"""Words for those who acted before."""

BACK = 12
"""So many mentions back the action is looked for whose people are told to belong to a union."""


def attach(scene: Scene, sentence: Span, mentions: Sequence[EventMention], told: Sequence[EventMention]) -> None:
    """Add the unions of those who act to the action of the sentence, or to the last one `told` before."""
    named = scene.named
    ends = [i for i in range(sentence.start, sentence.end) if i in named and named[i].cls in LEADING]
    for i in ends:
        if scene.spans[i][1] != i:
            continue
        for people in _people(_root(scene, i)):
            for mention in _actions(scene, people, mentions, told):
                evidence = scene.chars(*sentence_bounds(sentence))
                mention.add(Candidate("organizer", named[i], evidence, "organizer.union", 0.65))


def _root(scene: Scene, last: int) -> Token:
    """Return the head of the name that ends with a token."""
    first = scene.spans[last][0]
    tokens = (scene.doc[i] for i in range(first, last + 1))
    return next((t for t in tokens if not first <= t.head.i <= last), scene.doc[last])


def _people(name: Token) -> Iterator[Token]:
    """Yield the words for those who are told to belong to the union whose name `name` heads."""
    head = first_conjunct(name)
    owned = [head, *children(head, "appos", "compound"), *([head.head] if head.dep_ == "appos" else [])]
    for noun in owned:
        if noun.lemma_ in UNION:
            yield from children(noun, "poss")
    yield from (owner for owner in children(head, "poss") if any(c.lemma_ in UNION for c in children(head, "compound")))
    site = first_conjunct(head.head) if head.dep_ == "appos" and head.head.lemma_ in UNION else head
    if site.dep_ != "pobj":
        return
    preposition, above = site.head.lower_, site.head.head
    if preposition == "of" and above.lemma_ == "member" and above.dep_ == "attr":
        yield from own_subjects(above.head, SUBJECT)
    elif (preposition, above.lemma_) in JOINED:
        yield from own_subjects(above, SUBJECT)


JOINED = frozenset({("by", "represent"), ("to", "belong")})
"""Prepositions before the name of a union, and verbs whose subjects are its members."""

SUBJECT = frozenset({"nsubj", "nsubjpass"})


def _actions(
    scene: Scene, people: Token, mentions: Sequence[EventMention], told: Sequence[EventMention]
) -> list[EventMention]:
    """Return the action in which people act: of the same sentence, else the last one told before."""
    here = [m for m in mentions if m.frame.cls in LED]
    if not here:
        here = [m for m in reversed(told[-BACK:]) if m.kept and m.frame.cls != "Contract"][:1]
    here = [m for m in here if m.frame.cls in LED]
    if people.lower_ in THEY or people.lemma_ in UNION:
        return here
    if (named := scene.named.get(people.i)) is not None:
        return [m for m in here if named in m.fillers("organizer")]
    acting = _group(scene, people)
    return [m for m in here if acting is not None and acting in m.fillers(*ACTING)]


def _group(scene: Scene, people: Token) -> Referent | None:
    return group(scene, people) if is_group_head(people) else None
