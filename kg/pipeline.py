"""Builds a graph folder: the only place where documents, extraction, resolution and the store meet."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg import documents, rdf, vocab
from kg.cache import Cache
from kg.errors import DocumentError, GraphError, UsageError
from kg.folder import locked
from kg.model import Document, Statement
from kg.resolve import link
from kg.store import publish

Progress = Callable[..., None]
"""Called as progress(done, total, name) while documents are read."""

COUNTED = {
    "petitions": "cag:Petition",
    "protests": "cag:Protest",
    "union actions": "cag:UnionAction",
    "legal actions": "cag:LegalAction",
    "contracts": "cag:Contract",
}
ACTORS = (
    "cag:Person",
    "cag:Organization",
    "cag:Company",
    "cag:GovernmentBody",
    "cag:CivilSocietyGroup",
    "cag:Union",
    "cag:NewsOutlet",
    "cag:University",
    "cag:Collective",
)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did: its folder, counts by name, the sources that could not be read, and seconds taken."""

    folder: Path
    counts: dict[str, int]
    seconds: float
    problems: list[DocumentError] = field(default_factory=list)


def build(  # noqa: PLR0913 - each is an option of the command
    paths: Iterable[str | Path],
    *,
    out: Path,
    model: str | None = None,
    extractor: str = "rules",
    workers: int = 1,
    rebuild: bool = False,
    base: str = vocab.ID_BASE,
    progress: Progress | None = None,
) -> BuildResult:
    """Read the texts at `paths` and publish their graph in the folder `out`, all or nothing.

    Sources that cannot be read are listed in the result, the others go on; where none can be read the folder stays as
    it was. Texts that an earlier build has analysed are taken from the cache unless `rebuild`. Raises UsageError
    (missing path, unknown extractor), ModelError, and GraphError where the folder is locked or cannot be written.
    """
    started = time.perf_counter()
    if extractor != "rules":
        raise UsageError(f"extractor {extractor!r} is not available in this version; use --extractor rules")
    problems: list[DocumentError] = []
    stdin = sys.stdin.buffer if "-" in map(str, paths) else None
    found = list(_readable(documents.read(paths, stdin=stdin), problems))
    if not found:
        return BuildResult(out, {"documents": 0}, time.perf_counter() - started, problems)
    _make(out)
    with locked(out), Cache(out) as cache:
        read = _analysed(found, cache, model=model, workers=workers, rebuild=rebuild, progress=progress)
        extracted = sorted(read, key=lambda item: item[0].id)
        linker = link(s for _, statements in extracted for s in statements)
        quads = [rdf.quads(document, statements, linker, base=base) for document, statements in extracted]
        publish(out, (quad for of_document in quads for quad in of_document))
        cache.keep(document for document, _ in extracted)
    return BuildResult(out, _count(quads, len(extracted)), time.perf_counter() - started, problems)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GraphError(f"{folder}: cannot be created: {error.strerror}; choose another --out") from error


def _readable(items: Iterable[Document | DocumentError], problems: list[DocumentError]) -> Iterator[Document]:
    for item in items:
        if isinstance(item, DocumentError):
            problems.append(item)
        else:
            yield item


def _analysed(
    found: list[Document], cache: Cache, *, model: str | None, workers: int, rebuild: bool, progress: Progress | None
) -> Iterator[tuple[Document, list[Statement]]]:
    """Yield each document with its statements: known ones from the cache, the others as they are analysed."""
    from kg.extract import rules
    from kg.extract.nlp import DEFAULT_MODEL

    name = model or DEFAULT_MODEL
    version = rules.version(name)
    todo: list[Document] = []
    done = 0
    for document in found:
        known = None if rebuild else cache.get(document, version)
        if known is None:
            todo.append(document)
        else:
            done += 1
            yield document, known
    for document, statements in rules.extract(todo, model=name, workers=workers) if todo else ():
        cache.put(document, version, statements)
        done += 1
        if progress is not None:
            progress(done, len(found), document.id)
        yield document, statements


def _count(quads: list[list[ox.Quad]], total: int) -> dict[str, int]:
    """Count what the graph holds, each node once."""
    type_ = vocab.iri("rdf:type")
    nodes: dict[str, set[str]] = {}
    for quad in (q for of_document in quads for q in of_document if q.predicate.value == type_):
        if isinstance(quad.object, ox.NamedNode) and isinstance(quad.subject, ox.NamedNode):
            nodes.setdefault(quad.object.value, set()).add(quad.subject.value)
    sizes = Counter({cls: len(found) for cls, found in nodes.items()})
    return {
        "documents": total,
        "actors": sum(sizes[vocab.iri(cls)] for cls in ACTORS),
        **{label: sizes[vocab.iri(cls)] for label, cls in COUNTED.items()},
        "assertions": sizes[vocab.iri("cag:Assertion")],
    }
