"""Sets a report out as tables, which are written like the answer of a query."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from kg import vocab
from kg.evaluate import Report
from kg.evaluate.fitting import Held
from kg.query import Table


def figures(report: Report) -> Table:
    """Return one row for each thing that is measured: counts, precision, recall, F1."""
    rows = [
        (row.name, row.gold, row.found, row.correct, _share(row.precision), _share(row.recall), _share(row.f1))
        for row in report.rows
    ]
    return _table(["", "gold", "found", "correct", "precision", "recall", "F1"], rows)


def calibration(report: Report) -> Table:
    """Return one row for each confidence: how many facts are at least as sure, and how many of these are correct."""
    rows = [
        (_share(level.confidence, 2), level.facts, level.correct, _share(level.precision), _share(level.kept))
        for level in report.levels
    ]
    return _table(["confidence ≥", "facts", "correct", "precision", "of all correct"], rows)


def learnt(held: Sequence[Held]) -> Table:
    """Return one row for each role that is proposed for: how proposals did on documents left out of the learning."""
    rows = [
        (h.key, h.examples, h.right, h.taken, h.rightly, _share(h.rightly / h.taken if h.taken else 0)) for h in held
    ]
    return _table(["proposals", "weighed", "right", "taken", "rightly", "precision"], rows)


def misses(report: Report, most: int) -> Table:
    """Return the first `most` differences between gold and found, one a row."""
    return _table(["document", "kind", "what"], [(m.document, m.kind, m.what) for m in report.misses[:most]])


def _share(number: float, digits: int = 3) -> ox.Literal:
    return ox.Literal(f"{number:.{digits}f}", datatype=ox.NamedNode(vocab.iri("xsd:decimal")))


def _table(columns: list[str], rows: Sequence[tuple[str | int | ox.Literal, ...]]) -> Table:
    return Table(columns, [tuple(v if isinstance(v, ox.Literal) else ox.Literal(v) for v in row) for row in rows])
