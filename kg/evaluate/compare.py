"""Sets extractors side by side: what each finds of the gold annotations, how long it takes, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import rdf, vocab
from kg.errors import UsageError
from kg.evaluate import Report, measure
from kg.evaluate.annotations import read_gold
from kg.evaluate.found import read_graph
from kg.evaluate.texts import read_texts
from kg.extract import Options, extractor
from kg.model import Document
from kg.query import Table
from kg.resolve import link

COMPARED = ("facts", "entities", "events", "contracts", "affiliations")
"""The rows of a report whose F1 the comparison shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One extractor's report with the seconds it took and the tokens it read and wrote (0 where answers were known).

    `unread` counts the texts on which a model gave no answer that could be used: their facts are missed. `dollars` is
    None where no price was given or nothing was asked.
    """

    extractor: str
    report: Report
    seconds: float
    read: int = 0
    written: int = 0
    unread: int = 0
    dollars: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        told = {"extractor": self.extractor, "seconds": round(self.seconds, 2), "tokens_read": self.read,
                "tokens_written": self.written, "unread": self.unread, "dollars": self.dollars}  # fmt: skip
        return {**told, **self.report.as_dict(most=0)}


def compare(gold: Path, texts: Path, names: Iterable[str], options: Options, *, only: str = "") -> list[Entry]:
    """Measure each of the extractors `names` on the same texts. Raises as `evaluate` and the extractors do."""
    from kg.extract.llm.options import Prices

    annotations = [a for a in read_gold(gold) if a.id.startswith(only)]
    documents = {document.id: document for document in read_texts(texts)}
    absent = [a.id for a in annotations if a.id not in documents]
    if absent or not annotations:
        raise UsageError(f"{texts}: does not hold the texts of {gold}; correct --texts, --gold or --only")
    prices = Prices.parse(options.llm.price) if options.llm.price else None
    entries = []
    for name in dict.fromkeys(names):
        reader = extractor(name, options)
        list(reader.extract([Document("nothing", "")]))  # Loading does not count.
        started = time.perf_counter()
        found = list(reader.extract([documents[a.id] for a in annotations]))
        seconds = time.perf_counter() - started
        linker = link(statement for _, statements in found for statement in statements)
        quads = (quad for document, statements in found for quad in rdf.quads(document, statements, linker))
        report = measure(annotations, read_graph(quads, {a.id for a in annotations}), documents)
        entry = Entry(name, report, seconds, *_tokens(reader), len(reader.problems))
        if prices is not None and entry.read:
            entry = replace(entry, dollars=entry.read * prices.read + entry.written * prices.written)
        entries.append(entry)
    return entries


def _tokens(reader: object) -> tuple[int, int]:
    from kg.extract.llm.extractor import LlmExtractor

    return (reader.endpoint.usage.read, reader.endpoint.usage.written) if isinstance(reader, LlmExtractor) else (0, 0)


def side_by_side(entries: list[Entry]) -> Table:
    """Return one row for each extractor: precision and recall of facts, F1 of what is compared, speed and cost."""
    columns = [
        "extractor",
        "precision",
        "recall",
        *(f"{name} F1" for name in COMPARED),
        "s/text",
        "tokens/text",
        "$",
        "unread",
    ]
    rows: list[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None, ...]] = []
    for entry in entries:
        facts, texts = entry.report["facts"], max(entry.report.documents, 1)
        scores = [facts.precision, facts.recall, *(_f1(entry.report, name) for name in COMPARED)]
        cost = "" if entry.dollars is None else f"{entry.dollars:.2f}"
        rows.append((
            ox.Literal(entry.extractor), *(_number(score, 3) for score in scores), _number(entry.seconds / texts, 2),
            _number((entry.read + entry.written) / texts, 0), ox.Literal(cost), _number(entry.unread, 0),
        ))  # fmt: skip
    return Table(columns, rows)


def _f1(report: Report, name: str) -> float:
    return next((row.f1 for row in report.rows if row.name == name), 0.0)


def _number(number: float, digits: int) -> ox.Literal:
    return ox.Literal(f"{number:.{digits}f}", datatype=ox.NamedNode(vocab.iri("xsd:decimal")))
