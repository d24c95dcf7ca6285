"""Writes answers of queries as text: tables for people, and the standard formats for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from kg import vocab
from kg.errors import QueryError
from kg.query import Result, Table, Term, Triples
from kg.turtle import turtle

TABLE_FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown")
TRIPLE_FORMATS = ("turtle", "jsonld")

_STRING = vocab.iri("xsd:string")


def write(result: Result, format_: str, *, width: int = 120, color: bool = False) -> str:
    """Return `result` in one of TABLE_FORMATS or TRIPLE_FORMATS; raises QueryError where they do not fit.

    Triples asked for as a table are written as Turtle, their default; `width` (columns) and `color` matter for
    tables only.
    """
    if isinstance(result, Triples):
        return _write_triples(result, "turtle" if format_ == "table" else format_)
    if format_ in TRIPLE_FORMATS:
        raise QueryError(f"--format {format_} is for CONSTRUCT and DESCRIBE; choose from {', '.join(TABLE_FORMATS)}")
    if isinstance(result, bool):
        return _write_boolean(result, format_)
    if format_ == "table":
        return _rich(result, width, color)
    return _WRITERS[format_](result)


def _write_triples(result: Triples, format_: str) -> str:
    if format_ == "turtle":
        return turtle(sorted(f"{triple} .".encode() for triple in result.triples)).decode()
    if format_ == "jsonld":
        data = ox.serialize(result.triples, format=ox.RdfFormat.JSON_LD, prefixes=vocab.prefixes()) or b""
        return json.dumps(json.loads(data), ensure_ascii=False, indent=2) + "\n"
    raise QueryError(f"--format {format_} is for SELECT and ASK; choose from {', '.join(TRIPLE_FORMATS)}")


def _write_boolean(result: bool, format_: str) -> str:
    word = "true" if result else "false"
    if format_ == "json":
        return json.dumps({"head": {}, "boolean": result}) + "\n"
    if format_ == "xml":
        return f"{_XML_HEAD}<head/><boolean>{word}</boolean></sparql>\n"
    return f"{word}\n"


def _pretty(term: Term | None) -> str:
    return vocab.curie(term.value) if isinstance(term, ox.NamedNode) else plain(term)


def plain(term: Term | None) -> str:
    """Return the bare text of a term, "" for none."""
    if term is None:
        return ""
    return str(term) if isinstance(term, ox.Triple | ox.BlankNode) else term.value


def _rich(table: Table, width: int, color: bool) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    # Rich would shrink many columns to nothing; a table wider than the terminal can still be read.
    wide = max(width, 14 * len(table.columns))
    system: Literal["standard"] | None = "standard" if color else None
    console = Console(width=wide, file=io.StringIO(), force_terminal=color, color_system=system, emoji=False)
    drawn = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index, name in enumerate(table.columns):
        numbers = [row[index] for row in table.rows if row[index] is not None]
        right = bool(numbers) and all(_is_number(term) for term in numbers)
        drawn.add_column(Text(name), justify="right" if right else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(_visible(_pretty(term))) for term in row))
    with console.capture() as capture:
        console.print(drawn)
    lines = [line.rstrip() for line in capture.get().splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


def _is_number(term: Term | None) -> bool:
    numbers = {vocab.iri("xsd:integer"), vocab.iri("xsd:decimal"), vocab.iri("xsd:double")}
    return isinstance(term, ox.Literal) and term.datatype.value in numbers


def _visible(text: str) -> str:
    """Drop control characters, which could steer the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([plain(term) for term in row] for row in table.rows)
    return out.getvalue()


def _tsv(table: Table) -> str:
    lines = ["\t".join(f"?{name}" for name in table.columns)]
    lines += ["\t".join("" if term is None else str(term).replace("\t", "\\t") for term in row) for row in table.rows]
    return "\n".join(lines) + "\n"


def _json(table: Table) -> str:
    bindings = [
        {name: _json_term(term) for name, term in zip(table.columns, row, strict=True) if term is not None}
        for row in table.rows
    ]
    answer = {"head": {"vars": table.columns}, "results": {"bindings": bindings}}
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def _json_term(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}
    found = {"type": "literal", "value": term.value}
    if term.language:
        return {**found, "xml:lang": term.language}
    return found if term.datatype.value == _STRING else {**found, "datatype": term.datatype.value}


_XML_HEAD = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'


def _xml(table: Table) -> str:
    lines = [
        _XML_HEAD,
        f"<head>{''.join(f'<variable name={quoteattr(name)}/>' for name in table.columns)}</head>",
        "<results>",
    ]
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        bound = "".join(f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>" for name, term in cells if term)
        lines.append(f"<result>{bound}</result>")
    return "\n".join([*lines, "</results>", "</sparql>"]) + "\n"


def _xml_term(term: Term) -> str:
    text = _xml_text(plain(term))
    if isinstance(term, ox.NamedNode):
        return f"<uri>{text}</uri>"
    if isinstance(term, ox.Literal):
        if term.language:
            return f"<literal xml:lang={quoteattr(term.language)}>{text}</literal>"
        typed = "" if term.datatype.value == _STRING else f" datatype={quoteattr(term.datatype.value)}"
        return f"<literal{typed}>{text}</literal>"
    return f"<bnode>{text}</bnode>"


def _xml_text(text: str) -> str:
    """Escape text; XML 1.0 has no way to write most control characters."""
    kept = (c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "\N{REPLACEMENT CHARACTER}" for c in text)
    return escape("".join(kept), {"\r": "&#13;"})


def _markdown(table: Table) -> str:
    rows = [table.columns, ["---"] * len(table.columns)]
    rows += [[_markdown_cell(_pretty(term)) for term in row] for row in table.rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _markdown_cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


_WRITERS: dict[str, Callable[[Table], str]] = {
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "xml": _xml,
    "markdown": _markdown,
}


def table_of(columns: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Table:
    """Make a Table of plain texts and numbers, to be written as a query's answer is."""
    return Table(list(columns), [tuple(ox.Literal(value) for value in row) for row in rows])
