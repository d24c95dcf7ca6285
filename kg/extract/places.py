"""The grammatical places that a frame may name: `subject`, `object`, `possessor`, a preposition ... as functions."""

from __future__ import annotations

from collections.abc import Callable

from kg.extract import data
from kg.extract.grammar import (
    PASSIVE_SUBJECTS,
    children,
    conjuncts,
    governor,
    is_passive,
    modifiers,
    objects,
    own_subjects,
    possessors,
    prepositional,
    subjects,
)
from kg.extract.nlp import Token


def places(token: Token, place: str) -> list[Token]:
    """Return the heads that stand in a grammatical place of `token`; any other word is taken for a preposition."""
    find = PLACES.get(place)
    return find(token) if find else _under(token, place)


def _is_verb(token: Token) -> bool:
    return token.pos_ in ("VERB", "AUX")


def _subject(token: Token) -> list[Token]:
    """The one who does it; of a noun, the subject of the verb that governs it."""
    if _is_verb(token):
        return subjects(token)
    governing = governor(token)
    return subjects(governing[0]) if governing else []


def _address(token: Token) -> list[Token]:
    """The one to whom something is written: `to` under the verb that governs the letter."""
    given = [head for verb in children(token, "acl") if _hands_over(verb) for head in prepositional(verb, "to")]
    governing = governor(token)
    if given or governing is None:
        return given
    if governing[1] == "with" and governing[0].lemma_ == "present":
        return objects(governing[0])
    return prepositional(governing[0], "to") if _hands_over(governing[0]) else []


def _hands_over(verb: Token) -> bool:
    """Return whether a verb tells that what people wrote is given to somebody."""
    return verb.lemma_ in data.words("addressing", "verbs")


def _recipient(token: Token) -> list[Token]:
    """The one who is given it: the indirect object of the governing verb, or its subject where it is passive."""
    governing = governor(token)
    if governing is None or governing[1] != "object":
        return []
    verb = governing[0]
    if is_passive(verb):
        given = own_subjects(verb, PASSIVE_SUBJECTS)
        return given if token not in given else []
    given = [t for c in children(verb, "dative", "iobj") if c.pos_ != "ADP" for t in conjuncts(c)]
    return given or prepositional(verb, "to")


def _companions(token: Token) -> list[Token]:
    """Those whom others join in it: the object of "join" ("will join warehouse workers in a strike")."""
    governing = governor(token)
    if governing is None or governing[0].lemma_ != "join" or governing[1] == "object":
        return []
    return objects(governing[0])


def _under(token: Token, preposition: str) -> list[Token]:
    """The object of a preposition under the word or, for the object of a verb, under that verb."""
    found = prepositional(token, preposition)
    if found or _is_verb(token) or preposition in ("of", "to", "by"):
        return found
    governing = governor(token)
    return prepositional(governing[0], preposition) if governing and governing[1] == "object" else []


PLACES: dict[str, Callable[[Token], list[Token]]] = {
    "subject": _subject,
    "object": lambda token: objects(token) if _is_verb(token) else [],
    "self": lambda token: [token],
    "possessor": possessors,
    "modifier": modifiers,
    "modified": lambda token: [token.head] if token.dep_ in ("amod", "compound") else [],
    "address_to": _address,
    "recipient": _recipient,
    "companion": _companions,
    "object_modifier": lambda token: [t for o in objects(token) for t in modifiers(o) + possessors(o)],
    "object_of": lambda token: [t for o in objects(token) for t in prepositional(o, "of", "at", "by")],
}
"""Place -> function that finds the heads standing there."""
