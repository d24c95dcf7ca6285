"""Chooses the type of an answer by what the client accepts (RFC 9110, section 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

TABLE_TYPES = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
"""Type -> format of a SELECT's or ASK's answer, the preferred first."""

TRIPLE_TYPES = {
    "text/turtle": "turtle",
    "application/ld+json": "jsonld",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
}
"""Type -> format of a CONSTRUCT's or DESCRIBE's answer, the preferred first."""

HTML = "text/html"
_TYPE_OF = {format_: kind for table in (TABLE_TYPES, TRIPLE_TYPES) for kind, format_ in reversed(table.items())}
SHORT = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "json-ld": "jsonld"}


def content_type(format_: str) -> str:
    """Return the type of a format, with the character set."""
    kind = _TYPE_OF[format_]
    return kind if kind.endswith(("json", "xml")) else f"{kind}; charset=utf-8"


def parse(accept: str) -> list[tuple[str, float]]:
    """Return the ranges of an Accept header with their weights; what cannot be understood is left out."""
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    weight = min(1.0, max(0.0, float(value)))
                except ValueError:
                    weight = 0.0
        if "/" in name:
            found.append((name.lower(), weight))
    return found


def weight(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return how much a type is wanted: by the most specific range that covers it, 0 by none."""
    major = kind.partition("/")[0]
    for pattern in (kind, f"{major}/*", "*/*"):
        found = [value for name, value in ranges if name == pattern]
        if found:
            return max(found)
    return 0.0


def choose(accept: str, types: Sequence[str]) -> str | None:
    """Return the type of `types` (the preferred first) that an Accept header wants most, None for none of them."""
    ranges = parse(accept) or [("*/*", 1.0)]
    best = max(types, key=lambda kind: weight(kind, ranges))
    return best if weight(best, ranges) > 0 else None


def format_for(accept: str, types: Mapping[str, str]) -> str:
    """Return the format for an Accept header, "" where it takes none of `types`."""
    chosen = choose(accept, list(types))
    return types[chosen] if chosen else ""
