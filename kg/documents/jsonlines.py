"""JSON Lines: one document a line, and standard input, which may be JSON Lines or a text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from kg.documents.text import LIMIT, Item, load, make, parse_text
from kg.errors import DocumentError

_BOM = b"\xef\xbb\xbf"
_SHAPE = 'write one {"text": "…", "id": …, "title": …, "date": …, "url": …} a line'


def read_jsonl(stream: BinaryIO, source: str, ident: str) -> Iterator[Item]:
    """Yield the document of each line, or what is wrong with the line (`source:line`); one line at a time in memory."""
    yield from _read_lines(_lines(stream), source, ident)


def read_stdin(stream: BinaryIO) -> Iterator[Item]:
    """Yield what standard input holds: JSON Lines where the first line that is not blank is a JSON object, else a text.

    The documents' source and default id are `stdin`, with the line number for JSON Lines.
    """
    head = bytearray()
    first = b""
    while not first.strip() and len(head) < LIMIT and (first := stream.readline(LIMIT + 1)):
        head += first
    if _is_object(first.removeprefix(_BOM)):
        blank = head.count(b"\n") - first.count(b"\n")
        yield from _read_lines(chain([first], _lines(stream)), "stdin", "stdin", start=blank + 1)
    else:
        yield from parse_text(load(stream, "stdin", bytes(head)), "stdin", "stdin")


def _is_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield each line; None for one above the limit, which is skipped without being held in memory."""
    while line := stream.readline(LIMIT + 1):
        if len(line) <= LIMIT:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LIMIT)
        yield None


def _read_lines(lines: Iterable[bytes | None], source: str, ident: str, *, start: int = 1) -> Iterator[Item]:
    empty = True
    for number, line in enumerate(lines, start):
        if line is not None and not line.strip():
            continue
        if empty and line is not None and (b"\0" in line or line.startswith((b"\xff\xfe", b"\xfe\xff"))):
            raise DocumentError(source, "is not UTF-8 text", "save it as UTF-8 JSON Lines")
        empty = False
        try:
            fields = _parse(line, f"{source}:{number}")
            yield from make(f"{source}:{number}", f"{ident}-{number}", str(fields["text"]), fields)
        except DocumentError as error:
            yield error
    if empty:
        raise DocumentError(source, "is empty", _SHAPE)


def _parse(line: bytes | None, source: str) -> dict[str, object]:
    """Return the JSON object of a line; raises DocumentError."""
    if line is None:
        raise DocumentError(source, f"is longer than {LIMIT >> 20} MB", "split its text")
    try:
        fields = json.loads(line.removeprefix(_BOM).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DocumentError(source, "is not valid UTF-8", "save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        fault = f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "out of bounds"
        raise DocumentError(source, f"is malformed JSON ({fault})", _SHAPE) from error
    if not isinstance(fields, dict):
        raise DocumentError(source, "is not a JSON object", _SHAPE)
    if not isinstance(fields.get("text"), str):
        raise DocumentError(source, "has no `text`", _SHAPE)
    return fields
