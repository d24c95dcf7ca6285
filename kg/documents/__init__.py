"""The document stage: files, folders and standard input in, documents with clean text and metadata out.

Text and Markdown (with YAML front matter), HTML, PDF, Word and JSON Lines are read. `Document.text` is what every
offset refers to: line ends become `\\n`, other control characters a space of the same length, blank lines around the
text go, and nothing else is touched (no Unicode normalisation, no Markdown conversion), so a quote is found in the
user's own file. HTML, PDF and Word are first turned into paragraphs with a blank line between them.

A date is only taken where the source states it (front matter, page metadata, a `date` field, a leading line such as
`date 2019-07-12`): the day on which a PDF or Word file was saved is not the day its text was published.
"""

from __future__ import annotations

import hashlib
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from kg.documents.sources import CONVERTIBLE, STDIN, SUPPORTED, File, find, printable
from kg.documents.text import Item, read_text
from kg.errors import DocumentError
from kg.model import Document, content_hash

__all__ = ["SUPPORTED", "read"]

Reader = Callable[[BinaryIO, str, str], Iterator[Item]]


def read(paths: Iterable[str | Path], *, stdin: BinaryIO | None = None) -> Iterator[Document | DocumentError]:
    """Return an iterator over the documents in `paths`, each as soon as it is read, sorted by path.

    A source that cannot be read gives a DocumentError as a value, and the others go on; so does one that is kept
    but needs the user's attention (a date that cannot be understood, an id that is taken), right after its document.
    A document whose text was already yielded is left out. `-` stands for `stdin` (default: standard input) and
    comes last. In folders only supported and convertible kinds of files count; the others are ignored.

    Raises UsageError, before anything is read, for paths that do not exist.
    """
    files = find([paths] if isinstance(paths, str | Path) else paths)
    return _unique(_read_each(files, stdin))


def _read_each(files: Iterable[File | DocumentError], stdin: BinaryIO | None) -> Iterator[Item]:
    """Yield what each file holds, and each failure as a value."""
    for file in files:
        if isinstance(file, DocumentError):
            yield file
            continue
        try:
            if file == STDIN:
                yield from _read_stdin(stdin or sys.stdin.buffer)
            else:
                yield from _read_file(file.path)
        except DocumentError as error:
            yield error
        except OSError as error:
            yield DocumentError(printable(file.path), _reason(error), "check the file and its permissions")


def _reason(error: OSError) -> str:
    return f"cannot be read ({(error.strerror or str(error)).lower()})"


def _read_stdin(stream: BinaryIO) -> Iterator[Item]:
    from kg.documents.jsonlines import read_stdin

    return read_stdin(stream)


def _read_file(path: Path) -> Iterator[Item]:
    """Yield what one file holds; raises DocumentError or OSError."""
    name = printable(path)
    suffix = path.suffix.lower()
    if suffix in CONVERTIBLE:
        raise DocumentError(name, f"{suffix} files are not supported", f"save it as {CONVERTIBLE[suffix]}")
    if suffix and suffix not in SUPPORTED:
        kinds = " ".join(SUPPORTED)
        raise DocumentError(name, f"{suffix} files are not supported", f"use one of {kinds}, or rename a text to .txt")
    if not stat.S_ISREG(path.stat().st_mode):
        raise DocumentError(name, "is a pipe, socket or device, not a file", "copy it to a file, or pipe it to `-`")
    with path.open("rb") as stream:
        yield from _reader(suffix)(stream, name, printable(path.stem))


def _reader(suffix: str) -> Reader:
    """Return the reader for a suffix; only the library that it needs is imported."""
    match suffix:
        case ".html" | ".htm" | ".xhtml":
            from kg.documents.web import read_html

            return read_html
        case ".pdf":
            from kg.documents.pdf import read_pdf

            return read_pdf
        case ".docx":
            from kg.documents.word import read_docx

            return read_docx
        case ".jsonl" | ".ndjson":
            from kg.documents.jsonlines import read_jsonl

            return read_jsonl
        case _:
            return read_text


def _unique(items: Iterable[Item]) -> Iterator[Item]:
    """Leave out documents whose text was already yielded, and give a taken id a suffix."""
    texts: set[bytes] = set()
    taken: dict[str, str] = {}
    for item in items:
        if isinstance(item, DocumentError):
            yield item
            continue
        digest = hashlib.sha256(item.text.encode("utf-8", "surrogatepass")).digest()
        if digest in texts:
            continue
        texts.add(digest)
        doc = item if item.id not in taken else replace(item, id=_free_id(item, taken))
        taken[doc.id] = doc.source
        yield doc
        if doc is not item:
            reason = f"its id {item.id!r} is already that of {taken[item.id]}; it is kept as {doc.id!r}"
            yield DocumentError(item.source, reason, "give it an `id` of its own")


def _free_id(doc: Document, taken: dict[str, str]) -> str:
    """Return the id with the shortest hash of the text, six hex digits or more, that nobody has."""
    for length in range(6, 65):
        candidate = f"{doc.id}-{content_hash(doc.text, length=length)}"
        if candidate not in taken:
            return candidate
    raise AssertionError("two different texts with the same SHA-256")
