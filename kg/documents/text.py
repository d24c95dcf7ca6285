"""From bytes to a document: encoding, control characters, dates, front matter."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any, BinaryIO

from kg.errors import DocumentError
from kg.model import Document

Item = Document | DocumentError

LIMIT = 64 * 1024 * 1024
"""Largest file, and largest line of JSON Lines, in bytes."""

MAX_TEXT = 10_000_000
"""Longest text of one document, in code points: some 2,000 pages of print, far above any article or report."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF file", "rename it to end in .pdf"),
    (b"PK\x03\x04", "a Word or zip file", "rename it to end in .docx if it is one, else unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old Office file", "save it as .docx"),
    (b"{\\rtf", "an RTF file", "save it as .docx or .txt"),
)
_SAVE_AS_UTF8 = "save it as UTF-8 text"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_FRONT = re.compile(r"\A(?:[ \t]*\n)*---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FRONT_LIMIT = 65_536
_PLAIN_LENGTH = 8_192
_PLAIN_NESTING = 500
_FIELD = re.compile(r"^(id|title|date|url|publisher|author|lang|language)[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_ISO = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))(?:[T\s].*)?", re.DOTALL | re.ASCII)
_LEADING_ISO = re.compile(r"\A\s*date[ \t]*:?[ \t]*(\d{4}-\d{2}-\d{2})(?:T[\d:.+Z-]*)?(?=\s|\Z)\s*", re.IGNORECASE)
_LEADING_LINE = re.compile(r"\A\s*date[ \t]*:[ \t]*([^\n]{0,50}?\d[^\n]{0,20})(?:\n|\Z)", re.IGNORECASE)


def read_text(stream: BinaryIO, source: str, ident: str) -> Iterator[Item]:
    """Yield the document in a text or Markdown file, then what is wrong with its front matter."""
    return parse_text(load(stream, source), source, ident)


def parse_text(data: bytes, source: str, ident: str) -> Iterator[Item]:
    """Yield the document in the bytes of a text with or without front matter, then notices."""
    if not data.strip():
        raise DocumentError(source, "is empty", "give it a text, or remove it")
    text = clean(decode(data, source))
    fields, body, notice = split_front_matter(text, source)
    yield from make(source, ident, body, fields)
    if notice is not None:
        yield notice


def load(stream: BinaryIO, source: str, head: bytes = b"") -> bytes:
    """Return `head` and the rest of `stream`; raises DocumentError above `LIMIT` bytes."""
    data = head + stream.read(LIMIT + 1 - len(head))
    if len(data) > LIMIT:
        raise DocumentError(source, f"is larger than {LIMIT >> 20} MB", "split it into smaller files")
    return data


def make(source: str, ident: str, text: str, fields: Mapping[str, object]) -> Iterator[Item]:
    """Yield the document of `text` and its metadata `fields`, then a notice if its date cannot be understood.

    `ident` serves where the fields have no `id`. Raises DocumentError where there is no text, or above `MAX_TEXT`.
    """
    text, printed = clean(text), plain(fields.get("date"))
    if printed is None:
        text, printed, day = _split_leading_date(text)
    else:
        day = parse_date(printed)
    text = trim(text)
    if not text.strip():
        raise DocumentError(source, "has no text", "give it a text, or remove it")
    if len(text) > MAX_TEXT:
        reason = f"is one text of {len(text):,} characters, and at most {MAX_TEXT:,} are read"
        raise DocumentError(source, reason, "split it into one article per file, or one per line of JSON Lines")
    yield Document(
        id=plain(fields.get("id")) or ident,
        text=text,
        title=plain(fields.get("title")),
        date=day,
        url=plain(fields.get("url")),
        publisher=plain(fields.get("publisher")),
        author=plain(fields.get("author")),
        language=plain(fields.get("lang")) or plain(fields.get("language")),
        source=source,
    )
    if printed is not None and day is None:
        reason = f"its date {printed[:60]!r} is not one certain day; it is kept without a date"
        yield DocumentError(source, reason, "write the date as YYYY-MM-DD")


def plain(value: object) -> str | None:
    """Return a metadata value as one line of text; None where it says nothing."""
    if isinstance(value, list):
        return ", ".join(filter(None, (plain(part) for part in value if not isinstance(part, list)))) or None
    if value is None or isinstance(value, bool | dict):
        return None
    line = " ".join(clean(str(value)).split())
    return None if line.lower() in ("", "~", "null", "none") else line


def decode(data: bytes, source: str, declared: str | None = None) -> str:
    """Return the text of `data`: by its byte order mark, as UTF-8, as `declared`, or as the evidence suggests.

    Raises DocumentError for data that is no text, or whose encoding is not clear.
    """
    for signature, kind, remedy in _SIGNATURES:
        if data.startswith(signature):
            raise DocumentError(source, f"is {kind}, not a text", remedy)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _readable(_decode_as(data[len(mark) :], encoding, source), source)
    try:
        return _readable(data.decode("utf-8"), source)
    except UnicodeDecodeError:
        pass
    if b"\0" in data:
        raise _binary(source)
    return _readable(
        _decode_as(data, _declared_encoding(declared, data) or _guess_encoding(data, source), source), source
    )


def _decode_as(data: bytes, encoding: str, source: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"is not valid {encoding.upper()} (byte {error.start})"
        raise DocumentError(source, reason, _SAVE_AS_UTF8) from error


def _declared_encoding(declared: str | None, data: bytes) -> str | None:
    """Return the encoding that a page declares, if it is one and fits; as in browsers, Latin-1 means Windows-1252."""
    if declared is None or declared.lower().startswith("utf"):
        return None
    name = "cp1252" if declared.lower() in ("iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii") else declared
    try:
        data.decode(name)
    except (LookupError, ValueError):
        return None
    return name


def _guess_encoding(data: bytes, source: str) -> str:
    """Return the most plausible encoding, the Western one among equals; raises DocumentError where none is good."""
    from charset_normalizer import from_bytes

    matches = [match for match in from_bytes(data) if match.chaos <= 0.1]
    if not matches:
        if len(_CONTROL.findall(data[:65_536].decode("latin-1"))) > 8:
            raise _binary(source)
        raise DocumentError(source, "its encoding is not clear", _SAVE_AS_UTF8)
    best = matches[0]
    for match in matches:
        equal = match.chaos <= best.chaos and match.coherence >= best.coherence - 0.1
        if equal and "cp1252" in (match.encoding, *match.could_be_from_charset):
            return "cp1252"
    return best.encoding


def _readable(text: str, source: str) -> str:
    """Return `text` unless its control characters show that it is no text."""
    sample = text[:65_536]
    controls = len(_CONTROL.findall(sample.replace("\r", "\n").replace("\f", "\n")))
    if controls > 0.3 * len(sample) or (controls > 8 and controls > 0.02 * len(sample)):
        raise _binary(source)
    return text


def _binary(source: str) -> DocumentError:
    return DocumentError(source, "looks like a binary file", "convert it to text, PDF, HTML or .docx, or remove it")


def clean(text: str) -> str:
    """Normalise line ends to `\\n`; replace other C0 controls by a space and lone surrogates by U+FFFD."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub(" ", text))


def trim(text: str) -> str:
    """Strip blank lines from both ends; the spaces of the first and the last line stay."""
    start = text.rfind("\n", 0, len(text) - len(text.lstrip(" \t\n"))) + 1
    end = text.find("\n", len(text.rstrip(" \t\n")))
    return text[start:] if end < start else text[start:end]


def parse_date(printed: str) -> date | None:
    """Return the day that `printed` names, or None if it names none, only a month, or one of two (03/04/2019)."""
    if iso := _ISO.fullmatch(printed.strip()):
        year, _, month, day, month2, day2 = iso.groups()
        try:
            return date(int(year), int(month or month2), int(day or day2))
        except ValueError:
            return None
    if len(printed) > 60:
        return None
    from dateutil.parser import ParserError, parse

    # What is not printed comes from the default, and an ambiguous order from dayfirst: a certain day needs neither.
    defaults = (datetime(2000, 1, 1), datetime(2001, 2, 2))
    try:
        days = {
            parse(printed, default=default, dayfirst=order, ignoretz=True).date()
            for default in defaults
            for order in (False, True)
        }
    except (ParserError, OverflowError):
        return None
    day = days.pop()
    return None if days or f"{day.year:04}" not in printed else day


def _split_leading_date(text: str) -> tuple[str, str | None, date | None]:
    """Return the text without a leading date, the date as printed, and the day; an unclear date stays in the text."""
    found = _LEADING_ISO.match(text) or _LEADING_LINE.match(text)
    if found is None:
        return text, None, None
    day = parse_date(found[1])
    return (text if day is None else text[found.end() :]), found[1], day


def split_front_matter(text: str, source: str) -> tuple[dict[str, object], str, DocumentError | None]:
    """Return the front matter's fields, the body, and a notice if the front matter is malformed.

    A text that merely begins with a rule (`---`) has no front matter. Where the YAML is malformed, the fields are
    still read line by line.
    """
    found = _FRONT.match(text[:_FRONT_LIMIT])
    if found is None:
        return _unclosed(text, source)
    import yaml

    try:
        fields = _yaml(found[1])
    except (yaml.YAMLError, RecursionError) as error:
        salvaged: dict[str, object] = {key: value.strip().strip("\"'") for key, value in _FIELD.findall(found[1])}
        if not salvaged:
            return {}, text, None
        reason = f"its front matter is malformed YAML{_place(error)}; it was read line by line"
        return salvaged, text[found.end() :], DocumentError(source, reason, "put values that hold `: ` in quotes")
    if isinstance(fields, dict):
        return {str(key).lower(): value for key, value in fields.items()}, text[found.end() :], None
    return {}, text if found[1].strip() else text[found.end() :], None


def _yaml(text: str) -> Any:
    """Return what a front matter says, read by the fast loader where the text is plain enough for it.

    The fast loader crashes on deep nesting, and its words on errors are others.
    """
    import yaml

    fast = getattr(yaml, "CBaseLoader", None)
    if fast is not None and len(text) <= _PLAIN_LENGTH and sum(map(text.count, "[{-?")) <= _PLAIN_NESTING:
        with suppress(yaml.YAMLError):
            return yaml.load(text, Loader=fast)
    return yaml.load(text, Loader=yaml.BaseLoader)


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return "" if mark is None else f" (line {mark.line + 2})"


def _unclosed(text: str, source: str) -> tuple[dict[str, object], str, DocumentError | None]:
    """Report a front matter that begins but never ends; the text is kept whole."""
    begin = re.match(r"(?:[ \t]*\n)*---[ \t]*\n", text)
    if begin is None or not _FIELD.match(text, begin.end()):
        return {}, text, None
    reason = "its front matter has no closing `---` and was kept as text"
    return {}, text, DocumentError(source, reason, "end the front matter with a line `---`")
