"""How results look in a notebook, and how they become pandas tables; pure, and without pandas until it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import vocab
from kg.errors import KgError

if TYPE_CHECKING:
    from pandas import DataFrame as DataFrame  # type: ignore[import-untyped]  # noqa: PLC0414

SHOWN = 50
"""Rows that a notebook shows of a table; all are in the table itself."""

_XSD = vocab.iri("xsd:")
_WHOLE = frozenset({"integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger"})
_REAL = frozenset({"decimal", "double", "float"})

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def html_table(columns: Sequence[str], rows: Sequence[Sequence[Term | str | None]], caption: str) -> str:
    """Return an HTML table of the first rows; texts are escaped, IRIs shortened, http addresses linked."""
    head = "".join(f'<th style="text-align:left">{escape(column)}</th>' for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows[:SHOWN])
    more = f", the first {SHOWN} shown" if len(rows) > SHOWN else ""
    return (
        f"<table><caption>{escape(caption)}{more}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(term: Term | str | None) -> str:
    if isinstance(term, ox.NamedNode):
        text = escape(vocab.curie(term.value))
        link = f'<a href="{escape(term.value)}">{text}</a>' if term.value.startswith(("http://", "https://")) else text
        return f'<td style="text-align:left">{link}</td>'
    text = "" if term is None else term.value if isinstance(term, ox.Literal) else str(term)
    side = "right" if isinstance(term, ox.Literal) and isinstance(value(term), int | float) else "left"
    return f'<td dir="auto" style="text-align:{side}">{escape(text)}</td>'


def value(term: Term | None) -> Any:
    """Return the Python value of a term: numbers, booleans and days as such, the rest as text, unbound as None."""
    if not isinstance(term, ox.Literal):
        return None if term is None else str(term) if isinstance(term, ox.Triple) else term.value
    kind = term.datatype.value.removeprefix(_XSD)
    try:
        if kind in _WHOLE:
            return int(term.value)
        if kind in _REAL:
            return float(term.value)
        if kind == "date":
            return date.fromisoformat(term.value)
    except ValueError:
        return term.value
    return term.value in ("true", "1") if kind == "boolean" else term.value


def frame(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> DataFrame:
    """Return a pandas table; raises KgError where pandas is not installed."""
    try:
        import pandas as pd
    except ImportError as error:
        raise KgError("pandas is not installed; install it to get tables (pip install pandas)") from error
    return pd.DataFrame(list(rows), columns=list(columns))


def frames(nodes: Mapping[str, Mapping[str, Any]], edges: Iterable[tuple[str, str, Mapping[str, Any]]],
           groups: Mapping[str, frozenset[str]]) -> dict[str, DataFrame]:  # fmt: skip
    """Return a table for each group of classes, one of `relations` and one of `facts`, each fact with its quote."""
    shown = ("id", "label", "cls", "form", "status", "start", "size_min", "size_max")
    told = ("predicate", "value", "quote", "document", "title", "date", "url", "confidence", "factuality")
    tables = {
        name: frame(shown, ([data.get(key) for key in shown] for data in nodes.values() if data.get("cls") in classes))
        for name, classes in groups.items()
    }
    links = [
        (a, data.get("role"), b, "\n".join(str(quote.get("quote")) for quote in data.get("quotes") or ()))
        for a, b, data in edges
    ]
    tables["relations"] = frame(("subject", "role", "object", "quotes"), links)
    facts = (
        (node, *(fact.get(key) for key in told)) for node, data in nodes.items() for fact in data.get("facts") or ()
    )
    tables["facts"] = frame(("subject", *told), facts)
    return tables
