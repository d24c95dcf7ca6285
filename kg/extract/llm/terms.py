"""The terms that the model may use, with what they mean, read from the ontology: forms, statuses, classes, roles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.errors import SchemaError
from kg.vocab import iri, schema_dir

EVENT_CLASSES = ("Petition", "Protest", "UnionAction", "LegalAction")
ENTITY_CLASSES = (
    "Person", "Company", "GovernmentBody", "CivilSocietyGroup", "Union", "NewsOutlet", "University", "Organization",
    "Technology", "Collective", "Place",
)  # fmt: skip
ACTOR_ROLES = ("signatory", "organizer", "participant", "addressee", "target")
EVENT_ROLES = (*ACTOR_ROLES, "place", "concerns", "demands")
FACTUALITIES = ("certain", "probable", "possible", "negated")

_TEXTS = ("skos:definition", "rdfs:comment")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the vocabulary: its local name, its definition, and the classes that it goes with."""

    name: str
    meaning: str
    classes: tuple[str, ...] = ()


@cache
def _ontology() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return IRI -> property IRI -> values."""
    path = schema_dir() / "ontology.ttl"
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    try:
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                values = found.setdefault(quad.subject.value, {})
                values[quad.predicate.value] = (*values.get(quad.predicate.value, ()), quad.object.value)
    except (SyntaxError, OSError) as error:
        raise SchemaError(f"{path}: cannot be read ({error}); mend the file or reinstall the package") from error
    return found


def term(curie: str) -> Term:
    """Return a term by its CURIE. Raises SchemaError where the ontology does not define it."""
    said = _ontology().get(iri(curie), {})
    meaning = next((said[iri(name)][0] for name in _TEXTS if iri(name) in said), "")
    if not meaning:
        raise SchemaError(f"{schema_dir() / 'ontology.ttl'}: {curie} has no definition; add one")
    prefix = iri("cag:")
    classes = tuple(sorted(c.removeprefix(prefix) for c in said.get(iri("cag:appliesTo"), ())))
    return Term(curie.partition(":")[2], meaning, classes)


@cache
def forms() -> tuple[Term, ...]:
    """Return the forms of action."""
    return _concepts("form:")


@cache
def statuses() -> tuple[Term, ...]:
    """Return the statuses of actions and contracts."""
    return _concepts("status:")


def form_names(cls: str | None = None) -> tuple[str, ...]:
    """Return the forms, all of them or those of one class of action."""
    return tuple(t.name for t in forms() if cls is None or cls in t.classes)


def status_names(kind: str) -> tuple[str, ...]:
    """Return the statuses that go with `CollectiveAction` or with `Contract`."""
    return tuple(t.name for t in statuses() if kind in t.classes)


def _concepts(prefix: str) -> tuple[Term, ...]:
    start = iri(prefix)
    names = sorted(node.removeprefix(start) for node in _ontology() if node.startswith(start) and node != start)
    return tuple(term(f"{prefix}{name}") for name in names)
