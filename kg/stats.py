"""Counts what a graph holds."""

from __future__ import annotations

from kg.facts import ACTIONS, ACTORS, CLASS_ORDER, Index
from kg.store import Store


def stats(store: Store) -> dict[str, int]:
    """Return name -> number: documents, actors, each kind of action, contracts, other things, assertions, triples."""
    known = Index(store)
    by_class = dict.fromkeys(CLASS_ORDER, 0)
    for node in known.things():
        by_class[known.class_of(node)] += 1
    return {
        "documents": _instances(known, "cag:Document"),
        "actors": sum(by_class[name] for name in ACTORS),
        "actions": sum(by_class[name] for name in ACTIONS),
        "petitions": by_class["Petition"],
        "protests": by_class["Protest"],
        "union actions": by_class["UnionAction"],
        "legal actions": by_class["LegalAction"],
        "statements": by_class["PublicStatement"],
        "contracts": by_class["Contract"],
        "technologies": by_class["Technology"],
        "places": by_class["Place"],
        "demands": by_class["Demand"],
        "causes": by_class["Cause"],
        "assertions": _instances(known, "cag:Assertion"),
        "triples": len(store.triple_lines()),
    }


def _instances(known: Index, class_: str) -> int:
    from kg import vocab

    return len(known.subjects("rdf:type", vocab.iri(class_)))
