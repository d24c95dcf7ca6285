"""PDF: the text of the pages, with lines joined to paragraphs again."""

from __future__ import annotations

import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import BinaryIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from kg.documents.quiet import quiet
from kg.documents.text import Item, load, make, plain
from kg.errors import DocumentError

# pypdf documents that broken files raise more than its own errors: it follows whatever objects the file names.
_BROKEN = (
    *(PyPdfError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError),
    *(RecursionError, NotImplementedError, struct.error, zlib.error),
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:][\"'”’)\]]*\Z")
_BULLET = re.compile(r"(?:[•▪◦‣*–-]|\d{1,3}[.)])\s")
_PAGE_NUMBER = re.compile(r"(?:page\s+)?[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:/|of)\s*\d{1,4})?", re.IGNORECASE)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def read_pdf(stream: BinaryIO, source: str, ident: str) -> Iterator[Item]:
    """Yield the PDF's document with its title, author and language, then a notice for each page that is damaged."""
    data = load(stream, source)
    if not data.strip():
        raise DocumentError(source, "is empty", "download or export it again")
    with quiet("pypdf"):
        try:
            reader = _open(data, source)
            fields = _metadata(reader)
            pages, damaged = _pages(reader)
        except _BROKEN as error:
            remedy = "download or export it again, or repair it with `qpdf in.pdf out.pdf`"
            raise DocumentError(source, f"is a damaged PDF ({_fault(error)})", remedy) from error
    text = reflow(_without_running_lines(pages))
    if not text.strip():
        remedy = "make its text readable with `ocrmypdf in.pdf out.pdf`"
        raise DocumentError(source, "is a PDF without text, probably a scan", remedy)
    yield from make(source, ident, text, fields)
    for number in damaged:
        yield DocumentError(source, f"page {number} is damaged and was left out", "export the PDF again")


def _fault(error: BaseException) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__


def _open(data: bytes, source: str) -> PdfReader:
    """Return a reader; raises DocumentError for a PDF that needs a password."""
    remedy = "save an unprotected copy, for example with `qpdf --decrypt in.pdf out.pdf`"
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(source, "is protected by a password", remedy)
        len(reader.pages)
    except (DependencyError, FileNotDecryptedError) as error:
        raise DocumentError(source, "is encrypted", remedy) from error
    return reader


def _metadata(reader: PdfReader) -> dict[str, object]:
    """Return title, author and language where they say something; the creation date is not one of publication."""
    info: Mapping[str, object] = reader.metadata or {}
    title, author = plain(info.get("/Title")), plain(info.get("/Author"))
    if title and re.match(r"microsoft \w+ - |untitled|.*\.(?:docx?|indd|qxd|pdf)$", title, re.IGNORECASE):
        title = None
    return {"title": title, "author": author, "lang": plain(reader.root_object.get("/Lang"))}


def _pages(reader: PdfReader) -> tuple[list[list[str]], list[int]]:
    """Return the lines of each page, and the numbers of pages that cannot be read."""
    pages: list[list[str]] = []
    damaged: list[int] = []
    for number in range(len(reader.pages)):
        try:
            text = reader.pages[number].extract_text().translate(_LIGATURES)
        except _BROKEN:
            damaged.append(number + 1)
        else:
            pages.append([" ".join(line.split()) for line in text.splitlines()])
    if damaged and not pages:
        raise PyPdfError("no page can be read")
    return pages, damaged


def _without_running_lines(pages: list[list[str]]) -> list[str]:
    """Return all lines but page numbers and headers or footers that at least half of three or more pages share."""
    edges: Counter[str] = Counter()
    for page in pages:
        edges.update({_pattern(page[i]) for i in _edges(page)})
    running = {line for line, count in edges.items() if count >= 3 and 2 * count >= len(pages)}
    lines: list[str] = []
    for page in pages:
        drop = {i for i in _edges(page) if _pattern(page[i]) in running or _PAGE_NUMBER.fullmatch(page[i])}
        lines.extend(line for i, line in enumerate(page) if i not in drop)
    return lines


def _edges(page: list[str]) -> set[int]:
    """Return the indexes of the first and the last line that is not blank."""
    filled = [i for i, line in enumerate(page) if line]
    return {filled[0], filled[-1]} if filled else set()


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def reflow(lines: list[str]) -> str:
    """Return `lines` as paragraphs with a blank line between them: line breaks and hyphenation undone.

    A line ends its paragraph where the next line's first word would still have fitted on it.
    """
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    words = {word.lower() for line in lines for word in _WORD.findall(line.rstrip("-\N{SOFT HYPHEN}"))}
    paragraphs: list[str] = []
    last = ""
    for line in lines:
        if line and last and not _ends_paragraph(last, line, width):
            paragraphs[-1] = _join(paragraphs[-1], line, words)
        elif line:
            paragraphs.append(line)
        last = line
    return "\n\n".join(paragraphs).replace("\N{SOFT HYPHEN}", "")


def _ends_paragraph(last: str, line: str, width: int) -> bool:
    if line[0].islower():
        return False
    share = 0.92 if _SENTENCE_END.search(last) else 0.75  # a false break within a sentence does more harm
    return bool(_BULLET.match(line)) or len(last) + 1 + len(line.split(maxsplit=1)[0]) <= share * width


def _join(text: str, line: str, words: set[str]) -> str:
    """Return `text` and the next line as one, without the hyphen if it only marked the line's end.

    It is kept in a word that the document hyphenates elsewhere, or whose parts but not whole it uses.
    """
    if text.endswith("\N{SOFT HYPHEN}"):
        return text[:-1] + line
    if not re.search(r"\w-\Z", text[-2:]):
        return f"{text} {line}"
    start, end = re.search(r"[^\W\d_]+-\Z", text[-60:]), re.match(r"[^\W\d_]+", line)
    if start is None or end is None or not line[0].islower():
        return text + line
    left, right = start[0][:-1].lower(), end[0].lower()
    if left + right not in words and (f"{left}-{right}" in words or {left, right} <= words):
        return text + line
    return text[:-1] + line
