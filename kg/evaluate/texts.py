"""Reads the texts that are measured, and lets extraction or a stored graph say what is in them."""

from __future__ import annotations

import io
import json
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Any

from kg import documents, rdf
from kg.documents.jsonlines import read_jsonl
from kg.errors import DocumentError, UsageError
from kg.evaluate.annotations import HELP, Annotation
from kg.evaluate.found import read_graph
from kg.model import Document
from kg.resolve import link
from kg.store import open_graph

_SHAPE = f'write a list of {{"id", "published", "text"}}, {HELP}'


def read_texts(path: Path) -> list[Document]:
    """Read a JSON list of texts (`id`, `text`, and `published` or `date`, `title`), or a folder or file of documents.

    Raises UsageError where the path is missing, the list is malformed, or a text cannot be read.
    """
    if path.suffix.lower() != ".json":
        return _sound(documents.read([path]))
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); {_SHAPE}") from error
    if not isinstance(raw, list) or not raw or not all(isinstance(item, dict) for item in raw):
        raise UsageError(f"{path}: is no list of objects; {_SHAPE}")
    lines = "\n".join(json.dumps(_line(path, number, item)) for number, item in enumerate(raw, 1))
    return _sound(read_jsonl(io.BytesIO(lines.encode()), str(path), path.stem))


def _line(path: Path, number: int, item: dict[str, Any]) -> dict[str, Any]:
    """Return a text in the shape in which the document stage takes it, so that it is cleaned as every other one is."""
    if not isinstance(item.get("id"), str) or not isinstance(item.get("text"), str):
        raise UsageError(f'{path}: text {number} lacks "id" or "text"; {_SHAPE}')
    day = item.get("published") or item.get("date")
    return {"id": item["id"], "text": item["text"], "title": item.get("title"), "date": day}


def _sound(items: Iterable[Document | DocumentError]) -> list[Document]:
    found = []
    for item in items:
        if isinstance(item, DocumentError):
            raise UsageError(str(item))
        found.append(item)
    return found


def extracted(
    texts: Sequence[Document], *, model: str | None = None, frames: Path | None = None
) -> dict[str, Annotation]:
    """Extract the texts in this process, link them as a build does, and return what was found by document."""
    from kg.extract import rules
    from kg.extract.nlp import DEFAULT_MODEL

    found = list(rules.extract(texts, model=model or DEFAULT_MODEL, more=frames))
    linker = link((statement for _, statements in found for statement in statements), documents=texts)
    quads = (quad for document, statements in found for quad in rdf.quads(document, statements, linker))
    return read_graph(quads, {document.id for document in texts})


def stored(graph: str | Path, wanted: Container[str]) -> dict[str, Annotation]:
    """Return what a graph folder or RDF file says of the documents in `wanted`."""
    return read_graph(open_graph(graph).knowledge(), wanted)
