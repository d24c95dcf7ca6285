"""Cuts a long text at the ends of paragraphs into parts that fit a request, each with a little of what goes before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*\s+|\n+")
_SPACE = re.compile(r"\s+")
CONTEXT = 800
"""At most so many code points of the text before a part go along with it."""


@dataclass(frozen=True, slots=True)
class Part:
    """The half-open code points `start` to `end` of a text; what stands from `context` to `start` goes along unread."""

    context: int
    start: int
    end: int


def split(text: str, limit: int, *, start: int = 0, end: int | None = None) -> list[Part]:
    """Cut `text[start:end]` into parts of at most `limit` code points, none of them blank, in order."""
    stop = len(text) if end is None else end
    parts: list[Part] = []
    for first, last in _packed(text, start, stop, limit):
        parts.append(Part(_context(text, first), first, last))
    return parts


def halves(text: str, part: Part) -> list[Part]:
    """Cut a part in two, nearly in the middle; return it alone where it is too short to cut."""
    half = (part.end - part.start + 1) // 2 + 1
    return split(text, max(half, 200), start=part.start, end=part.end)


def _packed(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """Yield spans that hold as many whole pieces as fit."""
    first = last = start
    for piece_end in _pieces(text, start, end, limit):
        if piece_end - first > limit:
            if text[first:last].strip():
                yield first, last
            first = last
        last = piece_end
    if text[first:last].strip():
        yield first, last


def _pieces(text: str, start: int, end: int, limit: int) -> Iterator[int]:
    """Yield the ends of paragraphs; of sentences, words or characters where a paragraph alone is too long."""
    position = start
    for stop in [*(m.end() for m in _PARAGRAPH.finditer(text, start, end)), end]:
        while stop - position > limit:
            position = _cut(text, position, position + limit)
            yield position
        if stop > position:
            yield stop
            position = stop


def _cut(text: str, start: int, end: int) -> int:
    for bound in (_SENTENCE, _SPACE):
        ends = [m.end() for m in bound.finditer(text, start + (end - start) // 2, end)]
        if ends:
            return ends[-1]
    return end


def _context(text: str, start: int) -> int:
    """Return where the context of a part that begins at `start` begins: at a sentence, if one begins there."""
    begin = max(0, start - CONTEXT)
    if begin == 0:
        return 0
    first = _SENTENCE.search(text, begin, start)
    return first.end() if first and first.end() < start else begin
