"""Word (.docx): paragraphs and tables in their order, and the core properties."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml.etree import LxmlError  # type: ignore[import-untyped, unused-ignore]

from kg.documents.text import Item, load, make
from kg.errors import DocumentError

_EXPANDED_LIMIT = 512 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0"
# What zipfile, lxml and python-docx raise for archives that are cut off, altered, or no Word file at all.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, LxmlError, OpcError, EOFError),
    *(LookupError, ValueError, TypeError, AttributeError, AssertionError, NotImplementedError, RuntimeError),
)
_SKIPPED = {qn(tag) for tag in ("w:del", "w:moveFrom", "w:txbxContent", "w:instrText")}
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_docx(stream: BinaryIO, source: str, ident: str) -> Iterator[Item]:
    """Yield the file's document with its title, author and language; tracked deletions and text boxes are left out."""
    data = load(stream, source)
    if not data.strip():
        raise DocumentError(source, "is empty", "save it again")
    if data.startswith(_OLE):
        raise DocumentError(source, "is an old or password-protected Word file", "save it as .docx without a password")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _EXPANDED_LIMIT:
                raise DocumentError(source, f"unpacks to more than {_EXPANDED_LIMIT >> 20} MB", "save its text as .txt")
        file = docx.Document(BytesIO(data))
        properties = file.core_properties
        fields = {"title": properties.title, "author": properties.author, "lang": properties.language}
        text = "\n\n".join(_blocks(file.element.body))
    except _BROKEN as error:
        fault = " ".join(str(error).split())[:80] or type(error).__name__
        raise DocumentError(source, f"is a damaged Word file ({fault})", "open it in Word and save it again") from error
    if fields["author"] == "python-docx":  # what python-docx's template says, not an author
        fields["author"] = None
    if not text.strip():
        raise DocumentError(source, "is a Word file without text", "give it a text, or remove it")
    yield from make(source, ident, text, fields)


def _blocks(parent: Any) -> Iterator[str]:
    """Yield the text of each paragraph and table row below `parent`, content controls included."""
    for child in parent.iterchildren():
        if child.tag == qn("w:p"):
            if (text := _text(child)).strip():
                yield text
        elif child.tag == qn("w:tbl"):
            yield from _rows(child)
        elif child.tag not in _SKIPPED:
            yield from _blocks(child)


def _rows(table: Any) -> Iterator[str]:
    """Yield a row of one-paragraph cells as `cell | cell`, and otherwise each paragraph on its own."""
    for row in table.iterchildren(qn("w:tr")):
        cells = [list(_blocks(cell)) for cell in row.iter(qn("w:tc")) if _owner(cell) is row]
        if all(len(cell) <= 1 for cell in cells):
            if any(cells):
                yield " | ".join(cell[0] for cell in cells if cell)
        else:
            yield from (paragraph for cell in cells for paragraph in cell)


def _owner(cell: Any) -> Any:
    return next(cell.iterancestors(qn("w:tr")))


def _text(paragraph: Any) -> str:
    """Return the text of a paragraph: hyperlinks, insertions and fields' results, but not what was deleted."""
    parts: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if element.tag == qn("w:t"):
            parts.append(element.text or "")
        elif element.tag in _CHARACTERS:
            parts.append(_CHARACTERS[element.tag])
        elif element.tag not in _SKIPPED and element.tag != qn("w:pPr"):
            stack.extend(reversed(element))
    return "".join(parts).strip()
