"""Which names taggers took for a person in one text and for a body in another; one answer for all texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.model import Linker, Statement
from kg.resolve import names
from kg.resolve.profiles import Entity

EXTRACTOR = "resolve/kind"
SETTLED = frozenset({"cag:Person", "cag:Organization"})
GUESSES = SETTLED | {"cag:Company"}
"""Classes that taggers guess, and those that other texts put in their place."""

_BODY_WORDS = names.DESIGNATORS | names.GENERIC | names.LEGAL


def unify(entities: Iterable[Entity]) -> None:
    """Give guessed mentions of one name one kind, person or org, in all documents; a certain one decides."""
    by_name: dict[str, list[Entity]] = defaultdict(list)
    surnames: dict[str, int] = defaultdict(int)
    for entity in entities:
        if entity.family in ("person", "org"):
            by_name[names.squeezed(entity.label)].append(entity)
            if entity.family == "person":
                parts = names.person_parts(entity.label)
                surnames[parts[-1]] += len(parts) == 1
    for mentions in by_name.values():
        people = [e for e in mentions if e.family == "person"]
        bodies = [e for e in mentions if e.family == "org"]
        if people and bodies:
            _settle(people, bodies)
        elif bodies and all(map(_guessed, bodies)) and any(_is_person(e.label, surnames) for e in bodies):
            _recast(bodies, "person", "cag:Person")


def _settle(people: list[Entity], bodies: list[Entity]) -> None:
    sure_people, sure_bodies = ([e for e in side if not _guessed(e)] for side in (people, bodies))
    if sure_people and sure_bodies:
        return
    words = {word for e in (*people, *bodies) for word in names.fold(e.label).split()}
    many = len(words) > 1 and len(people) > 2 * len(bodies) and not words & _BODY_WORDS
    if sure_people or (many and not sure_bodies):
        _recast([e for e in bodies if _guessed(e)], "person", "cag:Person")
    else:
        _recast([e for e in people if _guessed(e)], "org", "cag:Organization")


def _is_person(label: str, surnames: dict[str, int]) -> bool:
    """Tell whether a name of two words ends in what other texts use as a person's name, alone."""
    parts = names.fold(label).split()
    return len(parts) == 2 and not set(parts) & _BODY_WORDS and surnames.get(parts[1], 0) > 0


def _guessed(entity: Entity) -> bool:
    return not (entity.sure or entity.listed or entity.wikidata or entity.ties) and entity.classes.keys() <= GUESSES


def _recast(mentions: list[Entity], kind: str, cls: str) -> None:
    for entity in mentions:
        entity.family, entity.sure = kind, False
        entity.classes.clear()
        entity.classes[cls] = 1


def settled(statements: Iterable[Statement], linker: Linker) -> Iterator[Statement]:
    """Yield the statements of a document, its guesses of kind replaced where identity says otherwise."""
    for s in statements:
        if s.predicate == "rdf:type" and isinstance(s.object, str):
            cls = class_of(s.subject, s.object, linker)
            if cls != s.object:
                yield replace(s, object=cls, evidence=replace(s.evidence, extractor=EXTRACTOR))
                continue
        yield s


def class_of(node: str, cls: str, linker: Linker) -> str:
    """Return the class of a local node: what its document says, unless its identity makes it a person or a body."""
    kinds = node.partition("/")[0], linker(node).partition("/")[0]
    if kinds == ("person", "org"):
        return "cag:Organization"
    return "cag:Person" if kinds == ("org", "person") else cls
