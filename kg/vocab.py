"""Loads what the program knows from `schema/`: prefixes, IRIs, names; the only module that finds those files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from kg.errors import SchemaError

ID_BASE = "https://w3id.org/cag/id/"
"""Default base of instance IRIs (w3id.org/cag is not registered yet; the base is an option of every build)."""

IDENTITY_GRAPH = "https://w3id.org/cag/ns#identity"
"""Named graph of the identity decisions."""

PROVENANCE_GRAPH = "https://w3id.org/cag/ns#provenance"
"""Named graph of how the graph was built."""

ONTOLOGY_GRAPH = "https://w3id.org/cag/ns"
"""Named graph of the ontology itself, so that `rdfs:subClassOf*` works in queries."""


@cache
def schema_dir() -> Path:
    """Return the folder `schema/`: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    for folder in (package / "schema", package.parent / "schema"):
        if (folder / "context.jsonld").is_file():
            return folder
    raise SchemaError(f"{package}: the schema/ folder is missing; reinstall the package")


@cache
def prefixes() -> dict[str, str]:
    """Return prefix -> namespace IRI, as `schema/context.jsonld` declares them."""
    context = json.loads((schema_dir() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    return {name: iri for name, iri in context.items() if isinstance(iri, str) and iri.endswith(("#", "/"))}


def iri(term: str, base: str = ID_BASE) -> str:
    """Expand a CURIE (`cag:target`) or an instance id (`person/jeff-bezos`, relative to `base`) to an IRI.

    Raises SchemaError for an undeclared prefix.
    """
    prefix, colon, local = term.partition(":")
    if not colon:
        return base + term
    if local.startswith("//"):
        return term
    if prefix not in prefixes():
        raise SchemaError(f"{term}: the prefix {prefix!r} is not declared in schema/context.jsonld")
    return prefixes()[prefix] + local


def curie(full: str) -> str:
    """Shorten an IRI with the longest declared prefix; return it unchanged where none fits."""
    best = max((p for p in prefixes().items() if full.startswith(p[1])), key=lambda p: len(p[1]), default=None)
    return full if best is None else f"{best[0]}:{full[len(best[1]) :]}"


@cache
def legal_forms() -> frozenset[str]:
    """Return the words that end a company's name and say only what legal person it is ("inc"), lower case, no dots."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    types = yaml.load((schema_dir() / "types.yaml").read_text(encoding="utf-8"), loader)
    return frozenset(map(str, types["legal_forms"]))
