"""The extractor that needs no language model of the large kind: frames over a parse, and lists of names."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import tee
from pathlib import Path

from kg.extract import frames, nlp, reading, scorer, statements
from kg.extract.names import load_names
from kg.extract.reading import Reading
from kg.model import Document, Statement
from kg.vocab import schema_dir


def read(
    documents: Iterable[Document],
    *,
    model: str = nlp.DEFAULT_MODEL,
    workers: int = 1,
    more: Path | None = None,
    propose: bool = True,
) -> Iterator[tuple[Document, Reading]]:
    """Yield each document with its reading, in the order given; without `propose` only what the rules say.

    `more` is a folder of frames besides the project's. Raises ModelError where `model` is not installed, and
    SchemaError where a frame is faulty.
    """
    known, names, weigher = frames.known(more), load_names(), scorer.load() if propose else None
    documents, again = tee(documents)
    parsed = nlp.analyse((d.text for d in again), model=model, workers=workers)
    with _settled():
        for document, chunks in zip(documents, parsed, strict=True):
            yield document, reading.read(document.text, chunks, document.date, names, known, weigher)


@contextmanager
def _settled() -> Iterator[None]:
    """Let the collector of garbage pass over what is there already: the model and the lists stay, texts come and go."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def extract(
    documents: Iterable[Document], *, model: str = nlp.DEFAULT_MODEL, workers: int = 1, more: Path | None = None
) -> Iterator[tuple[Document, list[Statement]]]:
    """Yield each document with its statements, in the order given."""
    for document, found in read(documents, model=model, workers=workers, more=more):
        yield document, statements.write(document, found)


@cache
def version(model: str = nlp.DEFAULT_MODEL, more: Path | None = None) -> str:
    """Return what the statements of a text depend on besides the text: code, schema, more frames and model, hashed."""
    digest = hashlib.sha256(nlp.version(model).encode())
    folders = (
        Path(__file__).parent,
        schema_dir() / "frames",
        schema_dir() / "names",
        schema_dir(),
        *([more] if more else []),
    )
    for folder in folders:
        for path in sorted(folder.glob("*")):
            if path.suffix in (".py", ".yaml", ".csv"):
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]
