"""Writes a graph in the formats of other tools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kg.errors import GraphError, UsageError
from kg.export.choose import Choice, chosen
from kg.export.ftm import ftm
from kg.export.neo4j import cypher, neo4j
from kg.export.networks import gexf, graphml
from kg.export.tables import tables
from kg.export.triples import jsonld, nquads, ntriples, rdfxml, trig, turtle12
from kg.store import Store

__all__ = ["FOLDERS", "FORMATS", "SUFFIXES", "Choice", "export", "format_for", "render", "tables"]

FORMATS = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml", "turtle12", "graphml", "gexf", "csv", "neo4j",
           "ftm")  # fmt: skip
SUFFIXES = {
    ".ttl": "turtle", ".nt": "ntriples", ".nq": "nquads", ".trig": "trig", ".jsonld": "jsonld", ".rdf": "rdfxml",
    ".graphml": "graphml", ".gexf": "gexf", ".ftm": "ftm", ".ijson": "ftm",
    ".cypher": "neo4j",
}  # fmt: skip
"""The format that a file name means."""

_EVERYTHING = Choice()


def export(store: Store, format_: str, path: Path, *, choice: Choice = _EVERYTHING) -> None:
    """Write the graph to the file `path`; `csv`, and `neo4j` for a name without suffix, make a folder of files.

    `choice` says which part of it, and how. Everything but `nquads` and `trig` is the union of all documents' graphs,
    without the ontology. Raises UsageError for an unknown format or class, GraphError where `path` cannot be written.
    """
    if format_ not in FORMATS:
        raise UsageError(f"{format_}: no such export format; choose from {', '.join(FORMATS)}")
    try:
        if format_ in FOLDERS and (format_ not in _WRITERS or not path.suffix):
            files = FOLDERS[format_](chosen(store, choice))
            path.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (path / name).write_bytes(content)
        else:
            content = render(store, format_, choice=choice)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise GraphError(f"{path}: cannot be written: {error.strerror}; choose another -o") from error


def format_for(path: Path) -> str:
    """Return the format that a file name means (a name without suffix: a folder of CSV tables).

    Raises UsageError where it means none.
    """
    suffix = path.suffix.lower()
    if suffix in SUFFIXES or not suffix:
        return SUFFIXES.get(suffix, "csv")
    raise UsageError(f"{path}: no format is known by this name; choose one with --format: {', '.join(FORMATS)}")


def render(store: Store, format_: str, *, choice: Choice = _EVERYTHING) -> bytes:
    """Return the graph in a format that is one file (`neo4j`: the script); the same bytes for the same graph."""
    part = chosen(store, choice)
    if format_ == "graphml":
        return graphml(part, collapse=choice.collapse)
    if format_ == "gexf":
        return gexf(part, collapse=choice.collapse)
    return _WRITERS[format_](part)


_WRITERS: dict[str, Callable[[Store], bytes]] = {
    "turtle": Store.turtle,
    "ntriples": ntriples,
    "nquads": nquads,
    "trig": trig,
    "jsonld": jsonld,
    "rdfxml": rdfxml,
    "turtle12": turtle12,
    "ftm": ftm,
    "neo4j": cypher,
}

FOLDERS: dict[str, Callable[[Store], dict[str, bytes]]] = {"csv": tables, "neo4j": neo4j}
"""Formats that are, or can be, several files: what makes file name -> content."""
