"""Prepares the answer of a query for a page: identifiers become names that lead to their pages."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from kg import vocab
from kg.formats import plain
from kg.query import Result, SavedQuery, Table, Triples
from kg.serve.catalog import Catalog
from kg.serve.things import Link, outside
from kg.serve.wording import kind
from kg.serve.workers import encode

SHOWN = 1000
"""Most rows of an answer on an HTML page; the other formats hold all of it."""

_CONCEPTS = ("form:", "status:")


def without_parameters(result: Result | None, query: SavedQuery) -> Result | None:
    """Leave out the columns that repeat the values asked for."""
    if not isinstance(result, Table):
        return result
    names = {parameter.name for parameter in query.parameters}
    kept = [index for index, name in enumerate(result.columns) if name not in names]
    rows = [tuple(row[index] for index in kept) for row in result.rows]
    return Table([result.columns[index] for index in kept], rows, result.cut)


def shown(catalog: Catalog, result: Result | None, *, cut: bool, names: bool = False) -> dict[str, Any]:
    """Return what the template `answer.html` needs; with `names` a text that names one thing leads to it, too."""
    table = result if isinstance(result, Table) else Table([], [])
    kinds = {type(None): "", Table: "table", bool: "ask", Triples: "rdf"}
    return {
        "kind": kinds[type(result)],
        "columns": table.columns,
        "rows": [[_cell(catalog, term, names=names) for term in row] for row in table.rows[:SHOWN]],
        "total": len(table),
        "cut": cut,
        "truth": result is True,
        "turtle": encode(result, "turtle").decode() if isinstance(result, Triples) else "",
    }


def _cell(catalog: Catalog, term: Any, *, names: bool) -> Link:
    text = plain(term)
    if isinstance(term, ox.Literal) and names:
        entry = catalog.named(text)
        return Link(entry.label, entry.href, entry.cls) if entry else Link(kind(text))
    if not isinstance(term, ox.NamedNode):
        return Link(text)
    if entry := catalog.get(text):
        return Link(entry.label, entry.href, entry.cls)
    short = vocab.curie(text)
    if short.startswith(_CONCEPTS) and names:
        return Link(short.partition(":")[2].replace("-", " "))
    return Link(short) if short != text else outside(text)
