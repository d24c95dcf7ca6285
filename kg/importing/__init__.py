"""Brings hand-coded data into a graph folder, so that it lives there beside what was read from texts.

Whatever comes in becomes documents with statements, each with its words as evidence, like an extractor's. Identity
resolution then treats both alike, and later builds of the folder keep what was imported.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kg.cache import IMPORTED, Cache
from kg.errors import DocumentError, GraphError, UsageError
from kg.folder import locked
from kg.importing.actions import read_actions
from kg.importing.graphs import read_graph
from kg.model import Document, Statement
from kg.pipeline import refresh
from kg.store import FILE_FORMATS

MARK = "kg-import:"
"""How the source of an imported document begins."""

Found = tuple[Document, list[Statement]]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: its folder, numbers by name, seconds taken, and what could not be read."""

    folder: Path
    counts: dict[str, int]
    seconds: float
    problems: list[DocumentError] = field(default_factory=list)


def import_files(paths: Iterable[str | Path], *, out: Path) -> ImportResult:
    """Add RDF files in the project's vocabulary and `actions.json` files to the graph folder `out` (made if missing).

    A file imported again replaces what it brought before; a document that the folder has from its own text is not
    touched and listed as a problem. Raises UsageError for a missing file or one of another kind, GraphError where the
    folder is locked or cannot be written.
    """
    started = time.perf_counter()
    problems: list[DocumentError] = []
    found: list[Found] = []
    for path in map(Path, paths):
        found += _read(path, problems)
    _make(out)
    with locked(out), Cache(out) as cache:
        own = {d.id for d in cache.documents() if not d.source.startswith(MARK)}
        new = [item for item in found if item[0].id not in own]
        for document, _ in found:
            if document.id in own:
                reason = f"{document.id} is in the graph already, read from its text"
                problems.append(DocumentError(document.source.removeprefix(MARK), reason, "import into another folder"))
        cache.add(document for document, _ in new)
        for document, statements in new:
            cache.put(document, IMPORTED, statements)
    counts = {"imported documents": len(new), "imported statements": sum(len(said) for _, said in new)}
    if new:
        counts |= refresh(out).counts
    return ImportResult(out, counts, time.perf_counter() - started, problems)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GraphError(f"{folder}: cannot be created: {error.strerror}; choose another --out") from error


def _read(path: Path, problems: list[DocumentError]) -> list[Found]:
    if not path.is_file():
        raise UsageError(f"{path}: no such file; name an RDF file or an actions.json to import")
    if path.suffix.lower() == ".json":
        return read_actions(path, problems, mark=MARK)
    if path.suffix.lower() in FILE_FORMATS:
        return read_graph(path, problems, mark=MARK)
    raise UsageError(f"{path}: cannot be imported; give an actions.json or a file ending in {' '.join(FILE_FORMATS)}")
