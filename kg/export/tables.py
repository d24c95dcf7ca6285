"""Writes a graph as CSV tables for people and spreadsheets."""

from __future__ import annotations

import csv
import io

from kg.facts import ACTIONS, ACTORS, Index, facts
from kg.store import Store

_ACTION_COLUMNS = ("cag:form", "cag:status", "schema:startDate", "cag:organizer", "cag:participant", "cag:signatory",
                   "cag:target", "cag:addressee", "cag:concerns", "cag:demands", "cag:place", "cag:size")  # fmt: skip
_CONTRACT_COLUMNS = ("cag:supplier", "cag:buyer", "cag:contractValue", "cag:subject", "cag:status", "schema:startDate",
                     "schema:identifier")  # fmt: skip
_ACTOR_COLUMNS = ("skos:altLabel", "org:memberOf", "cag:memberAffiliation", "org:subOrganizationOf", "owl:sameAs")


def tables(store: Store) -> dict[str, bytes]:
    """Return file name -> CSV (UTF-8 with a mark that spreadsheet programs look for) for people to read.

    Several values of one property share a cell, separated by "; ".
    """
    known = Index(store)
    return {
        "actions.csv": _things(known, ACTIONS, _ACTION_COLUMNS),
        "contracts.csv": _things(known, frozenset({"Contract"}), _CONTRACT_COLUMNS),
        "actors.csv": _things(known, ACTORS, _ACTOR_COLUMNS),
        "evidence.csv": _evidence(store, known),
    }


def _things(known: Index, classes: frozenset[str], columns: tuple[str, ...]) -> bytes:
    rows = [["id", "name", "class", *(column.partition(":")[2] for column in columns)]]
    for node in known.things():
        if (cls := known.class_of(node)) in classes:
            cells = ["; ".join(_say(known, value) for value in known.all(node, column)) for column in columns]
            rows.append([node, known.label(node), cls, *cells])
    return _table(rows)


def _evidence(store: Store, known: Index) -> bytes:
    rows = [["subject", "property", "object", "quote", "document", "title", "published", "url", "start", "end",
             "factuality", "confidence", "subject id", "object id"]]  # fmt: skip
    for fact in facts(store):
        source = fact.source
        object_ = fact.object if fact.literal else known.label(fact.object)
        rows.append(
            [known.label(fact.subject), fact.predicate, object_, fact.quote, source.id, source.title, source.date,
             source.url, str(fact.start), str(fact.end), fact.factuality, f"{fact.confidence:g}", fact.subject,
             "" if fact.literal else fact.object]
        )  # fmt: skip
    return _table(rows)


def _say(known: Index, value: str) -> str:
    return known.label(value) if value.startswith(("http://", "https://")) else value


def _table(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[_inert(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """Keep a spreadsheet from running a text as a formula (OWASP's advice on CSV injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
