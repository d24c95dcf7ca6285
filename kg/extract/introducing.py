"""Reads ahead in a document what later words point back to: groups that are subjects, unions by their firm, places."""

from __future__ import annotations

from kg.extract import data
from kg.extract.discourse import ORGANIZATIONS
from kg.extract.grammar import first_conjunct
from kg.extract.groups import group
from kg.extract.heads import is_group_head
from kg.extract.mentions import Scene
from kg.extract.nlp import Doc, Token

SPOKEN_OF = frozenset({"nsubj", "nsubjpass"})


def introduce(scene: Scene, end: int) -> None:
    """Read the groups that are subjects before the token `end`, so that what follows can point back to them."""
    offset, first = scene.discourse.introduced
    if offset != scene.chunk.offset or not first:
        first = 0
        _set_aside(scene)
        _name_unions(scene)
        _note_places(scene)
    for i in range(first, end):
        token = scene.doc[i]
        subject = token.dep_ in SPOKEN_OF or (token.dep_ == "conj" and _ends_names(scene, token))
        if subject and is_group_head(token) and (acting := group(scene, token)) is not None:
            scene.discourse.acting.append((scene.chunk.offset + token.idx, acting))
    scene.discourse.introduced = (scene.chunk.offset, max(first, end))


def _ends_names(scene: Scene, token: Token) -> bool:
    """Return whether a word ends a list of names that is a subject: "Acme, Foodly and Uber cooks"."""
    first = first_conjunct(token)
    return first.i in scene.named and first.dep_ in SPOKEN_OF


def _name_unions(scene: Scene) -> None:
    """Let "the Acme union" be a union of that name, and "the Unite union" be Unite."""
    for i in [i for i, lower in enumerate(scene.lower) if lower in ("union", "guild")]:
        token, before = scene.doc[i], i - 1
        if before not in scene.named or scene.spans[before][1] != before:
            continue
        owner, first = scene.named[before], scene.spans[before][0]
        if token.i in scene.named or token.dep_ == "compound" or scene.doc[first - 1 if first else 0].lower_ != "the":
            continue
        if owner.cls == "Union":
            scene.discourse.alias(owner, scene.surface(first, token.i), scene.chars(first, token.i))
        elif owner.cls in ORGANIZATIONS:
            owner = scene.discourse.name(scene.surface(first, token.i), "Union", scene.chars(first, token.i))
        else:
            continue
        scene.named[token.i], scene.spans[token.i] = owner, (first, token.i)


def _note_places(scene: Scene) -> None:
    """Note the named places after a preposition of place, for actions of which nothing nearer says where they were."""
    locative = data.words("collectives", "locative")
    for last, referent in scene.named.items():
        first, end = scene.spans[last]
        token = scene.doc[last]
        if last != end or referent.cls != "Place":
            continue
        head = first_conjunct(token)
        if head.dep_ == "pobj" and head.head.lower_ in locative:
            at = scene.chunk.offset + scene.doc[first].idx
            scene.discourse.locatives.append((at, scene.chunk.offset + head.idx, referent))


def _set_aside(scene: Scene) -> None:
    """Note the names that are told without acting: what a pin or a site is named after, who receives gifts."""
    for last, referent in scene.named.items():
        first, end = scene.spans[last]
        if last == end and referent.cls in ("Union", "CivilSocietyGroup") and _is_aside(scene.doc, first, last):
            scene.discourse.asides.add(scene.chunk.offset + scene.doc[first].idx)


def _is_aside(doc: Doc, first: int, last: int) -> bool:
    before, name = doc[max(first - 1, 0)], doc[last]
    if before.text in ('"', "“", "'", "‘") and doc[min(last + 1, len(doc) - 1)].text in ('"', "”", "'", "’"):
        return True
    if name.dep_ in ("compound", "nmod", "poss"):
        return name.head.lemma_ in data.words("collectives", "bearers")
    if name.dep_ != "pobj":
        return False
    above = name.head.head
    giving = data.words("collectives", "giving")
    return name.head.lower_ == "on" or (
        name.head.lower_ in ("to", "for") and (above.lemma_ in giving or above.head.lemma_ in giving)
    )
